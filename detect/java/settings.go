package java

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

// config are the settings of an application's own configuration files, without
// those of profiles that are off unless somebody turns them on.
type config struct {
	values map[string]fact.Of[string]
	broken []fact.Of[string] // files that could not be read, and why
	active fact.Of[string]   // the profiles of Spring that are on, separated by commas
	only   bool              // of the documents of a file, those of these profiles alone are read
	// given is the value of a property of the build, which Maven writes into @name@; nil for none.
	given func(name string) fact.Of[string]
}

func (c config) value(names ...string) fact.Of[string] {
	for _, n := range names {
		if v, ok := c.values[n]; ok {
			return v
		}
	}
	return fact.Of[string]{}
}

// configNames are the files that the frameworks read by themselves, the strongest first.
var configNames = []string{
	"application.properties", "application.yml", "application.yaml", "bootstrap.properties", "bootstrap.yml", "bootstrap.yaml",
	"META-INF/microprofile-config.properties", "application.conf",
}

// settings reads the configuration in resource folders, with that of the profiles which the
// program is started with, or which it turns on itself: spring.profiles.active=dev.
func settings(v *repo.View, given func(string) fact.Of[string], started fact.Of[string], folders ...string) config {
	c := config{values: map[string]fact.Of[string]{}, given: given}
	c.read(v, folders, "")
	if started.Known() {
		c.values["spring.profiles.active"] = started
	}
	if c.active = c.activeProfiles(); !c.active.Known() {
		return c
	}
	// https://docs.spring.io/spring-boot/reference/features/external-config.html: files of a
	// profile override the others, and the last profile the ones before it; 2026-11.
	with := config{values: map[string]fact.Of[string]{}, given: given, active: c.active}
	for _, profile := range slices.Backward(strings.Split(c.active.Value, ",")) {
		with.read(v, folders, "-"+profile)
	}
	broken := with.broken
	with.only = true
	with.read(v, folders, "")
	with.only, with.broken = false, broken // what the other files have is found again
	with.read(v, folders, "")
	return with
}

// read reads the files of a profile, named with its suffix, or those without one. Spring also
// looks into config/ below a folder.
func (c *config) read(v *repo.View, folders []string, suffix string) {
	for _, dir := range folders {
		for _, sub := range []string{"config", "."} {
			for _, name := range configNames {
				ext := path.Ext(name)
				file := path.Join(dir, sub, strings.TrimSuffix(name, ext)+suffix+ext)
				if suffix != "" && ext == ".conf" || !v.Has(file) {
					continue
				}
				source, err := v.Read(file)
				if err != nil {
					c.broken = append(c.broken, fact.New(err.Error(), fact.At(file, 0, "")))
					continue
				}
				switch {
				case ext == ".properties":
					c.properties(file, string(source))
				case ext != ".conf":
					c.yaml(file, string(source))
				case !c.only:
					c.hocon(file, string(source))
				}
			}
		}
	}
}

var profileName = pattern.New(`^[A-Za-z0-9_.-]+$`)

// activeProfiles are the profiles that the settings turn on, as far as they name them.
func (c config) activeProfiles() fact.Of[string] {
	names := []string{"spring.profiles.active", "spring.profiles.include"}
	for i := range 20 {
		names = append(names, fmt.Sprintf("spring.profiles.active[%d]", i), fmt.Sprintf("spring.profiles.include[%d]", i))
	}
	var all []string
	var from fact.Source
	for i := 0; i < len(names) && i < 200; i++ {
		v, _ := c.resolved(c.value(names[i]))
		for _, profile := range strings.Split(v.Value, ",") {
			if profile = strings.TrimSpace(profile); profileName.MatchString(profile) && !slices.Contains(all, profile) {
				if all = append(all, profile); from.IsZero() {
					from = v.From
				}
				names = append(names, "spring.profiles.group."+profile, "spring.profiles.group."+profile+"[0]", "spring.profiles.group."+profile+"[1]")
			}
		}
	}
	return fact.New(strings.Join(all, ","), from)
}

