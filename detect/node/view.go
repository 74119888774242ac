package node

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/templates"
)

// buildTemplates are the build stages by package manager: npm, pnpm, yarn, berry, bun, none.
var buildTemplates = map[string]templates.Template[buildView]{
	npm: templates.Must[buildView]("node/npm.tmpl"), pnpm: templates.Must[buildView]("node/pnpm.tmpl"), yarn: templates.Must[buildView]("node/yarn.tmpl"),
	"berry": templates.Must[buildView]("node/berry.tmpl"), bun: templates.Must[buildView]("node/bun.tmpl"), "none": templates.Must[buildView]("node/none.tmpl"), rush: templates.Must[buildView]("node/rush.tmpl"),
}

var finalTemplates = map[string]templates.Template[runView]{
	detect.Distroless: templates.Must[runView]("node/distroless.tmpl"),
	detect.Slim:       templates.Must[runView]("node/slim.tmpl"),
	detect.Alpine:     templates.Must[runView]("node/alpine.tmpl"),
}

// buildView is what the build templates print.
type buildView struct {
	Builder    string
	Name       string // of the stage with the build's output
	First      string // of the first stage: "base" where two stages follow it
	Alpine     bool
	Packages   []string // of the system
	Env        []templates.Var
	Tool       string   // what npm installs: "pnpm@10.34.9"
	Settings   string   // what the names of pnpm's settings begin with in the environment
	Replace    bool     // the tool takes the place of one in the image
	Bun        string   // image that bun is copied from
	Yarn       []string // the words that start yarn
	SkipBuild  string   // the flag of yarn 2 and later that runs no install script
	Focus      bool     // yarn has the command that leaves out development dependencies
	CacheThere bool     // the repository holds yarn's cache
	Dir        string   // working directory
	Manifests  []templates.Files
	Install    bool     // there is something to install
	Frozen     bool     // from the lockfile alone
	Hoisted    bool     // bun: one node_modules for the workspace, not one in each member
	Drifted    bool     // there is a lockfile, but it is out of step
	Production bool     // a stage of its own installs what the program needs at run time
	Prune      bool     // what only the build needed is removed after it
	Patched    bool     // files of packages were changed, so the removal must not install them again
	OnlyProd   bool     // the build needs no more than the program does
	Only       []string // workspaces to install: names or folders
	Rebuild    []string // packages whose install scripts run, in the build
	RebuildRun []string // and for the program
	Secrets    []string // ids
	Sources    []templates.Files
	Args       []string // variables that the build writes into what it makes; with "=" after it, one that must be set
	Steps      []stepView
	Caches     []string // folders of the build that are kept between builds
	Writable   []string // folders, relative to the program's, that it writes to
	Project    string   // of Rush
	Deploy     bool     // what the program needs at run time is put together by Rush
	InitDeploy bool     // which must be told first what to put together
}

// stepView is one command after the sources are there.
type stepView struct {
	Env     []templates.Var
	Secrets []templates.Var // secrets in its environment, with what stands in for one that is not given
	Words   []string
	Why     string
}

// runView is what the templates of the final stage print.
type runView struct {
	Base       string
	Packages   []string
	Init       bool            // tini is process 1
	Browser    []string        // command that installs the browser and its libraries
	Browsers   []templates.Var // where the installer puts them
	NodeFrom   string          // image that node is copied from, where bun runs a program that starts it
	Tool       string          // a package manager that the program runs
	Dir        string
	Env        []templates.Var
	PathBin    string // folder of commands to put on PATH
	Files      []templates.Files
	Supplies   []templates.Files
	Writable   []string // folders, relative to Dir
	Volumes    []string // those of them that keep what the program is given
	User       string
	Port       int
	Probe      string // JavaScript that asks the program whether it answers, "" for none
	Node       string
	Entrypoint []string
	Command    []string
}

// ProbeCommand is the health check in exec form.
func (v runView) ProbeCommand() []string { return []string{v.Node, "-e", v.Probe} }

// template is the name of the build template.
func (c *recipe) template() string {
	switch {
	case !c.p.needsInstall():
		return "none"
	case c.manager.berry:
		return "berry"
	default:
		return c.manager.name
	}
}

