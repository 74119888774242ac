package golang

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
)

// sources are what the sources of one program say about how it runs. They are read
// as text, never executed: a value that only running would tell stays unknown.
type sources struct {
	listens  []listening // calls that listen, and the addresses of servers
	settings []setting   // flags, environment variables and configuration fields with their defaults
	opens    []opening   // files and folders by literal path
	runs     []fact.Of[string]
	runIn    []string // names of the functions around them, "" where others may call what is there by another name
	commands commands
	roots    map[string]bool        // files with the command that others are below
	routes   []fact.Of[string]      // paths given to a router
	uses     map[string]fact.Source // "time.LoadLocation", by import path and name
	autoEnv  fact.Source            // viper.AutomaticEnv
	prefix   string                 // of viper.SetEnvPrefix or envconfig.Process
	waits    fact.Source            // signal.Notify, select {}: it runs on
	bare     map[string]bool        // methods that are called without arguments
	literals map[string]fact.Source // strings that may be paths, where they first stand
	joined   map[string]bool        // strings that other text goes before

	envFiles    []fact.Of[string] // .env files without which the program ends
	envConfig   fact.Of[string]   // one that viper.SetConfigFile names, where the environment counts too
	envOnly     fact.Of[string]   // … and without which the program ends
	configNames []fact.Of[string] // of viper.SetConfigName
	configDirs  []fact.Of[string] // of viper.AddConfigPath
	// configUnnamed: viper.SetConfigName gets a name that the sources do not say
	configUnnamed bool
}

// telling are bytes one of which a file must hold to be worth parsing in full.
var telling = [][]byte{
	[]byte("isten"), []byte("Serve"), []byte(".Run("), []byte(".Start("), []byte("Addr"), []byte("PORT"), []byte("ort"), []byte("flag"), []byte("env"), []byte("Env"),
	[]byte("exec."), []byte("Command"), []byte("Open"), []byte("Read"), []byte("Write"), []byte("Create"), []byte("Mkdir"), []byte("Dir("), []byte("Parse"), []byte("Static"), []byte("Load"),
	[]byte("viper"), []byte("signal."), []byte("select {}"), []byte("http."), []byte("migrat"), []byte("sql"),
}

// sources reads the files of a program, once.
func (m *module) sources(p *pkg) *sources {
	if s := m.read[p]; s != nil {
		return s
	}
	e := &evaluator{module: m, fset: token.NewFileSet(), values: map[string]value{}, fields: map[string]value{}, others: map[string]bool{}, groups: map[string]group{}, inline: map[*ast.StructType]group{}}
	for _, q := range m.closure(p) {
		for _, file := range q.files {
			e.parse(q, file)
		}
	}
	for range 2 { // a second time for what stands before the value it names
		for _, f := range e.files {
			e.define(f)
		}
	}
	e.handedOn()
	s := &sources{uses: map[string]fact.Source{}, roots: map[string]bool{}, literals: map[string]fact.Source{}, joined: map[string]bool{}, bare: map[string]bool{}}
	for _, f := range e.files {
		(&reader{evaluator: e, file: f, sources: s, isMain: f.pkg == p, elided: map[*ast.CompositeLit]ast.Expr{}}).read()
	}
	m.leaveUncalled(p, s)
	m.show(s)
	m.showGiven(p, s)
	argv, _ := m.written(p)
	s.leaveOthers(argv)
	if m.read == nil {
		m.read = map[*pkg]*sources{}
	}
	m.read[p] = s
	return s
}

// value is text that an expression stands for, and where it is written.
type value struct {
	text string
	pos  token.Pos
}

// sourceFile is one parsed file of a program.
type sourceFile struct {
	pkg     *pkg
	path    string
	tree    *ast.File
	imports map[string]string // local name → import path
	values  map[string]value  // constants and variables of this file
}

