package node

import (
	"path"
	"strings"

	"github.com/dockgen/dockgen/detect/page"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/jsconfig"
	"github.com/dockgen/dockgen/internal/repo"
)

// nitroServer is a framework on Nitro, whose output holds all that it needs.
// https://nitro.build/deploy/runtimes/node (2 and 3, 2026-11)
func (p *pkg) nitroServer(name, dependency string) framework {
	f := p.server(name, dependency, 3000)
	f.needsModules = false
	f.output = []string{".output"}
	f.copies = []copied{{from: ".output", to: ".output"}}
	f.command = []string{".output/server/index.mjs"}
	f.health = "/"
	return f
}

// elsewhere are presets of Nitro for hosts that run no Node.js server of ours.
func elsewhere(preset string) bool {
	for _, host := range []string{"vercel", "netlify", "cloudflare", "aws", "azure", "firebase", "deno", "edgio", "stormkit", "cleavr", "zeabur", "winterjs", "genezio", "iis", "koyeb", "render"} {
		if strings.HasPrefix(preset, host) && !strings.HasSuffix(preset, "-server") {
			return true
		}
	}
	return false
}

// nuxt is Nuxt. https://nuxt.com/docs/getting-started/deployment (3 and 4, 2026-11)
func nuxt(p *pkg) (framework, bool, error) {
	name := ""
	for _, n := range []string{"nuxt", "nuxt3", "nuxt-nightly", "nuxt-edge"} {
		if p.m.has(n) && name == "" {
			name = n
		}
	}
	if name == "" || !p.applies("nuxt", []string{"nuxt.config"}) && !p.applies("nuxi", nil) {
		return framework{}, false, nil
	}
	c, err := p.config("nuxt.config")
	if err != nil {
		return framework{}, false, err
	}
	if p.majorOf(name) == 2 {
		return p.nuxt2(c, name), true, nil
	}
	preset := c.text("nitro", "preset")
	generates := p.prerenders("nuxt") || p.prerenders("nuxi")
	if generates || preset.Value == "static" || preset.Value == "github-pages" || c.object.Get("nitro", "static").IsTrue() {
		out := fact.New(".output/public", fact.Default("Nuxt's folder of generated pages"))
		site := page.Site{Fallback: fact.New("200.html", fact.Default("Nuxt generates it for addresses that only the browser knows")), Hashed: []string{"_nuxt"}, Base: subPath(c.text("app", "baseURL"))}
		f := p.asPage("Nuxt", p.depFrom(name), out, site)
		f.variables = []string{"NUXT_PUBLIC_"}
		f.buildEnv = append(f.buildEnv, noTelemetry("NUXT_TELEMETRY_DISABLED"))
		if p.buildScript() == "" {
			f.build = []string{"nuxt", "generate"}
		}
		return f, true, nil
	}
	f := p.nitroServer("Nuxt", name)
	f.buildEnv = append(f.buildEnv, noTelemetry("NUXT_TELEMETRY_DISABLED"))
	f.env = append(f.env, anyAddress("HOST"))
	if p.buildScript() == "" {
		f.build = []string{"nuxt", "build"}
	}
	if elsewhere(preset.Value) {
		f.refuse = noAdapter(preset.From, "Nuxt", "the preset "+preset.Value, "remove nitro.preset, or set it to node-server")
	}
	return f, true, nil
}

// prerenders reports whether the build script makes pages ahead: "nuxt generate".
func (p *pkg) prerenders(tool string) bool {
	for _, c := range p.commands(p.buildScript()) {
		argv := c.Argv()
		if len(argv) > 1 && path.Base(argv[0]) == tool {
			for _, a := range argv[1:] {
				if a == "generate" || a == "--prerender" {
					return true
				}
			}
		}
	}
	if p.buildScript() != "" {
		return false
	}
	_, _, ok := p.tool(tool, "generate")
	return ok
}

// nuxt2 is Nuxt before Nitro: a server over its build and the production dependencies.
func (p *pkg) nuxt2(c config, name string) framework {
	if p.prerenders("nuxt") || c.text("target").Value == "static" && !p.builds("nuxt") {
		site := page.Site{Fallback: fact.New("200.html", fact.Default("Nuxt generates it")), Hashed: []string{"_nuxt"}, Base: subPath(c.text("router", "base"))}
		f := p.asPage("Nuxt", p.depFrom(name), fact.New("dist", fact.Default("Nuxt's folder of generated pages")), site)
		f.legacyOpenSSL = f.from
		return f
	}
	f := p.server("Nuxt", name, 3000)
	f.output = []string{".nuxt"}
	f.env = append(f.env, anyAddress("HOST"))
	f.command = []string{"node_modules/nuxt/bin/nuxt.js", "start"}
	f.legacyOpenSSL = f.from
	f.signals = false
	return f
}

// nitroFrameworks are those that build a Nitro server by a plug-in of Vite or by vinxi.
var nitroFrameworks = []struct{ name, dependency string }{
	{"TanStack Start", "@tanstack/react-start"}, {"TanStack Start", "@tanstack/solid-start"}, {"TanStack Start", "@tanstack/start"},
	{"SolidStart", "@solidjs/start"}, {"Vinxi", "vinxi"}, {"Nitro", "nitropack"}, {"Nitro", "nitro"},
}

