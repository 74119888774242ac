package repo

import (
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/dockgen/dockgen/internal/fact"
)

// ignorer answers whether a path is git-ignored, for a walk that goes down from
// the root and never enters an ignored folder. The grammar is git's
// (https://git-scm.com/docs/gitignore); the tests hold it against git itself.
// A walk asks once for every file, so rules are kept by what finds them fastest:
// nearly all are a plain name or *suffix.
type ignorer struct {
	byDir map[string]*rules // the .gitignore of each folder
}

// rules are those of one .gitignore.
type rules struct {
	dir      string
	names    map[string][]rule // plain names at any depth: "node_modules/"
	suffixes []rule            // "*.log"
	globs    []rule            // of a name, at any depth: "*.py[cod]"
	exact    map[string][]rule // plain paths from dir: "/dist", "docs/_build"
	paths    []rule            // patterns of paths from dir: "/docs/*.pdf", "**/a/b"
	up       *rules            // of the nearest folder above that has any
}

type rule struct {
	order   int // the last line that matches decides
	text    string
	dirOnly bool
	include bool // "!": not ignored after all
}

func newIgnorer() *ignorer { return &ignorer{byDir: map[string]*rules{}} }

// add takes the text of the .gitignore in a folder; folders above come first.
func (g *ignorer) add(dir string, text []byte) {
	r := &rules{dir: dir, names: map[string][]rule{}, exact: map[string][]rule{}}
	if dir != "." {
		r.up = g.of(path.Dir(dir))
	}
	order := 0
	for line := range strings.Lines(string(text)) {
		order++
		r.add(strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r"), order)
	}
	g.byDir[dir] = r
}

func (r *rules) add(line string, order int) {
	if strings.HasPrefix(line, "#") {
		return
	}
	text, include := strings.CutPrefix(trimSpaces(line), "!")
	text, dirOnly := strings.CutSuffix(text, "/")
	rest, anchored := strings.CutPrefix(text, "/")
	anchored = anchored || strings.Contains(rest, "/")
	if rest == "" || strings.HasSuffix(rest, "/") {
		return // matches nothing
	}
	c := rule{order: order, text: rest, dirOnly: dirOnly, include: include}
	plain := !strings.ContainsAny(rest, `\*?[`)
	switch {
	case plain && anchored:
		r.exact[rest] = append(r.exact[rest], c)
	case plain:
		r.names[rest] = append(r.names[rest], c)
	case anchored:
		c.text = glob(rest)
		r.paths = append(r.paths, c)
	case strings.HasPrefix(rest, "*") && !strings.ContainsAny(rest[1:], `\*?[`):
		c.text = rest[1:]
		r.suffixes = append(r.suffixes, c)
	default:
		c.text = glob(rest)
		r.globs = append(r.globs, c)
	}
}

// trimSpaces removes the spaces at the end of a line that no backslash keeps.
func trimSpaces(line string) string {
	trimmed := strings.TrimRight(line, " ")
	if strings.HasSuffix(trimmed, `\`) && trimmed != line {
		return trimmed + " "
	}
	return trimmed
}

var braces = strings.NewReplacer("{", `\{`, "}", `\}`)

// glob is a pattern of git as one of doublestar, for which braces are special and
// a final ** matches nothing as well.
func glob(pattern string) string {
	pattern = braces.Replace(pattern)
	if before, ok := strings.CutSuffix(pattern, "/**"); ok {
		pattern = before + "/**/*"
	}
	return pattern
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
	_, ignored := g.decides(dir, name, isDir)
	return ignored
}

// decides is the line of a .gitignore that decides on name in dir, and whether it ignores it.
func (g *ignorer) decides(dir, name string, isDir bool) (at fact.Source, ignored bool) {
	for r := g.of(dir); r != nil; r = r.up {
		if line, ignored := r.match(dir, name, isDir); line > 0 {
			return fact.At(path.Join(r.dir, ".gitignore"), line, ""), ignored
		}
	}
	return fact.Source{}, false
}

// match is the line that decides on name in dir, 0 for none, and whether it ignores it.
func (r *rules) match(dir, name string, isDir bool) (last int, ignored bool) {
	consider := func(all []rule, matches func(pattern string) bool) {
		for _, c := range all {
			if c.order > last && (isDir || !c.dirOnly) && (matches == nil || matches(c.text)) {
				last, ignored = c.order, !c.include
			}
		}
	}
	if !isDir || path.Base(dir) != "cmd" {
		consider(r.names[name], nil)
	} else {
		consider(slices.DeleteFunc(slices.Clone(r.names[name]), ofProgram), nil)
	}
	consider(r.suffixes, func(suffix string) bool { return strings.HasSuffix(name, suffix) })
	consider(r.globs, func(pattern string) bool { return matchGlob(pattern, name) })
	if len(r.exact)+len(r.paths) > 0 {
		p := path.Join(Rel(r.dir, dir), name)
		consider(r.exact[p], nil)
		consider(r.paths, func(pattern string) bool { return matchGlob(pattern, p) })
	}
	return last, ignored
}

// ofProgram reports whether a plain name is about the program that a build leaves, and not
// about a folder: people write "server" and keep its sources in cmd/server, tracked since
// before that line or by force.
func ofProgram(c rule) bool { return !c.dirOnly && !c.include }

// matchGlob is false for a pattern that is none, as it is for git.
func matchGlob(pattern, name string) bool {
	ok, err := doublestar.Match(pattern, name)
	return ok && err == nil
}
