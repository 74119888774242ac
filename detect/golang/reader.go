package golang

import (
	"go/ast"
	"go/token"
	"path"
	"strings"

	"github.com/dockgen/dockgen/internal/pattern"
)

// reader walks one file and notes what it says.
type reader struct {
	*evaluator
	file    *sourceFile
	sources *sources
	isMain  bool   // the file belongs to package main
	within  string // name of the function being read
	plain   string // … where it is no method
	typ     string // name of the type being read
	elided  map[*ast.CompositeLit]ast.Expr

	function   string         // being searched for parameters that it hands on: folder and name
	parameters map[string]int // … and these
}

func (r *reader) read() {
	for _, decl := range r.file.tree.Decls {
		r.within, r.typ, r.plain = "", "", ""
		if f, ok := decl.(*ast.FuncDecl); ok {
			if r.within = f.Name.Name; f.Recv == nil {
				r.plain = f.Name.Name
			}
		}
		r.portDefaults(decl)
		ast.Inspect(decl, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.CallExpr:
				r.call(node)
			case *ast.CompositeLit:
				r.composite(node)
			case *ast.TypeSpec:
				r.typ = node.Name.Name
			case *ast.StructType:
				r.fields(node)
			case *ast.SelectorExpr:
				r.use(node)
			case *ast.SelectStmt:
				if len(node.Body.List) == 0 {
					r.sources.waits = r.evaluator.at(node.Pos(), "select {}")
				}
			case *ast.SwitchStmt:
				r.arguments(node)
			case *ast.BlockStmt:
				r.commandFields(node)
			case *ast.BinaryExpr:
				if node.Op == token.ADD {
					r.join(node.Y)
				}
			case *ast.BasicLit:
				r.literal(node)
			}
			return true
		})
	}
	for _, decl := range r.file.tree.Decls {
		r.dotenv(decl)
	}
	r.defaults()
}

// pathLike is a string that can be the path of a file or folder.
var pathLike = pattern.New(`^[A-Za-z0-9_./-]{2,100}$`)

// join notes strings that are only the end of a path.
func (r *reader) join(parts ...ast.Expr) {
	for _, part := range parts {
		if text := r.evaluator.text(r.file, part).text; text != "" {
			r.sources.joined[text] = true
		}
	}
}

func (r *reader) literal(lit *ast.BasicLit) {
	if lit.Kind != token.STRING {
		return
	}
	text := literal(lit).text
	if _, seen := r.sources.literals[text]; !seen && pathLike.MatchString(text) {
		r.sources.literals[text] = r.evaluator.at(lit.Pos(), "")
	}
}

func (r *reader) call(call *ast.CallExpr) {
	name := called(call)
	if name == "" {
		return
	}
	if _, method := call.Fun.(*ast.SelectorExpr); method && len(call.Args) == 0 {
		r.sources.bare[name] = true
	}
	if name == "Join" && len(call.Args) > 1 {
		r.join(call.Args[1:]...)
	}
	r.listen(call, name)
	r.flag(call)
	r.env(call, name)
	r.viper(call, name)
	r.open(call, name)
	r.run(call, name)
	r.handsOn(call, name)
	r.route(call, name)
	r.kingpinCommand(call, name)
}

// use notes a name of an imported package.
func (r *reader) use(sel *ast.SelectorExpr) {
	x, ok := sel.X.(*ast.Ident)
	if !ok || r.file.imports[x.Name] == "" {
		return
	}
	name := r.file.imports[x.Name] + "." + sel.Sel.Name
	if r.sources.uses[name].IsZero() {
		r.sources.uses[name] = r.evaluator.at(sel.Pos(), x.Name+"."+sel.Sel.Name)
	}
	if (sel.Sel.Name == "Notify" || sel.Sel.Name == "NotifyContext") && r.file.imports[x.Name] == "os/signal" {
		r.sources.waits = r.evaluator.at(sel.Pos(), "signal."+sel.Sel.Name)
	}
}

