package python

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/python/syntax"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

// writes is the first place in what a program loads that writes beside the code:
// an SQLite database, a log file, a folder of uploads. Below /tmp is no such place.
func (p *project) writes(g program) fact.Source { return p.writesBut(g, nil) }

// writesBut is writes, but for what lies in some folders.
func (p *project) writesBut(g program, folders []fact.Of[string]) fact.Source {
	if g.kind == "chainlit" {
		return g.At // its settings and the files of a chat
	}
	for _, s := range p.stores(g) {
		at, ok := s.inside()
		if s.beside() && !(ok && slices.ContainsFunc(folders, func(f fact.Of[string]) bool { return repo.Within(f.Value, at) })) {
			return s.from
		}
	}
	for _, f := range p.loaded(g) {
		m := p.sources.module(f)
		for _, c := range m.Calls {
			if dir, ok := m.Path(c.Arg("", 0), p.where(&storeReader{p: p, g: g}, f, c.Func, 0)); ok && strings.HasSuffix(c.Callee, "join") && path.IsAbs(dir) && !repo.Within(here, dir) {
				continue // a place of its own, which folders has
			}
			if _, read := storings().Calls[m.Qualified(c.Callee)]; read {
				continue // one of the stores
			}
			if at := p.makes(m, f, c); !at.IsZero() {
				return at
			}
		}
	}
	return fact.Source{}
}

// output is a relative path of a file that programs make: a picture, a table, a recording.
var output = pattern.New(`^(?:[\w-]+/)*[\w-]+\.(?:svg|png|jpe?g|pdf|csv|tsv|xlsx|db|sqlite3?|log|pkl|parquet|wav|mp3|mp4|zip)$`)

// makes is a call that is given the name of a file which is nowhere in the repository: where
// the program does not make it, nobody does.
func (p *project) makes(m *syntax.Module, file string, c syntax.Call) fact.Source {
	if receiver := strings.ToLower(c.Callee); strings.Contains(receiver, "get") || strings.Contains(receiver, "request") || strings.Contains(receiver, "route") {
		return fact.Source{} // an address
	}
	for _, a := range c.Args {
		v := m.Value(a.Value)
		if v.Env == "" && output.MatchString(v.Text) && len(p.view.Named(path.Base(v.Text))) == 0 {
			return source(file, c.Line, c.Callee)
		}
	}
	return fact.Source{}
}
