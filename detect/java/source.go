package java

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// mainClass is a class that a JVM can start.
type mainClass struct {
	name string // com.example.App
	at   fact.Source
	boot bool // @SpringBootApplication
	web  bool // its file opens a port
}

// found are what the sources of a module say.
type sources struct {
	mains    []mainClass // sorted by name
	ports    []fact.Of[int]
	env      fact.Source    // where the variable of the port is read
	portName string         // that variable, "" for PORT
	envs     []fact.Of[int] // numbers beside it: its default
	loopback fact.Source    // where a server is bound to the loopback address
	hostEnv  reading        // the variable that binds it elsewhere
	serve    fact.Source    // where something that listens is made
	engine   fact.Source    // where Ktor's EngineMain starts, which takes its address as arguments
	settings []string       // names of ports that it asks its configuration for
	embedded []embedded
	named    []namedPort
	written  []place               // what they write to
	asks     []fact.Of[string]     // variables that they ask for, and have nothing in the place of
	declared map[string][]declared // by name
}

const maxSources = 20_000 // files of one module

// interesting are bytes one of which a file must hold to be read as tokens.
var interesting = [][]byte{
	[]byte("main("), []byte("main ("), []byte("SpringBootApplication"), []byte("extends App"), []byte("PORT"), []byte("embeddedServer"), []byte("HttpServer"),
	[]byte("ServerSocket"), []byte("Javalin"), []byte(".listen("), []byte("port("), []byte("@QuarkusMain"), []byte("Undertow"), []byte("new Server("), []byte("HOST"), []byte("EngineMain"), []byte("getInt("), []byte("getenv("), []byte("otenv"),
}

// readSources reads the main sources of a module.
func readSources(v *repo.View, folders []string) (sources, error) {
	var s sources
	count := 0
	seen := map[string]bool{}
	for _, dir := range folders {
		for _, file := range v.Under(dir) {
			ext := path.Ext(file)
			if !slices.Contains([]string{".java", ".kt", ".groovy", ".scala"}, ext) || seen[file] || strings.Contains(file, "/src/test/") {
				continue
			}
			seen[file] = true
			if count++; count > maxSources {
				return s, nil
			}
			source, err := v.Read(file)
			if err != nil {
				return s, err
			}
			holds := func(b []byte) bool { return bytes.Contains(source, b) }
			if slices.ContainsFunc(interesting, holds) || slices.ContainsFunc(storing, holds) {
				s.read(file, ext, lex(string(source)))
			}
		}
	}
	s.address()
	slices.SortFunc(s.mains, func(a, b mainClass) int { return strings.Compare(a.name, b.name) })
	s.mains = slices.CompactFunc(s.mains, func(a, b mainClass) bool { return a.name == b.name })
	return s, nil
}

// file is what is gathered while the tokens of one file go by.
type sourceFile struct {
	tokens  []token
	pkg     string
	jvmName string   // @file:JvmName("X")
	types   []scope  // open type declarations, the outermost first
	depth   int      // of braces
	boot    []string // types with @SpringBootApplication
	named   []place  // paths that it names, for whatever purpose
	makes   bool     // it makes folders
	fills   bool     // it writes files
}

type scope struct {
	name  string
	depth int  // of the braces around its body
	obj   bool // a Kotlin or Scala object
}

