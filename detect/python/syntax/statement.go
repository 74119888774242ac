package syntax

import (
	"slices"
	"strings"
)

// dotted is the dotted name at the start of tokens, and how many tokens it takes.
func dotted(tokens []Token) (string, int) {
	if len(tokens) == 0 || tokens[0].Kind != Name {
		return "", 0
	}
	name, n := tokens[0].Text, 1
	for n+1 < len(tokens) && tokens[n].Is(".") && tokens[n+1].Kind == Name {
		name += "." + tokens[n+1].Text
		n += 2
	}
	return name, n
}

func (r *reader) bind(i Import) {
	r.m.Imports = append(r.m.Imports, i)
	switch {
	case i.Name != "":
		r.m.names[i.As] = i.Module + "." + i.Name
		if strings.HasSuffix(i.Module, ".") {
			r.m.names[i.As] = i.Module + i.Name
		}
	case i.As != "":
		r.m.names[i.As] = i.Module
	}
}

func (r *reader) imports(rest []Token, place Place) {
	for _, part := range split(rest, ",") {
		name, n := dotted(part)
		if name == "" {
			continue
		}
		i := Import{Place: place, Module: name}
		if n+1 < len(part) && part[n].Is("as") {
			i.As = part[n+1].Text
		}
		r.bind(i)
	}
}

func (r *reader) importFrom(rest []Token, place Place) {
	module := ""
	for len(rest) > 0 && (rest[0].Is(".") || rest[0].Is("...")) {
		module += rest[0].Text
		rest = rest[1:]
	}
	if len(rest) > 0 && !rest[0].Is("import") {
		name, n := dotted(rest)
		module += name
		rest = rest[n:]
	}
	if len(rest) < 2 || !rest[0].Is("import") {
		return
	}
	rest = rest[1:]
	if rest[0].Is("(") {
		rest, _ = bracket(rest, 0)
	}
	for _, part := range split(rest, ",") {
		if len(part) == 0 || (part[0].Kind != Name && !part[0].Is("*")) {
			continue
		}
		i := Import{Place: place, Module: module, Name: part[0].Text, As: part[0].Text}
		if len(part) > 2 && part[1].Is("as") {
			i.As = part[2].Text
		}
		r.bind(i)
	}
}

// assign reads `a = b = value` and `a: T = value`.
func (r *reader) assign(stmt []Token, place Place) {
	parts := split(stmt, "=")
	if len(parts) < 2 {
		return
	}
	value := Expr(parts[len(parts)-1])
	for _, left := range parts[:len(parts)-1] {
		target, n := dotted(left)
		if target != "" && n < len(left) && left[n].Is(",") {
			r.m.Unpacks = append(r.m.Unpacks, Assign{Place: place, Target: target, Value: value})
		}
		if n+3 == len(left) && left[n].Is("[") && left[n+1].Kind == String && left[n+2].Is("]") {
			r.m.Sets = append(r.m.Sets, Set{Place: place, Target: target, Key: left[n+1].Text, Value: value})
		}
		if target == "" || (n < len(left) && !left[n].Is(":")) {
			continue
		}
		r.m.Assigns = append(r.m.Assigns, Assign{Place: place, Target: target, Value: value})
		if place.Func == "" && place.Class == "" && !place.Guard {
			r.m.consts[target] = value
		}
	}
}

