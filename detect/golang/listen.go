package golang

import (
	"bytes"
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
)

// listening is a call that listens, or a value it listens on.
type listening struct {
	at      fact.Source
	address string // ":8080", "127.0.0.1:80", "" where it is no literal
}

// listenNames are functions and methods that open a port.
var listenNames = map[string]bool{
	"ListenAndServe": true, "ListenAndServeTLS": true, "Listen": true, "ListenTLS": true, "Serve": true,
	"Start": true, "StartTLS": true, "Run": true, "RunTLS": true, "ListenTCP": true, "ListenPacket": true, "ListenUDP": true,
}

// vague names also belong to things that are no server; they count only with an address.
var vagueNames = map[string]bool{"Start": true, "Run": true, "Serve": true, "Listen": true}

var address = regexp.MustCompile(`^(?:[A-Za-z0-9_.-]*|\[[0-9a-fA-F:]*\]):([0-9]{2,5})$`)

// hints are bytes one of which a file must hold to be worth parsing in full.
var hints = [][]byte{[]byte("Listen"), []byte("Serve"), []byte(".Run("), []byte(".Start("), []byte("Addr"), []byte("PORT")}

// network is what the sources say about the ports of a program.
type network struct {
	calls   []listening
	flags   []listening // flag.String("addr", ":8080", …)
	reads   fact.Source // of os.Getenv("PORT")
	portish []listening // literals that stand beside PORT: its default
}

func (m *module) listenCalls(closure []*pkg) []listening { return m.network(closure).calls }

// network reads the files of a program that mention listening at all.
func (m *module) network(closure []*pkg) network {
	var n network
	fset := token.NewFileSet()
	for _, p := range closure {
		for _, file := range p.files {
			text, err := m.view.Read(file)
			if err != nil || !slices.ContainsFunc(hints, func(h []byte) bool { return bytes.Contains(text, h) }) {
				continue // an error was reported when the imports were read
			}
			f, err := m.packages.parse(fset, file)
			if err != nil {
				continue
			}
			n.read(f, fset, file)
		}
	}
	return n
}

func (n *network) read(f *ast.File, fset *token.FileSet, file string) {
	constants := literals(f)
	at := func(node ast.Node, what string) fact.Source {
		return fact.At(file, fset.Position(node.Pos()).Line, what)
	}
	for _, decl := range f.Decls {
		readsPort := false
		var inFunc []listening
		ast.Inspect(decl, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.CallExpr:
				name := called(node)
				if (name == "Getenv" || name == "LookupEnv") && len(node.Args) == 1 && stringOf(node.Args[0], constants) == "PORT" {
					readsPort = true
					n.reads = at(node, name+`("PORT")`)
				}
				n.call(node, name, constants, at)
			case *ast.KeyValueExpr:
				if key, ok := node.Key.(*ast.Ident); ok && (key.Name == "Addr" || key.Name == "Address") {
					if a := stringOf(node.Value, constants); address.MatchString(a) {
						n.calls = append(n.calls, listening{at(node, "Addr"), a})
					}
				}
			case *ast.BasicLit:
				if s := stringOf(node, nil); s != "" {
					if _, err := strconv.Atoi(s); (err == nil && len(s) >= 2 && len(s) <= 5) || address.MatchString(s) {
						inFunc = append(inFunc, listening{at(node, "default of PORT"), s})
					}
				}
			}
			return true
		})
		if readsPort {
			n.portish = append(n.portish, inFunc...)
		}
	}
}

func (n *network) call(call *ast.CallExpr, name string, constants map[string]string, at func(ast.Node, string) fact.Source) {
	if listenNames[name] {
		l := listening{at: at(call, name)}
		for _, arg := range call.Args {
			if a := stringOf(arg, constants); address.MatchString(a) {
				l.address = a
				break
			}
		}
		if l.address != "" || !vagueNames[name] || (name == "Listen" && len(call.Args) > 0) || (name == "Run" && len(call.Args) == 0 && n.ginLike(call)) || (name == "Serve" && len(call.Args) == 1) {
			n.calls = append(n.calls, l)
		}
	}
	// flag.String("addr", ":8080", "…"), pflag, kingpin-free: name, default, usage.
	if strings.HasPrefix(name, "String") || strings.HasPrefix(name, "Int") || strings.HasPrefix(name, "Uint") {
		for i := 0; i+1 < len(call.Args); i++ {
			flag := strings.ToLower(stringOf(call.Args[i], nil))
			if !strings.Contains(flag, "port") && !strings.Contains(flag, "addr") && !strings.Contains(flag, "listen") && flag != "http" && flag != "bind" {
				continue
			}
			value := stringOf(call.Args[i+1], constants)
			if lit, ok := call.Args[i+1].(*ast.BasicLit); ok && lit.Kind == token.INT {
				value = ":" + lit.Value
			}
			if address.MatchString(value) {
				n.flags = append(n.flags, listening{at(call, "flag -"+flag), value})
			}
			break
		}
	}
}

// ginLike: r.Run() without arguments listens only on gin's engine.
func (n *network) ginLike(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return ok && slices.Contains([]string{"r", "router", "engine", "g", "app", "server", "e", "api"}, x.Name)
}

// called is the name of the function or method that a call calls, without its receiver.
func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	default:
		return ""
	}
}

// literals are the string constants and variables at the top of a file.
func literals(f *ast.File) map[string]string {
	found := map[string]string{}
	ast.Inspect(f, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.ValueSpec:
			for i, name := range node.Names {
				if i < len(node.Values) {
					if s := stringOf(node.Values[i], nil); s != "" {
						found[name.Name] = s
					}
				}
			}
		case *ast.AssignStmt:
			for i, left := range node.Lhs {
				if name, ok := left.(*ast.Ident); ok && i < len(node.Rhs) && node.Tok == token.DEFINE {
					if s := stringOf(node.Rhs[i], nil); s != "" {
						found[name.Name] = s
					}
				}
			}
		}
		return true
	})
	return found
}

// stringOf is the value of a string literal, of a known constant, or of ":" + port.
func stringOf(e ast.Expr, constants map[string]string) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			s, err := strconv.Unquote(e.Value)
			if err == nil {
				return s
			}
		}
	case *ast.Ident:
		return constants[e.Name]
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			left, right := stringOf(e.X, constants), stringOf(e.Y, constants)
			if left != "" && right != "" {
				return left + right
			}
		}
	}
	return ""
}

// port is the port a program listens on, whether it reads PORT, and where it
// listens on the loopback only.
func (n network) port() (port fact.Of[int], readsPort, loopback fact.Source) {
	for _, list := range [][]listening{n.calls, n.flags, n.portish} {
		for _, l := range list {
			if match := address.FindStringSubmatch(l.address); match != nil {
				if strings.HasPrefix(l.address, "127.") || strings.HasPrefix(l.address, "localhost:") {
					loopback = l.at
				}
				if p, err := strconv.Atoi(match[1]); err == nil && p > 0 && p < 65536 {
					return fact.New(p, l.at), n.reads, loopback
				}
			}
			if p, err := strconv.Atoi(l.address); err == nil && p > 0 && p < 65536 {
				return fact.New(p, l.at), n.reads, loopback
			}
		}
	}
	return fact.Of[int]{}, n.reads, fact.Source{}
}
