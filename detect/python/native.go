package python

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/python/syntax"
	"github.com/dockgen/dockgen/internal/fact"
)

//go:embed data/native.json
var nativeJSON []byte

//go:embed data/tools.json
var toolsJSON []byte

// native is what a package needs of the system.
type native struct {
	Build    []string `json:"build"`
	Run      []string `json:"run"`
	ApkBuild []string `json:"apkBuild"`
	ApkRun   []string `json:"apkRun"`
	Unless   []string `json:"unless"`   // packages that bring it themselves
	Compiled bool     `json:"compiled"` // it has wheels: this holds only where none fits
	Shared   bool     `json:"shared"`   // linked to Python's shared library
	Module   string   `json:"module"`   // it starts a command: wanted only by those that use it
	Calls    []string `json:"calls"`    // of other packages that use it
}

// decoded reads a table of ours when it is first used.
func decoded[T any](text []byte) func() T {
	return sync.OnceValue(func() (t T) {
		if err := json.Unmarshal(text, &t); err != nil {
			panic("python: " + err.Error()) // our own data: the tests read it
		}
		return t
	})
}

var natives = decoded[struct {
	Packages map[string]native
	Commands map[string]native // programs that code starts, and what brings them
}](nativeJSON)

var tools = decoded[struct {
	Tools, Servers map[string]string
	Stopping       []string // commands that end on SIGTERM
}](toolsJSON)

// needed are system packages and the dependency that needs the first of them.
type needed struct {
	build, run []string
	from       fact.Of[string] // the package that needs the first of either
	runs       fact.Of[string] // what needs the first of run, in words
	shared     fact.Of[string] // the package that is linked to Python's shared library
}

// downloads are notes on packages that bring or want more than a system package.
func (p *project) downloads() []detect.Note {
	var notes []detect.Note
	if at, ok := p.installs("torch"); ok && !p.hasIndex("/whl/cpu") && len(p.torchIndexes()) == 0 {
		notes = append(notes, detect.Note{At: at, Text: "torch from the usual index brings CUDA, some gigabytes: name PyTorch's CPU index where no GPU is used"})
	}
	return notes
}

// hasIndex reports whether an index of the project has a text in its address.
func (p *project) hasIndex(text string) bool {
	return slices.ContainsFunc(p.indexURLs(), func(i indexURL) bool { return strings.Contains(i.Value, text) })
}

// compiles reports whether a package that has wheels is built from source: the lock
// lists none that fits, or the pinned release came before them.
func (p *project) compiles(name, line, libc string) bool {
	if p.lock != nil {
		l, ok := p.lock.production(line)[name]
		return ok && (l.binary() && !l.hasWheel(line, libc) || !l.lists && firstWheel().First.tooOld(name, l.version, line))
	}
	d, ok := p.has(name)
	first, listed := firstWheel().First[name][line]
	return ok && listed && d.url == "" && holds(d.marker, line) && d.below(first)
}

// uses reports whether the command that a package starts is wanted: the code imports the
// package or calls what uses it, or a list that people keep by hand names it. One that
// only came with another, as GitPython with Streamlit, is used where that is asked to.
func (p *project) uses(name string, want native) bool {
	if _, named := p.has(name); want.Module == "" || named && !p.frozen() {
		return true
	}
	words := []string{want.Module}
	for _, c := range want.Calls {
		words = append(words, c[strings.LastIndex(c, ".")+1:])
	}
	return slices.ContainsFunc(p.sources.holding(words...), func(file string) bool {
		m := p.sources.module(file)
		_, imported := m.Imported(want.Module)
		return imported || slices.ContainsFunc(m.Calls, func(c syntax.Call) bool { return slices.Contains(want.Calls, m.Qualified(c.Callee)) })
	})
}

// frozen reports whether the list of dependencies was written by a tool and names what
// they depend on as well.
func (p *project) frozen() bool {
	if p.tool.Value != "pip" {
		return p.tool.Value == "pylock"
	}
	return p.requirements.compiled.Known() || !slices.ContainsFunc(p.requirements.deps, func(d dependency) bool { return d.url == "" && !strings.HasPrefix(d.spec, "==") })
}

// unwheeled are the locked packages that Alpine's libc finds no wheel for, sorted.
func (p *project) unwheeled(line string) []*locked {
	var all []*locked
	if p.lock == nil {
		return nil
	}
	production := p.lock.production(line)
	for _, name := range p.lock.names() {
		if l, ok := production[name]; ok && l.binary() && !l.hasWheel(line, "musllinux") {
			all = append(all, l)
		}
	}
	return all
}

func (p *project) native(alpine bool, line string) needed {
	var n needed
	var names []string
	for name := range natives().Packages {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		at, ok := p.installsOn(name, line)
		libc := map[bool]string{true: "musllinux", false: "manylinux"}[alpine]
		ok = ok && (!natives().Packages[name].Compiled || p.compiles(name, line, libc))
		want := natives().Packages[name]
		if !ok || !p.uses(name, want) || slices.ContainsFunc(want.Unless, func(o string) bool { _, has := p.installs(o); return has }) {
			continue
		}
		build, run := want.Build, want.Run
		if alpine {
			build, run = want.ApkBuild, want.ApkRun
		}
		n.build, n.run = append(n.build, build...), append(n.run, run...)
		if want.Shared && !n.shared.Known() {
			n.shared = fact.New(name, at)
		}
		if !n.from.Known() && len(build)+len(run) > 0 {
			n.from = fact.New(name, at)
		}
		if len(run) > 0 && !n.runs.Known() {
			n.runs = fact.New(name+" needs "+run[0], at)
		}
	}
	if missing := p.unwheeled(line); alpine && len(missing) > 0 {
		n.build = append(n.build, "build-base")
		if !n.from.Known() {
			n.from = fact.New(missing[0].name, missing[0].from)
		}
	}
	if build, run, from := p.listed(); !alpine && !from.IsZero() { // names of Debian
		n.build, n.run = append(n.build, build...), append(n.run, run...)
		if !n.from.Known() {
			n.from = fact.New("packages.txt", from)
		}
		if len(run) > 0 && !n.runs.Known() {
			n.runs = fact.New("packages.txt names "+run[0], from)
		}
	}
	if git := p.gitSource(); !git.IsZero() {
		n.build = append(n.build, "git")
		if !n.from.Known() {
			n.from = fact.New("git", git)
		}
	}
	for _, list := range []*[]string{&n.build, &n.run} {
		slices.Sort(*list)
		*list = slices.Compact(*list)
	}
	return n
}
