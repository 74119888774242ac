package rust

import (
	"path"
	"slices"
	"strings"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/toml"
)

// crates are all manifests of a view, and what was read of their sources.
type crates struct {
	view   *repo.View
	byDir  map[string]*crate
	sorted []*crate // by file
	texts  map[string]*source
	locks  map[string]*lockfile // by folder
}

// crate is one Cargo.toml: a package, a workspace, or both.
type crate struct {
	all          *crates
	dir          string
	file         string
	doc          *toml.Value
	name         fact.Of[string] // of the package; not known in a virtual manifest
	workspace    *crate          // whose [workspace] it belongs to, possibly its own; nil for none
	dependencies []dependency
	features     map[string][]string
	bins         []bin
	lib          fact.Of[string] // root file of the library
	programs     []detect.Program
	nothing      string
	found        map[string]*program // by Program.Name
	locals       []*crate
	embedded     []fact.Of[string]
	embedsRead   bool
}

// template is the error for a manifest that cannot be read since it is one of a template.
// https://cargo-generate.github.io/cargo-generate/templates/index.html, 2026-11
func (a *crates) template(file string, err error) error {
	for dir := path.Dir(file); ; dir = path.Dir(dir) {
		if settings := path.Join(dir, "cargo-generate.toml"); a.view.Has(settings) {
			return &diag.Error{At: fact.Source{File: file}, What: "is a template of cargo-generate (" + settings + "), no package yet", Try: "run cargo generate with it, then dockgen in the package that it makes", Err: err}
		}
		if dir == "." {
			return err
		}
	}
}

func (a *crates) read(file string) (*crate, error) {
	text, err := a.view.Read(file)
	if err != nil {
		return nil, err
	}
	doc, err := toml.Parse(file, text)
	if err != nil {
		return nil, a.template(file, err)
	}
	c := &crate{all: a, dir: path.Dir(file), file: file, doc: doc, features: map[string][]string{}, found: map[string]*program{}}
	p := doc.Get("package")
	if p == nil {
		p = doc.Get("project") // the old name of [package]
	}
	if p != nil {
		c.name = p.Get("name").Fact("package name")
		if !c.name.Known() {
			return nil, diag.At(p.From(""), "the package has no name", `write name = "app" there`)
		}
	} else if doc.Get("workspace") == nil {
		return nil, diag.At(fact.At(file, 1, ""), "has neither [package] nor [workspace]", `write a [package] table with a name there, or remove the file`)
	}
	for _, f := range doc.Get("features").Keys() {
		c.features[f] = doc.Get("features", f).Strings()
	}
	return c, nil
}

// join finds the workspace of a crate: the nearest [workspace] at or above it
// that has it as a member. https://doc.rust-lang.org/cargo/reference/workspaces.html
func (a *crates) join(c *crate) error {
	if c.doc.Get("workspace") != nil {
		c.workspace = c
		return nil
	}
	if up := c.doc.Get("package", "workspace").Str(); up != "" {
		c.workspace = a.byDir[path.Join(c.dir, up)]
		return nil
	}
	for dir := c.dir; dir != "."; {
		dir = path.Dir(dir)
		w := a.byDir[dir]
		if w == nil || w.doc.Get("workspace") == nil {
			continue
		}
		if w.member(c) {
			c.workspace = w
		}
		return nil
	}
	return nil
}

// member reports whether the workspace has the crate: by a pattern, or as a
// dependency by path of the workspace's own package.
func (c *crate) member(m *crate) bool {
	rel := repo.Rel(c.dir, m.dir)
	for _, x := range c.doc.Get("workspace", "exclude").Strings() {
		if repo.Within(path.Clean(x), rel) && !slices.Contains(c.members(), rel) {
			return false
		}
	}
	for _, pattern := range c.members() {
		if ok, err := doublestar.Match(path.Clean(pattern), rel); err == nil && ok {
			return true
		}
	}
	// Path dependencies that lie in the workspace's folder are members.
	return c.name.Known() || len(c.members()) > 0
}

func (c *crate) members() []string { return c.doc.Get("workspace", "members").Strings() }

// inherited is a field of [package], taken from [workspace.package] where it says so.
func (c *crate) inherited(field string) fact.Of[string] {
	v := c.doc.Get("package", field)
	if v.Get("workspace").True() && c.workspace != nil {
		v = c.workspace.doc.Get("workspace", "package", field)
	}
	return v.Fact(field)
}

type kind int

const (
	normalDependency kind = iota
	buildDependency
	devDependency
)

