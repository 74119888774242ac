package golang

import (
	"go/ast"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// commands are the sub-commands that a program takes.
type commands struct {
	names   []fact.Of[string] // in the order of the sources
	runs    bool              // the program does its work without a sub-command too
	library string            // "cobra", "urfave/cli", "kingpin", "os.Args"
}

// serving are names of the sub-command that starts a service, the most telling first.
var serving = []string{"serve", "server", "start", "run", "web", "api", "http", "daemon", "listen", "up"}

// serve is the sub-command that starts the service, unless the program runs without one.
func (c commands) serve() (fact.Of[string], bool) {
	if c.runs {
		return fact.Of[string]{}, false
	}
	for _, want := range serving {
		for _, have := range c.names {
			if have.Value == want {
				return have, true
			}
		}
	}
	return fact.Of[string]{}, false
}

// has reports whether the program has the sub-command.
func (c commands) has(name string) bool {
	for _, have := range c.names {
		if have.Value == name {
			return true
		}
	}
	return false
}

var commandWord = pattern.New(`^[a-z][a-z0-9_:-]*$`)

func (r *reader) command(name, library string, at fact.Source) {
	word, _, _ := strings.Cut(name, " ") // cobra's Use: "serve [flags]"
	if commandWord.MatchString(word) {
		r.sources.commands.names = append(r.sources.commands.names, fact.New(word, at))
		r.sources.commands.library = library
	}
}

// commandLiteral notes a command of cobra (https://cobra.dev) or urfave/cli
// (https://cli.urfave.org): &cobra.Command{Use: "serve", RunE: …}. Its type is of, also
// where the list around it gives it.
func (r *reader) commandLiteral(lit *ast.CompositeLit, of ast.Expr) {
	sel, ok := of.(*ast.SelectorExpr)
	if !ok {
		return
	}
	x, _ := sel.X.(*ast.Ident)
	library := ""
	if x != nil {
		library = r.file.imports[x.Name]
	}
	isCobra := library == "github.com/spf13/cobra"
	if !isCobra && !strings.HasPrefix(library, "github.com/urfave/cli") {
		return
	}
	var name string
	runs, hasCommands := false, false
	for _, elt := range lit.Elts {
		kv, ok := elt.(*ast.KeyValueExpr)
		if !ok {
			continue
		}
		switch key, _ := kv.Key.(*ast.Ident); {
		case key == nil:
		case key.Name == "Use" || (key.Name == "Name" && !isCobra):
			name = r.text(r.file, kv.Value).text
		case key.Name == "Run" || key.Name == "RunE" || key.Name == "Action":
			runs = true
		case key.Name == "Commands":
			hasCommands = true
		}
	}
	word, _, _ := strings.Cut(name, " ")
	root := hasCommands || sel.Sel.Name == "App" || r.rootNames(word)
	if root {
		r.sources.roots[r.evaluator.at(lit.Pos(), "").File] = true
		r.sources.commands.runs = r.sources.commands.runs || runs
		return
	}
	library = "cobra"
	if !isCobra {
		library = "urfave/cli"
	}
	r.command(name, library, r.evaluator.at(lit.Pos(), library+" command "+word))
}

// commandFields notes a root command whose fields are set one by one:
//
//	app := &cli.Command{}
//	app.Action = run
//	app.Commands = []*cli.Command{…}
func (r *reader) commandFields(block *ast.BlockStmt) {
	if !r.imports("github.com/urfave/cli") && !r.imports("github.com/spf13/cobra") {
		return
	}
	runs, has := map[string]bool{}, map[string]bool{}
	for _, stmt := range block.List {
		switch s := stmt.(type) {
		case *ast.AssignStmt:
			for _, left := range s.Lhs {
				if sel, ok := left.(*ast.SelectorExpr); ok {
					if x, ok := sel.X.(*ast.Ident); ok {
						runs[x.Name] = runs[x.Name] || slices.Contains([]string{"Action", "Run", "RunE"}, sel.Sel.Name)
						has[x.Name] = has[x.Name] || sel.Sel.Name == "Commands"
					}
				}
			}
		case *ast.ExprStmt:
			if call, ok := s.X.(*ast.CallExpr); ok && called(call) == "AddCommand" {
				if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
					if x, ok := sel.X.(*ast.Ident); ok && strings.HasPrefix(strings.ToLower(x.Name), "root") {
						has[x.Name] = true // cobra's groups of commands have AddCommand too
					}
				}
			}
		}
	}
	for name := range has {
		if has[name] {
			r.sources.roots[r.evaluator.at(block.Pos(), "").File] = true
			r.sources.commands.runs = r.sources.commands.runs || runs[name]
		}
	}
}

// rootNames reports whether a command's name is that of the program itself.
func (r *reader) rootNames(word string) bool {
	return word != "" && (strings.EqualFold(word, r.module.baseName()) || (r.isMain && word == lastPart(r.file.pkg.dir)))
}

func lastPart(dir string) string { return dir[strings.LastIndex(dir, "/")+1:] }

// kingpinCommand notes app.Command("serve", "…") of kingpin.
func (r *reader) kingpinCommand(call *ast.CallExpr, name string) {
	if name != "Command" || len(call.Args) != 2 || !r.imports("alecthomas/kingpin") {
		return
	}
	if word := r.text(r.file, call.Args[0]).text; word != "" {
		r.command(word, "kingpin", r.evaluator.at(call.Pos(), "kingpin command "+word))
	}
}

// arguments notes a switch over the first argument: switch os.Args[1] { case "serve": … }.
func (r *reader) arguments(s *ast.SwitchStmt) {
	if !isFirstArgument(s.Tag) {
		return
	}
	for _, stmt := range s.Body.List {
		c, ok := stmt.(*ast.CaseClause)
		if !ok {
			continue
		}
		for _, e := range c.List {
			if lit, ok := e.(*ast.BasicLit); ok {
				v := literal(lit)
				r.command(v.text, "os.Args", r.evaluator.at(v.pos, "case "+v.text))
			}
		}
	}
}

func isFirstArgument(tag ast.Expr) bool {
	switch x := tag.(type) {
	case *ast.IndexExpr:
		sel, ok := x.X.(*ast.SelectorExpr)
		return ok && sel.Sel.Name == "Args"
	case *ast.CallExpr:
		return called(x) == "Arg"
	}
	return false
}

// leaveOthers drops the flags of sub-commands that the image does not start: those of a file that
// defines one such command and no other.
func (s *sources) leaveOthers(argv []string) {
	started := ""
	if serve, ok := s.commands.serve(); ok {
		started = serve.Value
	}
	if len(argv) > 0 && s.commands.has(argv[0]) {
		started = argv[0]
	}
	if started == "" && !s.commands.runs {
		return // which one it is, is not known
	}
	only := map[string]string{} // command by file, "" for several
	for _, c := range s.commands.names {
		if _, several := only[c.From.File]; several || s.roots[c.From.File] {
			only[c.From.File] = ""
		} else {
			only[c.From.File] = c.Value
		}
	}
	s.settings = slices.DeleteFunc(s.settings, func(set setting) bool {
		command := only[set.at.File]
		return set.flag != "" && command != "" && command != started
	})
}
