package node

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/shell"
)

// findPrograms settles whether the package is a program, and how it is started.
func (p *pkg) findPrograms() error {
	if p.isElectron() {
		return nil
	}
	if found, err := p.findNx(); found || err != nil {
		return err
	}
	fw, framed, err := p.framework()
	if err != nil {
		return err
	}
	p.fw, p.framed = fw, framed
	if !framed && p.isNative() {
		return nil
	}
	program := detect.Program{Name: p.programName(), Also: []string{p.m.name, p.dir, path.Base(p.dir)}, Kind: fw.kind, At: fw.from}
	if !framed || fw.site == nil && fw.command == nil {
		s, at, err := p.findStart()
		if err != nil {
			return err
		}
		if !s.found() && fw.refuse == nil {
			return nil
		}
		p.start, program.At = s, at
	}
	if !framed {
		program.Kind = p.kind()
	}
	web, ok, err := hints.Web(p.view, p.dir)
	if err != nil {
		return err
	}
	if ok && len(web.Line.Commands) > 0 && mentionsNode(web.Line.Commands[len(web.Line.Commands)-1].Argv()) {
		program.Claims = append(program.Claims, detect.Claim{Rank: detect.Declared, What: "the Procfile's web process", From: web.From})
	}
	p.programs = []detect.Program{program}
	return nil
}

func mentionsNode(argv []string) bool {
	return len(argv) > 0 && slices.Contains([]string{"node", npm, pnpm, yarn, bun, "npx", "bunx", "next", "pm2-runtime"}, path.Base(argv[0]))
}

// programName is what --entry takes: the package's name without its scope.
func (p *pkg) programName() string {
	name := p.m.name
	if name == "" {
		name = path.Base(p.dir)
	}
	if _, rest, ok := strings.Cut(name, "/"); ok {
		name = rest
	}
	if name == "." || name == "" {
		return "app"
	}
	return name
}

// kind is what sort of program the package is where no framework says it.
func (p *pkg) kind() detect.Kind {
	if f := p.facts(); slices.ContainsFunc(strings.FieldsFunc(path.Base(p.dir), func(r rune) bool { return r == '-' || r == '_' }), func(word string) bool {
		return slices.Contains([]string{"worker", "workers", "queue", "consumer", "cron", "jobs", "scheduler"}, word)
	}) && len(f.defaults) == 0 && len(f.listens) == 0 {
		return detect.Worker // it carries the name of one, and names no port
	}
	for _, q := range p.closure(true) {
		if name, _ := q.m.firstOf(servers...); name != "" {
			return detect.Service
		}
	}
	if name, _ := p.m.firstOf(workers...); name != "" {
		return detect.Worker
	}
	f := p.facts()
	if !p.fetched(p.start).IsZero() {
		return detect.Service
	}
	if len(f.calls) > 0 && (!f.reads.IsZero() || len(f.listens) > 0 || slices.ContainsFunc(f.calls, func(c fact.Source) bool { return c.What == "createServer" || c.What == "serve" })) {
		return detect.Service
	}
	return detect.Command
}

// findStart is how the package says it is started: the Procfile, a start script, the main
// file, a file of a usual name, a binary.
func (p *pkg) findStart() (start, fact.Source, error) {
	web, ok, err := hints.Web(p.view, p.dir)
	if err != nil {
		return start{}, fact.Source{}, err
	}
	if ok {
		if s := p.resolveParsed(web); p.starts(s, true) {
			return s, web.From, nil
		}
	}
	for _, name := range startNames {
		if isDev := strings.Contains(name, "dev"); isDev && p.isLibrary() {
			continue // it shows the library to those who write it
		}
		if p.onlyDelegates(name) && !strings.Contains(name, "dev") {
			return start{}, fact.Source{}, nil // the program is another package's
		}
		if s := p.resolve(name); p.starts(s, strings.HasPrefix(name, "start") || strings.HasPrefix(name, "prod")) {
			s = p.delivered(s)
			return s, s.from, nil
		}
	}
	if s, at := p.startFile(); s.found() && !p.onlyServesOthers(s.file) {
		return s, at, nil
	}
	return start{}, fact.Source{}, nil
}

