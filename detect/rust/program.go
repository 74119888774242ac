package rust

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/shell"
)

// bin is a binary target. https://doc.rust-lang.org/cargo/reference/cargo-targets.html
type bin struct {
	name     string
	root     string // its main file, relative to the root of the view
	from     fact.Source
	features []string // required-features
}

// program is a binary with what its sources say.
type program struct {
	bin     bin
	files   []*source // of the binary, then of the repository's libraries that it uses
	own     int       // how many of them are the binary's own
	network network

	read         []reading // what it opens by name, once readingsRead
	readingsRead bool
}

// findTargets finds the library and the binaries: those of [[bin]], and those in the usual places.
func (c *crate) findTargets() {
	v := c.all.view
	has := func(p string) bool { return v.Has(path.Join(c.dir, p)) }
	lib := "src/lib.rs"
	if p := c.doc.Get("lib", "path").Str(); p != "" {
		lib = p
	}
	if has(lib) {
		c.lib = fact.New(path.Join(c.dir, lib), fact.At(path.Join(c.dir, lib), 0, "library"))
	}
	usual := map[string]string{} // root file by name
	if has("src/main.rs") {
		usual[c.name.Value] = "src/main.rs"
	}
	for _, f := range v.In(path.Join(c.dir, "src/bin")) {
		if name, ok := strings.CutSuffix(path.Base(f), ".rs"); ok {
			usual[name] = "src/bin/" + path.Base(f)
		}
	}
	for _, d := range v.Dirs(path.Join(c.dir, "src/bin")) {
		if f := "src/bin/" + path.Base(d) + "/main.rs"; has(f) {
			usual[path.Base(d)] = f
		}
	}
	taken := map[string]bool{}
	for _, b := range c.doc.Get("bin").Items() {
		name := b.Get("name").Str()
		root := b.Get("path").Str()
		if root == "" {
			root = usual[name]
		}
		if root == "" || !has(root) || name == "" {
			continue // cargo refuses it: the build will say so better
		}
		taken[name], taken[path.Clean(root)] = true, true
		c.bins = append(c.bins, bin{name, path.Join(c.dir, root), b.Get("name").From("[[bin]]"), b.Get("required-features").Strings()})
	}
	if !c.doc.Get("package", "autobins").False() {
		for name, root := range usual {
			if !taken[name] && !taken[root] {
				c.bins = append(c.bins, bin{name: name, root: path.Join(c.dir, root)})
			}
		}
	}
	slices.SortFunc(c.bins, func(a, b bin) int { return strings.Compare(a.name, b.name) })
}

// findPrograms makes a program of every binary that an image could run.
func (c *crate) findPrograms() error {
	if c.nothing = c.notForImages(); c.nothing != "" {
		return nil
	}
	var listening int
	for _, b := range c.bins {
		p, err := c.program(b)
		if err != nil {
			return err
		}
		c.found[b.name] = p
		if p.listensItself() {
			listening++
		}
	}
	for _, b := range c.bins {
		p := c.found[b.name]
		at := b.from
		if line := p.mainLine(); line > 0 || at.IsZero() {
			at = fact.At(b.root, line, "fn main")
		}
		g := detect.Program{Name: b.name, Also: []string{b.root, repo.Rel(c.dir, b.root)}, Kind: detect.Command, At: at}
		if p.listensItself() || (listening == 0 && p.listensIn(p.reached()) && (len(c.bins) == 1 || !preparing.MatchString(b.name))) {
			g.Kind = detect.Service
		}
		if len(p.network.calls) == 0 && c.imageOf(p).port().Known() {
			g.Kind = detect.Service // what opens the port is not in the repository
		}
		claims, err := c.claims(b)
		if err != nil {
			return err
		}
		g.Claims = claims
		c.programs = append(c.programs, g)
	}
	return nil
}

// preparing are names of binaries that prepare a database for another one, of the same library.
var preparing = pattern.New(`(^|[_-])(migrat(e|es|or|ion|ions)|seed|seeds|seeder)$`)

// program reads the sources of a binary: its modules, then the libraries of the
// repository that they name, its own package's first.
func (c *crate) program(b bin) (*program, error) {
	files, err := c.all.tree(b.root)
	if err != nil {
		return nil, err
	}
	p := &program{bin: b, files: files, own: len(files)}
	reached := map[*crate]bool{}
	for i := 0; i < len(p.files); i++ {
		for _, local := range c.local() {
			if reached[local] || !local.lib.Known() || !p.files[i].mentions(crateName(local.libName())) {
				continue
			}
			reached[local] = true
			more, err := c.all.tree(local.lib.Value)
			if err != nil {
				return nil, err
			}
			p.files = append(p.files, more...)
		}
	}
	p.network = c.network(p.files)
	return p, nil
}

