package node

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/started"
)

// needs are what the installed packages ask of the images.
type needs struct {
	rebuild  []string // packages whose install scripts must run, for the build
	run      []string // the same, for what the program needs at run time
	compile  fact.Of[string]
	build    []sourced // Debian or Alpine packages of the build stage
	runtime  []sourced
	env      []sourced // NAME=value of the build stage
	runEnv   []sourced
	noAlpine fact.Of[string] // why Alpine is impossible
	shell    fact.Of[string] // why distroless is
	browser  fact.Of[string] // package that installs the browser which the program starts: playwright@1.60.0
	git      fact.Source     // a dependency is fetched with git
	notes    []detect.Note
}

type sourced = fact.Of[string]

// installed is one package that will be installed, and whether the program needs it.
type installed struct {
	entry
	from fact.Source
	run  bool
}

// packages are the packages that the lockfile, or without one the manifests, install.
func (p *pkg) packages(l *locked) []installed {
	var roots, all []string
	for _, q := range append(p.closure(true), p) {
		for name := range q.m.deps {
			roots = append(roots, name)
		}
	}
	for _, q := range p.closure(false) {
		all = append(all, q.m.allNames()...)
	}
	if p.space != nil {
		all = append(all, p.space.root.allNames()...)
	}
	if l == nil {
		var found []installed
		slices.Sort(all)
		for _, name := range slices.Compact(all) {
			d, ok := p.m.dependency(name)
			if !ok {
				continue
			}
			version := strings.TrimLeft(d.spec, "^~>=v ")
			found = append(found, installed{entry{name: name, version: version, git: isGit(d.spec)}, d.from, p.m.depends(name)})
		}
		return found
	}
	run, any := l.reach(roots, specials().Builders...), l.reach(all)
	var found []installed
	for _, e := range l.entries {
		if any[e.name] {
			found = append(found, installed{e, fact.At(l.file, e.line, e.name), run[e.name]})
		}
	}
	return found
}

func isGit(spec string) bool {
	return strings.HasPrefix(spec, "git") || strings.HasPrefix(spec, "github:") || strings.HasSuffix(spec, ".git") || strings.HasPrefix(spec, "bitbucket:") || strings.HasPrefix(spec, "gitlab:")
}

// needs reads the table of packages that ask for more than Node.js.
func (p *pkg) needs(l *locked, alpine bool) needs {
	var n needs
	all := p.packages(l)
	for _, i := range all {
		if i.git && n.git.IsZero() {
			n.git = i.from
		}
		s, listed := specials().Packages[i.name]
		if listed && s.Before > 0 && major(i.version) >= s.Before {
			continue
		}
		if i.dropped && i.limit(all).node > 0 {
			continue // an install goes on where it does not compile; a rebuild by name would not
		}
		if !listed {
			if !i.script || i.only || i.dropped || slices.Contains(specials().Harmless, i.name) {
				continue
			}
			s = special{Script: true, Compile: p.compilesNative(i.entry)}
		}
		n.add(i, s, alpine)
	}
	n.brought(p, alpine)
	return n
}

// brought adds the programs that people install in the image they deliver and that code need not name: ffmpeg.
func (n *needs) brought(p *pkg, alpine bool) {
	for _, d := range hints.Dockerfiles(p.view, p.dir) {
		if hints.Developing(path.Base(d.File)) {
			continue
		}
		for _, added := range d.Adds {
			name, ok := started.Brought(added.Value)
			if !ok || name == "chromium" && (p.m.has("puppeteer") || p.m.has("playwright")) { // they bring their own
				continue
			}
			packages, _ := started.Packages([]sourced{fact.New(name, added.From)}, !alpine)
			n.runtime = appendFrom(n.runtime, packages, added.From)
			if !n.shell.Known() && len(packages) > 0 {
				n.shell = fact.New("your image has "+added.Value, added.From)
			}
		}
	}
}

// compilesNative reports whether a package depends on what builds or finds C++ code.
func (p *pkg) compilesNative(e entry) bool {
	return slices.ContainsFunc(e.needs, func(name string) bool {
		switch name {
		case "node-gyp", "nan", "node-addon-api", "bindings", "prebuild-install", "node-gyp-build", "@mapbox/node-pre-gyp", "node-pre-gyp", "cmake-js", "prebuildify":
			return true
		}
		return false
	})
}

func (n *needs) add(i installed, s special, alpine bool) {
	from := i.from
	if s.Script {
		n.rebuild = appendName(n.rebuild, i.name)
		if i.run {
			n.run = appendName(n.run, i.name)
		}
	}
	if s.Compile && !n.compile.Known() {
		n.compile = fact.New(i.name, from)
	}
	build, run, runEnv := s.Build, s.Run, s.RunEnv
	if alpine {
		build, run, runEnv = s.ABuild, s.ARun, s.ARunEnv
	}
	n.build = appendFrom(n.build, build, from)
	n.env = appendFrom(n.env, s.Env, from)
	if !i.run {
		return
	}
	n.runtime = appendFrom(n.runtime, run, from)
	n.runEnv = appendFrom(n.runEnv, runEnv, from)
	if s.Browser && !n.browser.Known() {
		n.browser = fact.New(i.name+"@"+i.version, from)
	}
	if s.NoAlpine != "" && !n.noAlpine.Known() {
		n.noAlpine = fact.New(s.NoAlpine, from)
	}
	shell := s.Shell
	if shell == "" && len(s.Run) > 0 {
		shell = fmt.Sprintf("%s needs %s", i.name, strings.Join(s.Run, " "))
	}
	if shell != "" && !n.shell.Known() {
		n.shell = fact.New(shell, from)
	}
	if s.Note != "" {
		n.notes = append(n.notes, detect.Note{At: from, Text: s.Note})
	}
}

func appendName(all []string, name string) []string {
	if slices.Contains(all, name) {
		return all
	}
	return append(all, name)
}

func appendFrom(all []sourced, names []string, from fact.Source) []sourced {
	for _, name := range names {
		if !slices.ContainsFunc(all, func(s sourced) bool { return s.Value == name }) {
			all = append(all, fact.New(name, from))
		}
	}
	return all
}

func values(all []sourced) []string {
	var list []string
	for _, s := range all {
		list = append(list, s.Value)
	}
	return list
}
