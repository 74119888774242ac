package python

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/templates"
)

var (
	buildTemplate  = templates.Must[buildView]("python/build.tmpl")
	finalTemplates = map[string]templates.Template[runView]{
		detect.Slim:       templates.Must[runView]("python/slim.tmpl"),
		detect.Distroless: templates.Must[runView]("python/distroless.tmpl"),
		detect.Alpine:     templates.Must[runView]("python/alpine.tmpl"),
	}
)

type buildView struct {
	Uv, Builder string
	Packages    *templates.Packages
	Link        string // "python3.13" where the interpreter is linked into /usr/bin
	Env         []templates.Var
	Tool        string
	Cache       string
	Root, Dir   string // /app, and the project's folder below it
	Manifests   []templates.Files
	Relock      []string
	Recoded     []string // command that makes UTF-8 of the files that Unfound edits
	Unfound     []string // command that takes out requirements that Linux has no release of
	Install     []string
	Unpinned    bool // Install names packages without versions
	Added       []string
	Supplies    []templates.Files
	Sources     []templates.Files
	Version     string // variable that takes the place of git's tags
	Secrets     []secretView
	Project     []string
	ProjectBy   string // cache of the tool that installs the project
	Messages    string // manage.py, where translations are compiled
	Styles      string // manage.py, where a style sheet is written
	Static      string // manage.py, where static files are collected
	Compress    bool   // pages want what manage.py compress writes
	Harmless    []templates.Var
	Writable    bool     // the program writes beside its code
	Kept        []string // below Root and not in the repository, which the program fills
	Folders     []string // outside Root, which the program fills
}

type runView struct {
	Base      string
	Packages  *templates.Packages
	Root, Dir string
	Static    *templates.Files  // collected files outside Root
	Folders   []templates.Files // outside Root, which the program fills
	Volumes   []string          // … as people mount them
	Owner     string            // of the code, "" for root
	Stop      string            // STOPSIGNAL, "" for the usual one
	Env       []templates.Var
	Browsers  []templates.Var // where the installer puts them
	Browser   []string        // command that installs the browser
	User      string
	Port      int
	Health    []string
	Asked     bool // the health check asks for an address that the program has
	Command   []string
}

// Plan decides how the image of a program is built.
func (p *project) Plan(r detect.Request) (detect.Plan, error) {
	g, ok := p.enter(r.Program.Name)
	if !ok {
		return detect.Plan{}, &diag.Error{At: p.at, What: "there is no program " + r.Program.Name}
	}
	if g.required > 0 {
		return detect.Plan{}, diag.At(g.At, fmt.Sprintf("%s needs arguments, which no server gives it", g.attribute), "give its parameters defaults, or make the application at the top of a file")
	}
	if err := p.absent(g); err != nil {
		return detect.Plan{}, err
	}
	s, err := p.version(r)
	if err != nil {
		return detect.Plan{}, err
	}
	b, err := p.base(r, g, &s)
	if err != nil {
		return detect.Plan{}, err
	}
	port, lostPorts := p.port(r, g)
	if !port.Known() && g.Kind == detect.Service && !g.listensItself() { // where the program itself listens, nobody may at what is made up
		port = fact.New(8000, fact.Default("the port that Python servers use"))
	}
	serve := p.serve(g, strconv.Itoa(port.Value))
	view, run := p.views(r, g, s, b, serve, port)
	plan := detect.Plan{
		Stages: []detect.Stage{{Name: "build", Text: buildTemplate.With(view)}, {Name: "runtime", Text: finalTemplates[b.name].With(run)}},
		Ignore: []string{"**/.venv", "**/venv", "**/__pycache__", "**/*.py[cod]", "**/*.egg-info", "**/.mypy_cache", "**/.ruff_cache", "**/.pytest_cache", "**/.tox", "**/htmlcov", "/staticfiles"},
		Notes:  slices.Concat(s.notes, p.notes(g, serve), p.missing(g, s.line.Version)),
		Bases:  p.bases(r, s, b, b.out),
		Image:  detect.Final{Base: run.Base, Variant: b.name, User: run.User, Port: port, Command: run.Command},
	}
	if view.Writable {
		plan.Image.Writes = []string{view.Dir}
	}
	if at := p.writesBut(g, p.kept(g)); !at.IsZero() {
		plan.Notes = append(plan.Notes, detect.Note{At: at, Text: "writes below " + view.Dir + ": mount a volume where that must outlive the container"})
	}
	plan.Ignore = append(plan.Ignore, p.unkept(r, g)...)
	for _, f := range slices.Concat(p.keptIn(r, g), p.folders(g)) {
		plan.Image.Writes = append(plan.Image.Writes, f.Value)
		plan.Notes = append(plan.Notes, detect.Note{At: f.From, Text: "keeps files in " + f.Value + ": mount a volume where they must outlive the container"})
	}
	if missing := p.unwheeled(s.line.Version); b.name == detect.Alpine && len(missing) > 0 {
		plan.Notes = append(plan.Notes, detect.Note{Warning: true, At: missing[0].from, Text: fmt.Sprintf("%s %s has no wheel for Alpine (musllinux) and is compiled, which may take long or fail: --base slim has one", missing[0].name, missing[0].version)})
	}
	plan.Reasons = p.reasons(r, g, s, b, serve, view, run)
	for _, i := range p.indexes() {
		plan.Secrets = append(plan.Secrets, i.Secret)
	}
	if port.Known() {
		plan.Reasons = append(plan.Reasons, detect.Because("port", "port", port, lostPorts...))
	}
	return plan, nil
}

