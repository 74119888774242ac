// Package golang is the Go language: modules, their programs, and how they are built.
//
// The one odd rule: Go's own packages read everything Go (modfile for go.mod,
// go/build for which files belong to a build, go/parser for sources), over the
// view and never over the host.
package golang

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// Language is Go.
type Language struct{}

// Name is "go".
func (Language) Name() string { return "go" }

// module is one go.mod and the packages below it.
type module struct {
	view      *repo.View
	dir       string
	file      *modfile.File
	goVersion fact.Of[string]   // go directive: a minimum
	toolchain fact.Of[string]   // toolchain directive, without its "go" prefix
	pinned    []fact.Of[string] // .go-version, .tool-versions: what the team installs
	work      *workspace        // nil where no go.work uses this module
	nested    []string          // folders of modules inside this one
	packages  *packages
	programs  []detect.Program
	mains     map[string]*pkg // by Program.Name
}

// workspace is a go.work. Format: https://go.dev/ref/mod#go-work-file
type workspace struct {
	dir       string
	file      string
	uses      []string // folders of its modules, relative to the root
	goVersion fact.Of[string]
	toolchain fact.Of[string]
}

// Detect reports the module at each go.mod. Format: https://go.dev/ref/mod#go-mod-file
func (Language) Detect(ctx context.Context, v *repo.View) ([]detect.Project, error) {
	workspaces, err := readWorkspaces(v)
	if err != nil {
		return nil, err
	}
	files := v.Named("go.mod")
	var found []detect.Project
	for _, file := range files {
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
		for _, other := range files {
			if d := path.Dir(other); d != m.dir && repo.Within(m.dir, d) {
				m.nested = append(m.nested, d)
			}
		}
		for _, w := range workspaces {
			if slices.Contains(w.uses, m.dir) {
				m.work = w
			}
		}
		if err := m.findPrograms(); err != nil {
			return nil, err
		}
		found = append(found, m)
	}
	return found, nil
}

// vendored reports whether a file is someone else's, or data that the go tool skips
// (https://pkg.go.dev/cmd/go#hdr-Package_lists_and_patterns).
func vendored(file string) bool {
	return slices.ContainsFunc(strings.Split(path.Dir(file), "/"), func(name string) bool {
		return name == "vendor" || name == "testdata" || (strings.HasPrefix(name, "_") && name != "_examples") || (strings.HasPrefix(name, ".") && name != ".")
	})
}

func readModule(v *repo.View, file string) (*module, error) {
	text, err := v.Read(file)
	if err != nil {
		return nil, err
	}
	f, err := modfile.ParseLax(file, text, nil)
	if err != nil {
		return nil, parseError(file, err)
	}
	m := &module{view: v, dir: path.Dir(file), file: f}
	if f.Module == nil {
		return nil, diag.At(fact.At(file, 1, ""), "has no module directive", `write "module example.com/name" there`)
	}
	if f.Go != nil {
		m.goVersion = fact.New(f.Go.Version, fact.At(file, f.Go.Syntax.Start.Line, "go directive"))
	}
	if f.Toolchain != nil && f.Toolchain.Name != "default" {
		m.toolchain = fact.New(strings.TrimPrefix(f.Toolchain.Name, "go"), fact.At(file, f.Toolchain.Syntax.Start.Line, "toolchain directive"))
	}
	if m.pinned, err = pinnedVersions(v, m.dir); err != nil {
		return nil, err
	}
	return m, nil
}

