package java

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// recipes are the Dockerfiles of people that start a JVM: beside the module, in the folders
// where they usually lie, and at the top of a build of one module.
func (m *module) recipes() []hints.Dockerfile {
	dirs := []string{m.dir, path.Join(m.dir, "docker"), path.Join(m.dir, "src/main/docker")}
	if m.dir != m.root && len(m.siblings) == 0 {
		dirs = append(dirs, m.root, path.Join(m.root, "docker"))
	}
	var all []hints.Dockerfile
	for _, dir := range dirs {
		for _, d := range hints.Dockerfiles(m.view, dir) {
			if started(d.Command) != nil {
				all = append(all, d)
			}
		}
	}
	return all
}

// started is what follows "java" in a command, nil where it starts no JVM.
func started(command []string) []string {
	for i, w := range command {
		if path.Base(w) == "java" {
			return command[i+1:]
		}
	}
	return nil
}

// writtenPort is the port that a compose file, or the Dockerfiles that people wrote, give a
// program whose own sources do not say it. Dockerfiles that disagree say nothing.
func (m *module) writtenPort() fact.Of[int] {
	if service, ok := hints.ComposeOf(m.view, m.dir, m.dir, m.root, "."); ok && len(service.Ports) > 0 {
		return service.Ports[0]
	}
	var port fact.Of[int]
	for _, d := range m.recipes() {
		if len(d.Ports) == 0 || port.Known() && port.Value == d.Ports[0].Value {
			continue
		}
		if port.Known() {
			return fact.Of[int]{}
		}
		port = d.Ports[0]
	}
	return port
}

// recipe is how a Dockerfile of people starts the program.
type recipe struct {
	hints.Dockerfile
	options   []string // of the JVM
	arguments []string // all that follows its jar or its class
}

// recipeOf is the first recipe that gives the program arguments, or the only one that starts it.
func (m *module) recipeOf(class string) (recipe, bool) {
	var all []recipe
	for _, d := range m.recipes() {
		words := started(d.Command)
		at := program(words, class)
		if at < 0 || slices.ContainsFunc(words[at+1:], func(w string) bool { return strings.ContainsAny(w, "$`*") }) {
			continue
		}
		all = append(all, recipe{d, words[:at], words[at+1:]})
	}
	if i := slices.IndexFunc(all, func(r recipe) bool { return len(r.arguments) > 0 }); i >= 0 {
		return all[i], true
	}
	if len(all) != 1 {
		return recipe{}, false
	}
	return all[0], true
}

// program is where the class or the jar stands that a command of java runs, or -1: an agent and
// the class path are options with jars of their own.
func program(words []string, class string) int {
	for i, w := range words {
		isPath := i > 0 && slices.Contains([]string{"-cp", "-classpath", "--class-path", "-p", "--module-path"}, words[i-1])
		if class != "" && w == class || strings.HasSuffix(w, ".jar") && !strings.HasPrefix(w, "-") && !isPath {
			return i
		}
	}
	return -1
}

// carried is a file or folder of the repository that goes into the final image beside the program.
type carried struct{ file, to string }

// exact is the file with its own name in the place that it goes to.
func (c carried) exact() carried {
	switch to := path.Clean(c.to); {
	case strings.HasSuffix(c.to, "/"):
		c.to = path.Join(to, path.Base(c.file))
	default:
		c.to = to
	}
	switch {
	case path.IsAbs(c.to):
	case c.to == path.Base(c.file):
		c.to = "./"
	default:
		c.to = "./" + c.to
	}
	return c
}

// given is what people's own Dockerfile tells the program when it starts it.
type given struct {
	properties []string // -D…
	arguments  []string
	files      []carried
}

// givenArguments are the program's properties and arguments where people's own Dockerfile has
// some, with the files of the repository that they name, and the settings that it copies. An
// argument that names a file which the repository lacks would stop the program: it is reported instead.
func (d *planning) givenArguments() given {
	r, ok := d.m.recipeOf(d.program.name)
	if !ok {
		return given{}
	}
	g := given{files: d.m.settingsOf(r)}
	for _, w := range r.arguments {
		file, missing := d.m.named(r, w)
		if missing {
			d.plan.Notes = append(d.plan.Notes, detect.Note{Warning: true, At: r.From, Text: "starts the program with " + strings.Join(r.arguments, " ") + ", but " + w + " is not in the repository: pass it to docker run, with what it names mounted"})
			return given{files: g.files}
		}
		g.carry(file)
	}
	for _, w := range r.arguments {
		if w, ok := d.told(r, w); ok {
			g.arguments = append(g.arguments, w)
		}
	}
	for _, w := range r.options {
		w, ok := d.told(r, w)
		if !ok {
			continue
		}
		name, value, isProperty := strings.Cut(w, "=")
		if !isProperty || !strings.HasPrefix(name, "-D") || name == oldEntropy || strings.ContainsAny(value, "$`*") {
			continue
		}
		file, missing := d.m.named(r, strings.TrimPrefix(value, "file:"))
		if missing && path.Ext(value) != "" {
			d.plan.Notes = append(d.plan.Notes, detect.Note{Warning: true, At: r.From, Text: "starts the program with " + w + ", which is not in the repository"})
			continue
		}
		g.carry(file)
		g.properties = append(g.properties, w)
	}
	if told := append(slices.Clone(g.properties), g.arguments...); len(told) > 0 {
		d.plan.Reasons = append(d.plan.Reasons, detect.Because("arguments", "arguments", fact.New(strings.Join(told, " "), r.From)))
	}
	return g
}

