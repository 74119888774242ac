package golang

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/shell"
)

// directives runs go generate where the repository leaves out generated code, for the packages
// whose every directive starts a tool that go.mod has: with go run, go tool, or by the
// name of a tool that go.mod or a tools.go lists. Others need what only a
// developer's machine has. https://pkg.go.dev/cmd/go#hdr-Generate_Go_files_by_processing_source
func (m *module) directives(p *pkg, missing []fact.Of[string]) (generator, bool) {
	if m.file == nil {
		return generator{}, false
	}
	pool, from := m.ignoredCode(p)
	if len(missing) == 0 && from.IsZero() {
		return generator{}, false
	}
	if len(missing) > 0 { // what makes a package need not be imported
		pool, from = nil, missing[0].From
		for _, dir := range m.packageDirs() {
			pool = append(pool, m.packages.byDir[dir])
		}
	}
	return m.generate(pool, from)
}

// generate runs go generate in the packages whose directives all start tools that go.mod has.
func (m *module) generate(pool []*pkg, from fact.Source) (generator, bool) {
	listed := m.listedTools()
	var dirs []string
	var installed [][]string
	for _, q := range pool {
		commands := m.generateCommands(q)
		runs := len(commands) > 0
		for _, argv := range commands {
			runs = runs && (startsTool(argv) || listed[argv[0]] != "")
		}
		if !runs {
			continue
		}
		dirs = append(dirs, m.inModule(q.dir))
		for _, argv := range commands {
			install := []string{"go", "install", listed[argv[0]]}
			if argv[0] != "go" && !slices.ContainsFunc(installed, func(o []string) bool { return o[2] == install[2] }) {
				installed = append(installed, install)
			}
		}
	}
	if len(dirs) == 0 {
		return generator{}, false
	}
	return generator{what: "go generate's files", commands: append(installed, append([]string{"go", "generate"}, dirs...)), from: from}, true
}

// startsTool reports whether a command is go run or go tool.
func startsTool(argv []string) bool {
	return argv[0] == "go" && len(argv) > 2 && (argv[1] == "run" || argv[1] == "tool")
}

// embeddedByDirectives runs go generate for embedded files that are not there, where the program of a
// directive, or its arguments, name the file: a page's script in WebAssembly, a copy of an asset.
func (m *module) embeddedByDirectives(p *pkg, unmet []detect.Need) []generator {
	if m.file == nil || len(unmet) == 0 {
		return nil
	}
	var all []generator
	for _, q := range m.closure(p) {
		var makes []string
		var from fact.Source
		for _, need := range unmet {
			if slices.ContainsFunc(m.generateCommands(q), func(argv []string) bool { return m.names(argv, q.dir, path.Base(need.Path)) }) {
				makes, from = append(makes, need.Path), need.From
			}
		}
		if len(makes) == 0 {
			continue
		}
		if g, ok := m.generate([]*pkg{q}, from); ok {
			g.makes = makes
			all = append(all, g)
		}
	}
	return all
}

// names reports whether go run's arguments, or the sources here that it runs from a folder, hold a name.
func (m *module) names(argv []string, dir, name string) bool {
	if !startsTool(argv) {
		return false
	}
	if slices.ContainsFunc(argv[2:], func(a string) bool { return strings.Contains(a, name) }) {
		return true
	}
	program := path.Join(dir, argv[2])
	files := []string{program}
	if path.Ext(program) != ".go" {
		files = m.view.In(program)
	}
	return slices.ContainsFunc(files, func(file string) bool {
		text, err := m.view.Read(file)
		return err == nil && path.Ext(file) == ".go" && bytes.Contains(text, []byte(name))
	})
}

// generateCommands are the commands of a package's //go:generate lines.
func (m *module) generateCommands(p *pkg) [][]string {
	var all [][]string
	for _, file := range p.files {
		text, err := m.view.Read(file)
		if err != nil || !bytes.Contains(text, []byte("//go:generate ")) {
			continue
		}
		for line := range bytes.Lines(text) {
			command, ok := bytes.CutPrefix(line, []byte("//go:generate "))
			if !ok {
				continue
			}
			parsed, err := shell.Parse(strings.TrimSpace(string(command)))
			if err != nil || len(parsed.Commands) != 1 || len(parsed.Commands[0].Argv()) == 0 {
				return nil
			}
			all = append(all, parsed.Commands[0].Argv())
		}
	}
	return all
}

