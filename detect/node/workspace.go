package node

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// space is a workspace: a root whose lockfile holds the dependencies of all its members.
// https://docs.npmjs.com/cli/using-npm/workspaces, https://pnpm.io/workspaces, https://yarnpkg.com/features/workspaces (2026-11)
type space struct {
	dir      string
	root     *manifest
	from     fact.Source
	patterns []fact.Of[string] // with a leading "!" for those that exclude
	members  []*pkg            // sorted by folder, without the root
	pnpm     settings          // pnpm-workspace.yaml
	rush     fact.Of[string]   // version of Rush, unknown where it is not used
}

// findSpaces gives every package its workspace: the nearest root above it whose patterns name it.
func findSpaces(v *repo.View, all []*pkg) error {
	var spaces []*space
	if s, err := readRush(v); err != nil {
		return err
	} else if s != nil {
		spaces = append(spaces, s)
	}
	for _, p := range all {
		s, err := readSpace(v, p.m)
		if err != nil {
			return err
		}
		if s != nil {
			p.space = s
			p.isRoot = true
			spaces = append(spaces, s)
		}
	}
	for _, p := range all {
		if p.isRoot {
			continue
		}
		var best *space
		for _, s := range spaces {
			if s.holds(p.dir) && (best == nil || len(s.dir) > len(best.dir)) {
				best = s
			}
		}
		if best != nil {
			p.space = best
			best.members = append(best.members, p)
		}
	}
	return nil
}

// readSpace is the workspace that a manifest is the root of, or nil.
func readSpace(v *repo.View, m *manifest) (*space, error) {
	s := &space{dir: m.dir(), root: m}
	file, err := readYAML(v, path.Join(s.dir, "pnpm-workspace.yaml"))
	if err != nil {
		return nil, err
	}
	s.pnpm = file
	if list := file.get("packages"); list.exists() {
		s.patterns, s.from = list.items(), list.at("packages")
		return s, nil
	}
	field := m.root.get("workspaces")
	if field.isObject() {
		field = field.get("packages")
	}
	for _, item := range field.items() {
		if pattern := item.text("workspaces"); pattern.Known() {
			s.patterns = append(s.patterns, pattern)
		}
	}
	if len(s.patterns) == 0 {
		return nil, nil
	}
	s.from = field.at("workspaces")
	return s, nil
}

// holds reports whether the patterns name a folder. A later pattern wins.
func (s *space) holds(dir string) bool {
	if !repo.Within(s.dir, dir) || dir == s.dir {
		return false
	}
	rel := repo.Rel(s.dir, dir)
	in := false
	for _, p := range s.patterns {
		pattern, exclude := strings.CutPrefix(p.Value, "!")
		pattern = strings.TrimSuffix(path.Clean(strings.TrimPrefix(pattern, "./")), "/")
		if ok, err := doublestar.Match(pattern, rel); err == nil && ok {
			in = !exclude
		}
	}
	return in
}

// member is the package of the workspace with that name, or nil.
func (s *space) member(name string) *pkg {
	i := slices.IndexFunc(s.members, func(p *pkg) bool { return p.m.name == name })
	if i < 0 {
		return nil
	}
	return s.members[i]
}

// closure are the members that a package needs, itself last, each after what it needs.
// With production set, only those that it needs at run time.
func (p *pkg) closure(production bool) []*pkg {
	var order []*pkg
	seen := map[*pkg]bool{}
	var visit func(*pkg)
	visit = func(q *pkg) {
		if seen[q] {
			return
		}
		seen[q] = true
		loaded := q.loadedInDev()
		for _, name := range q.m.allNames() {
			if production && !q.m.depends(name) && !slices.Contains(loaded, name) {
				continue
			}
			if next := q.local(name); next != nil {
				visit(next)
			}
		}
		for _, name := range q.undeclared() {
			if next := q.space.member(name); next != q {
				visit(next)
			}
		}
		order = append(order, q)
	}
	visit(p)
	return order
}

// undeclared are the members that the root of the workspace installs, where every member
// finds them, and that the package imports without naming them in its own manifest.
func (p *pkg) undeclared() []string {
	if p.space == nil || p.isRoot || p.importsRead {
		return p.imports
	}
	p.importsRead = true
	var names []string
	for _, name := range p.space.root.allNames() {
		if q := p.space.member(name); q != nil && q != p && !p.m.has(name) {
			names = append(names, name)
		}
	}
	for _, name := range names {
		if slices.ContainsFunc(p.sources(), func(f string) bool { return p.mentions(f, name) }) {
			p.imports = append(p.imports, name)
		}
	}
	return p.imports
}

// mentions reports whether a source file holds the name of a package as a string.
func (p *pkg) mentions(file, name string) bool {
	if !sourceExtensions[path.Ext(file)] && path.Ext(file) != ".vue" && path.Ext(file) != ".svelte" || p.view.Size(file) > maxSource {
		return false
	}
	text, err := p.view.Read(file)
	if err != nil {
		return false // it is evidence, not input
	}
	for _, quote := range []string{`"`, `'`} {
		if bytes.Contains(text, []byte(quote+name+quote)) || bytes.Contains(text, []byte(quote+name+"/")) {
			return true
		}
	}
	return false
}

// local is the package of this repository that a dependency stands for, or nil.
func (p *pkg) local(name string) *pkg {
	d, ok := p.m.dependency(name)
	if !ok {
		return nil
	}
	if rel, ok := d.folder(); ok {
		return p.others[path.Join(p.dir, rel)]
	}
	if p.space == nil || strings.HasPrefix(d.spec, "npm:") {
		return nil
	}
	return p.space.member(name)
}

// installDir is the folder that the package manager works in.
func (p *pkg) installDir() string {
	if p.space != nil {
		return p.space.dir
	}
	return p.dir
}
