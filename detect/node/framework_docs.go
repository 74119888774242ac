package node

import (
	"path"
	"strings"

	"github.com/dockgen/dockgen/detect/page"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/jsconfig"
)

// gatsby is a site built by Gatsby. https://www.gatsbyjs.com/docs/ (5, 2026-11)
func gatsby(p *pkg) (framework, bool, error) {
	if !p.m.has("gatsby") || !p.applies("gatsby", []string{"gatsby-config"}, "src/pages") {
		return framework{}, false, nil
	}
	c, err := p.config("gatsby-config")
	if err != nil {
		return framework{}, false, err
	}
	site := page.Site{Fallback: eachPage("Gatsby builds a page for each address"), NotFound: "404.html", HashedNames: true, Hashed: []string{"static"}}
	argv, _, _ := p.tool("gatsby", "build")
	for _, a := range argv {
		if a == "--prefix-paths" {
			site.Base = subPath(c.text("pathPrefix"))
		}
	}
	f := p.asPage("Gatsby", p.depFrom("gatsby"), fact.New("public", fact.Default("Gatsby's folder")), site)
	f.variables = []string{"GATSBY_"}
	f.buildEnv = append(f.buildEnv, noTelemetry("GATSBY_TELEMETRY_DISABLED"))
	f.caches = []string{".cache"}
	if m := p.majorOf("gatsby"); m > 0 && m < 3 {
		f.legacyOpenSSL = f.from
	}
	return f, true, nil
}

// docusaurus is a site built by Docusaurus. https://docusaurus.io/docs/deployment (3, 2026-11)
func docusaurus(p *pkg) (framework, bool, error) {
	if !p.m.has("@docusaurus/core") || !p.applies("docusaurus", []string{"docusaurus.config"}) {
		return framework{}, false, nil
	}
	c, err := p.config("docusaurus.config")
	if err != nil {
		return framework{}, false, err
	}
	argv, script, _ := p.tool("docusaurus", "build")
	out, _ := fact.First(flagOf(argv, script, "--out-dir"), fact.New("build", fact.Default("Docusaurus' folder")))
	site := page.Site{Fallback: eachPage("Docusaurus builds a page for each address"), NotFound: "404.html", Hashed: []string{"assets"}, Base: subPath(c.text("baseUrl"))}
	return p.asPage("Docusaurus", p.depFrom("@docusaurus/core"), out, site), true, nil
}

// vitepress is a site built by VitePress: the folder of its pages stands in the script.
// https://vitepress.dev/reference/site-config (1 and 2, 2026-11)
func vitepress(p *pkg) (framework, bool, error) {
	argv, script, builds := p.tool("vitepress", "build")
	if !p.m.has("vitepress") || !builds {
		return framework{}, false, nil
	}
	if _, own := p.startScript(); own {
		return framework{}, false, nil
	}
	root := "."
	if len(argv) > 2 && !strings.HasPrefix(argv[2], "-") {
		root = path.Clean(argv[2])
	}
	c, err := p.config(path.Join(root, ".vitepress/config"), path.Join(root, ".vitepress/config/index"))
	if err != nil {
		return framework{}, false, err
	}
	out := flagOf(argv, script, "--outDir")
	if v := c.folder("outDir"); !out.Known() && v.Known() {
		out = fact.New(path.Join(root, v.Value), v.From)
	}
	out, _ = fact.First(out, fact.New(path.Join(root, ".vitepress/dist"), fact.Default("VitePress' folder")))
	base, _ := fact.First(flagOf(argv, script, "--base"), c.text("base"))
	site := page.Site{Fallback: eachPage("VitePress builds a page for each address"), NotFound: "404.html", Hashed: []string{"assets"}, Base: subPath(base)}
	f := p.asPage("VitePress", p.depFrom("vitepress"), out, site)
	if p.buildScript() == "" || !p.builds("vitepress") {
		f.build = append([]string{"vitepress"}, argv[1:]...)
	}
	return f, true, nil
}

