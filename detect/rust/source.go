package rust

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
)

// source is one file of Rust: its tokens, without what only tests compile.
type source struct {
	file    string
	tokens  []token
	partner []int             // of a bracket, the index of its other half; -1 otherwise
	modules []module          // that it declares
	aliases map[string]string // a name in the file by the one that it stands for: use x::Server as Http
}

// module is "mod name;": a file of its own.
type module struct {
	name string
	path string   // of #[path = "…"], "" for the usual place
	in   []string // inline modules around it
}

const maxSources = 2000 // files of one program that are read

// read gives the tokens of a file; nil where it is not there.
func (a *crates) source(file string) (*source, error) {
	if s, ok := a.texts[file]; ok {
		return s, nil
	}
	data, err := a.view.Read(file)
	if errors.Is(err, fs.ErrNotExist) {
		a.texts[file] = nil
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	s := &source{file: file, tokens: compiled(tokenize(data))}
	s.partner = partners(s.tokens)
	s.findModules()
	s.findAliases()
	a.texts[file] = s
	return s, nil
}

// tree are the files of a crate root and of the modules below it, the root first.
func (a *crates) tree(root string) ([]*source, error) {
	type place struct{ file, dir string } // dir holds the modules that the file declares
	queue := []place{{root, path.Dir(root)}}
	seen := map[string]bool{root: true}
	var all []*source
	for len(queue) > 0 && len(all) < maxSources {
		p := queue[0]
		queue = queue[1:]
		s, err := a.source(p.file)
		if err != nil {
			return nil, err
		}
		if s == nil {
			continue
		}
		all = append(all, s)
		for _, m := range s.modules {
			dir := path.Join(append([]string{p.dir}, m.in...)...)
			next := []place{{path.Join(dir, m.name+".rs"), path.Join(dir, m.name)}, {path.Join(dir, m.name, "mod.rs"), path.Join(dir, m.name)}}
			if m.path != "" {
				file := path.Join(path.Dir(p.file), m.path)
				next = []place{{file, path.Dir(file)}}
			}
			for _, n := range next {
				if a.view.Has(n.file) && !seen[n.file] {
					seen[n.file] = true
					queue = append(queue, n)
					break
				}
			}
		}
	}
	return all, nil
}

// partners matches brackets; one without its half has -1, as everything else has.
func partners(ts []token) []int {
	partner := make([]int, len(ts))
	var open []int
	for i, t := range ts {
		partner[i] = -1
		if t.kind != punctuator {
			continue
		}
		switch t.text {
		case "(", "[", "{":
			open = append(open, i)
		case ")", "]", "}":
			if n := len(open); n > 0 && closes(ts[open[n-1]].text) == t.text {
				partner[i], partner[open[n-1]] = open[n-1], i
				open = open[:n-1]
			}
		}
	}
	return partner
}

func closes(open string) string { return map[string]string{"(": ")", "[": "]", "{": "}"}[open] }

// compiled leaves out what a release build for Linux does not compile: the items, fields and
// statements under #[cfg(test)], #[test], #[cfg(windows)] and their like, and the blocks
// that if cfg!(…) keeps for others.
func compiled(ts []token) []token {
	partner := partners(ts)
	var kept []token
	for i := 0; i < len(ts); i++ {
		switch block := otherwise(ts, partner, i); {
		case ts[i].is("#") && i+2 < len(ts) && ts[i+1].is("[") && partner[i+1] > 0 && leftOut(ts[i+2:partner[i+1]]):
			i = itemEnd(ts, partner, partner[i+1]+1)
		case block > 0: // its braces stay
			kept = append(kept, ts[i])
			i = block - 1
		default:
			kept = append(kept, ts[i])
		}
	}
	return kept
}

// leftOut reports whether an attribute's tokens say that what follows is not compiled.
func leftOut(ts []token) bool {
	if len(ts) > 2 && ts[0].named("cfg") && ts[1].is("(") {
		holds, _ := cfgHolds(ts, 2, 0)
		return holds == no
	}
	return isTest(ts)
}

// itemWords begin an item or a statement, which ends with its braces or a semicolon. What
// begins otherwise is a field, a variant, an arm or an expression, which a comma ends too.
var itemWords = map[string]bool{
	"fn": true, "struct": true, "enum": true, "union": true, "impl": true, "mod": true, "use": true, "const": true, "static": true, "type": true,
	"trait": true, "extern": true, "async": true, "unsafe": true, "let": true, "macro_rules": true, "if": true, "for": true, "while": true, "match": true, "loop": true,
}

// itemEnd is the index of the last token of what begins at i, its other attributes included.
func itemEnd(ts []token, partner []int, i int) int {
	for i+1 < len(ts) && ts[i].is("#") && ts[i+1].is("[") && partner[i+1] > 0 {
		i = partner[i+1] + 1
	}
	first := i
	if first < len(ts) && ts[first].named("pub") {
		if first++; first < len(ts) && ts[first].is("(") && partner[first] > 0 {
			first = partner[first] + 1
		}
	}
	item := first < len(ts) && ts[first].kind == ident && itemWords[ts[first].text]
	for ; i < len(ts) && !ts[i].is(";"); i++ {
		switch p := partner[i]; {
		case p > i:
			if i = p; ts[p].is("}") && (item || i+1 >= len(ts) || !ts[i+1].is(",")) && !continues(ts, i+1) {
				return i
			}
		case p >= 0: // the end of what holds it
			return i - 1
		case !item && ts[i].is(","):
			return i
		}
	}
	return i
}

// continues reports whether the tokens after a block belong to the same statement.
func continues(ts []token, i int) bool {
	return i < len(ts) && (ts[i].named("else") || ts[i].is(".") || ts[i].is("?") || ts[i].is(";"))
}

// otherwise is the index of the brace that closes the block which opens at i, where an
// if cfg!(…) keeps that block for another build; 0 for other tokens.
func otherwise(ts []token, partner []int, i int) int {
	if !ts[i].is("{") || partner[i] < i || i == 0 {
		return 0
	}
	if holds, ok := condition(ts, partner, i-1); ok && holds == no {
		return partner[i]
	}
	if i > 2 && ts[i-1].named("else") && ts[i-2].is("}") && partner[i-2] > 0 {
		if holds, ok := condition(ts, partner, partner[i-2]-1); ok && holds == yes {
			return partner[i]
		}
	}
	return 0
}

// condition is the answer of the if cfg!(…) whose last parenthesis is at i.
func condition(ts []token, partner []int, i int) (answer, bool) {
	if i < 4 || !ts[i].is(")") || partner[i] < 3 {
		return unknown, false
	}
	open := partner[i]
	if !ts[open-1].is("!") || !ts[open-2].named("cfg") || !ts[open-3].named("if") {
		return unknown, false
	}
	holds, _ := cfgHolds(ts[:i], open+1, 0)
	return holds, true
}

// isTest reports whether an attribute's tokens are test or tokio::test.
func isTest(ts []token) bool {
	for i, t := range ts {
		if t.is("(") {
			return i > 0 && ts[i-1].named("test")
		}
	}
	return len(ts) > 0 && ts[len(ts)-1].named("test")
}

func (s *source) findModules() {
	type inline struct {
		name string
		end  int
	}
	var in []inline
	attribute := ""
	for i := 0; i+2 < len(s.tokens); i++ {
		for len(in) > 0 && i > in[len(in)-1].end {
			in = in[:len(in)-1]
		}
		t := s.tokens[i]
		switch {
		case t.is("#") && s.tokens[i+1].is("[") && s.tokens[i+2].named("path"):
			if end := s.partner[i+1]; end == i+5 {
				attribute = s.tokens[i+4].text
			}
		case t.named("mod") && s.tokens[i+1].kind == ident && s.tokens[i+2].is(";"):
			m := module{name: s.tokens[i+1].text, path: attribute}
			for _, o := range in {
				m.in = append(m.in, o.name)
			}
			s.modules = append(s.modules, m)
			attribute = ""
		case t.named("mod") && s.tokens[i+1].kind == ident && s.tokens[i+2].is("{") && s.partner[i+2] > 0:
			in = append(in, inline{s.tokens[i+1].text, s.partner[i+2]})
		}
	}
}

// findAliases finds the names that "as" gives others.
func (s *source) findAliases() {
	s.aliases = map[string]string{}
	for i := 1; i+1 < len(s.tokens); i++ {
		if s.tokens[i].named("as") && s.tokens[i-1].kind == ident && s.tokens[i+1].kind == ident {
			s.aliases[s.tokens[i-1].text] = s.tokens[i+1].text
		}
	}
}

// calls reports whether the tokens that end just before i are a path, whose first name may
// be called otherwise in this file.
func (s *source) calls(i int, p []string) bool {
	if s.after(i, p...) {
		return true
	}
	alias, ok := s.aliases[p[0]]
	return ok && s.after(i, append([]string{alias}, p[1:]...)...)
}

// from is the place of a token.
func (s *source) from(i int, what string) fact.Source {
	return fact.At(s.file, s.tokens[i].line, what)
}

// after reports whether the tokens that end just before i are these, the last one nearest.
func (s *source) after(i int, words ...string) bool {
	if i < len(words) {
		return false
	}
	for n, w := range words {
		if s.tokens[i-len(words)+n].text != w || s.tokens[i-len(words)+n].kind == text {
			return false
		}
	}
	return true
}

// mentions reports whether a name stands anywhere in the file.
func (s *source) mentions(names ...string) bool {
	return slices.ContainsFunc(s.tokens, func(t token) bool { return t.kind == ident && slices.Contains(names, t.text) })
}

// mentioned is the place of the first of the names in the files.
func mentioned(files []*source, names ...string) fact.Source {
	for _, s := range files {
		for i, t := range s.tokens {
			if t.kind == ident && slices.Contains(names, t.text) {
				return s.from(i, t.text)
			}
		}
	}
	return fact.Source{}
}

// crateName is a package's name as the sources write it.
func crateName(name string) string { return strings.ReplaceAll(name, "-", "_") }
