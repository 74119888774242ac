package golang

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/templates"
)

var buildTemplate = templates.Must[buildView]("go/build.tmpl")

// buildView is what go/build.tmpl prints.
type buildView struct {
	Platform    string // "--platform=$BUILDPLATFORM " where the build cross-compiles
	Builder     string
	Packages    *packagesView
	ModuleFiles []copyView
	Dir         string // of the module below /src, "" for /src itself
	Supplies    []supplyView
	Cgo         string // "0" or "1"
	Tags        string
	Ldflags     string
	Binary      string
	Package     string // what go build is given, relative to the module
}

type packagesView struct {
	Alpine bool
	Names  []string
}

type copyView struct {
	From []string
	To   string
}

type supplyView struct {
	Stage string
	From  []string
	To    string
}

// runView is what the templates of the final stage print.
type runView struct {
	Platform        string // of the stage that prepares a scratch image
	Base            string
	Builder         string
	RuntimePackages []string
	Files           []copyView
	Binary          string
	Env             []templates.Var
	User            string
	Port            int
	Entrypoint      []string
	Arguments       []string
}

func (m *module) buildView(r detect.Request, l *catalogue.Line, p *pkg, cgo fact.Of[bool], f final) buildView {
	v := buildView{
		Platform: "--platform=$BUILDPLATFORM ", Builder: l.Ref(f.builder), Cgo: "0", Ldflags: "-s -w",
		Binary: m.binary(p), Package: r.Program.Name, ModuleFiles: m.moduleFiles(r),
	}
	if dir := r.InContext(m.dir); dir != "." {
		v.Dir = dir
	}
	if cgo.Value {
		// Linked against musl without a dynamic loader, so that it runs on any base.
		v.Platform, v.Cgo = "", "1"
		v.Packages = &packagesView{Alpine: true, Names: []string{"build-base"}}
		v.Tags, v.Ldflags = "osusergo netgo", `-s -w -linkmode external -extldflags "-static"`
	}
	for _, s := range r.Supplies {
		to := r.InContext(s.Path)
		v.Supplies = append(v.Supplies, supplyView{Stage: s.Stage, From: []string{s.From}, To: "./" + to})
	}
	return v
}

// moduleFiles are the go.mod and go.sum files that go mod download needs: none
// where the modules are vendored.
func (m *module) moduleFiles(r detect.Request) []copyView {
	vendor := path.Join(m.dir, "vendor/modules.txt")
	dirs := []string{m.dir}
	var files []copyView
	if m.work != nil {
		vendor = path.Join(m.work.dir, "vendor/modules.txt")
		dirs = append(dirs, m.work.uses...)
		files = append(files, m.copyOf(r, m.work.dir, "go.work", "go.work.sum"))
	}
	if m.view.Has(vendor) {
		return nil
	}
	for _, local := range m.replaced() {
		dirs = append(dirs, local.Value)
	}
	slices.Sort(dirs)
	needed := false
	for _, d := range slices.Compact(dirs) {
		if c := m.copyOf(r, d, "go.mod", "go.sum"); len(c.From) > 0 {
			files = append(files, c)
			needed = needed || len(c.From) > 1
		}
	}
	if !needed { // no module has dependencies
		return nil
	}
	return slices.DeleteFunc(files, func(c copyView) bool { return len(c.From) == 0 })
}

func (m *module) copyOf(r detect.Request, dir string, names ...string) copyView {
	c := copyView{To: "./"}
	if d := r.InContext(dir); d != "." {
		c.To = d + "/"
	}
	for _, name := range names {
		if p := path.Join(dir, name); m.view.Has(p) {
			c.From = append(c.From, r.InContext(p))
		}
	}
	return c
}

// reasons are those of the lines that only some plans have.
func (m *module) reasons(r detect.Request, v buildView, l *catalogue.Line, f final) []detect.Reason {
	reasons := []detect.Reason{
		{ID: "builder", What: "build image", Value: v.Builder, From: fact.Default("catalogue of " + r.Catalogue.Date)},
		{ID: "user", What: "user", Value: f.user, From: fact.Default("never root; a number, so that Kubernetes can check it")},
	}
	if len(v.ModuleFiles) > 0 {
		reasons = append(reasons, detect.Reason{ID: "modules", What: "modules", Value: strings.Join(moduleNames(v.ModuleFiles), " "), From: m.At()})
	}
	if v.Packages != nil {
		reasons = append(reasons, detect.Reason{ID: "packages", What: "build packages", Value: strings.Join(v.Packages.Names, " "), From: fact.Default("C code needs a compiler")})
	}
	for _, s := range r.Supplies {
		reasons = append(reasons, detect.Reason{ID: "supply", What: "built by " + s.By.Title(), Value: repo.Rel(r.Context, s.Path), From: s.Need.From})
		break
	}
	return reasons
}

func moduleNames(files []copyView) []string {
	var names []string
	for _, f := range files {
		names = append(names, f.From...)
	}
	return names
}
