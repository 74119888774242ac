package rust

import (
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/dockgen/dockgen/internal/builder"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/toml"
	"github.com/dockgen/dockgen/templates"
)

// layerView is the layer of compiled dependencies: cargo builds the program once with
// stand-ins for the repository's own sources, so that only a changed manifest compiles
// them again.
//
// Only a builder without cache mounts gets it. With them, cargo keeps what it compiled
// whatever changes, a manifest too, and sees the sources as they are; cargo-chef would
// compile itself first. bench/rebuild measures the ways.
type layerView struct {
	Copy    []templates.Files // manifests, lockfile and cargo's configuration, an instruction each folder
	Parents bool              // … or one for all, which keeps their folders
	Folders []string          // to make, relative to the folder in which cargo runs
	Mains   []string          // stand-ins of programs and build scripts
	Libs    []string          // … and of libraries, which are empty
}

// layer is nil where the builder has cache mounts, where nothing from outside is compiled,
// or where stand-ins would not do.
func (c *crate) layer(f facts) *layerView {
	if b, _ := builder.Find(f.request.Settings.Compat.Value); b.Can(builder.CacheMounts) || !c.compilesOthers(f) || !f.config.vendored.IsZero() || f.config.names || c.patched(f.lock) {
		return nil
	}
	crates, ok := c.loaded()
	if !ok {
		return nil
	}
	v := &layerView{}
	files := []string{path.Join(c.top(), "Cargo.lock")}
	made := map[string]bool{".": true} // folders that COPY makes
	files = append(files, f.config.files...)
	var mains, libs []string
	for _, other := range crates {
		if other.refusesStandIns() {
			return nil
		}
		files = append(files, other.file)
		made[repo.Rel(c.top(), other.dir)] = true
		m, l := other.standIns(f.program.bin.root)
		if other.name.Known() && len(m)+len(l) == 0 {
			return nil // cargo refuses a package without a target
		}
		if script := other.script(); script != "" {
			m = append(m, script)
		}
		mains, libs = append(mains, m...), append(libs, l...)
	}
	if v.Copy, v.Parents, ok = c.copies(f, files); !ok {
		return nil
	}
	v.Mains, v.Libs = c.fromTop(mains), c.fromTop(libs)
	for _, file := range append(slices.Clone(v.Mains), v.Libs...) {
		if dir := path.Dir(file); !made[dir] {
			v.Folders = append(v.Folders, dir)
		}
	}
	slices.Sort(v.Folders)
	v.Folders = slices.Compact(v.Folders)
	return v
}

// mostCopies is how many instructions are still read with ease, and far from the number
// of layers that a builder can stack.
const mostCopies = 12

