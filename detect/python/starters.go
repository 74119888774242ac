package python

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/python/syntax"
	"github.com/dockgen/dockgen/internal/repo"
)

// addListeners adds what opens a port by itself: a console script, a script, or
// the script that imports the module that listens.
func (p *project) addListeners() {
	for _, f := range p.sources.holding("run_app", "HTTPServer", ".launch(", "serve", "ui.run", "TCPServer", "TCPSite", ".listen(", "make_server", "grpc", "WSGIServer", ".run(", "quickstart") {
		l, name := p.opens(f)
		if !l.known() {
			continue
		}
		g, ok := p.starterOf(f, l)
		if !ok || slices.ContainsFunc(p.programs, func(o program) bool {
			return o.file == g.file && o.kind == g.kind || o.file == f || o.listens.script == f || o.Kind == detect.Service && slices.Contains(o.listens.starts, f)
		}) {
			continue
		}
		g.framework, g.listens, g.Kind = name, l, detect.Service
		p.dropServed(g)
		p.add(g)
	}
	p.keepStarters()
}

// starterOf is how a file that listens is started: by the console script that names
// it, by itself, or by the one script that imports it.
func (p *project) starterOf(file string, l listening) (program, bool) {
	if g, ok := p.consoleOf(file); ok {
		if sub := p.sources.module(file).Subcommand(l.fn); sub != "" {
			g.arguments = []string{sub}
		}
		return g, true
	}
	if p.sources.starts(file, l.fn) {
		return p.script(file), true
	}
	var starters []string
	for _, f := range p.sources.files() {
		starts := p.sources.module(f).Guard > 0 || path.Base(f) == "__main__.py"
		if starts && strings.Count(p.relative(f), "/") < 3 && slices.Contains(p.sources.reachable(f), file) {
			starters = append(starters, f)
		}
	}
	if len(starters) != 1 {
		return program{}, false
	}
	return p.script(starters[0]), true
}

// consoleOf is the console script that calls a function of the file: the one with
// the project's name, else the only one.
func (p *project) consoleOf(file string) (program, bool) {
	q := *p
	q.programs = nil
	q.addConsole()
	own := slices.DeleteFunc(q.programs, func(g program) bool { return g.file != file })
	if i := slices.IndexFunc(own, func(g program) bool { return len(g.Claims) > 0 }); i >= 0 {
		return own[i], true
	}
	if len(own) == 1 {
		return own[0], true
	}
	return program{}, false
}

// starts reports whether running a file runs what stands in one of its functions.
func (s *sources) starts(file, fn string) bool {
	m := s.module(file)
	if fn == "" || m.Guard > 0 || path.Base(file) == "__main__.py" {
		return true
	}
	return slices.ContainsFunc(m.Calls, func(c syntax.Call) bool {
		return c.Func == "" && c.Class == "" && !c.Types && (c.Callee == fn || strings.HasSuffix(c.Callee, "."+fn) || c.Passes(fn))
	})
}

// production are servers that people start from their own code to serve for good.
var production = []string{"waitress", "gevent", "hypercorn", "CherryPy", "Tornado"}

// dropServed leaves out the applications that the authors' own script serves with
// a production server.
func (p *project) dropServed(g program) {
	if !slices.Contains(production, g.framework) || !g.listens.local.IsZero() {
		return
	}
	reached := p.sources.reachable(g.file)
	p.programs = slices.DeleteFunc(p.programs, func(o program) bool {
		return (o.kind == "wsgi" || o.kind == "asgi") && slices.Contains(reached, o.file)
	})
}

// dropUncallable leaves out factories that want arguments, which no server gives
// them, and returns them: they are named only where nothing else can be run.
func (p *project) dropUncallable() []program {
	uncallable := slices.DeleteFunc(slices.Clone(p.programs), func(g program) bool { return g.required == 0 })
	p.programs = slices.DeleteFunc(p.programs, func(g program) bool { return g.required > 0 })
	return uncallable
}

// keepStarters leaves out listening modules that another listening script imports.
func (p *project) keepStarters() {
	imported := map[string]bool{}
	for _, g := range p.programs {
		if g.kind == "script" {
			for _, f := range p.sources.reachable(g.file)[1:] {
				imported[f] = true
			}
		}
	}
	if kept := slices.DeleteFunc(slices.Clone(p.programs), func(g program) bool {
		return g.kind == "script" && imported[g.file] && p.sources.module(g.file).Guard == 0
	}); len(kept) > 0 {
		p.programs = kept
	}
}

// importedBy is the one script with a main guard, beside a file that has none, that
// imports it: launcher.py of a bot.py.
func (p *project) importedBy(file string) (string, bool) {
	if p.sources.module(file).Guard > 0 {
		return "", false
	}
	var found []string
	for _, f := range p.sources.files() {
		if path.Dir(f) == path.Dir(file) && f != file && p.sources.module(f).Guard > 0 && slices.Contains(p.sources.reachable(f), file) {
			found = append(found, f)
		}
	}
	if len(found) != 1 || !repo.Within(p.dir, found[0]) {
		return "", false
	}
	return found[0], true
}
