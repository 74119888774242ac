package rust

import (
	"strings"

	"deps.dev/util/semver"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/toml"
)

// drift is the first dependency of the workspace that its Cargo.lock does not hold as it is
// asked for, or holds although nothing asks for it: cargo build --locked would stop there. Zero where they agree or nothing can be said.
func (c *crate) drift(lock *lockfile) fact.Of[string] {
	if lock == nil || c.patched(lock) {
		return fact.Of[string]{}
	}
	for _, member := range c.all.sorted {
		if member != c && (c.workspace == nil || member.workspace != c.workspace) || !member.name.Known() {
			continue
		}
		own := lock.own(member.name.Value)
		if own == nil {
			if member == c {
				return fact.New("it has no "+c.name.Value, c.name.From)
			}
			continue // a folder that the workspace leaves out
		}
		asked := member.allNames()
		for _, need := range own.needs {
			if name, _, _ := strings.Cut(need, " "); !asked[name] {
				return fact.New("nothing asks for "+name, fact.At(lock.file, own.line, name))
			}
		}
		for _, d := range member.dependencies {
			if d.name != member.name.Value && !lock.holds(own, d) {
				return fact.New("it has no "+strings.TrimSpace(d.name+" "+d.version), d.from)
			}
		}
	}
	return fact.Of[string]{}
}

// allNames are the packages that a manifest asks for, on whatever system.
func (c *crate) allNames() map[string]bool {
	names := map[string]bool{}
	tables := []*toml.Value{c.doc}
	for _, cfg := range c.doc.Get("target").Keys() {
		tables = append(tables, c.doc.Get("target", cfg))
	}
	for _, t := range tables {
		for _, kind := range []string{"dependencies", "build-dependencies", "build_dependencies", "dev-dependencies", "dev_dependencies"} {
			for _, key := range t.Get(kind).Keys() {
				names[c.dependency(key, t.Get(kind, key), normalDependency).name] = true
			}
		}
	}
	return names
}

// own is the entry of a package of the repository.
func (l *lockfile) own(name string) *locked {
	for _, p := range l.byName[name] {
		if p.source == "" {
			return p
		}
	}
	return nil
}

// holds reports whether an entry has a dependency in a version that the manifest allows.
// https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html (2026-11)
func (l *lockfile) holds(own *locked, d dependency) bool {
	for _, need := range own.needs {
		if name, _, _ := strings.Cut(need, " "); name != d.name {
			continue
		}
		found := l.find(need)
		if found == nil || d.version == "" || d.path != "" || d.git != "" {
			return true
		}
		allowed, err := semver.Cargo.ParseConstraint(d.version)
		if err != nil || allowed.Match(found.version) {
			return true
		}
	}
	return false
}