// evaluator knows the literal values that names of a program stand for.
type evaluator struct {
	module *module
	fset   *token.FileSet
	files  []*sourceFile
	values map[string]value // "folder\x00Name" of a package's names
	fields map[string]value // default of a configuration field, by its name
	groups map[string]group // by the name of a struct
	inline map[*ast.StructType]group
	handed map[string][]handed // parameters that a function hands on: "folder\x00name"
	others map[string]bool     // structs with the settings of a command that the service does not run
}

// parse reads a file; one that does not parse is the compiler's to report.
func (e *evaluator) parse(p *pkg, file string) {
	text, err := e.module.view.Read(file)
	if err != nil || !slices.ContainsFunc(telling, func(h []byte) bool { return bytes.Contains(text, h) }) {
		return // an error was reported when the imports were read
	}
	tree, err := parser.ParseFile(e.fset, file, text, parser.SkipObjectResolution)
	if tree == nil || (err != nil && len(tree.Decls) == 0) {
		return
	}
	f := &sourceFile{pkg: p, path: file, tree: tree, imports: map[string]string{}, values: map[string]value{}}
	for _, i := range tree.Imports {
		name, err := strconv.Unquote(i.Path.Value)
		if err != nil {
			continue
		}
		local := packageName(name)
		if i.Name != nil {
			local = i.Name.Name
		}
		f.imports[local] = name
	}
	e.files = append(e.files, f)
	e.structs(f)
}

// structs learns which structs of a file hold the settings of other commands.
func (e *evaluator) structs(f *sourceFile) {
	for _, decl := range f.tree.Decls {
		d, ok := decl.(*ast.GenDecl)
		if !ok || d.Tok != token.TYPE {
			continue
		}
		for _, spec := range d.Specs {
			t, ok := spec.(*ast.TypeSpec).Type.(*ast.StructType)
			if !ok {
				continue
			}
			e.groupsOf(t, group{})
			for _, field := range t.Fields.List {
				if word, _, _ := subcommand(field); word != "" && !slices.Contains(serving, word) {
					e.others[lastName(field.Type)] = true
				}
			}
		}
	}
}

// packageName is the name that an import path usually has in code: without a
// major version, "go-" and "gopkg.in"'s version.
func packageName(importPath string) string {
	base := path.Base(importPath)
	if len(base) > 1 && base[0] == 'v' && strings.Trim(base[1:], "0123456789") == "" {
		base = path.Base(path.Dir(importPath))
	}
	base, _, _ = strings.Cut(base, ".")
	return strings.TrimSuffix(strings.TrimPrefix(base, "go-"), "-go")
}

// define learns the literal values of a file's names.
func (e *evaluator) define(f *sourceFile) {
	for _, decl := range f.tree.Decls {
		_, top := decl.(*ast.GenDecl)
		ast.Inspect(decl, func(node ast.Node) bool {
			switch node := node.(type) {
			case *ast.ValueSpec:
				for i, name := range node.Names {
					if i < len(node.Values) {
						e.set(f, name.Name, node.Values[i], top)
					}
				}
			case *ast.AssignStmt:
				e.assign(f, node)
			case *ast.CallExpr:
				// flag.StringVar(&addr, "addr", ":8080", …) gives the variable its default.
				if len(node.Args) > 2 && strings.Contains(called(node), "Var") {
					if target, ok := node.Args[0].(*ast.UnaryExpr); ok && target.Op == token.AND {
						if s, ok := e.flagDefault(f, node); ok {
							e.name(f, target.X, s)
						}
					}
				}
			case *ast.TypeSpec:
				if t, ok := node.Type.(*ast.StructType); ok && !e.others[node.Name.Name] {
					e.tags(f, t)
				}
			case *ast.KeyValueExpr:
				// Config{Port: 8080}: the default of a field.
				if key, ok := node.Key.(*ast.Ident); ok && portish(key.Name) && !e.ofOther(f, node.Value) {
					if s := e.text(f, node.Value); s.text != "" && e.fields[key.Name].text == "" {
						e.fields[key.Name] = s
					}
				}
			}
			return true
		})
	}
}

