package python

import (
	"strings"

	"github.com/dockgen/dockgen/detect/python/syntax"
	"github.com/dockgen/dockgen/internal/fact"
)

// listening is what the code says about the port of a program.
type listening struct {
	at     fact.Source // of the call that listens
	port   fact.Of[int]
	reads  fact.Source // of PORT in the environment
	script string      // the file that starts it by itself
	local  fact.Source // it listens on the loopback only
}

func (l listening) known() bool { return !l.at.IsZero() }

// listening is what the file of an application says: app.run(port=…), uvicorn.run(app, port=…).
func (p *project) listening(g program) listening {
	for _, f := range p.sources.holding(".run(", "run_server(") {
		m := p.sources.module(f)
		for _, c := range m.Calls {
			if !strings.HasSuffix(c.Callee, ".run") && !strings.HasSuffix(c.Callee, ".run_server") {
				continue
			}
			receiver := c.Callee[:strings.LastIndex(c.Callee, ".")]
			target := m.Value(c.Arg("app", 0)).Text
			mine := f == g.file && receiver == strings.TrimSuffix(g.attribute, ".server") || p.refers(f, receiver, app{file: g.file, name: g.attribute}) ||
				target == g.target() || p.refers(f, c.Arg("app", 0).Name(), app{file: g.file, name: g.attribute})
			if v := m.Value(c.Arg("port", -1)); mine {
				l := listening{at: source(f, c.Line, c.Callee)}
				l.take(f, v)
				// The authors' own start, where it suits a container: every address, PORT, no reloading.
				if m.Qualified(c.Callee) == "uvicorn.run" && !l.reads.IsZero() && m.Value(c.Arg("host", -1)).Text == "0.0.0.0" && c.Arg("reload", -1) == nil && (c.Guard || c.Func == "") {
					l.script = f
				}
				return l
			}
		}
	}
	return listening{}
}

func (l *listening) take(file string, v syntax.Value) {
	if n := v.Port(); n > 0 {
		l.port = fact.New(n, source(file, v.At, "port"))
	}
	if v.Env == "PORT" {
		l.reads = source(file, v.At, "PORT")
	}
}

// opens is how a script listens by itself, and with what.
func (p *project) opens(file string) (listening, string) {
	m := p.sources.module(file)
	for _, c := range m.Calls {
		full := m.Qualified(c.Callee)
		r, ok := frameworks().Runs[full]
		_, gradio := m.Imported("gradio")
		_, tornado := m.Imported("tornado")
		switch {
		case ok:
		case gradio && strings.HasSuffix(c.Callee, ".launch"):
			r = runner{Framework: "Gradio", Port: 7860, Argument: "server_port", Position: -1}
		case tornado && strings.HasSuffix(c.Callee, ".listen"):
			r = runner{Framework: "Tornado", Port: 8888, Argument: "port", Position: 0}
		default:
			continue
		}
		l := listening{at: source(file, c.Line, c.Callee), script: file}
		v := m.Value(c.Arg(r.Argument, r.Position))
		if address := c.Arg("server_address", 0).Items(); r.Port == 0 && len(address) == 2 {
			v = m.Value(address[1])
			if host := m.Value(address[0]); host.Text == "127.0.0.1" || host.Text == "localhost" {
				l.local = source(file, host.At, "host")
			}
		}
		l.take(file, v)
		if !l.port.Known() && r.Port > 0 {
			l.port = fact.New(r.Port, fact.Default("the port of "+r.Framework))
		}
		return l, r.Framework
	}
	return listening{}, ""
}
