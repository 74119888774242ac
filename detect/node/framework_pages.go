package node

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/page"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/jsconfig"
)

// onePage is the fallback of an application that routes in the browser.
func onePage(why string) fact.Of[string] { return fact.New("index.html", fact.Default(why)) }

// eachPage is no fallback: every page has an address of its own.
func eachPage(why string) fact.Of[string] { return fact.New("", fact.Default(why)) }

// asPage is a framework whose build leaves a folder of static files.
func (p *pkg) asPage(name string, from fact.Source, folder fact.Of[string], site page.Site) framework {
	folder.Value = path.Clean(strings.TrimPrefix(folder.Value, "/"))
	folder = p.moved(folder)
	site.Folder = folder
	if site.HashedFrom.IsZero() {
		site.HashedFrom = fact.Default(name + " puts a hash of the content into these names")
	}
	return framework{name: name, kind: detect.Site, from: from, output: []string{folder.Value}, site: &site}
}

// moved is the folder to which the build script, or what follows it, moves the one that a tool writes: mv build dist.
func (p *pkg) moved(folder fact.Of[string]) fact.Of[string] {
	for _, name := range []string{p.buildScript(), "post" + p.buildScript()} {
		for _, c := range p.commands(name) {
			argv := slices.DeleteFunc(c.Argv(), func(a string) bool { return strings.HasPrefix(a, "-") })
			if len(argv) != 3 || argv[0] != "mv" || path.Clean(argv[1]) != folder.Value {
				continue
			}
			to := path.Clean(argv[2])
			if p.view.HasDir(p.in(to)) {
				to = path.Join(to, path.Base(folder.Value))
			}
			if !isOutside(to) && !path.IsAbs(to) {
				folder = fact.New(to, p.m.scripts[name].From)
			}
		}
	}
	return folder
}

// vite is a page built by Vite. https://vite.dev/config/ (Vite 7 and 8, 2026-11)
func vite(p *pkg) (framework, bool, error) {
	name := "vite"
	if !p.installs(name) && p.m.has("rolldown-vite") {
		name = "rolldown-vite"
	}
	argv, script, builds := p.tool("vite", "build")
	if !builds && p.m.has("vite-ssg") { // writes each route as a page of its own: https://github.com/antfu-collective/vite-ssg
		argv, script, builds = p.tool("vite-ssg", "build")
	}
	if !p.installs(name) || !builds && p.buildScript() != "" {
		return framework{}, false, nil
	}
	if _, own := p.startScript(); own {
		return framework{}, false, nil // a server of its own, which takes the page's files along
	}
	c, err := p.config(viteConfigs(argv)...)
	if err != nil {
		return framework{}, false, err
	}
	root, out := viteFolders(c, argv, script)
	if !p.view.Has(p.in(path.Join(root.Value, "index.html"))) && !viteInputs(c) || c.object.Get("build", "lib").Kind != jsconfig.None {
		return framework{}, false, nil // a library, or Vite only runs the tests
	}
	base, _ := fact.First(flagOf(argv, script, "--base"), c.text("base"))
	assets, _ := fact.First(flagOf(argv, script, "--assetsDir"), c.text("build", "assetsDir"), fact.New("assets", fact.Default("Vite's build.assetsDir")))
	site := page.Site{Base: subPath(base), Fallback: onePage("Vite's appType is spa"), HashedFrom: assets.From}
	if !customNames(c) {
		site.Hashed = []string{assets.Value}
	}
	if v := c.text("appType"); v.Value == "mpa" {
		site.Fallback = fact.New("", v.From)
	} else if n := len(c.object.Get("build", "rollupOptions", "input").Fields) + len(c.object.Get("build", "rolldownOptions", "input").Fields); n > 1 {
		site.Fallback = eachPage("build.rollupOptions.input names several pages")
	}
	from := p.depFrom(name)
	if from.IsZero() {
		from = script // the root of the workspace has the dependency
	}
	f := p.asPage("Vite", from, out, site)
	f.variables = []string{"VITE_"}
	if v := c.text("envPrefix"); v.Known() {
		f.variables = []string{v.Value}
	}
	if !builds {
		f.build = []string{"vite", "build"}
	}
	return f, true, nil
}