// port is the user's, the code's, or what people wrote in a Dockerfile or compose
// file of theirs, which a server of ours can take and a program may take from PORT.
func (p *project) port(r detect.Request, g program) (fact.Of[int], []fact.Of[int]) {
	if g.Kind == detect.Worker {
		return fact.First(r.Settings.Port)
	}
	own, usual := g.listens.port, g.listens.usual
	if _, page := g.servedBy(); page || g.kind == "streamlit" || g.kind == "chainlit" { // the command tells them the port: theirs is only the usual one
		own, usual = fact.Of[int]{}, own
	}
	deployed, started := p.startedPort(g)
	if bind, _ := p.binds(g); g.kind == "wsgi" && !deployed.Known() {
		deployed = bind
	}
	if n := (hints.Start{Argv: g.arguments}).Port(); n > 0 {
		deployed = fact.New(n, g.argued)
	} else if g.kind != "wsgi" && g.kind != "asgi" && g.kind != "sanic" || g.listens.script != "" {
		deployed = fact.Of[int]{} // the program itself listens, as its code says
	}
	said, _ := fact.First(r.Settings.Port, deployed, own, p.exposed(), started)
	if !said.Known() && g.Kind == detect.Service && g.listensItself() {
		started = p.documented()
	}
	port, lost := fact.First(r.Settings.Port, deployed, own, p.exposed(), started, usual)
	return port, slices.DeleteFunc(lost, func(f fact.Of[int]) bool { return f.Value == port.Value || f == usual })
}

// listensItself reports whether the program opens its port by itself, so that no command of ours sets it.
func (g program) listensItself() bool {
	return slices.Contains([]string{"script", "module", "console"}, g.kind) && g.framework != "Gradio" && g.listens.reads.IsZero() && !g.listens.portFlag
}

// documented is the port of the only address of this machine that the README names.
func (p *project) documented() fact.Of[int] {
	var found fact.Of[int]
	for _, file := range slices.Compact([]string{p.file("README.md"), "README.md"}) {
		text, err := p.view.Read(file)
		if err != nil {
			continue // it is evidence, not input
		}
		for _, m := range local.FindAllSubmatchIndex(text, -1) {
			n, err := strconv.Atoi(string(text[m[2]:m[3]]))
			if err != nil || n < 1 || n > 65535 || slices.Contains(databases, n) || n == found.Value {
				continue
			}
			if found.Known() {
				return fact.Of[int]{}
			}
			found = fact.New(n, fact.At(file, 1+strings.Count(string(text[:m[0]]), "\n"), "address"))
		}
	}
	return found
}

var local = pattern.New(`\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0):(\d{2,5})\b`)

// databases are the usual ports of what programs connect to.
var databases = []int{1433, 3306, 5432, 5672, 6333, 6379, 9200, 11434, 27017}

// final is the chosen final image.
type final struct {
	name, image, builder, user string
	packages                   needed
	reason                     detect.Reason
	out                        fact.Of[string] // why the automatic choice is not distroless
	hard                       fact.Of[string] // why distroless is impossible
}

