package node

import (
	"path"
	"slices"

	"github.com/dockgen/dockgen/internal/fact"
)

// unset is the port of servers that are given none.
// https://bun.com/docs/runtime/http/server, https://hono.dev/docs/getting-started/nodejs, https://srvx.h3.dev/guide/options (2026-11)
const unset = 3000

// serving keeps what answers requests although no call says at which port: what Bun serves because the file
// that it runs exports it, and servers that are given no port.
func (f *facts) serving(file string, t []token) {
	w := f.wired[file]
	for i := 1; i+1 < len(t); i++ {
		switch {
		case t[i].text == "default" && t[i-1].text == "export" && t[i+1].text == "{":
			f.exported(file, t, i+1)
		case t[i].text != "serve" || t[i].kind != word || t[i+1].text != "(" || follows(t, i+2, ")") || hasPort(t, i+1):
		case t[i-1].text == "." && i > 1 && t[i-2].text == "Bun" && follows(t, i+2, "{"):
			f.fetches = append(f.fetches, fact.At(file, t[i].line, "Bun.serve"))
		case t[i-1].text == ".":
		case slices.Contains([]string{"srvx", "h3"}, w.modules["serve"].module):
			if f.reads.IsZero() {
				f.reads = fact.At(file, t[i].line, "PORT")
			}
			f.listens = append(f.listens, fact.New(unset, fact.At(file, t[i].line, "serve")))
		case w.modules["serve"].module == "@hono/node-server":
			f.listens = append(f.listens, fact.New(unset, fact.At(file, t[i].line, "serve")))
		}
	}
	if made := w.made[w.export]; made.fetch {
		f.fetches = append(f.fetches, fact.At(file, made.line, "export default"))
	}
}

// hasPort reports whether what a call at its bracket is given has a port, or may have one.
func hasPort(t []token, open int) bool {
	args := arguments(t, open)
	for n, a := range args {
		for i := a[0]; i < a[1]; i++ {
			if slices.Contains([]string{"port", "unix"}, t[i].text) || t[i].text == "." && follows(t, i+1, ".") || n > 0 && !follows(t, a[0], "{") && !follows(t, a[0], "(") {
				return true
			}
		}
	}
	return len(args) == 0
}

// exported keeps export default { port, fetch }, whose brace is at i: Bun serves it.
func (f *facts) exported(file string, t []token, i int) {
	from := fact.At(file, t[i].line, "export default")
	fetches, at, told := false, 0, false
	var names []string // that the port has elsewhere
	constants := portConstants(t)
	for j, depth := i, 0; j+1 < len(t); j++ {
		if t[j].kind == sign {
			switch t[j].text {
			case "(", "[", "{":
				depth++
			case ")", "]", "}":
				depth--
			}
			if depth == 0 {
				break
			}
			continue
		}
		if depth != 1 || t[j-1].text != "{" && t[j-1].text != "," && t[j-1].text != "async" {
			continue
		}
		switch t[j].text {
		case "fetch":
			fetches = true
		case "port":
			told, at = true, constants[t[j].text]
			names = append(names, t[j].text)
			if t[j+1].text == ":" && j+2 < len(t) {
				at = constants[t[j+2].text]
				for k := j + 2; k < len(t) && (t[k].kind == word || t[k].text == "."); k++ { // port: SERVER_PORT, env.port
					names = append(names, t[k].text)
				}
				if n, ok := port(t[j+2].text); ok && t[j+2].kind == number {
					at = n
				}
			}
		}
	}
	switch {
	case !fetches:
	case !told:
		f.fetches = append(f.fetches, from)
	default:
		f.calls, f.passed = append(f.calls, fact.At(file, t[i].line, "serve")), append(f.passed, names...)
		if at > 0 {
			f.listens = append(f.listens, fact.New(at, from))
		}
	}
}

// fetched is where Bun serves what a file of the package leaves without a port.
func (p *pkg) fetched(s start) fact.Source {
	if s.runner != bun || s.file == "" {
		return fact.Source{}
	}
	file := s.file
	if file == "." {
		file = p.mainFile()
	}
	f := p.facts()
	for _, at := range f.fetches {
		if len(f.listens) > 0 || at.What != "Bun.serve" && len(f.calls) > 0 {
			return fact.Source{} // another server speaks
		}
		bundled := !p.present(file) && path.Base(withoutExtension(at.File)) == path.Base(withoutExtension(file))
		if at.What == "Bun.serve" || at.File == p.in(p.resolveFile(file)) || bundled {
			return at
		}
	}
	return fact.Source{}
}
