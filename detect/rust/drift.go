package rust

import (
	"slices"
	"strings"

	"deps.dev/util/semver"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/toml"
)

// drift is the first dependency of the workspace that its Cargo.lock does not hold as it is
// asked for, or holds although nothing asks for it: cargo build --locked would stop there.
// Zero where they agree or nothing can be said.
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
	for _, d := range c.dependenciesOn(func(string) bool { return true }) {
		names[d.name] = true
	}
	return names
}

// own is the entry of a package of the repository.
func (l *lockfile) own(name string) *locked {
	for _, p := range slices.Backward(l.byName[name]) {
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

// patched reports whether a crate from outside is compiled against one of the repository's.
// https://doc.rust-lang.org/cargo/reference/overriding-dependencies.html
func (c *crate) patched(lock *lockfile) bool {
	top := c.all.byDir[c.top()]
	for _, table := range []string{"patch", "replace"} {
		if top != nil && hasPath(top.doc.Get(table)) {
			return true
		}
	}
	if lock == nil {
		return false
	}
	for _, versions := range lock.byName {
		for _, p := range versions {
			for _, need := range p.needs {
				if on := lock.find(need); p.source != "" && on != nil && on.source == "" {
					return true
				}
			}
		}
	}
	return false
}

// hasPath reports whether a table has a path key at any depth.
func hasPath(v *toml.Value) bool {
	return v.Get("path") != nil || slices.ContainsFunc(v.Keys(), func(key string) bool { return hasPath(v.Get(key)) })
}
