package golang

import (
	"path"
	"slices"
	"strings"

	gomodule "golang.org/x/mod/module"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/repo"
)

// findPrograms makes a program of every package main that is built for Linux.
func (m *module) findPrograms() error {
	m.mains = map[string]*pkg{}
	for _, p := range m.packages.mains() {
		rel := repo.Rel(m.dir, p.dir)
		name := "./" + rel
		if rel == "." {
			name = "."
		}
		m.mains[name] = p
		m.programs = append(m.programs, detect.Program{
			Name: name, Also: []string{rel, p.dir, "./" + p.dir, path.Base(p.dir), m.binary(p)},
			Kind: m.kind(p), At: p.main, Claims: m.claims(p),
		})
	}
	return nil
}

// kind is what sort of thing a program is, by its imports and calls.
func (m *module) kind(p *pkg) detect.Kind {
	s := m.sources(p)
	_, at := imported(m.closure(p), func(name string) bool {
		for _, server := range servers {
			if hasPath(name, server) {
				return true
			}
		}
		return false
	})
	framework, _ := m.frameworkOf(p)
	switch {
	case len(framework.Arguments) > 0 || m.framed(p):
		return detect.Service
	case !at.IsZero() && (len(s.listens) > 0 || !s.network(p, nil).readsPort.IsZero()):
		return detect.Service
	case !s.waits.IsZero():
		return detect.Worker
	default:
		return detect.Command
	}
}

// framed reports whether package main imports a framework that listens where its settings say, without a
// call here that does.
func (m *module) framed(p *pkg) bool {
	return slices.ContainsFunc(p.sortedImports(), func(name string) bool { return slices.Contains(framing, name) })
}

// framing are packages of frameworks whose servers a program makes and starts in package main.
var framing = []string{
	"github.com/zeromicro/go-zero/rest", "github.com/zeromicro/go-zero/zrpc", "github.com/go-kratos/kratos/v2/transport/http", "github.com/go-kratos/kratos/v2/transport/grpc",
	"github.com/cloudwego/hertz/pkg/app/server", "github.com/cloudwego/kitex/server", "github.com/gogf/gf/v2/net/ghttp",
}

// servers are packages whose import, with a call that listens, makes a program a service.
var servers = []string{
	"net/http", "net", "google.golang.org/grpc", "connectrpc.com/connect", "github.com/gin-gonic/gin", "github.com/labstack/echo", "github.com/gofiber/fiber",
	"github.com/valyala/fasthttp", "github.com/go-chi/chi", "github.com/gorilla/mux", "github.com/julienschmidt/httprouter", "github.com/beego/beego", "github.com/kataras/iris",
	"github.com/zeromicro/go-zero", "github.com/go-kratos/kratos", "github.com/cloudwego/hertz", "github.com/danielgtaylor/huma", "goa.design/goa", "github.com/pocketbase/pocketbase",
	"github.com/gobuffalo/buffalo", "github.com/revel/revel", "github.com/go-fuego/fuego", "goyave.dev/goyave", "github.com/gogf/gf", "github.com/uptrace/bunrouter", "github.com/emicklei/go-restful",
	"github.com/gliderlabs/ssh", "github.com/charmbracelet/wish", "github.com/miekg/dns",
}

// baseName is the last part of the module path that is no major version, or the
// folder's name where there is no module.
func (m *module) baseName() string {
	if m.file == nil {
		if m.dir == "." {
			return "app"
		}
		return path.Base(m.dir)
	}
	prefix, _, ok := gomodule.SplitPathVersion(m.file.Module.Mod.Path)
	if !ok {
		prefix = m.file.Module.Mod.Path
	}
	return path.Base(prefix)
}

// built is the name that go build gives a program's executable.
func (m *module) built(p *pkg) string {
	if p.dir == m.dir {
		return m.baseName()
	}
	return path.Base(p.dir)
}

// binary is the name of a program's executable: what goreleaser or a Makefile calls
// it, else the name that go build gives it, made safe for a path.
func (m *module) binary(p *pkg) string {
	name := m.built(p)
	if vague[name] {
		name = m.baseName()
	}
	for _, r := range m.recipes {
		binary := strings.TrimSuffix(r.binary, ".exe") // people on Windows name it for all
		if r.dir == p.dir && binary != "" && binary != "main" && path.Base(r.from.File) != "Dockerfile" {
			name = binary
			break
		}
	}
	return safe(name)
}

// vague are folders whose names say nothing of the program in them.
var vague = map[string]bool{"cmd": true, "src": true, "main": true}

// safe is a name as one of a file in the image.
func safe(name string) string {
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