// buildView is the build; with production set, also what the program needs at run time.
func (c *recipe) buildView(cat *catalogue.Catalogue, production bool, name string) buildView {
	m := c.manager
	v := buildView{
		Name: name, First: name, Dir: c.at.dir(), Alpine: c.final.alpine(), Builder: c.version.line.Ref("slim"), Packages: c.buildPackages(),
		Tool: m.installed(c.version.line.Version), Install: c.p.needsInstall(), Frozen: m.lockfile != "" && !m.drifted, Hoisted: c.p.space != nil, Yarn: m.yarn(), Rebuild: c.needs.rebuild, RebuildRun: c.needs.run,
		Steps: c.steps, Manifests: copies(c.at, c.p.manifestFiles(m), c.p.manifestFolders(m)), Sources: c.sources(),
	}
	v.SkipBuild, v.Focus = m.skipBuild(), m.focuses
	v.Drifted, v.CacheThere = m.drifted, m.zeroInstall
	v.Replace = m.berry && v.Tool != "" && major(c.version.line.Version) < firstWithoutYarn
	if v.Alpine {
		v.Builder = c.version.line.Ref("alpine")
	}
	if m.name == pnpm {
		v.Settings = "npm_config_"
		if major(m.version) >= 11 {
			v.Settings = "pnpm_config_"
		}
		// For every command: one with another store refuses what this one installed.
		v.Env = append(v.Env, templates.Var{Name: v.Settings + "store_dir", Value: "/pnpm/store"})
	}
	if m.name == bun {
		v.Bun = bunLine(cat).Ref("debian")
		if v.Alpine {
			v.Bun = bunLine(cat).Ref("alpine")
		}
		if c.bun {
			v.Builder, v.Bun = v.Bun, ""
		}
	}
	if c.needs.compile.Known() {
		v.Env = append(v.Env, templates.Var{Name: "npm_config_nodedir", Value: "/usr/local"})
	}
	for _, e := range c.needs.env {
		n, value, _ := strings.Cut(e.Value, "=")
		v.Env = append(v.Env, templates.Var{Name: n, Value: value})
	}
	for _, s := range c.secrets() {
		v.Secrets = append(v.Secrets, s.ID)
	}
	if c.p.space != nil {
		for _, q := range []*pkg{c.p} {
			v.Only = append(v.Only, c.selector(q))
		}
	}
	if m.name == rush {
		v.Project, v.Deploy, v.InitDeploy, v.Steps = c.p.m.name, production, c.p.rushPlan(), nil
	} else if production && v.Install {
		c.production(&v)
	}
	if v.OnlyProd {
		v.Rebuild = v.RebuildRun
	}
	if production {
		v.Writable = values(c.writes)
	}
	if c.p.framed {
		v.Args = c.arguments()
		for _, d := range c.p.fw.caches {
			v.Caches = append(v.Caches, path.Join(source, c.at.InContext(c.p.in(d))))
		}
	}
	return v
}

// arguments are the variables that the sources read while the framework builds.
func (c *recipe) arguments() []string {
	declare, secret := c.p.buildVariables(c.p.fw.variables)
	must := c.p.fw.static.public
	declare, secret = without(declare, must), without(secret, must)
	if len(secret) > 0 {
		c.notes = append(c.notes, detect.Note{At: secret[0].From, Text: strings.Join(values(secret), ", ") + ": read by the build, but not declared, since tools take a name like that for a secret's; declare it with ARG if the page may show it"})
	}
	if all := append(slices.Clone(must), declare...); len(all) > 0 {
		names := values(all)
		slices.Sort(names)
		c.reasons = append(c.reasons, detect.Reason{ID: "arguments", What: "build arguments", Value: strings.Join(names, " "), From: all[0].From})
	}
	args := values(declare)
	for _, v := range must {
		args = append(args, v.Value+"=")
	}
	slices.Sort(args)
	return args
}

// without are the values that are not among others.
func without(all, others []sourced) []sourced {
	return slices.DeleteFunc(all, func(s sourced) bool { return slices.Contains(values(others), s.Value) })
}