func (c *crate) libName() string {
	if n := c.doc.Get("lib", "name").Str(); n != "" {
		return n
	}
	return c.name.Value
}

// listensItself reports whether the binary's own modules open a port.
func (p *program) listensItself() bool { return p.listensIn(p.files[:p.own]) }

// listensIn reports whether one of the files opens a port.
func (p *program) listensIn(files []*source) bool {
	return slices.ContainsFunc(p.network.calls, func(l listening) bool {
		return slices.ContainsFunc(files, func(s *source) bool { return s.file == l.at.File })
	})
}

func (p *program) mainLine() int {
	if len(p.files) == 0 {
		return 0
	}
	s := p.files[0]
	for i := 0; i+1 < len(s.tokens); i++ {
		if s.tokens[i].named("fn") && s.tokens[i+1].named("main") {
			return s.tokens[i].line
		}
	}
	return 0
}

// claims are what speaks for a binary being the one to run.
func (c *crate) claims(b bin) ([]detect.Claim, error) {
	var claims []detect.Claim
	for _, dir := range slices.Compact([]string{c.dir, c.top(), "."}) {
		web, found, err := hints.Web(c.all.view, dir)
		if err != nil {
			return nil, err
		}
		if found && runs(lastCommand(web.Line), b.name) {
			claims = append(claims, detect.Claim{Rank: detect.Declared, What: "the Procfile's web process runs it", From: web.From})
		}
		for _, d := range hints.Dockerfiles(c.all.view, dir) {
			if runs(d.Command, b.name) {
				claims = append(claims, detect.Claim{Rank: detect.Declared, What: "the Dockerfile that is here runs it", From: d.From})
			}
		}
	}
	if d := c.doc.Get("package", "default-run"); d.Str() == b.name {
		claims = append(claims, detect.Claim{Rank: detect.Declared, What: "it is what cargo run runs", From: d.From("default-run")})
	}
	if c.workspace != nil && c.doc.Get("package", "default-run") == nil {
		if only := c.workspace.onlyDefault(); only != nil && only == c && len(c.bins) == 1 {
			claims = append(claims, detect.Claim{Rank: detect.Declared, What: "it is the only program of the workspace's default members", From: c.workspace.doc.Get("workspace", "default-members").From("default-members")})
		}
	}
	return append(claims, c.namedClaims(b)...), nil
}

// namedClaims are what names say of a binary. Where the workspace says what cargo builds in
// it without being asked, only that counts.
func (c *crate) namedClaims(b bin) []detect.Claim {
	var claims []detect.Claim
	usual := b.name == c.name.Value || len(c.bins) == 1 || !slices.ContainsFunc(c.bins, func(o bin) bool { return o.name == c.name.Value })
	if c.workspace != nil && c.workspace.doc.Get("workspace", "default-members") != nil {
		if !c.isDefault() {
			return nil
		}
		if usual {
			claims = append(claims, detect.Claim{Rank: detect.Named, What: "it is one of the workspace's default members", From: c.workspace.doc.Get("workspace", "default-members").From("default-members")})
		}
	}
	if repository := c.inherited("repository"); usual && strings.TrimSuffix(path.Base(strings.TrimSuffix(repository.Value, "/")), ".git") == b.name && repository.Known() && c.top() == "." {
		return append(claims, detect.Claim{Rank: detect.Named, What: "it has the name of the repository", From: repository.From})
	}
	switch {
	case b.name == c.name.Value && len(c.bins) > 1:
		claims = append(claims, detect.Claim{Rank: detect.Named, What: "it has the name of the package", From: c.name.From})
	case c.workspace == c && len(c.bins) == 1:
		claims = append(claims, detect.Claim{Rank: detect.Named, What: "it is the package at the workspace's root", From: c.name.From})
	}
	return claims
}

// isDefault reports whether the package is one that cargo builds in its workspace without
// being asked. https://doc.rust-lang.org/cargo/reference/workspaces.html#the-default-members-field, 2026-11
func (c *crate) isDefault() bool {
	rel := repo.Rel(c.workspace.dir, c.dir)
	return slices.ContainsFunc(c.workspace.doc.Get("workspace", "default-members").Strings(), func(pattern string) bool {
		ok, err := path.Match(path.Clean(pattern), rel)
		return ok && err == nil
	})
}

