package syntax

import (
	"path"
	"strconv"
	"strings"
)

// Where is what the paths of a file begin with.
type Where struct {
	File string                                   // __file__
	Dir  string                                   // working directory
	Func string                                   // the function that the expression stands in, "" for none
	Name func(name string) (text string, ok bool) // what an imported name stands for; nil knows none
}

// Path is the text of an expression that makes a path, or an address that holds one: literals and
// constants, joined by os.path, pathlib, +, f-strings and format, from __file__ or the working
// directory on; what is read from the environment by its default. It is not known where any part is not.
func (m *Module) Path(e Expr, at Where) (string, bool) {
	v := (&joiner{m: m, at: at, budget: maxTokens}).expr(e, maxSteps)
	return v.text, v.known
}

const maxTokens = 2000 // of the expressions that make one path: real ones are shorter by far

type joiner struct {
	m      *Module
	at     Where
	budget int // tokens that may still be looked at
}

// piece is a value on the way: a text, or a dotted name that is not yet one.
type piece struct {
	text    string
	known   bool
	name    string // "os.path.join"
	parents bool   // .parents of text
}

func (j *joiner) expr(e Expr, steps int) piece {
	e = e.bare()
	if j.budget -= len(e); len(e) == 0 || steps == 0 || j.budget < 0 {
		return piece{}
	}
	if left, right := cutWord(e, "or"); right != nil {
		if v := j.expr(left, steps-1); v.known && v.text != "" {
			return v
		}
		return j.expr(right, steps-1)
	}
	if _, right := cutWord(e, "if"); right != nil {
		return piece{}
	}
	for _, sign := range []string{"+", "/"} {
		parts := split(e, sign)
		if len(parts) < 2 {
			continue
		}
		all := piece{known: true}
		for i, part := range parts {
			v := j.expr(Expr(part), steps-1)
			switch {
			case !v.known:
				return piece{}
			case i == 0 || sign == "+":
				all.text += v.text
			default:
				all.text = joined(all.text, v.text)
			}
		}
		return all
	}
	return j.trailers(e, steps)
}

// joined is what os.path.join and pathlib make of two paths.
func joined(a, b string) string {
	if path.IsAbs(b) || a == "" {
		return b
	}
	return strings.TrimSuffix(a, "/") + "/" + b
}

// trailers reads a literal, name or call, and the attributes, calls and indexes behind it.
func (j *joiner) trailers(e Expr, steps int) piece {
	var v piece
	n := 1
	switch {
	case e[0].Kind == String:
		v.known = true
		for n = 0; n < len(e) && e[n].Kind == String; n++ {
			text, ok := e[n].Text, true
			if e[n].Fancy {
				text, ok = j.fields(text, steps)
			}
			v.text, v.known = v.text+text, v.known && ok
		}
	case e[0].Kind == Name:
		v = j.named(e[0].Text, steps)
	case e[0].Is("("):
		inside, end := bracket(e, 0)
		v, n = j.expr(Expr(inside), steps-1), end
	default:
		return piece{}
	}
	for n < len(e) {
		switch {
		case e[n].Is(".") && n+1 < len(e) && e[n+1].Kind == Name:
			v = j.attribute(v, e[n+1].Text, steps)
			n += 2
		case e[n].Is("("):
			inside, end := bracket(e, n)
			v = j.call(v, Call{Args: arguments(inside)}, steps)
			n = end
		case e[n].Is("["):
			inside, end := bracket(e, n)
			i, err := strconv.Atoi(literal(inside))
			if !v.parents || err != nil || i < 0 || i > 20 {
				return piece{}
			}
			for v.parents = false; i >= 0; i-- {
				v.text = path.Dir(v.text)
			}
			n = end
		default:
			return piece{}
		}
	}
	return v
}

func literal(tokens []Token) string {
	if len(tokens) != 1 {
		return ""
	}
	return tokens[0].Text
}

// named is what a name stands for, or the name.
func (j *joiner) named(name string, steps int) piece {
	if name == "__file__" {
		return piece{text: j.at.File, known: true}
	}
	e := j.m.consts[name]
	if local := j.m.given(name, func(a Assign) bool { return a.Func == j.at.Func && a.Func != "" }); local != nil {
		e = local
	}
	if v := j.expr(e, steps-1); v.known {
		return v
	}
	v := j.elsewhere(name)
	if !v.known && j.at.Func == "" {
		if own := j.expr(j.m.member("", name), steps-1); own.known {
			return own
		}
	}
	return v
}

// given is what a name is set to where one assignment sets it, of those that count.
func (m *Module) given(name string, counts func(Assign) bool) Expr {
	var found Expr
	for _, a := range m.Assigns {
		if a.Target == name && counts(a) {
			if found != nil {
				return nil
			}
			found = a.Value
		}
	}
	return found
}

// member is what the body of a class gives a name; of any class where none is named.
func (m *Module) member(class, name string) Expr {
	return m.given(name, func(a Assign) bool {
		return a.Func == "" && a.Class != "" && (class == "" || a.Class == class)
	})
}

// MemberExpr is the expression that the body of a class gives a name.
func (m *Module) MemberExpr(class, name string) Expr { return m.member(class, name) }

