package node

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/shell"
	"github.com/dockgen/dockgen/templates"
)

//go:embed data/bins.json
var binsText []byte

// binary is where a package keeps a command of its.
type binary struct {
	Package string   `json:"package"`
	File    string   `json:"file"`
	Was     *older   `json:"was,omitempty"`  // where an older release keeps it
	Port    int      `json:"port,omitempty"` // of a server that reads PORT, handles SIGTERM and listens here if nothing else says
	Env     []string `json:"env,omitempty"`  // NAME=value that it needs to be reached
	Node    bool     `json:"node,omitempty"` // it starts node by its name
}

// older is where releases before a major version keep a command.
type older struct {
	Before int    `json:"before"`
	File   string `json:"file"`
}

// path is the file of the command below the package's folder, in the release that it asks for.
func (b binary) path(p *pkg) string {
	if d, ok := p.m.dependency(b.Package); ok && b.Was != nil {
		if spec := strings.TrimLeft(d.spec, "^~>=v "); spec != "" && spec[0] >= '0' && spec[0] <= '9' && major(spec) < b.Was.Before {
			return path.Join("node_modules", b.Package, b.Was.File)
		}
	}
	return path.Join("node_modules", b.Package, b.File)
}

// hoisted names files of packages where the package manager of a workspace puts them: at its
// root, unless a member has a release of its own. pnpm links what a member names below it.
// https://docs.npmjs.com/cli/using-npm/workspaces (2026-11)
func (c *recipe) hoisted(args []string) []string {
	above := repo.Rel(c.p.dir, c.manager.dir)
	if above == "." || c.manager.name == pnpm {
		return args
	}
	args = slices.Clone(args)
	for i, a := range args {
		below, found := strings.CutPrefix(a, "node_modules/")
		if !found {
			continue
		}
		parts := strings.SplitN(below, "/", 3)
		name := parts[0]
		if strings.HasPrefix(name, "@") && len(parts) > 1 {
			name += "/" + parts[1]
		}
		own := path.Join(repo.Rel(c.manager.dir, c.p.dir), "node_modules", name)
		if c.lock == nil || !c.lock.nested[own] {
			args[i] = path.Join(above, a)
		}
	}
	return args
}

var binaries = sync.OnceValue(func() map[string]binary {
	var list struct {
		Date, Source string
		Bins         map[string]binary `json:"bins"`
	}
	if err := json.Unmarshal(binsText, &list); err != nil {
		panic("node: data/bins.json: " + err.Error()) // our own data: a test reads it
	}
	return list.Bins
})

// binaryPackage is the package that brings a command; most have its name.
func binaryPackage(name string) string {
	if b, ok := binaries()[name]; ok {
		return b.Package
	}
	return name
}

// startsNode reports whether a file among the dependencies starts node by its name: those that
// are known to, and launchers that nobody knows, which npm would have given node on PATH.
func startsNode(file string) bool {
	rest, ok := strings.CutPrefix(file, "node_modules/")
	if !ok {
		return false
	}
	if strings.HasPrefix(rest, ".bin/") {
		return true
	}
	for _, b := range binaries() {
		if b.Node && rest == b.Package+"/"+b.File {
			return true
		}
	}
	return false
}

// launch is what the final image runs.
type launch struct {
	node    []string        // arguments of node (or bun); nil where argv is used
	argv    []string        // a whole command, where a shell or a binary runs it
	env     []templates.Var // that the start script sets
	needs   string          // a package that runs the program although it is only a development dependency
	sources bool            // the program runs from its sources: nothing is compiled
	builds  [][]string      // commands that must run in the build, besides the build script
	shell   string          // why a shell is needed, "" where it is not
	bun     bool            // bun runs it, not node
	port    fact.Of[int]    // where the program that runs the package's own listens, which then reads PORT too
	from    fact.Source
	before  []string
	notes   []detect.Note
}

