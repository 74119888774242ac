// Package node is JavaScript and TypeScript on Node.js and Bun: packages, workspaces,
// package managers, and how their programs are built and started.
//
// The one odd rule: a package.json alone proves nothing. A package is a program only
// where something says what to start; one that builds assets offers them to others.
package node

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// Language is Node.js.
type Language struct{}

// Name is "node".
func (Language) Name() string { return "node" }

// Manifests are the files by which people know a project of this language.
func (Language) Manifests() []string { return []string{"package.json"} }

// Options are the settings that only this language knows.
func (Language) Options() []detect.Option {
	return []detect.Option{{Name: "package-manager", Usage: "Node.js: install and build with npm, pnpm, yarn or bun", Values: []string{npm, pnpm, yarn, bun}}}
}

// pkg is one package.json and the sources beside and below it.
type pkg struct {
	view      *repo.View
	dir       string
	m         *manifest
	space     *space // nil outside a workspace
	isRoot    bool   // of its workspace
	others    map[string]*pkg
	nested    []string // folders of packages inside this one
	programs  []detect.Program
	start     start
	fw        framework
	framed    bool                  // fw is set
	ordered   string                // the script that another package, or a Dockerfile, has build this one, "" for the usual
	expanded  map[string]expansion  // by a script's line
	delegated map[string]delegation // the same
	buildEnv  []hints.Variable      // what the build wants in its environment, as people's Dockerfile has it
	apps      []nxApp               // where Nx builds the programs
	only      string                // folder of the one of apps that is meant, "" for the package
	scanned   *facts
	// imports are what undeclared found, once importsRead is set.
	imports     []string
	importsRead bool
	besideDirs  []string // what beside found, once besideRead is set
	besideRead  bool
	needed      []detect.Need      // what Needs found, nil until it is asked
	loads       map[string]bool    // what valueImports found, nil until it is asked
	reached     map[string]bool    // sources that the program loads, nil until it is asked
	handlers    *[]fact.Of[string] // files with functions that a platform calls, nil until they are looked for
	imported    map[string]bool    // files, without extension, that sources load by a relative name; nil until they are read
}

// Detect reports the package at each package.json.
func (Language) Detect(ctx context.Context, v *repo.View) ([]detect.Project, error) {
	var all []*pkg
	byDir := map[string]*pkg{}
	for _, file := range v.Named("package.json") {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		m, err := readManifest(v, file)
		if err != nil && detect.IsSetAside(".", path.Dir(file)) {
			continue // a test's broken input or a template with placeholders
		}
		if err != nil {
			return nil, err
		}
		p := &pkg{view: v, dir: path.Dir(file), m: m, others: byDir}
		all = append(all, p)
		byDir[p.dir] = p
	}
	all = slices.DeleteFunc(all, func(p *pkg) bool {
		marks := p.m.onlyMarks() && p.holding(path.Dir(p.dir)) != nil && p.dir != "."
		if marks {
			delete(byDir, p.dir)
		}
		return marks
	})
	for _, p := range all {
		for _, q := range all {
			if q != p && repo.Within(p.dir, q.dir) {
				p.nested = append(p.nested, q.dir)
			}
		}
	}
	if err := moonTasks(v, all); err != nil {
		return nil, err
	}
	if err := findSpaces(v, all); err != nil {
		return nil, err
	}
	for _, p := range all {
		p.orders()
	}
	for _, p := range all {
		p.builtByHand()
	}
	var found []detect.Project
	for _, p := range all {
		if err := p.findPrograms(); err != nil {
			return nil, err
		}
		found = append(found, p)
	}
	for _, p := range all {
		p.speakFor()
	}
	return found, nil
}

// Language is the name of the language.
func (p *pkg) Language() string { return "node" }

// Dir is the package's folder.
func (p *pkg) Dir() string { return p.dir }

// Title is the package for people.
func (p *pkg) Title() string { return "Node.js package " + p.m.title() }

