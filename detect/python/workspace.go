package python

import (
	"path"
	"slices"

	"github.com/bmatcuk/doublestar/v4"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/toml"
)

// workspace is a uv workspace: members that share the root's lockfile.
// https://docs.astral.sh/uv/concepts/projects/workspaces/
type workspace struct {
	root      string
	lock      *lock
	pyproject *toml.Value // of the root
	members   []*project  // the root among them
	at        fact.Source
}

// joinWorkspaces gives each member its workspace and the lockfile of the root.
func joinWorkspaces(all []*project) {
	for _, root := range all {
		table := root.pyproject.Get("tool", "uv", "workspace")
		if table == nil {
			if root.lock != nil && root.lock.tool == "uv" && root.name != "" {
				root.lock.closureFrom(root.rootNames()...)
			}
			continue
		}
		w := &workspace{root: root.dir, pyproject: root.pyproject, lock: root.lock, at: table.From("[tool.uv.workspace]")}
		for _, p := range all {
			rel := repo.Rel(root.dir, p.dir)
			inside := p == root || (repo.Within(root.dir, p.dir) && matchesAny(table.Get("members").Strings(), rel) && !matchesAny(table.Get("exclude").Strings(), rel))
			if !inside || p.pyproject == nil {
				continue
			}
			w.members = append(w.members, p)
			p.workspace = w
			if root.lock != nil && root.lock.tool == "uv" {
				own := *root.lock
				own.closureFrom(p.rootNames()...)
				p.lock = &own
				p.tool = fact.New("uv", fact.At(root.lock.file, 0, ""))
			} else if p.tool.Value == "" {
				p.tool = fact.New("uv", w.at)
			}
		}
	}
}

// rootNames are where the closure of the project begins in a uv.lock.
func (p *project) rootNames() []string {
	if p.name == "" {
		return []string{"\x00"} // a root without a name is in the lock with no dependencies of its own
	}
	all := withExtras(p.name, p.extras)
	for _, g := range p.groups {
		all = append(all, normal(p.name)+"["+ofGroup+normal(g)+"]")
	}
	return all
}

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		ok, err := doublestar.Match(path.Clean(pattern), name)
		return err == nil && ok
	})
}

// closure are the members that a member depends on, itself first, and the
// folders of path dependencies within the workspace.
func (w *workspace) closure(p *project) []*project {
	all := []*project{p}
	for i := 0; i < len(all); i++ {
		for _, d := range all[i].deps {
			for _, m := range w.members {
				if m.name == d.name && m.name != "" && !slices.Contains(all, m) {
					all = append(all, m)
				}
			}
		}
	}
	return all
}
