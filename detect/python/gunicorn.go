package python

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/detect/python/syntax"
	"github.com/dockgen/dockgen/internal/fact"
)

// gunicornFile is the file of gunicorn's settings: the one that people start it with, else the
// one that it loads by itself. https://docs.gunicorn.org/en/stable/configure.html (2026-11)
func (p *project) gunicornFile(g program) (file fact.Of[string], named bool) {
	for _, s := range p.starting(g) {
		if s.surest > 1 || launchers[s.Argv[0]] != "gunicorn" {
			continue
		}
		for i, w := range s.Argv {
			name, value, ok := strings.Cut(w, "=")
			if name != "-c" && name != "--config" {
				continue
			}
			if !ok && i+1 < len(s.Argv) {
				value = s.Argv[i+1]
			}
			if f := p.copied(strings.TrimPrefix(value, "file:")); f != "" {
				return fact.New(f, s.From), path.Base(f) != "gunicorn.conf.py" || path.Dir(f) != p.dir
			}
		}
	}
	if f := p.file("gunicorn.conf.py"); p.view.Has(f) {
		return fact.New(f, fact.At(f, 1, "")), false
	}
	return fact.Of[string]{}, false
}

// copied is the file of the project that a path of people's image means, "" for none.
func (p *project) copied(name string) string {
	candidates := []string{name}
	for _, d := range p.dockerfiles() {
		candidates = append(candidates, p.brought(d, name))
	}
	for _, c := range candidates {
		if f := p.file(c); !path.IsAbs(c) && path.Ext(f) == ".py" && p.view.Has(f) {
			return f
		}
	}
	return ""
}

// binds is the address in gunicorn's settings, which comes before PORT: its port, if it can be read.
func (p *project) binds(g program) (port fact.Of[int], bound bool) {
	file, _ := p.gunicornFile(g)
	if !file.Known() {
		return port, false
	}
	m := p.sources.module(file.Value)
	for _, a := range m.Assigns {
		if a.Target != "bind" || a.Func != "" {
			continue
		}
		if n := (hints.Start{Argv: []string{"gunicorn", "--bind", m.Value(a.Value).Text}}).Port(); n > 0 {
			port = fact.New(n, source(file.Value, a.Line, "bind"))
		}
		return port, true
	}
	return port, false
}

// gunicorn is the command of a program that gunicorn serves: with the settings that people
// give it, on all addresses, and with threads or the worker that sockets need.
func (s *serving) gunicorn(p *project, g program, target, port string) {
	s.command = []string{"gunicorn", "--access-logfile", "-"}
	if file, named := p.gunicornFile(g); named {
		s.command = append(s.command, "--config", p.relative(file.Value))
	}
	flags := s.flags(p, g, "gunicorn")
	s.command = append(s.command, flags...)
	if !slices.Contains(flags, "--worker-class") && !slices.Contains(flags, "--threads") {
		s.command = append(s.command, p.sockets(g)...)
	}
	if _, bound := p.binds(g); bound {
		s.command = append(s.command, "--bind", "0.0.0.0:"+port, target)
		return
	}
	s.command, s.port = append(s.command, target), true // it listens on 0.0.0.0:$PORT by itself
}

// sockets are gunicorn's flags for an application that keeps connections open, each of which
// would hold its one worker: Flask-SocketIO's, which takes eventlet or gevent where it is there.
// https://flask-socketio.readthedocs.io/en/latest/deployment.html (2026-11)
func (p *project) sockets(g program) []string {
	file, _ := p.gunicornFile(g)
	for _, f := range p.sources.reachable(g.file) {
		m := p.sources.module(f)
		_, sock := m.Imported("flask_sock")
		_, socketio := m.Imported("flask_socketio")
		if !sock && !socketio || file.Known() && slices.ContainsFunc(p.sources.module(file.Value).Assigns, func(a syntax.Assign) bool { return a.Target == "worker_class" || a.Target == "threads" }) {
			continue
		}
		for _, worker := range []string{"eventlet", "gevent"} {
			if _, ok := p.installs(worker); ok && socketio {
				return []string{"--worker-class", worker}
			}
		}
		return []string{"--threads", "100"}
	}
	return nil
}
