package python

import (
	_ "embed"
	"encoding/json"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/dockgen/dockgen/detect/python/syntax"
	"github.com/dockgen/dockgen/internal/fact"
)

//go:embed data/frameworks.json
var frameworksJSON []byte

// framework is what calling a class makes.
type framework struct {
	Framework string `json:"framework"`
	Kind      string `json:"kind"`                // wsgi, asgi, sanic, celery
	Attribute string `json:"attribute,omitempty"` // of the object: where its WSGI application is
	Writes    bool   `json:"writes,omitempty"`    // a file beside the code when it starts: the key of FastHTML's sessions
	Wraps     bool   `json:"wraps,omitempty"`     // around another application

	module string // that it is imported from: "flask"
}

// runner is a function that listens.
type runner struct {
	Framework string `json:"framework"`
	Port      int    `json:"port"`     // where the call names none
	Argument  string `json:"argument"` // keyword of the port
	Position  int    `json:"position"` // 0-based, -1 for keyword only
}

var frameworks = sync.OnceValue(func() (f struct {
	Date    string               `json:"date"`
	Source  string               `json:"source"`
	Classes map[string]framework `json:"classes"`
	Runs    map[string]runner    `json:"runs"`
}) {
	if err := json.Unmarshal(frameworksJSON, &f); err != nil {
		panic("python: " + err.Error()) // our own data
	}
	return f
})

// app is an application object, or a function that makes one.
type app struct {
	framework
	file     string
	line     int
	name     string // of the object or function
	factory  bool
	required int // parameters of the factory that have no default
}

// apps are the application objects of the project's files that a server can import.
func (p *project) apps() []app {
	words := map[string]bool{}
	for class := range frameworks().Classes {
		words[class[strings.LastIndex(class, ".")+1:]] = true
	}
	var list []string
	for w := range words {
		list = append(list, w)
	}
	slices.Sort(list)
	var found []app
	for _, file := range p.sources.holding(list...) {
		found = append(found, p.appsIn(file)...)
	}
	found = append(found, p.made(found)...)
	return dropMounted(p, found)
}

// class is the framework whose class a call makes.
func class(m *syntax.Module, e syntax.Expr) (framework, bool) {
	c, ok := e.Call()
	if !ok {
		return framework{}, false
	}
	for _, name := range m.Meanings(c.Callee) {
		if f, ok := frameworks().Classes[name]; ok {
			f.module, _, _ = strings.Cut(name, ".")
			return f, true
		}
	}
	for _, base := range m.Bases(c.Callee) { // class Shop(Flask)
		if f, ok := frameworks().Classes[base]; ok {
			f.module, _, _ = strings.Cut(base, ".")
			return f, true
		}
	}
	return framework{}, false
}

// without reports whether an application is of a framework that is certainly not installed: a
// service of its own, beside the program that the dependencies are for.
func (p *project) without(a app) bool {
	d, known := parseRequirement(modules().Distributions[a.module], fact.Source{})
	return known && p.whole() && !slices.ContainsFunc(append(strings.Fields(modules().Alternatives[a.module]), d.name), func(dist string) bool { _, ok := p.installs(normal(dist)); return ok })
}

func (p *project) appsIn(file string) []app {
	m := p.sources.module(file)
	var found []app
	for _, a := range slices.Concat(m.Assigns, m.Unpacks) {
		f, ok := class(m, a.Value)
		if ok && a.Func == "" && a.Class == "" && !a.Guard && !strings.Contains(a.Target, ".") {
			found = append(found, app{framework: f, file: file, line: a.Line, name: a.Target})
		}
	}
	for _, fn := range m.Funcs {
		if fn.Class != "" || fn.Outer() != "" || fn.Guard || fn.Async || len(fn.Decorators) > 0 {
			continue
		}
		if f, ok := returned(m, fn); ok && f.Kind != "celery" {
			found = append(found, app{framework: f, file: file, line: fn.Line, name: fn.Name, factory: true, required: fn.Required})
		}
	}
	// server = app.server of Dash, application = app of anything
	for _, a := range m.Assigns {
		name := a.Value.Name()
		for _, o := range found {
			if o.factory || a.Func != "" || a.Guard || o.Attribute == "" || name != o.name+"."+o.Attribute {
				continue
			}
			o.name, o.line, o.Attribute = a.Target, a.Line, ""
			found = append(found, o)
			break
		}
	}
	return found
}

