package syntax

import "strings"

// Module is what a file says, as far as dockgen reads it.
type Module struct {
	Imports  []Import
	Assigns  []Assign
	Unpacks  []Assign // `app, route = make()`: the target is the first name
	Sets     []Set
	Calls    []Call
	Funcs    []Func
	Guard    int // line of `if __name__ == "__main__":` at the top level, 0 if there is none
	Problem  *Problem
	bases    map[string][]string // of the classes at the top level
	required []string
	Unset    []Variable        // os.environ["NAME"] that runs when the file is loaded
	names    map[string]string // what imports bind, by local name
	consts   map[string]Expr   // simple assignments at the top level
}

// Variable is a variable of the environment that a file reads.
type Variable struct {
	Place
	Name string
}

// Place is where a statement stands.
type Place struct {
	Line  int    // 1-based
	Func  string // innermost function, "" at the top level or in a class
	Class string // innermost class
	Guard bool   // below `if __name__ == "__main__":`
	Types bool   // below `if TYPE_CHECKING:`, which never runs
	Tried bool   // in a try statement: the name may be missing
	Maybe bool   // below a condition or in a loop
	Given bool   // below a condition that holds only where a variable of the environment is set
}

// Import is one imported module or name.
type Import struct {
	Place
	Module string // "a.b"; relative ones begin with dots
	Name   string // of `from Module import Name`, "" for `import Module`; "*" for all
	As     string // the local name
}

// Assign is `Target = Value`; a tuple on the left is left out.
type Assign struct {
	Place
	Target string // "app", "self.app"
	Value  Expr
}

// Set is `Target["Key"] = Value`.
type Set struct {
	Place
	Target, Key string
	Value       Expr
}

// Call is a call of a dotted name.
type Call struct {
	Place
	Callee   string // as written: "web.run_app"; "?.run" where the receiver is no name
	Receiver Expr   // of a method: `web`; of "?.run", what stands before the dot
	Args     []Arg
}

// Arg is one argument of a call.
type Arg struct {
	Name  string // of a keyword argument
	Star  bool   // *args or **kwargs
	Value Expr
}

// Func is a function or method.
type Func struct {
	Place      // of the function itself
	Name       string
	Async      bool
	Required   int // parameters without a default, self left out
	Params     []Arg
	Annotation Expr // behind ->
	Decorators []Expr
	Returns    []Expr
}

// Expr is an expression as tokens.
type Expr []Token

// block is an open compound statement.
type block struct {
	place Place
	depth int
	fn    int // index in Funcs, -1 if it is no function
}

type reader struct {
	m          *Module
	blocks     []block
	depth      int
	decorators []Expr
	next       *block // the block that an indent would open
	budget     int    // tokens of arguments that may still be looked at
}

// maxArguments bounds the work on calls within calls: each argument is looked at
// once for every call around it. Real files stay below a hundredth of it.
const maxArguments = 4 << 20

// Parse reads a file. What is no Python is left out, with Problem set.
func Parse(text string) *Module {
	tokens, problem := Tokens(text)
	r := &reader{m: &Module{Problem: problem, names: map[string]string{}, bases: map[string][]string{}, consts: map[string]Expr{}}, budget: maxArguments}
	var line []Token
	for _, t := range tokens {
		switch t.Kind {
		case Newline:
			r.statement(line)
			line = nil
		case Indent:
			r.depth++
			if r.next != nil {
				r.next.depth = r.depth
				r.blocks = append(r.blocks, *r.next)
				r.next = nil
			}
		case Dedent:
			r.depth--
			r.next = nil
			for len(r.blocks) > 0 && r.blocks[len(r.blocks)-1].depth > r.depth {
				r.blocks = r.blocks[:len(r.blocks)-1]
			}
		default:
			line = append(line, t)
		}
	}
	r.statement(line)
	return r.m
}

func (r *reader) place(line int) Place {
	var p Place
	if len(r.blocks) > 0 {
		p = r.blocks[len(r.blocks)-1].place
	}
	p.Line = line
	return p
}

// fn is the innermost function, nil at the top level.
func (r *reader) fn() *Func {
	for i := len(r.blocks) - 1; i >= 0; i-- {
		if n := r.blocks[i].fn; n >= 0 {
			return &r.m.Funcs[n]
		}
	}
	return nil
}

// statement reads one logical line.
func (r *reader) statement(line []Token) {
	for len(line) > 0 {
		stmt, rest := cut(line, ";")
		line = rest
		if len(stmt) > 0 {
			r.simple(stmt)
		}
	}
}

// cut splits at the first separator outside brackets.
func cut(tokens []Token, separator string) (before, after []Token) {
	depth := 0
	for i, t := range tokens {
		if t.Kind != Op {
			continue
		}
		switch {
		case depth == 0 && t.Text == separator:
			return tokens[:i], tokens[i+1:]
		case t.Text == "(" || t.Text == "[" || t.Text == "{":
			depth++
		case t.Text == ")" || t.Text == "]" || t.Text == "}":
			depth--
		}
	}
	return tokens, nil
}

func split(tokens []Token, separator string) [][]Token {
	var parts [][]Token
	for len(tokens) > 0 {
		part, rest := cut(tokens, separator)
		parts = append(parts, part)
		tokens = rest
	}
	return parts
}

