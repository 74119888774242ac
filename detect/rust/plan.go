package rust

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/builder"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/started"
	"github.com/dockgen/dockgen/templates"
)

// facts are everything that a plan is made from.
type facts struct {
	request   detect.Request
	program   *program
	recipe    recipe
	features  []string // asked for beside the default ones
	bare      bool     // … which are off
	lock      *lockfile
	drifted   fact.Of[string] // what the lockfile does not hold as the manifest asks
	closure   []*locked
	needs     []requirement
	config    cargoConfig
	toolchain toolchain
	final     final
	image     image // that people build so far
	disk      disk
}

// Plan decides how a binary of the package is built.
func (c *crate) Plan(r detect.Request) (detect.Plan, error) {
	if err := c.outside(); err != nil {
		return detect.Plan{}, err
	}
	f := facts{request: r, program: c.found[r.Program.Name]}
	f.recipe = c.recipe(f.program.bin)
	f.features, f.bare = detect.Unique(append(slices.Clone(f.program.bin.features), f.recipe.features...)), f.recipe.bare
	var err error
	if f.lock, err = c.lock(); err != nil {
		return detect.Plan{}, err
	}
	f.drifted = c.drift(f.lock)
	if f.lock != nil {
		f.closure = f.lock.closure(c, f.wanted())
	}
	f.needs = c.requirements(f.lock, f.closure, f.wanted())
	if f.config, err = c.config(); err != nil {
		return detect.Plan{}, err
	}
	if f.toolchain, err = c.toolchain(r.Settings, r.Catalogue, f.lock, f.closure); err != nil {
		return detect.Plan{}, err
	}
	if f.final, err = chooseBase(r, f.needs, f.config, f.program.starts()); err != nil {
		return detect.Plan{}, err
	}
	plan := detect.Plan{
		Ignore:  []string{"**/target", "**/*.rs.bk"},
		Reasons: []detect.Reason{f.toolchain.reason, f.final.linking, f.final.reason},
		Notes:   f.toolchain.notes,
		Bases:   bases(r.Catalogue, f.final, f.needs),
	}
	f.image = c.imageOf(f.program)
	n := c.settle(f.program.network, r, f.image)
	f.disk = c.disk(f, n)
	plan.Notes = append(plan.Notes, n.notes...)
	plan.Reasons = append(plan.Reasons, n.reasons...)
	b := c.buildView(f)
	run := c.runView(f, b, n)
	b.Data = slices.ContainsFunc(run.Data, func(d dataView) bool { return d.From == emptyFolder })
	plan.Reasons = append(plan.Reasons, c.reasons(f, b, run)...)
	plan.Notes = append(plan.Notes, append(c.notes(f), c.unmet(f)...)...)
	plan.Notes = append(plan.Notes, c.wants(f, n)...)
	plan.Keep, plan.Secrets = c.kept(), c.secrets(f)
	plan.Stages = []detect.Stage{
		{Name: "build", Text: buildTemplate.With(b)},
		{Name: "runtime", Text: f.final.template.With(run)},
	}
	plan.Image = detect.Final{Base: run.Base, Variant: f.final.name, User: run.User, Port: n.port, Command: append(append([]string{}, run.Entrypoint...), run.Arguments...), Writes: run.Volumes}
	return plan, nil
}

// settled is where a program listens, and what makes it listen there.
type settled struct {
	port      fact.Of[int]
	env       []templates.Var
	arguments []string
	stop      string // STOPSIGNAL, "" for the usual one
	reasons   []detect.Reason
	notes     []detect.Note
}

// argumentsWhy are the ids of the reasons for the arguments.
func (s settled) argumentsWhy() string {
	var ids []string
	for _, r := range s.reasons {
		if r.ID == "arguments" || (r.ID == "address" && strings.HasPrefix(r.Value, "-")) {
			ids = append(ids, r.ID)
		}
	}
	return strings.Join(ids, " ")
}

const anyAddress = "0.0.0.0"