// returned is the framework of the application that a function returns.
func returned(m *syntax.Module, fn syntax.Func) (framework, bool) {
	if f, ok := frameworks().Classes[m.Qualified(fn.Annotation.Name())]; ok {
		return f, true
	}
	for _, r := range fn.Returns {
		if f, ok := class(m, r); ok {
			return f, true
		}
		for _, a := range m.Assigns {
			if a.Func == fn.Name && a.Target == r.Name() && a.Target != "" {
				if f, ok := class(m, a.Value); ok {
					return f, true
				}
			}
		}
	}
	return framework{}, false
}

// made are objects that a factory of the project makes at the top level of a file:
// app = create_app().
func (p *project) made(found []app) []app {
	var names []string
	for _, a := range found {
		if a.factory {
			names = append(names, a.name+"(")
		}
	}
	if len(names) == 0 {
		return nil
	}
	var more []app
	for _, file := range p.sources.holding(names...) {
		m := p.sources.module(file)
		for _, a := range m.Assigns {
			c, ok := a.Value.Call()
			if !ok || a.Func != "" || a.Class != "" || a.Guard || strings.Contains(a.Target, ".") {
				continue
			}
			for _, f := range found {
				if f.factory && p.refers(file, c.Callee, f) {
					more = append(more, app{framework: f.framework, file: file, line: a.Line, name: a.Target})
				}
			}
		}
	}
	return more
}

// refers reports whether a name in a file means the application of another, or the same, file.
func (p *project) refers(file, name string, a app) bool {
	if name == a.name && file == a.file {
		return true
	}
	m := p.sources.module(file)
	full := m.Qualified(name)
	if full == name && !strings.Contains(name, ".") {
		return false
	}
	i := strings.LastIndex(full, ".")
	if i < 0 || full[i+1:] != a.name {
		return false
	}
	module := full[:i]
	if strings.Trim(module, ".") == "" { // from . import app
		module = full[:i+1]
	}
	return p.sources.resolve(file, module) == a.file
}

// dropMounted leaves out what another application of the project mounts, and what a
// wrapper in the same file wraps.
func dropMounted(p *project, found []app) []app {
	inner := map[int]bool{}
	for i, a := range found {
		for _, outer := range found {
			m := p.sources.module(outer.file)
			for _, c := range m.Calls {
				wraps := frameworks().Classes[m.Qualified(c.Callee)].Wraps
				if !wraps && !strings.HasSuffix(c.Callee, ".mount") {
					continue
				}
				for _, arg := range c.Args {
					if name := arg.Value.Name(); name != "" && (outer.name != a.name || outer.file != a.file) && p.refers(outer.file, name, a) {
						inner[i] = true
					}
				}
			}
		}
	}
	var kept []app
	for i, a := range found {
		if !inner[i] && !slices.ContainsFunc(kept, func(o app) bool { return o.file == a.file && o.name == a.name }) {
			kept = append(kept, a)
		}
	}
	return kept
}

// usual are names of application objects, the most telling first.
var usual = []string{"app", "application", "api", "server", "asgi", "create_app", "make_app", "get_app", "build_app", "create_application", "get_application"}

func usualRank(name string) int {
	if i := slices.Index(usual, name); i >= 0 {
		return i
	}
	return len(usual)
}

// best is, of the applications in one file, the one that a server is meant to load.
func best(apps []app) []app {
	byFile := map[string]app{}
	var files []string
	for _, a := range apps {
		o, ok := byFile[a.file]
		if !ok {
			files = append(files, a.file)
		}
		if !ok || rank(a) < rank(o) {
			byFile[a.file] = a
		}
	}
	var kept []app
	for _, f := range files {
		kept = append(kept, byFile[f])
	}
	return kept
}

// rank orders the applications of a file: objects before factories, a wrapper
// before what it may wrap, then the usual names.
func rank(a app) int {
	r := usualRank(a.name)
	if a.factory {
		r += 100
	}
	if a.required > 0 {
		r += 100
	}
	if a.Wraps {
		r -= 50
	}
	return r
}

// entryRank orders files by how their names say "load me".
func entryRank(file string) int {
	base := strings.TrimSuffix(path.Base(file), ".py")
	if i := slices.Index([]string{"wsgi", "asgi", "main", "app", "application", "server", "api", "run", "__init__"}, base); i >= 0 {
		return i
	}
	return 99
}
