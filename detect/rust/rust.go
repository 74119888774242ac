// Package rust is Rust: Cargo packages, their binaries, and how they are built.
//
// The one odd rule: a package is a project, and the workspace above it is its
// context, so that two services of one workspace get an image each. What the
// sources say is read with a tokenizer of Rust's lexical grammar, never with
// patterns over the raw text.
package rust

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// Language is Rust.
type Language struct{}

// Name is "rust".
func (Language) Name() string { return "rust" }

// Manifests are the files by which people know a project of this language.
func (Language) Manifests() []string { return []string{"Cargo.toml"} }

// Detect reports the package at each Cargo.toml.
// Format: https://doc.rust-lang.org/cargo/reference/manifest.html
func (Language) Detect(ctx context.Context, v *repo.View) ([]detect.Project, error) {
	all := &crates{view: v, byDir: map[string]*crate{}, texts: map[string]*source{}, locks: map[string]*lockfile{}}
	for _, file := range v.Named("Cargo.toml") {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if vendored(file) {
			continue
		}
		c, err := all.read(file)
		if err != nil {
			return nil, err
		}
		all.byDir[c.dir] = c
		all.sorted = append(all.sorted, c)
	}
	for _, c := range all.sorted {
		if err := all.join(c); err != nil {
			return nil, err
		}
	}
	var found []detect.Project
	for _, c := range all.sorted {
		if !c.name.Known() { // a virtual manifest holds no package
			continue
		}
		c.dependencies = c.dependenciesOn(onLinux)
		c.findTargets()
	}
	for _, c := range all.sorted {
		if !c.name.Known() {
			continue
		}
		if err := c.findPrograms(); err != nil {
			return nil, err
		}
		found = append(found, c)
	}
	return found, nil
}

// vendored reports whether a manifest is someone else's: cargo vendor's folder,
// or data of tests.
func vendored(file string) bool {
	return slices.ContainsFunc(strings.Split(path.Dir(file), "/"), func(name string) bool {
		return name == "vendor" || name == "third_party" || name == "testdata" || (strings.HasPrefix(name, ".") && name != ".")
	})
}

// Language is "rust".
func (c *crate) Language() string { return "rust" }

// Dir is the folder of the manifest; of the only package with programs in a virtual
// workspace, the workspace's: whoever runs dockgen there means that program.
func (c *crate) Dir() string {
	w := c.workspace
	if w == nil || w.name.Known() || len(c.programs) == 0 {
		return c.dir
	}
	for _, other := range c.all.sorted {
		if other != c && other.workspace == w && len(other.programs) > 0 {
			return c.dir
		}
	}
	return w.dir
}

// Title names the package.
func (c *crate) Title() string { return "Rust package " + c.name.Value }

// At is where the package gives its name.
func (c *crate) At() fact.Source { return c.name.From }

// Programs are the package's binaries.
func (c *crate) Programs() []detect.Program { return c.programs }

// Nothing says why there is no binary to run.
func (c *crate) Nothing() string {
	switch {
	case len(c.programs) > 0:
		return ""
	case c.nothing != "":
		return c.nothing
	case c.isWorker():
		return "a Cloudflare Worker, which its platform runs: deploy it with wrangler"
	default:
		return "a library, without src/main.rs, src/bin or [[bin]]"
	}
}

// isWorker reports whether the library is what Cloudflare runs. https://docs.rs/worker, 2026-11
func (c *crate) isWorker() bool {
	_, ok := c.uses("worker")
	return ok && (c.all.view.Has(path.Join(c.dir, "wrangler.toml")) || c.all.view.Has(path.Join(c.dir, "wrangler.jsonc")) || c.all.view.Has(path.Join(c.dir, "wrangler.json")))
}

// Reach are the workspace's folder, the folders of path dependencies, and those
// of files outside the package that its sources include, or that the program reads.
func (c *crate) Reach(g detect.Program) []string {
	reach := []string{c.top()}
	if p := c.found[g.Name]; p != nil {
		for _, r := range c.readAtRunTime(p) {
			if !repo.Within(c.top(), r.path) {
				reach = append(reach, path.Dir(r.path))
			}
		}
	}
	for _, local := range c.local() {
		if local != c {
			reach = append(reach, local.dir, local.top())
		}
		for _, e := range local.embeds() {
			dir := e.Value
			if c.all.view.Has(dir) {
				dir = path.Dir(dir)
			}
			reach = append(reach, dir)
		}
	}
	return reach
}

// top is the folder in which cargo runs: the workspace's, or the package's own.
func (c *crate) top() string {
	if c.workspace != nil {
		return c.workspace.dir
	}
	return c.dir
}

// outside is the first path dependency that leaves the repository, or that is not there.
func (c *crate) outside() error {
	for _, local := range c.local() {
		for _, d := range local.dependencies {
			if d.path == "" || d.kind == devDependency {
				continue
			}
			if d.path == ".." || strings.HasPrefix(d.path, "../") || path.IsAbs(d.path) {
				return diag.At(d.from, fmt.Sprintf("%s is at %s, outside the repository, which a build cannot reach", d.name, d.path),
					"use a published version or a git dependency, or pass --root with the folder that holds both")
			}
			if c.all.byDir[d.path] == nil && !c.all.view.Has(path.Join(d.path, "Cargo.toml")) {
				return diag.At(d.from, fmt.Sprintf("%s should be in %s, where there is no Cargo.toml", d.name, d.path), "correct the path (a git submodule must be checked out)")
			}
		}
	}
	return nil
}
