package node

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/page"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/jsconfig"
	"github.com/dockgen/dockgen/templates"
)

// server is a framework whose build leaves a server that reads PORT.
func (p *pkg) server(name, dependency string, port int) framework {
	return framework{
		name: name, kind: detect.Service, from: p.depFrom(dependency), needsModules: len(p.m.deps) > 0, readsPort: true, signals: true,
		port: fact.New(port, fact.Default(name+"'s port")),
	}
}

// anyAddress makes a server listen on every address, which a container needs.
func anyAddress(name string) templates.Var { return templates.Var{Name: name, Value: "0.0.0.0"} }

func noTelemetry(name string) templates.Var { return templates.Var{Name: name, Value: "1"} }

// noAdapter is the refusal of a build that leaves a program for a certain host only.
func noAdapter(at fact.Source, framework, module, try string) *diag.Error {
	return diag.At(at, framework+" builds with "+module+" for another host: nothing that Node.js could start comes out", try)
}

// next is Next.js. https://nextjs.org/docs/app/api-reference/config/next-config-js/output (16, 2026-11)
//
// NEXT_PRIVATE_STANDALONE makes output "standalone" the default of a configuration
// without one: packages/next/src/server/config-shared.ts, read in 13.0 to 16.4.
func next(p *pkg) (framework, bool, error) {
	if !p.m.has("next") || !p.applies("next", []string{"next.config"}, "app", "pages", "src/app", "src/pages") {
		return framework{}, false, nil
	}
	c, err := p.config("next.config")
	if err != nil {
		return framework{}, false, err
	}
	version := p.majorOf("next")
	dist, _ := fact.First(c.folder("distDir"), fact.New(".next", fact.Default("Next.js' distDir")))
	output := c.object.Get("output")
	if exported, from := p.exports(c, output); exported {
		return p.nextExport(c, from, dist), true, nil
	}
	f := p.server("Next.js", "next", 3000)
	f.output = []string{dist.Value}
	f.variables = []string{"NEXT_PUBLIC_"}
	f.env = append(f.env, anyAddress("HOSTNAME"), noTelemetry("NEXT_TELEMETRY_DISABLED"))
	f.buildEnv = append(f.buildEnv, noTelemetry("NEXT_TELEMETRY_DISABLED"))
	f.caches = []string{path.Join(dist.Value, "cache")}
	f.writable = []string{path.Join(dist.Value, "cache")}
	f.signals = version == 0 || version >= 13
	f.health = p.nextHealth(c)
	if p.buildScript() == "" { // as Nx infers it
		f.build = []string{"next", "build"}
	}
	if version > 0 && version < 11 {
		f.legacyOpenSSL = f.from
	}
	if s, own := p.startScript(); own && s.runner == "node" && !strings.Contains(s.file, ".next/standalone") && !strings.Contains(s.file, "next/dist/bin") {
		f.reasons = append(f.reasons, detect.Reason{ID: "next", What: "Next.js", Value: "started by a server of its own", From: s.from})
		return f, true, nil
	}
	standalone := output.Text == "standalone" && output.Kind == jsconfig.String
	if !standalone && (version == 0 || version >= 13) {
		f.buildEnv = append(f.buildEnv, templates.Var{Name: "NEXT_PRIVATE_STANDALONE", Value: "1"})
		standalone = true
		f.reasons = append(f.reasons, detect.Reason{ID: "next", What: "Next.js output", Value: "standalone", From: fact.Default("the smallest; the configuration names no output"), Note: "set by NEXT_PRIVATE_STANDALONE, which overrides nothing that is written"})
	} else if standalone {
		f.reasons = append(f.reasons, detect.Reason{ID: "next", What: "Next.js output", Value: "standalone", From: c.at(output, "output")})
	}
	if !standalone {
		p.nextStart(&f, c, dist.Value)
		return f, true, nil
	}
	p.nextStandalone(&f, c, dist.Value)
	return f, true, nil
}