// onlyServesOthers reports whether a file that no script starts is there for other packages of the
// workspace to import, or for a script that makes files.
func (p *pkg) onlyServesOthers(file string) bool {
	if p.kind() != detect.Command {
		return false
	}
	for _, name := range p.m.order {
		for _, c := range p.commands(name) {
			if argv := c.Argv(); len(argv) > 1 && argv[0] == "node" && path.Clean(argv[len(argv)-1]) == file {
				return true
			}
		}
	}
	if p.space != nil && !p.isRoot && len(p.m.order) == 0 {
		return true
	}
	return p.space != nil && !p.isRoot && slices.ContainsFunc(p.space.members, func(q *pkg) bool { return q.m.has(p.m.name) && p.m.name != "" }) ||
		p.space != nil && !p.isRoot && p.space.root.has(p.m.name)
}

// resolveParsed is how a Procfile's line starts the package.
func (p *pkg) resolveParsed(web hints.Process) start {
	if len(web.Line.Commands) != 1 || web.Line.Complex {
		return start{}
	}
	c := unwrap(web.Line.Commands[0])
	if name, ok := runs(c.Argv()); ok {
		return p.resolve(name)
	}
	s := start{from: web.From}
	if mentionsNode(c.Argv()) {
		p.command(&s, c, strings.Join(c.Argv(), " "))
	}
	return s
}

// starts reports whether what a script runs is a program to deploy. A script that only a
// shell can run counts where its name says that it starts the program.
func (p *pkg) starts(s start, named bool) bool {
	switch {
	case s.script != "":
		return named && !p.isRoot && !p.onlyTools(s.script)
	case s.runner == "":
		return false
	case s.file != "":
		return s.file == "." && p.mainFile() != "" || s.file != "." && (p.present(s.file) || p.built(s.file))
	case isDeploy([]string{s.runner}), slices.Contains(assetServers, s.runner) || slices.Contains(builders, s.runner):
		return false
	default:
		return named && p.m.has(binaryPackage(s.runner))
	}
}

// onlyTools reports whether a shell line runs nothing but tools for writing code.
func (p *pkg) onlyTools(line string) bool {
	words := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t;&|()\"'", r) })
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(assetServers, path.Base(w)) })
}

// present is whether node finds a file of the repository by that name.
func (p *pkg) present(file string) bool { return p.resolveFile(file) != "" }

// resolveFile is the file of the repository, relative to the package, that node loads for a
// name: with an extension added, or the index file of a folder.
func (p *pkg) resolveFile(file string) string {
	for _, suffix := range []string{"", ".js", ".mjs", ".cjs", ".ts", ".mts", "/index.js", "/index.mjs", "/index.cjs", "/index.ts"} {
		if p.view.Has(p.in(file + suffix)) {
			return path.Clean(file + suffix)
		}
	}
	return ""
}

// built reports whether a file that the repository does not hold can come from a build.
func (p *pkg) built(file string) bool {
	if strings.HasPrefix(file, "..") || strings.HasPrefix(file, "node_modules") {
		return strings.HasPrefix(file, "node_modules")
	}
	if path.Dir(file) == "." && !p.present("src/"+strings.TrimSuffix(file, path.Ext(file))) && !p.buildNames(file) {
		return slices.Contains(p.outputs(), file) // builds write into folders, where nothing says otherwise
	}
	return p.buildScript() != "" || len(p.start.builds) > 0 || p.compiles()
}

// buildNames reports whether a script or the compiler's configuration can write a file to the top of the package.
func (p *pkg) buildNames(file string) bool {
	base := strings.TrimSuffix(file, path.Ext(file))
	for _, name := range p.m.order {
		if s := p.m.scripts[name].Value; strings.Contains(s, file) && name == p.buildScript() || strings.Contains(s, "="+file) || strings.Contains(s, " "+base+".js") && name == p.buildScript() {
			return true
		}
	}
	ts, err := p.compileConfig()
	return err == nil && ts.file != "" && (!ts.outDir.Known() || ts.outDir.Value == p.dir)
}