// nitro is one of the frameworks on Nitro: .output has the server, or, with the preset
// "static", the pages.
func nitro(p *pkg) (framework, bool, error) {
	for _, n := range nitroFrameworks {
		if !p.m.has(n.dependency) || !p.applies("vinxi", []string{"app.config", "vite.config", "nitro.config"}) && !p.applies("nitro", nil) && !p.applies("nitropack", nil) && !p.applies("vite", nil) {
			continue
		}
		c, err := p.config("app.config", "vite.config", "nitro.config")
		if err != nil {
			return framework{}, false, err
		}
		preset := nitroPreset(c)
		if preset.Value == "static" {
			site := page.Site{Fallback: onePage("prerendered pages, and one that routes in the browser"), Hashed: []string{"assets", "_build/assets"}}
			f := p.asPage(n.name, p.depFrom(n.dependency), fact.New(".output/public", preset.From), site)
			f.variables = []string{"VITE_"}
			return f, true, nil
		}
		if !p.nitroBuilds(c) {
			return p.fetchHandler(n.name, n.dependency)
		}
		f := p.nitroServer(n.name, n.dependency)
		f.variables = []string{"VITE_"}
		f.env = append(f.env, anyAddress("HOST"))
		if elsewhere(preset.Value) {
			f.refuse = noAdapter(preset.From, n.name, "the preset "+preset.Value, "set the preset to node-server")
		}
		return f, true, nil
	}
	return framework{}, false, nil
}

// nitroBuilds reports whether something in the build makes the Nitro output: vinxi, nitro's
// own command, or its plug-in in the configuration of Vite.
func (p *pkg) nitroBuilds(c config) bool {
	if p.usesAny("vinxi") || p.builds("nitro") || p.builds("nitropack") || p.builds("vinxi") {
		return true
	}
	for _, module := range c.Imports {
		if strings.Contains(module, "nitro") { // nitro/vite, @solidjs/vite-plugin-nitro-2, @tanstack/nitro-v2-vite-plugin
			return true
		}
	}
	return false
}

func nitroPreset(c config) fact.Of[string] {
	preset, _ := fact.First(c.text("server", "preset"), c.text("nitro", "preset"), c.text("preset"), c.text("target"))
	if v, _, ok := c.call(c.object.Get("plugins"), func(m string) bool { return strings.Contains(m, "nitro") }); ok {
		options := first(v.Items)
		for _, keys := range [][]string{{"preset"}, {"config", "preset"}} {
			if s, ok := options.Get(keys...).Str(); ok {
				preset, _ = fact.First(preset, fact.New(s, c.at(v, "preset")))
			}
		}
	}
	return preset
}

// fetchHandler is a build that leaves a function which answers requests, and no server
// that calls it: srvx does. https://srvx.h3.dev/guide/cli (2026-11)
func (p *pkg) fetchHandler(name, dependency string) (framework, bool, error) {
	f := p.server(name, dependency, 3000)
	f.variables = []string{"VITE_"}
	f.output = []string{"dist"}
	f.health = "/"
	s, own := p.startScript()
	if own && strings.HasPrefix(path.Clean(s.file), ".output/") { // releases that brought Nitro themselves
		nitro := p.nitroServer(name, dependency)
		nitro.variables = f.variables
		return nitro, true, nil
	}
	if own && s.runner != "vite" {
		return f, true, nil // the start script names the server
	}
	modules, err := p.brings("srvx", dependency)
	if err != nil {
		return f, false, err
	}
	if modules != "" {
		entry := "dist/server/server.js"
		if dependency == "@solidjs/start" {
			entry = "dist/server/entry-server.js"
		}
		f.command = []string{path.Join(modules, "srvx/bin/srvx.mjs"), "--prod", "-s", "../client", entry}
		f.copies = []copied{{from: "package.json", to: "package.json"}, {from: "dist", to: "dist"}}
		return f, true, nil
	}
	f.refuse = diag.At(f.from, name+"'s build leaves a request handler in dist/server, and nothing here serves it",
		"add nitro() from nitro/vite to the plug-ins of vite.config, or a start script")
	return f, true, nil
}

// brings is the folder, relative to the package, that holds an installed package which another one
// depends on, "" where the lockfile has none: without a lockfile, today's releases have it.
func (p *pkg) brings(name, by string) (string, error) {
	m, err := p.findManager(fact.Of[string]{})
	if err != nil {
		return "", err
	}
	l, err := p.locked(m)
	if err != nil {
		return "", err
	}
	if !p.m.depends(name) && (!p.m.depends(by) || l != nil && !l.reach([]string{by})[name]) {
		return "", nil
	}
	modules := path.Join(repo.Rel(p.dir, m.dir), "node_modules")
	if m.name == pnpm && !p.m.depends(name) {
		modules = path.Join(modules, ".pnpm/node_modules") // where it keeps what no package of the repository names
	}
	return modules, nil
}

// analog is Analog. https://analogjs.org/docs/features/deployment/overview (2, 2026-11)
func analog(p *pkg) (framework, bool, error) {
	if !p.m.has("@analogjs/platform") {
		return framework{}, false, nil
	}
	c, err := p.config("vite.config")
	if err != nil {
		return framework{}, false, err
	}
	v, _, _ := c.call(c.object.Get("plugins"), func(m string) bool { return m == "@analogjs/platform" })
	options := first(v.Items)
	if options.Get("static").IsTrue() || options.Get("ssr").IsFalse() && options.Get("prerender").Kind == jsconfig.None {
		site := page.Site{Fallback: onePage("one page, some of its addresses made ahead"), Hashed: []string{"assets"}}
		return p.asPage("Analog", p.depFrom("@analogjs/platform"), fact.New("dist/analog/public", fact.Default("Analog's folder")), site), true, nil
	}
	f := p.nitroServer("Analog", "@analogjs/platform")
	f.output = []string{"dist/analog"}
	f.copies = []copied{{from: "dist/analog", to: "dist/analog"}}
	f.command = []string{"dist/analog/server/index.mjs"}
	return f, true, nil
}
