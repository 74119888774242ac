package python

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/python/syntax"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/toml"
)

// optional reads a file of the project that may be missing.
func (p *project) optional(name string) (file string, text []byte, err error) {
	file = p.file(name)
	text, err = p.view.Read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return file, nil, nil
	}
	return file, text, err
}

func (p *project) found(at fact.Source) {
	if p.at.IsZero() {
		p.at = at
	}
}

// readPyproject reads pyproject.toml.
// https://packaging.python.org/en/latest/specifications/pyproject-toml/
func (p *project) readPyproject() error {
	file, text, err := p.optional("pyproject.toml")
	if err != nil || text == nil {
		return err
	}
	if p.pyproject, err = toml.Parse(file, text); err != nil {
		return err
	}
	for _, name := range []*toml.Value{p.pyproject.Get("project", "name"), p.pyproject.Get("tool", "poetry", "name")} {
		if name.Str() != "" && p.name == "" {
			p.name = normal(name.Str())
			p.found(name.From("name"))
		}
	}
	if p.pyproject.Get("project") != nil || p.pyproject.Get("tool", "poetry") != nil {
		p.found(fact.At(file, 1, ""))
	}
	return nil
}

// readPipfile reads the Pipfile. Format: https://github.com/pypa/pipfile
func (p *project) readPipfile() error {
	file, text, err := p.optional("Pipfile")
	if err != nil || text == nil {
		return err
	}
	p.found(fact.At(file, 1, ""))
	p.pipfile, err = toml.Parse(file, text)
	return err
}

// setup is what setup.py and setup.cfg say where they say it literally.
type setup struct {
	file        string
	deps        []dependency
	scripts     []fact.Of[string] // console scripts: "name = module:function"
	python      fact.Of[string]   // python_requires
	classifiers []fact.Of[string]
	module      *syntax.Module
}

// readSetup reads setup.cfg and setup.py.
// https://setuptools.pypa.io/en/latest/userguide/declarative_config.html
func (p *project) readSetup() error {
	for _, name := range []string{"setup.cfg", "setup.py"} {
		file, text, err := p.optional(name)
		if err != nil {
			return err
		}
		if text == nil {
			continue
		}
		s := &setup{file: file}
		if p.setup != nil {
			s = p.setup
			s.file = file
		}
		if name == "setup.py" {
			if !s.code(p, string(text)) {
				continue // a module of that name, which packages nothing
			}
		} else if !s.config(p, string(text)) {
			continue // setup.cfg of tools
		}
		p.setup = s
		p.found(fact.At(file, 1, ""))
	}
	return nil
}

// config reads setup.cfg and reports whether it describes a package.
func (s *setup) config(p *project, text string) bool {
	section, key, packaged := "", "", false
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		trimmed := strings.TrimSpace(line)
		switch {
		case trimmed == "" || strings.HasPrefix(trimmed, "#") || strings.HasPrefix(trimmed, ";"):
			continue
		case strings.HasPrefix(line, "["):
			section, key = strings.Trim(trimmed, "[]"), ""
			continue
		case line[0] != ' ' && line[0] != '\t':
			k, value, _ := strings.Cut(trimmed, "=")
			key, trimmed = strings.TrimSpace(k), strings.TrimSpace(value)
		}
		at := fact.At(s.file, n, key)
		switch section + "/" + key {
		case "metadata/name":
			packaged = true
			if p.name == "" {
				p.name = normal(trimmed)
			}
		case "metadata/classifiers":
			s.classifiers = append(s.classifiers, fact.New(trimmed, at))
		case "options/python_requires":
			s.python = fact.New(trimmed, at)
		case "options/install_requires":
			if d, ok := parseRequirement(trimmed, at); ok && onLinux(d.marker) {
				s.deps = append(s.deps, d)
			}
		case "options.entry_points/console_scripts":
			if strings.Contains(trimmed, "=") {
				s.scripts = append(s.scripts, fact.New(trimmed, at))
			}
		}
	}
	return packaged
}

// code reads the call of setup() in setup.py and reports whether there is one.
func (s *setup) code(p *project, text string) bool {
	s.module = syntax.Parse(text)
	packaged := false
	for _, c := range s.module.Calls {
		if name := s.module.Qualified(c.Callee); name != "setuptools.setup" && name != "distutils.core.setup" {
			continue
		}
		packaged = true
		if v := s.module.Value(c.Arg("name", -1)); v.Known && p.name == "" {
			p.name = normal(v.Text)
		}
		if v := s.module.Value(c.Arg("python_requires", -1)); v.Known {
			s.python = fact.New(v.Text, fact.At(s.file, v.At, "python_requires"))
		}
		for _, item := range s.list(c.Arg("install_requires", -1)) {
			v := s.module.Value(item)
			if d, ok := parseRequirement(v.Text, fact.At(s.file, v.At, "install_requires")); ok && v.Known && onLinux(d.marker) {
				s.deps = append(s.deps, d)
			}
		}
		for _, item := range s.list(c.Arg("classifiers", -1)) {
			if v := s.module.Value(item); v.Known {
				s.classifiers = append(s.classifiers, fact.New(v.Text, fact.At(s.file, v.At, "classifiers")))
			}
		}
		entries := c.Arg("entry_points", -1)
		for i, t := range entries {
			if t.Kind == syntax.String && t.Text == "console_scripts" && i+2 < len(entries) {
				for _, item := range bracketAfter(entries[i+2:]).Items() {
					if v := s.module.Value(item); v.Known && strings.Contains(v.Text, "=") {
						s.scripts = append(s.scripts, fact.New(v.Text, fact.At(s.file, v.At, "console_scripts")))
					}
				}
			}
		}
	}
	return packaged
}

