package node

import (
	"fmt"
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

// recipe is everything settled about a build before it is written down.
type recipe struct {
	p       *pkg
	at      layout
	manager *manager
	version chosenVersion
	lock    *locked
	needs   needs
	launch  launch
	final   final
	kind    detect.Kind
	// supplies are folders that other packages' builds leave and the program reads.
	supplies []detect.Supply
	writes   []fact.Of[string] // folders that the program writes to, relative to the package
	keeps    []fact.Of[string] // those of them whose files outlive the program
	bun      bool              // bun runs the program
	steps    []stepView
	reasons  []detect.Reason
	notes    []detect.Note
}

// Plan decides how the program of the package is built.
func (p *pkg) Plan(r detect.Request) (detect.Plan, error) {
	p = p.of(r.Program)
	c, err := p.recipe(r.Settings, r.Catalogue, r.Context)
	if err != nil {
		return detect.Plan{}, err
	}
	if p.framed && p.fw.ask != nil {
		return detect.Plan{}, p.fw.ask
	}
	if p.framed && p.fw.refuse != nil {
		return detect.Plan{}, p.fw.refuse
	}
	if p.framed && p.fw.site != nil {
		return p.sitePlan(r, c)
	}
	if c.launch, err = p.launch(r.Program, major(c.version.line.Version)); err != nil {
		return detect.Plan{}, err
	}
	c.launch.node = c.hoisted(c.launch.node)
	c.bun, c.kind, c.supplies = c.launch.bun, r.Program.Kind, r.Supplies
	if c.final, err = c.chooseFinal(r); err != nil {
		return detect.Plan{}, err
	}
	c.needs = p.needs(c.lock, c.final.alpine())
	if missing := c.muslMissing(); len(missing) > 0 {
		c.notes = append(c.notes, detect.Note{Warning: true, At: fact.Source{File: c.lock.file}, Text: "lacks the binaries for Alpine's C library: " + strings.Join(missing, ", ") + "; install again with them, or take --base slim"})
	}
	if err := c.buildSteps(p); err != nil {
		return detect.Plan{}, err
	}
	c.findWrites()
	build := c.buildView(r.Catalogue, true, "build")
	run := c.runView(r, build)
	if !needsSources(run) {
		build.Sources = nil // the sources go straight into the final image
	}
	plan := detect.Plan{
		Ignore:  c.ignored(),
		Keep:    p.kept(c.manager),
		Reasons: c.planReasons(r, run),
		Notes:   c.planNotes(r),
		Bases:   c.bases(r.Catalogue),
		Secrets: c.secrets(),
	}
	plan.Stages = []detect.Stage{{Name: "build", Text: buildTemplates[c.template()].With(build)}, {Name: "runtime", Text: c.final.template.With(run)}}
	if !build.Install && !needsBuild(run) && len(build.Packages) == 0 {
		plan.Stages = plan.Stages[1:]
	}
	plan.Image = detect.Final{Base: run.Base, Variant: c.final.name, User: run.User, Port: c.port(r), Command: append(slices.Clone(run.Entrypoint), run.Command...)}
	for _, d := range run.Writable {
		plan.Image.Writes = append(plan.Image.Writes, path.Join(run.Dir, d))
	}
	return plan, nil
}

// muslMissing are packages whose binaries for Alpine the lockfile lacks, where Alpine is the final image.
func (c *recipe) muslMissing() []string {
	if c.lock == nil || !c.final.alpine() {
		return nil
	}
	return c.lock.lacks(true)
}

// findWrites settles the folders that the program writes to: the framework's, or what the
// sources of a server name.
func (c *recipe) findWrites() {
	for _, dir := range c.p.fw.writable {
		c.writes = append(c.writes, fact.New(dir, c.p.fw.from))
	}
	if c.kind == detect.Command || c.p.framed && c.p.fw.copies != nil {
		return
	}
	for _, w := range append(c.p.writes(c.launch.sources), c.p.mounted()...) {
		if !slices.ContainsFunc(c.writes, func(o sourced) bool { return repo.Within(o.Value, w.Value) }) {
			c.writes, c.keeps = append(c.writes, w), append(c.keeps, w)
			c.reasons = append(c.reasons, detect.Reason{ID: "writes-" + strings.ReplaceAll(w.Value, "/", "-"), What: "writable folder", Value: w.Value, From: w.From})
		}
	}
}

// needsSources reports whether the final image takes more of the build than packages and empty folders.
func needsSources(v runView) bool {
	return slices.ContainsFunc(v.Files, func(f templates.Files) bool {
		return f.Stage == "build" && path.Base(f.To) != "node_modules" && !slices.Contains(f.From, "/writable")
	})
}

// needsBuild reports whether the final image takes more than packages from the build.
func needsBuild(v runView) bool {
	return slices.ContainsFunc(v.Files, func(f templates.Files) bool { return f.Stage == "build" && path.Base(f.To) != "node_modules" })
}

// ignored is what tools of this language leave on the developer's machine.
var ignored = []string{
	"**/node_modules", "**/dist", "**/build", "**/.next", "**/.nuxt", "**/.output", "**/.svelte-kit", "**/.turbo", "**/.nx", "**/.angular", "**/.astro", "**/.vite",
	"**/.cache", "**/*.tsbuildinfo", "**/.pnpm-store", ".yarn/cache", ".yarn/unplugged", ".yarn/install-state.gz", ".pnp.*", "**/.eslintcache", "**/npm-debug.log*",
}

// ignored is what the ignore file lists: not Yarn's cache where the repository holds it and the build installs from it.
func (c *recipe) ignored() []string {
	if c.manager.name == rush {
		return append(slices.Clone(ignored), "common/temp", "**/.rush", "**/rush-logs", "**/temp")
	}
	if !c.manager.zeroInstall {
		return ignored
	}
	return slices.DeleteFunc(slices.Clone(ignored), func(pattern string) bool { return pattern == ".yarn/cache" })
}

// recipe settles what does not depend on the final image.
func (p *pkg) recipe(s detect.Settings, c *catalogue.Catalogue, context string) (*recipe, error) {
	option, _ := s.Option("package-manager")
	m, err := p.findManager(option)
	if err != nil {
		return nil, err
	}
	l, err := p.locked(m)
	if err != nil {
		return nil, err
	}
	needs := p.needs(l, false)
	version, err := p.nodeVersion(s, c, p.limit(l, needs.rebuild))
	if err != nil {
		return nil, err
	}
	if v := newerFor(m.name, m.version, version.line.Version); v != "" {
		m.notes = append(m.notes, detect.Note{Warning: true, At: m.versionFrom, Text: fmt.Sprintf("%s %s does not run on Node.js %s; %s reads the same lockfile", m.name, m.version, version.line.Version, v)})
		m.version = v
	}
	p.compare(m, l, version.line.Version)
	return &recipe{p: p, at: newLayout(context, m), manager: m, version: version, lock: l, needs: needs}, nil
}

// port is where the program listens.
func (c *recipe) port(r detect.Request) fact.Of[int] {
	port, _ := fact.First(c.ports(r)...)
	return port
}

func (c *recipe) ports(r detect.Request) []fact.Of[int] {
	f := c.p.facts()
	candidates := []fact.Of[int]{r.Settings.Port}
	for _, e := range c.launch.env {
		if n, err := strconv.Atoi(e.Value); err == nil && (e.Name == "PORT" || e.Name == c.portVariable()) {
			candidates = append(candidates, fact.New(n, c.launch.from))
		}
	}
	for i, a := range c.launch.node {
		if (a == "-p" || a == "--port" || a == "-l") && i+1 < len(c.launch.node) {
			if n, err := strconv.Atoi(c.launch.node[i+1]); err == nil {
				candidates = append(candidates, fact.New(n, c.launch.from))
			}
		}
	}
	found := f.port()
	candidates = append(candidates, found)
	sure := c.p.framed && (c.p.fw.readsPort || !c.p.fw.port.From.IsZero() && c.p.fw.port.From.File != "")
	if sure {
		candidates = append(candidates, c.p.fw.port)
	}
	candidates = append(candidates, c.launch.port, c.p.exposed(!f.reads.IsZero()))
	if c.p.framed && !sure {
		candidates = append(candidates, c.p.fw.port)
	}
	if !slices.ContainsFunc(candidates, fact.Of[int].Known) && r.Program.Kind == detect.Service && (!f.reads.IsZero() || c.p.fw.readsPort) {
		candidates = append(candidates, fact.New(3000, fact.Default("the program reads PORT and names no other")))
	}
	return candidates
}

// portVariable is the environment variable that moves the program's port, "" for none.
func (c *recipe) portVariable() string {
	if c.launch.port.Known() || c.p.framed && c.p.fw.readsPort {
		return "PORT"
	}
	return c.p.facts().portVariable().variable
}

func (c *recipe) planReasons(r detect.Request, run runView) []detect.Reason {
	reasons := c.commonReasons(r.Catalogue)
	port, lost := fact.First(c.ports(r)...)
	reasons = append(reasons, c.final.reason)
	if port.Known() {
		reasons = append(reasons, detect.Because("port", "port", port, lost...))
	}
	if r.Program.Kind == detect.Service && port.Known() {
		reasons = append(reasons, c.healthReason())
	}
	for _, h := range c.opened() {
		reasons = append(reasons, detect.Reason{ID: "listen-" + strings.ToLower(h.Value), What: "listen address", Value: h.Value + "=" + everywhere, From: h.From, Note: "its default is the loopback address, which nothing outside the container reaches"})
	}
	start := detect.Reason{ID: "start", What: "command", Value: strings.Join(append(slices.Clone(run.Entrypoint), run.Command...), " "), From: c.launch.from}
	if c.p.framed && c.p.fw.command != nil {
		start.Note = c.p.fw.name
	}
	reasons = append(reasons, start)
	if name := c.environment(); name != "production" {
		reasons = append(reasons, detect.Reason{ID: "environment", What: "NODE_ENV", Value: name, From: c.launch.from})
	}
	user := detect.Reason{ID: "user", What: "user", Value: c.final.user, From: fact.Default("never root; a number, so that Kubernetes can check it")}
	reasons = append(reasons, user)
	if len(c.needs.runtime) > 0 {
		reasons = append(reasons, detect.Reason{ID: "run-packages", What: "packages at run time", Value: strings.Join(run.Packages, " "), From: c.needs.runtime[0].From})
	}
	if run.Browser != nil {
		reasons = append(reasons, detect.Because("browser", "browser", c.browserKind()))
	}
	if run.Init {
		reasons = append(reasons, detect.Reason{ID: "init", What: "process 1", Value: "tini", From: fact.Default("nothing in the sources handles SIGTERM, and Node.js as process 1 ignores it then")})
	}
	for _, s := range r.Supplies {
		reasons = append(reasons, detect.Reason{ID: "supply", What: "built by " + s.By.Title(), Value: repo.Rel(r.Context, s.Path), From: s.Need.From})
		break
	}
	return append(reasons, c.p.fw.reasons...)
}

func (c *recipe) healthReason() detect.Reason {
	if h := c.health(); h.Known() {
		return detect.Reason{ID: "health", What: "health check", Value: h.Value, From: h.From}
	}
	return detect.Reason{ID: "health", What: "health check", Value: "none", From: fact.Default("no address for it is known")}
}

// commonReasons are those of the build stage.
func (c *recipe) commonReasons(cat *catalogue.Catalogue) []detect.Reason {
	m := c.manager
	reasons := []detect.Reason{c.version.reason}
	managed := detect.Reason{ID: "manager", What: "package manager", Value: m.name, From: m.from, Lost: m.lost}
	if m.version != "" {
		managed.Value += " " + m.version
		if m.versionFrom != m.from && !m.versionFrom.IsZero() {
			managed.Note = "its version: " + m.versionFrom.String()
		}
	}
	reasons = append(reasons, managed)
	if c.p.framed {
		reasons = append(reasons, detect.Reason{ID: "framework", What: "framework", Value: c.p.fw.name, From: c.p.fw.from})
	}
	if name := c.p.buildScript(); name != "" {
		reasons = append(reasons, detect.Reason{ID: "build", What: "build", Value: c.p.m.scripts[name].Value, From: c.p.m.scripts[name].From})
	} else if len(c.p.fw.drop) > 0 && c.p.fw.build == nil {
		reasons = append(reasons, detect.Reason{ID: "build", What: "build", Value: "none", From: fact.Default("the pages load files of packages, which are installed")})
	} else if c.p.framed && c.p.fw.build != nil {
		reasons = append(reasons, detect.Reason{ID: "build", What: "build", Value: strings.Join(c.manager.exec(c.p, c.p.fw.build), " "), From: c.p.At()})
	} else if len(c.steps) > 0 {
		reasons = append(reasons, detect.Reason{ID: "build", What: "build", Value: strings.Join(c.steps[len(c.steps)-1].Words, " "), From: c.p.At()})
	} else {
		reasons = append(reasons, detect.Reason{ID: "build", What: "build", Value: "none", From: fact.Default("no build script")})
	}
	if names := c.needs.rebuild; len(names) > 0 {
		reasons = append(reasons, detect.Reason{ID: "scripts", What: "install scripts", Value: strings.Join(names, " "), From: c.scriptSource(), Note: "run by name, since package managers no longer run all of them"})
	}
	if packages := c.buildPackages(); len(packages) > 0 {
		reasons = append(reasons, detect.Reason{ID: "build-packages", What: "packages to build", Value: strings.Join(packages, " "), From: c.packageSource()})
	}
	return append(reasons, c.reasons...)
}

func (c *recipe) scriptSource() fact.Source {
	for _, i := range c.p.packages(c.lock) {
		if i.name == c.needs.rebuild[0] {
			return i.from
		}
	}
	return c.p.At()
}

func (c *recipe) packageSource() fact.Source {
	switch {
	case c.needs.compile.Known():
		return c.needs.compile.From
	case !c.needs.git.IsZero():
		return c.needs.git
	case len(c.needs.build) > 0:
		return c.needs.build[0].From
	default:
		return fact.Default("tini ends the program when the container is stopped")
	}
}

func (c *recipe) planNotes(r detect.Request) []detect.Note {
	notes := append(slices.Clone(c.version.notes), c.manager.notes...)
	notes = append(notes, c.needs.notes...)
	notes = append(notes, c.launch.notes...)
	notes = append(notes, c.p.fw.notes...)
	notes = append(append(notes, c.notes...), c.settingsNote()...)
	f := c.p.facts()
	if !f.loopback.IsZero() && r.Program.Kind == detect.Service {
		notes = append(notes, detect.Note{Warning: true, At: f.loopback, Text: "listens on the loopback address only, so it will not answer from outside a container: use 0.0.0.0"})
	}
	for _, b := range c.launch.before {
		notes = append(notes, detect.Note{At: c.launch.from, Text: fmt.Sprintf("before the first start of a new version, run once: %s", b)})
	}
	return notes
}

// secrets are the build's secrets; one is required where the lockfile fetches from its host.
func (c *recipe) secrets() []detect.Secret { return c.p.secrets(c.manager, c.lock) }

// kept are tracked files that the build needs although a common pattern hides them.
func (p *pkg) kept(m *manager) []string {
	var keep []string
	if rc := "common/config/rush/.npmrc"; m.name == rush && p.view.Has(rc) && !p.holdsToken(rc) {
		keep = append(keep, rc)
	}
	for _, f := range p.manifestFiles(m) {
		if path.Base(f) == ".npmrc" {
			keep = append(keep, f)
		}
	}
	if p.framed {
		keep = append(keep, p.keptEnvFiles(p.fw.variables)...)
	}
	return keep
}