func (s *sources) read(file, ext string, tokens []token) {
	tokens = slices.DeleteFunc(tokens, func(t token) bool { return t.kind == newline })
	f := sourceFile{tokens: tokens}
	base := strings.TrimSuffix(path.Base(file), ext)
	if base == "" {
		return // ".kt" names no class
	}
	var mains []mainClass
	annotated, listens := false, false
	var pending *scope
	for i, t := range tokens {
		s.stores(&f, i, file)
		s.needs(&f, i, file)
		switch {
		case t.is("{"):
			f.depth++
			if pending != nil {
				pending.depth = f.depth
				f.types = append(f.types, *pending)
				pending = nil
			}
		case t.is("}"):
			if n := len(f.types); n > 0 && f.types[n-1].depth == f.depth {
				f.types = f.types[:n-1]
			}
			f.depth--
		case t.is("="):
			s.declare(&f, i, file)
		case t.kind != word:
		case t.text == "package" && f.pkg == "":
			f.pkg = f.dotted(i + 1)
		case t.text == "JvmName" && i > 1 && f.at(i-1).is(":") && f.at(i+2).kind == text:
			f.jvmName = f.at(i + 2).text
		case t.text == "SpringBootApplication" && i > 0 && f.at(i-1).is("@"):
			annotated = true
		case (t.text == "class" || t.text == "object" || t.text == "interface" || t.text == "enum" || t.text == "record") && f.at(i+1).kind == word && !f.at(i-1).is(".") && !f.at(i-1).is(":"):
			pending = &scope{name: f.at(i + 1).text, obj: t.text == "object"}
			if t.text == "object" && f.at(i+1).kind != word {
				pending.name = "Companion"
			}
			if f.at(i+2).text == "extends" && f.at(i+3).text == "App" && ext == ".scala" {
				mains = append(mains, mainClass{name: f.qualified(pending.name), at: fact.At(file, t.line, "object "+pending.name)})
			}
			if annotated {
				f.boot = append(f.boot, f.qualified(pending.name))
				annotated = false
				if ext == ".kt" {
					mains = append(mains, mainClass{name: f.qualified(base + "Kt"), at: fact.At(file, t.line, "@SpringBootApplication"), boot: true})
				} else {
					mains = append(mains, mainClass{name: f.qualified(pending.name), at: fact.At(file, t.line, "@SpringBootApplication"), boot: true})
				}
			}
		case t.text == "main" && f.at(i+1).is("("):
			if name, ok := f.main(i, ext, base); ok {
				mains = append(mains, mainClass{name: name, at: fact.At(file, t.line, "main")})
			}
		default:
			listens = s.listening(&f, i, file) || listens
		}
	}
	s.stored(&f)
	for _, m := range mains {
		m.web = listens
		if i := slices.IndexFunc(s.mains, func(o mainClass) bool { return o.name == m.name }); i >= 0 {
			s.mains[i].boot, s.mains[i].web = s.mains[i].boot || m.boot, s.mains[i].web || m.web
			continue
		}
		s.mains = append(s.mains, m)
	}
}

func (f *sourceFile) at(i int) token {
	if i < 0 || i >= len(f.tokens) {
		return token{}
	}
	return f.tokens[i]
}

// dotted is a name of words and dots from i on.
func (f *sourceFile) dotted(i int) string {
	var parts []string
	for f.at(i).kind == word {
		parts = append(parts, f.at(i).text)
		if !f.at(i + 1).is(".") {
			break
		}
		i += 2
	}
	return strings.Join(parts, ".")
}

// qualified is the binary name of a type inside the open ones.
func (f *sourceFile) qualified(name string) string {
	var b strings.Builder
	if f.pkg != "" {
		b.WriteString(f.pkg + ".")
	}
	for _, t := range f.types {
		b.WriteString(t.name + "$")
	}
	return b.String() + name
}

// main is the class of a main method or function at token i, if a JVM can start it there.
func (f *sourceFile) main(i int, ext, base string) (string, bool) {
	switch ext {
	case ".kt":
		if f.at(i-1).text != "fun" {
			return "", false
		}
		n := len(f.types)
		switch {
		case f.depth == 0 && f.jvmName != "":
			return f.qualified(f.jvmName), true
		case f.depth == 0:
			return f.qualified(strings.ToUpper(base[:1]) + base[1:] + "Kt"), true
		case n == 2 && f.types[1].name == "Companion", n == 1 && f.types[0].obj:
			return strings.TrimSuffix(f.qualified(""), "$"), f.before(i, "JvmStatic", 6)
		}
		return "", false
	case ".scala":
		n := len(f.types)
		if f.at(i-1).text == "def" && n == 1 && f.types[0].obj && f.depth == f.types[0].depth {
			return strings.TrimSuffix(f.qualified(""), "$"), true
		}
		return "", false
	default: // public static void main(String[] args), and Groovy's static main
		if !f.before(i, "static", 6) || len(f.types) == 0 || f.depth != f.types[len(f.types)-1].depth || (f.at(i+2).text != "String" && f.at(i+2).text != "final" && ext == ".java") {
			return "", false
		}
		return strings.TrimSuffix(f.qualified(""), "$"), true
	}
}

// before reports whether a word stands among the few tokens before i, in the same declaration.
func (f *sourceFile) before(i int, want string, most int) bool {
	for n := 1; n <= most && i-n >= 0; n++ {
		t := f.at(i - n)
		if t.is("{") || t.is("}") || t.is(";") {
			return false
		}
		if t.kind == word && t.text == want {
			return true
		}
	}
	return false
}