// deployed is the profile of what is deployed, which the settings have and do not turn on.
func (c config) deployed(v *repo.View, folders []string) (name string, file string) {
	active := strings.Split(c.active.Value, ",")
	for _, profile := range productionNames {
		for _, dir := range folders {
			for _, sub := range []string{"config", "."} {
				for _, ext := range []string{".properties", ".yml", ".yaml"} {
					if file := path.Join(dir, sub, "application-"+profile+ext); v.Has(file) && !slices.Contains(active, profile) {
						return profile, file
					}
				}
			}
		}
	}
	return "", ""
}

// counts reports whether a document of a file is read, which names the profiles that it is for, "" for all.
func (c config) counts(of string) bool {
	if of == "" {
		return !c.only
	}
	active := strings.Split(c.active.Value, ",")
	for _, profile := range strings.FieldsFunc(of, func(r rune) bool { return r == ',' || r == '|' || r == ' ' }) {
		name, not := strings.CutPrefix(profile, "!")
		if profileName.MatchString(name) && not != (slices.Contains(active, name) || name == "default" && c.active.Value == "") {
			return c.only || c.active.Value == "" // it is read in the pass for documents of profiles
		}
	}
	return false
}

func (c config) set(name, value string, at fact.Source) {
	if _, ok := c.values[name]; !ok {
		c.values[name] = fact.New(value, at)
	}
}

// properties: https://docs.oracle.com/javase/8/docs/api/java/util/Properties.html#load-java.io.Reader-
// without continued lines, which no port needs. "#---" begins a document of Spring's.
func (c config) properties(file, source string) {
	var doc []fact.Of[string]
	var names []string
	of := ""
	flush := func() {
		for i, v := range doc {
			if c.counts(of) {
				c.set(names[i], v.Value, v.From)
			}
		}
		doc, names, of = nil, nil, ""
	}
	n := 0
	for line := range strings.Lines(source) {
		n++
		line = strings.TrimSpace(line)
		if line == "#---" || line == "!---" {
			flush()
		}
		line, prod := strings.CutPrefix(line, "%prod.") // of the profiles of Quarkus, the one that is built
		if line == "" || line[0] == '#' || line[0] == '!' || line[0] == '%' {
			continue
		}
		i := strings.IndexAny(line, "=:")
		if i < 0 {
			continue
		}
		name, value := strings.TrimSpace(line[:i]), strings.TrimSpace(line[i+1:])
		if ofProfile(name) {
			of = value
		}
		if match := filtered.FindString(value); match != "" && match == value {
			value = "${" + strings.Trim(value, "@") + "}"
		}
		if prod {
			c.values[name] = fact.New(value, fact.At(file, n, "%prod."+name))
			continue
		}
		names = append(names, name)
		doc = append(doc, fact.New(value, fact.At(file, n, name)))
	}
	flush()
}

func ofProfile(name string) bool {
	return name == "spring.config.activate.on-profile" || name == "spring.profiles" || name == "spring.config.activate.on-cloud-platform"
}

// filtered are Maven's @name@ in a resource, which YAML cannot read.
var filtered = pattern.New(`@([A-Za-z0-9_.-]+)@`)

// yaml: each document of a file counts unless it belongs to a profile.
func (c *config) yaml(file, source string) {
	source = strings.ReplaceAll(source, `\${`, "${") // as Gradle's expand wants a ${ that it leaves alone
	d := yaml.NewDecoder(strings.NewReader(filtered.ReplaceAllString(source, "$${$1}")))
	for range 100 {
		var node yaml.Node
		err := d.Decode(&node)
		if err != nil {
			if err.Error() != "EOF" {
				c.broken = append(c.broken, fact.New(err.Error(), fact.At(file, 0, "")))
			}
			return
		}
		if len(node.Content) == 0 {
			continue
		}
		doc := config{values: map[string]fact.Of[string]{}}
		doc.flatten(file, "", node.Content[0], 0)
		of := ""
		for name, v := range doc.values {
			if ofProfile(strings.TrimSuffix(name, "[0]")) {
				of = v.Value
			}
		}
		if c.counts(of) {
			for name, v := range doc.values {
				c.set(name, v.Value, v.From)
			}
		}
	}
}

