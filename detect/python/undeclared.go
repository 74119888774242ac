package python

import (
	"slices"
	"strings"

	_ "embed"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/python/syntax"
	"github.com/dockgen/dockgen/internal/fact"
)

//go:embed data/modules.json
var modulesJSON []byte

// modules are the modules that Python brings, and the distributions that bring others.
var modules = decoded[struct {
	Standard      string            // names with spaces between them
	Removed       map[string]string // the same of those that a Python line has no more, by the line
	Backports     map[string]string // distributions that bring them back
	Distributions map[string]string // by the name that is imported
	Alternatives  map[string]string // other distributions of the same module, with spaces between them
}](modulesJSON)

// readImports takes the imports of a project without any manifest of pip's for its dependencies:
// what a colleague would install to make it run. Only names that are known are
// taken, since a distribution of a module's name may be anybody's, or that the environment
// of conda has as well.
func (p *project) readImports() {
	standard := strings.Fields(modules().Standard)
	seen := map[string]bool{}
	named, listed := p.condaPackages()
	p.deps = append(p.deps, listed...)
	for _, file := range p.sources.files() {
		for _, i := range p.sources.module(file).Imports {
			name, _, _ := strings.Cut(i.Module, ".")
			if name == "" || i.Types || i.Tried || seen[name] || slices.Contains(standard, name) || strings.HasPrefix(name, "_") || p.sources.own(file, name) {
				continue
			}
			seen[name] = true
			from := source(file, i.Line, "import "+name)
			d, ok := parseRequirement(modules().Distributions[name], from)
			if c, has := named[normal(name)]; has && !ok {
				d, ok = c, true
			}
			if c, has := named[d.name]; has && ok {
				d.spec = c.spec
			}
			if ok {
				p.addNew([]dependency{d})
			} else if !slices.ContainsFunc(listed, func(o dependency) bool { return o.name == normal(name) }) {
				p.unknown = append(p.unknown, fact.New(name, from))
			}
		}
		p.addNew(p.installedApps(file, seen))
	}
	if _, django := p.has("django"); django {
		for _, file := range p.sources.holding("ImageField(") { // wants Pillow, which nothing imports
			d, _ := parseRequirement("pillow", source(file, 1, "ImageField"))
			p.addNew([]dependency{d})
			break
		}
	}
	if len(p.deps) > 0 {
		p.tool = fact.New("imports", p.deps[0].from)
	}
}

// installedApps are the distributions of what Django's settings name in strings.
func (p *project) installedApps(file string, seen map[string]bool) []dependency {
	var all []dependency
	for _, a := range p.sources.module(file).Assigns {
		if a.Target != "INSTALLED_APPS" && a.Target != "THIRD_PARTY_APPS" && a.Target != "MIDDLEWARE" {
			continue
		}
		for _, t := range a.Value {
			name, _, _ := strings.Cut(t.Text, ".")
			d, ok := parseRequirement(modules().Distributions[name], source(file, t.Line, a.Target))
			if t.Kind == syntax.String && ok && !seen[name] && !p.sources.own(file, name) {
				seen[name] = true
				all = append(all, d)
			}
		}
	}
	return all
}

// removedImports are imports of what Python once brought: the first line without it, and where.
// One in a try statement has an answer to its absence, one that a package brings back stays.
func (p *project) removedImports() []fact.Of[string] {
	if p.removed != nil {
		return p.removed
	}
	p.removed = []fact.Of[string]{}
	since, words := map[string]string{}, []string{}
	for line, names := range modules().Removed {
		for _, name := range strings.Fields(names) {
			since[name] = line
			words = append(words, "import "+name, "from "+name)
		}
	}
	for _, file := range p.sources.holding(words...) {
		for _, i := range p.sources.module(file).Imports {
			name, _, _ := strings.Cut(i.Module, ".")
			if since[name] == "" || i.Types || i.Tried || i.Maybe || p.sources.own(file, name) {
				continue
			}
			if p.bringsBack("standard-"+name) || p.bringsBack(modules().Backports[name]) {
				continue
			}
			p.removed = append(p.removed, fact.New(since[name], source(file, i.Line, "import "+name)))
		}
	}
	return p.removed
}

// bringsBack reports whether a distribution is installed.
func (p *project) bringsBack(name string) bool {
	_, installed := p.installs(name)
	return name != "" && installed
}

// own reports whether a module that a file imports is the project's.
func (s *sources) own(file, name string) bool {
	return s.resolve(file, name) != "" || slices.ContainsFunc(s.files(), func(f string) bool {
		return strings.HasSuffix("/"+f, "/"+name+".py") || strings.Contains("/"+f, "/"+name+"/")
	})
}

// importsInstall installs what the imports name.
func (p *project) importsInstall() installing {
	in := installing{cache: "/root/.cache/pip", command: slices.Clone(pip)}
	for _, d := range p.deps {
		name := d.name
		if len(d.extras) > 0 {
			name += "[" + strings.Join(d.extras, ",") + "]"
		}
		in.command = append(in.command, name+strings.ReplaceAll(d.spec, " ", ""))
	}
	return in
}