// calls finds every call in a statement, inner ones too.
func (r *reader) calls(stmt []Token, place Place) {
	for i := 0; i+1 < len(stmt) && r.budget > 0; i++ {
		if stmt[i].Kind != Name || (i > 0 && stmt[i-1].Is(".") && i > 1 && stmt[i-2].Kind == Name) {
			continue
		}
		name, n := dotted(stmt[i:])
		if i+n+2 < len(stmt) && stmt[i+n].Is("[") && stmt[i+n+1].Kind == String && stmt[i+n+2].Is("]") && !(i+n+3 < len(stmt) && stmt[i+n+3].Is("=")) && r.m.Qualified(name) == "os.environ" && !place.Given {
			r.m.required = append(r.m.required, stmt[i+n+1].Text)
			if place.Func == "" && !place.Types && !place.Tried && !place.Maybe && !place.Guard && !slices.ContainsFunc(stmt, func(t Token) bool { return t.Is("if") }) {
				r.m.Unset = append(r.m.Unset, Variable{place, stmt[i+n+1].Text})
			}
		}
		if i+n >= len(stmt) || !stmt[i+n].Is("(") || keyword[name] {
			continue
		}
		receiver := Expr(stmt[i : i+max(n-2, 0)])
		if i > 0 && stmt[i-1].Is(".") {
			receiver = Expr(stmt[primary(stmt, i-1) : i+n-2])
			if n == 1 {
				receiver = Expr(stmt[primary(stmt, i-1) : i-1])
			}
			name = "?." + name
		}
		at := place
		at.Line = stmt[i].Line
		inside, _ := bracket(stmt, i+n)
		r.budget -= len(inside)
		r.m.Calls = append(r.m.Calls, Call{Place: at, Callee: name, Receiver: receiver, Args: arguments(inside)})
	}
}

// primary is where the expression begins that ends before a token: a name or literal, with the
// calls, indexes and attributes behind it.
func primary(stmt []Token, end int) int {
	for i := end - 1; i >= 0; {
		closing := stmt[i].Is(")") || stmt[i].Is("]")
		if closing {
			open := opens(stmt, i)
			if open < 0 {
				return end
			}
			i = open
		}
		switch {
		case i > 1 && stmt[i-1].Is("."):
			i -= 2
		case closing && i > 0 && (stmt[i-1].Kind == Name && !keyword[stmt[i-1].Text] || stmt[i-1].Is(")") || stmt[i-1].Is("]")):
			i--
		default:
			return i
		}
	}
	return end
}

