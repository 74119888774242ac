package python

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// A folder of a project may itself be the package that its files belong to: they import
// `backend.models` from within backend, or `from . import models` beside the file that is run.
// Such a program starts from the folder above, as backend.main.

// itself is the name by which the files of the project's folder import one another, "" where none
// does so: the folder's, or at the root, whose name nobody knows, the one that imports use.
func (s *sources) itself() string {
	if s.name == nil {
		name := ""
		s.name = &name // nothing while it is worked out
		if s.p.workspace == nil {
			name = s.nameItself()
		}
	}
	return *s.name
}

func (s *sources) nameItself() string {
	dir := s.p.dir
	if dir != "." {
		if name := path.Base(dir); identifier(name) && s.at(dir, name) == "" {
			return name
		}
		return ""
	}
	if !s.p.view.Has("__init__.py") {
		return ""
	}
	standard := strings.Fields(modules().Standard)
	places := map[string]bool{} // names that are imported, and whether all of each lies at the root
	for _, f := range s.files() {
		for _, i := range s.module(f).Imports {
			top, rest, _ := strings.Cut(i.Module, ".")
			if top == "" || i.Tried || i.Types || slices.Contains(standard, top) || modules().Distributions[top] != "" || s.resolve(f, top) != "" {
				continue
			}
			if _, ok := s.p.installs(normal(top)); ok {
				continue
			}
			here := s.at(".", join(rest, i.Name)) != "" || s.at(".", rest) != "" && rest != ""
			before, seen := places[top]
			places[top] = here && (before || !seen)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(places)) {
		if places[name] {
			return name
		}
	}
	for _, name := range []string{strings.ReplaceAll(s.p.name, "-", "_"), "app", "project"} {
		if identifier(name) && s.at(".", name) == "" && len(s.p.view.Under(name)) == 0 {
			return name
		}
	}
	return ""
}

// asItself reports whether a program runs as a part of that package.
func (p *project) asItself(g program) bool {
	return g.root == p.dir && g.django == nil && g.kind != "console" && p.sources.wantsItself(g.file)
}

// imageRoot is where the root of the build context lies in the image: the package that the root
// itself is lies below the folder that its imports start from.
func (p *project) imageRoot(g program) string {
	if p.dir == "." && p.asItself(g) {
		return path.Join("/app", p.sources.itself())
	}
	return "/app"
}

// wantsItself reports whether a file belongs to the package that the project's folder is.
func (s *sources) wantsItself(file string) bool { return !s.belongs(file).IsZero() }

// belongs is where a file, or what it imports, asks for the package that the project's folder is.
func (s *sources) belongs(file string) fact.Source {
	for _, f := range s.reachable(file) {
		depth := 0
		if rel := repo.Rel(s.p.dir, path.Dir(f)); rel != "." {
			depth = 1 + strings.Count(rel, "/")
		}
		for _, i := range s.module(f).Imports {
			dots := len(i.Module) - len(strings.TrimLeft(i.Module, "."))
			top, _, _ := strings.Cut(i.Module, ".")
			above := dots > 0 && dots-1 == depth
			named := dots == 0 && top != "" && top == s.itself() && s.resolve(f, i.Module) != ""
			if !i.Types && !i.Tried && (above || named) && s.itself() != "" {
				return source(f, i.Line, "import "+join(i.Module, i.Name))
			}
		}
	}
	return fact.Source{}
}
