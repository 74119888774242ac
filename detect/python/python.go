// Package python is the Python language: projects, what they install, what they
// run, and how their images are built.
//
// The one odd rule: what a program is, is read from the code (detect/python/syntax),
// not from the names of its packages.
package python

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
	"github.com/dockgen/dockgen/internal/toml"
)

// Language is Python.
type Language struct{}

// Name is "python".
func (Language) Name() string { return "python" }

// Manifests are the files by which people know a project of this language.
func (Language) Manifests() []string { return []string{"pyproject.toml", "requirements.txt"} }

// project is one folder that Python code is run from.
type project struct {
	view         *repo.View
	dir          string
	at           fact.Source
	pyproject    *toml.Value // nil where there is none
	pipfile      *toml.Value
	inline       *toml.Value // metadata in the script itself
	requirements *requirementsFile
	setup        *setup
	conda        fact.Source
	lock         *lock
	tool         fact.Of[string] // pip, uv, poetry, pdm, pipenv, setup: pip install of the folder, or imports: what the code names
	toolLost     []fact.Of[string]
	name         string // of the distribution, normalised; "" where it has none
	deps         []dependency
	unknown      []fact.Of[string] // imported modules that nothing declares and nobody knows
	removed      []fact.Of[string] // imports that a later Python has not; nil before they are looked for
	groups       []string          // of dependencies, which production wants
	extras       []string          // of its own, which production wants
	nested       []string          // folders of projects inside this one
	workspace    *workspace
	sources      *sources
	programs     []program
	starts       []start            // how people start it, the surest first
	dockers      []hints.Dockerfile // that people wrote for it; nil before they are looked for
	stored       map[string][]store // what a program writes, by its name
}

// Detect reports the projects, by manifest, and the scripts of a repository that
// has no manifest of any kind.
func (Language) Detect(ctx context.Context, v *repo.View) ([]detect.Project, error) {
	dirs := folders(v)
	var found []*project
	for _, dir := range dirs {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		p, err := readProject(v, dir)
		if err != nil {
			return nil, err
		}
		if p != nil {
			found = append(found, p)
		}
	}
	var projects []detect.Project
	for _, p := range found {
		for _, other := range found {
			if other.dir != p.dir && repo.Within(p.dir, other.dir) {
				p.nested = append(p.nested, other.dir)
			}
		}
	}
	joinWorkspaces(found)
	for _, p := range found {
		if p.tool.Value == "" && (p.at.IsZero() || p.at == p.conda) {
			p.readImports()
		}
		if err := p.preferFuller(); err != nil {
			return nil, err
		}
		if err := p.findPrograms(); err != nil {
			return nil, err
		}
		if p.at.IsZero() && v.Has("package.json") && !slices.ContainsFunc(p.programs, func(g program) bool { return g.Kind == detect.Service }) {
			continue // scripts of a package of Node.js
		}
		if p.matters() {
			projects = append(projects, p)
		}
	}
	return projects, nil
}

// manifests are the files whose folder is a project.
var manifests = []string{"pyproject.toml", "requirements.txt", "Pipfile", "setup.py", "setup.cfg", "requirements.in", "pylock.toml", "uv.lock", "environment.yml", "environment.yaml"}

// others are manifests of other languages: a stray script beside them is no program of its own.
var others = []string{"package.json", "go.mod", "Cargo.toml", "pom.xml", "build.gradle", "build.gradle.kts", "Gemfile", "composer.json", "mix.exs", "deno.json"}