// base chooses distroless where its Python fits and nothing else is needed of the
// system, otherwise slim.
func (p *project) base(r detect.Request, g program, s *settled) (final, error) {
	c := r.Catalogue
	small := c.Image("distroless-python")
	fits := small.Lines[0].Version
	name, from := r.Settings.Base.Value, r.Settings.Base.From
	n := p.native(name == detect.Alpine, s.line.Version)
	n.withCommands(name == detect.Alpine, p.commands(g))
	if g.django != nil && !g.django.messages.IsZero() {
		n.build = append(n.build, "gettext") // of Debian and Alpine
		if !n.from.Known() {
			n.from = fact.New("compilemessages", g.django.messages)
		}
	}
	browser := p.browsers()
	why := p.notDistroless(g, *s, n, fits)
	if name == "" || name == detect.Auto {
		name, from = detect.Distroless, fact.Default("the smallest image whose Python fits")
		if why.Known() {
			name, from = detect.Slim, why.From
		}
	}
	b := final{name: name, packages: n, user: "10001", out: why}
	if s.line.Version != fits && !s.has(fits) || len(n.run) > 0 || n.shared.Known() || browser.Known() {
		b.hard = why
	}
	switch name {
	case detect.Distroless:
		if b.hard.Known() {
			return b, detect.Impossible(name, why.Value, detect.Slim, detect.Alpine)
		}
		s.line = c.Image("python").Pin(fits)
		s.reason.Value = fits
		b.image, b.user, b.builder = c.DefaultLine(small).Ref("base"), small.User, s.line.Ref("slim")
	case detect.Slim, detect.Alpine:
		if name == detect.Alpine && browser.Known() {
			return b, detect.Impossible(name, "Playwright's browsers do not run on Alpine", detect.Slim)
		}
		b.image = s.line.Ref(name)
		b.builder = b.image
	case detect.Scratch:
		return b, detect.Impossible(name, "Python programs need an interpreter and its library", detect.Distroless, detect.Slim, detect.Alpine)
	default:
		return b, detect.UnknownBase(name)
	}
	// What is compiled wants the compiler and Python's headers, and often more: the full image has the usual ones.
	if b.name != detect.Alpine && slices.ContainsFunc(n.build, inFullImage) {
		b.builder = s.line.Ref("debian")
		b.packages.build = slices.DeleteFunc(n.build, inFullImage)
	}
	if missing, ok := p.withoutWheel(s.line.Version); ok && b.name != detect.Alpine && natives().Packages[missing.name].Build == nil {
		b.builder = s.line.Ref("debian")
		s.reason.Note = strings.TrimPrefix(s.reason.Note+"; "+fmt.Sprintf("%s %s (%s) has no wheel for %s and is compiled", missing.name, missing.version, missing.from.Place(), s.line.Version), "; ")
	}
	if b.name != detect.Alpine {
		b.packages.build, b.packages.run = suited(b.packages.build, b.builder), suited(b.packages.run, b.image)
	}
	b.reason = detect.Reason{ID: "base", What: "final image", Value: b.image, From: from}
	if name == detect.Slim {
		b.reason.Note = why.Value
	}
	return b, nil
}

// inFullImage reports whether a package comes with the full image of Python, which is
// made for compiling. https://hub.docker.com/_/buildpack-deps (2026-11)
func inFullImage(name string) bool {
	return slices.Contains([]string{"gcc", "g++", "libc6-dev", "make"}, name)
}

func (s settled) has(version string) bool {
	for _, l := range s.lines {
		if l.Version == version {
			return true
		}
	}
	return false
}

// notDistroless is what rules distroless out, and where that stands.
func (p *project) notDistroless(g program, s settled, n needed, fits string) fact.Of[string] {
	switch {
	case s.line.Version != fits && !s.has(fits):
		return fact.New(fmt.Sprintf("distroless has Python %s only", fits), s.reason.From)
	case n.shared.Known():
		return fact.New(n.shared.Value+" is linked to Python's shared library, which distroless does not have", n.shared.From)
	case p.browsers().Known():
		return fact.New("starts a browser, whose libraries distroless does not have", p.browsers().From)
	case len(n.run) > 0:
		return n.runs
	}
	for _, f := range p.sources.reachable(g.file) {
		if f == "" {
			break
		}
		for _, top := range []string{"subprocess", "sh", "pexpect"} {
			if i, ok := p.sources.module(f).Imported(top); ok {
				return fact.New("starts other programs, which distroless does not have", source(f, i.Line, "import "+top))
			}
		}
	}
	return fact.Of[string]{}
}

