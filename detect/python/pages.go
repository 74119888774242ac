package python

import (
	_ "embed"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/python/syntax"
	"github.com/dockgen/dockgen/internal/fact"
)

//go:embed data/pages.json
var pagesJSON []byte

// pageTool is a command that serves the page which a file describes.
type pageTool struct {
	Name       string   `json:"name"` // of the package, its module and its command
	Framework  string   `json:"framework"`
	Port       int      `json:"port"`
	Calls      []string `json:"calls"`      // any of these makes a file such a page …
	Imports    []string `json:"imports"`    // … or an import of a module …
	Methods    []string `json:"methods"`    // … or a method of this name …
	Decorators []string `json:"decorators"` // … or this above a function
	Command    []string `json:"command"`    // with {file} and {port}
}

var pageTools = decoded[struct{ Tools []pageTool }](pagesJSON)

// addPages adds the files that describe a page which a tool of its own serves.
func (p *project) addPages() {
	for _, tool := range pageTools().Tools {
		if _, ok := p.installs(tool.Name); !ok {
			continue
		}
		var files []string
		for _, f := range p.sources.holding(tool.Name) {
			if _, ok := p.sources.module(f).Imported(tool.Name); ok && tool.describes(p.sources.module(f)) {
				files = append(files, f)
			}
		}
		order := func(f string) int { return strings.Count(f, "/")*100 + index(scriptNames, path.Base(f)) }
		slices.SortStableFunc(files, func(a, b string) int { return order(a) - order(b) })
		for i, f := range files {
			imported, _ := p.sources.module(f).Imported(tool.Name)
			g := program{kind: tool.Name, framework: tool.Framework, file: f, root: path.Dir(f), listens: listening{port: fact.New(tool.Port, fact.Default(tool.Framework+"'s port"))}}
			g.Program = detect.Program{Name: p.relative(f), Kind: detect.Service, At: source(f, imported.Line, "import "+imported.Module)}
			if i == 0 && len(files) > 1 && order(f) < order(files[1]) && slices.Contains(scriptNames, path.Base(f)) {
				g.Claims = []detect.Claim{{Rank: detect.Named, What: path.Base(f) + " is the usual name of the first page", From: g.At}}
			}
			p.add(g)
		}
		if len(files) > 0 {
			return // what is left is brought by it, as Bokeh by Panel
		}
	}
}

func (t pageTool) describes(m *syntax.Module) bool {
	return slices.ContainsFunc(m.Calls, func(c syntax.Call) bool {
		return slices.Contains(t.Calls, m.Qualified(c.Callee)) || slices.Contains(t.Methods, c.Callee[strings.LastIndex(c.Callee, ".")+1:])
	}) || slices.ContainsFunc(m.Imports, func(i syntax.Import) bool {
		return slices.Contains(t.Imports, i.Module) || slices.Contains(t.Imports, join(i.Module, i.Name))
	}) || slices.ContainsFunc(m.Funcs, func(f syntax.Func) bool {
		return slices.ContainsFunc(f.Decorators, func(d syntax.Expr) bool { return slices.Contains(t.Decorators, m.Qualified(d.Name())) })
	})
}

// servedBy is the tool that serves a page, if one does.
func (g program) servedBy() (pageTool, bool) {
	i := slices.IndexFunc(pageTools().Tools, func(t pageTool) bool { return t.Name == g.kind })
	if i < 0 {
		return pageTool{}, false
	}
	return pageTools().Tools[i], true
}

// words are the tool's command for a file and a port.
func (t pageTool) words(file string, port int) []string {
	var all []string
	for _, w := range t.Command {
		all = append(all, strings.NewReplacer("{file}", file, "{port}", strconv.Itoa(port)).Replace(w))
	}
	return all
}
