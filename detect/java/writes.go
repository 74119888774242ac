package java

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/templates"
)

// writing are the places that a program writes to. Those that are not absolute are below
// its working directory.
type writing struct {
	folders []fact.Of[string]
	lasting []string    // those of them that outlast a container: of databases, of settings, of volumes
	cwd     fact.Source // of what it writes beside itself
}

// keepsName is the name of a setting or a constant for a folder that is written:
// file.upload-dir, file.linux.path, UPLOAD_DIR, reportFolder, uploadpath.
var keepsName = pattern.New(`(?i:(?:^|[._-])` + kept + `s?(?:[._-][a-z0-9]+)?[._-]` + placeEnds + `$|(?:^|[._-])` + kept + placeEnds + `$)` +
	`|(?:^|[._-]|[a-z])(?i:` + kept + `)s?(?:Base|Root|File|Files|Save|Local)?(?:Dir|Directory|Folder|Path|Location|Root)$`)

const (
	kept      = `(?:upload|data|storage|store|backup|attachment|avatar|media|image|picture|photo|file|export|report|output|download|log)`
	placeEnds = `(?:dir|directory|folder|path|location|root)`
)

var (
	// dataPlace is a path below the folders of a system that hold what programs keep.
	dataPlace   = pattern.New(`^/(?:data|home|mnt|opt|srv|var)/[^.]*$`)
	endsInPlace = pattern.New(`(?i)` + placeEnds + `$`)
)

// filePath is a path as people write one, without anything that only running tells.
var filePath = pattern.New(`^(\./|/)?[A-Za-z0-9_][A-Za-z0-9_. -]*(/[A-Za-z0-9_. -]+)*/?$`)

// add notes a place that is written; a file's folder is.
func (w *writing) add(place string, file bool, from fact.Source) {
	place = strings.TrimSpace(place)
	if !filePath.MatchString(place) || strings.Contains(place, "node_modules") || strings.Contains(place, "..") || strings.Contains(place, "//") {
		return
	}
	if place = path.Clean(place); file {
		place = path.Dir(place)
	}
	if place == "." {
		if w.cwd.IsZero() {
			w.cwd = from
		}
		return
	}
	if first, _, below := strings.Cut(strings.TrimPrefix(place, "/"), "/"); path.IsAbs(place) && (slices.Contains(notOurs, first) || !below && slices.Contains(shared, first)) {
		return
	} else if !path.IsAbs(place) && (!below && first == "src" || slices.Contains(madeByBuilds, first)) {
		return
	}
	if slices.ContainsFunc(w.folders, func(f fact.Of[string]) bool { return f.Value == place }) {
		return
	}
	w.folders = append(w.folders, fact.New(place, from))
}

// notOurs are folders of a system in which no program keeps data; shared ones hold those of programs.
var (
	notOurs = []string{"tmp", "dev", "proc", "sys", "run", "etc", "root", "bin", "sbin", "lib", "lib64", "usr", "boot"}
	shared  = []string{"home", "var", "opt", "srv", "mnt", "media", "app", "Users"}
	// madeByBuilds are what a build leaves beside its sources: nothing that is there while the program runs.
	madeByBuilds = []string{"target", "build", "out", "bin", "classes", "test-classes"}
)