func (e *evaluator) assign(f *sourceFile, node *ast.AssignStmt) {
	for i, left := range node.Lhs {
		if i >= len(node.Rhs) {
			return
		}
		if name, ok := left.(*ast.Ident); ok {
			e.set(f, name.Name, node.Rhs[i], false)
		} else if s := e.text(f, node.Rhs[i]); s.text != "" && !e.ofOther(f, node.Rhs[i]) {
			e.name(f, left, s)
		}
	}
}

// ofOther reports whether an expression reads the environment variable of another service:
// Port: getEnv("DB_PORT", 5432).
func (e *evaluator) ofOther(f *sourceFile, x ast.Expr) bool {
	call, ok := x.(*ast.CallExpr)
	if !ok || len(call.Args) == 0 {
		return false
	}
	return isEnvCall(called(call)) && otherName.MatchString(e.text(f, call.Args[0]).text) || slices.ContainsFunc(call.Args, func(a ast.Expr) bool { return e.ofOther(f, a) })
}

// set keeps the first value of a name that is known.
func (e *evaluator) set(f *sourceFile, name string, expr ast.Expr, top bool) {
	s := e.text(f, expr)
	if s.text == "" {
		return
	}
	if f.values[name].text == "" {
		f.values[name] = s
	}
	if key := f.pkg.dir + "\x00" + name; top && e.values[key].text == "" {
		e.values[key] = s
	}
}

// name keeps the value of a variable or field that an expression names.
func (e *evaluator) name(f *sourceFile, target ast.Expr, s value) {
	switch t := target.(type) {
	case *ast.Ident:
		if f.values[t.Name].text == "" {
			f.values[t.Name] = s
		}
		if key := f.pkg.dir + "\x00" + t.Name; e.values[key].text == "" {
			e.values[key] = s
		}
	case *ast.SelectorExpr:
		if portish(t.Sel.Name) && e.fields[t.Sel.Name].text == "" {
			e.fields[t.Sel.Name] = s
		}
	}
}

// text is what an expression stands for, with "" for what is not known.
func (e *evaluator) text(f *sourceFile, expr ast.Expr) value {
	switch x := expr.(type) {
	case *ast.BasicLit:
		return literal(x)
	case *ast.ParenExpr:
		return e.text(f, x.X)
	case *ast.StarExpr:
		return e.text(f, x.X)
	case *ast.Ident:
		if s := f.values[x.Name]; s.text != "" {
			return s
		}
		return e.values[f.pkg.dir+"\x00"+x.Name]
	case *ast.SelectorExpr:
		if name, ok := x.X.(*ast.Ident); ok {
			if p := e.module.find(f.imports[name.Name]); p != nil {
				if s := e.values[p.dir+"\x00"+x.Sel.Name]; s.text != "" {
					return s
				}
			}
		}
		return e.fields[x.Sel.Name]
	case *ast.BinaryExpr:
		return e.sum(f, x).short()
	case *ast.CallExpr:
		return e.result(f, x).short()
	}
	return value{}
}

const maxText = 4 << 10 // bytes of a value that is put together; names that double one another would fill the memory

func (v value) short() value {
	if len(v.text) > maxText {
		return value{}
	}
	return v
}

func literal(x *ast.BasicLit) value {
	switch x.Kind {
	case token.STRING:
		if s, err := strconv.Unquote(x.Value); err == nil {
			return value{s, x.Pos()}
		}
	case token.INT:
		return value{strings.ReplaceAll(x.Value, "_", ""), x.Pos()}
	}
	return value{}
}

// sum is "a" + "b". The place is that of the longer part: ":" + port is about port.
func (e *evaluator) sum(f *sourceFile, x *ast.BinaryExpr) value {
	left, right := e.text(f, x.X), e.text(f, x.Y)
	if x.Op != token.ADD || right.text == "" {
		return value{}
	}
	if left.text == "" && !isEmptyText(x.X) {
		// host + ":8080": the host is not known, the port is.
		if strings.HasPrefix(right.text, ":") {
			return right
		}
		if inner, ok := x.X.(*ast.BinaryExpr); ok && inner.Op == token.ADD {
			if s := e.text(f, inner.Y); s.text == ":" { // host + ":" + port
				return value{":" + right.text, right.pos}
			}
		}
		return value{}
	}
	pos := left.pos
	if len(right.text) >= len(left.text) {
		pos = right.pos
	}
	return value{left.text + right.text, pos}
}

