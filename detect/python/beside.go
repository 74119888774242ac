package python

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/python/syntax"
)

// concurrent are calls that run what they are given beside what goes on: threads, processes, tasks.
var concurrent = []string{"Thread", "Process", "to_thread", "run_in_executor", "submit", "start_new_thread", "create_task", "ensure_future", "gather"}

// startedBeside is the script that serves an application in a thread or task of its own while it does
// something else, most often a bot that keeps a page alive: a server of ours would serve the page
// and leave out the rest.
func (p *project) startedBeside(g program) (program, bool) {
	own := app{file: g.file, name: g.attribute}
	for _, f := range g.listens.starts {
		m := p.sources.module(f)
		for _, c := range m.Calls {
			if !p.startsOwn(f, c, own) || !inBackground(m, c) {
				continue
			}
			script := p.mainOf(f)
			if script == "" {
				continue
			}
			s := p.script(script)
			s.Kind, s.framework, s.listens = detect.Service, g.framework, g.listens
			s.listens.script, s.listens.starts = f, append(slices.Clone(g.listens.starts), f)
			host := m.Value(c.Arg("host", 0))
			if loopback(host.Text) || g.framework == "Flask" && c.Arg("host", 0) == nil {
				s.listens.local = source(f, c.Line, c.Callee)
			}
			s.Also = append(s.Also, g.Also...)
			return s, true
		}
	}
	return program{}, false
}

// inBackground reports whether a call is given to another that runs it beside the rest, by itself or
// as a part of a function.
func inBackground(m *syntax.Module, c syntax.Call) bool {
	return slices.ContainsFunc(m.Calls, func(t syntax.Call) bool {
		if last := t.Callee[strings.LastIndex(t.Callee, ".")+1:]; !slices.Contains(concurrent, last) {
			return false
		}
		if c.Func != "" && t.Passes(c.Func) {
			return true
		}
		if serving := slices.ContainsFunc(t.Args, func(a syntax.Arg) bool { // gather(server.serve(), bot.start())
			inner, ok := a.Value.Call()
			return ok && strings.HasSuffix(inner.Callee, ".serve")
		}); serving && t.Func == c.Func && strings.HasSuffix(c.Callee, "Config") {
			return true
		}
		return slices.ContainsFunc(t.Args, func(a syntax.Arg) bool { // Thread(target=app.run), Thread(target=lambda: app.run())
			return a.Value.Name() == c.Callee || len(a.Value) > 0 && a.Value[0].Is("lambda") && t.Line <= c.Line && c.Line <= a.Value[len(a.Value)-1].Line
		})
	})
}

// mainOf is the script that runs a file's code and goes on: the file itself, or the one that imports it.
func (p *project) mainOf(file string) string {
	if p.sources.stays(file) || p.sources.module(file).Guard > 0 {
		return file
	}
	var staying, others []string
	for _, f := range p.sources.files() {
		if f == file || !p.sources.runs(f) || !slices.Contains(p.sources.reachable(f), file) {
			continue
		}
		if others = append(others, f); p.sources.stays(f) {
			staying = append(staying, f)
		}
	}
	for _, some := range [][]string{staying, others} {
		if len(some) == 1 {
			return some[0]
		}
	}
	return ""
}
