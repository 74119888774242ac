package java

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
)

// listening looks at the call at token i: does it open a port, or name one?
// It reports whether the call makes a server. A number that is no literal is
// left alone.
func (s *sources) listening(f *sourceFile, i int, file string) bool {
	t := f.at(i)
	call := f.at(i + 1).is("(")
	switch t.text {
	case "getenv", "getOrDefault", "getProperty", "environment":
		if call && f.at(i+2).kind == text && f.at(i+2).text == "PORT" || (t.text == "getenv" || t.text == "environment" && call) && f.envOf(i) == "PORT" {
			s.asksPort(f, i, file)
		}
	case "getInt":
		if name := f.at(i + 2); call && name.kind == text && strings.HasSuffix(name.text, ".port") {
			s.settings = append(s.settings, name.text)
		}
	case "embeddedServer":
		if call {
			s.embed(f, i, file)
		}
		s.serve = fact.At(file, t.line, t.text)
		return call
	case "EngineMain":
		if f.at(i+1).is(".") && f.at(i+2).text == "main" {
			s.engine = fact.At(file, t.line, "EngineMain")
		}
	case "InetSocketAddress", "ServerSocket", "Server", "Undertow":
		return call && (f.at(i-1).text == "new" || t.text != "Server") && s.addressed(f, i, file)
	case "HttpServer", "Javalin", "Undertow$":
		if f.at(i + 1).is(".") {
			s.serve = fact.At(file, t.line, t.text+"."+f.at(i+2).text)
			return f.at(i+2).text == "create" || f.at(i+2).text == "start" || f.at(i+2).text == "builder"
		}
	case "start", "listen", "port", "addHttpListener", "setPort", "withPort":
		return call && (f.at(i-1).is(".") || t.text == "port") && s.told(f, i, file)
	case "host":
		// HttpServer.create().host("localhost"), of Reactor Netty; a client has one too.
		if call && slices.ContainsFunc(f.tokens[max(0, i-8):i], func(o token) bool { return o.kind == word && o.text == "HttpServer" }) {
			s.bound(f, i, file)
		}
	}
	return false
}

// asksPort notes that the call at token i reads PORT, and what it takes where that is not set.
func (s *sources) asksPort(f *sourceFile, i int, file string) {
	s.env = fact.At(file, f.at(i).line, `reads PORT`)
	for j := i + 2; j < i+30 && j < len(f.tokens); j++ {
		if n, ok := portOf(f.at(j)); ok {
			s.envs = append(s.envs, fact.New(n, fact.At(file, f.at(j).line, "default of PORT")))
			break
		}
		if f.at(j).is(";") {
			break
		}
	}
	s.orReturned(f, i, file)
}

// addressed notes the port and the address of what the call at token i makes: new ServerSocket(8080).
func (s *sources) addressed(f *sourceFile, i int, file string) bool {
	t := f.at(i)
	if f.at(i+2).kind == text && loopback(f.at(i+2).text) {
		s.loopback = fact.At(file, t.line, t.text)
	}
	for j := i + 2; j < i+6; j++ {
		if n, ok := portOf(f.at(j)); ok {
			s.ports = append(s.ports, fact.New(n, fact.At(file, t.line, "new "+t.text)))
			break
		}
		if f.at(j).is(")") {
			break
		}
		s.namesPort(f, j, file)
	}
	if t.text == "Undertow" {
		return false
	}
	s.serve = fact.At(file, t.line, "new "+t.text)
	return true
}

// told notes the port that a method of a server is given at token i: start(8080), port(4567), listen(80).
func (s *sources) told(f *sourceFile, i int, file string) bool {
	t := f.at(i)
	s.bound(f, i, file)
	if n, ok := portOf(f.at(i + 2)); ok && n > 79 {
		s.ports = append(s.ports, fact.New(n, fact.At(file, t.line, t.text)))
		if t.text == "listen" {
			s.serve = fact.At(file, t.line, t.text)
		}
		return t.text == "listen"
	}
	if s.namesPort(f, i+2, file); f.at(i+2).text == "this" && f.at(i+3).is(".") {
		s.namesPort(f, i+4, file)
	}
	return false
}

// bound notes the loopback address among the first arguments of the call at token i:
// start("localhost", 7070), listen(8080, "127.0.0.1").
func (s *sources) bound(f *sourceFile, i int, file string) {
	for j := i + 2; j < i+5 && !f.at(j).is(")"); j++ {
		if t := f.at(j); t.kind == text && loopback(t.text) {
			s.loopback = fact.At(file, t.line, f.at(i).text)
		}
	}
}

// orReturned is the default of PORT in a method that returns it where the variable at token i
// is not set: if (getenv("PORT") != null) { return …; } return 4567;
func (s *sources) orReturned(f *sourceFile, i int, file string) {
	for j := i; j < i+60 && len(s.envs) == 0; j++ {
		if f.at(j).kind == word && f.at(j).text == "return" && f.at(j+2).is(";") {
			if n, ok := portOf(f.at(j + 1)); ok {
				s.envs = append(s.envs, fact.New(n, fact.At(file, f.at(j+1).line, "default of PORT")))
			}
		}
	}
}

// namesPort remembers a name that alone is the argument at token i, for when all files are read.
func (s *sources) namesPort(f *sourceFile, i int, file string) {
	if t := f.at(i); t.kind == word && (f.at(i-1).is("(") || f.at(i-1).is(",") || f.at(i-1).is(".")) && (f.at(i+1).is(")") || f.at(i+1).is(",")) && strings.Contains(strings.ToLower(t.text), "port") {
		s.named = append(s.named, namedPort{t, file})
	}
}

// envOf is the name that System.getenv()["X"] or System.getenv().get("X") asks for.
func (f *sourceFile) envOf(i int) string {
	for j := i + 1; j < i+8; j++ {
		if t := f.at(j); t.kind == text {
			return t.text
		} else if t.is(";") || t.is("{") {
			return ""
		}
	}
	return ""
}

func portOf(t token) (int, bool) {
	if t.kind != number && t.kind != text {
		return 0, false
	}
	n, err := strconv.Atoi(t.text)
	return n, err == nil && n > 0 && n < 65536
}
