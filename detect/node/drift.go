package node

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"deps.dev/util/semver"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
)

// drift is the first dependency that the manifest asks for and the lockfile does not hold
// as asked: a frozen install would stop there. "" where they agree or nothing can be said.
func (p *pkg) drift(m *manager, l *locked) (string, dependency) {
	root := p.m
	if p.space != nil {
		root = p.space.root
	}
	for _, name := range root.allNames() {
		d, _ := root.dependency(name)
		if p.space != nil && p.space.member(name) != nil || isLocalSpec(d.spec) || overridden(root, name) {
			continue
		}
		if !l.holds(m, name, d.spec) {
			return name, d
		}
	}
	return "", dependency{}
}

// overridden reports whether the manifest replaces what is asked for of a package.
func overridden(m *manifest, name string) bool {
	for _, list := range []value{m.root.get("resolutions"), m.root.get("overrides"), m.root.get("pnpm", "overrides")} {
		for key := range list.fields() {
			if key == name || strings.HasPrefix(key, name+"@") || strings.HasSuffix(key, "/"+name) {
				return true
			}
		}
	}
	return false
}

func isLocalSpec(spec string) bool {
	return strings.Contains(spec, ":") && !strings.HasPrefix(spec, "npm:") || isGit(spec) || strings.Contains(spec, "/")
}

// holds reports whether the lockfile has a package as a manifest asks for it.
func (l *locked) holds(m *manager, name, spec string) bool {
	switch m.name {
	case npm:
		if l.root[name] == spec {
			return true
		}
		return slices.ContainsFunc(l.byName[name], func(i int) bool { return satisfies(l.entries[i].version, spec) })
	case pnpm:
		return len(l.root) == 0 || l.root[name] == spec
	case yarn:
		return l.asked[name+"@"+spec] || l.asked[name+"@npm:"+spec] || strings.HasPrefix(spec, "npm:")
	default:
		return len(l.byName[name]) > 0
	}
}

// satisfies reports whether a version lies in a range; true where the range cannot be read.
func satisfies(version, spec string) bool {
	c, err := semver.NPM.ParseConstraint(spec)
	if err != nil {
		return true // a tag, an alias
	}
	return c.Match(version)
}

// insists is the first npm whose "npm ci" stops where the lockfile has no entry for an optional dependency,
// as those of older releases may not (https://github.com/npm/cli/issues/4828), and insistsFrom the first
// Node.js that brings it. npm 11.6 and 11.19 stop, 10.9 does not; tried 2026-11-30.
const (
	insists     = 11
	insistsFrom = 24
)

// compare marks a lockfile that is out of step with its manifest, under a release of Node.js.
func (p *pkg) compare(m *manager, l *locked, node string) {
	if l == nil {
		return
	}
	name, d := p.drift(m, l)
	strict := m.version != "" && major(m.version) >= insists || m.version == "" && major(node) >= insistsFrom
	broken := m.name == npm && strict && l.unheld[1] != ""
	if missing := l.lacks(false); len(missing) > 0 && !broken {
		m.notes = append(m.notes, detect.Note{Warning: true, At: fact.Source{File: l.file}, Text: fmt.Sprintf("lacks the binaries for Linux: %s; it was written on another system, and an install from it leaves them out: remove it and node_modules, and install again", strings.Join(missing, ", "))})
	}
	m.drifted = name != "" || broken
	switch {
	case name != "":
		m.notes = append(m.notes, detect.Note{Warning: true, At: d.from, Text: fmt.Sprintf("%s %s is not in %s, so the install cannot be frozen; bring the lockfile up to date and run dockgen again", name, d.spec, path.Base(l.file))})
	case broken:
		m.notes = append(m.notes, detect.Note{Warning: true, At: fact.Source{File: l.file}, Text: fmt.Sprintf("has no entry for %s, an optional dependency of %s, so the install cannot be frozen with this npm; run npm install, commit the lockfile and run dockgen again", l.unheld[1], l.unheld[0])})
	}
}