// production settles how the packages that the program needs at run time come apart from
// those that only the build needs.
func (c *recipe) production(v *buildView) {
	_, patches := c.p.lifecycle()
	patches = patches || c.p.prismaClient() && c.manager.name == pnpm
	switch {
	case c.p.framed && !c.p.fw.needsModules:
	case c.launch.needs != "" || !c.hasDev() || !c.hasRun():
	case len(c.p.devMembers()) > 0 && c.manager.name != npm && (c.manager.name != yarn || c.manager.berry):
		c.notes = append(c.notes, detect.Note{At: c.p.At(), Text: c.p.devMembers()[0].m.title() + " is loaded when the program runs, but is a development dependency: the image keeps them; move it to dependencies for a smaller one"})
	case c.manager.berry && !c.manager.focuses:
		v.Prune = c.prunable()
		if !v.Prune {
			c.notes = append(c.notes, detect.Note{At: c.manager.from, Text: "yarn " + c.manager.version + " leaves development dependencies out only with its plug-in workspace-tools, which is not here: they stay in the image"})
		}
	case len(c.steps) == 0:
		v.OnlyProd = true
	case patches && c.manager.name == yarn && !c.manager.berry && c.p.patches():
		v.Prune, v.Patched = c.prunable(), true
		if !v.Prune {
			c.notes = append(c.notes, detect.Note{At: c.manager.from, Text: "yarn " + c.manager.version + " would undo the patches if it left development dependencies out, and npm does not understand what this one installs: they stay in the image"})
		}
	case patches, c.compiledBeside() && c.p.space == nil && c.manager.name != bun:
		v.Prune = true
	default:
		v.Production, v.First = true, "base"
		if c.manager.name == npm {
			for _, q := range c.p.devMembers() {
				v.Only = append(v.Only, c.selector(q))
			}
		}
	}
}

// prunable reports whether npm understands every range that the manifest names, so that it can
// remove what yarn installed for development, and needs to fetch nothing.
func (c *recipe) prunable() bool {
	if c.p.m.root.get("resolutions").isObject() || !c.needs.git.IsZero() {
		return false
	}
	for _, list := range []map[string]dependency{c.p.m.deps, c.p.m.dev} {
		for _, d := range list {
			if strings.Contains(d.spec, ":") {
				return false
			}
		}
	}
	return c.p.space == nil
}

// hasRun reports whether any package is needed at run time.
func (c *recipe) hasRun() bool {
	for _, q := range c.p.closure(true) {
		for name := range q.m.deps {
			if c.p.space == nil || c.p.space.member(name) == nil || c.manager.name != npm {
				return true
			}
		}
	}
	return c.p.space != nil
}

// hasDev reports whether any package is needed by the build only.
func (c *recipe) hasDev() bool {
	for _, q := range append(c.p.closure(false), c.p) {
		if len(q.m.dev) > 0 {
			return true
		}
	}
	return c.p.space != nil && len(c.p.space.root.dev) > 0
}

// selector is how the package manager names a member of the workspace.
func (c *recipe) selector(q *pkg) string {
	if c.manager.name == npm || q.m.name == "" {
		return repo.Rel(c.manager.dir, q.dir)
	}
	return q.m.name
}