// runs reports whether a command starts the binary, by whatever path.
func runs(argv []string, name string) bool {
	return len(argv) > 0 && path.Base(argv[0]) == name
}

// lastCommand are the words of the last command of a line.
func lastCommand(l shell.Line) []string {
	if len(l.Commands) == 0 {
		return nil
	}
	return l.Commands[len(l.Commands)-1].Argv()
}

// onlyDefault is the one default member that has programs.
func (c *crate) onlyDefault() *crate {
	var only *crate
	for _, m := range c.all.sorted {
		if m.workspace != c || len(m.bins) == 0 || !m.isDefault() {
			continue
		}
		if only != nil {
			return nil
		}
		only = m
	}
	return only
}

// notForImages says why the package's binaries are nothing to run in an image, or "".
func (c *crate) notForImages() string {
	if len(c.bins) == 0 {
		return ""
	}
	if name := c.name.Value; name == "xtask" {
		return "a build tool (xtask), not an application"
	}
	if at := c.browserPage(); !at.IsZero() {
		return "a page that trunk builds for the browser (" + at.Place() + "), which dockgen does not build: run trunk build --release, commit dist, and run dockgen there"
	}
	if at := c.builtForBoth(); !at.IsZero() {
		return "a page with its server, which " + at.What + " builds (" + at.Place() + ") and cargo alone would not: build both before docker build, and copy the server and its site folder into an image"
	}
	if d, ok := c.usesByDefault("shuttle-runtime", "shuttle-service"); ok {
		return "an application of Shuttle's platform (" + d.from.Place() + "), which gives it its port and its databases: write a main of its own that serves the same router"
	}
	if at := c.elsewhere(); at.Known() {
		return "built for " + at.Value + " (" + at.From.Place() + "), which no image runs"
	}
	if d, ok := c.usesByDefault(natives().Desktop...); ok {
		return "a desktop application (it uses " + d.name + "), which has no place in an image"
	}
	return ""
}

// elsewhere is the target that Cargo's configuration builds for, where that is neither Linux
// nor any other system that a server may be written on: a browser, a board without a system.
func (c *crate) elsewhere() fact.Of[string] {
	config, err := c.config()
	if err != nil {
		return fact.Of[string]{} // Plan reports it
	}
	triple := config.target.Value
	if strings.HasPrefix(triple, "wasm32") || strings.Contains(triple, "-none") || strings.HasSuffix(triple, "-espidf") || path.Ext(triple) == ".json" {
		return config.target
	}
	return fact.Of[string]{}
}

// browserPage is what makes the package a page of trunk's: its settings, or a page with its
// mark. https://trunkrs.dev/configuration/, https://trunkrs.dev/assets/, 2026-11
func (c *crate) browserPage() fact.Source {
	if file := path.Join(c.dir, "Trunk.toml"); c.all.view.Has(file) {
		return fact.At(file, 0, "settings of trunk")
	}
	file := path.Join(c.dir, "index.html")
	text, err := c.all.view.Read(file)
	if err != nil {
		return fact.Source{}
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		if n++; strings.Contains(line, "data-trunk") {
			return fact.At(file, n, "data-trunk")
		}
	}
	return fact.Source{}
}

// builtForBoth is what makes the package a program for the server and for the browser at once,
// which a tool of its framework compiles twice: cargo build leaves an empty program.
// https://github.com/leptos-rs/cargo-leptos#configuration, https://dioxuslabs.com/learn/0.7/tutorial/tooling, 2026-11
func (c *crate) builtForBoth() fact.Source {
	manifests := []*crate{c}
	if c.workspace != nil && c.workspace != c {
		manifests = append(manifests, c.workspace)
	}
	if settings := c.doc.Get("package", "metadata", "leptos"); settings != nil {
		return settings.From("cargo-leptos")
	}
	for _, m := range manifests {
		for _, project := range m.doc.Get("workspace", "metadata", "leptos").Items() {
			if project.Get("bin-package").Str() == c.name.Value {
				return project.From("cargo-leptos")
			}
		}
	}
	if file := path.Join(c.dir, "Dioxus.toml"); c.all.view.Has(file) {
		if _, ok := c.uses("dioxus"); ok {
			return fact.At(file, 0, "dx")
		}
	}
	return fact.Source{}
}
