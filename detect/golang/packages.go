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

	"github.com/dockgen/dockgen/internal/diag"
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
}

// linux is how the image is built. Files for other systems, and those behind
// tags that nobody sets, are not part of it.
func linux(v *repo.View, cgo bool) *build.Context {
	return &build.Context{
		GOOS: "linux", GOARCH: "amd64", Compiler: "gc", CgoEnabled: cgo, ReleaseTags: releaseTags,
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
func (m *module) readPackages() (*packages, error) {
	ps := &packages{view: m.view, byDir: map[string]*pkg{}}
	ctxt := linux(m.view, true)
	fset := token.NewFileSet()
	for _, file := range m.view.Under(m.dir) {
		if path.Ext(file) != ".go" || strings.HasSuffix(file, "_test.go") || vendored(repo.Rel(m.dir, file)) || m.isNested(file) {
			continue
		}
		if m.view.Size(file) > repo.MaxManifest {
			continue // generated data; too large to be the file that holds main
		}
		if ok, err := ctxt.MatchFile(path.Dir(file), path.Base(file)); err != nil || !ok {
			continue // for another system, or behind a tag
		}
		text, err := m.view.Read(file)
		if err != nil {
			return nil, err
		}
		f, err := parser.ParseFile(fset, file, text, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			if f == nil || f.Name == nil || f.Name.Name == "" || f.Name.Name == "_" {
				continue // not a Go file after all (a template, an unfinished draft)
			}
		}
		ps.add(file, text, f, fset)
	}
	return ps, nil
}

func (m *module) isNested(file string) bool {
	return slices.ContainsFunc(m.nested, func(dir string) bool { return repo.Within(dir, file) })
}

func (ps *packages) add(file string, text []byte, f *ast.File, fset *token.FileSet) {
	dir := path.Dir(file)
	p := ps.byDir[dir]
	if p == nil {
		p = &pkg{dir: dir, name: f.Name.Name, imports: map[string]fact.Source{}}
		ps.byDir[dir] = p
	}
	if f.Name.Name != p.name {
		if f.Name.Name != "main" {
			return // a stray file; the go tool would refuse the package, and say so
		}
		p.name = "main"
	}
	p.files = append(p.files, file)
	for _, i := range f.Imports {
		if name, err := strconv.Unquote(i.Path.Value); err == nil {
			if _, seen := p.imports[name]; !seen {
				p.imports[name] = fact.At(file, fset.Position(i.Pos()).Line, "import "+name)
			}
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

// embeds are the patterns of the //go:embed lines of a file.
// https://pkg.go.dev/embed#hdr-Directives
func embeds(file string, text []byte) []fact.Of[string] {
	var found []fact.Of[string]
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		rest, ok := strings.CutPrefix(strings.TrimRight(line, "\r\n"), "//go:embed")
		if !ok || rest == "" || (rest[0] != ' ' && rest[0] != '\t') {
			continue
		}
		for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
			var pattern string
			if rest[0] == '"' || rest[0] == '`' {
				quoted, err := strconv.QuotedPrefix(rest)
				if err != nil {
					break
				}
				pattern, _ = strconv.Unquote(quoted)
				rest = rest[len(quoted):]
			} else {
				end := strings.IndexAny(rest+" ", " \t")
				pattern, rest = rest[:end], rest[end:]
			}
			found = append(found, fact.New(strings.TrimPrefix(pattern, "all:"), fact.At(file, n, "//go:embed")))
		}
	}
	return found
}

// closure are a package and the packages of the same module that it imports, at
// any depth, sorted by folder.
func (m *module) closure(p *pkg) []*pkg {
	seen := map[*pkg]bool{p: true}
	queue := []*pkg{p}
	modulePath := m.file.Module.Mod.Path
	for i := 0; i < len(queue); i++ {
		for name := range queue[i].imports {
			if name != modulePath && !strings.HasPrefix(name, modulePath+"/") {
				continue
			}
			dir := path.Join(m.dir, strings.TrimPrefix(strings.TrimPrefix(name, modulePath), "/"))
			if q := m.packages.byDir[dir]; q != nil && !seen[q] {
				seen[q] = true
				queue = append(queue, q)
			}
		}
	}
	slices.SortFunc(queue, func(a, b *pkg) int { return strings.Compare(a.dir, b.dir) })
	return queue
}

// imported is where a package of the closure imports a path, or the zero Source.
func imported(closure []*pkg, ok func(string) bool) (string, fact.Source) {
	for _, p := range closure {
		names := make([]string, 0, len(p.imports))
		for name := range p.imports {
			names = append(names, name)
		}
		slices.Sort(names)
		for _, name := range names {
			if ok(name) {
				return name, p.imports[name]
			}
		}
	}
	return "", fact.Source{}
}

// parse is the syntax tree of a file; a file with errors is the compiler's to report.
func (ps *packages) parse(fset *token.FileSet, file string) (*ast.File, error) {
	text, err := ps.view.Read(file)
	if err != nil {
		return nil, err
	}
	f, err := parser.ParseFile(fset, file, text, parser.SkipObjectResolution)
	if err != nil && f == nil {
		return nil, &diag.Error{At: fact.Source{File: file}, What: "cannot be parsed", Err: err}
	}
	return f, nil
}
