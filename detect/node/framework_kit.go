package node

import (
	"bytes"
	"path"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/page"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/jsconfig"
	"github.com/dockgen/dockgen/templates"
)

// svelteKit is SvelteKit: the adapter decides what its build leaves. It is configured in
// svelte.config or, since 2.62, by the options of its plug-in in vite.config, which then win.
// https://svelte.dev/docs/kit/adapters, https://svelte.dev/docs/kit/@sveltejs-kit-vite (2026-11)
func svelteKit(p *pkg) (framework, bool, error) {
	if !p.m.has("@sveltejs/kit") || p.buildScript() == "" {
		return framework{}, false, nil
	}
	c, kit, err := p.kitConfig()
	if err != nil {
		return framework{}, false, err
	}
	adapter, module, ok := c.call(kit.Get("adapter"), func(m string) bool { return m != "" })
	if !ok {
		return framework{}, false, nil // a library, or no adapter: the build leaves nothing to start
	}
	options := first(adapter.Items)
	at := c.at(adapter, "adapter")
	reason := detect.Reason{ID: "adapter", What: "SvelteKit adapter", Value: module, From: at}
	switch module {
	case "@sveltejs/adapter-node":
		return p.kitServer(optionOr(c, options, "out", "build", "adapter-node's folder"), reason), true, nil
	case "@sveltejs/adapter-static":
		out := optionOr(c, options, "pages", "build", "adapter-static's folder")
		site := page.Site{Fallback: eachPage("adapter-static builds a page for each address"), NotFound: "404.html", Hashed: []string{"_app/immutable"}}
		if s, ok := options.Get("fallback").Str(); ok && s != "404.html" {
			site.Fallback, site.NotFound = fact.New(s, c.at(options.Get("fallback"), "fallback")), ""
		}
		if s, ok := kit.Get("paths", "base").Str(); ok {
			site.Base = subPath(fact.New(s, c.at(kit.Get("paths", "base"), "paths.base")))
		}
		f := p.asPage("SvelteKit", p.depFrom("@sveltejs/kit"), out, site)
		f.variables, f.static = []string{"PUBLIC_", "VITE_"}, p.staticEnv()
		f.reasons = append(f.reasons, reason)
		return f, true, nil
	case "@sveltejs/adapter-auto":
		f := p.kitServer(fact.New("build", fact.Default("adapter-node's folder")), reason)
		// It takes adapter-node, which it installs, where this variable is set:
		// packages/adapter-auto/adapters.js, read in 3.0 to 7.0.
		f.buildEnv = append(f.buildEnv, templates.Var{Name: "GCP_BUILDPACKS", Value: "1"})
		f.notes = append(f.notes, detect.Note{Warning: true, At: at, Text: "adapter-auto knows no plain container: it is told to install adapter-node during the build; add @sveltejs/adapter-node to the project for a build that repeats"})
		return f, true, nil
	default:
		f := p.kitServer(fact.New("build", at), reason)
		f.refuse = noAdapter(at, "SvelteKit", module, "npm install -D @sveltejs/adapter-node, and import it in "+c.file)
		return f, true, nil
	}
}

// kitConfig is the configuration of SvelteKit and the file that holds it.
func (p *pkg) kitConfig() (config, jsconfig.Value, error) {
	c, err := p.config("vite.config")
	if err != nil {
		return config{}, jsconfig.Value{}, err
	}
	if plugin, _, ok := c.call(c.object.Get("plugins"), func(m string) bool { return m == "@sveltejs/kit/vite" }); ok && len(plugin.Items) > 0 {
		return c, plugin.Items[0], nil
	}
	c, err = p.config("svelte.config")
	return c, c.object.Get("kit"), err
}

func (p *pkg) kitServer(out fact.Of[string], reason detect.Reason) framework {
	f := p.server("SvelteKit", "@sveltejs/kit", 3000)
	f.output = []string{path.Clean(out.Value)}
	f.variables, f.static = []string{"PUBLIC_", "VITE_"}, p.staticEnv()
	f.copies = []copied{{from: "package.json", to: "package.json"}, {from: path.Clean(out.Value), to: path.Clean(out.Value)}}
	f.command = []string{path.Join(out.Value, "index.js")}
	f.reasons = append(f.reasons, reason)
	if s, own := p.startScript(); own && s.runner == "node" && path.Clean(s.file) != path.Clean(out.Value) && withoutExtension(path.Clean(s.file)) != path.Join(out.Value, "index") {
		f.copies, f.command = nil, nil // a server of its own, which takes the build's handler: https://svelte.dev/docs/kit/adapter-node#Custom-server (2026-11)
	}
	f.notes = append(f.notes, detect.Note{Text: "behind a proxy, run it with -e ORIGIN=https://your.host: SvelteKit compares it with the address that a form was sent to"})
	f.health = "/"
	return f
}

// optionOr is a string option of a call, or its default.
func optionOr(c config, options jsconfig.Value, name, value, why string) fact.Of[string] {
	if s, ok := options.Get(name).Str(); ok {
		return fact.New(path.Clean(s), c.at(options.Get(name), name))
	}
	return fact.New(value, fact.Default(why))
}

// endsStreams reports whether the entry of the server says how long a page may stream.
// https://reactrouter.com/explanation/special-files#streamtimeout (2026-11)
func (p *pkg) endsStreams() bool {
	for _, ext := range []string{".tsx", ".jsx", ".ts", ".js"} {
		if text, err := p.view.Read(p.in("app/entry.server" + ext)); err == nil && bytes.Contains(text, []byte("streamTimeout")) {
			return true
		}
	}
	return false
}

