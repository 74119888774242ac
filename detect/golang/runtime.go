package golang

import (
	"bytes"
	"go/ast"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// opening is a file or folder that a program names by a literal path.
type opening struct {
	path   string
	folder bool // the path is a folder, as for os.MkdirAll
	writes bool
	loose  bool // it lies below a folder that is not known, most likely the working directory
	at     fact.Source
	pkg    *pkg
}

// reading are functions that read the files or folders their arguments name.
// osOnly are names that other things have too (embed.FS.Open): they count only on
// a package that reads the disk.
var (
	reading = map[string]bool{
		"ParseFiles": true, "ParseGlob": true, "LoadHTMLGlob": true, "LoadHTMLFiles": true, "Static": true, "StaticFile": true, "ServeFile": true,
		"SendFile": true, "SetConfigFile": true, "NewWithDatabaseInstance": true, "Dir": true, "DirFS": true, "Up": true, "UpContext": true,
		"ServeFiles": true, "NewFileSystem": true, "File": true, "LoadX509KeyPair": true, "FileServer": true, "Directory": true, "StaticFS": true,
		"Load": true, "LoadFile": true, "LoadConfig": true, "LoadConfigFile": true, "ReadConfig": true, "DecodeFile": true, "LoadSources": true, "MustLoad": true, "ParseConfig": true, "NewConfig": true,
	}
	osOnly  = map[string]bool{"Open": true, "ReadFile": true, "ReadDir": true, "Stat": true, "Lstat": true, "Walk": true, "WalkDir": true, "Glob": true, "OpenFile": true, "New": true}
	onDisk  = []string{"os", "io/ioutil", "path/filepath", "github.com/golang-migrate/migrate", "github.com/gofiber/template"}
	writing = map[string]bool{"Create": true, "WriteFile": true, "Mkdir": true, "MkdirAll": true}
	// stores keep data in the file or folder they are given; the position of the path among the arguments.
	stores = []struct {
		pkg, name string
		arg       int
		folder    bool
	}{
		{"go.etcd.io/bbolt", "Open", 0, false}, {"github.com/boltdb/bolt", "Open", 0, false}, {"github.com/dgraph-io/badger", "DefaultOptions", 0, true},
		{"github.com/syndtr/goleveldb", "OpenFile", 0, true}, {"github.com/cockroachdb/pebble", "Open", 0, true}, {"github.com/blevesearch/bleve", "New", 0, true},
		{"github.com/tidwall/buntdb", "Open", 0, false}, {"gorm.io/driver/sqlite", "Open", 0, false}, {"github.com/glebarez/sqlite", "Open", 0, false},
		{"github.com/philippgille/chromem-go", "NewPersistentDB", 0, true}, {"github.com/nutsdb/nutsdb", "WithDir", 0, true},
	}
)

// open notes what a call reads or writes.
func (r *reader) open(call *ast.CallExpr, name string) {
	from := ""
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
		if x, ok := sel.X.(*ast.Ident); ok {
			from = r.file.imports[x.Name]
		}
	}
	disk := slices.ContainsFunc(onDisk, func(p string) bool { return from != "" && strings.HasPrefix(from, p) })
	switch {
	case writing[name] && disk && len(call.Args) > 0:
		r.opens(call.Args[0], strings.HasPrefix(name, "Mkdir"), true)
	case name == "OpenFile" && from == "os" && len(call.Args) == 3:
		r.opens(call.Args[0], false, mentions(call.Args[1], "O_CREATE"))
	case reading[name] || (osOnly[name] && disk):
		for _, arg := range call.Args {
			r.opens(arg, false, false)
		}
	case (name == "Open" || name == "Connect" || name == "MustConnect" || name == "MustOpen") && len(call.Args) >= 2:
		if driver := r.text(r.file, call.Args[0]).text; strings.Contains(driver, "sqlite") || driver == "duckdb" || driver == "libsql" {
			r.opens(call.Args[1], false, true)
		}
	}
	for _, s := range stores {
		if s.name == name && from != "" && strings.HasPrefix(from, s.pkg) && s.arg < len(call.Args) {
			r.opens(call.Args[s.arg], s.folder, true)
		}
	}
}

func mentions(e ast.Node, name string) bool {
	found := false
	ast.Inspect(e, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok && id.Name == name {
			found = true
		}
		return !found
	})
	return found
}

// opens notes the path that an argument stands for.
func (r *reader) opens(arg ast.Expr, folder, writes bool) {
	r.handOn(arg, handed{folder: folder, writes: writes})
	o := opening{folder: folder, writes: writes, pkg: r.file.pkg}
	v := r.text(r.file, arg)
	if call, ok := arg.(*ast.CallExpr); ok && v.text == "" && called(call) == "Join" && len(call.Args) > 1 {
		// filepath.Join("data", name): the folder is known, the file in it is not.
		if v = r.text(r.file, call.Args[0]); v.text != "" && writes && !folder {
			v.text += "/x"
		}
		if !writes {
			v, o.loose = r.joined(call.Args)
		}
	}
	if v.text != "" {
		o.path, o.at = v.text, r.evaluator.at(v.pos, "")
		r.sources.opens = append(r.sources.opens, o)
	}
}