func (p *project) bases(r detect.Request, s settled, b final, out fact.Of[string]) []detect.BaseOption {
	c := r.Catalogue
	small := c.Image("distroless-python")
	image := c.Image("python")
	auto := detect.Distroless
	if out.Known() {
		auto = detect.Slim
	}
	all := []detect.BaseOption{
		{Base: detect.Distroless, Image: c.DefaultLine(small).Ref("base"), Says: fmt.Sprintf("%d MB, safest: no shell; Python %s only", small.MiB["base"], small.Lines[0].Version)},
		{Base: detect.Slim, Image: s.line.Ref("slim"), Says: fmt.Sprintf("%d MB, Debian with a shell and apt; runs everything", image.MiB["slim"])},
		{Base: detect.Alpine, Image: s.line.Ref("alpine"), Says: fmt.Sprintf("%d MB, a shell; musl: only where every wheel is pure or musllinux", image.MiB["alpine"])},
		{Base: detect.Scratch, RuledOut: "Python programs need an interpreter and its library"},
	}
	for i := range all {
		all[i].Auto = all[i].Base == auto
	}
	if b.hard.Known() {
		all[0].RuledOut = b.hard.Value
	}
	if p.browsers().Known() {
		all[2].RuledOut = "Playwright's browsers do not run on Alpine"
	}
	return all
}

func (p *project) views(r detect.Request, g program, s settled, b final, serve serving, port fact.Of[int]) (buildView, runView) {
	in := p.install()
	root := p.imageRoot(g)
	dir := path.Join(root, r.InContext(p.dir))
	v := buildView{Builder: b.builder, Tool: in.tool, Cache: in.cache, Root: "/app", Dir: dir, Manifests: copies(r, p.dir, in), Relock: in.relock, Recoded: p.recoded(), Unfound: p.withoutUnfound(), Install: in.command, Unpinned: p.tool.Value == "imports", Added: serve.added, Project: p.projectInstall(g)}
	v.Sources, v.Secrets = p.sourceCopies(r, root), p.secretViews()
	if len(v.Project) > 0 {
		v.Version = p.versionVariable().Value
	}
	v.ProjectBy = "/root/.cache/pip"
	if len(v.Project) > 0 && v.Project[0] == "uv" {
		v.ProjectBy = in.cache
	}
	v.Env = []templates.Var{{Name: "VIRTUAL_ENV", Value: "/opt/venv"}, {Name: "PATH", Raw: "/opt/venv/bin:$PATH"}}
	if in.uv {
		c := r.Catalogue
		v.Uv = c.DefaultLine(c.Image("uv")).Ref("base")
		v.Env = append(v.Env, templates.Var{Name: "UV_PROJECT_ENVIRONMENT", Value: "/opt/venv"}, templates.Var{Name: "UV_LINK_MODE", Value: "copy"}, templates.Var{Name: "UV_PYTHON_DOWNLOADS", Value: "0"})
	}
	if b.name == detect.Distroless {
		v.Link = "python" + s.line.Version
	}
	owner := ""
	if !p.writes(g).IsZero() {
		v.Writable, owner = true, b.user+":0"
	}
	alpine := b.name == detect.Alpine
	if g.django != nil {
		p.djangoSteps(&v, g.django)
	}
	if len(b.packages.build) > 0 {
		v.Packages = &templates.Packages{Alpine: alpine, Names: b.packages.build}
	}
	for _, sup := range r.Supplies {
		v.Supplies = append(v.Supplies, templates.Files{Stage: sup.Stage, From: []string{sup.From}, To: path.Join(root, r.InContext(sup.Path))})
	}
	run := runView{Base: b.image, Root: "/app", Dir: dir, Owner: owner, User: b.user + ":" + b.user, Port: port.Value, Command: serve.command, Health: p.health(g, serve, port), Asked: p.healthPath(g).Known()}
	for _, f := range p.keptIn(r, g) {
		v.Kept = append(v.Kept, f.Value)
		run.Volumes = append(run.Volumes, f.Value)
	}
	for _, f := range p.folders(g) {
		v.Folders = append(v.Folders, f.Value)
		run.Volumes = append(run.Volumes, f.Value)
		run.Folders = append(run.Folders, templates.Files{From: []string{f.Value}, To: f.Value, Owner: b.user + ":0"})
	}
	if v.Static != "" && outside(g.django.folder) {
		run.Static = &templates.Files{From: []string{g.django.folder}, To: g.django.folder}
	}
	if len(b.packages.run) > 0 {
		run.Packages = &templates.Packages{Alpine: alpine, Names: b.packages.run}
	}
	if p.ignoresSIGTERM(serve.command) {
		run.Stop = interrupt
	}
	run.Env = append([]templates.Var{{Name: "PATH", Raw: "/opt/venv/bin:$PATH"}, {Name: "PYTHONUNBUFFERED", Value: "1"}}, serve.env...)
	if v, from := p.opened(g, port.Value); !from.IsZero() && !slices.ContainsFunc(run.Env, func(o templates.Var) bool { return o.Name == v.Name }) {
		run.Env = append(run.Env, v)
	}
	if kind := p.browsers(); kind.Known() {
		run.Browsers = []templates.Var{{Name: "PLAYWRIGHT_BROWSERS_PATH", Value: browserFolder}}
		run.Browser = []string{"/opt/venv/bin/" + p.steers(), "install", "--with-deps", kind.Value}
		run.Env = append(run.Env, run.Browsers...)
	}
	if g.django != nil && g.django.set {
		run.Env = append(run.Env, templates.Var{Name: "DJANGO_SETTINGS_MODULE", Value: g.django.settings.Value})
	}
	if rel, set := p.pythonPath(g); set {
		run.Env = append(run.Env, templates.Var{Name: "PYTHONPATH", Value: path.Join(dir, rel)})
	}
	if serve.port && port.Known() {
		run.Env = append(run.Env, templates.Var{Name: "PORT", Value: strconv.Itoa(port.Value)})
	}
	return v, run
}