// viteFolders are Vite's root and the folder that its build leaves, relative to the package.
func viteFolders(c config, argv []string, script fact.Source) (root, out fact.Of[string]) {
	root, _ = fact.First(viteRoot(argv, script), c.folder("root"), fact.New(".", fact.Default("Vite's root")))
	out, _ = fact.First(flagOf(argv, script, "--outDir"), c.folder("build", "outDir"), fact.New("dist", fact.Default("Vite's build.outDir")))
	if c.object.Get("build", "outDir").Kind != jsconfig.Call || out.From.File != c.file { // path.resolve(…) starts at the file, not at the root
		out.Value = path.Join(root.Value, out.Value)
	}
	return root, out
}

func viteConfigs(argv []string) []string {
	names := []string{"vite.config"}
	if v := flagOf(argv, fact.Source{}, "--config", "-c"); v.Value != "" {
		names = append([]string{strings.TrimSuffix(v.Value, path.Ext(v.Value))}, names...)
	}
	return names
}

// viteRoot is the folder that "vite build FOLDER" names.
func viteRoot(argv []string, from fact.Source) fact.Of[string] {
	for i, a := range argv {
		if i > 1 && !strings.HasPrefix(a, "-") && (!strings.HasPrefix(argv[i-1], "-") || strings.Contains(argv[i-1], "=")) {
			return fact.New(a, fact.At(from.File, from.Line, "vite build"))
		}
	}
	return fact.Of[string]{}
}

func viteInputs(c config) bool {
	return c.object.Get("build", "rollupOptions", "input").Sure() && c.object.Get("build", "rollupOptions", "input").Kind != jsconfig.None
}

// customNames reports whether the configuration names the built files itself: there may be no hash in them.
func customNames(c config) bool {
	output := c.object.Get("build", "rollupOptions", "output")
	for _, field := range []string{"entryFileNames", "assetFileNames", "chunkFileNames"} {
		if v := output.Get(field); v.Kind != jsconfig.None && !strings.Contains(v.Text, "[hash") {
			return true
		}
	}
	return false
}

// createReactApp is a page built by react-scripts, or by what overrides its configuration.
// https://create-react-app.dev/docs/deployment/ (5.0, no longer developed)
func createReactApp(p *pkg) (framework, bool, error) {
	if !p.m.has("react-scripts") || p.buildScript() == "" {
		return framework{}, false, nil
	}
	if _, own := p.startScript(); own {
		return framework{}, false, nil
	}
	out := fact.New("build", fact.Default("react-scripts' folder"))
	for _, name := range p.m.order {
		for _, c := range p.commands(name) {
			for _, a := range c.Env {
				if a.Name == "BUILD_PATH" && a.Value.Literal() {
					out = fact.New(a.Value.Text, p.m.scripts[name].From)
				}
			}
		}
	}
	site := page.Site{Fallback: onePage("react-scripts builds one page"), Hashed: []string{"static"}, Base: subPath(p.m.root.get("homepage").text("homepage"))}
	f := p.asPage("Create React App", p.depFrom("react-scripts"), out, site)
	f.variables = []string{"REACT_APP_"}
	if m := p.majorOf("react-scripts"); m > 0 && m < 5 {
		f.legacyOpenSSL = f.from
	}
	return f, true, nil
}

// vueCLI is a page built by Vue CLI. https://cli.vuejs.org/config/ (5.0, in maintenance)
func vueCLI(p *pkg) (framework, bool, error) {
	if !p.m.has("@vue/cli-service") || !p.applies("vue-cli-service", []string{"vue.config"}) {
		return framework{}, false, nil
	}
	if _, own := p.startScript(); own {
		return framework{}, false, nil
	}
	c, err := p.config("vue.config")
	if err != nil {
		return framework{}, false, err
	}
	argv, script, _ := p.tool("vue-cli-service", "build")
	if flagOf(argv, script, "--target").Value == "lib" {
		return framework{}, false, nil
	}
	out, _ := fact.First(flagOf(argv, script, "--dest"), c.folder("outputDir"), fact.New("dist", fact.Default("Vue CLI's outputDir")))
	base, _ := fact.First(c.text("publicPath"), c.text("baseUrl"))
	site := page.Site{Fallback: onePage("Vue CLI builds one page"), HashedNames: !c.object.Get("filenameHashing").IsFalse(), Base: subPath(base)}
	if v := c.object.Get("pages"); len(v.Fields) > 1 {
		site.Fallback = fact.New("", c.at(v, "pages"))
	}
	f := p.asPage("Vue CLI", p.depFrom("@vue/cli-service"), out, site)
	f.variables = []string{"VUE_APP_"}
	if m := p.majorOf("@vue/cli-service"); m > 0 && m < 5 {
		f.legacyOpenSSL = f.from
	}
	return f, true, nil
}

