package node

import (
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/shell"
)

// tsconfig is what a TypeScript configuration says about where output goes, with what it extends.
// Format: https://www.typescriptlang.org/tsconfig/ (2026-11). Paths are relative to the root of the view.
type tsconfig struct {
	file    string
	read    []string // the file and those it extends
	outDir  fact.Of[string]
	rootDir fact.Of[string]
	noEmit  bool
	compos  bool // composite: rootDir is the folder of the file
	include []string
	exclude []string
	files   []string
}

const maxExtends = 8 // of configurations one above the other

// readTSConfig reads a configuration and those it extends inside the repository. One
// that is not there gives the zero value.
func (p *pkg) readTSConfig(file string, depth int) (tsconfig, error) {
	root, err := readJSON(p.view, file)
	if err != nil || !root.exists() {
		return tsconfig{}, err
	}
	c := tsconfig{file: file}
	dir := path.Dir(file)
	extends := root.get("extends")
	for _, e := range append([]value{extends}, extends.items()...) {
		name := e.text("").Value
		if depth >= maxExtends || name == "" || !strings.HasPrefix(name, ".") {
			continue // a package's configuration says nothing about the folders here
		}
		base := path.Join(dir, name)
		if !p.view.Has(base) {
			base += ".json"
		}
		b, err := p.readTSConfig(base, depth+1)
		if err != nil {
			return c, err
		}
		read := append(c.read, b.read...)
		c = b
		c.read = read
	}
	c.file, c.read = file, append(c.read, file)
	options := root.get("compilerOptions")
	if v := options.get("outDir").text("outDir"); v.Known() {
		c.outDir = fact.New(path.Join(dir, v.Value), v.From)
	}
	if v := options.get("rootDir").text("rootDir"); v.Known() {
		c.rootDir = fact.New(path.Join(dir, v.Value), v.From)
	}
	if v := options.get("noEmit"); v.exists() {
		c.noEmit = v.isTrue()
	}
	if v := options.get("composite"); v.exists() {
		c.compos = v.isTrue()
	}
	for _, list := range []struct {
		name string
		to   *[]string
	}{{"include", &c.include}, {"exclude", &c.exclude}, {"files", &c.files}} {
		if v := root.get(list.name); v.exists() {
			*list.to = nil
			for _, item := range v.items() {
				*list.to = append(*list.to, path.Join(dir, item.text("").Value))
			}
		}
	}
	return c, nil
}

// tsconfigs are the folders outside the package that its TypeScript configurations are read from.
func (p *pkg) tsconfigs() []string {
	var dirs []string
	for _, f := range p.view.In(p.dir) {
		if base := path.Base(f); !strings.HasPrefix(base, "tsconfig") || path.Ext(base) != ".json" {
			continue
		}
		c, err := p.readTSConfig(f, 0)
		if err != nil {
			continue // the build will say so
		}
		for _, read := range c.read {
			if !repo.Within(p.dir, read) {
				dirs = append(dirs, path.Dir(read))
			}
		}
	}
	return dirs
}

// output is where a source file of the configuration ends up, relative to the root of the view.
func (c tsconfig) output(v *repo.View, source string) string {
	ext := path.Ext(source)
	js := map[string]string{".ts": ".js", ".tsx": ".js", ".mts": ".mjs", ".cts": ".cjs", ".js": ".js", ".mjs": ".mjs", ".cjs": ".cjs", ".jsx": ".js"}[ext]
	if js == "" {
		return source
	}
	out := strings.TrimSuffix(source, ext) + js
	if !c.outDir.Known() {
		return out
	}
	return path.Join(c.outDir.Value, repo.Rel(c.root(v), out))
}

// root is rootDir, or what the compiler takes for it: the deepest folder that holds all inputs.
func (c tsconfig) root(v *repo.View) string {
	dir := path.Dir(c.file)
	switch {
	case c.rootDir.Known():
		return c.rootDir.Value
	case c.compos:
		return dir
	}
	var dirs []string
	for _, f := range v.Under(dir) {
		if c.inputs(f) {
			dirs = append(dirs, path.Dir(f))
		}
	}
	if len(dirs) == 0 {
		return dir
	}
	return repo.Common(dirs...)
}

// inputs reports whether a file is compiled.
func (c tsconfig) inputs(f string) bool {
	if strings.HasSuffix(f, ".d.ts") || !slices.Contains([]string{".ts", ".tsx", ".mts", ".cts"}, path.Ext(f)) {
		return false
	}
	if slices.Contains(c.files, f) {
		return true
	}
	include := c.include
	if len(include) == 0 {
		if len(c.files) > 0 {
			return false
		}
		include = []string{path.Dir(c.file)}
	}
	exclude := c.exclude
	if c.outDir.Known() {
		exclude = append(slices.Clone(exclude), c.outDir.Value)
	}
	return matchesAny(include, f) && !matchesAny(exclude, f)
}

