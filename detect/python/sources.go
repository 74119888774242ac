package python

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/python/syntax"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// sources are the Python files of a project.
type sources struct {
	p         *project
	notebooks int
	listed    []string
	modules   map[string]*syntax.Module
	name      *string // itself's, nil before it is worked out
}

const (
	maxSources = 4000    // files that are looked at; no application of people has as many
	maxSource  = 1 << 20 // bytes; a larger one was generated
)

func newSources(p *project) *sources {
	s := &sources{p: p, modules: map[string]*syntax.Module{}}
	for _, f := range p.view.Under(p.dir) {
		if path.Ext(f) == ".ipynb" {
			s.notebooks++
		}
	}
	return s
}

// any reports whether the folder holds Python code besides the build's own.
func (s *sources) any() bool {
	return slices.ContainsFunc(s.p.view.Under(s.p.dir), func(f string) bool {
		return path.Ext(f) == ".py" && !s.tool(f)
	})
}

// tooling are files that build, test or document, and are never what an image runs.
var tooling = map[string]bool{
	"setup.py": true, "conftest.py": true, "noxfile.py": true, "fabfile.py": true, "dodo.py": true, "conf.py": true, "_version.py": true, "versioneer.py": true, "rxconfig.py": true,
}

// tool reports whether a file builds, tests or documents. A tasks.py does if it is Invoke's.
func (s *sources) tool(file string) bool {
	if path.Base(file) != "tasks.py" {
		return tooling[path.Base(file)]
	}
	_, invoke := s.module(file).Imported("invoke")
	return invoke
}

// files are the files that may be part of what runs: not tests, not examples, not other projects.
func (s *sources) files() []string {
	if s.listed != nil {
		return s.listed
	}
	s.listed = []string{}
	shown := map[string][]string{} // files by the folder whose name sets it aside
	for _, f := range s.p.view.Under(s.p.dir) {
		if path.Ext(f) != ".py" || len(s.listed) >= maxSources {
			continue
		}
		base, dir := path.Base(f), path.Dir(f)
		// Alembic loads env.py beside its template: https://alembic.sqlalchemy.org/en/latest/tutorial.html
		migrates := base == "env.py" && s.p.view.Has(path.Join(dir, "script.py.mako"))
		if isTest(f) || migrates || s.tool(f) || slices.ContainsFunc(s.p.nested, func(n string) bool { return repo.Within(n, dir) }) || s.p.view.Size(f) > maxSource {
			continue
		}
		switch outer := outerAside(s.p.dir, dir); {
		case !aside(s.p.dir, dir):
			s.listed = append(s.listed, f)
		case outer != "" && !aside(outer, dir):
			shown[outer] = append(shown[outer], f)
		}
	}
	s.addImported(shown)
	return s.listed
}

// outerAside is the outermost folder on the way to one that is set aside by its own name, "" if there is none.
func outerAside(base, dir string) string {
	outer := ""
	for d := dir; repo.Within(base, d) && d != base; d = path.Dir(d) {
		if detect.IsSetAside(path.Dir(d), d) {
			outer = d
		}
		if path.Dir(d) == d {
			break
		}
	}
	return outer
}

// addImported adds the files of folders that are set aside by their names, but that the rest of
// the code imports: a package called website is the application of many.
func (s *sources) addImported(shown map[string][]string) {
	alone := len(s.listed) == 0 // then a package of such a name is all that there is
	for _, folder := range slices.Sorted(maps.Keys(shown)) {
		name := path.Base(folder)
		used := identifier(name) && slices.ContainsFunc(s.holding(name), func(f string) bool {
			return slices.ContainsFunc(s.module(f).Imports, func(i syntax.Import) bool {
				return !i.Types && (strings.Contains("."+i.Module+".", "."+name+".") || i.Name == name) && slices.ContainsFunc([]string{i.Module, join(i.Module, i.Name)}, func(module string) bool {
					return slices.Contains(shown[folder], s.resolve(f, module))
				})
			})
		})
		site := name == "website" && s.p.view.Has(path.Join(folder, "manage.py"))
		if used || site || alone && s.p.view.Has(path.Join(folder, "__init__.py")) {
			s.listed = append(s.listed, shown[folder]...)
		}
	}
	slices.Sort(s.listed)
}

// isTest reports whether the name of a file says that it tests.
func isTest(file string) bool {
	base := path.Base(file)
	return strings.HasPrefix(base, "test_") && strings.HasSuffix(base, ".py") || strings.HasSuffix(base, "_test.py") || base == "tests.py"
}

// aside reports whether a folder shows or tests something else, or holds what a tool generated.
func aside(base, dir string) bool {
	if detect.IsSetAside(base, dir) {
		return true
	}
	if strings.HasSuffix(dir, "/management/commands") {
		return true // Django's own command line
	}
	for part := range strings.SplitSeq(repo.Rel(base, dir), "/") {
		if part == "migrations" || part == "alembic" || part == "site-packages" || part == "venv" || part == "env" || (strings.HasPrefix(part, ".") && part != ".") {
			return true
		}
	}
	return false
}

// module is the parsed file, read once.
func (s *sources) module(file string) *syntax.Module {
	if m, ok := s.modules[file]; ok {
		return m
	}
	text, err := s.p.view.Read(file)
	if err != nil {
		text = nil // a source that cannot be read says nothing; what cannot be missing are manifests
	}
	m := syntax.Parse(string(text))
	s.modules[file] = m
	return m
}