func (c *crate) settle(n network, r detect.Request, m image) settled {
	var s settled
	p := c.found[r.Program.Name]
	port := n.port
	if !port.Known() && len(n.calls) > 0 {
		port = c.writtenPort(p)
		c.writtenHost(&n, p, port)
	} else if !port.Known() {
		port = m.port() // what opens it is not in the repository
	}
	words := c.arguments(p, m)
	var given fact.Of[int]
	if n := (hints.Start{Argv: append([]string{p.bin.name}, words...)}).Port(); n > 0 {
		given = fact.New(n, m.from)
	}
	open, opened := c.opening(n, p)
	if !port.Known() && n.portEnv.Known() && !open.Port.Known() && !given.Known() {
		port = fact.New(8080, fact.Default("the program reads "+n.portEnv.Value+" and names no other"))
	}
	port, lost := fact.First(r.Settings.Port, given, open.Port, port)
	s.port = port
	if port.Known() {
		s.reasons = append(s.reasons, detect.Because("port", "port", port, lost...))
	}
	if port.Known() && n.portEnv.Known() {
		s.env = append(s.env, templates.Var{Name: n.portEnv.Value, Value: strconv.Itoa(port.Value)})
	}
	s.give(words, m.from, port)
	if opened && (open.Variable != "" || len(words) == 0) {
		s.listenAs(open)
	} else if len(n.calls) > 0 && !s.opens() {
		s.listenEverywhere(n, port)
	}
	if serve, ok := p.serveCommand(); ok && len(words) == 0 {
		s.arguments = append([]string{serve.Value}, s.arguments...)
		s.reasons = append(s.reasons, detect.Reason{ID: "arguments", What: "started with", Value: serve.Value, From: serve.From})
	}
	c.imageEnv(&s, p)
	if r.Program.Kind == detect.Service {
		s.stopping(n)
	}
	return s
}

// give adds the words that people's image gives the program, with the port of this one.
func (s *settled) give(words []string, from fact.Source, port fact.Of[int]) {
	if len(words) == 0 {
		return
	}
	named := strconv.Itoa((hints.Start{Argv: append([]string{""}, words...)}).Port())
	for _, word := range words {
		if before, ok := strings.CutSuffix(word, named); ok && port.Known() && (before == "" || strings.HasSuffix(before, ":") || strings.HasSuffix(before, "=")) {
			word = before + strconv.Itoa(port.Value)
		}
		s.arguments = append(s.arguments, word)
	}
	note := "as in the image that is built here so far"
	if s.opens() {
		note = "all addresses, or nothing outside the container is answered"
	}
	s.reasons = append(s.reasons, detect.Reason{ID: "arguments", What: "started with", Value: strings.Join(s.arguments, " "), From: from, Note: note})
}

// opens reports whether an argument already is an address that is all of them.
func (s *settled) opens() bool {
	return slices.ContainsFunc(s.arguments, func(word string) bool {
		return strings.Contains(word, anyAddress) || strings.Contains(word, "[::]") || word == "::"
	})
}

// listenEverywhere makes a program that listens on the loopback address, or is not told
// where, listen on all: by its variable, its option, or, if it has neither, says so.
func (s *settled) listenEverywhere(n network, port fact.Of[int]) {
	if n.host.Known() && !loopback(n.host.Value) {
		return
	}
	because := s.everywhere
	both := anyAddress + ":" + strconv.Itoa(port.Value)
	switch {
	case n.hostEnv.Known():
		s.env = append(s.env, templates.Var{Name: n.hostEnv.Value, Value: anyAddress})
		because(n.hostEnv.Value+"="+anyAddress, n.hostEnv.From)
	case n.addrEnv.Known() && port.Known():
		s.env = append(s.env, templates.Var{Name: n.addrEnv.Value, Value: both})
		because(n.addrEnv.Value+"="+both, n.addrEnv.From)
	case n.hostArg.Known():
		s.arguments = append(s.arguments, n.hostArg.Value, anyAddress)
		because(n.hostArg.Value+" "+anyAddress, n.hostArg.From)
	case n.addrArg.Known() && port.Known():
		s.arguments = append(s.arguments, n.addrArg.Value, both)
		because(n.addrArg.Value+" "+both, n.addrArg.From)
	case n.host.Known():
		s.notes = append(s.notes, detect.Note{Warning: true, At: n.host.From, Text: "listens on " + n.host.Value + " only, so it will not answer from outside a container: listen on " + anyAddress})
	}
}