// libraries is the classifier of what others import.
const libraries = "Topic :: Software Development :: Libraries"

// library is where the project says that it is a library: its console scripts and
// scripts are then tools for its users, not what an image is made for. "Python
// Modules" is what templates of packages say of command lines too.
func (p *project) library() fact.Source {
	var said []fact.Of[string]
	for _, table := range []*toml.Value{p.pyproject.Get("project", "classifiers"), p.pyproject.Get("tool", "poetry", "classifiers")} {
		for _, v := range table.Items() {
			said = append(said, fact.New(v.Str(), v.From("classifiers")))
		}
	}
	if p.setup != nil {
		said = append(said, p.setup.classifiers...)
	}
	named := slices.ContainsFunc(p.consoleScripts(), func(s fact.Of[string]) bool {
		name, _, _ := strings.Cut(s.Value, "=")
		return normal(strings.TrimSpace(name)) == p.name
	})
	for _, c := range said {
		if strings.HasPrefix(c.Value, libraries) && !(named && c.Value == libraries+" :: Python Modules") {
			return c.From
		}
	}
	return fact.Source{}
}

// list are the items of a list, directly or through a name.
func (s *setup) list(e syntax.Expr) []syntax.Expr {
	if name := e.Name(); name != "" {
		e = s.module.ConstExpr(name)
	}
	return e.Items()
}

// bracketAfter is the expression up to the bracket that closes its first.
func bracketAfter(e syntax.Expr) syntax.Expr {
	depth := 0
	for i, t := range e {
		switch {
		case t.Is("["), t.Is("("), t.Is("{"):
			depth++
		case t.Is("]"), t.Is(")"), t.Is("}"):
			depth--
			if depth <= 0 {
				return e[:i+1]
			}
		}
	}
	return nil
}

func (p *project) readConda() error {
	for _, name := range []string{"environment.yml", "environment.yaml"} {
		if p.view.Has(p.file(name)) && p.conda.IsZero() {
			p.conda = fact.At(p.file(name), 1, "")
			p.found(p.conda)
		}
	}
	return nil
}

// readRequirements reads the requirements file that says what production needs.
func (p *project) readRequirements() error {
	for _, name := range p.requirementsFiles() {
		file := p.file(name)
		if !p.view.Has(file) {
			if p.view.Linked(file) {
				_, err := p.view.Read(file)
				return err
			}
			continue
		}
		r, err := readRequirements(p.view, p.dir, file)
		if err != nil {
			return err
		}
		p.requirements = r
		p.found(fact.At(file, 1, ""))
		return p.readMoreRequirements(file)
	}
	return nil
}

// readMoreRequirements reads the other files that people's Dockerfile installs with the first.
func (p *project) readMoreRequirements(first string) error {
	said := p.installed()
	if len(said) == 0 || p.file(said[0].Value) != first {
		return nil
	}
	for _, s := range said[1:] {
		if err := p.requirements.also(p.view, p.file(s.Value)); err != nil {
			return err
		}
	}
	return nil
}

// locks are lockfiles and the tool that reads them.
var locks = []struct{ name, tool string }{
	{"uv.lock", "uv"}, {"poetry.lock", "poetry"}, {"pdm.lock", "pdm"}, {"Pipfile.lock", "pipenv"}, {"pylock.toml", "pylock"},
}

// chooseTool settles how dependencies are installed: a lockfile speaks first,
// then a requirements file, then the tool that the manifest is written for.
func (p *project) chooseTool() {
	var said []fact.Of[string]
	say := func(tool string, from fact.Source) { said = append(said, fact.New(tool, from)) }
	if files := p.installed(); len(files) > 0 && p.requirements != nil && p.lock != nil && !p.built().managed {
		say("pip", fact.At(p.requirements.file, 0, "which "+files[0].From.Place()+" installs"))
		p.lock = nil // whoever wrote it, the image is not made from it
	}
	for _, l := range locks {
		if file := p.file(l.name); p.view.Has(file) && (l.tool != "pipenv" || p.pipfile != nil) && (p.pyproject != nil || l.tool == "pipenv" || l.tool == "pylock") {
			say(l.tool, fact.At(file, 0, ""))
		}
	}
	if p.requirements != nil {
		what := ""
		if said := p.installed(); len(said) > 1 || len(said) == 1 && said[0].Value != requirementsNames[0] {
			what = "which " + said[0].From.Place() + " installs"
		}
		say("pip", fact.At(p.requirements.file, 0, what))
	}
	if p.pipfile != nil {
		say("pipenv", fact.At(p.file("Pipfile"), 0, ""))
	}
	tables := []struct{ table, tool string }{{"poetry", "poetry"}, {"pdm", "pdm"}, {"uv", "uv"}}
	for _, t := range tables {
		table := p.pyproject.Get("tool", t.table)
		if table != nil && (t.tool != "poetry" || table.Get("dependencies") != nil || table.Get("name") != nil) {
			say(t.tool, table.From("[tool."+t.table+"]"))
		}
	}
	if project := p.pyproject.Get("project"); project != nil {
		say("uv", project.From("[project]"))
	}
	if groups := p.pyproject.Get("dependency-groups"); p.pyproject.Get("project") == nil && len(p.wantedGroups(groups)) > 0 {
		say("uv", groups.From("[dependency-groups]"))
		p.found(fact.At(p.file("pyproject.toml"), 1, ""))
	}
	if p.inline != nil {
		say("inline", p.at)
	}
	if p.setup != nil {
		say("setup", fact.At(p.setup.file, 0, ""))
	}
	p.tool, p.toolLost = fact.First(said...)
	p.toolLost = slices.DeleteFunc(p.toolLost, func(f fact.Of[string]) bool { return path.Base(f.From.File) == "pyproject.toml" })
}