// copies are the COPY instructions of files. ok is false where there would be too many for
// a builder that does not know COPY --parents.
func (c *crate) copies(f facts, files []string) (copies []templates.Files, parents, ok bool) {
	byFolder := map[string]int{}
	var all []string
	for _, file := range files {
		if file = f.request.InContext(file); c.all.view.Has(path.Join(f.request.Context, file)) {
			all = append(all, file)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	for _, file := range all {
		to := path.Dir(file) + "/"
		i, seen := byFolder[to]
		if !seen {
			i = len(copies)
			byFolder[to] = i
			copies = append(copies, templates.Files{To: to})
		}
		copies[i].From = append(copies[i].From, file)
	}
	if len(copies) <= mostCopies {
		return copies, false, true
	}
	b, _ := builder.Find(f.request.Settings.Compat.Value)
	return []templates.Files{{From: all, To: "./"}}, true, b.Can(builder.Exclude)
}

// compilesOthers reports whether the build has anything to fetch.
func (c *crate) compilesOthers(f facts) bool {
	if f.lock == nil {
		return len(c.closure(f.wanted())) > 0
	}
	return slices.ContainsFunc(f.closure, func(p *locked) bool { return p.source != "" })
}

// patched reports whether a crate from outside is compiled against one of the repository's,
// which a stand-in could not be. https://doc.rust-lang.org/cargo/reference/overriding-dependencies.html
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

// loaded are the crates whose manifests cargo reads before it builds anything: the members of the
// workspace, and what they depend on by path, on whatever system and for whatever kind
// of target. ok is false where one of them cannot be found.
func (c *crate) loaded() (all []*crate, ok bool) {
	add := func(dir string) bool {
		found := c.all.byDir[dir]
		if found != nil && !slices.Contains(all, found) {
			all = append(all, found)
		}
		return found != nil
	}
	if !add(c.top()) || !add(c.dir) {
		return nil, false
	}
	for _, pattern := range c.all.byDir[c.top()].members() {
		for _, other := range c.all.sorted {
			if match, err := doublestar.Match(path.Join(c.top(), pattern), other.dir); err == nil && match && other.workspace == c.workspace {
				add(other.dir)
			}
		}
	}
	for i := 0; i < len(all); i++ {
		tables := []*toml.Value{all[i].doc, all[i].doc.Get("workspace")}
		for _, cfg := range all[i].doc.Get("target").Keys() {
			tables = append(tables, all[i].doc.Get("target", cfg))
		}
		for n, t := range tables {
			for _, kind := range []string{"dependencies", "build-dependencies", "build_dependencies", "dev-dependencies", "dev_dependencies"} {
				for _, key := range t.Get(kind).Keys() {
					if dir := t.Get(kind, key, "path").Str(); dir != "" && !add(path.Join(all[i].dir, dir)) && n != 1 {
						return nil, false // one that only [workspace.dependencies] names may be unused
					}
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b *crate) int { return strings.Compare(a.dir, b.dir) })
	return all, true
}

// refusesStandIns reports whether the lints of a crate forbid an empty source.
// https://doc.rust-lang.org/rustc/lints/listing/allowed-by-default.html (2026-11)
func (c *crate) refusesStandIns() bool {
	for _, lints := range []*toml.Value{c.doc.Get("lints", "rust"), c.doc.Get("workspace", "lints", "rust")} {
		for _, name := range []string{"missing_docs", "unused_crate_dependencies"} {
			level := lints.Get(name)
			if t := level.Get("level"); t != nil {
				level = t
			}
			if level.Str() == "deny" || level.Str() == "forbid" {
				return true
			}
		}
	}
	return false
}

// standIns are the sources that cargo has to find, relative to the root of the view: the library,
// the program that is built, and every target that the manifest names; of a package with
// nothing but tests, the first of them.
func (c *crate) standIns(root string) (mains, libs []string) {
	if !c.name.Known() {
		return nil, nil
	}
	v := c.all.view
	add := func(file string) {
		if file = path.Join(c.dir, file); v.Has(file) && path.Ext(file) == ".rs" && !slices.Contains(mains, file) {
			mains = append(mains, file)
		}
	}
	if c.lib.Known() {
		libs = append(libs, c.lib.Value)
	}
	run := c.doc.Get("package", "default-run").Str()
	for i, b := range c.bins {
		named := !b.from.IsZero() || b.name == run || b.root == root
		if named || (i == 0 && !c.lib.Known()) {
			add(repo.Rel(c.dir, b.root))
		}
	}
	for _, kind := range []struct{ table, folder string }{{"example", "examples"}, {"test", "tests"}, {"bench", "benches"}} {
		for _, t := range c.doc.Get(kind.table).Items() {
			name := t.Get("name").Str()
			add(t.Get("path").Str())
			add(path.Join(kind.folder, name+".rs"))
			add(path.Join(kind.folder, name, "main.rs"))
		}
		for _, file := range v.In(path.Join(c.dir, kind.folder)) {
			if len(mains)+len(libs) == 0 {
				add(repo.Rel(c.dir, file))
			}
		}
	}
	return mains, libs
}

// script is the build script, "" for none.
// https://doc.rust-lang.org/cargo/reference/manifest.html#the-build-field
func (c *crate) script() string {
	name := c.doc.Get("package", "build").Str()
	if name == "" && !c.doc.Get("package", "build").False() {
		name = "build.rs"
	}
	if file := path.Join(c.dir, name); name != "" && c.name.Known() && c.all.view.Has(file) {
		return file
	}
	return ""
}

// fromTop are files as the folder in which cargo runs names them.
func (c *crate) fromTop(files []string) []string {
	var rel []string
	for _, file := range files {
		rel = append(rel, repo.Rel(c.top(), file))
	}
	slices.Sort(rel)
	return slices.Compact(rel)
}