// everywhere adds the reason for what makes the program listen on all addresses.
func (s *settled) everywhere(value string, from fact.Source) {
	s.reasons = append(s.reasons, detect.Reason{ID: "address", What: "address", Value: value, From: from, Note: "all addresses, or nothing outside the container is answered"})
}

// stopping: the kernel delivers no signal to process 1 that it does not handle, so a
// server without a handler would hold docker stop up for 10 seconds.
func (s *settled) stopping(n network) {
	switch n.stops.Value {
	case "SIGTERM":
		return
	case "SIGINT":
		s.stop = "SIGINT"
		s.reasons = append(s.reasons, detect.Reason{ID: "stop", What: "stop signal", Value: s.stop, From: n.stops.From, Note: "the only one that it handles"})
	default:
		s.stop = "SIGKILL"
		s.reasons = append(s.reasons, detect.Reason{ID: "stop", What: "stop signal", Value: s.stop, From: fact.Default("nothing in the sources handles SIGTERM, which process 1 then ignores")})
	}
}

// reasons are those of the lines that only some plans have.
func (c *crate) reasons(f facts, b buildView, run runView) []detect.Reason {
	reasons := []detect.Reason{
		{ID: "builder", What: "build image", Value: b.Builder, From: fact.Default("catalogue of " + f.request.Catalogue.Date)},
		{ID: "user", What: "user", Value: run.User, From: fact.Default("never root; a number, so that Kubernetes can check it")},
	}
	reasons = append(reasons, detect.Reason{ID: "caches", What: "dependencies", Value: "cache mounts", Needs: builder.CacheMounts, From: fact.Default("a changed line compiles only the repository's own code again")})
	if registries := c.privateRegistries(f); len(registries) > 0 {
		var names []string
		for _, r := range registries {
			names = append(names, r.Value)
		}
		reasons = append(reasons, detect.Reason{ID: "private", What: "private registries", Value: strings.Join(names, " "), From: registries[0].From})
	}
	if b.Packages != nil {
		_, from := packages(f.needs, f.final.distribution)
		if tools := in(f.config.tools, f.final.distribution); from.IsZero() && len(tools) > 0 {
			from = tools[0].From
		}
		if from.IsZero() {
			from = f.config.gitCommand
		}
		if runs := c.scriptRuns(); from.IsZero() && len(runs) > 0 {
			from = runs[0].From
		}
		reasons = append(reasons, detect.Reason{ID: "packages", What: "build packages", Value: strings.Join(b.Packages.Names, " "), From: from})
	}
	if f.toolchain.rustup.Known() {
		reasons = append(reasons, detect.Reason{ID: "toolchain", What: "toolchain", Value: f.toolchain.rustup.Value, From: f.toolchain.rustup.From})
	}
	if offline, _ := c.sqlx(f.program); offline.Known() {
		reasons = append(reasons, detect.Because("sqlx", "sqlx offline", offline))
	}
	if files := f.disk.filesWhy; len(files) > 0 {
		var names []string
		for _, file := range files {
			names = append(names, f.request.InContext(file.Value))
		}
		reasons = append(reasons, detect.Reason{ID: "files", What: "files at run time", Value: strings.Join(names, " "), From: files[0].From})
	}
	if data := f.disk.dataWhy; len(data) > 0 {
		var folders []string
		for _, d := range run.Data {
			folders = append(folders, d.To)
		}
		reasons = append(reasons, detect.Reason{ID: "data", What: "written to", Value: strings.Join(folders, " "), From: data[0].From})
	}
	if health := f.program.healthPath(); health.Known() && run.Port > 0 {
		reasons = append(reasons, detect.Because("health", "health path", health))
	}
	if zones := c.zones(f.program); !zones.IsZero() && f.final.name == detect.Scratch {
		reasons = append(reasons, detect.Reason{ID: "zones", What: "time zones", Value: "copied", From: zones})
	}
	if f.bare || len(f.features) > 0 {
		reasons = append(reasons, f.featuresReason())
	}
	for _, s := range f.request.Supplies {
		reasons = append(reasons, detect.Reason{ID: "supply", What: "built by " + s.By.Title(), Value: f.request.InContext(s.Path), From: s.Need.From})
		break
	}
	return reasons
}

