package python

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/templates"
)

// serving is the command of a program and what its environment needs.
type serving struct {
	command []string
	env     []templates.Var
	added   []string        // servers that the project does not depend on: "gunicorn==23.0.0"
	port    bool            // PORT in the environment changes the port
	by      fact.Of[string] // the server, where people start the program with it
	flagged fact.Of[string] // how they tell it to work
}

// use is the server of those that the project depends on with which people start the
// program, else the first; where it depends on none, one of those is added.
func (s *serving) use(p *project, g program, names []string) string {
	some := slices.DeleteFunc(slices.Clone(names), func(n string) bool { _, ok := p.installs(n); return !ok })
	known := some
	if len(some) == 0 {
		known = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return tools().Servers[n] == "" })
	}
	chosen := known[0]
	if by := p.server(g, known...); by.Known() && (len(known) > 1 || len(some) == 0) {
		s.by, chosen = by, by.Value
	}
	if len(some) == 0 {
		s.added = []string{chosen + "==" + tools().Servers[chosen]}
	}
	return chosen
}

// flags are those that people give the server.
func (s *serving) flags(p *project, g program, server string) []string {
	flags, from := p.options(g, server)
	if len(flags) > 0 {
		s.flagged = fact.New(strings.Join(flags, " "), from)
	}
	return flags
}

// serve is how a program runs: under the production server that the project
// depends on, or the usual one.
func (p *project) serve(g program, port string) serving {
	var s serving
	target := g.target()
	switch g.kind {
	case "wsgi":
		s.wsgi(p, g, port)
	case "asgi":
		s.asgi(p, g, port)
	case "sanic":
		s.command = []string{"sanic", target, "--host=0.0.0.0", "--port=" + port}
		if g.factory {
			s.command = append(s.command, "--factory")
		}
	case "streamlit":
		s.command = []string{"streamlit", "run", p.relative(g.file), "--server.port=" + port, "--server.address=0.0.0.0", "--server.headless=true"}
		s.env = []templates.Var{{Name: "HOME", Value: "/tmp"}}
	case "chainlit":
		s.command = []string{"chainlit", "run", p.relative(g.file), "--headless", "--host", "0.0.0.0", "--port", port}
		s.env = []templates.Var{{Name: "HOME", Value: "/tmp"}}
	case "celery":
		s.command = []string{"celery", "-A", target, "worker", "--loglevel", "INFO"}
	case "beat":
		s.command = []string{"celery", "-A", target, "beat", "--loglevel", "INFO", "--pidfile="}
		if _, ok := p.has("django-celery-beat"); ok {
			s.command = append(s.command, "--scheduler", "django_celery_beat.schedulers:DatabaseScheduler")
		} else {
			s.command = append(s.command, "--schedule", "/tmp/celerybeat-schedule")
		}
	case "console":
		s.command = append([]string{g.Name}, g.told(port)...)
		s.port = !g.listens.reads.IsZero()
	case "module":
		s.command = append([]string{"python", "-m", g.module}, g.told(port)...)
		s.port = !g.listens.reads.IsZero()
	case "shiny", "panel", "bokeh", "solara", "marimo":
		tool, _ := g.servedBy()
		n, _ := strconv.Atoi(port)
		s.command = tool.words(p.relative(g.file), n)
		s.env = []templates.Var{{Name: "HOME", Value: "/tmp"}}
	default:
		s.command = append([]string{"python", p.relative(g.file)}, g.told(port)...)
		s.port = !g.listens.reads.IsZero()
	}
	if g.framework == "Gradio" {
		s.env = []templates.Var{{Name: "GRADIO_SERVER_NAME", Value: "0.0.0.0"}, {Name: "GRADIO_SERVER_PORT", Value: port}, {Name: "HOME", Value: "/tmp"}}
	}
	return s
}

