package python

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/python/syntax"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// writing are calls that write files, by the end of their name.
var writing = []string{"sqlite3.connect", "aiosqlite.connect", ".FileHandler", ".RotatingFileHandler", ".TimedRotatingFileHandler", ".write_text", ".write_bytes"}

// writes is the first place in what a program loads that writes beside the code:
// an SQLite database, a log file, a folder of uploads. Below /tmp is no such place.
func (p *project) writes(g program) fact.Source {
	if g.kind == "chainlit" {
		return g.At // its settings and the files of a chat
	}
	for _, f := range p.loaded(g) {
		m := p.sources.module(f)
		for _, a := range slices.Concat(m.Assigns, m.Unpacks) {
			if made, ok := class(m, a.Value); ok && made.Writes {
				return source(f, a.Line, made.Framework)
			}
		}
		for _, c := range m.Calls {
			if at := writeCall(m, f, c); !at.IsZero() {
				return at
			}
			if at := p.makes(m, f, c); !at.IsZero() {
				return at
			}
		}
		if text, err := p.view.Read(f); err == nil {
			for _, words := range []string{"sqlite:///", "sqlite+aiosqlite:///", "django.db.backends.sqlite3"} {
				if i := strings.Index(string(text), words); i >= 0 && !strings.HasPrefix(string(text)[i+len(words):], ":memory:") {
					return source(f, 1+strings.Count(string(text)[:i], "\n"), "SQLite")
				}
			}
		}
	}
	if g.django != nil && g.django.media.Value == "" {
		return g.django.media.From
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

func writeCall(m *syntax.Module, file string, c syntax.Call) fact.Source {
	full := m.Qualified(c.Callee)
	target := m.Value(c.Arg("", 0)).Text
	if strings.HasPrefix(target, "/tmp/") || target == ":memory:" {
		return fact.Source{}
	}
	if full == "open" {
		mode := m.Value(c.Arg("mode", 1)).Text
		if strings.ContainsAny(mode, "wax+") && !strings.HasPrefix(target, "/") {
			return source(file, c.Line, "open for writing")
		}
		return fact.Source{}
	}
	for _, name := range writing {
		if full == name || strings.HasPrefix(name, ".") && strings.HasSuffix(full, name) {
			return source(file, c.Line, full)
		}
	}
	return fact.Source{}
}
