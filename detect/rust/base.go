package rust

import (
	"slices"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/started"
	"github.com/dockgen/dockgen/templates"
)

// final is the chosen final image and how the program is linked for it.
type final struct {
	name         string
	image        string
	user         string
	static       bool
	distribution string // of the build image: "alpine" or "debian"
	template     templates.Template[runView]
	packages     []string // of the final image
	linking      detect.Reason
	reason       detect.Reason
	auto         string            // the base that is taken where nobody says
	impossible   map[string]string // why, by base
}

var finalTemplates = map[string]templates.Template[runView]{
	detect.Distroless: templates.Must[runView]("rust/distroless.tmpl"),
	detect.Scratch:    templates.Must[runView]("rust/scratch.tmpl"),
	detect.Alpine:     templates.Must[runView]("rust/alpine.tmpl"),
	detect.Slim:       templates.Must[runView]("rust/slim.tmpl"),
}

// limits are what the crates allow.
type limits struct {
	glibc  *requirement     // the build works with glibc only
	shared *requirement     // a library that exists only as a shared one
	better *requirement     // a library better left shared
	apt    *requirement     // a shared library that distroless does not hold
	starts *fact.Of[string] // a program that it starts and that only images with packages hold
}

func limitsOf(needs []requirement, starts []fact.Of[string]) limits {
	var first *fact.Of[string]
	if i := slices.IndexFunc(starts, func(p fact.Of[string]) bool { return started.Known(p.Value) }); i >= 0 {
		first = &starts[i]
	}
	return limits{
		starts: first,
		glibc:  firstWhere(needs, func(r requirement) bool { return r.Glibc }),
		shared: firstWhere(needs, func(r requirement) bool { return !r.own && !r.Static && len(r.Run) > 0 }),
		better: firstWhere(needs, func(r requirement) bool { return !r.own && r.Shared }),
		apt: firstWhere(needs, func(r requirement) bool {
			return !r.own && slices.ContainsFunc(r.Run["debian"], func(p string) bool { return !slices.Contains(natives().Held["distroless-cc"], p) })
		}),
	}
}

// chooseBase takes the smallest image that holds what the program needs: a static program
// runs anywhere; one with shared libraries where those are.
func chooseBase(r detect.Request, needs []requirement, config cargoConfig, starts []fact.Of[string]) (final, error) {
	l := limitsOf(needs, starts)
	static := l.glibc == nil && l.shared == nil && config.dynamic.IsZero()
	f := final{impossible: impossible(l, static, config)}
	f.auto = detect.Distroless
	if f.impossible[detect.Distroless] != "" {
		f.auto = detect.Slim
		if l.starts != nil && static { // musl is no loss, and the packages are smaller
			f.auto = detect.Alpine
		}
	}
	name, from := r.Settings.Base.Value, r.Settings.Base.From
	if name == "" || name == detect.Auto {
		name, from = f.auto, autoReason(l, static)
	}
	if why := f.impossible[name]; why != "" {
		return final{}, detect.Impossible(name, why, possible(f.impossible)...)
	}
	template, ok := finalTemplates[name]
	if !ok {
		return final{}, detect.UnknownBase(name)
	}
	f.name, f.template = name, template
	f.static = static && name != detect.Slim && (name != detect.Distroless || l.better == nil || l.apt != nil)
	f.place(r, needs, starts)
	f.linking = linking(f, l, config)
	f.reason = detect.Reason{ID: "base", What: "final image", Value: f.image, From: from}
	return f, nil
}

