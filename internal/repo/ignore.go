package repo

import (
	"path"
	"strings"

	"github.com/go-git/go-git/v5/plumbing/format/gitignore"
)

// ignorer answers whether a path is git-ignored, for a walk that goes down from
// the root and never enters an ignored folder. The grammar is go-git's; rules
// that are a plain name or *suffix, nearly all of them, are also kept in a form
// that needs no search, since a walk asks once for every file.
type ignorer struct {
	byDir map[string]*rules // the .gitignore of each folder
}

type rules struct {
	names    map[string][]rule // plain names: "node_modules/"
	suffixes []rule            // "*.log"
	others   []rule            // everything else
	up       *rules            // of the nearest folder above that has any
}

type rule struct {
	order   int // line number: the last that matches decides
	text    string
	dirOnly bool
	include bool // "!": not ignored after all
	pattern gitignore.Pattern
}

func newIgnorer() *ignorer { return &ignorer{byDir: map[string]*rules{}} }

// add takes the text of the .gitignore in a folder; folders above come first.
func (g *ignorer) add(dir string, text []byte) {
	var domain []string
	if dir != "." {
		domain = strings.Split(dir, "/")
	}
	r := &rules{names: map[string][]rule{}}
	if dir != "." {
		r.up = g.of(path.Dir(dir))
	}
	order := 0
	for line := range strings.Lines(string(text)) {
		line = strings.TrimRight(line, "\r\n")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		order++
		r.add(line, domain, order)
	}
	g.byDir[dir] = r
}

func (r *rules) add(line string, domain []string, order int) {
	text, include := strings.CutPrefix(line, "!")
	text, dirOnly := strings.CutSuffix(text, "/")
	simple := !strings.ContainsAny(text, "/\\[?") && strings.TrimSpace(text) == text
	switch star := strings.Count(text, "*"); {
	case simple && star == 0:
		r.names[text] = append(r.names[text], rule{order: order, dirOnly: dirOnly, include: include})
	case simple && star == 1 && strings.HasPrefix(text, "*"):
		r.suffixes = append(r.suffixes, rule{order: order, text: text[1:], dirOnly: dirOnly, include: include})
	default:
		r.others = append(r.others, rule{order: order, pattern: gitignore.ParsePattern(line, domain)})
	}
}

func (g *ignorer) of(dir string) *rules {
	for {
		if r, ok := g.byDir[dir]; ok {
			return r
		}
		if dir == "." {
			return nil
		}
		dir = path.Dir(dir)
	}
}

// match reports whether name in dir is ignored, given that dir itself is not.
func (g *ignorer) match(dir, name string, isDir bool) bool {
	for r := g.of(dir); r != nil; r = r.up {
		if ignored, decided := r.match(dir, name, isDir); decided {
			return ignored
		}
	}
	return false
}

func (r *rules) match(dir, name string, isDir bool) (ignored, decided bool) {
	last := 0
	consider := func(c rule) {
		if c.order > last && (isDir || !c.dirOnly) {
			last, ignored = c.order, !c.include
		}
	}
	for _, c := range r.names[name] {
		consider(c)
	}
	for _, c := range r.suffixes {
		if strings.HasSuffix(name, c.text) {
			consider(c)
		}
	}
	if len(r.others) > 0 {
		parts := []string{name}
		if dir != "." {
			parts = append(strings.Split(dir, "/"), name)
		}
		for _, c := range r.others {
			if c.order < last {
				continue
			}
			switch c.pattern.Match(parts, isDir) {
			case gitignore.Exclude:
				last, ignored = c.order, true
			case gitignore.Include:
				last, ignored = c.order, false
			}
		}
	}
	return ignored, last > 0
}
