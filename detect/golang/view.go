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
	Packages    *templates.Packages
	Private     string // GOPRIVATE, "" where every module is public
	ModuleFiles []templates.Files
	Resolves    bool   // go.mod and go.sum are completed by the build
	Vendored    bool   // the modules are in the context, so nothing is kept of a module cache
	Dir         string // of the module below /src, "" for /src itself
	Supplies    []templates.Files
	Generate    []generateView
	Cgo         string // "0" or "1"
	Tags        string
	Static      bool // link C code into the binary
	Stamps      []stampView
	Output      string   // what -o names: a file, or a folder for several programs
	Packaged    []string // what go build is given, relative to the module
	Data        bool     // an empty folder to copy from is wanted
	Empty       bool     // … and an empty file
}

// stampView is a -X of the linker: a build argument, or a literal value.
type stampView struct {
	Variable string
	Arg      string // name of the build argument, "" for a literal
	Value    string // of the literal, or default of the argument
}

type generateView struct {
	What     string
	Commands [][]string // one after the other
}

// runView is what the templates of the final stage print.
type runView struct {
	Platform        string // of the stage that prepares a scratch image
	Base            string
	Builder         string
	Certificates    bool // wanted in a scratch image
	Zones           bool
	RuntimePackages []string
	Workdir         string
	Files           []templates.Files
	Empty           []templates.Files // an empty file, where the program insists on one
	Data            []dataView
	Volumes         []string
	Binaries        []string
	Env             []templates.Var
	Given           []templates.Var // as the Dockerfile that people wrote sets them
	User            string
	Owner           string // of what the program writes: group 0, so that any user of that group may too
	Port            int
	Health          []string // a probe in exec form, none where nothing in the image can ask
	Entrypoint      []string
	Arguments       []string
}

// dataView is a folder that the program writes to.
type dataView struct {
	From string // in the build stage
	To   string
}

func (v runView) folders() []string {
	var all []string
	for _, d := range v.Data {
		all = append(all, d.To)
	}
	return all
}

func (m *module) buildView(d decided, l *catalogue.Line) buildView {
	r := d.request
	v := buildView{
		Platform: "--platform=$BUILDPLATFORM ", Builder: l.Ref(d.base.builder), Cgo: "0", Private: d.private.pattern.Value,
		ModuleFiles: m.moduleFiles(r), Vendored: m.vendors(), Stamps: d.stamps, Output: m.binary(d.pkg), Packaged: m.packaged(d.pkg, r.Program.Name),
		Data: slices.ContainsFunc(m.dataViews(d), func(v dataView) bool { return v.From == emptyFolder }),
	}
	v.Empty = len(d.needs.empty) > 0
	v.Resolves = !m.resolves(d.pkg).IsZero()
	if dir := r.InContext(m.dir); dir != "." {
		v.Dir = dir
	}
	for _, p := range d.with {
		v.Output = "" // a folder: go build gives each its name
		v.Packaged = append(v.Packaged, m.inModule(p.dir))
	}
	tags := slices.Clone(d.recipe.tags)
	packages := templates.Packages{Alpine: d.base.builder == "alpine"}
	if d.cgo.on.Value {
		v.Platform, v.Cgo = "", "1"
		if packages.Alpine {
			// Linked against musl without a dynamic loader, so that it runs on any base.
			v.Static = true
			tags = append(append(tags, "osusergo", "netgo"), d.cgo.tags...)
			tags = append(tags, d.cgo.musl...)
			packages.Names = []string{"build-base"}
		} else {
			packages.Names = d.cgo.build
		}
	}
	if v.Private != "" && packages.Alpine {
		packages.Names = append(packages.Names, "git")
	}
	if slices.ContainsFunc(d.generate, func(g generator) bool { return g.protoc }) {
		packages.Names = append(packages.Names, protocPackages[d.base.builder]...)
	}
	if len(packages.Names) > 0 {
		v.Packages = &packages
	}
	v.Tags = strings.Join(detect.Unique(tags), ",")
	for _, s := range r.Supplies {
		v.Supplies = append(v.Supplies, templates.Files{Stage: s.Stage, From: []string{s.From}, To: "./" + r.InContext(s.Path)})
	}
	for _, g := range d.generate {
		v.Generate = append(v.Generate, generateView{g.what, g.commands})
	}
	return v
}

// packaged is what go build is given: the package, or the files where there is no module.
func (m *module) packaged(p *pkg, name string) []string {
	if m.file != nil {
		return []string{name}
	}
	var files []string
	for _, f := range p.files {
		files = append(files, path.Base(f))
	}
	return files
}