// place fills in the images and packages.
func (f *final) place(r detect.Request, needs []requirement, starts []fact.Of[string]) {
	c := r.Catalogue
	f.distribution = "alpine"
	switch f.name {
	case detect.Distroless:
		image := c.Image("distroless-static")
		if !f.static {
			image, f.distribution = c.Image("distroless-cc"), "debian"
		}
		f.image, f.user = c.DefaultLine(image).Ref("base"), image.User
	case detect.Scratch:
		f.image, f.user = "scratch", "65532"
	case detect.Alpine:
		f.image, f.user, f.packages = c.DefaultLine(c.Image("alpine")).Ref("base"), "10001", []string{"ca-certificates"}
		if !f.static {
			f.packages = append(f.packages, append(shared(needs, "alpine"), "libgcc")...)
		}
	case detect.Slim:
		f.distribution = "debian"
		f.image, f.user, f.packages = c.DefaultLine(c.Image("debian")).Ref("slim"), "10001", append([]string{"ca-certificates"}, shared(needs, "debian")...)
	}
	if f.name == detect.Alpine || f.name == detect.Slim {
		names, _ := started.Packages(starts, f.name == detect.Slim)
		f.packages = append(f.packages, names...)
	}
	slices.Sort(f.packages)
	f.packages = slices.Compact(f.packages)
}

func impossible(l limits, static bool, config cargoConfig) map[string]string {
	why := map[string]string{}
	because := func(r *requirement) string {
		text := r.Crate + " (" + r.from.Place() + ") needs " + r.Library
		if r.Why != "" {
			text += ": " + r.Why
		}
		return text
	}
	if l.apt != nil && !static {
		why[detect.Distroless] = because(l.apt) + "; distroless does not hold it"
	}
	if l.starts != nil {
		text := "the program starts " + l.starts.Value + " (" + l.starts.From.Place() + "), which that image does not have"
		why[detect.Scratch] = text
		if why[detect.Distroless] == "" {
			why[detect.Distroless] = text
		}
	}
	switch {
	case l.glibc != nil:
		why[detect.Scratch], why[detect.Alpine] = because(l.glibc), because(l.glibc)
	case l.shared != nil:
		why[detect.Scratch] = because(l.shared)
	case !config.dynamic.IsZero():
		why[detect.Scratch] = config.dynamic.String() + " links it dynamically"
	}
	return why
}

func possible(impossible map[string]string) []string {
	return slices.DeleteFunc(slices.Clone(detect.Bases[1:]), func(b string) bool { return impossible[b] != "" })
}

// autoReason is why the automatic choice is what it is: the fact that ruled a smaller image out.
func autoReason(l limits, static bool) fact.Source {
	why := func(r *requirement, what string) fact.Source {
		return fact.At(r.from.File, r.from.Line, r.Crate+" needs "+r.Library+", "+what)
	}
	switch {
	case l.starts != nil:
		return fact.At(l.starts.From.File, l.starts.From.Line, "it starts "+l.starts.Value+", which distroless does not hold")
	case static && l.better == nil:
		return fact.Default("the smallest image with certificates, time zones, a user and /tmp")
	case static && l.apt == nil:
		return why(l.better, "which this image keeps up to date")
	case static:
		return fact.Default("the smallest image with certificates, time zones, a user and /tmp")
	case l.apt != nil:
		return why(l.apt, "which distroless does not hold")
	case l.glibc != nil:
		return why(l.glibc, "and glibc")
	case l.shared != nil:
		return why(l.shared, "which this image holds")
	default:
		return fact.Default("the smallest image with glibc")
	}
}

func linking(f final, l limits, config cargoConfig) detect.Reason {
	reason := detect.Reason{ID: "linking", What: "linked", Value: "static (musl)", From: fact.Default("runs on any image; no crate needs a shared library")}
	if f.static {
		return reason
	}
	reason.Value = "dynamic (glibc)"
	if f.distribution == "alpine" {
		reason.Value = "dynamic (musl)"
	}
	switch {
	case l.glibc != nil:
		reason.From, reason.Note = l.glibc.from, l.glibc.Why
	case l.shared != nil:
		reason.From, reason.Note = l.shared.from, l.shared.Why
	case !config.dynamic.IsZero():
		reason.From = config.dynamic
	case l.better != nil:
		reason.From, reason.Note = l.better.from, l.better.Library+" stays a shared library"
	default:
		reason.From = fact.Default("the image has glibc")
	}
	return reason
}