// buildScript is the script that builds the package, or "".
func (p *pkg) buildScript() string {
	if _, ok := p.m.script(p.ordered); ok {
		return p.ordered
	}
	for _, name := range []string{"build:prod", "build:production", "build", "compile", "heroku-postbuild", "gcp-build"} {
		if s, ok := p.m.script(name); ok && !isNoBuild(s.Value) && !p.onlyDeploys(name) && !p.onlyDelegates(name) {
			if (name == "build:prod" || name == "build:production") && p.hasOwnBuild() {
				continue
			}
			return name
		}
	}
	return p.partBuild()
}

// partBuild is the script "build:x" of a package without a script build: the only one that runs a builder.
func (p *pkg) partBuild() string {
	found := ""
	for _, name := range p.m.order {
		_, part, ok := strings.Cut(name, "build:")
		if !ok || strings.Contains(name, ":build:") || slices.ContainsFunc(strings.FieldsFunc(part, func(r rune) bool { return r == ':' || r == '-' }), func(w string) bool {
			return slices.Contains([]string{"dev", "development", "watch", "docker", "test", "debug", "docs", "staging", "analyze", "storybook"}, w)
		}) {
			continue
		}
		all := p.commands(name)
		if len(all) == 0 || !isBuild(all[len(all)-1].Argv()) || isDeploy(all[0].Argv()) {
			continue
		}
		if found != "" {
			return ""
		}
		found = name
	}
	return found
}

// hasOwnBuild reports whether the script build does more than name another one.
func (p *pkg) hasOwnBuild() bool { _, ok := p.m.script("build"); return ok }

// isNoBuild reports whether a build script is a placeholder.
func isNoBuild(line string) bool {
	return strings.HasPrefix(line, "echo ") && !strings.Contains(line, "&&") || strings.TrimSpace(line) == "true" || strings.TrimSpace(line) == ":" || strings.HasPrefix(line, "exit 0")
}

// onlyDeploys reports whether a script makes an image or deploys, and builds nothing before it.
func (p *pkg) onlyDeploys(name string) bool {
	all := p.commands(name)
	return slices.ContainsFunc(all, func(c shell.Command) bool { return isDeploy(c.Argv()) }) &&
		!slices.ContainsFunc(all, func(c shell.Command) bool { return !isDeploy(c.Argv()) && !isHousekeeping(c.Argv()) })
}

// compiles reports whether the package has the TypeScript compiler and a configuration that writes files.
func (p *pkg) compiles() bool {
	if !p.m.has("typescript") && (p.space == nil || !hasTypescript(p.space.root)) {
		return false
	}
	ts, err := p.compileConfig()
	return err == nil && ts.file != "" && !ts.noEmit
}

func hasTypescript(m *manifest) bool { return m.has("typescript") }

// mainFile is the file that main names, or that "node ." loads, relative to the package.
func (p *pkg) mainFile() string {
	if p.m.main.Known() {
		main := path.Clean(p.m.main.Value)
		if f := p.resolveFile(main); f != "" {
			return f
		}
		if p.built(main) && p.outputOf(main) {
			return main
		}
	}
	return p.resolveFile("index")
}

// outputOf reports whether a file lies where the compiler writes.
func (p *pkg) outputOf(file string) bool {
	ts, err := p.compileConfig()
	if err == nil && ts.outDir.Known() && strings.HasPrefix(p.in(file), ts.outDir.Value+"/") {
		return true
	}
	return slices.Contains([]string{"dist", "build", "lib", "out", "output", ".output", "server", "bin"}, firstPart(file)) && path.Dir(file) != "."
}

// usual are names of start files without extension, in the order in which they are tried.
var usual = []string{"server", "index", "app", "main", "bot", "start", "src/server", "src/index", "src/app", "src/main", "src/bot", "bin/www", "server/index", "app/index"}

