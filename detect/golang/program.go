package golang

import (
	"path"
	"slices"
	"strings"

	gomodule "golang.org/x/mod/module"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// findPrograms makes a program of every package main that is built for Linux.
func (m *module) findPrograms() error {
	var err error
	if m.packages, err = m.readPackages(); err != nil {
		return err
	}
	m.mains = map[string]*pkg{}
	var dirs []string
	for dir, p := range m.packages.byDir {
		if p.name == "main" && !p.main.IsZero() {
			dirs = append(dirs, dir)
		}
	}
	slices.Sort(dirs)
	for _, dir := range dirs {
		p := m.packages.byDir[dir]
		rel := repo.Rel(m.dir, dir)
		name := "./" + rel
		if rel == "." {
			name = "."
		}
		program := detect.Program{Name: name, Also: []string{rel, dir, "./" + dir, path.Base(dir), m.binary(p)}, Kind: detect.Command, At: p.main}
		if m.listens(p) {
			program.Kind = detect.Service
		}
		switch {
		case rel == ".":
			program.Claims = append(program.Claims, detect.Claim{Rank: detect.Named, What: "it is the module's root package", From: m.At()})
		case path.Base(rel) == m.baseName():
			program.Claims = append(program.Claims, detect.Claim{Rank: detect.Named, What: "it has the name of the module", From: m.At()})
		}
		m.programs = append(m.programs, program)
		m.mains[name] = p
	}
	return nil
}

// baseName is the last part of the module path that is no major version.
func (m *module) baseName() string {
	prefix, _, ok := gomodule.SplitPathVersion(m.file.Module.Mod.Path)
	if !ok {
		prefix = m.file.Module.Mod.Path
	}
	return path.Base(prefix)
}

// binary is the name that go build gives a program, made safe for a path.
func (m *module) binary(p *pkg) string {
	name := path.Base(p.dir)
	if p.dir == m.dir {
		name = m.baseName()
	}
	name = strings.Map(func(r rune) rune {
		if r < 128 && (r == '-' || r == '_' || r == '.' || (r >= '0' && r <= '9') || (r >= 'A' && r <= 'Z') || (r >= 'a' && r <= 'z')) {
			return r
		}
		return '-'
	}, name)
	name = strings.Trim(name, "-.")
	if name == "" {
		return "app"
	}
	return name
}

// servers are packages whose import, with a call that listens, makes a program a service.
var servers = []string{
	"net/http", "net", "google.golang.org/grpc", "github.com/gin-gonic/gin", "github.com/labstack/echo", "github.com/gofiber/fiber",
	"github.com/valyala/fasthttp", "github.com/go-chi/chi", "github.com/gorilla/mux", "github.com/beego/beego", "github.com/kataras/iris",
	"github.com/zeromicro/go-zero", "github.com/go-kratos/kratos", "github.com/cloudwego/hertz", "github.com/danielgtaylor/huma", "goa.design/goa",
}

// listens reports whether a program imports a server package and calls something that listens.
func (m *module) listens(p *pkg) bool {
	closure := m.closure(p)
	_, at := imported(closure, func(name string) bool {
		return slices.ContainsFunc(servers, func(s string) bool { return name == s || strings.HasPrefix(name, s+"/") })
	})
	if at.IsZero() {
		return false
	}
	return len(m.listenCalls(closure)) > 0
}

// Needs are the embedded paths that the repository does not hold.
func (m *module) Needs(g detect.Program) []detect.Need {
	p := m.mains[g.Name]
	if p == nil {
		return nil
	}
	var needs []detect.Need
	for _, q := range m.closure(p) {
		for _, e := range q.embeds {
			needs = append(needs, detect.Need{Path: path.Join(q.dir, literalPart(e.Value)), From: e.From})
		}
	}
	return needs
}

// literalPart is a pattern up to its first part with a wildcard: "dist/*" is "dist".
func literalPart(pattern string) string {
	var parts []string
	for part := range strings.SplitSeq(pattern, "/") {
		if strings.ContainsAny(part, "*?[\\") {
			break
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "/")
}

// replacedModules are the module paths that stand in the repository.
func (m *module) cgo(closure []*pkg) fact.Of[bool] {
	if _, at := imported(closure, func(name string) bool { return name == "C" }); !at.IsZero() {
		return fact.New(true, at)
	}
	if name, at := imported(closure, needsCgo); !at.IsZero() {
		at.What = "import " + name + ", which is C code"
		return fact.New(true, at)
	}
	return fact.New(false, fact.Default("no package of the program is C code"))
}