func (c config) flatten(file, prefix string, node *yaml.Node, depth int) {
	if depth > 20 || len(c.values) > 5000 {
		return
	}
	if node.Kind == yaml.ScalarNode {
		c.set(prefix, node.Value, fact.At(file, node.Line, prefix))
		return
	}
	if node.Kind == yaml.SequenceNode {
		for i, item := range node.Content {
			c.flatten(file, fmt.Sprintf("%s[%d]", prefix, i), item, depth+1)
		}
		return
	}
	if node.Kind != yaml.MappingNode { // aliases hold no setting that is asked for
		return
	}
	for i := 0; i+1 < len(node.Content); i += 2 {
		name := node.Content[i].Value
		if strings.HasPrefix(name, "%") {
			continue
		}
		if prefix != "" {
			name = prefix + "." + name
		}
		c.flatten(file, name, node.Content[i+1], depth+1)
	}
}

// hocon reads application.conf (https://github.com/lightbend/config/blob/main/HOCON.md) as
// far as nested names and plain values go. The last assignment wins; ${?PORT} becomes ${PORT:…}.
func (c config) hocon(file, source string) {
	var open []string
	last := map[string]fact.Of[string]{}
	n := 0
	for line := range strings.Lines(source) {
		n++
		line, _, _ = strings.Cut(line, "#")
		if !strings.Contains(line, `://`) {
			line, _, _ = strings.Cut(line, "//")
		}
		line = strings.TrimSpace(line)
		switch {
		case line == "":
		case strings.HasPrefix(line, "}"):
			open = open[:max(0, len(open)-1)]
		case strings.HasSuffix(line, "{"):
			open = append(open, strings.Trim(strings.TrimSpace(strings.TrimRight(line, "{=: ")), `"`))
		default:
			i := strings.IndexAny(line, "=:")
			if i < 0 {
				continue
			}
			name := strings.Join(append(slices.Clone(open), strings.Trim(strings.TrimSpace(line[:i]), `"`)), ".")
			value := strings.Trim(strings.TrimSpace(strings.TrimRight(line[i+1:], ",")), `"`)
			if env, ok := strings.CutPrefix(value, "${?"); ok {
				value = fmt.Sprintf("${%s:%s}", strings.TrimSuffix(env, "}"), last[name].Value)
			}
			last[name] = fact.New(value, fact.At(file, n, name))
		}
	}
	for name, v := range last {
		c.set(name, v.Value, v.From)
	}
}

var placeholder = pattern.New(`^\$\{([A-Za-z0-9_.-]+)(?::([^{}]*))?\}$`)

// portSetting is the port in a setting and the variable that can change it: "8081",
// "${PORT:8080}". A placeholder of the configuration itself is followed.
func (c config) portSetting(v fact.Of[string]) (port fact.Of[int], env string) {
	v, env = c.resolved(v)
	if n, ok := portOf(token{kind: number, text: v.Value}); ok {
		port = fact.New(n, v.From)
	}
	return port, env
}

// micronautTLS is the port of a Micronaut server that speaks TLS and nothing else, 8443 by default
// (https://docs.micronaut.io/latest/guide/#https, 2026-11).
func (c config) micronautTLS() fact.Of[string] {
	for _, prefix := range []string{"micronaut.server.ssl", "micronaut.ssl"} { // the second is an older name
		enabled := c.value(prefix+".enabled", "micronaut.server.ssl.enabled", "micronaut.ssl.enabled")
		if enabled.Value != "true" || c.text("micronaut.server.dual-protocol") == "true" {
			continue
		}
		if port := c.value(prefix + ".port"); port.Known() {
			return port
		}
		if prefix == "micronaut.ssl" {
			return fact.New("8443", enabled.From)
		}
	}
	return fact.Of[string]{}
}