// withoutLockfile is the note on a project whose tool writes a lockfile that is not here,
// or does not count.
func (p *project) withoutLockfile() (detect.Note, bool) {
	const so = "two builds may install different versions"
	if p.lock != nil {
		return detect.Note{}, false
	}
	var names []string
	for _, l := range locks {
		names = append(names, p.file(l.name))
	}
	if note, ok := detect.Uncounted(p.view, so, names...); ok {
		return note, true
	}
	return detect.Note{Warning: true, At: p.at, Text: "there is no lockfile, so " + so}, slices.Contains([]string{"uv", "poetry", "pdm", "pipenv"}, p.tool.Value)
}

// djangoSteps are what a Django project runs in the build.
func (p *project) djangoSteps(v *buildView, d *django) {
	if !d.messages.IsZero() {
		v.Messages, v.Harmless = p.relative(d.manage), d.harmless()
	}
	if !d.styles.IsZero() && d.manage != "" {
		v.Styles, v.Harmless = p.relative(d.manage), d.harmless()
	}
	if !d.static.IsZero() && d.manage != "" {
		v.Static, v.Harmless, v.Compress = p.relative(d.manage), d.harmless(), !d.compress.IsZero()
	}
}

func (p *project) notes(g program, s serving) []detect.Note {
	notes := p.unfoundNote()
	if len(s.added) > 0 {
		notes = append(notes, detect.Note{At: g.At, Text: "no production server among the dependencies: the image adds " + strings.Join(s.added, " ")})
	}
	if !g.listens.local.IsZero() {
		notes = append(notes, detect.Note{Warning: true, At: g.listens.local, Text: "listens on the loopback address only, so it will not answer from outside a container"})
	}
	notes = append(notes, p.undeclared()...)
	notes = append(notes, p.downloads()...)
	if note, ok := p.drift(); ok {
		notes = append(notes, note)
	}
	switch {
	case p.conda.IsZero():
	case p.tool.Value == "imports":
		notes = append(notes, detect.Note{Warning: true, At: p.conda, Text: "conda's environment is not carried over: what it leaves to pip and what the code imports is installed by pip"})
	default:
		notes = append(notes, detect.Note{Warning: true, At: p.conda, Text: "conda's environment is not carried over: only what pip's files and pyproject.toml name is installed"})
	}
	if note, ok := p.withoutLockfile(); ok {
		notes = append(notes, note)
	}
	if g.django != nil && !g.django.settings.Known() {
		notes = append(notes, detect.Note{Warning: true, At: g.At, Text: "nothing names the settings: set DJANGO_SETTINGS_MODULE in the container"})
	}
	if wanted := p.wanted(g); len(wanted) > 0 {
		var names []string
		for _, w := range wanted {
			names = append(names, w.Value)
		}
		notes = append(notes, detect.Note{At: wanted[0].From, Text: "does not start without " + strings.Join(names[:min(len(names), 6)], ", ") + " in the environment"})
	}
	if g.django != nil && !g.django.static.IsZero() && !g.django.white {
		notes = append(notes, detect.Note{At: g.django.static, Text: "static files are collected, but nothing in the image serves them: add whitenoise, or serve them in front of it"})
	}
	return notes
}

