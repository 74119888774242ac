package golang

import (
	_ "embed"
	"encoding/json"
	"path"
	"slices"
	"strings"
	"sync"

	"golang.org/x/mod/modfile"

	"github.com/dockgen/dockgen/internal/fact"
)

// generator is a command that makes Go files that the repository does not hold.
type generator struct {
	what     string // "templ's Go files"
	commands [][]string
	protoc   bool     // which the build image does not have
	makes    []string // embedded files and folders, relative to the root; none for Go code
	from     fact.Source
}

//go:embed generate.json
var generateData []byte

// tools are the import paths of generators and the version to run where go.mod names none.
var tools = sync.OnceValue(func() map[string]tool {
	var file struct {
		Date, Source string
		Tools        map[string]tool
	}
	if err := json.Unmarshal(generateData, &file); err != nil {
		panic("golang: generate.json: " + err.Error()) // our own data: a test reads it
	}
	return file.Tools
})

type tool struct {
	Package string `json:"package"`
	Module  string `json:"module"` // its own path, where one whose path is a prefix of it may be required as well
	Version string `json:"version"`
}

// version is what go.mod requires of a tool's module, or the one of our data.
func (m *module) version(t tool) string {
	version, at, ok := m.requires(t.Package)
	if !ok || (t.Module != "" && at.What != "require "+t.Module) {
		return t.Version
	}
	return version
}

// hasTool reports whether a tool directive of go.mod names a tool.
// https://go.dev/doc/modules/managing-dependencies#tools
func (m *module) hasTool(t tool) bool {
	return m.file != nil && slices.ContainsFunc(m.file.Tool, func(d *modfile.Tool) bool { return d.Path == t.Package })
}

// install are the commands that put tools into the build image's PATH.
func (m *module) install(names ...string) [][]string {
	var all [][]string
	for _, name := range names {
		t := tools()[name]
		all = append(all, []string{"go", "install", t.Package + "@" + m.version(t)})
	}
	return all
}

// run is the command line that runs a tool: the one of a tool directive, or the version
// that go.mod requires, or the one of our data.
func (m *module) run(name string, arguments ...string) []string {
	t := tools()[name]
	if m.hasTool(t) {
		return append([]string{"go", "tool", name}, arguments...)
	}
	return append([]string{"go", "run", t.Package + "@" + m.version(t)}, arguments...)
}

// generators are the commands that make what the closure of a program lacks.
func (m *module) generators(p *pkg) []generator {
	var all []generator
	add := func(what string, from fact.Source, command []string) {
		all = append(all, generator{what: what, commands: [][]string{command}, from: from})
	}
	if file := m.unmadeTempl(p); file != "" {
		add("templ's Go files", fact.At(file, 0, "not compiled in the repository"), m.run("templ", "generate"))
	}
	missing := m.imports(p)
	for _, name := range []string{"sqlc.yaml", "sqlc.yml", "sqlc.json"} {
		if file := path.Join(m.dir, name); m.view.Has(file) && len(missing) > 0 {
			add("sqlc's Go files", fact.At(file, 0, ""), m.run("sqlc", "generate"))
			break
		}
	}
	for _, lacks := range missing {
		if path.Base(lacks.Value) == "docs" && m.requiresTool("swag") {
			out := "./" + strings.TrimPrefix(strings.TrimPrefix(lacks.Value, m.file.Module.Mod.Path), "/")
			main := strings.TrimPrefix(m.inModule(p.main.File), "./")
			add("swag's docs", lacks.From, m.run("swag", "init", "-g", main, "-o", out))
		}
	}
	for _, q := range m.closure(p) {
		if from := m.unmadeWire(q); !from.IsZero() {
			add("wire's injectors", from, m.run("wire", m.inModule(q.dir)))
		}
	}
	if len(all) == 0 && len(missing) > 0 {
		all = m.fromProto(missing)
	}
	if more, ok := m.directives(p, missing); ok && len(all) == 0 {
		all = append(all, more)
	} else if more, ok := m.targets(p); ok && len(all) == 0 {
		all = append(all, more)
	}
	return all
}

func (m *module) requiresTool(name string) bool {
	_, _, ok := m.requires(tools()[name].Package)
	return ok
}

// imports are the packages of this module that its program imports and that are not there.
func (m *module) imports(p *pkg) []fact.Of[string] {
	if m.file == nil {
		return nil
	}
	var missing []fact.Of[string]
	for _, q := range m.closure(p) {
		for _, name := range q.sortedImports() {
			if !hasPath(name, m.file.Module.Mod.Path) || m.inOther(name) {
				continue
			}
			if found := m.find(name); found == nil || found.name == "" {
				missing = append(missing, fact.New(name, q.imports[name]))
			}
		}
	}
	return missing
}

// inOther reports whether an import path belongs to a module below this one.
func (m *module) inOther(name string) bool {
	dir := path.Join(m.dir, strings.TrimPrefix(name, m.file.Module.Mod.Path))
	return m.isNested(dir+"/x") || slices.ContainsFunc(m.local[1:], func(l *module) bool { return hasPath(name, l.file.Module.Mod.Path) })
}

// missing are the imports that no generator of ours makes.
func (m *module) missing(p *pkg, made []generator) []fact.Of[string] {
	if slices.ContainsFunc(made, func(g generator) bool { return len(g.makes) == 0 }) {
		return nil
	}
	return m.imports(p)
}

// unmadeTempl is a .templ file of the module without its Go file. https://templ.guide
func (m *module) unmadeTempl(p *pkg) string {
	if !m.requiresTool("templ") {
		return ""
	}
	for _, f := range m.view.Under(m.dir) {
		if base, ok := strings.CutSuffix(f, ".templ"); ok && !m.view.Has(base+"_templ.go") && !vendored(f) {
			return f
		}
	}
	return ""
}

// unmadeWire is the injector of a package without wire_gen.go. https://github.com/google/wire
func (m *module) unmadeWire(p *pkg) fact.Source {
	if m.view.Has(path.Join(p.dir, "wire_gen.go")) {
		return fact.Source{}
	}
	for _, f := range m.view.In(p.dir) {
		if path.Ext(f) != ".go" || slices.Contains(p.files, f) {
			continue
		}
		text, err := m.view.Read(f)
		if err != nil {
			continue // too large for an injector
		}
		if line := lineOf(text, "//go:build wireinject"); line > 0 {
			return fact.At(f, line, "wireinject")
		}
	}
	return fact.Source{}
}