// reactRouter is React Router from 7 as a framework, and Remix 2 before it.
// https://reactrouter.com/start/framework/deploying, https://v2.remix.run/docs/discussion/runtimes (2026-11)
func reactRouter(p *pkg) (framework, bool, error) {
	name, dependency, serve := "React Router", "@react-router/dev", "@react-router/serve"
	if !p.m.has(dependency) {
		name, dependency, serve = "Remix", "@remix-run/dev", "@remix-run/serve"
	}
	if !p.m.has(dependency) {
		return framework{}, false, nil
	}
	if !p.applies(map[string]string{"Remix": "remix"}[name], []string{"react-router.config", "remix.config"}) && !p.applies("react-router", nil) {
		return framework{}, false, nil
	}
	c, options, err := p.routerConfig(name)
	if err != nil {
		return framework{}, false, err
	}
	build := optionOr(c, options, "buildDirectory", "build", name+"'s buildDirectory")
	if options.Get("ssr").IsFalse() {
		site := page.Site{Fallback: fact.New("index.html", c.at(options.Get("ssr"), "ssr: false")), Hashed: []string{"assets"}}
		if s, ok := options.Get("basename").Str(); ok {
			site.Base = subPath(fact.New(s, c.at(options.Get("basename"), "basename")))
		}
		f := p.asPage(name, p.depFrom(dependency), fact.New(path.Join(build.Value, "client"), build.From), site)
		f.variables = []string{"VITE_"}
		return f, true, nil
	}
	f := p.server(name, dependency, 3000)
	f.variables = []string{"VITE_"}
	f.output = []string{build.Value}
	f.health = "/"
	f.copies = []copied{{from: "package.json", to: "package.json"}, {from: build.Value, to: build.Value}}
	if s, own := p.startScript(); own && s.runner != "react-router-serve" && s.runner != "remix-serve" {
		f.copies = nil // a server of its own, which the start script names
		return f, true, nil
	}
	if !p.endsStreams() {
		f.notes = append(f.notes, detect.Note{Text: "docker stop may take six seconds after the last page: " + name + " keeps a timer that long; a shorter streamTimeout exported by app/entry.server ends it sooner"})
	}
	entry := p.routerEntry(&f, build.Value, name)
	switch {
	case name == "Remix":
		f.command = []string{binaries()["remix-serve"].path(p), entry}
	default:
		f.command = []string{binaries()["react-router-serve"].path(p), entry}
	}
	if !p.m.depends(serve) {
		f.command = nil
	}
	return f, true, nil
}

// routerEntry is the built server. The compiler that Remix had before Vite writes the files
// for the browser into public/build.
func (p *pkg) routerEntry(f *framework, build, name string) string {
	vite := false
	for _, n := range []string{"vite.config.js", "vite.config.ts", "vite.config.mjs", "vite.config.mts"} {
		vite = vite || p.view.Has(p.in(n))
	}
	if name == "Remix" && !vite {
		f.copies = append(f.copies, copied{from: "public", to: "public"})
		return path.Join(build, "index.js")
	}
	return path.Join(build, "server/index.js")
}

// routerConfig is react-router.config, or the options of Remix's plug-in of Vite.
func (p *pkg) routerConfig(name string) (config, jsconfig.Value, error) {
	if name == "React Router" {
		c, err := p.config("react-router.config")
		return c, c.object, err
	}
	c, err := p.config("vite.config")
	if err != nil {
		return config{}, jsconfig.Value{}, err
	}
	plugin, _, _ := c.call(c.object.Get("plugins"), func(m string) bool { return strings.HasPrefix(m, "@remix-run/dev") })
	return c, first(plugin.Items), nil
}

// adonis is AdonisJS. https://docs.adonisjs.com/guides/deployment (6, 2026-11)
func adonis(p *pkg) (framework, bool, error) {
	if !p.m.depends("@adonisjs/core") {
		return framework{}, false, nil
	}
	f := p.server("AdonisJS", "@adonisjs/core", 3333)
	f.output = []string{"build"}
	f.copies = []copied{{from: "build", to: "."}}
	f.command = []string{"bin/server.js"}
	if m := p.majorOf("@adonisjs/core"); m > 0 && m < 6 {
		f.command = []string{"server.js"}
	}
	f.env = append(f.env, anyAddress("HOST"))
	f.notes = append(f.notes, detect.Note{Text: "AdonisJS checks its environment when it starts: run it with -e APP_KEY=… and what start/env.ts names"})
	return f, true, nil
}

// strapi is Strapi. https://docs.strapi.io/cms/deployment (4 and 5, 2026-11)
func strapi(p *pkg) (framework, bool, error) {
	if !p.m.depends("@strapi/strapi") || !p.applies("strapi", []string{"config/server"}) {
		return framework{}, false, nil
	}
	f := p.server("Strapi", "@strapi/strapi", 1337)
	f.output = []string{"build"}
	if p.view.Has(p.in("tsconfig.json")) {
		f.output = []string{"dist"} // the compiler's folder has the panel of administrators in it too
	}
	f.command = []string{"node_modules/@strapi/strapi/bin/strapi.js", "start"}
	f.env = append(f.env, anyAddress("HOST"), noTelemetry("STRAPI_TELEMETRY_DISABLED"))
	f.writable = []string{"public/uploads", ".tmp"}
	f.signals = false
	f.health = "/_health"
	f.notes = append(f.notes, detect.Note{Text: "Strapi needs its secrets when it starts: APP_KEYS, API_TOKEN_SALT, ADMIN_JWT_SECRET, TRANSFER_TOKEN_SALT, JWT_SECRET"})
	return f, true, nil
}
