package java

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

var (
	// itself is an address that in a container is the container.
	itself = pattern.New(`(?:^|//|@|,)(?:localhost|127\.0\.0\.1)(?::\d+)?(?:[/,;?]|$)`)
	// connects is how settings of what a program connects to end.
	connects = pattern.New(`(?i)(?:ur[il]s?|hosts?|addresse?s?|addr|servers?|nodes|endpoints?|defaultzone|contact-?points|brokers?)(?:\[\d+\])?$`)
	// offers is in settings of where a program itself is reached, or lets others come from.
	offers = pattern.New(`(?i)cors|origin|redirect|callback|return|notify|front|client|base-?ur[il]|site|^server\.|\.server\.(?:host|address)|instance|issuer|swagger|openapi|allowed|homepage|^ktor\.`)
	// windows is a path of Windows.
	windows = pattern.New(`^[A-Za-z]:[\\/]`)
)

// needed are names of what no program has a value of its own for: credentials and addresses.
var needed = pattern.New(`TOKEN|KEY|SECRET|PASS|URL|URI|HOST|USER`)

const maxNamed = 5 // variables that a note names

// connections says which settings name the container itself where another machine is meant, and
// which name folders of Windows, with the variables that give them another value.
func (d *planning) connections(c config) {
	var local, foreign []string
	var localAt, foreignAt fact.Source
	note := func(list *[]string, at *fact.Source, variable string, from fact.Source) {
		if variable != "" && !slices.Contains(*list, variable) {
			if *list = append(*list, variable); at.IsZero() {
				*at = from
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.values)) {
		v := c.values[name]
		full, ok := c.filled(v)
		switch {
		case !ok:
		case windows.MatchString(full.Value) && !strings.Contains(strings.ToLower(name), "win"):
			note(&foreign, &foreignAt, d.variableOf(c, name, v, windows), v.From)
		case connects.MatchString(name) && !offers.MatchString(name) && itself.MatchString(full.Value) && !d.ownAddress(full.Value):
			note(&local, &localAt, d.variableOf(c, name, v, itself), v.From)
		}
	}
	slices.SortStableFunc(local, func(a, b string) int { // what most programs do not start without comes first
		first := func(name string) bool {
			return strings.Contains(name, "DATASOURCE") || strings.Contains(name, "DB") || strings.Contains(name, "MONGO")
		}
		switch {
		case first(a) && !first(b):
			return -1
		case first(b) && !first(a):
			return 1
		}
		return 0
	})
	if len(local) > 0 {
		d.plan.Notes = append(d.plan.Notes, detect.Note{At: localAt, Text: "names localhost, which in a container is the container itself: docker run --env " + listed(local)})
	}
	if len(foreign) > 0 {
		d.plan.Notes = append(d.plan.Notes, detect.Note{At: foreignAt, Text: "names a folder of Windows, which the image lacks: docker run --env " + listed(foreign)})
	}
}

// ownAddress reports whether an address is that of the program itself.
func (d *planning) ownAddress(value string) bool {
	return d.port.Known() && strings.HasPrefix(value, "http") && strings.Contains(value+"/", fmt.Sprintf(":%d/", d.port.Value))
}

// ofSystem are variables that a container has, or that say nothing of the program.
var ofSystem = []string{"HOSTNAME", "HOME", "PATH", "PWD", "USER", "TZ", "LANG", "TMPDIR", "JAVA_HOME", "APPDATA", "LOCALAPPDATA", "USERPROFILE", "PORT"}

// asked says which variables the settings and the sources ask for and have no default of.
func (d *planning) asked(c config, s sources) {
	var names []string
	var at fact.Source
	add := func(name string, from fact.Source) {
		if slices.Contains(ofSystem, name) || name == d.portEnv || slices.Contains(names, name) {
			return
		}
		if names = append(names, name); at.IsZero() {
			at = from
		}
	}
	for _, setting := range slices.Sorted(maps.Keys(c.values)) {
		v := c.values[setting]
		for _, match := range inside.FindAllStringSubmatch(v.Value, -1) {
			// ${NAME:} has an empty one.
			if value, env := c.resolved(fact.New(match[0], v.From)); env != "" && environmentName.MatchString(env) && value.Value == "" && !strings.Contains(match[0], ":") {
				add(env, v.From)
			}
		}
	}
	for _, a := range s.asks {
		if needed.MatchString(a.Value) {
			add(a.Value, a.From)
		}
	}
	if len(names) > 0 {
		d.plan.Notes = append(d.plan.Notes, detect.Note{At: at, Text: "asks for what has no default: docker run --env " + listed(names)})
	}
}

// listed are assignments to a few variables.
func listed(names []string) string {
	rest := ""
	if n := len(names) - maxNamed; n > 0 {
		names, rest = names[:maxNamed], fmt.Sprintf(", and %d more", n)
	}
	return strings.Join(names, "=…, ") + "=…" + rest
}

// variableOf is the variable that gives a setting another value: one that it reads itself, or the one
// by which the framework takes it from outside; "" for none.
// https://docs.spring.io/spring-boot/reference/features/external-config.html#features.external-config.typesafe-configuration-properties.relaxed-binding.environment-variables,
// https://smallrye.io/smallrye-config/Main/config/environment-variables/, 2026-11
func (d *planning) variableOf(c config, name string, v fact.Of[string], about *pattern.Pattern) string {
	for _, match := range inside.FindAllStringSubmatch(v.Value, -1) {
		one, env := c.resolved(fact.New(match[0], v.From))
		if env != "" && (about.MatchString(one.Value) || itself.MatchString(one.Value)) {
			return env
		}
	}
	if _, ok := d.m.has("org.springframework.boot:*"); ok {
		return strings.Trim(strings.NewReplacer("-", "", ".", "_", "[", "_", "]", "").Replace(strings.ToUpper(name)), "_")
	}
	for _, library := range []string{"io.quarkus:*", "io.micronaut*:*"} {
		if _, ok := d.m.has(library); ok {
			return strings.Trim(strings.NewReplacer("-", "_", ".", "_", "[", "_", "]", "", `"`, "_").Replace(strings.ToUpper(name)), "_")
		}
	}
	return ""
}