// undeclared are notes on imports that no manifest declares.
func (p *project) undeclared() []detect.Note {
	var notes []detect.Note
	if p.tool.Value == "imports" && p.conda.IsZero() {
		notes = append(notes, detect.Note{Warning: true, At: p.tool.From, Text: "no manifest declares what the code imports: each build installs the newest releases; pin them in a requirements.txt"})
	}
	for _, u := range p.unknown {
		notes = append(notes, detect.Note{Warning: true, At: u.From, Text: "imports " + u.Value + ", which nothing declares, and it is not installed: name what brings it in a requirements.txt"})
	}
	return notes
}

// missing are notes on what the program imports when it starts and the environment
// certainly lacks: the list of what is installed is whole, and the package of that
// module is not in it.
func (p *project) missing(g program, line string) []detect.Note {
	if !p.whole() {
		return nil
	}
	var notes []detect.Note
	var seen []string
	for _, file := range p.loaded(g) {
		for _, i := range p.sources.module(file).Imports {
			name, _, _ := strings.Cut(i.Module, ".")
			d, known := parseRequirement(modules().Distributions[name], fact.Source{})
			if !known || i.Func != "" || i.Types || i.Tried || i.Maybe || slices.Contains(seen, name) || p.sources.own(file, name) {
				continue
			}
			seen = append(seen, name)
			if !slices.ContainsFunc(append(strings.Fields(modules().Alternatives[name]), d.name), func(dist string) bool { _, ok := p.installsOn(normal(dist), line); return ok }) {
				notes = append(notes, detect.Note{Warning: true, At: source(file, i.Line, ""), Text: "imports " + name + ", which nothing that is installed brings, so the program will not start: add " + d.name + " to the dependencies"})
			}
		}
	}
	return notes
}

// preferFuller takes the requirements file instead of a lockfile that lacks what the code
// imports, where that file names it: one of the two is out of use.
func (p *project) preferFuller() error {
	if p.lock == nil || p.requirements == nil || p.workspace != nil || p.tool.Value == "pip" || p.tool.Value == "pylock" {
		return nil
	}
	names := p.lock.names()
	for _, file := range p.sources.files() {
		for _, i := range p.sources.module(file).Imports {
			name, _, _ := strings.Cut(i.Module, ".")
			d, known := parseRequirement(modules().Distributions[name], fact.Source{})
			if !known || i.Func != "" || i.Types || i.Tried || i.Maybe || p.sources.own(file, name) {
				continue
			}
			others := append(strings.Fields(modules().Alternatives[name]), d.name)
			if slices.ContainsFunc(others, func(o string) bool { return slices.Contains(names, normal(o)) }) || !slices.ContainsFunc(p.requirements.deps, func(r dependency) bool { return slices.Contains(others, r.name) }) {
				continue
			}
			lost := fact.New(p.tool.Value, fact.At(p.lock.file, 0, "which lacks "+d.name))
			p.tool, p.toolLost = fact.New("pip", fact.At(p.requirements.file, 0, "")), []fact.Of[string]{lost}
			p.lock, p.deps, p.extras = nil, nil, nil
			return p.gatherDependencies()
		}
	}
	return nil
}

// whole reports whether every package that is installed is known, those that others bring
// among them: from a lock, a list that a tool wrote or that hashes guard, or because
// nothing is installed.
func (p *project) whole() bool {
	if _, drifted := p.drift(); drifted || !p.conda.IsZero() || p.setup != nil {
		return false
	}
	dynamic := slices.Contains(p.pyproject.Get("project", "dynamic").Strings(), "dependencies")
	switch {
	case p.tool.Value == "pip":
		r := p.requirements
		return (r.compiled.Known() || r.hashes) && len(r.local) == 0 && r.git.IsZero()
	case p.lock != nil:
		return !dynamic && len(p.localPaths()) == 0 && p.workspace == nil
	default:
		return p.tool.Value == "uv" && !dynamic && len(p.deps) == 0 && p.workspace == nil
	}
}

// loaded are the files that are read when a program starts.
func (p *project) loaded(g program) []string {
	files := p.sources.reachable(g.file)
	if g.django != nil {
		if f := p.sources.at(g.root, g.django.settings.Value); f != "" {
			files = append(files, p.sources.reachable(f)...)
		}
	}
	if slices.ContainsFunc(files, p.sources.extended) { // by the names of modules, in strings
		for _, f := range p.sources.files() {
			if !slices.Contains(files, f) && p.sources.module(f).Guard == 0 {
				files = append(files, f)
			}
		}
	}
	return slices.DeleteFunc(files, func(f string) bool { return f == "" || p.view.Size(f) > maxSource })
}

// extended reports whether a file loads the extensions of a bot.
func (s *sources) extended(file string) bool {
	return file != "" && slices.ContainsFunc(s.module(file).Calls, func(c syntax.Call) bool {
		return strings.HasSuffix(c.Callee, ".load_extension") || strings.HasSuffix(c.Callee, ".load_extensions")
	})
}