// matchesAny reports whether a pattern, or a folder, of the list holds the file.
func matchesAny(patterns []string, f string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		if repo.Within(p, f) {
			return true
		}
		ok, err := doublestar.Match(p, f)
		if err == nil && !ok {
			ok, err = doublestar.Match(p+"/**", f)
		}
		return err == nil && ok
	})
}

// compileConfig is the configuration that the build compiles with: the one that a script
// names with -p, else tsconfig.build.json where a script says so, else tsconfig.json.
func (p *pkg) compileConfig() (tsconfig, error) {
	for _, name := range []string{"build", "compile", "prepare"} {
		for _, c := range p.commands(name) {
			argv := c.Argv()
			if len(argv) == 0 || argv[0] != "tsc" {
				continue
			}
			config := "tsconfig.json"
			for i, a := range argv {
				if (a == "-p" || a == "--project" || a == "-b" || a == "--build") && i+1 < len(argv) && !strings.HasPrefix(argv[i+1], "-") {
					config = argv[i+1]
				}
			}
			if path.Ext(config) != ".json" {
				config = path.Join(config, "tsconfig.json")
			}
			ts, err := p.readTSConfig(p.in(config), 0)
			for i, a := range argv {
				if a == "--outDir" && i+1 < len(argv) {
					ts.outDir = fact.New(p.in(argv[i+1]), p.m.scripts[name].From)
				}
			}
			return ts, err
		}
	}
	return p.readTSConfig(p.in("tsconfig.json"), 0)
}

// whereCompiled is where the compiler writes a file that a script starts, where it can write none by that
// name and one deeper instead: dist/src/server.js for dist/server.js, since it takes the tests too.
func (p *pkg) whereCompiled(file string) string {
	ts, err := p.compileConfig()
	if err != nil || ts.noEmit || !ts.outDir.Known() || !p.onlyCompiles() || p.present(file) {
		return file
	}
	asked, below := strings.CutPrefix(withoutExtension(p.in(file)), ts.outDir.Value+"/")
	if !below {
		return file
	}
	ts.rootDir = fact.New(ts.root(p.view), fact.Source{})
	var deeper []string
	for _, source := range p.sources() {
		if !ts.inputs(source) {
			continue
		}
		out := ts.output(p.view, source)
		rel := withoutExtension(repo.Rel(ts.outDir.Value, out))
		switch _, rest, _ := strings.Cut(rel, "/"); {
		case rel == asked || rel == asked+"/index":
			return file
		case rest == asked:
			deeper = append(deeper, repo.Rel(p.dir, out))
		}
	}
	if len(deeper) != 1 {
		return file
	}
	return deeper[0]
}

// onlyCompiles reports whether the build runs the TypeScript compiler, and nothing else that may
// write programs.
func (p *pkg) onlyCompiles() bool {
	if !p.emits() {
		return false
	}
	return !slices.ContainsFunc(p.commands(p.buildScript()), func(c shell.Command) bool {
		argv := c.Argv()
		if len(argv) == 0 {
			return false
		}
		name := path.Base(argv[0])
		_, known := bundlers()[name]
		return known && name != "tsc" || name == "vite" || name == "cp" || name == "mv" || name == "cpx" || name == "copyfiles"
	})
}

// nestOutput is the compiled main file of a NestJS application without its extension:
// "dist/main", and "dist/src/main" where something outside src is compiled too.
// nest-cli.json: https://docs.nestjs.com/cli/monorepo#cli-properties (2026-11)
func (p *pkg) nestOutput() (string, error) {
	cli, err := readJSON(p.view, p.in("nest-cli.json"))
	if err != nil {
		return "", err
	}
	root, entry := "src", "main"
	if v := cli.get("sourceRoot").text(""); v.Known() {
		root = v.Value
	}
	if v := cli.get("entryFile").text(""); v.Known() {
		entry = v.Value
	}
	config := "tsconfig.build.json"
	if v := cli.get("compilerOptions", "tsConfigPath").text(""); v.Known() {
		config = v.Value
	} else if !p.view.Has(p.in(config)) {
		config = "tsconfig.json"
	}
	if cli.get("compilerOptions", "webpack").isTrue() || cli.get("monorepo").isTrue() {
		return path.Join("dist", strings.TrimSuffix(root, "/src"), entry), nil
	}
	ts, err := p.readTSConfig(p.in(config), 0)
	if err != nil {
		return "", err
	}
	if !ts.outDir.Known() {
		ts.outDir = fact.New(p.in("dist"), fact.Default("NestJS"))
	}
	out := ts.output(p.view, p.in(path.Join(root, entry+".ts")))
	return strings.TrimSuffix(repo.Rel(p.dir, out), ".js"), nil
}