// buildPackages are the system's packages of the build stage.
func (c *recipe) buildPackages() []string {
	var all []string
	if c.needs.compile.Known() {
		all = append(all, "python3", "make", "g++")
	}
	if !c.needs.git.IsZero() {
		all = append(all, "git", "ca-certificates")
	}
	all = append(all, values(c.needs.build)...)
	if c.needsInit() && c.final.name == detect.Distroless {
		all = append(all, "tini")
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// needsInit reports whether nothing in the program ends it on SIGTERM.
func (c *recipe) needsInit() bool {
	if c.launch.argv != nil && c.final.name != "" && c.kind != detect.Command {
		return true // a shell as process 1 passes no signal on
	}
	return c.final.name != "" && c.kind != detect.Command && c.p.facts().signals.IsZero() && (!c.launch.port.Known() || c.bun) && !(c.p.framed && c.p.fw.signals)
}

// app is where the final image keeps the program.
const app = "/app"

// top is the folder whose layout the final image keeps below /app.
func (c *recipe) top() string {
	for _, s := range c.supplies {
		if !repo.Within(c.manager.dir, s.Path) {
			return c.at.root
		}
	}
	return c.manager.dir
}

// developing are names of environments in which nothing is deployed.
var developing = []string{"", "development", "dev", "develop", "local", "test", "testing", "debug", "ci"}

// environment is NODE_ENV: production, or what the start script says where the program has its own name for that.
func (c *recipe) environment() string {
	for _, e := range c.launch.env {
		if e.Name == "NODE_ENV" && !slices.Contains(developing, strings.ToLower(e.Value)) && (!c.p.framed || c.p.fw.command == nil || c.p.fw.name == "NestJS") {
			return e.Value
		}
	}
	return "production"
}

// runView is the final stage.
func (c *recipe) runView(r detect.Request, b buildView) runView {
	p := c.p
	v := runView{
		Base: c.final.image, Dir: path.Join(app, repo.Rel(c.top(), p.dir)), User: c.final.user + ":" + c.final.user, Init: c.needsInit(), Packages: values(c.needs.runtime),
		Node: c.final.node, Env: []templates.Var{{Name: "NODE_ENV", Value: c.environment()}},
	}
	if v.Init && c.final.name != detect.Distroless {
		v.Packages = append(v.Packages, "tini")
	}
	if cmd := p.facts().shell.Value; cmd != "" && c.final.name != detect.Distroless {
		v.Packages = append(v.Packages, specials().Commands[cmd]...)
		if cmd == c.manager.name && !c.bun { // bun's image has no npm that could install it
			v.Tool = c.manager.installed(c.version.line.Version)
		}
	}
	if f := p.facts(); c.bun && c.final.name == detect.Slim && (!f.byName.IsZero() || f.shell.Value == "node") {
		v.NodeFrom = c.version.line.Ref("slim")
	}
	slices.Sort(v.Packages)
	v.Packages = slices.Compact(v.Packages)
	for _, e := range append(slices.Clone(c.launch.env), p.fw.env...) {
		if e.Name != "NODE_ENV" && e.Name != "PORT" && e.Name != c.portVariable() {
			v.Env = append(v.Env, e)
		}
	}
	if install := c.browser(); install != nil {
		v.Browser, v.Browsers = install, []templates.Var{{Name: "PLAYWRIGHT_BROWSERS_PATH", Value: browserFolder}}
		v.Env = append(v.Env, v.Browsers...)
	} else if c.needs.browser.Known() {
		v.Packages = append(v.Packages, "chromium", "fonts-liberation")
	}
	for _, e := range c.needs.runEnv {
		n, value, _ := strings.Cut(e.Value, "=")
		v.Env = append(v.Env, templates.Var{Name: n, Value: value})
	}
	if port := c.port(r); port.Known() {
		v.Port = port.Value
		if name := c.portVariable(); name != "" {
			v.Env = append(v.Env, templates.Var{Name: name, Value: strconv.Itoa(port.Value)})
		}
	}
	for _, h := range c.opened() {
		v.Env = append(v.Env, templates.Var{Name: h.Value, Value: everywhere})
	}
	c.imagedEnv(&v)
	if p.framed && p.fw.copies != nil && !p.fw.needsModules {
		v.Dir = app // the build's output holds all it needs, and nothing of the workspace stands above it
	}
	v.Files = c.files(b)
	if len(b.Writable) > 0 {
		v.Files = append(v.Files, templates.Files{Stage: b.Name, From: []string{"/writable"}, To: "./", Owner: c.final.user + ":0"})
	}
	for _, s := range c.supplies {
		v.Supplies = append(v.Supplies, templates.Files{Stage: s.Stage, From: []string{s.From}, To: repo.Rel(p.dir, s.Path)})
	}
	v.Writable = b.Writable
	for _, w := range c.keeps {
		v.Volumes = append(v.Volumes, path.Join(v.Dir, w.Value))
	}
	c.entry(&v)
	c.probe(r, &v)
	return v
}

// everywhere is the address of a server that answers from outside its container.
const everywhere = "0.0.0.0"

// opened are the variables that must be set for the program to answer from outside its container: not
// those that the start script or the framework sets.
func (c *recipe) opened() []fact.Of[string] {
	if c.kind != detect.Service {
		return nil
	}
	return slices.DeleteFunc(c.p.facts().opened(), func(h fact.Of[string]) bool {
		return slices.ContainsFunc(append(slices.Clone(c.launch.env), c.p.fw.env...), func(e templates.Var) bool { return e.Name == h.Value })
	})
}

// browserFolder is where the browsers are installed for every user.
// https://playwright.dev/docs/browsers#managing-browser-binaries (2026-11)
const browserFolder = "/opt/browsers"

// browser is the command that installs what the program starts, nil where it needs none or
// names the file of one that the system brings.
func (c *recipe) browser() []string {
	if !c.needs.browser.Known() || !c.p.facts().ownBrowser.IsZero() {
		return nil
	}
	return []string{"npx", "--yes", c.needs.browser.Value, "install", "--with-deps", c.browserKind().Value}
}

// browserKind is the browser that a call starts, or else the usual one of the package.
func (c *recipe) browserKind() fact.Of[string] {
	if b := c.p.facts().browser; b.Known() {
		return b
	}
	return fact.New("chromium", c.needs.browser.From)
}

// entry is the command in the form that the final image wants.
func (c *recipe) entry(v *runView) {
	if c.launch.argv != nil {
		v.Command = c.launch.argv
		v.PathBin = path.Join(v.Dir, c.hoisted([]string{"node_modules/.bin"})[0])
	} else {
		v.Command = c.launch.node
		// There node lies outside PATH, where what the program starts by that name is looked for.
		if c.final.name == detect.Distroless && (!c.p.facts().byName.IsZero() || slices.ContainsFunc(v.Command, startsNode)) {
			v.PathBin = path.Dir(c.final.node)
		}
	}
	switch {
	case v.Init && c.final.name == detect.Distroless && c.launch.argv == nil:
		v.Entrypoint = []string{"/usr/bin/tini", "--", c.final.node}
	case v.Init && c.launch.argv == nil:
		v.Entrypoint = []string{"tini", "--", c.final.node}
	case v.Init:
		v.Entrypoint = []string{"tini", "--"}
	case c.final.name != detect.Distroless && c.launch.argv == nil:
		v.Entrypoint = []string{c.final.node}
	}
}

// probe asks the program over HTTP: on its health path, or on / where it serves pages.
func (c *recipe) probe(r detect.Request, v *runView) {
	health := c.health()
	if !health.Known() || v.Port == 0 || r.Program.Kind != detect.Service || c.final.node == "" {
		return
	}
	port := strconv.Itoa(v.Port)
	if name := c.portVariable(); name != "" {
		port = "'+(process.env." + name + "||" + port + ")+'"
	}
	address := "'http://127.0.0.1:" + port + health.Value + "'"
	if !c.bun && major(c.version.line.Version) < firstWithFetch {
		v.Probe = "require('http').get(" + address + ",r=>process.exit(" + healthy(health.Value, "r.statusCode") + "?0:1)).on('error',()=>process.exit(1))"
		return
	}
	v.Probe = "fetch(" + address + ").then(r=>process.exit(" + healthy(health.Value, "r.status") + "?0:1),()=>process.exit(1))"
}

// health is the address that a health check asks: the framework's, but one that is there for it
// before a page.
func (c *recipe) health() fact.Of[string] {
	found := c.p.facts().health()
	if !found.Known() || found.Value == "/" {
		if asked := c.p.asked(); asked.Known() {
			return asked
		}
	}
	if c.p.fw.health != "" && (!found.Known() || found.Value == "/") {
		return fact.New(c.p.fw.health, fact.Default(c.p.fw.name+" answers there"))
	}
	return found
}

// firstWithFetch is the first line of Node.js that has fetch.
// https://nodejs.org/docs/latest-v18.x/api/globals.html#fetch (2026-11)
const firstWithFetch = 18

// healthy is the JavaScript that tells whether a status is one of a program that works. A page may
// want a login, or lie elsewhere.
func healthy(address, status string) string {
	switch {
	case address == "/":
		return status + "<500"
	case status == "r.status":
		return "r.ok"
	default:
		return status + "<400"
	}
}