// exports reports whether the build leaves static pages: output "export", or the command
// "next export" of versions before 14.
func (p *pkg) exports(c config, output jsconfig.Value) (bool, fact.Source) {
	for _, v := range output.Could() {
		if v.Kind == jsconfig.String && v.Text == "export" {
			_, _, starts := p.tool("next", "start")
			if output.Kind != jsconfig.Either || !starts {
				return true, c.at(v, "output")
			}
		}
	}
	if _, from, ok := p.tool("next", "export"); ok && p.builds("next") {
		if _, _, starts := p.tool("next", "start"); !starts {
			return true, from
		}
	}
	return false, fact.Source{}
}

func (p *pkg) nextExport(c config, from fact.Source, dist fact.Of[string]) framework {
	out := fact.New("out", from)
	if dist.From.File != "" {
		out = dist
	}
	site := page.Site{Fallback: eachPage("Next.js exports a page for each address"), NotFound: "404.html", Hashed: []string{"_next/static"}, Base: subPath(c.text("basePath"))}
	f := p.asPage("Next.js", p.depFrom("next"), out, site)
	f.variables = []string{"NEXT_PUBLIC_"}
	f.buildEnv = append(f.buildEnv, noTelemetry("NEXT_TELEMETRY_DISABLED"))
	f.caches = []string{".next/cache"}
	f.reasons = append(f.reasons, detect.Reason{ID: "next", What: "Next.js output", Value: "export", From: from})
	return f
}

// nextHealth is an address that a page answers.
func (p *pkg) nextHealth(c config) string {
	base := c.object.Get("basePath")
	if base.Kind == jsconfig.String {
		return base.Text
	}
	if base.Kind == jsconfig.None {
		return "/"
	}
	return ""
}

// nextStart runs "next start" over the build and the production dependencies.
func (p *pkg) nextStart(f *framework, c config, dist string) {
	f.command = []string{"node_modules/next/dist/bin/next", "start"}
	f.copies = []copied{{from: "package.json", to: "package.json"}, {from: dist, to: dist, owned: true}}
	for _, name := range []string{"next.config.js", "next.config.mjs", "next.config.ts", "next.config.mts", "next-i18next.config.js", "i18n.js", "i18n.json"} {
		if p.view.Has(p.in(name)) {
			f.copies = append(f.copies, copied{from: name, to: name})
		}
	}
	if p.view.HasDir(p.in("public")) {
		f.copies = append(f.copies, copied{from: "public", to: "public"})
	}
	f.needs = p.onlyDev(slices.Sorted(maps.Values(c.Imports))...) // the server loads its configuration again
}

// nextStandalone runs the server that the build leaves with the modules it traced. Below a
// workspace, the folder repeats the layout from the root of the trace.
func (p *pkg) nextStandalone(f *framework, c config, dist string) {
	below := p.traceRoot(c)
	f.needsModules = false
	f.command = []string{path.Join(below, "server.js")}
	f.copies = []copied{
		{from: path.Join(dist, "standalone"), to: "."},
		{from: path.Join(dist, "static"), to: path.Join(below, dist, "static")},
	}
	if p.view.HasDir(p.in("public")) {
		f.copies = append(f.copies, copied{from: "public", to: path.Join(below, "public")})
	}
	f.writable = []string{path.Join(below, dist, "cache")}
}

// traceRoot is where the package lies below the root from which Next.js traces files: the
// folder that the configuration names, else the nearest one with a lockfile.
func (p *pkg) traceRoot(c config) string {
	for _, keys := range [][]string{{"outputFileTracingRoot"}, {"experimental", "outputFileTracingRoot"}} {
		if v := c.folder(keys...); v.Known() {
			root := path.Join(p.dir, v.Value)
			if root == p.dir {
				return "."
			}
			if rel, ok := strings.CutPrefix(p.dir, strings.TrimPrefix(root+"/", "./")); ok {
				return rel
			}
		}
	}
	if p.space == nil || p.space.dir == p.dir {
		return "."
	}
	for _, name := range []string{"pnpm-lock.yaml", "package-lock.json", "yarn.lock", "bun.lock", "bun.lockb"} {
		if p.view.Has(path.Join(p.space.dir, name)) && !p.view.Has(p.in(name)) {
			return strings.TrimPrefix(p.dir, strings.TrimPrefix(p.space.dir+"/", "./"))
		}
	}
	return "."
}

// usesAny reports whether the package depends on one of the names.
func (p *pkg) usesAny(names ...string) bool { return slices.ContainsFunc(names, p.m.has) }