// builds reports whether the build script runs a program of that name.
func (p *pkg) builds(name string) bool {
	for _, c := range p.commands(p.buildScript()) {
		if argv := c.Argv(); len(argv) > 0 && path.Base(argv[0]) == name {
			return true
		}
	}
	return false
}

// eleventy is a site built by Eleventy. https://www.11ty.dev/docs/config/ (3, 2026-11)
func eleventy(p *pkg) (framework, bool, error) {
	if !p.m.has("@11ty/eleventy") || !p.applies("eleventy", []string{".eleventy", "eleventy.config"}) {
		return framework{}, false, nil
	}
	if _, own := p.startScript(); own {
		return framework{}, false, nil
	}
	c, err := p.config(".eleventy", "eleventy.config")
	if err != nil {
		return framework{}, false, err
	}
	argv, script, builds := p.tool("eleventy")
	out, _ := fact.First(flagOf(argv, script, "--output"), c.folder("dir", "output"), fact.New("_site", fact.Default("Eleventy's folder")))
	prefix, _ := fact.First(flagOf(argv, script, "--pathprefix"), c.text("pathPrefix"))
	site := page.Site{Fallback: eachPage("Eleventy builds a page for each address"), NotFound: "404.html", Base: subPath(prefix)}
	f := p.asPage("Eleventy", p.depFrom("@11ty/eleventy"), out, site)
	if !builds || p.buildScript() == "" {
		f.build = []string{"eleventy"}
	}
	return f, true, nil
}

// storybook is the catalogue of a package's components, where it has nothing else to run.
// https://storybook.js.org/docs/sharing/publish-storybook (10, 2026-11)
func storybook(p *pkg) (framework, bool, error) {
	if !p.m.has("storybook") && !p.m.has("@storybook/react") && !p.m.has("@storybook/vue3") {
		return framework{}, false, nil
	}
	argv, script, builds := p.tool("storybook", "build")
	if !builds {
		argv, script, builds = p.tool("build-storybook")
	}
	if _, own := p.startScript(); own || !builds {
		return framework{}, false, nil
	}
	out, _ := fact.First(flagOf(argv, script, "--output-dir", "-o"), fact.New("storybook-static", fact.Default("Storybook's folder")))
	site := page.Site{Fallback: eachPage("Storybook has its two pages"), Hashed: []string{"assets"}}
	f := p.asPage("Storybook", script, out, site)
	f.variables = []string{"STORYBOOK_"}
	f.buildEnv = append(f.buildEnv, noTelemetry("STORYBOOK_DISABLE_TELEMETRY"))
	if !p.builds("storybook") && !p.builds("build-storybook") {
		f.build = argv
	}
	return f, true, nil
}

// expo is the page of an Expo application. https://docs.expo.dev/guides/publishing-websites/ (SDK 54, 2026-11)
func expo(p *pkg) (framework, bool, error) {
	if !p.m.has("expo") || !p.m.has("react-native-web") {
		return framework{}, false, nil
	}
	if _, own := p.startScript(); own {
		return framework{}, false, nil
	}
	output, err := p.expoOutput()
	if err != nil {
		return framework{}, false, err
	}
	out := fact.New("dist", fact.Default("the folder of expo export"))
	site := page.Site{Fallback: onePage("Expo builds one page"), Hashed: []string{"_expo/static"}}
	if output.Value == "static" {
		site.Fallback, site.NotFound = fact.New("", output.From), "+not-found.html"
	}
	f := p.asPage("Expo", p.depFrom("expo"), out, site)
	f.variables = []string{"EXPO_PUBLIC_"}
	f.buildEnv = append(f.buildEnv, noTelemetry("EXPO_NO_TELEMETRY"))
	if !p.builds("expo") {
		f.build = []string{"expo", "export", "--platform", "web"}
	}
	return f, true, nil
}