func readWorkspaces(v *repo.View) ([]*workspace, error) {
	var all []*workspace
	for _, file := range v.Named("go.work") {
		text, err := v.Read(file)
		if err != nil {
			return nil, err
		}
		f, err := modfile.ParseWork(file, text, nil)
		if err != nil {
			return nil, parseError(file, err)
		}
		w := &workspace{dir: path.Dir(file), file: file}
		for _, use := range f.Use {
			w.uses = append(w.uses, path.Join(w.dir, use.Path))
		}
		if f.Go != nil {
			w.goVersion = fact.New(f.Go.Version, fact.At(file, f.Go.Syntax.Start.Line, "go directive"))
		}
		if f.Toolchain != nil && f.Toolchain.Name != "default" {
			w.toolchain = fact.New(strings.TrimPrefix(f.Toolchain.Name, "go"), fact.At(file, f.Toolchain.Syntax.Start.Line, "toolchain directive"))
		}
		all = append(all, w)
	}
	return all, nil
}

// parseError is modfile's first complaint, with its line.
func parseError(file string, err error) error {
	var list modfile.ErrorList
	if errors.As(err, &list) && len(list) > 0 {
		e := list[0]
		what := e.Err.Error()
		if e.Verb != "" {
			what = e.Verb + ": " + what
		}
		return diag.At(fact.At(file, e.Pos.Line, ""), what, "correct the line; its format is https://go.dev/ref/mod#go-mod-file")
	}
	return &diag.Error{At: fact.Source{File: file}, What: "cannot be parsed", Err: err}
}

func (m *module) Language() string { return "go" }

func (m *module) Dir() string { return m.dir }

func (m *module) Title() string { return "Go module " + m.file.Module.Mod.Path }

func (m *module) At() fact.Source {
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
// directives name.
func (m *module) Reach(detect.Program) []string {
	var reach []string
	if m.work != nil {
		reach = append(append(reach, m.work.dir), m.work.uses...)
	}
	for _, local := range m.replaced() {
		reach = append(reach, local.Value)
	}
	return reach
}

// replaced are the folders inside the repository that replace directives point to.
// https://go.dev/ref/mod#go-mod-file-replace
func (m *module) replaced() []fact.Of[string] {
	var dirs []fact.Of[string]
	for _, r := range m.file.Replace {
		if r.New.Version != "" || path.IsAbs(r.New.Path) {
			continue
		}
		at := fact.At(path.Join(m.dir, "go.mod"), r.Syntax.Start.Line, "replace directive")
		if dir := path.Join(m.dir, r.New.Path); dir != ".." && !strings.HasPrefix(dir, "../") {
			dirs = append(dirs, fact.New(dir, at))
		}
	}
	return dirs
}

// outside is the first replace directive that leaves the repository: no context can hold it.
func (m *module) outside() error {
	for _, r := range m.file.Replace {
		if r.New.Version != "" {
			continue
		}
		if dir := path.Join(m.dir, r.New.Path); path.IsAbs(r.New.Path) || dir == ".." || strings.HasPrefix(dir, "../") {
			return diag.At(fact.At(path.Join(m.dir, "go.mod"), r.Syntax.Start.Line, "replace directive"),
				fmt.Sprintf("%s is replaced by %s, outside the repository, which a build cannot reach", r.Old.Path, r.New.Path),
				"use a published version, vendor it (go mod vendor), or pass --root with the folder that holds both")
		}
	}
	return nil
}

// pinnedVersions are the tool versions that files beside the module or at the root
// name: .go-version (goenv) and .tool-versions (https://asdf-vm.com).
func pinnedVersions(v *repo.View, dir string) ([]fact.Of[string], error) {
	var pins []fact.Of[string]
	for _, d := range slices.Compact([]string{dir, "."}) {
		for _, name := range []string{".go-version", ".tool-versions"} {
			file := path.Join(d, name)
			text, err := v.Read(file)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return nil, err
			}
			n := 0
			for line := range strings.Lines(string(text)) {
				n++
				words := strings.Fields(line)
				switch {
				case name == ".go-version" && len(words) == 1:
					pins = append(pins, fact.New(strings.TrimPrefix(words[0], "go"), fact.At(file, n, "")))
				case len(words) > 1 && (words[0] == "golang" || words[0] == "go"):
					pins = append(pins, fact.New(words[1], fact.At(file, n, words[0])))
				}
			}
		}
	}
	return pins, nil
}