// listedTools are the packages of tools by the name of their program: those of tool directives,
// and those that a file behind the tag "tools" imports.
func (m *module) listedTools() map[string]string {
	listed := map[string]string{}
	for _, t := range m.file.Tool {
		listed[path.Base(t.Path)] = t.Path
	}
	for _, file := range m.view.Under(m.dir) {
		if path.Base(file) != "tools.go" || m.isNested(file) {
			continue
		}
		text, err := m.view.Read(file)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(text)) {
			name, ok := strings.CutPrefix(strings.TrimSpace(line), `_ "`)
			if !ok {
				name, ok = strings.CutPrefix(strings.TrimSpace(line), `import _ "`)
			}
			if name, _, _ = strings.Cut(name, `"`); ok && name != "" {
				if _, _, required := m.requires(name); required {
					listed[path.Base(name)] = name
				}
			}
		}
	}
	return listed
}

// targets runs the commands of a Makefile's target that generates code, where the repository leaves out Go
// files by their name: those that start a program of the module, or one that go.mod has or that they give a version.
func (m *module) targets(p *pkg) (generator, bool) {
	_, from := m.ignoredCode(p)
	pattern := strings.TrimPrefix(from.What, "**/")
	if m.file == nil || from.IsZero() || strings.Contains(pattern, "/") || slices.ContainsFunc(m.view.Under(m.dir), func(f string) bool {
		ok, err := path.Match(pattern, path.Base(f))
		return ok || err != nil
	}) {
		return generator{}, false
	}
	text, err := m.view.Read(path.Join(m.dir, "Makefile"))
	if err != nil {
		return generator{}, false
	}
	var commands [][]string
	for _, r := range makeRecipes(string(text)) {
		parsed, err := shell.Parse(r.text)
		if err != nil || !strings.Contains(r.target, "gen") {
			continue
		}
		for _, c := range parsed.Commands {
			if argv := c.Argv(); len(argv) > 2 && m.startsOwn(argv) && !slices.ContainsFunc(argv, func(w string) bool { return strings.ContainsAny(w, "$`\n") }) {
				commands = append(commands, argv)
			}
		}
	}
	return generator{what: "Files that make generates", commands: commands, from: from}, len(commands) > 0
}

// startsOwn reports whether a command is go run or go tool with a program that the build can have.
func (m *module) startsOwn(argv []string) bool {
	if !startsTool(argv) {
		return false
	}
	name, _, versioned := strings.Cut(argv[2], "@")
	_, _, required := m.requires(name)
	return argv[1] == "tool" || versioned || required || strings.HasPrefix(name, "./")
}

// ignoredCode is the first line of a .gitignore that keeps Go files of the program out of the
// repository, and the packages that they may belong to: all, for a pattern of names, or the one in
// the folder that it names.
func (m *module) ignoredCode(p *pkg) ([]*pkg, fact.Source) {
	closure := m.closure(p)
	for _, dir := range slices.Compact([]string{m.dir, "."}) {
		file := path.Join(dir, ".gitignore")
		text, err := m.view.Read(file)
		if err != nil {
			continue
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			line = strings.TrimSpace(line)
			if !strings.HasSuffix(line, ".go") || strings.HasPrefix(line, "!") || strings.HasPrefix(line, "#") || strings.HasSuffix(line, "_test.go") {
				continue
			}
			if name := strings.TrimPrefix(line, "**/"); !strings.Contains(name, "/") {
				return closure, fact.At(file, n, line)
			}
			folder := path.Join(dir, path.Dir(line))
			if i := slices.IndexFunc(closure, func(q *pkg) bool { return q.dir == folder }); i >= 0 && len(m.generateCommands(closure[i])) > 0 {
				return closure[i : i+1], fact.At(file, n, line)
			}
		}
	}
	return nil, fact.Source{}
}

// packageDirs are the folders of the module's packages, sorted.
func (m *module) packageDirs() []string {
	var dirs []string
	for dir := range m.packages.byDir {
		dirs = append(dirs, dir)
	}
	slices.Sort(dirs)
	return dirs
}
