package node

import (
	_ "embed"
	"encoding/json"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/jsconfig"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/shell"
)

//go:embed data/bundlers.json
var bundlersText []byte

// bundler is how a command that makes files is told where they go.
type bundler struct {
	Flags   []string // options that name the folder or the file
	Configs []string // its configuration files, without extension
	Field   string   // of package.json that may hold the configuration
	Keys    []string // of the configuration, each a path with dots
	Default string   // the folder where nothing is told, "" where it then writes no file
	Main    bool     // main of package.json tells it too
}

var bundlers = sync.OnceValue(func() map[string]bundler {
	var list struct {
		Date, Source string
		Bundlers     map[string]bundler
	}
	if err := json.Unmarshal(bundlersText, &list); err != nil {
		panic("node: data/bundlers.json: " + err.Error()) // our own data: a test reads it
	}
	return list.Bundlers
})

// outputFlags are options with which most other programs are told where to write.
var outputFlags = []string{"--outDir", "--outdir", "--out-dir", "--outfile", "-o", "--out", "--dist-dir", "--output-path"}

// outputs are the folders that the package's build leaves, relative to it. The usual folder of a
// tool whose configuration would have to be run counts only where nothing else says one.
func (p *pkg) outputs() []string {
	if p.framed && len(p.fw.output) > 0 {
		return p.fw.output
	}
	var outs []string
	if ts, err := p.compileConfig(); err == nil && !ts.noEmit && ts.outDir.Known() && repo.Within(p.dir, ts.outDir.Value) && p.emits() {
		outs = append(outs, firstPart(repo.Rel(p.dir, ts.outDir.Value)))
	}
	told, likely := p.written()
	outs = append(append(outs, told...), p.startOutputs()...)
	if len(outs) == 0 {
		outs = likely
	}
	slices.Sort(outs)
	return slices.DeleteFunc(slices.Compact(outs), func(o string) bool { return o == "." || o == "src" || isOutside(o) })
}

// written are the folders that the commands of the build write to: those they are told, or else
// their usual ones.
func (p *pkg) written() (told, likely []string) {
	for _, c := range p.commands(p.buildScript()) {
		t, usual := p.leaves(c.Argv())
		told, likely = append(told, t...), append(likely, usual...)
	}
	return told, likely
}

// amongSources are the files and folders, relative to the package, that the build is told to write
// among the sources: of other projects, and below a folder of the package that people's files lie in too.
func (p *pkg) amongSources() []string {
	var told []string
	for _, c := range p.commands(p.buildScript()) {
		told = append(told, p.told(c.Argv())...)
	}
	told = append(told, p.carried()...)
	slices.Sort(told)
	return slices.DeleteFunc(slices.Compact(told), func(o string) bool {
		if isOutside(o) {
			return path.Join(p.dir, o) == "." || isOutside(path.Join(p.dir, o))
		}
		return !strings.Contains(o, "/") || !detect.Holds(p.view, p.in(firstPart(o)))
	})
}

// told are the files and folders, relative to the package, that a command is told to write.
func (p *pkg) told(argv []string) []string {
	named, _, _ := p.destinations(argv)
	var clean []string
	for _, f := range named {
		if f = path.Clean(f); f != "." && !path.IsAbs(f) && !strings.ContainsAny(f, "$*[") {
			clean = append(clean, f)
		}
	}
	return clean
}

// destinations are the files and folders that a command is told to write, by an option or its configuration;
// its usual folder where it is told none, and whether what could tell it was all read.
func (p *pkg) destinations(argv []string) (named []string, usual string, sure bool) {
	if len(argv) == 0 {
		return nil, "", true
	}
	name := path.Base(argv[0])
	if name == "vite" {
		return p.viteDestinations(argv)
	}
	b, known := bundlers()[name]
	if !known {
		b = bundler{Flags: outputFlags}
	}
	if named = optionValues(argv, b.Flags); len(named) > 0 || b.Default == "" && len(b.Keys) == 0 {
		return named, "", true
	}
	named, sure = p.configured(b, argv)
	if b.Main && p.m.main.Known() {
		return named, "", true
	}
	return named, b.Default, sure
}

// viteDestinations is destinations for Vite.
func (p *pkg) viteDestinations(argv []string) (named []string, usual string, sure bool) {
	c, err := p.config(viteConfigs(argv)...)
	if err != nil {
		return nil, "", false
	}
	_, out := viteFolders(c, argv, fact.Source{})
	if given := len(optionValues(argv, []string{"--outDir"})) > 0; given || out.From.File != "" {
		return []string{out.Value}, "", true
	}
	return nil, out.Value, c.object.Get("build", "outDir").Sure()
}

func isOutside(rel string) bool { return rel == ".." || strings.HasPrefix(rel, "../") }

// emits reports whether the build runs the TypeScript compiler for more than its opinion.
func (p *pkg) emits() bool {
	return slices.ContainsFunc(p.commands(p.buildScript()), func(c shell.Command) bool {
		argv := c.Argv()
		return len(argv) > 0 && path.Base(argv[0]) == "tsc" && !slices.Contains(argv, "--noEmit")
	})
}

// leaves are the folders, relative to the package, that a command of the build writes to: those it
// is told, or else its usual one, which is likely only where its configuration cannot be read.
func (p *pkg) leaves(argv []string) (told, likely []string) {
	named, usual, sure := p.destinations(argv)
	if told = folders(named); len(told) > 0 || usual == "" {
		return told, nil
	}
	if sure {
		return folders([]string{usual}), nil
	}
	return nil, folders([]string{usual})
}

