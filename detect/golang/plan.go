package golang

import (
	"fmt"
	"path"
	"strconv"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/templates"
)

// Plan decides how a program of the module is built.
func (m *module) Plan(r detect.Request) (detect.Plan, error) {
	if err := m.outside(); err != nil {
		return detect.Plan{}, err
	}
	p := m.mains[r.Program.Name]
	closure := m.closure(p)
	l, version, notes, err := m.builder(r.Settings, r.Catalogue)
	if err != nil {
		return detect.Plan{}, err
	}
	cgo := m.cgo(closure)
	base, err := m.base(r, cgo)
	if err != nil {
		return detect.Plan{}, err
	}
	port, readsPort, loopback := m.network(closure).port()
	if !loopback.IsZero() && r.Program.Kind == detect.Service {
		notes = append(notes, detect.Note{Warning: true, At: loopback, Text: "listens on the loopback address only, so it will not answer from outside a container"})
	}
	if !port.Known() && !readsPort.IsZero() {
		port = fact.New(8080, fact.Default("the program reads PORT and names no other"))
	}
	port, lostPorts := fact.First(r.Settings.Port, port)

	plan := detect.Plan{
		Ignore: []string{"**/*.test", "**/*.out", "**/vendor", "/bin", "/dist"},
		Reasons: []detect.Reason{
			version,
			detect.Because("cgo", "cgo", cgo),
			base.reason,
		},
		Notes: append(notes, m.unmet(p, r)...),
		Bases: m.bases(r.Catalogue, base, cgo),
	}
	if port.Known() {
		plan.Reasons = append(plan.Reasons, detect.Because("port", "port", port, lostPorts...))
	}
	v := m.buildView(r, l, p, cgo, base)
	run := base.run(v, port, readsPort)
	plan.Reasons = append(plan.Reasons, m.reasons(r, v, l, base)...)
	plan.Stages = []detect.Stage{
		{Name: "build", Text: buildTemplate.With(v)},
		{Name: "runtime", Text: base.template.With(run)},
	}
	plan.Image = detect.Final{Base: run.Base, Variant: base.name, User: run.User, Port: port, Command: run.Entrypoint}
	return plan, nil
}

// final is the chosen final image.
type final struct {
	name     string
	image    string
	user     string
	builder  string // variant of the golang image that has the same libc
	template templates.Template[runView]
	packages []string // of the final image
	reason   detect.Reason
}

var finalTemplates = map[string]templates.Template[runView]{
	detect.Distroless: templates.Must[runView]("go/distroless.tmpl"),
	detect.Scratch:    templates.Must[runView]("go/scratch.tmpl"),
	detect.Alpine:     templates.Must[runView]("go/alpine.tmpl"),
	detect.Slim:       templates.Must[runView]("go/slim.tmpl"),
}

// base chooses the final image: the smallest that holds what the binary needs.
// A binary with C code is linked statically against musl, which all of them can run.
func (m *module) base(r detect.Request, cgo fact.Of[bool]) (final, error) {
	c := r.Catalogue
	name, from := r.Settings.Base.Value, r.Settings.Base.From
	if name == "" || name == detect.Auto {
		name, from = detect.Distroless, fact.Default("the smallest image with certificates, time zones, a user and /tmp")
	}
	f := final{name: name, builder: "alpine", template: finalTemplates[name], reason: detect.Reason{ID: "base", What: "final image", From: from}}
	switch name {
	case detect.Distroless:
		image := c.Image("distroless-static")
		f.image, f.user = c.DefaultLine(image).Ref("base"), image.User
	case detect.Scratch:
		f.image, f.user = "scratch", "65532"
	case detect.Alpine:
		f.image, f.user, f.packages = c.DefaultLine(c.Image("alpine")).Ref("base"), "10001", []string{"ca-certificates", "tzdata"}
	case detect.Slim:
		f.image, f.user, f.packages = c.DefaultLine(c.Image("debian")).Ref("slim"), "10001", []string{"ca-certificates", "tzdata"}
	default:
		return final{}, detect.UnknownBase(name)
	}
	f.reason.Value = f.image
	return f, nil
}

func (m *module) bases(c *catalogue.Catalogue, chosen final, cgo fact.Of[bool]) []detect.BaseOption {
	return []detect.BaseOption{
		{Base: detect.Distroless, Image: c.DefaultLine(c.Image("distroless-static")).Ref("base"), Says: "2 MB, no shell; certificates, time zones, a user and /tmp", Auto: true},
		{Base: detect.Scratch, Image: "scratch", Says: "the binary and the files it needs, nothing else; no shell"},
		{Base: detect.Alpine, Image: c.DefaultLine(c.Image("alpine")).Ref("base"), Says: "8 MB, a shell and apk to look around with"},
		{Base: detect.Slim, Image: c.DefaultLine(c.Image("debian")).Ref("slim"), Says: "75 MB, Debian with a shell and apt"},
	}
}

// run is the view of the final stage.
func (f final) run(b buildView, port fact.Of[int], readsPort fact.Source) runView {
	v := runView{
		Platform: b.Platform, Builder: b.Builder, Base: f.image, RuntimePackages: f.packages, Binary: b.Binary,
		User: f.user + ":" + f.user, Entrypoint: []string{"/usr/local/bin/" + b.Binary},
	}
	if port.Known() {
		v.Port = port.Value
		if !readsPort.IsZero() {
			v.Env = []templates.Var{{Name: "PORT", Value: strconv.Itoa(port.Value)}}
		}
	}
	return v
}

// unmet are notes on embedded files that nothing provides: the build would stop there.
func (m *module) unmet(p *pkg, r detect.Request) []detect.Note {
	var notes []detect.Note
	for _, need := range m.Needs(r.Program) {
		if need.Path == path.Clean(p.dir) || detect.Holds(m.view, need.Path) || m.view.HasDir(need.Path) {
			continue
		}
		met := false
		for _, s := range r.Supplies {
			met = met || repo.Within(s.Path, need.Path) || repo.Within(need.Path, s.Path)
		}
		if !met {
			notes = append(notes, detect.Note{Warning: true, At: need.From, Text: fmt.Sprintf("embeds %s, which is not in the repository and which no project here builds", need.Path)})
		}
	}
	return notes
}