// moduleFiles are the go.mod and go.sum files that go mod download needs: none
// where the modules are vendored, or where no module has dependencies.
func (m *module) moduleFiles(r detect.Request) []templates.Files {
	if m.file == nil || m.vendors() {
		return nil
	}
	var dirs []string
	var files []templates.Files
	if m.work != nil {
		dirs = append(dirs, m.work.uses...)
		files = append(files, m.copyOf(r, m.work.dir, "go.work", "go.work.sum"))
	}
	for _, local := range m.local {
		dirs = append(dirs, local.dir)
		for _, replaced := range local.replaced() {
			dirs = append(dirs, replaced.Value)
		}
	}
	slices.Sort(dirs)
	needed := false
	for _, d := range slices.Compact(dirs) {
		if c := m.copyOf(r, d, "go.mod", "go.sum"); len(c.From) > 0 {
			files = append(files, c)
			needed = needed || len(c.From) > 1 || d == m.dir && !m.unsummed().IsZero()
		}
	}
	if !needed {
		return nil
	}
	return slices.DeleteFunc(files, func(c templates.Files) bool { return len(c.From) == 0 })
}

func (m *module) copyOf(r detect.Request, dir string, names ...string) templates.Files {
	c := templates.Files{To: "./"}
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
func (m *module) reasons(d decided, v buildView, run runView) []detect.Reason {
	r := d.request
	reasons := []detect.Reason{
		{ID: "builder", What: "build image", Value: v.Builder, From: fact.Default("catalogue of " + r.Catalogue.Date)},
		{ID: "user", What: "user", Value: d.base.user, From: fact.Default("never root; a number, so that Kubernetes can check it")},
	}
	add := func(id, what, value string, from fact.Source) {
		if value != "" {
			reasons = append(reasons, detect.Reason{ID: id, What: what, Value: value, From: from})
		}
	}
	add("modules", "modules", strings.Join(moduleNames(v.ModuleFiles), " "), m.At())
	if v.Resolves {
		add("resolves", "flags of go", "-mod=mod", m.resolves(d.pkg))
	}
	add("private", "private modules", v.Private, d.private.pattern.From)
	if v.Packages != nil {
		add("packages", "build packages", strings.Join(v.Packages.Names, " "), d.packagesFrom())
	}
	if len(run.RuntimePackages) > 2 {
		add("runtime-packages", "runtime packages", strings.Join(run.RuntimePackages, " "), d.base.reason.From)
	}
	for _, s := range r.Supplies[:min(1, len(r.Supplies))] {
		add("supply", "built by "+s.By.Title(), repo.Rel(r.Context, s.Path), s.Need.From)
	}
	for _, g := range d.generate[:min(1, len(d.generate))] {
		add("generate", "generated", g.what, g.from)
	}
	add("tags", "build tags", v.Tags, d.tagsFrom())
	if len(d.with) > 0 {
		add("with", "also in the image", strings.Join(v.Packaged[1:], " "), r.Settings.Options[optionWith].From)
	}
	if len(d.stamps) > 0 {
		add("stamps", "version stamps", stampNames(d.stamps), d.recipe.stamps[0].at)
	}
	if len(d.needs.files) > 0 {
		add("files", "read at run time", strings.Join(d.needs.at, " "), d.needs.files[0].From)
	}
	add("data", "written to", strings.Join(run.folders(), " "), d.dataFrom())
	var given []string
	for _, v := range run.Given {
		given = append(given, v.Name+"="+v.Value)
	}
	if len(d.needs.empty) > 0 {
		add("empty", "empty file", strings.Join(emptyNames(run.Empty), " "), d.needs.empty[0].From)
	}
	add("environment", "environment", strings.Join(given, " "), d.needs.envAt)
	add("arguments", "started with", strings.Join(run.Arguments, " "), d.start.from)
	if d.needs.health.Known() && d.port.Known() {
		add("health", "health path", d.needs.health.Value, d.needs.health.From)
	}
	if d.base.name == detect.Scratch {
		add("certificates", "certificates", d.wanted(d.needs.certs), d.needs.certs)
		add("zones", "time zones", d.wanted(d.needs.zones), d.needs.zones)
	}
	return reasons
}

func (d decided) wanted(at fact.Source) string {
	if at.IsZero() {
		return ""
	}
	return "copied"
}

func (d decided) packagesFrom() fact.Source {
	if d.cgo.on.Value {
		return d.cgo.on.From
	}
	if i := slices.IndexFunc(d.generate, func(g generator) bool { return g.protoc }); i >= 0 {
		return d.generate[i].from
	}
	return d.private.pattern.From
}

func (d decided) tagsFrom() fact.Source {
	if len(d.recipe.tags) > 0 {
		return d.recipe.from
	}
	return d.cgo.on.From
}

func (d decided) dataFrom() fact.Source {
	if len(d.needs.data) > 0 {
		return d.needs.data[0].From
	}
	return d.needs.cwd
}

func emptyNames(files []templates.Files) []string {
	var names []string
	for _, f := range files {
		names = append(names, f.To)
	}
	return names
}

func moduleNames(files []templates.Files) []string {
	var names []string
	for _, f := range files {
		names = append(names, f.From...)
	}
	return names
}