func isEmptyText(x ast.Expr) bool {
	lit, ok := x.(*ast.BasicLit)
	return ok && (lit.Value == `""` || lit.Value == "``")
}

// result is what a call gives, for the calls that only put text together and for
// those that read a setting with a default.
func (e *evaluator) result(f *sourceFile, call *ast.CallExpr) value {
	name, args := called(call), call.Args
	switch {
	case (name == "Itoa" || name == "string" || name == "FormatInt" || name == "TrimSpace" || name == "Sprint" || name == "String") && len(args) > 0:
		// envknob.String("APP_DATA") gives what the variable holds, not its name.
		// Nor is c.String("data-path") the name of the flag whose value it gives.
		if s := e.text(f, args[0]); s.text != "" && len(args) < 3 && !(name == "String" && (envName.MatchString(s.text) || f.isMethod(call))) {
			return s
		}
	case name == "Sprintf" && len(args) > 1:
		return e.format(f, args)
	case name == "JoinHostPort" && len(args) == 2:
		host, port := e.text(f, args[0]), e.text(f, args[1])
		if port.text != "" {
			return value{host.text + ":" + port.text, port.pos}
		}
	case name == "Join" && len(args) > 1: // filepath.Join("data", "app.db")
		return e.joinAll(f, args)
	case name == "Or" && len(args) > 1: // cmp.Or(os.Getenv("PORT"), "8080")
		return e.text(f, args[len(args)-1])
	case isEnvCall(name) && len(args) > 1:
		return e.text(f, args[1])
	}
	if s, ok := e.flagDefault(f, call); ok {
		return s
	}
	return value{}
}

// joinAll is filepath.Join of parts that are all known.
func (e *evaluator) joinAll(f *sourceFile, args []ast.Expr) value {
	var joined value
	for _, arg := range args {
		part := e.text(f, arg)
		if part.text == "" {
			return value{}
		}
		if joined.text = path.Join(joined.text, part.text); !joined.pos.IsValid() {
			joined.pos = part.pos
		}
	}
	return joined
}

// format is fmt.Sprintf for verbs that print a value as it is. An unknown host is empty.
func (e *evaluator) format(f *sourceFile, args []ast.Expr) value {
	pattern := e.text(f, args[0])
	var b strings.Builder
	pos, next := pattern.pos, 1
	for i := 0; i < len(pattern.text); i++ {
		if pattern.text[i] != '%' || i+1 == len(pattern.text) {
			b.WriteByte(pattern.text[i])
			continue
		}
		i++
		if !strings.ContainsRune("sdv", rune(pattern.text[i])) || next >= len(args) {
			return value{}
		}
		s := e.text(f, args[next])
		next++
		if s.text == "" && (i > 1 || !strings.HasPrefix(pattern.text[i+1:], ":")) {
			return value{}
		}
		if s.text != "" {
			b.WriteString(s.text)
			pos = s.pos
		}
	}
	return value{b.String(), pos}
}

// at is a position as a source.
func (e *evaluator) at(pos token.Pos, what string) fact.Source {
	p := e.fset.Position(pos)
	return fact.At(p.Filename, p.Line, what)
}

// isMethod reports whether a call is that of a value's method, and not of a package's function.
func (f *sourceFile) isMethod(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	return !ok || f.imports[x.Name] == ""
}

// called is the name of the function or method that a call calls, without its receiver.
func called(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	case *ast.IndexExpr: // Getenv[int](…)
		return called(&ast.CallExpr{Fun: f.X})
	default:
		return ""
	}
}