// configured are the folders and files that a tool's configuration names, and whether all of it
// could be read.
func (p *pkg) configured(b bundler, argv []string) (written []string, sure bool) {
	if field := p.m.root.get(b.Field); b.Field != "" && field.exists() {
		for _, key := range b.Keys {
			if v := field.get(strings.Split(key, ".")...).text(key); v.Known() {
				written = append(written, v.Value)
			}
		}
		return written, true
	}
	names := b.Configs
	if given := optionValues(argv, []string{"-c", "--config"}); len(given) > 0 {
		names = []string{strings.TrimSuffix(path.Clean(given[0]), path.Ext(given[0]))}
	}
	c, err := p.config(names...)
	if err != nil {
		return nil, false
	}
	sure = true
	for _, c := range append([]config{c}, p.required(c)...) {
		for _, object := range objects(c.Export) {
			for _, key := range b.Keys {
				found, known := places(object, strings.Split(key, "."))
				written, sure = append(written, found...), sure && known
			}
		}
	}
	return written, sure
}

// required are the configurations beside one that it takes parts of: webpack.common.js.
func (p *pkg) required(c config) []config {
	var all []config
	for _, name := range sortedModules(c.Imports) {
		if !strings.HasPrefix(name, ".") {
			continue
		}
		file := repo.Rel(p.dir, path.Join(path.Dir(c.file), name))
		if r, err := p.config(withoutExtension(file)); err == nil && r.file != "" {
			all = append(all, r)
		}
	}
	return all
}

func sortedModules(imports map[string]string) []string {
	var names []string
	for _, module := range imports {
		names = appendName(names, module)
	}
	slices.Sort(names)
	return names
}

// objects are the configurations that an export holds: one, or a list of several.
func objects(v jsconfig.Value) []jsconfig.Value {
	if v.Kind == jsconfig.Call {
		for _, item := range v.Items {
			if item.Kind == jsconfig.Array {
				return objects(item)
			}
		}
	}
	if v.Kind != jsconfig.Array {
		return v.Object().Could()
	}
	var all []jsconfig.Value
	for _, item := range v.Items {
		all = append(all, objects(item)...)
	}
	return all
}

// places are the paths at a key of a configuration, where any step may be a list, and whether every
// value there is known.
func places(v jsconfig.Value, keys []string) (found []string, sure bool) {
	if v.Kind == jsconfig.Array {
		sure = true
		for _, item := range v.Items {
			in, known := places(item, keys)
			found, sure = append(found, in...), sure && known
		}
		return found, sure
	}
	if len(keys) > 0 {
		return places(v.Get(keys[0]), keys[1:])
	}
	sure = true
	for _, one := range v.Could() {
		s, ok := joined(one)
		if ok {
			found = append(found, s)
		}
		sure = sure && (ok || one.Kind != jsconfig.Unknown && one.Kind != jsconfig.Call)
	}
	return found, sure
}

// optionValues are the values of options: --name value, --name=value.
func optionValues(argv, names []string) []string {
	var found []string
	for i, a := range argv {
		name, v, cut := strings.Cut(a, "=")
		if !slices.Contains(names, name) {
			continue
		}
		if !cut && i+1 < len(argv) {
			v = argv[i+1]
		}
		if v != "" && !strings.HasPrefix(v, "-") {
			found = append(found, v)
		}
	}
	return found
}

// folders are the first parts of the paths that lie in the package, and the folders outside of it.
func folders(paths []string) []string {
	var dirs []string
	for _, v := range paths {
		switch v = path.Clean(v); {
		case v == "." || path.IsAbs(v) || strings.ContainsAny(v, "$*"):
		case isOutside(v) && path.Ext(v) != "":
			dirs = append(dirs, path.Dir(v))
		case isOutside(v):
			dirs = append(dirs, v)
		default:
			dirs = append(dirs, firstPart(v))
		}
	}
	return dirs
}

// startOutputs are the folders of the files that the package is started or imported by, where the
// repository does not hold them.
func (p *pkg) startOutputs() []string {
	var outs []string
	add := func(f string) {
		f = path.Clean(f)
		if f != "." && !strings.HasPrefix(f, "..") && !strings.HasPrefix(f, "node_modules") && !p.present(f) && strings.Contains(f, "/") {
			outs = append(outs, firstPart(f))
		}
	}
	if p.start.runner == "node" && p.start.file != "" {
		add(p.start.file)
	}
	if p.m.main.Known() && p.buildScript() != "" && len(outs) == 0 { // else its imports are not what counts
		add(p.m.main.Value)
	}
	if p.framed {
		for _, a := range p.fw.command {
			if !strings.HasPrefix(a, "-") {
				add(a)
			}
		}
	}
	return outs
}

// exported are the folders of files that other packages import and the repository does not hold, where the
// package has a build that can leave them. https://nodejs.org/api/packages.html#package-entry-points (2026-11)
func (p *pkg) exported() []string {
	if p.buildScript() == "" {
		return nil
	}
	var outs []string
	jsonLeaves(p.m.root.get("exports"), []string{"exports"}, func(_ []string, text string, _ fact.Source) {
		f := path.Clean(text)
		if strings.HasPrefix(text, "./") && strings.Contains(f, "/") && !strings.Contains(firstPart(f), "*") && !isOutside(f) && !p.present(f) && !p.view.HasDir(p.in(firstPart(f))) {
			outs = appendName(outs, firstPart(f))
		}
	})
	return outs
}
