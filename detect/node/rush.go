package node

import (
	"path"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/templates"
)

// rush is a tool that installs, links and builds the projects that rush.json lists, with a package
// manager of its own choice. https://rushjs.io/pages/configs/rush_json (5, 2026-11)
const rush = "rush"

// rushLockfile is where Rush keeps pnpm's lockfile.
const rushLockfile = "common/config/rush/pnpm-lock.yaml"

// readRush is the workspace of a rush.json at the root of the view, or nil.
func readRush(v *repo.View) (*space, error) {
	root, err := readJSON(v, "rush.json")
	if err != nil || !root.isObject() {
		return nil, err
	}
	s := &space{dir: ".", root: &manifest{file: "rush.json"}, rush: root.get("rushVersion").text("rushVersion")}
	for _, project := range root.get("projects").items() {
		if folder := project.get("projectFolder").text("projectFolder"); folder.Known() {
			folder.Value = path.Clean(folder.Value)
			s.patterns = append(s.patterns, folder)
		}
	}
	if len(s.patterns) == 0 {
		return nil, nil
	}
	s.from = s.patterns[0].From
	return s, nil
}

// rushManager is the package manager of a project of Rush: Rush itself.
func (p *pkg) rushManager() *manager {
	m := &manager{name: rush, dir: p.space.dir, version: p.space.rush.Value, from: p.space.rush.From, versionFrom: p.space.rush.From}
	if m.version == "" {
		m.version = "latest"
	}
	if p.view.Has(rushLockfile) {
		m.lockfile = rushLockfile
		if text, err := p.readLock(m.lockfile); err == nil {
			m.format = lockFormat(pnpm, text)
		}
	}
	return m
}

// rushFiles are what "rush install" reads: its settings and the manifest of every project.
func (p *pkg) rushFiles() []string {
	files := []string{"rush.json"}
	for _, q := range p.space.members {
		files = append(files, q.in("package.json"))
	}
	return files
}

// rushFolders are the settings of Rush.
func (p *pkg) rushFolders() []string {
	var dirs []string
	for _, dir := range []string{"common/config", "common/git-hooks", "common/autoinstallers", "common/pnpm-patches"} {
		if p.view.HasDir(dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// rushPlan is whether the repository says what "rush deploy" takes along, or that is to be made.
func (p *pkg) rushPlan() bool { return !p.view.Has("common/config/rush/deploy.json") }

// deployed is what "rush deploy" leaves: the project, what it needs, and their packages, in the
// layout of the repository.
func (c *recipe) deployed(b buildView) []templates.Files {
	return []templates.Files{{Stage: b.Name, From: []string{"/deploy"}, To: repo.Rel(c.p.dir, c.manager.dir) + "/"}}
}

// isRush reports whether Rush installs and builds the workspace.
func (s *space) isRush() bool { return s != nil && s.rush != (fact.Of[string]{}) }