// composite notes servers, commands and flags that are written as literals.
func (r *reader) composite(lit *ast.CompositeLit) {
	r.elide(lit)
	literalType := lit.Type
	if literalType == nil {
		literalType = r.elided[lit]
	}
	name := lastName(literalType)
	switch {
	case strings.HasSuffix(name, "Flag"):
		r.cliFlag(lit)
	case name == "Command" || name == "App":
		r.commandLiteral(lit, literalType)
	}
	for _, elt := range lit.Elts {
		kv, ok := elt.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		r.option(kv)
		key, ok := kv.Key.(*ast.Ident)
		if ok {
			r.dataField(key.Name, kv.Value)
		}
		if !ok || !portish(key.Name) {
			continue
		}
		if v := r.text(r.file, kv.Value); v.text != "" {
			at := r.evaluator.at(v.pos, key.Name)
			if strings.HasSuffix(name, "Server") && (key.Name == "Addr" || key.Name == "Address") {
				r.sources.listens = append(r.sources.listens, listening{at: at, address: v.text, within: r.within, pkg: r.file.pkg})
			} else if name != "Options" && !otherName.MatchString(name) && !r.ofOthers(literalType) {
				r.sources.settings = append(r.sources.settings, setting{name: strings.TrimPrefix(name+"."+key.Name, "."), value: v.text, at: at})
			}
		}
	}
}

// dataField notes a folder for data in a literal of settings: PluginsDir: "data/plugins".
func (r *reader) dataField(name string, expr ast.Expr) {
	lit, ok := expr.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return
	}
	text := literal(lit).text
	first, _, below := strings.Cut(strings.TrimPrefix(text, "./"), "/")
	if !below || (first != "data" && first != "storage" && first != "db") || strings.ContainsAny(text, " :*") {
		return
	}
	folder := path.Ext(text) == ""
	r.sources.opens = append(r.sources.opens, opening{path: text, folder: folder, writes: true, at: r.evaluator.at(lit.Pos(), name), pkg: r.file.pkg})
}

// elide notes the type of literals that leave it to the list or map around them.
func (r *reader) elide(lit *ast.CompositeLit) {
	var of ast.Expr
	switch t := lit.Type.(type) {
	case *ast.ArrayType:
		of = t.Elt
	case *ast.MapType:
		of = t.Value
	default:
		return
	}
	if star, ok := of.(*ast.StarExpr); ok {
		of = star.X
	}
	for _, elt := range lit.Elts {
		if kv, ok := elt.(*ast.KeyValueExpr); ok {
			elt = kv.Value
		}
		if inner, ok := elt.(*ast.CompositeLit); ok && inner.Type == nil {
			r.elided[inner] = of
		}
	}
}

// serves are types of other modules whose fields say where this program listens, and
// listens those that say so by name: the configuration of a database's client does not.
var (
	serves  = pattern.New(`(?i)server|listen|conf|option`)
	listens = pattern.New(`(?i)server|listen`)
)

// ofOthers reports whether a literal fills a type of another module that is about
// somebody else's port, as a message or an address book is: tailcfg.DERPNode{DERPPort: 443}.
func (r *reader) ofOthers(t ast.Expr) bool {
	sel, ok := t.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok || r.file.imports[x.Name] == "" || r.module.find(r.file.imports[x.Name]) != nil {
		return false
	}
	return !serves.MatchString(sel.Sel.Name) || otherName.MatchString(x.Name) && !listens.MatchString(sel.Sel.Name)
}

// defaults notes top-level constants and variables with telling names: const port = 8080.
func (r *reader) defaults() {
	for _, decl := range r.file.tree.Decls {
		g, ok := decl.(*ast.GenDecl)
		if !ok || (g.Tok != token.CONST && g.Tok != token.VAR) {
			continue
		}
		for _, spec := range g.Specs {
			v, ok := spec.(*ast.ValueSpec)
			if !ok {
				continue
			}
			for i, name := range v.Names {
				if i < len(v.Values) && portish(name.Name) {
					if s := r.text(r.file, v.Values[i]); s.text != "" {
						r.sources.settings = append(r.sources.settings, setting{name: name.Name, value: s.text, at: r.evaluator.at(s.pos, name.Name)})
					}
				}
			}
		}
	}
}
