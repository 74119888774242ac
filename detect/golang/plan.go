package golang

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/started"
)

// decided is everything settled about one program before it becomes text.
type decided struct {
	request  detect.Request
	pkg      *pkg
	with     []*pkg // more programs of the image
	cgo      cgo
	needs    needs
	network  network
	port     fact.Of[int]
	base     final
	recipe   recipe
	stamps   []stampView
	start    start
	private  private
	generate []generator
}

// Plan decides how a program of the module is built.
func (m *module) Plan(r detect.Request) (detect.Plan, error) {
	p := m.mains[r.Program.Name]
	if err := m.possible(p); err != nil {
		return detect.Plan{}, err
	}
	line, version, notes, err := m.builder(r.Settings, r.Catalogue)
	if err != nil {
		return detect.Plan{}, err
	}
	d := decided{request: r, pkg: p, cgo: m.cgoOf(p), needs: m.needsOf(p, r), network: m.sources(p).network(p, m.doors(p))}
	m.listensAt(d.needs.framework, d.needs.frameworkAt, &d.network)
	if !m.exposed(p).Known() {
		m.configured(d.needs.settingsFiles(m, r.Context), &d.network)
	}
	if d.with, err = m.with(r.Settings, p); err != nil {
		return detect.Plan{}, err
	}
	for _, more := range d.with {
		d.join(m, more)
	}
	if d.base, err = m.base(r, d.cgo, d.needs); err != nil {
		return detect.Plan{}, err
	}
	if d.private, err = m.privateModules(); err != nil {
		return detect.Plan{}, err
	}
	var lostPorts []fact.Of[int]
	d.port, lostPorts = m.port(r, d.network)
	d.recipe, _ = m.recipeFor(p)
	d.stamps = m.stampViews(d.recipe, p)
	if d.network.mute && d.port.Value == d.network.port.Value {
		d.needs.health = fact.Of[string]{}
	}
	d.start = m.startOf(d)
	if d.generate = m.generators(p); len(d.generate) == 0 {
		d.generate = m.embeddedByDirectives(p, m.unmet(p, r))
	}

	build, run := m.buildView(d, line), m.runView(d, line)
	plan := detect.Plan{
		Stages: []detect.Stage{
			{Name: "build", Text: buildTemplate.With(build)},
			{Name: "runtime", Text: d.base.template.With(run)},
		},
		Ignore:  m.ignore(d),
		Keep:    m.keep(d),
		Reasons: []detect.Reason{version, detect.Because("cgo", "cgo", d.cgo.on), d.base.reason},
		Notes:   append(notes, m.notes(d)...),
		Bases:   m.bases(r.Catalogue, d.cgo, d.needs),
		Secrets: d.private.secrets(),
		Image: detect.Final{
			Base: run.Base, Variant: d.base.name, User: run.User, Port: d.port,
			Command: append(slices.Clone(run.Entrypoint), run.Arguments...), Writes: run.folders(),
		},
	}
	if d.port.Known() {
		plan.Reasons = append(plan.Reasons, detect.Because("port", "port", d.port, lostPorts...))
	}
	plan.Reasons = append(plan.Reasons, m.reasons(d, build, run)...)
	return plan, nil
}

// possible is what stands in the way of any build.
func (m *module) possible(p *pkg) error {
	if err := m.loose(p); err != nil {
		return err
	}
	return m.outside()
}

// port is the port of the image: the user's, the program's, or what people wrote in
// a Dockerfile or compose file of theirs where the sources do not say.
func (m *module) port(r detect.Request, n network) (fact.Of[int], []fact.Of[int]) {
	exposed := m.exposed(m.mains[r.Program.Name])
	found := n.port
	if !found.Known() && !n.readsPort.IsZero() && !exposed.Known() {
		found = fact.New(8080, fact.Default("the program reads PORT and names no other"))
	}
	port, lost := fact.First(r.Settings.Port, found, exposed)
	if p := m.mains[r.Program.Name]; n.vague && !m.exposes(p, found.Value) { // the parts of the program listen at several; people know which is the door
		port, lost = fact.First(r.Settings.Port, exposed, found)
	}
	for _, other := range n.lost {
		if other.Value != port.Value {
			lost = append(lost, other)
		}
	}
	return port, lost
}