// holding are the files whose text holds one of the words.
func (s *sources) holding(words ...string) []string {
	var found []string
	for _, f := range s.files() {
		text, err := s.p.view.Read(f)
		if err != nil {
			continue
		}
		if slices.ContainsFunc(words, func(w string) bool { return bytes.Contains(text, []byte(w)) }) {
			found = append(found, f)
		}
	}
	return found
}

// where is the folder that a file's imports start from, and the file's module
// name from there: "src", "shop.web" for src/shop/web.py. The name of one that belongs to the
// package that the project's folder is begins with that package.
func (s *sources) where(file string) (root, module string) {
	root = s.root(file)
	name := strings.TrimSuffix(repo.Rel(root, file), ".py")
	if name = strings.TrimSuffix("/"+name, "/__init__"); name == "" && (root != s.p.dir || s.itself() == "") {
		name = "/__init__"
	}
	if root == s.p.dir && (name == "" || s.wantsItself(file)) {
		name = "/" + s.itself() + name
	}
	return root, strings.ReplaceAll(name[1:], "/", ".")
}

// root is the folder that a file's imports start from.
func (s *sources) root(file string) string {
	dir := path.Dir(file)
	for s.p.view.Has(path.Join(dir, "__init__.py")) && dir != s.p.dir && dir != "." {
		dir = path.Dir(dir)
	}
	root := dir
	switch {
	case dir == s.p.dir || s.siblings(file, dir):
	case repo.Within(s.p.dir, path.Dir(dir)) && s.imports(file, s.p.dir):
		root = s.p.dir
	case dir == path.Dir(file):
		// A folder without __init__.py is a package too (PEP 420), if its files are imported through it.
		if base := s.base(dir); base != dir {
			root = base
		}
	}
	return root
}

// base is the project's folder, or its src where the folder lies in there.
func (s *sources) base(dir string) string {
	if src := path.Join(s.p.dir, "src"); repo.Within(src, dir) && !s.p.view.Has(path.Join(src, "__init__.py")) {
		return src
	}
	return s.p.dir
}

// siblings reports whether a file imports modules that stand in a folder by their bare names.
// A file with relative imports is part of a package, and a name of the standard library means
// that library: a file of that name beside it is imported through its package.
func (s *sources) siblings(file, dir string) bool {
	standard := strings.Fields(modules().Standard)
	imports := s.module(file).Imports
	if slices.ContainsFunc(imports, func(i syntax.Import) bool { return strings.HasPrefix(i.Module, ".") && !i.Tried }) {
		return false
	}
	for _, i := range imports {
		top, _, _ := strings.Cut(i.Module, ".")
		if top != "" && !slices.Contains(standard, top) && (s.p.view.Has(path.Join(dir, top+".py")) && path.Join(dir, top+".py") != file || (s.p.view.Has(path.Join(dir, top, "__init__.py")) && dir != s.p.dir)) {
			return true
		}
	}
	return false
}

// imports reports whether a file imports a module by its path from a folder.
func (s *sources) imports(file, from string) bool {
	first, _, _ := strings.Cut(repo.Rel(from, file), "/")
	for _, i := range s.module(file).Imports {
		if top, _, _ := strings.Cut(i.Module, "."); top == first {
			return true
		}
	}
	return false
}

// resolve is the file of a module that a file imports, "" if it is not the project's.
func (s *sources) resolve(file, module string) string {
	if strings.HasPrefix(module, ".") {
		dir := path.Dir(file)
		rest := strings.TrimPrefix(module, ".")
		for strings.HasPrefix(rest, ".") {
			dir, rest = path.Dir(dir), rest[1:]
		}
		return s.at(dir, rest)
	}
	for _, dir := range []string{s.root(file), path.Dir(file), s.p.dir, path.Join(s.p.dir, "src")} {
		if f := s.at(dir, module); f != "" {
			return f
		}
	}
	return ""
}

// at is the file of a module below a folder.
func (s *sources) at(dir, module string) string {
	base := path.Join(dir, strings.ReplaceAll(module, ".", "/"))
	for _, f := range []string{path.Join(base, "__init__.py"), base + ".py"} { // a package wins over a module of its name
		if s.p.view.Has(f) {
			return f
		}
	}
	if top, rest, _ := strings.Cut(module, "."); dir == s.p.dir && top != "" && top == s.itself() {
		return s.at(path.Join(dir, "."), rest)
	}
	return ""
}

// reachable are the files that a file imports, itself first, as far as they are
// the project's: what runs when it is loaded.
func (s *sources) reachable(file string) []string {
	all := []string{file}
	seen := map[string]bool{file: true}
	for i := 0; i < len(all) && len(all) < maxSources; i++ {
		if s.p.view.Size(all[i]) > maxSource {
			continue
		}
		for _, imp := range s.module(all[i]).Imports {
			if imp.Types {
				continue
			}
			for _, module := range []string{imp.Module, join(imp.Module, imp.Name)} {
				if f := s.resolve(all[i], module); f != "" && !seen[f] {
					seen[f] = true
					all = append(all, f)
				}
			}
		}
	}
	return all
}

func join(module, name string) string {
	switch {
	case name == "" || name == "*":
		return module
	case strings.HasSuffix(module, "."):
		return module + name
	default:
		return module + "." + name
	}
}

// source is a line of a file.
func source(file string, line int, what string) fact.Source { return fact.At(file, line, what) }