// Says reports whether a name is a target or a keyword argument of the file.
func (m *Module) Says(name string) bool {
	for _, a := range m.Assigns {
		if a.Target == name {
			return true
		}
	}
	for _, c := range m.Calls {
		if c.Arg(name, -1) != nil {
			return true
		}
	}
	return false
}

// Member is the path that the body of a class gives a name.
func (m *Module) Member(class, name string, at Where) (string, bool) {
	return m.Path(m.member(class, name), at)
}

func (j *joiner) elsewhere(name string) piece {
	if j.at.Name != nil {
		if text, ok := j.at.Name(name); ok {
			return piece{text: text, known: true}
		}
	}
	return piece{name: name}
}

func (j *joiner) attribute(v piece, name string, steps int) piece {
	if v.name != "" {
		class := v.name
		if class == "self" || class == "cls" {
			class = ""
		}
		if own := j.expr(j.m.member(class, name), steps-1); own.known {
			return own
		}
		return j.elsewhere(v.name + "." + name)
	}
	switch {
	case v.parents || !v.known:
		return piece{}
	case name == "parent":
		v.text = path.Dir(v.text)
		return v
	case name == "parents":
		v.parents = true
		return v
	}
	return piece{name: "?." + name, text: v.text}
}

// call is the value of a call of a function of os.path, pathlib or the environment, or of a
// method of a path or text.
func (j *joiner) call(v piece, c Call, steps int) piece {
	first := func() piece { return j.expr(c.Arg("", 0), steps-1) }
	switch full := j.m.Qualified(v.name); full {
	case "":
		return piece{}
	case "os.path.join", "pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "?.joinpath":
		all := piece{text: v.text, known: true}
		for _, a := range c.Args {
			if p := j.expr(a.Value, steps-1); p.known && !a.Star && a.Name == "" {
				all.text = joined(all.text, p.text)
				continue
			}
			return piece{}
		}
		if all.text == "" {
			all.text = "."
		}
		return all
	case "os.path.dirname":
		p := first()
		p.text = path.Dir(p.text)
		return p
	case "os.path.abspath", "os.path.realpath":
		p := first()
		p.text = path.Clean(joined(j.at.Dir, p.text))
		return p
	case "?.resolve", "?.absolute":
		return piece{text: path.Clean(joined(j.at.Dir, v.text)), known: true}
	case "os.getcwd", "pathlib.Path.cwd":
		return piece{text: j.at.Dir, known: true}
	case "str", "os.path.normpath", "os.fspath", "os.path.expandvars":
		return first()
	case "?.as_posix", "?.__str__", "?.strip":
		return piece{text: v.text, known: true}
	case "?.format":
		return j.format(v.text, c, steps)
	case "os.getenv", "os.environ.get", "decouple.config":
		return j.expr(c.Arg("default", 1), steps-1)
	case "pydantic.Field":
		return j.expr(c.Arg("default", 0), steps-1)
	default:
		if readsEnv(full) && len(c.Args) > 0 { // env("DATA", default=...), env.str("DATA", ...)
			return j.expr(c.Arg("default", 1), steps-1)
		}
	}
	return piece{}
}

// format fills the fields of str.format: {}, {0} and {name}.
func (j *joiner) format(text string, c Call, steps int) piece {
	all := piece{known: true}
	for n := 0; ; n++ {
		before, rest, ok := strings.Cut(text, "{")
		all.text += before
		if !ok {
			return all
		}
		field, after, closed := strings.Cut(rest, "}")
		i, err := strconv.Atoi(field)
		if field == "" {
			i, err = n, nil
		}
		if err != nil {
			i = -1
		}
		v := j.expr(c.Arg(field, i), steps-1)
		if !closed || !v.known {
			return piece{}
		}
		all.text += v.text
		text = after
	}
}

// fields fills the fields of an f-string.
func (j *joiner) fields(text string, steps int) (string, bool) {
	var out strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "{")
		out.WriteString(before)
		if !ok {
			return out.String(), true
		}
		field, after, closed := strings.Cut(rest, "}")
		tokens, problem := Tokens(field)
		if !closed || problem != nil || len(tokens) == 0 {
			return "", false
		}
		v := j.expr(Expr(tokens[:len(tokens)-1]), steps-1) // without the end of the line
		if !v.known {
			return "", false
		}
		out.WriteString(v.text)
		text = after
	}
}

// Pair is an element of a dictionary.
type Pair struct{ Key, Value Expr }

// Pairs are the elements of a dictionary that the expression is, written in braces or as dict(name=value).
func (e Expr) Pairs() []Pair {
	var all []Pair
	if c, ok := e.Call(); ok && c.Callee == "dict" {
		for _, a := range c.Args {
			if a.Name != "" {
				all = append(all, Pair{Expr{{Kind: String, Text: a.Name, Line: a.Value[0].Line}}, a.Value})
			}
		}
		return all
	}
	if e = e.bare(); len(e) < 2 || !e[0].Is("{") {
		return nil
	}
	inside, end := bracket(e, 0)
	if end != len(e) {
		return nil
	}
	for _, part := range split(inside, ",") {
		if key, value := cut(part, ":"); len(key) > 0 && len(value) > 0 {
			all = append(all, Pair{Expr(key), Expr(value)})
		}
	}
	return all
}
