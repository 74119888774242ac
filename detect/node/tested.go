package node

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
)

// dockerfiles are those that people wrote for the package, else for the workspace that it is in, else at the
// top of the repository where they copy the package's folder.
func (p *pkg) dockerfiles() []hints.Dockerfile {
	all := hints.Deployed(p.view, p.dir)
	if len(all) == 0 && p.installDir() != p.dir {
		all = hints.Deployed(p.view, p.installDir())
	}
	if len(all) == 0 && p.dir != "." && p.space == nil {
		all = slices.DeleteFunc(hints.Deployed(p.view, "."), func(d hints.Dockerfile) bool {
			return !slices.ContainsFunc(d.Brought, func(c hints.Copy) bool {
				return slices.ContainsFunc(c.Sources, func(source string) bool { return path.Clean(source) == p.dir })
			})
		})
	}
	return all
}

// based are the versions of Node.js in the base images of those Dockerfiles.
func (p *pkg) based() []fact.Of[string] {
	var all []fact.Of[string]
	for _, d := range p.dockerfiles() {
		all = append(all, d.Tags("node")...)
	}
	return versionsOf(all)
}

// tested are the versions of Node.js that the repository's CI uses.
func (p *pkg) tested() []fact.Of[string] {
	all := versionsOf(hints.WorkflowValues(p.view, "node-version"))
	for _, image := range hints.Jobs(p.view) {
		if name, tag, ok := strings.Cut(image.Value, ":"); ok && (name == "node" || strings.HasSuffix(name, "/node")) {
			all = append(all, versionsOf([]fact.Of[string]{fact.New(tag, image.From)})...)
		}
	}
	return all
}

// versionsOf are the tags or values that name a version or a line with long-term support, without what
// follows it: 22.11-alpine, jod-slim, 22.x.
func versionsOf(all []fact.Of[string]) []fact.Of[string] {
	var found []fact.Of[string]
	for _, f := range all {
		text, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimSpace(f.Value), "v"), "-")
		if first, _, _ := strings.Cut(text, "."); isNumber(first) {
			text = first
		} else if !strings.HasPrefix(text, "lts") && !isCodeName(text) {
			continue
		}
		found = append(found, fact.New(text, f.From))
	}
	return found
}

func isCodeName(text string) bool {
	return len(text) > 2 && strings.Trim(text, "abcdefghijklmnopqrstuvwxyz") == ""
}

// asTested takes the newest supported line of the Dockerfile that people wrote, else of the repository's
// CI, within a range if there is one: what was never tried on a newer Node.js may fail there. A line whose
// support ended is no reason to start from it; that it was in use is said.
func (p *pkg) asTested(v chosenVersion, within string, image *catalogue.Image, c *catalogue.Catalogue) chosenVersion {
	for _, said := range []struct {
		by   string
		pins []fact.Of[string]
	}{{"the base of your Dockerfile", p.based()}, {"the newest that CI uses", p.tested()}} {
		pins := slices.DeleteFunc(said.pins, func(f fact.Of[string]) bool { _, ok := lineOf(f.Value, image, c); return !ok })
		l, from := newestOf(c.Supported(image), v.line, pins, within, image, c)
		switch {
		case l == v.line:
			return v
		case l != nil:
			v.line = l
			v.reason = detect.Reason{ID: "version", What: "Node.js version", Value: l.Version, From: from, Note: strings.TrimPrefix(v.reason.Note+"; "+said.by, "; ")}
			return v
		case len(v.reason.Lost) == 0 && len(pins) > 0:
			v.reason.Lost = fact.Text(pins[0])
		}
	}
	return v
}

// newestOf is the usual one of some lines, newest first, or the first that a pin names and a range has, and
// where; nil for none.
func newestOf(lines []*catalogue.Line, usual *catalogue.Line, pins []fact.Of[string], within string, image *catalogue.Image, c *catalogue.Catalogue) (*catalogue.Line, fact.Source) {
	for _, l := range append([]*catalogue.Line{usual}, lines...) {
		for _, f := range pins {
			if named, _ := lineOf(f.Value, image, c); named == l && (within == "" || covers(within, l.Version)) {
				return l, f.From
			}
		}
	}
	return nil, fact.Source{}
}

// lineOf is the line that a version or the name of one stands for.
func lineOf(text string, image *catalogue.Image, c *catalogue.Catalogue) (*catalogue.Line, bool) {
	if l, ok := alias(text, image, c); ok {
		return l, true
	}
	l, ok := image.Line(text)
	return l, ok || isNumber(text)
}

// exposed is the port that people wrote in a Dockerfile or compose file of theirs. One that only root may
// open on some hosts is left to programs that cannot be moved.
func (p *pkg) exposed(movable bool) fact.Of[int] {
	allowed := func(port fact.Of[int]) bool { return port.Known() && (!movable || port.Value >= 1024) }
	for _, d := range p.dockerfiles() {
		if port := webPort(d); allowed(port) && (path.Dir(d.File) == p.dir || p.space == nil || p.isBuiltBy(d)) {
			return port
		}
	}
	if s, ok := hints.ComposeOf(p.view, p.dir, p.dir, p.installDir(), "."); ok && len(s.Ports) > 0 && allowed(s.Ports[0]) {
		return s.Ports[0]
	}
	return fact.Of[int]{}
}

// asked is the address that the health check of a Dockerfile or compose file of theirs asks.
func (p *pkg) asked() fact.Of[string] {
	for _, d := range p.dockerfiles() {
		if d.Asked.Known() && (path.Dir(d.File) == p.dir || p.space == nil) {
			return d.Asked
		}
	}
	s, _ := hints.ComposeOf(p.view, p.dir, p.dir, p.installDir(), ".")
	return s.Asked
}

// usualPorts are those that servers of pages and of interfaces mostly listen on.
var usualPorts = []int{3000, 8080, 8000, 80, 5000, 4000, 3001, 8081, 8888, 9000, 1337, 443, 8443}

// webPort is the port that a Dockerfile exposes: of several the one that its health check asks, or that a
// variable calls the web's, or a usual one.
func webPort(d hints.Dockerfile) fact.Of[int] {
	if len(d.Ports) == 1 {
		return d.Ports[0]
	}
	for _, port := range d.Ports {
		if port.Value == d.Probed.Value {
			return port
		}
	}
	for _, port := range d.Ports {
		for _, e := range d.Env {
			name, value, _ := strings.Cut(e.Value, "=")
			if value == strconv.Itoa(port.Value) && (name == "PORT" || strings.Contains(name, "WEB") || strings.Contains(name, "HTTP")) {
				return port
			}
		}
	}
	for _, n := range usualPorts {
		for _, port := range d.Ports {
			if port.Value == n {
				return port
			}
		}
	}
	return fact.Of[int]{}
}

// isBuiltBy reports whether a Dockerfile at the top of the workspace names the package, or its folder.
func (p *pkg) isBuiltBy(d hints.Dockerfile) bool {
	words := slices.Clone(d.Command)
	for _, run := range d.Runs {
		words = append(words, run.Value)
	}
	for _, c := range d.Copies {
		words = append(append(words, c.Sources...), c.To)
	}
	text := strings.Join(words, " ")
	return slices.ContainsFunc(strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" =;&|\"'", r) }), func(w string) bool {
		return w == p.m.name && w != "" || strings.Contains("/"+w+"/", "/"+p.dir+"/")
	})
}
