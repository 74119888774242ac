package golang

import (
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
)

// dotenvModules read NAME=value files into the environment, and return an error where a file is not there.
var dotenvModules = []string{"github.com/joho/godotenv", "github.com/subosito/gotenv"}

// dotenv notes the .env files without which a program ends: those whose loading fails it.
//
//	if err := godotenv.Load(); err != nil {
//		log.Fatal("no .env file")
//	}
func (r *reader) dotenv(decl ast.Decl) {
	ast.Inspect(decl, func(node ast.Node) bool {
		block, ok := node.(*ast.BlockStmt)
		if !ok {
			return true
		}
		for i, stmt := range block.List {
			switch stmt := stmt.(type) {
			case *ast.AssignStmt:
				if i+1 < len(block.List) {
					if check, ok := block.List[i+1].(*ast.IfStmt); ok && check.Init == nil {
						r.loads(stmt, check)
					}
				}
			case *ast.IfStmt:
				if init, ok := stmt.Init.(*ast.AssignStmt); ok {
					r.loads(init, stmt)
				}
			}
		}
		return true
	})
}

// loads notes the files of an assignment that loads some, where the check after it ends the program.
func (r *reader) loads(assign *ast.AssignStmt, check *ast.IfStmt) {
	if len(assign.Rhs) != 1 || !ends(check) {
		return
	}
	call, ok := assign.Rhs[0].(*ast.CallExpr)
	if !ok {
		return
	}
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok {
		return
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok {
		return
	}
	name := sel.Sel.Name
	switch from := r.file.imports[x.Name]; {
	case slices.Contains(dotenvModules, from) && (name == "Load" || name == "Overload" || name == "OverLoad"):
		args := call.Args
		if len(args) == 0 {
			r.envFile(".env", call.Pos())
		}
		for _, arg := range args {
			if v := r.text(r.file, arg); v.text != "" {
				r.envFile(v.text, call.Pos())
			}
		}
	case strings.HasPrefix(from, "github.com/ilyakaznacheev/cleanenv") && name == "ReadConfig" && len(call.Args) > 0:
		if v := r.text(r.file, call.Args[0]); strings.HasPrefix(path.Base(v.text), ".env") {
			r.envFile(v.text, call.Pos())
		}
	case strings.HasPrefix(from, "github.com/spf13/viper") && name == "ReadInConfig" && r.sources.envConfig.Known():
		r.sources.envOnly = r.sources.envConfig // unless the environment counts too
	}
}

func (r *reader) envFile(file string, pos token.Pos) {
	if strings.ContainsAny(file, "\n\x00$*%") || path.IsAbs(file) || strings.HasPrefix(path.Clean(file), "../../") {
		return
	}
	file = path.Clean(file)
	if !slices.ContainsFunc(r.sources.envFiles, func(f fact.Of[string]) bool { return f.Value == file }) {
		r.sources.envFiles = append(r.sources.envFiles, fact.New(file, r.evaluator.at(pos, "loads "+file)))
	}
}

// ends reports whether an if statement ends the program, or hands its error on, whatever the error says.
func ends(check *ast.IfStmt) bool {
	found := false
	ast.Inspect(check, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.CallExpr:
			name := called(node)
			found = found || strings.HasPrefix(name, "Fatal") || strings.HasPrefix(strings.ToLower(name), "panic") || name == "Exit"
		case *ast.ReturnStmt:
			found = found || slices.ContainsFunc(node.Results, func(e ast.Expr) bool {
				id, isName := e.(*ast.Ident)
				call, isCall := e.(*ast.CallExpr)
				return isName && id.Name == "err" || isCall && mentions(call, "err")
			})
		}
		return true
	})
	return found && !mentions(check, "IsNotExist") && !mentions(check, "ErrNotExist") && !mentions(check, "ConfigFileNotFoundError")
}

// emptied adds the .env files that the program insists on and that no image holds: empty ones, so that
// the environment of the container counts.
func (n *needs) emptied(s *sources) {
	if only := s.envOnly; only.Known() && s.autoEnv.IsZero() {
		n.mount = only
	} else if only.Known() {
		s.envFiles = append(s.envFiles, only)
	}
	for _, f := range s.envFiles {
		at := f.Value
		if strings.HasPrefix(at, "../") {
			at = path.Join(appFolder, at)
		}
		if !slices.Contains(n.at, at) {
			n.empty = append(n.empty, fact.New(at, f.From))
		}
	}
}

// viperEndings are those of the files that viper finds by a name without one.
// https://github.com/spf13/viper (SupportedExts, 2026-11)
var viperEndings = []string{".json", ".toml", ".yaml", ".yml", ".properties", ".props", ".prop", ".hcl", ".tfvars", ".dotenv", ".env", ".ini", ""}

// viperFiles are the files that viper may find by the names and in the folders that the sources give it,
// the working directory included, which they mostly give through a parameter. Where a name is
// not known the whole folder may be meant.
func (s *sources) viperFiles() []opening {
	var all []opening
	names, dirs := s.configNames, append([]fact.Of[string]{fact.New(".", fact.Source{})}, s.configDirs...)
	for _, dir := range s.configDirs {
		if s.configUnnamed {
			all = append(all, opening{path: dir.Value, at: dir.From})
		} else if len(s.configNames) == 0 { // the name that viper looks for by itself
			names = []fact.Of[string]{fact.New("config", dir.From)}
		}
	}
	for _, name := range names {
		for _, dir := range dirs {
			for _, ending := range viperEndings {
				all = append(all, opening{path: path.Join(dir.Value, name.Value) + ending, at: name.From})
			}
		}
	}
	return all
}