// builder is a program that builds a page into a folder of a fixed name.
type builder struct {
	name, dependency string
	command          string   // what a script calls
	sub              []string // its first word, if it has several
	config           []string
	keys             [][]string // of the folder in the configuration
	flags            []string   // of the folder on the command line
	baseKeys         [][]string
	baseFlags        []string
	folder           string
	fallback         bool
	hashed           []string
}

// builders of pages whose conventions fit in a row, each by its documentation (2026-11).
var pageBuilders = []builder{
	{name: "Parcel", dependency: "parcel", command: "parcel", sub: []string{"build"}, flags: []string{"--dist-dir", "-d"}, baseFlags: []string{"--public-url"}, folder: "dist", fallback: true},
	{name: "Parcel", dependency: "parcel-bundler", command: "parcel", sub: []string{"build"}, flags: []string{"--out-dir", "-d"}, baseFlags: []string{"--public-url"}, folder: "dist", fallback: true},
	{name: "Rsbuild", dependency: "@rsbuild/core", command: "rsbuild", sub: []string{"build"}, config: []string{"rsbuild.config"}, keys: [][]string{{"output", "distPath", "root"}}, baseKeys: [][]string{{"server", "base"}}, folder: "dist", fallback: true, hashed: []string{"static"}},
	{name: "Rspress", dependency: "rspress", command: "rspress", sub: []string{"build"}, config: []string{"rspress.config"}, keys: [][]string{{"outDir"}}, baseKeys: [][]string{{"base"}}, folder: "doc_build", hashed: []string{"static"}},
	{name: "Ember", dependency: "ember-cli", command: "ember", sub: []string{"build"}, flags: []string{"--output-path"}, folder: "dist", fallback: true},
	{name: "Quasar", dependency: "@quasar/app-vite", command: "quasar", sub: []string{"build"}, folder: "dist/spa", fallback: true, hashed: []string{"assets"}},
	{name: "Umi", dependency: "umi", command: "umi", sub: []string{"build"}, config: []string{".umirc", "config/config"}, keys: [][]string{{"outputPath"}}, baseKeys: [][]string{{"base"}}, folder: "dist", fallback: true},
	{name: "Umi Max", dependency: "@umijs/max", command: "max", sub: []string{"build"}, config: []string{".umirc", "config/config"}, keys: [][]string{{"outputPath"}}, baseKeys: [][]string{{"base"}}, folder: "dist", fallback: true},
	{name: "Hexo", dependency: "hexo", command: "hexo", sub: []string{"generate", "g"}, folder: "public"},
	{name: "VuePress", dependency: "vuepress", command: "vuepress", sub: []string{"build"}, folder: ".vuepress/dist", hashed: []string{"assets"}},
	{name: "Slidev", dependency: "@slidev/cli", command: "slidev", sub: []string{"build"}, flags: []string{"--out", "-o"}, baseFlags: []string{"--base"}, folder: "dist", fallback: true, hashed: []string{"assets"}},
	{name: "Preact CLI", dependency: "preact-cli", command: "preact", sub: []string{"build"}, flags: []string{"--dest"}, folder: "build", fallback: true},
	{name: "Stencil", dependency: "@stencil/core", command: "stencil", sub: []string{"build"}, folder: "www", fallback: true},
	{name: "Vocs", dependency: "vocs", command: "vocs", sub: []string{"build"}, folder: "docs/dist", hashed: []string{"assets"}},
	{name: "Nextra Hugo", dependency: "hugo-bin", command: "hugo", folder: "public"},
	{name: "Farm", dependency: "@farmfe/core", command: "farm", sub: []string{"build"}, folder: "dist", fallback: true},
}

// builtPage is a page of a builder of the table.
func builtPage(p *pkg) (framework, bool, error) {
	for _, b := range pageBuilders {
		argv, script, builds := p.tool(b.command, b.sub...)
		if !p.m.has(b.dependency) || !builds {
			continue
		}
		if _, own := p.startScript(); own {
			return framework{}, false, nil
		}
		c, err := p.config(b.config...)
		if err != nil {
			return framework{}, false, err
		}
		folder := flagOf(argv, script, b.flags...)
		for _, k := range b.keys {
			folder, _ = fact.First(folder, c.folder(k...))
		}
		folder, _ = fact.First(folder, fact.New(b.folder, fact.Default(b.name+"'s folder")))
		if strings.HasPrefix(b.folder, ".") && len(argv) > 2 && !strings.HasPrefix(argv[2], "-") { // below the folder of the pages
			folder.Value = path.Join(argv[2], folder.Value)
		}
		base := flagOf(argv, script, b.baseFlags...)
		for _, k := range b.baseKeys {
			base, _ = fact.First(base, c.text(k...))
		}
		site := page.Site{Base: subPath(base), Hashed: b.hashed, HashedNames: len(b.hashed) == 0, Fallback: eachPage(b.name + " builds a page for each address")}
		if b.fallback {
			site.Fallback = onePage(b.name + " builds one page")
		} else {
			site.NotFound = "404.html"
		}
		return p.asPage(b.name, p.depFrom(b.dependency), folder, site), true, nil
	}
	return framework{}, false, nil
}

