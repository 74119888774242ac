package node

import (
	"fmt"
	"path"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/templates"
)

// final is the chosen final image.
type final struct {
	name     string
	image    string
	user     string
	node     string // how node is called, "" where the entry point does
	template templates.Template[runView]
	reason   detect.Reason
}

func (f final) alpine() bool { return f.name == detect.Alpine }

// chooseFinal picks the final image: distroless where the program needs no shell, npm or
// library beside Node.js, else slim with the fact that ruled it out.
func (c *recipe) chooseFinal(r detect.Request) (final, error) {
	name, from := r.Settings.Base.Value, r.Settings.Base.From
	out := c.ruledOut(r.Catalogue)
	if name == "" || name == detect.Auto {
		name, from = detect.Distroless, fact.Default("the smallest image with what Node.js needs; no shell, no npm")
		switch {
		case out.Known():
			name, from = detect.Slim, out.From
			from.What = out.Value
		case c.bun:
			name, from = detect.Slim, fact.Default("Debian with Bun and a shell; --base distroless has neither")
		}
	}
	f := final{name: name, reason: detect.Reason{ID: "base", What: "final image", From: from}}
	switch name {
	case detect.Distroless:
		if out.Known() {
			return f, detect.Impossible(name, reasonText(out), detect.Slim, detect.Alpine)
		}
		if c.bun {
			f.image, f.user = bunLine(r.Catalogue).Ref("distroless"), "65532"
			break
		}
		image := r.Catalogue.Image("distroless-nodejs")
		l, _ := image.Line(c.version.line.Version)
		f.image, f.user, f.node = l.Ref("base"), image.User, "/nodejs/bin/node"
	case detect.Slim, detect.Alpine:
		if name == detect.Alpine && c.needs.noAlpine.Known() {
			return f, detect.Impossible(name, reasonText(c.needs.noAlpine), detect.Slim)
		}
		image, l := r.Catalogue.Image("node"), c.version.line
		if c.bun {
			image, l = r.Catalogue.Image(bun), bunLine(r.Catalogue)
		}
		f.image, f.user, f.node = l.Ref(name), image.User, "node"
		if c.bun {
			f.node = bun
		}
	case detect.Scratch:
		return f, detect.Impossible(name, "Node.js needs the C library and more", detect.Distroless, detect.Slim, detect.Alpine)
	default:
		return f, detect.UnknownBase(name)
	}
	f.template, f.reason.Value = finalTemplates[name], f.image
	return f, nil
}

func bunLine(c *catalogue.Catalogue) *catalogue.Line { return c.DefaultLine(c.Image(bun)) }

func reasonText(f fact.Of[string]) string {
	if place := f.From.Place(); place != "" {
		return f.Value + " (" + place + ")"
	}
	return f.Value
}

// ruledOut is why a distroless image cannot run the program, unknown where it can.
func (c *recipe) ruledOut(cat *catalogue.Catalogue) fact.Of[string] {
	_, has := cat.Image("distroless-nodejs").Line(c.version.line.Version)
	f := c.p.facts()
	switch {
	case c.launch.shell != "":
		return fact.New(c.launch.shell, c.launch.from)
	case c.needs.shell.Known():
		return c.needs.shell
	case f.shell.Known():
		return fact.New("the program runs "+f.shell.Value, f.shell.From)
	case !c.bun && !has:
		return fact.New("there is no distroless image of Node.js "+c.version.line.Version, fact.Source{File: c.version.reason.From.File, Line: c.version.reason.From.Line, What: "version"})
	case c.manager.name == pnpm && len(c.launch.node) > 0 && strings.HasPrefix(c.launch.node[0], "node_modules/.bin/"):
		return fact.New("pnpm makes a shell script of "+path.Base(c.launch.node[0]), c.launch.from)
	}
	return fact.Of[string]{}
}

func (c *recipe) bases(cat *catalogue.Catalogue) []detect.BaseOption {
	out := c.ruledOut(cat)
	distroless := detect.BaseOption{Base: detect.Distroless, Says: fmt.Sprintf("%d MB, safest: no shell, no npm", cat.Image("distroless-nodejs").MiB["base"]), Auto: !out.Known()}
	if l, ok := cat.Image("distroless-nodejs").Line(c.version.line.Version); ok {
		distroless.Image = l.Ref("base")
	}
	if out.Known() {
		distroless.RuledOut = reasonText(out)
	}
	alpine := detect.BaseOption{Base: detect.Alpine, Image: c.version.line.Ref("alpine"), Says: fmt.Sprintf("%d MB, a shell and npm; musl, which some packages do not run on", cat.Image("node").MiB["alpine"])}
	if c.needs.noAlpine.Known() {
		alpine.RuledOut = reasonText(c.needs.noAlpine)
	}
	return []detect.BaseOption{distroless, {Base: detect.Slim, Image: c.version.line.Ref("slim"), Says: fmt.Sprintf("%d MB, Debian with a shell, npm and apt; runs everything", cat.Image("node").MiB["slim"]), Auto: out.Known()}, alpine}
}