// settingOf is the name of the setting in -Dserver.port=8081 or --server.port=8081, "" for other words.
func settingOf(w string) (name, value string) {
	name, value, ok := strings.Cut(w, "=")
	if !ok || !strings.HasPrefix(name, "-D") && !strings.HasPrefix(name, "--") {
		return "", ""
	}
	return strings.TrimPrefix(name[2:], "-"), value
}

// told is a word of a recipe's command as this image has it: with the port that it listens on, and
// no secret, which everybody could read there.
func (d *planning) told(r recipe, w string) (word string, ok bool) {
	name, value := settingOf(w)
	switch {
	case detect.NamesSecret(name) && value != "":
		d.plan.Notes = append(d.plan.Notes, detect.Note{Warning: true, At: r.From, Text: "starts the program with a value of " + name + ", which everybody who has the image could read: it is left out, so pass it to docker run"})
		return "", false
	case slices.Contains(portNames, name) && d.port.Known():
		return strings.TrimSuffix(w, value) + strconv.Itoa(d.port.Value), true
	}
	return w, true
}

// toldPort is the port that people's own Dockerfile gives the program when it starts it, which comes
// before all settings.
func (d *planning) toldPort() fact.Of[int] {
	r, ok := d.m.recipeOf(d.program.name)
	if !ok || d.m.artifact.shape == war {
		return fact.Of[int]{}
	}
	for _, w := range slices.Concat(r.options, r.arguments) {
		name, value := settingOf(w)
		if n, err := strconv.Atoi(value); err == nil && n > 0 && n < 65536 && slices.Contains(portNames, name) {
			return fact.New(n, r.From)
		}
	}
	return fact.Of[int]{}
}

// oldEntropy is what people set for Java 8 and older, whose random numbers could wait for
// the machine (https://openjdk.org/jeps/273, 2026-11).
const oldEntropy = "-Djava.security.egd"

func (g *given) carry(file carried) {
	if file.file != "" && !slices.Contains(g.files, file) {
		g.files = append(g.files, file)
	}
}

// named is the file that a word of a recipe's command names, none where it is a word or a
// switch; missing where the repository has no such file.
func (m *module) named(r recipe, w string) (file carried, missing bool) {
	for _, c := range r.Copies {
		for _, source := range c.Sources {
			if found, ok := m.copied(r, c, source, absolute(r.Workdir, w)); ok {
				return carried{found, w}.exact(), false
			}
		}
	}
	switch beside := path.Join(m.dir, w); {
	case !path.IsAbs(w) && m.view.Has(beside):
		return carried{beside, w}.exact(), false
	case strings.HasPrefix(w, "-") || strings.Contains(w, "://") || !strings.Contains(w, "/"):
		return carried{}, false
	default:
		return carried{}, true
	}
}

// absolute is a path of an image.
func absolute(workdir, p string) string {
	if path.IsAbs(p) {
		return path.Clean(p)
	}
	return path.Join("/", workdir, p)
}

// copied is the file of the repository that a recipe copies to the path.
func (m *module) copied(r recipe, c hints.Copy, source, to string) (file string, ok bool) {
	source = m.fromContext(r, source)
	switch folder := strings.TrimSuffix(c.To, "/"); {
	case source == "":
		return "", false
	case m.view.HasDir(source) && repo.Within(folder, to):
		file = path.Join(source, repo.Rel(folder, to))
	case c.To == to, path.Join(folder, path.Base(source)) == to:
		file = source
	}
	return file, file != "" && m.view.Has(file)
}

// fromContext is a path in the context of a recipe's build, which is the folder of the Dockerfile,
// of the module or of its build; "" where none has it.
func (m *module) fromContext(r recipe, source string) string {
	for _, dir := range []string{path.Dir(r.File), m.dir, m.root} {
		if file := path.Join(dir, source); file != dir && (m.view.Has(file) || m.view.HasDir(file)) {
			return file
		}
	}
	return ""
}

// settingsEndings are those of files that configure a program.
var settingsEndings = []string{".yml", ".yaml", ".properties", ".conf", ".toml", ".ini", ".cfg"}

// settingsOf are the files of settings that a recipe copies beside the program, where it
// builds nothing in the same stage.
func (m *module) settingsOf(r recipe) []carried {
	if len(r.Bases) == 1 && len(r.Runs) > 0 {
		return nil // it may build there, with what it copies
	}
	var all []carried
	for _, c := range r.Copies {
		for _, source := range c.Sources {
			file := m.fromContext(r, source)
			if !slices.Contains(settingsEndings, path.Ext(file)) || !m.view.Has(file) || detect.LooksSecret(m.view, file) || path.Base(file) == "gradle.properties" {
				continue
			}
			to := c.To
			if !strings.HasSuffix(to, "/") && path.Base(to) == path.Base(file) {
				to = path.Dir(to) + "/"
			}
			// Rel takes no absolute paths: of both, what is below the root.
			if workdir, below := strings.Trim(r.Workdir, "/"), strings.Trim(to, "/"); repo.Within(workdir, below) {
				to = path.Join(".", repo.Rel(workdir, below)) + "/"
			}
			all = append(all, carried{file, to}.exact())
		}
	}
	return all
}