// folders are the folders that may be projects, sorted.
func folders(v *repo.View) []string {
	var dirs []string
	for _, name := range manifests {
		for _, file := range v.Named(name) {
			dirs = append(dirs, path.Dir(file))
		}
	}
	for _, name := range requirementsNames[1:] { // requirements/base.txt stands for the folder above
		for _, file := range v.Named(path.Base(name)) {
			if dir, ok := strings.CutSuffix(file, "/"+name); ok {
				dirs = append(dirs, dir)
			} else if file == name {
				dirs = append(dirs, ".")
			}
		}
	}
	dirs = slices.DeleteFunc(dirs, func(d string) bool { return path.Base(d) == "requirements" })
	for _, name := range []string{"manage.py"} {
		for _, file := range v.Named(name) {
			if d := path.Dir(file); !slices.ContainsFunc(dirs, func(o string) bool { return repo.Within(o, d) }) {
				dirs = append(dirs, d)
			}
		}
	}
	// A package.json may be there for styles alone: what matters then is whether anything listens.
	if len(dirs) == 0 && !slices.ContainsFunc(others[1:], v.Has) {
		dirs = []string{"."}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// readProject reads the manifests of a folder; nil if they say nothing of a project.
func readProject(v *repo.View, dir string) (*project, error) {
	p := &project{view: v, dir: dir}
	for _, read := range []func() error{p.readPyproject, p.readPipfile, p.readSetup, p.readConda, p.readRequirements, p.readLock, p.readInline} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	p.chooseTool()
	if err := p.gatherDependencies(); err != nil {
		return nil, err
	}
	p.sources = newSources(p)
	if p.at.IsZero() && (!p.sources.any() || dir != "." && !v.Has(p.file("manage.py"))) {
		return nil, nil
	}
	return p, nil
}

// matters reports whether the project is worth naming: a folder that only
// configures tools, with nothing to install or run, is not.
func (p *project) matters() bool {
	if len(p.programs) > 0 || p.sources.any() {
		return true
	}
	return p.pyproject.Get("project") != nil || p.pyproject.Get("tool", "poetry") != nil || p.setup != nil || p.pipfile != nil
}

func (p *project) Language() string { return "python" }

func (p *project) Dir() string { return p.dir }

func (p *project) Title() string {
	if p.name != "" {
		return "Python project " + p.name
	}
	if p.dir == "." {
		return "Python project"
	}
	return "Python project in " + p.dir
}

// At is the manifest, or the first program where there is none.
func (p *project) At() fact.Source {
	if p.at.IsZero() && len(p.programs) > 0 {
		return p.programs[0].At
	}
	return p.at
}

// Programs are what the code can be run as.
func (p *project) Programs() []detect.Program {
	var all []detect.Program
	for _, g := range p.programs {
		all = append(all, g.Program)
	}
	return all
}

// Nothing says why nothing can be run.
func (p *project) Nothing() string {
	switch {
	case len(p.programs) > 0:
		return ""
	case p.sources.notebooks > 0 && !p.sources.any():
		return fmt.Sprintf("%d notebooks and no program", p.sources.notebooks)
	case !p.sources.any():
		return "no Python source file"
	case !p.library().IsZero():
		return "a library, as its classifiers say (" + p.library().Place() + ")"
	default:
		return "a library: no application object, console script, __main__.py or script with a main guard"
	}
}

// Enter runs a file, or an application in MODULE:NAME form, that the user names.
func (p *project) Enter(name string) (detect.Program, bool) {
	g, ok := p.enter(name)
	return g.Program, ok
}

// Reach are the folders outside the project that its installation reads.
func (p *project) Reach(program detect.Program) []string {
	var reach []string
	if g, ok := p.enter(program.Name); ok && p.asItself(g) {
		reach = append(reach, path.Dir(p.dir))
	}
	if p.workspace != nil {
		reach = append(reach, p.workspace.root)
		for _, m := range p.workspace.closure(p) {
			reach = append(reach, m.dir)
		}
	}
	for _, l := range p.localPaths() {
		reach = append(reach, l.Value)
	}
	return reach
}

// file is a path in the project's folder.
func (p *project) file(name string) string { return path.Join(p.dir, name) }

// has reports whether the project depends on a package itself, and where.
func (p *project) has(name string) (dependency, bool) {
	i := slices.IndexFunc(p.deps, func(d dependency) bool { return d.name == name })
	if i < 0 {
		return dependency{}, false
	}
	return p.deps[i], true
}

// installs reports whether a package will be in the environment: a direct
// dependency, what the extras of one bring, or a package of the lock.
func (p *project) installs(name string) (fact.Source, bool) { return p.installsOn(name, "") }

// installsOn is installs for one line of Python.
func (p *project) installsOn(name, line string) (fact.Source, bool) {
	if d, ok := p.has(name); ok && holds(d.marker, line) {
		return d.from, true
	}
	for _, d := range p.deps {
		for _, e := range d.extras {
			if slices.Contains(extrasBring[d.name+"["+e+"]"], name) {
				return d.from, true
			}
		}
		if slices.Contains(alwaysBring[d.name], name) {
			return d.from, true
		}
	}
	if p.lock != nil {
		if l, ok := p.lock.production(line)[name]; ok {
			return l.from, true
		}
	}
	return fact.Source{}, false
}

// What well-known packages bring with them, for projects without a lock.
// Recalled, 2026-11-24; what brings OpenCV, Torch and sounddevice read from the index, 2026-11-30.
var (
	extrasBring = map[string][]string{
		"fastapi[standard]": {"uvicorn", "fastapi-cli", "jinja2", "httpx"}, "fastapi[all]": {"uvicorn", "fastapi-cli", "jinja2", "httpx"},
		"litestar[standard]": {"uvicorn", "jinja2"}, "litestar[full]": {"uvicorn", "jinja2"},
		"psycopg[binary]": {"psycopg-binary"}, "psycopg[c]": {"psycopg-c"},
		"connexion[uvicorn]": {"uvicorn"}, "connexion[flask]": {"flask"},
	}
	alwaysBring = map[string][]string{
		"fastapi": {"starlette"}, "quart": {"hypercorn"}, "gradio": {"uvicorn", "fastapi"}, "python-fasthtml": {"uvicorn", "starlette"},
		"apiflask": {"flask"}, "dash": {"flask"}, "nicegui": {"uvicorn", "fastapi"}, "flask-restx": {"flask"},
		"djangorestframework": {"django"}, "wagtail": {"django"}, "django-cms": {"django"}, "mcp": {"uvicorn", "starlette"},
		"ultralytics": {"opencv-python", "torch"}, "cvzone": {"opencv-python"}, "insightface": {"opencv-python"}, "mediapipe": {"opencv-contrib-python", "sounddevice"},
		"easyocr": {"torch"}, "openai-whisper": {"torch"}, "sentence-transformers": {"torch"}, "face-recognition": {"dlib"},
	}
)