// webpackPage is a page that webpack or rspack builds by a configuration of the package's own.
// https://webpack.js.org/configuration/output/ (5, 2026-11)
func webpackPage(p *pkg) (framework, bool, error) {
	for _, name := range []string{"webpack", "@rspack/core"} {
		plugin := p.m.has("html-webpack-plugin") || name == "@rspack/core"
		if !p.m.has(name) || !plugin || p.buildScript() == "" {
			continue
		}
		if _, own := p.startScript(); own {
			return framework{}, false, nil
		}
		c, err := p.config("webpack.config", "webpack.prod", "webpack.config.prod", "webpack.common", "config/webpack.prod", "config/webpack.config.prod", "rspack.config")
		if err != nil {
			return framework{}, false, err
		}
		if c.object.Get("target").Text == "node" {
			return framework{}, false, nil
		}
		out, _ := fact.First(c.folder("output", "path"), fact.New("dist", fact.Default("webpack's output.path")))
		site := page.Site{Fallback: onePage("one page"), HashedNames: strings.Contains(c.object.Get("output", "filename").Text, "hash"), Base: subPath(c.text("output", "publicPath"))}
		if v := c.object.Get("output", "filename"); site.HashedNames {
			site.HashedFrom = c.at(v, "output.filename")
		}
		f := p.asPage(strings.TrimSuffix(strings.TrimPrefix(name, "@"), "/core"), p.depFrom(name), out, site)
		if m := p.majorOf(name); name == "webpack" && m > 0 && m < 5 {
			f.legacyOpenSSL = f.from
		}
		return f, true, nil
	}
	return framework{}, false, nil
}

// servedFolder is a package that only serves a folder of files: by a start script, or
// because it holds nothing but tools beside an index.html.
func servedFolder(p *pkg) (framework, bool, error) {
	for _, name := range []string{"start:prod", "start", "serve", "preview", "dev"} {
		s := p.resolve(name)
		if !staticServers[s.runner] {
			continue
		}
		folder := "."
		for i, a := range s.args {
			if !strings.HasPrefix(a, "-") && (i == 0 || !strings.HasPrefix(s.args[i-1], "-") || slices.Contains([]string{"-s", "--single", "-c-1"}, s.args[i-1])) {
				folder = path.Clean(a)
				break
			}
		}
		if !p.view.Has(p.in(path.Join(folder, "index.html"))) && (p.buildScript() == "" || folder == ".") {
			continue
		}
		site := page.Site{Fallback: eachPage("the start script serves files"), HashedNames: p.buildScript() != ""}
		if slices.Contains(s.args, "-s") || slices.Contains(s.args, "--single") {
			site.Fallback = fact.New("index.html", s.from)
		}
		return p.asPage("static files", s.from, fact.New(folder, s.from), site), true, nil
	}
	if f, ok := p.styledPages(); ok {
		return f, true, nil
	}
	if _, own := p.startScript(); own || p.buildScript() != "" || p.isLibrary() || len(p.m.deps) > 0 && p.m.main.Known() {
		return framework{}, false, nil
	}
	if name, _ := p.m.firstOf(append(slices.Clone(servers), workers...)...); name != "" && !staticServers[name] {
		return framework{}, false, nil
	}
	for _, folder := range []string{".", "public", "site", "www", "docs"} {
		if index := p.in(path.Join(folder, "index.html")); p.view.Has(index) {
			at := fact.Source{File: index}
			site := page.Site{Fallback: eachPage("pages that nobody builds")}
			if p.view.Has(p.in(path.Join(folder, "404.html"))) {
				site.NotFound = "404.html"
			}
			return p.asPage("static files", at, fact.New(folder, at), site), true, nil
		}
	}
	return framework{}, false, nil
}
