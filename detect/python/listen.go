package python

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/python/syntax"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/templates"
)

// listening is what the code says about the port of a program.
type listening struct {
	at       fact.Source // of the call that listens
	port     fact.Of[int]
	usual    fact.Of[int]    // what the framework takes where nothing says otherwise
	reads    fact.Source     // of PORT in the environment
	script   string          // the file that starts it by itself
	local    fact.Source     // it listens on the loopback only
	address  fact.Of[string] // the variable that takes it from the loopback to another address
	fn       string          // the function around the call, "" at the top level
	starts   []string        // the files that start an application in this way
	flags    []string        // of its command line, which make it listen for others: --host 0.0.0.0
	portFlag bool            // --port sets the port
}

func (l listening) known() bool { return !l.at.IsZero() }

// listening is what the file of an application says: app.run(port=…), uvicorn.run(app, port=…).
func (p *project) listening(g program) listening {
	var found listening
	for _, f := range p.sources.holding(".run", "run_server(", "uvicorn.Config", "Config(") {
		m := p.sources.module(f)
		for _, c := range m.Calls {
			mine := p.startsOwn(f, c, app{file: g.file, name: g.attribute})
			if v, at := p.value(f, c.Arg("port", -1)); mine {
				l := listening{at: source(f, c.Line, c.Callee)}
				l.take(at, v)
				// The authors' own start, where it suits a container: every address, PORT, no reloading.
				if m.Qualified(c.Callee) == "uvicorn.run" && !l.reads.IsZero() && m.Value(c.Arg("host", -1)).Text == "0.0.0.0" && c.Arg("reload", -1) == nil && (c.Guard || c.Func == "") {
					l.script = f
				}
				if !found.known() {
					found = l
				}
				found.starts = append(found.starts, f)
			}
		}
	}
	if found.known() {
		return found
	}
	if l, framework := p.opens(g.file); framework == g.framework && framework != "" {
		found = l // serve() of FastHTML: the server is ours, the port theirs
		found.script = ""
	}
	return found
}

// startsOwn reports whether a call starts an application: app.run(), uvicorn.run(app), uvicorn.run("main:app").
func (p *project) startsOwn(f string, c syntax.Call, own app) bool {
	m := p.sources.module(f)
	config := m.Qualified(c.Callee) == "uvicorn.Config"
	if !strings.HasSuffix(c.Callee, ".run") && !strings.HasSuffix(c.Callee, ".run_server") && !config {
		return false
	}
	receiver := c.Callee[:strings.LastIndex(c.Callee, ".")+1]
	receiver = strings.TrimSuffix(receiver, ".")
	target := m.Value(c.Arg("app", 0)).Text
	module, attribute, _ := strings.Cut(target, ":")
	if named := p.sources.resolve(f, module); module != "" && named != "" && (named == own.file && attribute == own.name || p.refers(named, attribute, own)) {
		return true // by the name of a module, which may have imported the application
	}
	return f == own.file && receiver == strings.TrimSuffix(own.name, ".server") || p.refers(f, receiver, own) || p.refers(f, c.Arg("app", 0).Name(), own)
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
		if l, ok := p.mcp(file, c); ok {
			return l, "MCP"
		}
		r, ok := runs(m, c.Callee)
		_, tornado := m.Imported("tornado")
		switch {
		case ok:
		case strings.HasSuffix(c.Callee, ".launch") && p.launchesGradio(file):
			r = runner{Framework: "Gradio", Port: 7860, Argument: "server_port", Position: -1}
		case tornado && strings.HasSuffix(c.Callee, ".listen"):
			r = runner{Framework: "Tornado", Port: 8888, Argument: "port", Position: 0}
		default:
			continue
		}
		l := listening{at: source(file, c.Line, c.Callee), script: file, fn: c.Func}
		for _, name := range []string{"host", "server_name", "address", "interface", "listen"} {
			switch host := m.Value(c.Arg(name, -1)); {
			case !loopback(host.Text):
			case host.Env == "":
				l.local = source(file, host.At, name)
			case environmentName.MatchString(host.Env):
				l.address = fact.New(host.Env, source(file, host.At, name))
			}
		}
		v, at := p.value(file, c.Arg(r.Argument, r.Position))
		if address := c.Arg("server_address", 0).Items(); r.Port == 0 && len(address) == 2 {
			v, at = p.value(file, address[1])
			if host := m.Value(address[0]); loopback(host.Text) {
				l.local = source(file, host.At, "host")
			}
		}
		l.take(at, v)
		l.options(file, m)
		if usual := fact.New(r.Port, fact.Default("the port of "+r.Framework)); !l.port.Known() && r.Port > 0 {
			if l.usual = usual; !r.told(c) {
				l.port = usual
			}
		}
		return l, r.Framework
	}
	return listening{}, ""
}

