package node

import (
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
)

// dockerfiles are those that people wrote for the package, else for the workspace that it is in.
func (p *pkg) dockerfiles() []hints.Dockerfile {
	all := hints.Deployed(p.view, p.dir)
	if len(all) == 0 && p.installDir() != p.dir {
		all = hints.Deployed(p.view, p.installDir())
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
		l, from := newestOf(c.Supported(image), said.pins, within, image, c)
		switch {
		case l == v.line:
			return v
		case l != nil:
			v.line = l
			v.reason = detect.Reason{ID: "version", What: "Node.js version", Value: l.Version, From: from, Note: strings.TrimPrefix(v.reason.Note+"; "+said.by, "; ")}
			return v
		case len(v.reason.Lost) == 0 && len(said.pins) > 0:
			v.reason.Lost = fact.Text(said.pins[0])
		}
	}
	return v
}

// newestOf is the first of some lines, newest first, that a pin names and a range has, and where; nil for none.
func newestOf(lines []*catalogue.Line, pins []fact.Of[string], within string, image *catalogue.Image, c *catalogue.Catalogue) (*catalogue.Line, fact.Source) {
	for _, l := range lines {
		for _, f := range pins {
			named, ok := alias(f.Value, image, c)
			if !ok {
				named, ok = image.Line(f.Value)
			}
			if ok && named == l && (within == "" || covers(within, l.Version)) {
				return l, f.From
			}
		}
	}
	return nil, fact.Source{}
}

// exposed is the port that people wrote in a Dockerfile or compose file of theirs. One that only root may
// open on some hosts is left to programs that cannot be moved.
func (p *pkg) exposed(movable bool) fact.Of[int] {
	allowed := func(all []fact.Of[int]) bool { return len(all) > 0 && (!movable || all[0].Value >= 1024) }
	for _, d := range hints.Deployed(p.view, p.dir) {
		if allowed(d.Ports) {
			return d.Ports[0]
		}
	}
	if s, ok := hints.ComposeOf(p.view, p.dir, p.dir, p.installDir(), "."); ok && allowed(s.Ports) {
		return s.Ports[0]
	}
	return fact.Of[int]{}
}