// At is the package.json.
func (p *pkg) At() fact.Source { return fact.At(p.m.file, 1, "") }

// Programs are what the package can run.
func (p *pkg) Programs() []detect.Program { return p.programs }

// Nothing says why there is nothing to run.
func (p *pkg) Nothing() string {
	switch {
	case len(p.programs) > 0:
		return ""
	case p.isRoot:
		return "the root of a workspace, without a program of its own"
	case p.isElectron():
		return "a desktop application (electron), which runs on a desktop and not in a container"
	case p.isNative():
		return "an application for telephones (React Native), which does not run in a container"
	case p.isLibrary():
		return "a library: nothing in it is started"
	}
	if s := p.resolve("start"); s.file != "" && s.file != "." {
		return fmt.Sprintf("its start script (%s) runs %s, which is not in the repository", s.from.Place(), s.file)
	}
	return "no start script, main file or server that could be started"
}

func (p *pkg) isElectron() bool { return p.m.has("electron") }

func (p *pkg) isNative() bool { return p.m.depends("react-native") || p.m.depends("expo") }

// Reach are the folders outside the package that its build needs.
func (p *pkg) Reach(detect.Program) []string {
	var reach []string
	if p.space != nil {
		reach = append(reach, p.space.dir)
	}
	for _, q := range p.closure(false) {
		if q != p {
			reach = append(reach, q.dir)
		}
	}
	reach = append(append(reach, p.tsconfigs()...), p.classFolders()...)
	slices.Sort(reach)
	return slices.Compact(reach)
}

// sources are the package's own files, without those of packages inside it.
func (p *pkg) sources() []string {
	var own []string
	for _, f := range p.view.Under(p.dir) {
		if p.only != "" && p.only != p.dir && !repo.Within(p.only, f) {
			continue // of another application
		}
		if !slices.ContainsFunc(p.nested, func(dir string) bool { return repo.Within(dir, f) }) {
			own = append(own, f)
		}
	}
	return own
}

// in is a path of the package as a path of the view.
func (p *pkg) in(rel string) string { return path.Join(p.dir, rel) }

// needsInstall reports whether the package or its workspace has any dependency.
func (p *pkg) needsInstall() bool {
	for _, m := range p.manifests() {
		if len(m.deps) > 0 || len(m.dev) > 0 {
			return true
		}
	}
	return slices.ContainsFunc(p.closure(false), func(q *pkg) bool { return len(q.m.deps) > 0 || len(q.m.dev) > 0 })
}

// isLibrary reports whether the manifest is written for others to import the package.
func (p *pkg) isLibrary() bool {
	for _, field := range []string{"exports", "types", "typings", "files", "peerDependencies", "publishConfig", "sideEffects", "module"} {
		v := p.m.root.get(field)
		if module := v.text("").Value; field == "module" && module != "" && (p.present(module) || strings.HasPrefix(path.Clean(module), "src/")) {
			continue // a source and not a build's output: bun init writes it into applications, where it may be stale
		}
		if v.exists() && !p.m.private && !onlyTypescript(v) {
			return true
		}
	}
	return p.m.root.get("exports").exists() || p.m.root.get("types").exists()
}

// onlyTypescript reports whether the only peer is the compiler: bun init writes that.
func onlyTypescript(v value) bool {
	n := 0
	for range v.fields() {
		n++
	}
	return n == 1 && v.get("typescript").exists()
}

// setAside reports whether a source file of the package tests or shows something.
func (p *pkg) setAside(file string) bool {
	base := path.Base(file)
	return detect.IsSetAside(p.dir, path.Dir(file)) || strings.Contains(base, ".test.") || strings.Contains(base, ".spec.") || strings.Contains(base, "-spec.") || strings.Contains(base, ".e2e.") || strings.Contains(base, ".stories.") || strings.HasSuffix(base, ".d.ts")
}