// launchesGradio reports whether a call of .launch() is Gradio's: the file imports it, or a module of
// the project that makes its pages. Browsers are launched as well.
func (p *project) launchesGradio(file string) bool {
	m := p.sources.module(file)
	if _, ok := m.Imported("gradio"); ok {
		return true
	}
	for _, browser := range []string{"playwright", "pyppeteer", "patchright"} {
		if _, ok := m.Imported(browser); ok {
			return false
		}
	}
	return p.importsOf(file, "gradio").Module != ""
}

// told reports whether a call that listens may be given a port that cannot be read here.
func (r runner) told(c syntax.Call) bool {
	if r.Argument == "" || r.Framework == "Gradio" || c.Arg(r.Argument, r.Position) != nil {
		return true
	}
	return slices.ContainsFunc(c.Args, func(a syntax.Arg) bool {
		return a.Star || slices.Contains([]string{"listen", "sock", "sockets", "bind", "config", "unix_socket", "fd"}, a.Name)
	})
}

// runs is the function of the table that a call means.
func runs(m *syntax.Module, callee string) (runner, bool) {
	for _, name := range m.Meanings(callee) {
		if r, ok := frameworks().Runs[name]; ok {
			return r, true
		}
	}
	return runner{}, false
}

// options reads the --host and --port of the program's own command line, as
// argparse, click and Typer have them.
func (l *listening) options(file string, m *syntax.Module) {
	for _, c := range m.Calls {
		full := m.Qualified(c.Callee)
		if !strings.HasSuffix(full, ".add_argument") && !strings.HasSuffix(full, ".option") {
			continue
		}
		for _, a := range c.Args {
			if name := m.Value(a.Value).Text; a.Name == "" && (name == "--host" || name == "--port") {
				l.option(file, name, m.Value(c.Arg("default", -1)), c.Line)
			}
		}
	}
	_, typer := m.Imported("typer")
	f, ok := m.Func(l.fn)
	if !typer || !ok || len(f.Decorators) == 0 {
		return
	}
	for _, a := range f.Params {
		if a.Name == "host" || a.Name == "port" {
			v := m.Value(a.Value)
			if c, ok := a.Value.Call(); ok {
				v = m.Value(c.Arg("default", 0))
			}
			l.option(file, "--"+a.Name, v, f.Line)
		}
	}
}

func (l *listening) option(file, name string, v syntax.Value, line int) {
	if name == "--host" && len(l.flags) == 0 {
		l.flags = []string{name, "0.0.0.0"}
		l.local = fact.Source{}
	}
	if n := v.Port(); name == "--port" && !l.port.Known() {
		l.portFlag = true
		if n > 0 {
			l.port = fact.New(n, source(file, line, name))
		}
	}
}

// loopback reports whether a host, with or without a port, is this machine's own.
func loopback(host string) bool {
	return strings.HasPrefix(host, "127.") || host == "localhost" || strings.HasPrefix(host, "localhost:")
}

// opened is the variable that makes a program that listens by itself do so on all addresses: the
// one that its code reads, or that the Dockerfile that people wrote sets.
func (p *project) opened(g program, port int) (templates.Var, fact.Source) {
	if g.kind != "script" && g.kind != "module" && g.kind != "console" {
		return templates.Var{}, fact.Source{}
	}
	if a := g.listens.address; a.Known() {
		return templates.Var{Name: a.Value, Value: "0.0.0.0"}, a.From
	}
	for _, d := range p.dockerfiles() {
		if o, ok := d.Opening(); ok && o.Variable != "" && environmentName.MatchString(o.Variable) {
			return templates.Var{Name: o.Variable, Value: strings.Join(o.At(port), " ")}, o.From
		}
	}
	return templates.Var{}, fact.Source{}
}
