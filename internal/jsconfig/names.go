package jsconfig

import (
	"github.com/tdewolff/parse/v2/js"
)

func newReader(text []byte) *reader {
	r := &reader{all: tokens(text), names: map[string]int{}, fields: map[string][]assigned{}, imports: map[string]string{}, busy: map[string]bool{}}
	r.pairs = matching(r.all)
	for i, t := range r.all {
		switch {
		case t.kind == js.ImportToken:
			r.imported(i)
		case (t.kind == js.ConstToken || r.word(i, "let") || t.kind == js.VarToken) && js.IsIdentifierName(r.at(i+1).kind):
			r.declared(i + 1)
		case r.is(i+1, js.DotToken) && js.IsIdentifierName(t.kind) && !r.is(i-1, js.DotToken) && r.is(i+3, js.EqToken):
			r.fields[t.text] = append(r.fields[t.text], assigned{r.at(i + 2).text, i + 4})
		}
	}
	return r
}

// imported notes the names of an import statement:
// import a, { b as c } from "module"; import * as d from "module".
func (r *reader) imported(i int) {
	from := i + 1
	for from < len(r.all) && !r.word(from, "from") {
		if k := r.at(from).kind; k == js.SemicolonToken || k == js.StringToken || k == js.OpenParenToken {
			return // import "module" and import("module") name nothing
		}
		from++
	}
	if !r.is(from+1, js.StringToken) {
		return
	}
	module := unquote(r.at(from + 1).text)
	for j := i + 1; j < from; j++ {
		if t := r.at(j); js.IsIdentifierName(t.kind) && !r.word(j+1, "as") && t.text != "as" {
			r.imports[t.text] = module
		}
	}
}

// declared notes a constant, and a module that it requires.
func (r *reader) declared(i int) {
	name := r.at(i).text
	eq := r.equals(i + 1)
	if eq < 0 {
		return
	}
	if r.word(eq+1, "require") && r.is(eq+2, js.OpenParenToken) && r.is(eq+3, js.StringToken) {
		r.imports[name] = unquote(r.at(eq + 3).text)
		return
	}
	if _, twice := r.names[name]; twice {
		r.names[name] = -1
		return
	}
	r.names[name] = eq + 1
}

// equals is the = after a name and an optional TypeScript type, or -1.
func (r *reader) equals(i int) int {
	if r.is(i, js.EqToken) {
		return i
	}
	if !r.is(i, js.ColonToken) {
		return -1
	}
	for j := i + 1; j < len(r.all) && j < i+200; j++ {
		switch k := r.at(j).kind; {
		case k == js.EqToken:
			return j
		case opens(k):
			j = r.end(j) - 1
		case k == js.SemicolonToken:
			return -1
		}
	}
	return -1
}

// export is where the exported expression starts: export default X, export = X,
// module.exports = X, exports.default = X.
func (r *reader) export() (int, bool) {
	for i := range r.all {
		switch {
		case r.is(i, js.ExportToken) && r.is(i+1, js.DefaultToken):
			return i + 2, true
		case r.is(i, js.ExportToken) && r.is(i+1, js.EqToken):
			return i + 2, true
		case r.word(i, "module") && r.is(i+1, js.DotToken) && r.word(i+2, "exports") && r.is(i+3, js.EqToken):
			return i + 4, true
		case r.word(i, "exports") && r.is(i+1, js.DotToken) && r.is(i+2, js.DefaultToken) && r.is(i+3, js.EqToken):
			return i + 4, true
		}
	}
	return 0, false
}
