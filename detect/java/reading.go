package java

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// reading is a value that sources write down, or read from a variable of the
// environment with what stands for it where the variable is not set.
type reading struct {
	env      string // "" for a literal
	standard string // the literal, or what stands for the variable; "" for nothing
	at       fact.Source
}

// declared is the value that a file gives to a name.
type declared struct {
	file string
	reading
}

// embedded is a call of Ktor's embeddedServer: what it is given as its address
// (https://api.ktor.io/ktor-server/ktor-server-core/io.ktor.server.engine/embedded-server.html, 2026-11).
type embedded struct {
	file       string
	host, port []token
}

const maxExpression = 40 // tokens of a value

// environmentName is how variables of the environment are called.
var environmentName = pattern.New(`^[A-Z][A-Z0-9_]+$`)

// expression are the tokens from i on that make one value: up to a comma, the end of the
// parentheses around it, or of its line.
func (f *sourceFile) expression(i int) []token {
	depth, start := 0, i
	for ; i < len(f.tokens) && i-start < maxExpression; i++ {
		t := f.at(i)
		switch {
		case t.is("(") || t.is("[") || t.is("{"):
			depth++
		case t.is(")") || t.is("]") || t.is("}"):
			if depth--; depth < 0 {
				return f.tokens[start:i]
			}
		case depth > 0:
		case t.is(",") || t.is(";"), i > start && t.line > f.at(i-1).line && !t.is("?") && !t.is("."):
			return f.tokens[start:i]
		}
	}
	return f.tokens[start:min(i, len(f.tokens))]
}

// readingOf is the value of an expression: a literal, getenv("HOST") ?: "localhost",
// settings.get("HOST", "localhost").
func readingOf(value []token, file string) (reading, bool) {
	if len(value) == 1 && (value[0].kind == number || value[0].kind == text && !value[0].open) {
		return reading{standard: value[0].text, at: fact.At(file, value[0].line, "literal")}, true
	}
	var r reading
	for i, t := range value {
		switch {
		case t.is("=") || t.open:
			return reading{}, false
		case t.kind != text && t.kind != number:
		case r.env != "":
			r.standard = t.text
			return r, true
		case i < 2 || !environmentName.MatchString(t.text) || !value[i-1].is("(") && !value[i-1].is("["):
			return reading{}, false
		default:
			r = reading{env: t.text, at: fact.At(file, t.line, "reads "+t.text)}
		}
	}
	return r, r.env != ""
}

// needs looks at token i: does it ask for a variable of the environment, with nothing in its
// place? System.getenv("TOKEN"), dotenv.get("TOKEN").
func (s *sources) needs(f *sourceFile, i int, file string) {
	t := f.at(i)
	asks := t.text == "getenv" || t.text == "get" && f.at(i-1).is(".") && strings.HasSuffix(strings.ToLower(f.at(i-2).text), "dotenv")
	if name := f.at(i + 2); t.kind == word && asks && f.at(i+1).is("(") && name.kind == text && !name.open && environmentName.MatchString(name.text) && f.at(i+3).is(")") {
		next := f.at(i + 4)
		if next.is("?") || next.is("=") || next.is("!") || f.at(i-4).text == "ofNullable" || f.at(i-3).text == "ofNullable" {
			return // it has, or looks whether it is set
		}
		s.asks = append(s.asks, fact.New(name.text, fact.At(file, t.line, "")))
	}
}

// declare remembers what stands behind the "=" at token i: val host: String = "localhost".
func (s *sources) declare(f *sourceFile, i int, file string) {
	name := i - 1
	if f.at(name).is("?") {
		name--
	}
	if f.at(name - 1).is(":") {
		name -= 2
	}
	if f.at(name).kind != word {
		return
	}
	if r, ok := readingOf(f.expression(i+1), file); ok {
		if s.declared == nil {
			s.declared = map[string][]declared{}
		}
		key := f.at(name).text
		s.declared[key] = append(s.declared[key], declared{file, r})
	}
}

// embed remembers the address that the call of embeddedServer at token i is given, by
// name or by place: embeddedServer(Netty, 8080, "0.0.0.0").
func (s *sources) embed(f *sourceFile, i int, file string) {
	e := embedded{file: file}
	for n, j := 0, i+2; n < 8; n++ {
		name := []string{"factory", "port", "host", ""}[min(n, 3)]
		if f.at(j).kind == word && f.at(j+1).is("=") {
			name, j = f.at(j).text, j+2
		}
		value := f.expression(j)
		switch name {
		case "port":
			e.port = value
		case "host":
			e.host = value
		}
		if j += len(value); !f.at(j).is(",") {
			break
		}
		j++
	}
	s.embedded = append(s.embedded, e)
}

// value is what an expression of a file stands for: where it is a name, what the file gives to
// that name, or the only other file that gives it anything.
func (s *sources) value(expression []token, file string) (reading, bool) {
	if r, ok := readingOf(expression, file); ok {
		return r, true
	}
	for _, t := range slices.Backward(expression) {
		if t.kind == text || t.kind == number {
			break
		}
		all := s.declared[t.text]
		if t.kind != word || len(all) == 0 {
			continue
		}
		if i := slices.IndexFunc(all, func(d declared) bool { return d.file == file }); i >= 0 {
			return all[i].reading, true
		}
		only := !slices.ContainsFunc(all, func(d declared) bool { return d.file != all[0].file })
		return all[0].reading, only
	}
	return reading{}, false
}

// namedPort is the name of a port that a server is given.
type namedPort struct {
	name token
	file string
}

// address settles what the calls of embeddedServer say, and the names that other servers are
// given, when all files are read.
func (s *sources) address() {
	for _, p := range s.named {
		r, ok := s.value([]token{p.name}, p.file)
		if ok = ok && (r.at.File == p.file || p.name.text == strings.ToUpper(p.name.text)); !ok {
			continue // any variable of another file may be called port
		}
		if n, literal := portOf(token{kind: text, text: r.standard}); literal && r.env == "" {
			s.ports = append(s.ports, fact.New(n, fact.At(r.at.File, r.at.Line, p.name.text)))
		}
	}
	for _, e := range s.embedded {
		if r, ok := s.value(e.host, e.file); ok && loopback(r.standard) {
			if r.env != "" {
				s.hostEnv = r
			} else {
				s.loopback = fact.At(r.at.File, r.at.Line, "embeddedServer host")
			}
		}
		r, _ := s.value(e.port, e.file)
		n, ok := portOf(token{kind: text, text: r.standard})
		switch {
		case r.env != "":
			s.env, s.portName, s.envs = r.at, r.env, nil
			if ok {
				s.envs = []fact.Of[int]{fact.New(n, fact.At(r.at.File, r.at.Line, "default of "+r.env))}
			}
		case ok:
			s.ports = append([]fact.Of[int]{fact.New(n, fact.At(r.at.File, r.at.Line, "embeddedServer"))}, s.ports...)
		}
	}
}
