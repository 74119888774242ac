// Package golang is the Go language: modules, their programs, and how they are built.
//
// The one odd rule: Go's own packages read everything Go (modfile for go.mod,
// go/build for which files belong to a build, go/parser for sources), over the
// view and never over the host.
//
// To read it, follow one run: Detect (this file) reads modules (gomod.go) and
// their packages (packages.go), makes programs of them (program.go) and asks who
// speaks for each (claims.go). Plan (plan.go) decides from what the sources of the
// one program say (source.go, listen.go, settings.go, runtime.go, cgo.go), and
// view.go turns the decisions into what the templates print.
package golang

import (
	"context"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// Language is Go.
type Language struct{}

// Name is "go".
func (Language) Name() string { return "go" }

// Manifests are the files by which people know a project of this language.
func (Language) Manifests() []string { return []string{"go.mod"} }

// module is one go.mod and the packages below it, or a folder of Go files
// without a go.mod, which the go tool builds by naming the files.
type module struct {
	view      *repo.View
	dir       string
	file      *modfile.File     // nil for loose files
	goVersion fact.Of[string]   // go directive: a minimum
	toolchain fact.Of[string]   // toolchain directive, without its "go" prefix
	pinned    []fact.Of[string] // .go-version, .tool-versions: what the team installs
	work      *workspace        // nil where no go.work uses this module
	nested    []string          // folders of modules inside this one
	local     []*module         // this one, and those that its builds take from the repository
	recipes   []recipe          // go build commands that people wrote down
	packages  *packages
	programs  []detect.Program
	mains     map[string]*pkg // by Program.Name
	read      map[*pkg]*sources
}

// Detect reports the module at each go.mod, or the folders of package main where
// there is none. Format: https://go.dev/ref/mod#go-mod-file
func (Language) Detect(ctx context.Context, v *repo.View) ([]detect.Project, error) {
	modules, err := readModules(ctx, v)
	if err != nil {
		return nil, err
	}
	var found []detect.Project
	for _, m := range modules {
		m.link(modules)
		if err := m.findPrograms(); err != nil {
			return nil, err
		}
		found = append(found, m)
	}
	return found, nil
}

func readModules(ctx context.Context, v *repo.View) ([]*module, error) {
	workspaces, err := readWorkspaces(v)
	if err != nil {
		return nil, err
	}
	var modules []*module
	for _, file := range v.Named("go.mod") {
		if vendored(file) {
			continue
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m, err := readModule(v, file)
		if err != nil {
			return nil, err
		}
		modules = append(modules, m)
	}
	if len(modules) == 0 {
		modules = looseFiles(v)
	}
	for _, m := range modules {
		for _, other := range modules {
			if other != m && repo.Within(m.dir, other.dir) {
				m.nested = append(m.nested, other.dir)
			}
		}
		for _, w := range workspaces {
			if slices.Contains(w.uses, m.dir) {
				m.work = w
			}
		}
		recipes, err := readRecipes(v, m.dir)
		if err != nil {
			return nil, err
		}
		m.recipes = m.own(recipes)
		if err := m.readPackages(); err != nil {
			return nil, err
		}
	}
	return modules, nil
}

// link names the modules that builds of this one take from the repository: its
// workspace's, and those that replace directives point to.
func (m *module) link(all []*module) {
	m.local = []*module{m}
	for _, other := range all {
		if other == m || other.file == nil {
			continue
		}
		used := m.work != nil && slices.Contains(m.work.uses, other.dir)
		if used || slices.ContainsFunc(m.replaced(), func(d fact.Of[string]) bool { return d.Value == other.dir }) {
			m.local = append(m.local, other)
		}
	}
}

// vendored reports whether a file is someone else's, or data that the go tool skips
// (https://pkg.go.dev/cmd/go#hdr-Package_lists_and_patterns).
func vendored(file string) bool {
	return slices.ContainsFunc(strings.Split(path.Dir(file), "/"), func(name string) bool {
		return name == "vendor" || name == "testdata" || (strings.HasPrefix(name, "_") && name != "_examples") || (strings.HasPrefix(name, ".") && name != ".")
	})
}

func (m *module) Language() string { return "go" }

func (m *module) Dir() string { return m.dir }

func (m *module) Title() string {
	if m.file == nil {
		return "Go program without a go.mod"
	}
	return "Go module " + m.file.Module.Mod.Path
}

func (m *module) At() fact.Source {
	if m.file == nil {
		return m.programs[0].At
	}
	return fact.At(path.Join(m.dir, "go.mod"), m.file.Module.Syntax.Start.Line, "module directive")
}

func (m *module) Programs() []detect.Program { return m.programs }

func (m *module) Nothing() string {
	if len(m.programs) > 0 {
		return ""
	}
	return "a library, without a package main"
}

// Reach are the workspace's folder and modules, and the folders that replace
// directives name, of this module and of those in turn.
func (m *module) Reach(detect.Program) []string {
	var reach []string
	if m.work != nil {
		reach = append(append(reach, m.work.dir), m.work.uses...)
	}
	for _, local := range m.local {
		for _, dir := range local.replaced() {
			reach = append(reach, dir.Value)
		}
	}
	return reach
}