// startFile is the program that no script starts: the main file, a usual name, a binary. A
// library has a main file too, so it counts only where nothing is written for importers.
func (p *pkg) startFile() (start, fact.Source) {
	if p.isLibrary() || p.isRoot && len(p.m.deps) == 0 {
		return p.binary()
	}
	if p.onlyBuildsAssets() {
		return start{}, fact.Source{}
	}
	main := p.mainFile()
	if file, at := p.listener(main); file != "" {
		return start{from: at, runner: p.runner(file), file: file}, at
	}
	if main != "" && p.m.main.Known() && !p.isHandler(main) && strings.TrimSuffix(path.Clean(p.m.main.Value), path.Ext(main)) == strings.TrimSuffix(main, path.Ext(main)) {
		return start{from: p.m.main.From, runner: p.runner(main), file: main}, p.m.main.From
	}
	for _, name := range usual {
		if file := p.resolveFile(name); file != "" && !p.view.HasDir(p.in(file)) && !p.isHandler(file) {
			at := fact.Default("the usual name of a start file")
			at.File = p.in(file)
			return start{from: at, runner: p.runner(file), file: file}, at
		}
	}
	return p.binary()
}

// listener is the only source that listens, at the top of the package or of its source folder, where the
// main file loads none that does: that one is there for those who import the package, or for a platform.
func (p *pkg) listener(main string) (string, fact.Source) {
	calls := p.facts().calls
	if main == "" || len(calls) == 0 || path.Ext(calls[0].File) == "" {
		return "", fact.Source{}
	}
	at := calls[0]
	dir := path.Dir(at.File)
	if dir != p.dir && dir != p.in("src") || !p.view.Has(p.in(main)) || p.loaded(at.File) || slices.ContainsFunc(calls, func(c fact.Source) bool { return c.File != at.File }) || at.File == p.in(main) {
		return "", fact.Source{}
	}
	return repo.Rel(p.dir, at.File), at
}

// runner is what runs a file that no script names: bun for TypeScript in a package that
// bun installs, else node.
func (p *pkg) runner(file string) string {
	dir := p.installDir()
	if isTypeScript(file) && (p.view.Has(path.Join(dir, "bun.lock")) || p.view.Has(path.Join(dir, "bun.lockb"))) {
		return bun
	}
	return "node"
}

// onlyBuildsAssets reports whether the manifest is there for the tools that make a page's
// files: it has a build and nothing that is needed at run time serves.
func (p *pkg) onlyBuildsAssets() bool {
	if name, _ := p.m.firstOf(append(slices.Clone(servers), workers...)...); name != "" {
		return false
	}
	for _, name := range p.m.order {
		for _, c := range p.commands(name) {
			if argv := c.Argv(); len(argv) > 0 && slices.Contains(assetServers, path.Base(argv[0])) && path.Base(argv[0]) != "tsc" && path.Base(argv[0]) != "tsup" && path.Base(argv[0]) != "jest" && path.Base(argv[0]) != "vitest" && path.Base(argv[0]) != "mocha" {
				return true
			}
		}
	}
	return false
}

// binary is the only command that the package installs.
func (p *pkg) binary() (start, fact.Source) {
	bin := p.m.root.get("bin")
	file := bin.text("bin")
	n := 0
	for _, v := range bin.fields() {
		file = v.text("bin")
		n++
	}
	if !file.Known() || n > 1 {
		return start{}, fact.Source{}
	}
	f := path.Clean(file.Value)
	if !p.present(f) && !p.built(f) {
		return start{}, fact.Source{}
	}
	return start{from: file.From, runner: "node", file: f}, file.From
}

// Enter is the program that a file or a script of the package stands for.
func (p *pkg) Enter(name string) (detect.Program, bool) {
	if s, ok := p.m.script(name); ok && p.resolve(name).found() {
		return detect.Program{Name: name, Kind: p.kind(), At: s.From}, true
	}
	rel := strings.TrimPrefix(path.Clean(name), p.dir+"/")
	if file := p.resolveFile(rel); file != "" && sourceExtensions[path.Ext(file)] {
		return detect.Program{Name: name, Kind: p.kind(), At: fact.At(p.in(file), 1, "")}, true
	}
	return detect.Program{}, false
}

// startOf is how a program of the package is started.
func (p *pkg) startOf(g detect.Program) start {
	if len(p.programs) > 0 && g.Name == p.programs[0].Name {
		return p.start
	}
	if _, ok := p.m.script(g.Name); ok {
		return p.resolve(g.Name)
	}
	return start{from: g.At, runner: "node", file: p.resolveFile(strings.TrimPrefix(path.Clean(g.Name), p.dir+"/"))}
}