func (r *reader) simple(stmt []Token) {
	first := stmt[0]
	place := r.place(first.Line)
	if first.Kind == Op && first.Text == "@" {
		r.decorators = append(r.decorators, Expr(stmt[1:]))
		r.calls(stmt[1:], place)
		return
	}
	if first.Kind == Name {
		if r.compound(stmt, place) {
			return
		}
		switch first.Text {
		case "import":
			r.imports(stmt[1:], place)
			return
		case "from":
			r.importFrom(stmt[1:], place)
			return
		case "return":
			if f := r.fn(); f != nil && len(stmt) > 1 {
				f.Returns = append(f.Returns, Expr(stmt[1:]))
			}
		}
	}
	r.assign(stmt, place)
	r.calls(stmt, place)
}

// opening are the words that begin compound statements.
var opening = map[string]bool{
	"if": true, "elif": true, "else": true, "for": true, "while": true, "try": true, "except": true, "finally": true,
	"with": true, "def": true, "class": true, "async": true, "match": true, "case": true,
}

// compound reads the header of a compound statement, and its body where that
// stands on the same line.
func (r *reader) compound(stmt []Token, place Place) bool {
	word := stmt[0].Text
	if !opening[word] {
		return false
	}
	header, body := cutHeader(stmt)
	if header == nil {
		return false
	}
	b := block{place: place, fn: -1}
	if word == "async" && len(header) > 1 {
		header = header[1:]
		word = header[0].Text
	}
	switch word {
	case "def":
		b.fn = r.define(header, place, stmt[0].Text == "async")
		if b.fn >= 0 {
			b.place.Func = r.m.Funcs[b.fn].Name
		}
	case "class":
		if len(header) > 1 {
			b.place.Class = header[1].Text
			r.class(header[1:], place)
		}
	case "if", "elif":
		r.condition(header[1:], &b, place)
	case "try", "except":
		b.place.Tried = true
	case "else", "for", "while", "match", "case":
		b.place.Maybe = true
	}
	if word != "def" {
		r.calls(header[1:], place)
	}
	r.decorators = nil
	r.next = &b
	if len(body) > 0 {
		b.depth = r.depth + 1
		r.blocks = append(r.blocks, b)
		r.statement(body)
		r.blocks = r.blocks[:len(r.blocks)-1]
		r.next = nil
	}
	return true
}

func (r *reader) condition(test []Token, b *block, place Place) {
	var names []string
	for _, t := range test {
		names = append(names, t.Text)
	}
	switch text := strings.Join(names, " "); text {
	case "__name__ == __main__", "__main__ == __name__", "( __name__ == __main__ )":
		b.place.Guard = true
		if place.Func == "" && place.Class == "" && r.m.Guard == 0 {
			r.m.Guard = place.Line
		}
	default:
		if strings.HasSuffix(text, "TYPE_CHECKING") && !strings.HasPrefix(text, "not") {
			b.place.Types = true
		}
		b.place.Maybe = true
		b.place.Given = b.place.Given || r.asksSet(test)
	}
}

// asksSet reports whether a condition is only that a variable of the environment is set.
func (r *reader) asksSet(test []Token) bool {
	test = Expr(test).bare()
	if len(test) > 2 && test[0].Kind == String && test[1].Is("in") {
		return r.m.Qualified(Expr(test[2:]).Name()) == "os.environ"
	}
	c, ok := Expr(test).Call()
	full := r.m.Qualified(c.Callee)
	return ok && (full == "os.getenv" || full == "os.environ.get") && len(c.Args) == 1
}

// cutHeader splits a compound statement at the colon that ends its header; a
// lambda's, an annotation's or a slice's colon stands in brackets or behind lambda.
func cutHeader(stmt []Token) (header, body []Token) {
	depth, lambdas := 0, 0
	for i, t := range stmt {
		switch {
		case t.Kind == Name && t.Text == "lambda":
			lambdas++
		case t.Kind != Op:
		case t.Text == "(" || t.Text == "[" || t.Text == "{":
			depth++
		case t.Text == ")" || t.Text == "]" || t.Text == "}":
			depth--
		case t.Text == ":" && depth == 0 && lambdas > 0:
			lambdas--
		case t.Text == ":" && depth == 0:
			return stmt[:i], stmt[i+1:]
		}
	}
	return nil, nil
}

func (r *reader) define(header []Token, place Place, async bool) int {
	if len(header) < 4 || header[1].Kind != Name {
		return -1
	}
	f := Func{Place: place, Name: header[1].Text, Async: async, Decorators: r.decorators}
	open := 2
	for open < len(header) && !header[open].Is("(") {
		open++ // type parameters: def f[T](x)
	}
	inside, end := bracket(header, open)
	if end+1 < len(header) && header[end].Is("->") {
		f.Annotation = Expr(header[end+1:])
	}
	keywordOnly := false
	for i, part := range split(inside, ",") {
		if len(part) == 0 || part[0].Is("/") {
			continue
		}
		if part[0].Is("*") || part[0].Is("**") {
			keywordOnly = keywordOnly || len(part) == 1
			continue
		}
		name := part[0].Text
		if i == 0 && place.Class != "" && (name == "self" || name == "cls") {
			continue
		}
		left, value := cut(part, "=")
		f.Params = append(f.Params, Arg{Name: name, Value: Expr(value)})
		if len(left) == len(part) {
			f.Required++
		}
	}
	r.m.Funcs = append(r.m.Funcs, f)
	return len(r.m.Funcs) - 1
}

// bracket is what stands in the bracket that opens at i, and the index behind it.
func bracket(tokens []Token, i int) (inside []Token, end int) {
	if i >= len(tokens) {
		return nil, i
	}
	depth := 0
	for j := i; j < len(tokens); j++ {
		if tokens[j].Kind != Op {
			continue
		}
		switch tokens[j].Text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth--
			if depth == 0 {
				return tokens[i+1 : j], j + 1
			}
		}
	}
	return tokens[i+1:], len(tokens)
}