// joined is what the arguments of filepath.Join say, up to the first that is not known. Where
// that is the first of all, as the result of os.Getwd or a setting is, loose is true.
func (r *reader) joined(args []ast.Expr) (v value, loose bool) {
	if first := r.text(r.file, args[0]); first.text == "" {
		args, loose = args[1:], true
	}
	for _, arg := range args {
		part := r.text(r.file, arg)
		if part.text == "" {
			break
		}
		if v.text = path.Join(v.text, part.text); !v.pos.IsValid() {
			v.pos = part.pos
		}
	}
	return v, loose
}

// run notes a program that is started by name: exec.Command("git", …).
func (r *reader) run(call *ast.CallExpr, name string) {
	at := 0
	switch name {
	case "Command", "LookPath":
	case "CommandContext":
		at = 1
	default:
		return
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) <= at {
		return
	}
	if x, ok := sel.X.(*ast.Ident); !ok || (r.file.imports[x.Name] != "os/exec" && !strings.HasSuffix(r.file.imports[x.Name], "/execabs")) {
		return
	}
	r.starts(call.Args[at], r.evaluator.at(call.Pos(), "exec."+name))
}

// starts notes the program that an argument names.
func (r *reader) starts(arg ast.Expr, at fact.Source) {
	r.handOn(arg, handed{starts: true})
	if v := r.text(r.file, arg); v.text != "" && path.Ext(v.text) != ".exe" {
		r.sources.runs = append(r.sources.runs, fact.New(path.Base(v.text), at))
		r.sources.runIn = append(r.sources.runIn, r.plain)
	}
}

// health are paths that say "I am well", the most telling first.
var health = pattern.New(`^(GET )?(/[a-z0-9/_-]*)?/(-/healthy|healthz|_?health|health[-_]?check|livez|liveness|readyz|readiness|-/ready|up|ping)$`)

// route notes a health path that is registered on a router whose prefix is known:
// the one of net/http, or one made in the same file.
func (r *reader) route(call *ast.CallExpr, name string) {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || len(call.Args) < 2 || !slices.Contains([]string{"HandleFunc", "Handle", "GET", "Get", "Any", "All"}, name) {
		return
	}
	v := r.text(r.file, call.Args[0])
	if !health.MatchString(v.text) {
		return
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok || (r.file.imports[x.Name] == "" && !r.madeHere(x.Name)) {
		return
	}
	r.sources.routes = append(r.sources.routes, fact.New(strings.TrimPrefix(v.text, "GET "), r.evaluator.at(v.pos, name)))
}

// madeHere reports whether a variable holds a new router: r := gin.Default().
func (r *reader) madeHere(name string) bool {
	made := false
	ast.Inspect(r.file.tree, func(n ast.Node) bool {
		assign, ok := n.(*ast.AssignStmt)
		if !ok || len(assign.Lhs) != 1 || len(assign.Rhs) != 1 {
			return !made
		}
		id, isName := assign.Lhs[0].(*ast.Ident)
		call, isCall := assign.Rhs[0].(*ast.CallExpr)
		if isName && isCall && id.Name == name {
			fn := called(call)
			made = made || strings.HasPrefix(fn, "New") || fn == "Default"
		}
		return !made
	})
	return made
}

// relative is a path as seen from the working directory, without what a URL of
// golang-migrate (file://migrations) or a glob adds. Paths that are absolute, leave
// the directory or are no paths are not ok.
func relative(p string) (string, bool) {
	p = strings.TrimPrefix(p, "file://")
	if p == "" || strings.HasPrefix(p, "/") || strings.ContainsAny(p, "\n\x00") || strings.Contains(p, "://") {
		return "", false
	}
	p = path.Clean(literalPart(p))
	if p == "." || p == ".." || strings.HasPrefix(p, "../") {
		return "", false
	}
	return p, true
}

// leaveUncalled leaves out the programs that only functions start which nothing in the program names: a
// package that it imports for something else has them.
func (m *module) leaveUncalled(p *pkg, s *sources) {
	if len(s.runs) == 0 {
		return
	}
	var runs []fact.Of[string]
	for i, run := range s.runs {
		if name := s.runIn[i]; name == "" || name == "main" || name == "init" || m.calledIn(p, name) {
			runs = append(runs, run)
		}
	}
	s.runs, s.runIn = runs, nil
}

// calledIn reports whether a line of the program names a function, other than the one that declares it.
func (m *module) calledIn(p *pkg, name string) bool {
	word := regexp.MustCompile(`\b` + regexp.QuoteMeta(name) + `\b`)
	for _, q := range m.closure(p) {
		for _, file := range q.files {
			text, err := m.view.Read(file)
			if err != nil {
				return true // it was too large to read
			}
			if !bytes.Contains(text, []byte(name)) {
				continue
			}
			for line := range bytes.Lines(text) {
				line = bytes.TrimSpace(line)
				if word.Match(line) && !bytes.HasPrefix(line, []byte("//")) && !bytes.HasPrefix(line, []byte("func "+name)) {
					return true
				}
			}
		}
	}
	return false
}