// launch settles the command of a program under a major version of Node.js, and what it needs that
// is installed for development only.
func (p *pkg) launch(g detect.Program, version int) (launch, error) {
	l, err := p.settle(g, version)
	if err == nil && l.needs == "" {
		p.needsTool(&l)
	}
	return l, err
}

func (p *pkg) settle(g detect.Program, version int) (launch, error) {
	if p.framed && p.fw.command != nil && len(p.programs) > 0 && g.Name == p.programs[0].Name {
		return launch{node: p.fw.command, from: p.fw.from, needs: p.fw.needs, shell: p.fw.shell, before: p.beforeStart()}, nil
	}
	s := p.startOf(g)
	l := launch{from: s.from, env: s.env, shell: s.shell, before: s.before, needs: p.fw.needs}
	for _, b := range s.builds {
		if argv := strings.Fields(b); !p.buildDoes(argv) {
			l.builds = append(l.builds, argv)
		}
	}
	switch {
	case s.script != "":
		l.argv, l.sources = []string{"sh", "-c", s.script}, p.buildScript() == ""
		return l, nil
	case s.runner == bun:
		l.bun = true
		if at := p.fetched(s); !at.IsZero() {
			l.port = fact.New(unset, at)
		}
		l.node = append(append(s.flags, s.file), s.args...)
		l.sources = s.file == "" || s.file == "." || p.present(s.file)
		return l, nil
	case s.file == "":
		return l, p.launchBinary(&l, s)
	}
	file := s.file
	if file == "." {
		file = p.mainFile()
	}
	if found := p.resolveFile(file); found != "" && s.file != "." {
		if path.Ext(found) == ".ts" || path.Ext(found) == ".mts" {
			file = found
		}
	}
	return l, p.launchFile(&l, s, file, version)
}

// beforeStart are the commands that the start script runs before the one that a framework's
// takes the place of: migrations.
func (p *pkg) beforeStart() []string {
	for _, name := range startNames[:4] {
		if _, ok := p.m.script(name); ok {
			return p.resolve(name).before
		}
	}
	return nil
}

func (p *pkg) launchBinary(l *launch, s start) error {
	name := binaryPackage(s.runner)
	b, ok := binaries()[s.runner]
	if !ok {
		b = binary{Package: name, File: ""}
	}
	l.sources = p.buildScript() == ""
	if b.Port > 0 {
		l.port = fact.New(b.Port, fact.Default("the port of "+s.runner))
	}
	for _, e := range b.Env {
		name, v, _ := strings.Cut(e, "=")
		l.env = append(l.env, templates.Var{Name: name, Value: v})
	}
	if b.File == "" {
		l.node = append([]string{path.Join("node_modules/.bin", s.runner)}, s.args...)
		return nil
	}
	l.node = append([]string{b.path(p)}, s.args...)
	return nil
}

// firstWithTypes is the first line of Node.js that runs TypeScript by removing its types
// (22.18). https://nodejs.org/api/typescript.html (2026-11)
const firstWithTypes = 22