// exposed is the port that people expose in a Dockerfile or compose file of theirs: of several
// in a Dockerfile the one that its own health check asks, else the first.
func (m *module) exposed(p *pkg) fact.Of[int] {
	var exposed fact.Of[int]
	for _, file := range m.telling(p) {
		if len(file.Ports) > 0 {
			exposed = file.Ports[0]
			if slices.ContainsFunc(file.Ports, func(p fact.Of[int]) bool { return p.Value == file.Probed.Value }) {
				exposed = file.Probed
			}
		}
	}
	if service, ok := hints.ComposeOf(m.view, m.dir, m.dir, "."); ok && len(service.Ports) > 0 && !exposed.Known() {
		exposed = service.Ports[0]
	}
	return exposed
}

// doors are the ports that people expose: all of a Dockerfile's, unless its health check asks one of them.
func (m *module) doors(p *pkg) []int {
	one := m.exposed(p)
	if !one.Known() {
		return nil
	}
	doors := []int{one.Value}
	for _, file := range m.telling(p) {
		for _, port := range file.Ports {
			if one.Value == file.Ports[0].Value && file.Probed.Value != one.Value {
				doors = append(doors, port.Value)
			}
		}
	}
	return doors
}

// telling are the Dockerfiles that say something of a program: its own, or the module's.
func (m *module) telling(p *pkg) []hints.Dockerfile {
	if own, ok := m.ownDockerfile(p); ok {
		return []hints.Dockerfile{own}
	}
	return m.dockerfiles(m.dir)
}

// exposes reports whether a port is one of several that people expose in a Dockerfile.
func (m *module) exposes(p *pkg, port int) bool {
	return slices.ContainsFunc(m.telling(p), func(d hints.Dockerfile) bool {
		return slices.ContainsFunc(d.Ports, func(e fact.Of[int]) bool { return e.Value == port })
	})
}

// ignore are patterns for what a developer's machine holds and the build makes
// anew. One that would hide an embedded file, which git ignores and nobody here
// builds, is left out: the user builds it first.
func (m *module) ignore(d decided) []string {
	patterns := []string{"**/*.test", "**/*.out", "/bin", "/dist"}
	if !m.vendors() {
		patterns = append(patterns, "**/vendor")
	}
	var wanted []string
	for _, need := range m.unmet(d.pkg, d.request) {
		wanted = append(wanted, d.request.InContext(need.Path))
	}
	return slices.DeleteFunc(patterns, func(p string) bool {
		name := strings.TrimPrefix(strings.TrimPrefix(p, "**/"), "/")
		return slices.ContainsFunc(wanted, func(w string) bool {
			return repo.Within(name, w) || (strings.HasPrefix(p, "**/") && slices.Contains(strings.Split(w, "/"), name))
		})
	})
}

// keep are the tracked files that the build embeds or the program reads, whatever
// common pattern hides them.
func (m *module) keep(d decided) []string {
	var keep []string
	add := func(p string) {
		if m.view.Has(p) {
			keep = append(keep, p)
		} else {
			keep = append(keep, m.view.Under(p)...)
		}
	}
	for _, q := range m.closure(d.pkg) {
		for _, e := range q.embeds {
			for _, f := range m.view.Under(path.Join(q.dir, literalPart(e.Value))) {
				rel := repo.Rel(q.dir, f)
				if ok, _ := path.Match(e.Value, rel); ok || !strings.ContainsAny(e.Value, "*?[") || repo.Within(literalPart(e.Value), rel) && literalPart(e.Value) != "" {
					keep = append(keep, f)
				}
			}
			add(path.Join(q.dir, e.Value))
		}
	}
	keep = slices.DeleteFunc(keep, func(p string) bool { return strings.HasPrefix(path.Base(p), ".env") })
	if m.vendors() { // other people's files, which their packages may embed
		keep = append(keep, slices.DeleteFunc(slices.Clone(m.view.Under(path.Join(m.buildRoot(), "vendor"))), func(f string) bool { return !detect.LooksSecret(m.view, f) })...)
	}
	return keep
}

