package golang

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"

	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// workspace is a go.work. Format: https://go.dev/ref/mod#go-work-file
type workspace struct {
	dir       string
	file      string
	uses      []string // folders of its modules, relative to the root
	goVersion fact.Of[string]
	toolchain fact.Of[string]
}

func readModule(v *repo.View, file string) (*module, error) {
	text, err := v.Read(file)
	if err != nil {
		return nil, err
	}
	f, err := parseModule(file, text)
	if err != nil {
		return nil, err
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

// parseModule reads go.mod. ParseLax leaves out replace and tool, so it comes second:
// for directives that this program does not know yet.
func parseModule(file string, text []byte) (*modfile.File, error) {
	asWritten := func(_, version string) (string, error) { return version, nil } // a branch, before go mod tidy
	f, err := modfile.Parse(file, text, asWritten)
	if err == nil {
		return f, nil
	}
	if lax, laxErr := modfile.ParseLax(file, text, asWritten); laxErr == nil {
		return lax, nil
	}
	return nil, parseError(file, err)
}

func readWorkspaces(v *repo.View) ([]*workspace, error) {
	var all []*workspace
	for _, file := range v.Named("go.work") {
		if vendored(file) {
			continue
		}
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
			dir := path.Join(w.dir, use.Path)
			if path.IsAbs(use.Path) || dir == ".." || strings.HasPrefix(dir, "../") || !v.Has(path.Join(dir, "go.mod")) {
				return nil, diag.At(fact.At(file, use.Syntax.Start.Line, "use directive"), fmt.Sprintf("uses %s, which is no module of the repository", use.Path), "correct the path, or remove the line (go work edit -dropuse)")
			}
			w.uses = append(w.uses, dir)
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

// replaced are the folders inside the repository that replace directives point to.
// https://go.dev/ref/mod#go-mod-file-replace
func (m *module) replaced() []fact.Of[string] {
	var dirs []fact.Of[string]
	if m.file == nil {
		return nil
	}
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

// outside is the first replace directive that leaves the repository, or names
// nothing in it: no context can hold it.
func (m *module) outside() error {
	if m.file == nil || m.vendors() {
		return nil // vendor/ holds what the directive names
	}
	for _, r := range m.file.Replace {
		if r.New.Version != "" {
			continue
		}
		at := fact.At(path.Join(m.dir, "go.mod"), r.Syntax.Start.Line, "replace directive")
		dir := path.Join(m.dir, r.New.Path)
		switch {
		case path.IsAbs(r.New.Path) || dir == ".." || strings.HasPrefix(dir, "../"):
			return diag.At(at, fmt.Sprintf("%s is replaced by %s, outside the repository, which a build cannot reach", r.Old.Path, r.New.Path),
				"use a published version, vendor it (go mod vendor), or pass --root with the folder that holds both")
		case !m.view.Has(path.Join(dir, "go.mod")):
			return diag.At(at, fmt.Sprintf("%s is replaced by %s, where the repository has no module", r.Old.Path, r.New.Path),
				"check that the folder is committed, as a folder or a submodule")
		}
	}
	return nil
}

// vendors reports whether the modules are vendored: modules.txt says so, an empty
// vendor folder does not (https://go.dev/ref/mod#vendoring).
func (m *module) vendors() bool { return m.view.Has(path.Join(m.buildRoot(), "vendor/modules.txt")) }

// buildRoot is where the go tool finds go.work or go.mod, and vendor/.
func (m *module) buildRoot() string {
	if m.work != nil {
		return m.work.dir
	}
	return m.dir
}

// requires is the version of a module in go.mod and its line, as the nearest prefix of an import path.
func (m *module) requires(importPath string) (version string, at fact.Source, ok bool) {
	longest := ""
	for _, local := range m.local {
		if local.file == nil {
			continue
		}
		for _, r := range local.file.Require {
			if p := r.Mod.Path; len(p) > len(longest) && hasPath(importPath, p) {
				longest, version, ok = p, r.Mod.Version, true
				at = fact.At(path.Join(local.dir, "go.mod"), r.Syntax.Start.Line, "require "+p)
			}
		}
	}
	return version, at, ok
}

// hasPath reports whether an import path is the prefix or lies below it.
func hasPath(importPath, prefix string) bool {
	return importPath == prefix || strings.HasPrefix(importPath, prefix+"/")
}

// pinnedVersions are the tool versions that files beside the module or at the root
// name: .go-version (goenv), .tool-versions (https://asdf-vm.com) and mise.toml
// (https://mise.jdx.dev). A "1" there is any release.
func pinnedVersions(v *repo.View, dir string) ([]fact.Of[string], error) {
	var pins []fact.Of[string]
	for _, d := range slices.Compact([]string{dir, "."}) {
		file := path.Join(d, ".go-version")
		text, err := v.Read(file)
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		pins = append(pins, goenv(file, string(text))...)
		tools, err := hints.Tools(v, d, "golang", "go")
		if err != nil {
			return nil, err
		}
		for _, t := range tools {
			if t.Value != "1" {
				pins = append(pins, t)
			}
		}
	}
	return pins, nil
}

// goenv are the versions of a .go-version file.
func goenv(file, text string) []fact.Of[string] {
	var pins []fact.Of[string]
	n := 0
	for line := range strings.Lines(text) {
		n++
		if words := strings.Fields(line); len(words) == 1 {
			pins = append(pins, fact.New(strings.TrimPrefix(words[0], "go"), fact.At(file, n, "")))
		}
	}
	return pins
}