// launchFile settles how a file is run: compiled to JavaScript where the build does that,
// else by the tool that the script names.
func (p *pkg) launchFile(l *launch, s start, file string, version int) error {
	if s.runner == "node" {
		if at := p.whereCompiled(file); at != file {
			l.notes = append(l.notes, detect.Note{At: s.from, Text: fmt.Sprintf("the compiler writes no %s: it takes files beside the sources too, so that the program is %s", file, at)})
			file = at
		}
	}
	isTS := strings.HasSuffix(file, ".ts") || strings.HasSuffix(file, ".mts") || strings.HasSuffix(file, ".tsx") || strings.HasSuffix(file, ".cts")
	l.sources = p.view.Has(p.in(file)) || p.present(file)
	// The script says "node x.ts" where Node.js is to remove the types itself.
	asWritten := s.runner == "node" && isTypeScript(s.file) && version >= firstWithTypes && !p.buildRuns("tsc") && (s.from != p.m.main.From || p.buildScript() == "")
	if isTS && !asWritten && (s.runner == "node" && !hasFlag(s.flags, "strip-types") && !hasFlag(s.flags, "tsx") && !hasFlag(s.flags, "ts-node") || p.buildRuns("tsc")) && p.compiles() {
		ts, err := p.compileConfig()
		if err != nil {
			return err
		}
		out := ts.output(p.view, p.in(file))
		if p.buildScript() == "" {
			l.builds = append(l.builds, []string{"tsc", "-p", repo.Rel(p.dir, ts.file)})
		}
		if ok := !p.usesAliases(ts); ok {
			l.node = append([]string{repo.Rel(p.dir, out)}, s.args...)
			l.sources = false
			return nil
		}
	}
	switch s.runner {
	case "node":
		l.node = append(append(s.flags, file), s.args...)
	case "tsx", "esno", "esr":
		l.needs = p.onlyDev("tsx")
		l.node = append(append(append([]string{"--import", "tsx"}, s.flags...), file), s.args...)
	case "ts-node", "ts-node-dev", "tsnd", "ts-node-esm":
		l.needs = p.onlyDev("ts-node", "ts-node-dev", "typescript")
		hook := []string{"-r", "ts-node/register"}
		if p.m.module {
			hook = []string{"--loader", "ts-node/esm"}
		}
		l.node = append(append(append(hook, keepRequires(s.flags)...), file), s.args...)
	default:
		b, ok := binaries()[s.runner]
		if !ok {
			l.node = append([]string{path.Join("node_modules/.bin", s.runner), file}, s.args...)
		} else {
			l.node = append(append([]string{b.path(p)}, s.flags...), append([]string{file}, s.args...)...)
		}
		l.needs = p.onlyDev(binaryPackage(s.runner))
	}
	if l.needs != "" {
		l.notes = append(l.notes, detect.Note{At: s.from, Text: fmt.Sprintf("%s runs the program, so the image keeps the development dependencies; compile it, or move %[1]s to dependencies, for a smaller one", l.needs)})
	}
	return nil
}

// buildRuns reports whether the build script runs a program.
func (p *pkg) buildRuns(name string) bool {
	for _, c := range p.commands(p.buildScript()) {
		if argv := c.Argv(); len(argv) > 0 && path.Base(argv[0]) == name {
			return true
		}
	}
	return false
}

// buildDoes reports whether the build script, or one that an install runs, has a command already.
func (p *pkg) buildDoes(argv []string) bool {
	hooks, _ := p.lifecycle()
	return slices.ContainsFunc(append(hooks, p.buildScript()), func(name string) bool {
		return slices.ContainsFunc(p.commands(name), func(c shell.Command) bool { return slices.Equal(c.Argv(), argv) })
	})
}

func hasFlag(flags []string, part string) bool {
	for _, f := range flags {
		if strings.Contains(f, part) {
			return true
		}
	}
	return false
}

// keepRequires are the flags of ts-node that node knows too.
func keepRequires(flags []string) []string {
	var kept []string
	for i := 0; i+1 < len(flags); i++ {
		if flags[i] == "-r" || flags[i] == "--require" {
			kept = append(kept, "-r", flags[i+1])
			i++
		}
	}
	return kept
}

// usesAliases reports whether the compiler's output still holds names that only the
// configuration's "paths" can resolve, and nothing in the build rewrites them.
func (p *pkg) usesAliases(ts tsconfig) bool {
	for _, file := range ts.read {
		root, err := readJSON(p.view, file)
		if err != nil || !root.get("compilerOptions", "paths").isObject() {
			continue
		}
		for _, name := range []string{"tsc-alias", "tspath", "resolve-tspaths", "tsconfig-paths", "module-alias", "ttypescript", "typescript-transform-paths", "@nestjs/cli", "tsup", "esbuild", "webpack", "vite", "rollup", "@swc/cli"} {
			if p.m.has(name) {
				return false
			}
		}
		return true
	}
	return false
}