// notes are what the user should know of the plan.
func (m *module) notes(d decided) []detect.Note {
	var notes []detect.Note
	warn := func(at fact.Source, format string, args ...any) {
		notes = append(notes, detect.Note{Warning: true, At: fact.At(at.File, at.Line, ""), Text: fmt.Sprintf(format, args...)})
	}
	for _, need := range m.unmet(d.pkg, d.request) {
		if slices.ContainsFunc(d.generate, func(g generator) bool { return slices.Contains(g.makes, need.Path) }) {
			continue
		}
		warn(need.From, "embeds %s, which is not in the repository and which no project here builds", need.Path)
	}
	for _, missing := range m.missing(d.pkg, d.generate) {
		try := ""
		if i := slices.IndexFunc(m.view.Under(m.dir), func(f string) bool { return path.Ext(f) == ".proto" && !vendored(f) }); i >= 0 {
			try = ": commit what protoc or buf makes of " + m.view.Under(m.dir)[i]
		}
		warn(missing.From, "imports %s, which is not in the repository and which nothing here generates%s", missing.Value, try)
	}
	if !d.network.loopback.IsZero() && d.request.Program.Kind == detect.Service && !d.start.opens {
		warn(d.network.loopback, "listens on the loopback address only, so it will not answer from outside a container")
	}
	_, unknown := started.Packages(d.needs.programs, d.base.name == detect.Slim)
	for _, p := range unknown {
		warn(p.From, "starts %s, which is not in the image; add the package that brings it", p.Value)
	}
	if !d.needs.cwd.IsZero() && len(d.needs.files) > 0 {
		notes = append(notes, detect.Note{At: d.needs.cwd, Text: "writes into its working directory beside files of the image; give it a folder of its own to mount a volume there"})
	}
	if f := d.needs.mount; f.Known() {
		place := path.Join(appFolder, f.Value)
		notes = append(notes, detect.Note{At: fact.At(f.From.File, f.From.Line, ""), Text: fmt.Sprintf(`reads its settings from %s alone and ends without it: docker run --volume "$PWD/%s:%s:ro"`, f.Value, path.Clean(f.Value), place)})
	}
	for _, f := range d.needs.empty {
		notes = append(notes, detect.Note{At: fact.At(f.From.File, f.From.Line, ""), Text: "does not start without " + path.Base(f.Value) + ", so the image has an empty one: give it its settings with docker run --env-file " + f.Value})
	}
	if names, at := m.sources(d.pkg).neededEnv(); len(names) > 0 && d.runsOn() {
		notes = append(notes, detect.Note{At: fact.At(at.File, at.Line, ""), Text: "does not start without " + strings.Join(names, ", ") + " in its environment: docker run --env"})
	}
	if len(d.start.choices) > 0 {
		at := d.start.choices[0].From
		var names []string
		for _, c := range d.start.choices {
			names = append(names, c.Value)
		}
		warn(at, "the program wants a sub-command (%s) and none of them plainly starts a service: add it after the image in docker run", strings.Join(slices.Compact(names), ", "))
	}
	if d.request.Settings.Port.Known() && d.port.Value != d.network.port.Value && d.network.port.Known() && d.network.readsPort.IsZero() && !d.start.setsPort {
		warn(d.network.port.From, "listens on %d and nothing sets it from outside, so the image would not answer on %d", d.network.port.Value, d.port.Value)
	}
	return append(append(notes, m.sumNotes(d.pkg)...), d.cgo.pure...)
}
