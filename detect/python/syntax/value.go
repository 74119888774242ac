package syntax

import (
	"strconv"
	"strings"
)

// Value is what a simple expression is known to be.
type Value struct {
	Text  string // of a string or number literal
	Known bool   // Text is the value, or the default of Env
	Env   string // environment variable that it is read from
	At    int    // line
}

const maxSteps = 20 // from one name to the next

// Value is the value of an expression: literals, names of constants, and what is
// read from the environment, with its default.
func (m *Module) Value(e Expr) Value { return m.value(e, maxSteps) }

func (m *Module) value(e Expr, steps int) Value {
	e = e.bare()
	if len(e) == 0 || steps == 0 {
		return Value{}
	}
	if left, right := cutWord(e, "or"); right != nil {
		v := m.value(left, steps-1)
		if other := m.value(right, steps-1); !v.Known && other.Known {
			v.Text, v.Known = other.Text, true
		}
		return v
	}
	at := e[0].Line
	if e[0].Kind == String {
		text := ""
		for _, t := range e {
			if t.Kind != String || t.Fancy {
				return Value{At: at}
			}
			text += t.Text
		}
		return Value{Text: text, Known: true, At: at}
	}
	if len(e) == 1 {
		switch {
		case e[0].Kind == Number, e[0].Is("True"), e[0].Is("False"), e[0].Is("None"):
			return Value{Text: strings.ReplaceAll(e[0].Text, "_", ""), Known: true, At: at}
		case e[0].Kind == Name:
			if c, ok := m.consts[e[0].Text]; ok {
				return m.value(c, steps-1)
			}
		}
		return Value{At: at}
	}
	if name, rest := e.indexed(); name != "" && m.Qualified(name) == "os.environ" {
		v := m.value(rest, steps-1)
		return Value{Env: v.Text, At: at}
	}
	if c, ok := e.Call(); ok {
		return m.called(c, steps)
	}
	return Value{At: at}
}

// called is the value of a call that reads the environment or only converts.
func (m *Module) called(c Call, steps int) Value {
	switch full := m.Qualified(c.Callee); full {
	case "int", "str", "bool":
		return m.value(c.Arg("", 0), steps-1)
	case "os.getenv", "os.environ.get", "os.environ.setdefault", "decouple.config", "starlette.config.Config":
		v := Value{Env: m.value(c.Arg("key", 0), steps-1).Text, At: c.Line}
		if d := m.value(c.Arg("default", 1), steps-1); d.Known && d.Text != "None" {
			v.Text, v.Known = d.Text, true
		}
		return v
	default:
		// environ.Env's env("PORT", default=8000), env.int("PORT", 8000)
		if readsEnv(full) && len(c.Args) > 0 {
			v := Value{Env: m.value(c.Arg("", 0), steps-1).Text, At: c.Line}
			if d := m.value(c.Arg("default", 1), steps-1); d.Known {
				v.Text, v.Known = d.Text, true
			}
			return v
		}
	}
	return Value{At: c.Line}
}

// readsEnv reports whether the name of a function says that it reads a variable: env.int, _int_env.
func readsEnv(name string) bool {
	last := strings.ToLower(name[strings.LastIndex(name, ".")+1:])
	return strings.HasPrefix(name, "env") || strings.HasSuffix(last, "_env") || strings.HasPrefix(last, "env_") || strings.HasPrefix(strings.TrimLeft(last, "_"), "get_env") || strings.HasPrefix(last, "getenv")
}

// indexed is name and index of `name[index]`.
func (e Expr) indexed() (string, Expr) {
	name, n := dotted(e)
	if name == "" || n >= len(e) || !e[n].Is("[") {
		return "", nil
	}
	inside, end := bracket(e, n)
	if end != len(e) {
		return "", nil
	}
	return name, Expr(inside)
}

// cutWord splits at the first keyword outside brackets.
func cutWord(e Expr, word string) (before, after Expr) {
	depth := 0
	for i, t := range e {
		switch {
		case t.Kind == Name && t.Text == word && depth == 0:
			return e[:i], e[i+1:]
		case t.Kind != Op:
		case strings.Contains("([{", t.Text):
			depth++
		case strings.Contains(")]}", t.Text):
			depth--
		}
	}
	return e, nil
}

// Port is the value as a TCP port, 0 if it is none.
func (v Value) Port() int {
	n, err := strconv.Atoi(v.Text)
	if !v.Known || err != nil || n < 1 || n > 65535 {
		return 0
	}
	return n
}

// Const is the value of a simple assignment at the top level.
func (m *Module) Const(name string) (Value, bool) {
	e, ok := m.consts[name]
	if !ok {
		return Value{}, false
	}
	return m.Value(e), true
}

// ConstExpr is the expression of a simple assignment at the top level.
func (m *Module) ConstExpr(name string) Expr { return m.consts[name] }

// Required are the environment variables that the file reads with os.environ["NAME"],
// which fails where one is not set.
func (m *Module) Required() []string { return m.required }
