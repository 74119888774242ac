package golang

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// cModule is a known module of C code: whether it links without shared libraries, and
// the Debian packages to build and to run it with.
type cModule struct {
	Paths    []string `json:"paths"`              // import paths, and what lies below them
	What     string   `json:"what"`               // "SQLite in C"
	Static   bool     `json:"static,omitempty"`   // a C compiler is enough, and musl links it
	CXX      bool     `json:"cxx,omitempty"`      // for glibc and libstdc++, with no package
	Tags     []string `json:"tags,omitempty"`     // for a static binary
	MuslTags []string `json:"muslTags,omitempty"` // for any build against musl
	Build    []string `json:"build,omitempty"`
	Run      []string `json:"run,omitempty"`
	Pure     string   `json:"pure,omitempty"` // a module that does the same in Go
}

//go:embed cgo.json
var cgoData []byte

// cModules are the known ones. Source and date are in the file.
var cModules = sync.OnceValue(func() []cModule {
	var file struct {
		Date, Source string
		Modules      []cModule
	}
	if err := json.Unmarshal(cgoData, &file); err != nil {
		panic("golang: cgo.json: " + err.Error()) // our own data: a test reads it
	}
	return file.Modules
})

// cModuleOf is the known module that an import path belongs to.
func cModuleOf(importPath string) (cModule, bool) {
	if first, _, _ := strings.Cut(importPath, "/"); !strings.Contains(first, ".") {
		return cModule{}, false // of the standard library
	}
	for _, c := range cModules() {
		if slices.ContainsFunc(c.Paths, func(p string) bool { return hasPath(importPath, p) }) {
			return c, true
		}
	}
	return cModule{}, false
}

// cgo is whether a program is built with a C compiler, and what that asks of the images.
type cgo struct {
	on     fact.Of[bool]
	static bool // it can be linked against musl without shared libraries
	cxx    bool // it needs libstdc++ at run time
	tags   []string
	musl   []string
	build  []string // Debian packages, besides the compiler of the image
	run    []string
	pure   []detect.Note
}

// linkFlags are libraries that a cgo comment links: #cgo LDFLAGS: -lfoo, #cgo pkg-config: foo.
var linkFlags = pattern.New(`(?m)^\s*(?://)?\s*#cgo\s+[^:\n]*?(LDFLAGS|pkg-config):\s*(.+)$`)

// inLibc are libraries that every C compiler has.
var inLibc = []string{"-lm", "-lpthread", "-ldl", "-lrt", "-lc", "-lstdc++", "-lutil"}

// cgoOf reads the import graph: own packages, those of modules in the repository, and
// vendored ones in full; of modules elsewhere, the known ones.
func (m *module) cgoOf(p *pkg) cgo {
	c := cgo{static: true, on: fact.New(false, fact.Default("no package of the program is C code"))}
	for _, q := range m.closureWithVendor(p) {
		if !q.c.IsZero() && q.pure.IsZero() && !known(m.importPathOf(q)) {
			c.found(q.c, "")
			c.link(m, q)
		}
		for _, name := range q.sortedImports() {
			if m.find(name) != nil {
				continue
			}
			if k, ok := cModuleOf(name); ok {
				at := q.imports[name]
				c.found(at, k.What)
				c.add(k, at)
			}
		}
	}
	for _, list := range []*[]string{&c.tags, &c.musl, &c.build, &c.run} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return c
}

func known(importPath string) bool { _, ok := cModuleOf(importPath); return ok }

func (c *cgo) found(at fact.Source, what string) {
	if c.on.Value {
		return
	}
	if what != "" {
		at.What += ": " + what
	}
	c.on = fact.New(true, at)
}

func (c *cgo) add(k cModule, at fact.Source) {
	c.static = c.static && k.Static
	c.cxx = c.cxx || k.CXX
	c.tags = append(c.tags, k.Tags...)
	c.musl = append(c.musl, k.MuslTags...)
	c.build = append(c.build, k.Build...)
	c.run = append(c.run, k.Run...)
	if k.Pure != "" && !slices.ContainsFunc(c.pure, func(n detect.Note) bool { return strings.Contains(n.Text, k.Pure) }) {
		c.pure = append(c.pure, detect.Note{At: fact.At(at.File, at.Line, ""), Text: fmt.Sprintf("%s needs a C compiler (%s); %s does the same in Go, and then the build cross-compiles", strings.TrimPrefix(at.What, "import "), k.What, k.Pure)})
	}
}

// link notes the libraries that own C code links; we know no package of them.
func (c *cgo) link(m *module, p *pkg) {
	for _, file := range p.files {
		text, err := m.view.Read(file)
		if err != nil {
			continue // reported when the imports were read
		}
		for _, match := range linkFlags.FindAllSubmatchIndex(text, -1) {
			for flag := range strings.FieldsSeq(string(text[match[4]:match[5]])) {
				isLibrary := strings.HasPrefix(flag, "-l") || string(text[match[2]:match[3]]) == "pkg-config"
				if !isLibrary || slices.Contains(inLibc, flag) {
					c.cxx = c.cxx || flag == "-lstdc++"
					continue
				}
				c.static = false
				line := 1 + strings.Count(string(text[:match[0]]), "\n")
				c.pure = append(c.pure, detect.Note{Warning: true, At: fact.At(file, line, ""), Text: fmt.Sprintf("links %s: add the packages that hold it to the build stage and to the final image", strings.TrimPrefix(flag, "-l"))})
			}
		}
	}
}

// importPathOf is a package's import path, for a vendored one that of its module.
func (m *module) importPathOf(p *pkg) string {
	if _, rest, ok := strings.Cut("/"+p.dir, "/vendor/"); ok {
		return rest
	}
	return ""
}

// closureWithVendor is the closure, and the vendored packages that it imports in turn.
func (m *module) closureWithVendor(p *pkg) []*pkg {
	all := m.closure(p)
	if !m.vendors() {
		return all
	}
	vendor := path.Join(m.buildRoot(), "vendor")
	seen := map[string]bool{}
	for i := 0; i < len(all); i++ {
		for _, name := range all[i].sortedImports() {
			if seen[name] || m.find(name) != nil || known(name) {
				continue // a known module is data: its files need not be read
			}
			seen[name] = true
			if q := m.vendored(path.Join(vendor, name)); q != nil {
				all = append(all, q)
			}
		}
	}
	return all
}

// vendored reads one vendored package, or nil if there is none.
func (m *module) vendored(dir string) *pkg {
	if !m.view.HasDir(dir) {
		return nil
	}
	ps := &packages{view: m.view, byDir: map[string]*pkg{}}
	if err := ps.readDir(dir, m.knownTags()); err != nil {
		return nil // a file too large to read; the compiler will
	}
	return ps.byDir[dir]
}
