package golang

import (
	"bytes"
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// packages are the packages of a module, as a Linux build sees them.
type packages struct {
	view  *repo.View
	byDir map[string]*pkg
}

// pkg is one folder's package, without its tests.
type pkg struct {
	dir     string // relative to the root of the view
	name    string
	main    fact.Source // of func main, for package main
	files   []string
	imports map[string]fact.Source
	embeds  []fact.Of[string] // patterns of //go:embed, relative to dir
	c       fact.Source       // of import "C"
	pure    fact.Source       // of a file that stands in where cgo is off
}

// linux is how the image is built. Files for other systems, and those behind
// tags that nobody sets, are not part of it.
func linux(v *repo.View, cgo bool, tags []string) *build.Context {
	return &build.Context{
		GOOS: "linux", GOARCH: "amd64", Compiler: "gc", CgoEnabled: cgo, ReleaseTags: releaseTags(), BuildTags: tags,
		JoinPath: path.Join,
		OpenFile: func(p string) (io.ReadCloser, error) {
			text, err := v.Read(p)
			if err != nil {
				return nil, err
			}
			return io.NopCloser(bytes.NewReader(text)), nil
		},
	}
}

// readPackages reads the package clauses and imports of all Go files of a module.
func (m *module) readPackages() error {
	m.packages = &packages{view: m.view, byDir: map[string]*pkg{}}
	var files []string
	for _, file := range m.view.Under(m.dir) {
		if path.Ext(file) == ".go" && !vendored(repo.Rel(m.dir, file)) && !m.isNested(file) {
			files = append(files, file)
		}
	}
	return m.packages.read(files, m.knownTags())
}

// readDir reads the package in one folder.
func (ps *packages) readDir(dir string, tags []string) error {
	return ps.read(slices.DeleteFunc(ps.view.In(dir), func(f string) bool { return path.Ext(f) != ".go" }), tags)
}

func (ps *packages) read(files, tags []string) error {
	withCgo, without := linux(ps.view, true, tags), linux(ps.view, false, tags)
	fset := token.NewFileSet()
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") || ps.view.Size(file) > repo.MaxManifest {
			continue // generated data of such a size does not hold main
		}
		if ok, err := withCgo.MatchFile(path.Dir(file), path.Base(file)); err != nil || !ok {
			if ok, err := without.MatchFile(path.Dir(file), path.Base(file)); err == nil && ok {
				ps.standIn(file)
			}
			continue // for another system, or behind a tag
		}
		text, err := ps.view.Read(file)
		if err != nil {
			return err
		}
		f, err := parser.ParseFile(fset, file, text, parser.ImportsOnly|parser.ParseComments)
		if err != nil && (f == nil || f.Name == nil || f.Name.Name == "" || f.Name.Name == "_") {
			continue // not a Go file after all (a template, an unfinished draft)
		}
		ps.add(file, text, f, fset)
	}
	return nil
}

func (m *module) isNested(file string) bool {
	return slices.ContainsFunc(m.nested, func(dir string) bool { return repo.Within(dir, file) })
}

func (ps *packages) at(dir string) *pkg {
	p := ps.byDir[dir]
	if p == nil {
		p = &pkg{dir: dir, imports: map[string]fact.Source{}}
		ps.byDir[dir] = p
	}
	return p
}

// standIn notes a file that belongs to the build only where cgo is off.
func (ps *packages) standIn(file string) {
	ps.at(path.Dir(file)).pure = fact.At(file, 1, "//go:build !cgo")
}

func (ps *packages) add(file string, text []byte, f *ast.File, fset *token.FileSet) {
	p := ps.at(path.Dir(file))
	if p.name == "" || f.Name.Name == "main" {
		p.name = f.Name.Name
	}
	if f.Name.Name != p.name {
		return // a stray file; the go tool would refuse the package, and say so
	}
	p.files = append(p.files, file)
	for _, i := range f.Imports {
		name, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			continue
		}
		at := fact.At(file, fset.Position(i.Pos()).Line, "import "+name)
		if name == "C" && p.c.IsZero() {
			p.c = at
		}
		if _, seen := p.imports[name]; !seen {
			p.imports[name] = at
		}
	}
	if p.name == "main" && p.main.IsZero() {
		if line := lineOf(text, "func main()"); line > 0 {
			p.main = fact.At(file, line, "func main")
		}
	}
	if _, ok := p.imports["embed"]; ok {
		p.embeds = append(p.embeds, embeds(file, text)...)
	}
}

// lineOf is the 1-based number of the first line that starts with a prefix, or 0.
func lineOf(text []byte, prefix string) int {
	n := 0
	for line := range bytes.Lines(text) {
		n++
		if bytes.HasPrefix(line, []byte(prefix)) {
			return n
		}
	}
	return 0
}

// find is the package of an import path, in this module or one that its builds
// take from the repository.
func (m *module) find(importPath string) *pkg {
	var in *module
	for _, local := range m.local {
		if local.file == nil {
			continue
		}
		p := local.file.Module.Mod.Path
		if hasPath(importPath, p) && (in == nil || len(p) > len(in.file.Module.Mod.Path)) {
			in = local
		}
	}
	if in == nil {
		return nil
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(importPath, in.file.Module.Mod.Path), "/")
	return in.packages.byDir[path.Join(in.dir, rest)]
}

// closure are a package and the packages of the repository that it imports, at
// any depth, sorted by folder.
func (m *module) closure(p *pkg) []*pkg {
	seen := map[*pkg]bool{p: true}
	queue := []*pkg{p}
	for i := 0; i < len(queue); i++ {
		for name := range queue[i].imports {
			if q := m.find(name); q != nil && !seen[q] {
				seen[q] = true
				queue = append(queue, q)
			}
		}
	}
	slices.SortFunc(queue, func(a, b *pkg) int { return strings.Compare(a.dir, b.dir) })
	return queue
}

// sortedImports are the import paths of a package, sorted.
func (p *pkg) sortedImports() []string {
	names := make([]string, 0, len(p.imports))
	for name := range p.imports {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// imported is where a package of the closure imports a path, or the zero Source.
func imported(closure []*pkg, ok func(string) bool) (string, fact.Source) {
	for _, p := range closure {
		for _, name := range p.sortedImports() {
			if ok(name) {
				return name, p.imports[name]
			}
		}
	}
	return "", fact.Source{}
}