// writes gathers what the settings, the configuration of logging and the sources write to,
// and the volumes of people's own Dockerfile.
func (d *planning) writes(s sources) writing {
	var w writing
	d.config.written(&w)
	for _, f := range s.written {
		if f.database {
			w.add(f.Value, f.file, f.at)
		}
	}
	d.mounted(&w, s)
	for _, f := range w.folders {
		w.lasting = append(w.lasting, f.Value)
	}
	var loggers writing
	for _, name := range []string{"logging.file.name", "logging.file"} {
		if v, _ := d.config.filled(d.config.value(name)); v.Known() {
			loggers.add(v.Value, true, v.From)
		}
	}
	for _, name := range []string{"logging.file.path", "logging.path"} {
		if v, _ := d.config.filled(d.config.value(name)); v.Known() {
			loggers.add(v.Value, false, v.From)
		}
	}
	if v, _ := d.config.filled(d.config.value("quarkus.log.file.path")); d.config.text("quarkus.log.file.enable", "quarkus.log.file.enabled") == "true" && v.Known() {
		loggers.add(v.Value, true, v.From)
	}
	folders := slices.Clone(d.m.resources)
	for _, dir := range d.m.uses {
		folders = append(folders, path.Join(dir, "src/main/resources"))
	}
	for _, dir := range folders {
		for _, name := range loggingFiles {
			for _, file := range []string{path.Join(dir, name), path.Join(dir, "config", name)} {
				if source, err := d.m.view.Read(file); err == nil {
					d.config.logsTo(&loggers, file, source)
				}
			}
		}
	}
	for _, f := range s.written {
		w.add(f.Value, f.file, f.at)
	}
	for _, f := range loggers.folders {
		w.add(f.Value, false, f.From)
	}
	if w.cwd.IsZero() {
		w.cwd = loggers.cwd
	}
	return w
}

// mounted adds the folders that people mount into a container of the program: below its
// working directory, or anywhere else where it is told of them.
func (d *planning) mounted(w *writing, s sources) {
	r, ok := d.m.recipeOf(d.program.name)
	if !ok {
		return
	}
	volumes := r.Volumes
	if service, ok := hints.ComposeOf(d.m.view, d.m.dir, d.m.dir, d.m.root); ok {
		volumes = append(slices.Clone(volumes), service.Volumes...)
	}
	told := strings.Join(append(slices.Clone(r.options), r.arguments...), " ")
	for _, v := range volumes {
		folder := path.Clean(v.Value)
		switch {
		case r.Workdir != "" && r.Workdir != "/" && repo.Within(r.Workdir, folder) && folder != r.Workdir:
			w.add(repo.Rel(r.Workdir, folder), false, v.From)
		case strings.Contains(told, folder):
			w.add(folder, false, v.From)
		}
	}
}

// written are the places that the settings of the program keep data in.
func (c config) written(w *writing) {
	for _, name := range slices.Sorted(maps.Keys(c.values)) {
		v, ok := c.filled(c.values[name])
		if !ok {
			continue
		}
		if file, folder, ok := database(v.Value); ok {
			w.add(file, !folder, v.From)
			continue
		}
		value, _ := strings.CutPrefix(v.Value, "file:")
		relative := strings.HasPrefix(value, "./") || !strings.HasPrefix(value, "/")
		switch {
		case strings.HasPrefix(name, "logging.") || slices.ContainsFunc(ofBuilds, func(prefix string) bool { return strings.HasPrefix(name, prefix) }):
		case dataPlace.MatchString(value) && endsInPlace.MatchString(name):
			w.add(value, false, v.From)
		case !keepsName.MatchString(name) || strings.HasPrefix(v.Value, "classpath:"):
		case relative && path.Ext(value) != "" && !strings.HasSuffix(value, "/"):
		case !strings.Contains(value, "/") && !strings.Contains(value, "upload") && !slices.Contains(dataFolders, value):
		default:
			w.add(value, false, v.From)
		}
	}
}

// ofBuilds are how settings begin that a build reads, or that are read elsewhere here.
var ofBuilds = []string{"quarkus.log.", "quarkus.generate-code.", "quarkus.package.", "quarkus.native.", "quarkus.test."}

// dataFolders are names of folders that hold what a program keeps.
var dataFolders = []string{"data", "storage", "files", "uploads", "logs", "backup", "backups", "images", "media", "attachments", "reports", "export", "downloads"}