// wsgi serves an application that speaks WSGI.
func (s *serving) wsgi(p *project, g program, port string) {
	target := g.target()
	if g.factory {
		target += "()"
	}
	servers := []string{"gunicorn", "waitress", "uwsgi"}
	if strings.Contains(g.attribute, ".") {
		servers = servers[1:2] // of these, only Waitress takes an attribute of an object
	}
	switch s.use(p, g, servers) {
	case "uwsgi":
		s.command = []string{"uwsgi", "--master", "--die-on-term", "--need-app", "--virtualenv", "/opt/venv", "--http", "0.0.0.0:" + port, "--module", target}
	case "waitress":
		s.command = []string{"waitress-serve", "--host", "0.0.0.0", "--port", port, g.target()}
		if g.factory {
			s.command = slices.Insert(s.command, 1, "--call")
		}
	default:
		s.gunicorn(p, g, target, port)
	}
}

// asgi serves an application that speaks ASGI.
func (s *serving) asgi(p *project, g program, port string) {
	target := g.target()
	factory := map[bool][]string{true: {"--factory"}}[g.factory]
	switch s.use(p, g, []string{"uvicorn", "hypercorn", "granian", "daphne"}) {
	case "hypercorn":
		if g.factory {
			target += "()"
		}
		s.command = []string{"hypercorn", "--bind", "0.0.0.0:" + port, target}
	case "granian":
		s.command = append([]string{"granian", "--interface", "asgi", "--host", "0.0.0.0", "--port", port, target}, factory...)
	case "daphne":
		s.command = []string{"daphne", "-b", "0.0.0.0", "-p", port, target}
	default:
		s.command = append([]string{"uvicorn", target, "--host", "0.0.0.0", "--port", port}, append(factory, s.flags(p, g, "uvicorn")...)...)
		if g.listens.script != "" {
			s.command, s.port = []string{"python", p.relative(g.listens.script)}, true
		}
	}
}

// pythonPath is the folder that imports start from, relative to the project's, where
// neither the working directory nor the folder of the script says so.
func (p *project) pythonPath(g program) (string, bool) {
	rel := repo.Rel(p.dir, g.root)
	_, page := g.servedBy()
	switch {
	case p.asItself(g):
		return "..", true
	case g.kind == "streamlit" || g.kind == "chainlit" || page: // their command puts the folder of the file there alone
		within := path.Dir(g.file)
		outer := slices.ContainsFunc(p.sources.files(), func(f string) bool { return repo.Within(within, f) && p.sources.imports(f, p.dir) })
		return ".", outer && within != p.dir
	case g.kind == "script" || g.kind == "console" || strings.HasPrefix(rel, ".."):
		return ".", false
	}
	// src.shop.main, whose files import shop.…: installed in place, as people work, both are found.
	if top, _, below := strings.Cut(g.module, "."); rel == "." && below && p.sources.imports(g.file, path.Join(p.dir, top)) {
		return top, true
	}
	return rel, rel != "."
}

// told are the arguments of a program, with the flags that make one with a command line of
// its own listen for others, on the port.
func (g program) told(port string) []string {
	n, _ := strconv.Atoi(port)
	words := hints.Start{Argv: g.arguments}.At(n)
	named := func(flag string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return w == flag || strings.HasPrefix(w, flag+"=") })
	}
	if len(g.listens.flags) > 0 && !named(g.listens.flags[0]) {
		words = append(words, g.listens.flags...)
	}
	if len(g.listens.flags) > 0 && g.listens.portFlag && !named("--port") {
		words = append(words, "--port", port)
	}
	return words
}

// reasons say where the server and what it is told come from.
func (s serving) reasons() []detect.Reason {
	var all []detect.Reason
	switch {
	case len(s.added) > 0 && s.by.Known():
		all = append(all, detect.Reason{ID: "server", What: "server", Value: strings.Join(s.added, " "), From: s.by.From})
	case len(s.added) > 0:
		all = append(all, detect.Reason{ID: "server", What: "server", Value: strings.Join(s.added, " "), From: fact.Default("the usual one, since the project names none")})
	case s.by.Known():
		all = append(all, detect.Because("server", "server", s.by))
	}
	if s.flagged.Known() {
		all = append(all, detect.Because("options", "server's options", s.flagged))
	}
	return all
}
