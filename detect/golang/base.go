package golang

import (
	"fmt"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/started"
	"github.com/dockgen/dockgen/templates"
)

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

// glibc reports whether the binary links against glibc when it runs.
func (f final) glibc() bool { return f.builder == "debian" }

var finalTemplates = map[string]templates.Template[runView]{
	detect.Distroless: templates.Must[runView]("go/distroless.tmpl"),
	detect.Scratch:    templates.Must[runView]("go/scratch.tmpl"),
	detect.Alpine:     templates.Must[runView]("go/alpine.tmpl"),
	detect.Slim:       templates.Must[runView]("go/slim.tmpl"),
}

// ruledOut is why a base image cannot run the program, by base, with the place that says so.
func ruledOut(c cgo, n needs) map[string]fact.Of[string] {
	out := map[string]fact.Of[string]{}
	dynamic := c.on.Value && !c.static
	if dynamic {
		out[detect.Scratch] = fact.New("its C code is linked dynamically, which needs a C library", c.on.From)
		out[detect.Alpine] = fact.New("its C code needs glibc, and Alpine has musl", c.on.From)
		if len(c.run) > 0 {
			out[detect.Distroless] = fact.New("it needs "+strings.Join(c.run, " ")+", which distroless has no packages of", c.on.From)
		}
	}
	for _, p := range n.programs {
		if started.Known(p.Value) {
			for _, base := range []string{detect.Distroless, detect.Scratch} {
				if out[base].Value == "" {
					out[base] = fact.New("it starts "+p.Value+", which that image does not have", p.From)
				}
			}
		}
	}
	return out
}

// bySize are the bases, the smallest that has everything a program usually expects first.
var bySize = []string{detect.Distroless, detect.Alpine, detect.Slim}

// base chooses the final image: the smallest that can run the program.
func (m *module) base(r detect.Request, c cgo, n needs) (final, error) {
	out := ruledOut(c, n)
	name, from := r.Settings.Base.Value, r.Settings.Base.From
	note := ""
	if name == "" || name == detect.Auto {
		from = fact.Default("the smallest image with certificates, time zones, a user and /tmp")
		for _, name = range bySize {
			if out[name].Value == "" {
				break
			}
			if note == "" {
				from, note = out[name].From, "no "+name+": "+out[name].Value
			}
		}
	}
	if _, ok := finalTemplates[name]; !ok {
		return final{}, detect.UnknownBase(name)
	}
	if why := out[name]; why.Value != "" {
		var possible []string
		for _, base := range detect.Bases[1:] {
			if out[base].Value == "" {
				possible = append(possible, base)
			}
		}
		return final{}, detect.Impossible(name, fmt.Sprintf("%s (%s)", why.Value, why.From.Place()), possible...)
	}
	f := final{name: name, builder: "alpine", template: finalTemplates[name], reason: detect.Reason{ID: "base", What: "final image", From: from, Note: note}}
	if c.on.Value && (!c.static || name == detect.Slim) {
		f.builder = "debian" // the same glibc in both stages
	}
	f.fill(r.Catalogue, c, n)
	f.reason.Value = f.image
	return f, nil
}

// fill takes the image from the catalogue, and its packages from what the program needs.
func (f *final) fill(c *catalogue.Catalogue, code cgo, n needs) {
	switch f.name {
	case detect.Distroless:
		key := "distroless-static"
		if f.glibc() {
			key = "distroless-base"
			if code.cxx {
				key = "distroless-cc"
			}
		}
		image := c.Image(key)
		f.image, f.user = c.DefaultLine(image).Ref("base"), image.User
	case detect.Scratch:
		f.image, f.user = "scratch", c.Image("distroless-static").User
	case detect.Alpine:
		f.image, f.user = c.DefaultLine(c.Image("alpine")).Ref("base"), "10001"
		f.packages, _ = started.Packages(n.programs, false)
		f.packages = append([]string{"ca-certificates", "tzdata"}, f.packages...)
	case detect.Slim:
		f.image, f.user = c.DefaultLine(c.Image("debian")).Ref("slim"), "10001"
		f.packages, _ = started.Packages(n.programs, true)
		f.packages = append(append([]string{"ca-certificates", "tzdata"}, f.packages...), code.run...)
	}
}

// bases are the choices for the wizard.
func (m *module) bases(c *catalogue.Catalogue, code cgo, n needs) []detect.BaseOption {
	out := ruledOut(code, n)
	distroless := c.Image("distroless-static")
	if code.on.Value && !code.static {
		distroless = c.Image("distroless-cc")
	}
	all := []detect.BaseOption{
		{Base: detect.Distroless, Image: c.DefaultLine(distroless).Ref("base"), Says: fmt.Sprintf("%d MB, safest: no shell; certificates, time zones", distroless.MiB["base"])},
		{Base: detect.Scratch, Image: "scratch", Says: "0 MB, no shell; nothing but the program and its files"},
		{Base: detect.Alpine, Image: c.DefaultLine(c.Image("alpine")).Ref("base"), Says: fmt.Sprintf("%d MB, musl, with a shell and apk to look around", c.Image("alpine").MiB["base"])},
		{Base: detect.Slim, Image: c.DefaultLine(c.Image("debian")).Ref("slim"), Says: fmt.Sprintf("%d MB, Debian with a shell and apt to look around", c.Image("debian").MiB["slim"])},
	}
	auto := ""
	for i := range all {
		all[i].RuledOut = out[all[i].Base].Value
	}
	for _, base := range bySize {
		if out[base].Value == "" {
			auto = base
			break
		}
	}
	for i := range all {
		all[i].Auto = all[i].Base == auto
	}
	return all
}
