package golang

import (
	"path"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
)

// unsummed is the first module that go.mod requires and that nothing has the checksum of: there is no
// go.sum, which the go tool then has to write (-mod=mod). https://go.dev/ref/mod#build-commands
func (m *module) unsummed() fact.Source {
	if !m.mayResolve() || m.view.Has(path.Join(m.dir, "go.sum")) {
		return fact.Source{}
	}
	for _, r := range m.file.Require {
		if !m.replacedHere(r.Mod.Path) {
			return fact.At(path.Join(m.dir, "go.mod"), r.Syntax.Start.Line, "require "+r.Mod.Path)
		}
	}
	return fact.Source{}
}

// completedFrom is the first release whose go.mod lists all that a build takes: those before left much to the go tool,
// which up to 1.15 completed go.mod and go.sum by itself.
// https://go.dev/doc/go1.16#go-command, https://go.dev/doc/go1.17#go-command
const completedFrom = "1.17"

// completed is the go directive of a module whose authors had a go tool that completed go.sum, so that it
// may lack what a later one insists on.
func (m *module) completed() fact.Source {
	if m.mayResolve() && m.file.Go != nil && catalogue.Compare(m.file.Go.Version, completedFrom) < 0 && len(m.file.Require) > 0 {
		return fact.At(path.Join(m.dir, "go.mod"), m.file.Go.Syntax.Start.Line, "go directive")
	}
	return fact.Source{}
}

// unlisted is the first import of the program that no module of go.mod provides: the go tool has to look
// for one. Before Go 1.17 go.mod need not list all that the build takes.
func (m *module) unlisted(p *pkg) fact.Of[string] {
	if !m.mayResolve() || m.file.Go == nil || catalogue.Compare(m.file.Go.Version, "1.17") < 0 {
		return fact.Of[string]{}
	}
	for _, q := range m.closure(p) {
		for _, name := range q.sortedImports() {
			first, _, _ := strings.Cut(name, "/")
			if !strings.Contains(first, ".") || m.find(name) != nil || m.inside(name) {
				continue // of the standard library, or of a module here
			}
			if _, _, ok := m.requires(name); !ok {
				return fact.New(name, q.imports[name])
			}
		}
	}
	return fact.Of[string]{}
}

// mayResolve reports whether go build may be told to complete go.mod and go.sum: not with vendored
// modules, and not in a workspace.
func (m *module) mayResolve() bool { return m.file != nil && m.work == nil && !m.vendors() }

// inside reports whether an import path belongs to a module of the repository.
func (m *module) inside(name string) bool {
	for _, local := range m.local {
		if local.file != nil && hasPath(name, local.file.Module.Mod.Path) {
			return true
		}
	}
	return m.replacedHere(name)
}

// replacedHere reports whether a folder of the repository stands for the module of a path.
func (m *module) replacedHere(name string) bool {
	for _, r := range m.file.Replace {
		if r.New.Version == "" && hasPath(name, r.Old.Path) {
			return true
		}
	}
	return false
}

// resolves is why the build completes go.mod and go.sum, the zero Source where it need not.
func (m *module) resolves(p *pkg) fact.Source {
	for _, at := range []fact.Source{m.unsummed(), m.unlisted(p).From} {
		if !at.IsZero() {
			return at
		}
	}
	return m.completed()
}

// sumNotes say what the build has to find out for itself.
func (m *module) sumNotes(p *pkg) []detect.Note {
	sum := path.Join(m.dir, "go.sum")
	held := "nothing holds the build to the modules that you tested"
	if !m.mayResolve() {
		held = "a build without it stops"
	}
	if note, ok := detect.Uncounted(m.view, held, sum); ok && !m.vendors() {
		return []detect.Note{note}
	}
	if at := m.unsummed(); !at.IsZero() {
		return []detect.Note{{Warning: true, At: fact.At(at.File, 0, ""), Text: "there is no go.sum, so " + held + ": run go mod tidy and commit it"}}
	}
	if missing := m.unlisted(p); missing.Known() {
		at := missing.From
		return []detect.Note{{Warning: true, At: fact.At(at.File, at.Line, ""), Text: "imports " + missing.Value + ", which no module of go.mod provides, so the build takes the newest that does: run go mod tidy and commit what it changes"}}
	}
	return nil
}
