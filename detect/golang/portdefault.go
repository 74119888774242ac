package golang

import (
	"go/ast"
	"go/token"
	"slices"

	"github.com/dockgen/dockgen/internal/fact"
)

// portDefaults notes the ports that take the place of an empty PORT, in each function
// that reads it:
//
//	port := os.Getenv("PORT")
//	if port == "" {
//		port = "8080"
//	}
//
// A number that is only compared, passed on or given to a variable of another
// meaning (a status, a limit) is none.
func (r *reader) portDefaults(scope ast.Node) {
	s := &portScope{reader: r, variables: map[string]bool{}}
	s.walk(scope)
	if s.reads.IsZero() {
		return
	}
	for _, d := range s.values {
		if d.name == "" || s.variables[d.name] || portish(d.name) {
			r.sources.settings = append(r.sources.settings, setting{name: "PORT", env: "PORT", value: d.text, at: r.evaluator.at(d.pos, "default of PORT")})
		}
	}
}

// portScope is one function, without the functions inside it.
type portScope struct {
	reader    *reader
	reads     fact.Source     // where PORT is read
	variables map[string]bool // that hold it
	values    []assigned
}

// assigned is a port in the sources, and the variable that gets it: "" for one that is
// returned, or stands beside the reading call (cmp.Or(os.Getenv("PORT"), "8080")).
type assigned struct {
	value
	name string
}

func (s *portScope) walk(scope ast.Node) {
	var above []ast.Node
	ast.Inspect(scope, func(node ast.Node) bool {
		switch node := node.(type) {
		case nil:
			above = above[:len(above)-1]
			return true
		case *ast.FuncLit:
			s.reader.portDefaults(node.Body)
			return false
		case *ast.CallExpr:
			if s.isRead(node) {
				s.reads = s.reader.evaluator.at(node.Pos(), called(node)+`("PORT")`)
				s.holds(node, above)
			}
		case *ast.Ident:
			if s.variables[node.Name] {
				s.holds(node, above)
			}
		case *ast.BasicLit:
			if v := literal(node); portOf(v.text) >= 80 {
				if name, ok := s.target(node, above); ok {
					s.values = append(s.values, assigned{v, name})
				}
			}
		}
		above = append(above, node)
		return true
	})
}

func (s *portScope) isRead(call *ast.CallExpr) bool {
	return isEnvCall(called(call)) && len(call.Args) == 1 && s.reader.text(s.reader.file, call.Args[0]).text == "PORT"
}

// holds notes the variables that an expression is given to, and those that are set
// where it is the condition: if p := os.Getenv("PORT"); p != "" { addr = ":" + p }.
func (s *portScope) holds(x ast.Expr, above []ast.Node) {
	for _, node := range slices.Backward(above) {
		switch node := node.(type) {
		case *ast.AssignStmt:
			if slices.Contains(node.Lhs, x) {
				return
			}
			if i := slices.Index(node.Rhs, x); len(node.Lhs) == len(node.Rhs) && i >= 0 {
				s.hold(node.Lhs[i])
				return
			}
			for _, left := range node.Lhs {
				s.hold(left)
			}
			return
		case *ast.ValueSpec:
			for _, name := range node.Names {
				s.hold(name)
			}
			return
		case *ast.IfStmt, *ast.BlockStmt:
			return
		}
		x, _ = node.(ast.Expr)
	}
}

func (s *portScope) hold(x ast.Expr) {
	if name := lastName(x); name != "" && name != "_" && name != "err" && name != "ok" {
		s.variables[name] = true
	}
}

// target is the variable that a literal is given to.
func (s *portScope) target(x ast.Expr, above []ast.Node) (name string, ok bool) {
	for _, node := range slices.Backward(above) {
		switch node := node.(type) {
		case *ast.ParenExpr:
		case *ast.BinaryExpr:
			if node.Op != token.ADD {
				return "", false
			}
		case *ast.CallExpr:
			if slices.ContainsFunc(node.Args, s.reading) {
				return "", true
			}
			if len(node.Args) != 1 { // strconv.Itoa(8080), but not SetLimit(100, …)
				return "", false
			}
		case *ast.ReturnStmt:
			return "", true
		case *ast.KeyValueExpr:
			return lastName(node.Key), true
		case *ast.AssignStmt:
			if i := slices.Index(node.Rhs, x); i >= 0 && i < len(node.Lhs) {
				return lastName(node.Lhs[i]), true
			}
			return "", false
		case *ast.ValueSpec:
			if i := slices.Index(node.Values, x); i >= 0 && i < len(node.Names) {
				return node.Names[i].Name, true
			}
			return "", false
		default:
			return "", false
		}
		x, _ = node.(ast.Expr)
	}
	return "", false
}

// reading reports whether an expression reads PORT.
func (s *portScope) reading(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(node ast.Node) bool {
		call, ok := node.(*ast.CallExpr)
		found = found || ok && s.isRead(call)
		return !found
	})
	return found
}

// lastName is the name of a variable, a field or a type: Port of cfg.HTTP.Port, Server of *http.Server.
func lastName(x ast.Expr) string {
	switch x := x.(type) {
	case *ast.Ident:
		return x.Name
	case *ast.SelectorExpr:
		return x.Sel.Name
	case *ast.StarExpr:
		return lastName(x.X)
	}
	return ""
}
