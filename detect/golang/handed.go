package golang

import "go/ast"

// handed is a parameter that a function of the program hands on to a call that starts a
// program, or reads or writes a file, of that name:
//
//	func run(ctx context.Context, command string, args ...string) error {
//		return exec.CommandContext(ctx, command, args...).Run()
//	}
type handed struct {
	index                  int // of the argument
	starts, folder, writes bool
}

// handedOn learns the parameters that functions hand on.
func (e *evaluator) handedOn() {
	e.handed = map[string][]handed{}
	for _, f := range e.files {
		r := &reader{evaluator: e, file: f, sources: &sources{}}
		for _, decl := range f.tree.Decls {
			fn, ok := decl.(*ast.FuncDecl)
			if !ok || fn.Body == nil || fn.Recv != nil {
				continue
			}
			r.function, r.parameters = f.pkg.dir+"\x00"+fn.Name.Name, parameters(fn.Type)
			ast.Inspect(fn.Body, func(node ast.Node) bool {
				if call, ok := node.(*ast.CallExpr); ok {
					r.open(call, called(call))
					r.run(call, called(call))
				}
				return true
			})
		}
	}
}

// parameters are the positions of the parameters of type string, by name.
func parameters(t *ast.FuncType) map[string]int {
	all := map[string]int{}
	i := 0
	for _, field := range t.Params.List {
		for _, name := range field.Names {
			if lastName(field.Type) == "string" {
				all[name.Name] = i
			}
			i++
		}
	}
	return all
}

// handOn notes an argument that is a parameter of the function around the call.
func (r *reader) handOn(arg ast.Expr, h handed) {
	name, ok := arg.(*ast.Ident)
	if !ok {
		return
	}
	if index, ok := r.parameters[name.Name]; ok {
		h.index = index
		r.handed[r.function] = append(r.handed[r.function], h)
	}
}

// handsOn notes what a call of such a function starts, reads or writes.
func (r *reader) handsOn(call *ast.CallExpr, name string) {
	dir := r.file.pkg.dir
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
		x, ok := sel.X.(*ast.Ident)
		if !ok {
			return
		}
		p := r.module.find(r.file.imports[x.Name])
		if p == nil {
			return
		}
		dir = p.dir
	}
	for _, h := range r.handed[dir+"\x00"+name] {
		switch {
		case h.index >= len(call.Args):
		case h.starts:
			r.starts(call.Args[h.index], r.evaluator.at(call.Pos(), name))
		default:
			r.opens(call.Args[h.index], h.folder, h.writes)
		}
	}
}