// expoOutput is web.output of app.json or app.config.
func (p *pkg) expoOutput() (fact.Of[string], error) {
	root, err := readJSON(p.view, p.in("app.json"))
	if err != nil {
		return fact.Of[string]{}, err
	}
	if v := root.get("expo", "web", "output"); v.exists() {
		return v.text("expo.web.output"), nil
	}
	c, err := p.config("app.config")
	if err != nil {
		return fact.Of[string]{}, err
	}
	v, _ := fact.First(c.text("web", "output"), c.text("expo", "web", "output"))
	return v, nil
}

// astro is a site or server built by Astro. https://docs.astro.build/en/reference/configuration-reference/ (5 to 7, 2026-11)
func astro(p *pkg) (framework, bool, error) {
	if !p.m.has("astro") || !p.applies("astro", []string{"astro.config"}, "src/pages") {
		return framework{}, false, nil
	}
	c, err := p.config("astro.config")
	if err != nil {
		return framework{}, false, err
	}
	out, _ := fact.First(c.folder("outDir"), fact.New("dist", fact.Default("Astro's outDir")))
	out.Value = path.Clean(out.Value)
	adapter, module, adapted := c.call(c.object.Get("adapter"), func(m string) bool { return m != "" })
	output := c.text("output")
	onDemand := output.Value == "server" || output.Value == "hybrid" || adapted && p.onDemandPages()
	if onDemand && adapted {
		return p.astroServer(c, out, adapter, module)
	}
	assets, _ := fact.First(c.text("build", "assets"), fact.New("_astro", fact.Default("Astro's build.assets")))
	site := page.Site{Fallback: eachPage("Astro builds a page for each address"), Hashed: []string{assets.Value}, HashedFrom: assets.From, Base: subPath(c.text("base")), NotFound: "404.html"}
	f := p.asPage("Astro", p.depFrom("astro"), out, site)
	f.variables = []string{"PUBLIC_"}
	f.buildEnv = append(f.buildEnv, noTelemetry("ASTRO_TELEMETRY_DISABLED"))
	if !p.builds("astro") && p.buildScript() == "" {
		f.build = []string{"astro", "build"}
	}
	return f, true, nil
}

// onDemandPages reports whether a page says that it is made when it is asked for.
func (p *pkg) onDemandPages() bool {
	for _, file := range p.view.Under(p.in("src/pages")) {
		text, err := p.view.Read(file)
		if err == nil && strings.Contains(strings.ReplaceAll(string(text), " ", ""), "prerender=false") {
			return true
		}
	}
	return false
}

func (p *pkg) astroServer(c config, out fact.Of[string], adapter jsconfig.Value, module string) (framework, bool, error) {
	f := p.server("Astro", "astro", 4321)
	f.signals = false // a plain node:http server: stopping astro-node took 20 s in a real build
	f.output = []string{out.Value}
	f.variables = []string{"PUBLIC_"}
	f.env = append(f.env, anyAddress("HOST"))
	f.buildEnv = append(f.buildEnv, noTelemetry("ASTRO_TELEMETRY_DISABLED"))
	f.copies = []copied{{from: "package.json", to: "package.json"}, {from: out.Value, to: out.Value}}
	if module != "@astrojs/node" {
		f.refuse = noAdapter(c.at(adapter, ""), "Astro", module, "npm install @astrojs/node, and adapter: node({ mode: 'standalone' }) in "+c.file)
		return f, true, nil
	}
	if mode, _ := first(adapter.Items).Get("mode").Str(); mode == "middleware" {
		f.copies = nil // a server of its own, which the start script names
		return f, true, nil
	}
	f.command = []string{path.Join(out.Value, "server/entry.mjs")}
	f.health = "/"
	if p.buildScript() == "" {
		f.build = []string{"astro", "build"}
	}
	return f, true, nil
}

func first(items []jsconfig.Value) jsconfig.Value {
	if len(items) == 0 {
		return jsconfig.Value{}
	}
	return items[0]
}