// embeddedFile are addresses of databases that live in a file of the program's:
// https://www.h2database.com/html/features.html#database_url, https://hsqldb.org/doc/guide/dbproperties-chapt.html,
// https://db.apache.org/derby/docs/10.17/ref/rrefjdbc37352.html, https://github.com/xerial/sqlite-jdbc, 2026-11
var embeddedFile = pattern.New(`^jdbc:(h2|sqlite|hsqldb|derby|duckdb):(?:(?:file|directory|nio|split):)?(.*)$`)

// database is the file or folder of such an address.
func database(address string) (place string, folder, ok bool) {
	match := embeddedFile.FindStringSubmatch(address)
	if match == nil {
		return "", false, false
	}
	place, _, _ = strings.Cut(match[2], ";")
	place, _, _ = strings.Cut(place, "?")
	if place == "" || strings.HasPrefix(place, "~") || strings.Contains(place, ":") {
		return "", false, false // in memory, of a server, or below the user's home
	}
	if match[1] == "derby" && !strings.Contains(strings.TrimPrefix(place, "./"), "/") {
		return ".", true, true
	}
	return place, false, true
}

var inside = pattern.New(`\$\{([A-Za-z0-9_.-]+)(?::([^{}]*))?\}`)

// filled is a setting with the placeholders in it replaced; false where one has no value.
func (c config) filled(v fact.Of[string]) (fact.Of[string], bool) {
	for range 10 {
		at := inside.FindStringSubmatchIndex(v.Value)
		if at == nil {
			return v, !strings.Contains(v.Value, "${")
		}
		one, _ := c.resolved(fact.New(v.Value[at[0]:at[1]], v.From))
		if one.Value == "" || len(v.Value)+len(one.Value) > maxExpanded {
			return fact.Of[string]{}, false
		}
		v.Value = v.Value[:at[0]] + one.Value + v.Value[at[1]:]
	}
	return fact.Of[string]{}, false
}

// loggingFiles configure Logback and Log4j: https://logback.qos.ch/manual/configuration.html,
// https://logging.apache.org/log4j/2.x/manual/configuration.html, 2026-11
var loggingFiles = []string{"logback-spring.xml", "logback.xml", "logback-prod.xml", "log4j2-spring.xml", "log4j2.xml", "log4j.xml", "log4j.properties", "log4j2.properties"}

// logsTo adds the folders that a configuration of logging writes to.
func (c config) logsTo(w *writing, file string, source []byte) {
	if path.Ext(file) == ".properties" {
		own := config{values: map[string]fact.Of[string]{}, given: c.given}
		own.properties(file, string(source))
		for _, name := range slices.Sorted(maps.Keys(own.values)) {
			if last := strings.ToLower(path.Ext("." + name)); last == ".file" || last == ".filename" {
				own.logged(w, own.values[name])
			}
		}
		return
	}
	own := config{values: maps.Clone(c.values), given: c.given}
	d := xml.NewDecoder(bytes.NewReader(source))
	var open []string
	named := ""
	for {
		t, err := d.Token()
		if err != nil {
			return // its end, or nothing that the program could read
		}
		line, _ := d.InputPos()
		switch t := t.(type) {
		case xml.StartElement:
			at := map[string]string{}
			for _, a := range t.Attr {
				at[strings.ToLower(a.Name.Local)] = a.Value
			}
			open, named = append(open, strings.ToLower(t.Name.Local)), at["name"]
			switch name := open[len(open)-1]; {
			case name == "springproperty":
				own.values[named] = fact.New(fmt.Sprintf("${%s:%s}", at["source"], at["defaultvalue"]), fact.At(file, line, name))
			case (name == "property" || name == "variable") && at["value"] != "":
				own.values[named] = fact.New(spring(at["value"]), fact.At(file, line, name))
			case name == "param" && strings.EqualFold(named, "file"):
				own.logged(w, fact.New(at["value"], fact.At(file, line, name)))
			case at["filename"] != "" && name != "configuration":
				own.logged(w, fact.New(at["filename"], fact.At(file, line, name)))
			}
		case xml.EndElement:
			open = open[:max(0, len(open)-1)]
		case xml.CharData:
			if len(open) == 0 {
				continue
			}
			value := fact.New(strings.TrimSpace(string(t)), fact.At(file, line, open[len(open)-1]))
			switch open[len(open)-1] {
			case "property":
				if _, ok := own.values[named]; !ok && value.Value != "" {
					own.values[named] = fact.New(spring(value.Value), value.From)
				}
			case "file", "filenamepattern":
				own.logged(w, value)
			}
		}
	}
}