// opens is the bracket that the one at i closes, -1 for none.
func opens(stmt []Token, i int) int {
	depth := 0
	for ; i >= 0; i-- {
		switch {
		case stmt[i].Kind != Op:
		case strings.Contains(")]}", stmt[i].Text):
			depth++
		case strings.Contains("([{", stmt[i].Text):
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}

// keyword are words that a bracket may follow without a call.
var keyword = map[string]bool{
	"if": true, "elif": true, "while": true, "and": true, "or": true, "not": true, "in": true, "is": true, "return": true, "yield": true,
	"await": true, "lambda": true, "assert": true, "del": true, "except": true, "for": true, "with": true, "from": true, "import": true, "else": true,
}

func arguments(inside []Token) []Arg {
	var args []Arg
	for _, part := range split(inside, ",") {
		switch {
		case len(part) == 0:
		case part[0].Is("*") || part[0].Is("**"):
			args = append(args, Arg{Star: true, Value: Expr(part[1:])})
		case len(part) > 2 && part[0].Kind == Name && part[1].Is("="):
			args = append(args, Arg{Name: part[0].Text, Value: Expr(part[2:])})
		default:
			args = append(args, Arg{Value: Expr(part)})
		}
	}
	return args
}

// Arg is the keyword argument of that name, or else the positional one (0-based,
// -1 for none); nil if the call has neither.
func (c Call) Arg(name string, position int) Expr {
	n := 0
	for _, a := range c.Args {
		if a.Name == name && name != "" {
			return a.Value
		}
		if a.Name == "" && !a.Star {
			if n == position {
				return a.Value
			}
			n++
		}
	}
	return nil
}

// Call is the expression as a call that it wholly is.
func (e Expr) Call() (Call, bool) {
	e = e.bare()
	name, n := dotted(e)
	if name == "" || n >= len(e) || !e[n].Is("(") || keyword[name] {
		return Call{}, false
	}
	inside, end := bracket(e, n)
	if end != len(e) {
		return Call{}, false
	}
	return Call{Place: Place{Line: e[0].Line}, Callee: name, Args: arguments(inside)}, true
}

// Name is the dotted name that the expression wholly is, or "".
func (e Expr) Name() string {
	name, n := dotted(e)
	if n != len(e) {
		return ""
	}
	return name
}

// bare is the expression without await and without brackets around the whole.
func (e Expr) bare() Expr {
	for len(e) > 1 {
		if e[0].Is("await") {
			e = e[1:]
			continue
		}
		if inside, end := bracket(e, 0); e[0].Is("(") && end == len(e) && len(inside) > 0 {
			e = Expr(inside)
			continue
		}
		break
	}
	return e
}

// Items are the elements of a list or tuple that the expression is.
func (e Expr) Items() []Expr {
	if len(e) < 2 || !(e[0].Is("[") || e[0].Is("(")) {
		return nil
	}
	inside, end := bracket(e, 0)
	if end != len(e) {
		return nil
	}
	var items []Expr
	for _, part := range split(inside, ",") {
		if len(part) > 0 {
			items = append(items, Expr(part))
		}
	}
	return items
}

// Qualified is a dotted name with its first part replaced by what an import
// bound to it: "FastAPI" is "fastapi.FastAPI" after `from fastapi import FastAPI`.
func (m *Module) Qualified(name string) string {
	first, rest, more := strings.Cut(name, ".")
	full, ok := m.names[first]
	if !ok {
		return name
	}
	if more {
		return full + "." + rest
	}
	return full
}

// Meanings are the qualified names that a name may have: the one of Qualified and,
// where nothing binds the name itself, that of each `from module import *`.
func (m *Module) Meanings(name string) []string {
	names := []string{m.Qualified(name)}
	if first, _, _ := strings.Cut(name, "."); m.names[first] != "" {
		return names
	}
	for _, i := range m.Imports {
		if i.Name == "*" {
			names = append(names, i.Module+"."+name)
		}
	}
	return names
}

// Imported reports whether the file imports a top-level module or one below it,
// and where first; imports that only type checkers see do not count.
func (m *Module) Imported(top string) (Import, bool) {
	i := slices.IndexFunc(m.Imports, func(i Import) bool {
		return !i.Types && (i.Module == top || strings.HasPrefix(i.Module, top+"."))
	})
	if i < 0 {
		return Import{}, false
	}
	return m.Imports[i], true
}

// Func is the function of that name at the top level.
func (m *Module) Func(name string) (Func, bool) {
	for _, f := range m.Funcs {
		if f.Name == name && f.Class == "" && f.Outer() == "" {
			return f, true
		}
	}
	return Func{}, false
}

// Outer is the function around this one, "" at the top level.
func (f Func) Outer() string { return f.Place.Func }

// class keeps what a class at the top level is made from: header begins with its name.
func (r *reader) class(header []Token, place Place) {
	if place.Func != "" || len(header) < 3 || !header[1].Is("(") {
		return
	}
	inside, _ := bracket(header, 1)
	for _, a := range arguments(inside) {
		if name := a.Value.Name(); name != "" && a.Name == "" {
			r.m.bases[header[0].Text] = append(r.m.bases[header[0].Text], r.m.Qualified(name))
		}
	}
}

// Bases are what a class at the top level is made from, by qualified name.
func (m *Module) Bases(name string) []string { return m.bases[name] }

// Passes reports whether the call has a name, or a call of it, as an argument:
// asyncio.run(main()), Thread(target=main).
func (c Call) Passes(name string) bool {
	return slices.ContainsFunc(c.Args, func(a Arg) bool {
		inner, ok := a.Value.Call()
		return a.Value.Name() == name || ok && inner.Callee == name
	})
}

// Subcommand is the word of a command line that runs a function: `@cli.command()
// def serve()` of click, where cli is a group, or of Typer, where there are several.
func (m *Module) Subcommand(fn string) string {
	word, commands, group := "", 0, false
	for _, f := range m.Funcs {
		for _, d := range f.Decorators {
			c, ok := d.Call()
			name := d.Name()
			if ok {
				name = c.Callee
			}
			full := m.Qualified(name)
			group = group || full == "click.group"
			if !strings.HasSuffix(full, ".command") || full == "click.command" {
				continue
			}
			commands++
			if f.Name == fn && fn != "" {
				word = strings.ReplaceAll(f.Name, "_", "-")
				if v := m.Value(c.Arg("name", 0)); v.Known {
					word = v.Text
				}
			}
		}
	}
	if !group && commands < 2 {
		return ""
	}
	return word
}
