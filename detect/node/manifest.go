package node

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// manifest is a package.json. Format: https://docs.npmjs.com/cli/configuring-npm/package-json (2026-11)
type manifest struct {
	file    string
	root    value
	name    string
	private bool
	module  bool                       // "type": "module"
	scripts map[string]fact.Of[string] // the command lines
	order   []string                   // names of the scripts, as written
	deps    map[string]dependency      // dependencies and optionalDependencies
	dev     map[string]dependency
	main    fact.Of[string]
}

// dependency is one entry of dependencies, devDependencies or optionalDependencies.
type dependency struct {
	spec     string // "^1.2.3", "workspace:*", "file:../x"
	from     fact.Source
	optional bool
}

// folder is where a dependency lies that is not fetched, relative to the package that has it.
func (d dependency) folder() (rel string, ok bool) {
	for _, prefix := range []string{"file:", "link:", "portal:"} {
		if rel, ok = strings.CutPrefix(d.spec, prefix); ok {
			return rel, true
		}
	}
	return "", false
}

func readManifest(v *repo.View, file string) (*manifest, error) {
	root, err := readJSON(v, file)
	if err != nil {
		return nil, err
	}
	if !root.isObject() {
		return nil, diag.At(fact.At(file, 1, ""), "does not hold a JSON object", "its format is https://docs.npmjs.com/cli/configuring-npm/package-json")
	}
	m := &manifest{
		file: file, root: root, name: root.get("name").text("").Value, private: root.get("private").isTrue(),
		module: root.get("type").text("").Value == "module", scripts: map[string]fact.Of[string]{},
		deps: map[string]dependency{}, dev: map[string]dependency{}, main: root.get("main").text("main"),
	}
	for name, script := range root.get("scripts").fields() {
		if line := script.text("script " + name); line.Known() && strings.TrimSpace(line.Value) != "" {
			m.scripts[name] = line
			m.order = append(m.order, name)
		}
	}
	m.read(m.deps, "dependencies", false)
	m.read(m.deps, "optionalDependencies", true)
	m.read(m.dev, "devDependencies", false)
	return m, nil
}

func (m *manifest) read(into map[string]dependency, field string, optional bool) {
	for name, spec := range m.root.get(field).fields() {
		into[name] = dependency{spec: spec.text("").Value, from: spec.at(field), optional: optional}
	}
}

// depends reports whether a package is needed at run time.
func (m *manifest) depends(name string) bool { _, ok := m.deps[name]; return ok }

// has reports whether a package is needed at run time or to build.
func (m *manifest) has(name string) bool { return m.depends(name) || m.develops(name) }

func (m *manifest) develops(name string) bool { _, ok := m.dev[name]; return ok }

// dependency is the entry of a package, of whatever kind, and where it stands.
func (m *manifest) dependency(name string) (dependency, bool) {
	if d, ok := m.deps[name]; ok {
		return d, true
	}
	d, ok := m.dev[name]
	return d, ok
}

// firstOf is the first of the names that the package needs at run time.
func (m *manifest) firstOf(names ...string) (string, fact.Source) {
	for _, name := range names {
		if d, ok := m.deps[name]; ok {
			return name, d.from
		}
	}
	return "", fact.Source{}
}

// script is a command line of package.json, if there is one of that name.
func (m *manifest) script(name string) (fact.Of[string], bool) {
	s, ok := m.scripts[name]
	if s.Value == "run-script-os" || s.Value == "cross-os" { // one script for each system: https://github.com/charlesguse/run-script-os (1.1.6)
		for _, system := range []string{":linux", ":darwin:linux", ":nix", ":default"} {
			if own, ok := m.scripts[name+system]; ok {
				return own, true
			}
		}
	}
	return s, ok
}

func (m *manifest) dir() string { return path.Dir(m.file) }

// allNames are the names of every dependency, sorted.
func (m *manifest) allNames() []string {
	var names []string
	for name := range m.deps {
		names = append(names, name)
	}
	for name := range m.dev {
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// title is the name for people: the package's, or its folder's.
func (m *manifest) title() string {
	if m.name != "" {
		return m.name
	}
	if dir := m.dir(); dir != "." {
		return path.Base(dir)
	}
	return "(no name)"
}

// onlyMarks reports whether the manifest is no package's, but says of the files in a folder of one how Node.js is to
// load them: {"type": "module"}. https://nodejs.org/api/packages.html#type (2026-11)
func (m *manifest) onlyMarks() bool {
	n := 0
	for name := range m.root.fields() {
		if name != "type" && name != "sideEffects" && name != "private" {
			return false
		}
		n++
	}
	return n > 0 && m.root.get("type").exists()
}