// asked is the only one of the settings that a program asks for itself, and which the
// configuration has: config.getInt("app.port").
func (c config) asked(names []string) (found fact.Of[string]) {
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		v := c.value(name)
		if v.Known() && found.Known() {
			return fact.Of[string]{}
		} else if v.Known() {
			found = v
		}
	}
	return found
}

// resolved is a setting without its placeholder, and the variable that can change it.
func (c config) resolved(v fact.Of[string]) (value fact.Of[string], env string) {
	for range 5 {
		match := placeholder.FindStringSubmatch(v.Value)
		if match == nil {
			match = variable.FindStringSubmatch(v.Value)
		}
		if match == nil {
			return v, env
		}
		if inner, ok := c.values[match[1]]; ok && inner.Value != v.Value {
			v = fact.New(inner.Value, inner.From)
			continue
		}
		if c.given != nil {
			if build := c.given(match[1]); build.Known() && build.Value != v.Value {
				v = build
				continue
			}
		}
		if match[1] == strings.ToUpper(match[1]) && env == "" {
			env = match[1]
		}
		v.Value = match[2]
	}
	return v, env
}

// text is the value of a setting, of ${NAME:default} the default.
func (c config) text(names ...string) string {
	v := c.value(names...).Value
	if match := placeholder.FindStringSubmatch(v); match != nil {
		return match[2]
	}
	return v
}

// keys are the committed files of keys and certificates that a setting names on the
// class path: server.ssl.key-store=classpath:keystore.p12,
// smallrye.jwt.sign.key.location=token/privateKey.pem.
func (c config) keys(v *repo.View, folders []string) []fact.Of[string] {
	var found []fact.Of[string]
	for _, name := range slices.Sorted(maps.Keys(c.values)) {
		value := c.values[name]
		rest := strings.TrimPrefix(value.Value, "classpath:")
		if !slices.Contains([]string{".jks", ".p12", ".pfx", ".pem", ".key"}, path.Ext(rest)) {
			continue
		}
		for _, dir := range folders {
			if file := path.Join(dir, strings.TrimLeft(rest, "/")); v.Has(file) && !slices.ContainsFunc(found, func(f fact.Of[string]) bool { return f.Value == file }) {
				found = append(found, fact.New(file, value.From))
			}
		}
	}
	return found
}

// beside are the files and folders of the repository that settings name where the program
// is started: spring.cloud.config.server.native.search-locations=file:./central-config.
func (c config) beside(m *module) []carried {
	var found []carried
	for _, name := range slices.Sorted(maps.Keys(c.values)) {
		for _, value := range strings.Split(c.values[name].Value, ",") {
			rel, ok := strings.CutPrefix(strings.TrimSpace(value), "file:")
			if rel = path.Clean(rel); !ok || path.IsAbs(rel) || strings.ContainsAny(rel, "$*{") || strings.HasPrefix(rel, "..") || rel == "." {
				continue
			}
			file := path.Join(m.dir, rel)
			switch {
			case detect.LooksSecret(m.view, file):
			case m.view.Has(file):
				found = append(found, carried{file, rel}.exact())
			case m.view.HasDir(file):
				found = append(found, carried{file, "./" + rel + "/"})
			}
		}
	}
	slices.SortFunc(found, func(a, b carried) int { return strings.Compare(a.file, b.file) })
	return slices.Compact(found)
}

// variable is how Ktor's application.yaml names one: "$PORT:8080"
// (https://ktor.io/docs/server-configuration-file.html).
var variable = pattern.New(`^\$([A-Z][A-Z0-9_]*)(?::(.*))?$`)