type dependency struct {
	name     string // of the package, not what the manifest calls it
	key      string
	kind     kind
	path     string // relative to the root of the view, "" for none
	git      string
	registry string
	version  string
	optional bool
	bare     bool // without its default features
	features []string
	from     fact.Source
}

// dependenciesOn are the dependencies of the tables that count on the systems given: all
// of them, and those below [target] whose condition holds.
func (c *crate) dependenciesOn(holds func(cfg string) bool) []dependency {
	tables := []*toml.Value{c.doc}
	for _, cfg := range c.doc.Get("target").Keys() {
		if holds(cfg) {
			tables = append(tables, c.doc.Get("target", cfg))
		}
	}
	var all []dependency
	for _, t := range tables {
		for k, names := range [][]string{{"dependencies"}, {"build-dependencies", "build_dependencies"}, {"dev-dependencies", "dev_dependencies"}} {
			for _, name := range names {
				for _, key := range t.Get(name).Keys() {
					all = append(all, c.dependency(key, t.Get(name, key), kind(k)))
				}
			}
		}
	}
	return all
}

func (c *crate) dependency(key string, v *toml.Value, k kind) dependency {
	d := dependency{name: key, key: key, kind: k, from: v.From("dependency " + key), version: v.Str()}
	dir := c.dir
	d.features = v.Get("features").Strings()
	d.optional = v.Get("optional").True()
	d.bare = v.Get("default-features").False() || v.Get("default_features").False()
	if v.Get("workspace").True() && c.workspace != nil {
		v = c.workspace.doc.Get("workspace", "dependencies", key)
		dir = c.workspace.dir
		d.version = v.Str()
		d.features = append(d.features, v.Get("features").Strings()...)
		d.bare = v.Get("default-features").False()
	}
	if s := v.Get("version").Str(); s != "" {
		d.version = s
	}
	if s := v.Get("package").Str(); s != "" {
		d.name = s
	}
	if s := v.Get("path").Str(); s != "" {
		d.path = path.Join(dir, s)
		if path.IsAbs(s) {
			d.path = s
		}
	}
	d.git, d.registry = v.Get("git").Str(), v.Get("registry").Str()
	return d
}

// active are the dependencies of a build of the crate with the features, dev
// dependencies and unused optional ones left out.
func (c *crate) active(features []string) []dependency {
	on := map[string]bool{}
	var enable func(string)
	enable = func(f string) {
		name := strings.TrimPrefix(f, "dep:")
		name, _, sub := strings.Cut(name, "/")
		if sub {
			if strings.HasSuffix(name, "?") {
				return
			}
		}
		if on[name] {
			return
		}
		on[name] = true
		for _, g := range c.features[name] {
			enable(g)
		}
	}
	for _, f := range features {
		enable(f)
	}
	var active []dependency
	for _, d := range c.dependencies {
		if d.kind == devDependency || (d.optional && !on[d.key]) {
			continue
		}
		for _, f := range c.featuresOn(on) {
			if dep, feature, ok := strings.Cut(f, "/"); ok && strings.TrimSuffix(dep, "?") == d.key {
				d.features = append(slices.Clone(d.features), feature)
			}
		}
		active = append(active, d)
	}
	return active
}

func (c *crate) featuresOn(on map[string]bool) []string {
	var all []string
	for name := range c.features {
		if on[name] {
			all = append(all, c.features[name]...)
		}
	}
	slices.Sort(all)
	return all
}

// local are the crates of the repository that the crate is built of, itself first.
func (c *crate) local() []*crate {
	if c.locals != nil {
		return c.locals
	}
	c.locals = []*crate{c}
	for i := 0; i < len(c.locals); i++ {
		for _, d := range c.locals[i].dependencies {
			if next := c.all.byDir[d.path]; d.path != "" && d.kind != devDependency && next != nil && !slices.Contains(c.locals, next) {
				c.locals = append(c.locals, next)
			}
		}
	}
	return c.locals
}

// uses is the first dependency of that name, of the crate and those of the
// repository that it is built of.
func (c *crate) uses(names ...string) (dependency, bool) {
	for _, local := range c.local() {
		for _, d := range local.dependencies {
			if d.kind != devDependency && slices.Contains(names, d.name) {
				return d, true
			}
		}
	}
	return dependency{}, false
}

// usesByDefault is uses without the optional dependencies that no default feature turns on.
func (c *crate) usesByDefault(names ...string) (dependency, bool) {
	for _, local := range c.local() {
		for _, d := range local.active([]string{"default"}) {
			if slices.Contains(names, d.name) {
				return d, true
			}
		}
	}
	return dependency{}, false
}