// wanted are the features of the build, "default" among them where it is on.
func (f facts) wanted() []string {
	if f.bare {
		return f.features
	}
	return append([]string{"default"}, f.features...)
}

func (f facts) featuresReason() detect.Reason {
	r := detect.Reason{ID: "features", What: "features", Value: strings.Join(f.features, " "), From: f.recipe.from}
	if f.bare {
		r.Value = strings.TrimSpace("no default ones " + r.Value)
	}
	if r.From.IsZero() {
		r.From, r.Note = f.program.bin.from, "required-features of the binary"
	}
	return r
}

// notes are what the user should know about the build.
func (c *crate) notes(f facts) []detect.Note {
	var notes []detect.Note
	if note, ok := detect.Uncounted(c.all.view, "each build may take other versions", path.Join(c.top(), "Cargo.lock")); ok {
		notes = append(notes, note)
	} else if f.lock == nil {
		notes = append(notes, detect.Note{At: c.At(), Text: "there is no Cargo.lock, so each build may take other versions: commit one"})
	}
	if f.drifted.Known() {
		notes = append(notes, detect.Note{Warning: true, At: f.drifted.From, Text: "Cargo.lock is out of step with the manifest (" + f.drifted.Value + "), so the build cannot hold to it: run cargo check, commit it and run dockgen again"})
	}
	if _, missing := c.sqlx(f.program); !missing.IsZero() {
		notes = append(notes, detect.Note{Warning: true, At: missing, Text: "checks its query against a database while it compiles: run cargo sqlx prepare and commit .sqlx, or the build stops here"})
	}
	_, unknown := started.Packages(f.program.starts(), f.final.name == detect.Slim)
	for _, command := range unknown {
		notes = append(notes, detect.Note{Warning: true, At: command.From, Text: "starts " + command.Value + ", which the final image does not bring: add it there (--base slim or alpine has a package manager)"})
	}
	for _, run := range c.scriptRuns() {
		if buildTools[run.Value] == nil {
			notes = append(notes, detect.Note{Warning: true, At: run.From, Text: "the build script starts " + run.Value + ", which the build image does not hold: add the package that brings it"})
		}
	}
	if at := overSSH(f.lock, f.closure); !at.IsZero() {
		notes = append(notes, detect.Note{Warning: true, At: at, Text: at.What + " is fetched over SSH: the build needs a key (--mount=type=ssh, docker build --ssh default), or an https address in the manifest"})
	}
	if native := in(f.config.natives, f.final.distribution); len(native) > 0 {
		notes = append(notes, detect.Note{Warning: true, At: native[0].From, Text: "target-cpu=native: the program runs only on processors like the one that builds it"})
	}
	return notes
}

// kept are the embedded files that the ignore file must not hide.
func (c *crate) kept() []string {
	var keep []string
	for _, local := range c.local() {
		for _, e := range local.embeds() {
			if c.all.view.Has(e.Value) {
				keep = append(keep, e.Value)
			}
		}
	}
	return keep
}

func bases(c *catalogue.Catalogue, chosen final, needs []requirement) []detect.BaseOption {
	options := []detect.BaseOption{
		{Base: detect.Distroless, Image: c.DefaultLine(c.Image("distroless-static")).Ref("base"), Says: fmt.Sprintf("%d MB if static, else %d MB; safest: no shell", c.Image("distroless-static").MiB["base"], c.Image("distroless-cc").MiB["base"])},
		{Base: detect.Scratch, Image: "scratch", Says: "0 MB, no shell; nothing but the program and its files"},
		{Base: detect.Alpine, Image: c.DefaultLine(c.Image("alpine")).Ref("base"), Says: fmt.Sprintf("%d MB, musl, with a shell and apk to look around", c.Image("alpine").MiB["base"])},
		{Base: detect.Slim, Image: c.DefaultLine(c.Image("debian")).Ref("slim"), Says: fmt.Sprintf("%d MB, Debian with a shell and apt to look around", c.Image("debian").MiB["slim"])},
	}
	for i := range options {
		options[i].Auto = options[i].Base == chosen.auto
		options[i].RuledOut = chosen.impossible[options[i].Base]
	}
	return options
}