func (p *project) reasons(r detect.Request, g program, s settled, b final, serve serving, v buildView, run runView) []detect.Reason {
	reasons := []detect.Reason{
		s.reason, b.reason,
		{ID: "install", What: "dependencies", Value: first(p.tool.Value, "none"), From: p.tool.From, Lost: fact.Text(p.toolLost...)},
		{ID: "builder", What: "build image", Value: v.Builder, From: fact.Default("catalogue of " + r.Catalogue.Date)},
		{ID: "user", What: "user", Value: b.user, From: fact.Default("never root; a number, so that Kubernetes can check it")},
	}
	for _, said := range p.built().extras {
		if slices.ContainsFunc(p.extras, func(e string) bool { return normal(e) == said.Value }) {
			reasons = append(reasons, detect.Because("extras", "extra", said))
		}
	}
	if v.Packages != nil || run.Packages != nil {
		reasons = append(reasons, detect.Reason{ID: "packages", What: "system packages", Value: strings.Join(append(b.packages.build, b.packages.run...), " "), From: b.packages.from.From, Note: b.packages.from.Value})
	}
	reasons = append(reasons, serve.reasons()...)
	if !g.argued.IsZero() {
		reasons = append(reasons, detect.Reason{ID: "program", What: "arguments", Value: strings.Join(g.arguments, " "), From: g.argued})
	}
	if g.django != nil && g.django.set {
		reasons = append(reasons, detect.Because("program", "settings", g.django.settings))
	}
	if p.asItself(g) {
		reasons = append(reasons, detect.Reason{ID: "program", What: "package", Value: p.sources.itself(), From: p.sources.belongs(g.file), Note: "the folder is the package that its files import one another by"})
	}
	for _, index := range p.torchIndexes() {
		reasons = append(reasons, detect.Reason{ID: "install", What: "package index", Value: index.Value, From: index.From, Note: "PyTorch's own, which alone has this release"})
	}
	if v, from := p.opened(g, run.Port); !from.IsZero() {
		reasons = append(reasons, detect.Reason{ID: "program", What: "listens by", Value: v.Name + "=" + v.Value, From: from})
	}
	if i := p.indexes(); len(i) > 0 {
		reasons = append(reasons, detect.Reason{ID: "secrets", What: "package index", Value: i[0].host, From: i[0].From, Note: "not a public one that is known here: its password is mounted where packages are fetched, and stays in no layer"})
	}
	if v.Version != "" {
		reasons = append(reasons, detect.Reason{ID: "scm", What: "version", Value: "build argument VERSION", From: p.versionVariable().From, Note: "taken from git, which is not in the build context"})
	}
	if kind := p.browsers(); kind.Known() {
		reasons = append(reasons, detect.Because("browser", "browser", kind))
	}
	if run.Stop != "" {
		reasons = append(reasons, detect.Reason{ID: "stop", What: "stop signal", Value: run.Stop, From: fact.Default("nothing in the sources handles SIGTERM, which process 1 then ignores; Python ends on SIGINT")})
	}
	if address := p.healthPath(g); address.Known() && len(run.Health) > 0 {
		reasons = append(reasons, detect.Because("health", "health check", address))
	}
	if at := p.writes(g); !at.IsZero() {
		reasons = append(reasons, detect.Reason{ID: "writes", What: "writes to", Value: v.Dir, From: at})
	}
	for _, f := range slices.Concat(p.keptIn(r, g), p.folders(g)) {
		reasons = append(reasons, detect.Because("folders", "keeps files in", f))
	}
	if v.Messages != "" {
		reasons = append(reasons, detect.Reason{ID: "messages", What: "translations", Value: "compiled in the build", From: g.django.messages})
	}
	if v.Styles != "" {
		reasons = append(reasons, detect.Reason{ID: "styles", What: "style sheet", Value: "written in the build", From: g.django.styles})
	}
	if v.Static != "" {
		reasons = append(reasons, detect.Reason{ID: "static", What: "static files", Value: "collected in the build", From: g.django.static})
	}
	for _, sup := range r.Supplies {
		reasons = append(reasons, detect.Reason{ID: "supply", What: "built by " + sup.By.Title(), Value: repo.Rel(r.Context, sup.Path), From: sup.Need.From})
		break
	}
	return reasons
}
