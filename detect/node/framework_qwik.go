package node

import (
	"path"

	"github.com/dockgen/dockgen/detect/page"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
)

// qwikServers are the adapters of Qwik that leave a server for Node.js, by the folder of their settings.
var qwikServers = []string{"express", "fastify", "node-server", "koa"}

// qwik is Qwik with its router: an adapter below adapters/ says what the build leaves besides dist.
// https://qwik.dev/docs/deployments/ (1 and 2, 2026-11)
func qwik(p *pkg) (framework, bool, error) {
	dependency := "@builder.io/qwik-city"
	if !p.m.has(dependency) {
		dependency = "@qwik.dev/router"
	}
	if !p.m.has(dependency) {
		return framework{}, false, nil
	}
	f := p.server("Qwik", dependency, 3000)
	f.variables, f.output, f.health = []string{"PUBLIC_"}, []string{"dist", "server"}, "/"
	f.signals, f.needsModules = false, true
	for _, name := range qwikServers {
		if !p.view.HasDir(p.in("adapters/" + name)) {
			continue
		}
		f.needs = p.onlyDev(name) // its entry imports it
		if _, own := p.startScript(); !own {
			f.command = []string{"server/entry." + name + ".js"}
			f.copies = []copied{{from: "package.json", to: "package.json"}, {from: "dist", to: "dist"}, {from: "server", to: "server"}}
		}
		return f, true, nil
	}
	if p.view.HasDir(p.in("adapters/static")) {
		site := page.Site{Fallback: eachPage("Qwik builds a page for each address"), Hashed: []string{"build"}, NotFound: "404.html"}
		return p.asPage("Qwik", p.depFrom(dependency), fact.New("dist", fact.Default("Qwik's folder")), site), true, nil
	}
	for _, dir := range p.view.Dirs(p.in("adapters")) {
		f.refuse = noAdapter(f.from, "Qwik", "the adapter "+path.Base(dir), "run: npm run qwik add express")
		return f, true, nil
	}
	if _, own := p.startScript(); !own {
		f.refuse = diag.At(f.from, "Qwik's build leaves no server without an adapter, and there is none below adapters/", "run: npm run qwik add express, or static for a page")
	}
	return f, true, nil
}