// spring is a value of a configuration of logging with its placeholders as Spring writes them.
func spring(value string) string {
	return strings.NewReplacer(":-", ":", "${sys:", "${", "${env:", "${", "${spring:", "${").Replace(value)
}

// logged adds the folder of a file that is logged to: ${LOG_HOME:-logs}/app.%d.log.
func (c config) logged(w *writing, v fact.Of[string]) {
	v, _ = c.filled(fact.New(spring(v.Value), v.From))
	if folder, _, found := strings.Cut(v.Value, "%"); found {
		v.Value = folder[:strings.LastIndex(folder, "/")+1] + "x" // of a name with a date, what comes before it
	}
	w.add(v.Value, true, v.From)
}

// emptyFolder is what such folders are made from.
const emptyFolder = "/writable"

// writable are the folders that the program writes to, in the image, and those which outlast a container.
func (d *planning) writable(v *runView, w writing) {
	cwd := "/app"
	if d.m.artifact.shape == war && d.native == nil {
		if cwd, w.cwd = "/usr/local/tomcat", (fact.Source{}); d.base.user != "10001" {
			return
		}
	}
	v.Owner, v.Linked = d.base.user+":0", "--link "
	slices.SortFunc(w.folders, func(a, b fact.Of[string]) int { return strings.Compare(a.Value, b.Value) })
	var places []string
	if !w.cwd.IsZero() {
		v.Data, v.Linked = append(v.Data, templates.Files{From: []string{emptyFolder}, To: cwd}), "" // linked layers would give the folder back to root
		places = append(places, "its working directory")
	}
	for _, f := range w.folders {
		to := f.Value
		if !path.IsAbs(to) {
			to = path.Join(cwd, to)
		}
		if slices.ContainsFunc(v.Data, func(o templates.Files) bool { return o.To != cwd && repo.Within(o.To, to) }) {
			continue
		}
		view := templates.Files{From: []string{emptyFolder}, To: to}
		if seed := path.Join(d.m.dir, f.Value); !path.IsAbs(f.Value) && d.seeds(seed) {
			view.From = []string{"/src/" + d.InContext(seed)}
		} else if slices.Contains(w.lasting, f.Value) && !strings.HasPrefix(f.Value, "src/") {
			v.Volumes = append(v.Volumes, to)
		}
		v.Data = append(v.Data, view)
		places = append(places, f.Value)
	}
	if len(places) > 0 {
		from := w.cwd
		if from.IsZero() {
			from = w.folders[0].From
		}
		d.plan.Reasons = append(d.plan.Reasons, detect.Reason{ID: "data", What: "written to", Value: strings.Join(places, " "), From: from})
	}
}

// seeds reports whether the build has files in a folder that the program writes to.
func (d *planning) seeds(dir string) bool {
	return slices.ContainsFunc(d.m.view.Under(dir), func(file string) bool {
		below := strings.Split(repo.Rel(d.Context, file), "/")
		base := below[len(below)-1]
		return !strings.HasPrefix(base, ".") && !slices.Contains([]string{".log", ".class", ".iml", ".swp"}, path.Ext(base)) && !detect.LooksSecret(d.m.view, file) &&
			!slices.ContainsFunc(below, func(part string) bool {
				return slices.Contains(madeByBuilds, part) || slices.Contains([]string{"tmp", "coverage", ".gradle"}, part)
			})
	})
}
