package python

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// start is a command with which people start a program of the project: from the word on
// that names a server or the interpreter.
type start struct {
	hints.Start
	scripted bool // by a script that a deployed command names
	surest   int  // of what kind of file it comes from: 0 deployed, or a script that is, 1 a script with the name of one, 2 a target of make, 3 a step of CI
}

// launchers are the commands that start Python programs, and the package that brings them.
var launchers = map[string]string{
	"python": "", "python3": "", "flask": "flask", "fastapi": "fastapi", "streamlit": "streamlit", "chainlit": "chainlit", "sanic": "sanic", "litestar": "litestar",
	"gunicorn": "gunicorn", "uvicorn": "uvicorn", "hypercorn": "hypercorn", "granian": "granian", "daphne": "daphne", "waitress-serve": "waitress", "uwsgi": "uwsgi",
}

// readStarts gathers how people start the project: Procfile, Dockerfile and compose file,
// entry scripts, run targets of make and its like, steps of CI.
func (p *project) readStarts() error {
	web, ok, err := hints.Web(p.view, p.dir)
	if err != nil {
		return err
	}
	if ok && len(web.Line.Commands) > 0 {
		argv := []string{}
		for _, w := range web.Line.Commands[len(web.Line.Commands)-1].Words {
			argv = append(argv, w.Default())
		}
		p.start(0, hints.Start{Argv: argv, What: "the Procfile's web process", From: web.From})
	}
	if h, has := hints.Host(p.view, p.dir); has && !ok {
		p.start(0, h.Start)
		p.startScripts(h.Start.Argv)
	}
	for _, d := range p.dockerfiles() {
		p.start(0, hints.Start{Argv: commanded(d), What: "the command of your Dockerfile", From: d.From})
		p.startScripts(d.Filled)
	}
	for _, s := range p.composed() {
		p.start(0, hints.Start{Argv: s.Command, What: "the command of your compose file", From: s.From})
	}
	if s, ok := p.service(); ok {
		p.startScripts(s.Command)
	}
	p.start(1, hints.Scripts(p.view, p.dir)...)
	p.start(2, hints.Recipes(p.view, p.dir)...)
	if len(p.nested) == 0 {
		p.start(3, hints.WorkflowRuns(p.view)...)
	}
	return nil
}

// startScripts keeps what the scripts that a deployed command names start.
func (p *project) startScripts(words []string) {
	n := len(p.starts)
	p.start(0, p.scripts(words)...)
	for i := range p.starts[n:] {
		p.starts[n+i].scripted = true
	}
}

// scripts are the commands of the shell scripts that the words of a deployed command name.
func (p *project) scripts(words []string) []hints.Start {
	var all []hints.Start
	for _, w := range words {
		files := p.view.Named(path.Base(w))
		for _, d := range p.dockerfiles() {
			if file := p.file(p.brought(d, w)); p.view.Has(file) {
				files = []string{file}
			}
		}
		if len(files) == 1 {
			all = append(all, hints.Script(p.view, files[0])...)
		}
	}
	return all
}

// start keeps the commands that start something: not those that only prepare it.
func (p *project) start(surest int, all ...hints.Start) {
	for _, s := range all {
		i := slices.IndexFunc(s.Argv, func(w string) bool { _, ok := launchers[path.Base(w)]; return ok })
		if i < 0 {
			continue
		}
		s.Argv = slices.Clone(s.Argv[i:])
		s.Argv[0] = path.Base(s.Argv[0])
		j := slices.IndexFunc(s.Argv, func(w string) bool { return path.Base(w) == "manage.py" })
		if tooling := toolModules[asModule(s.Argv)]; tooling || slices.ContainsFunc(s.Argv[1:], isTest) {
			continue
		}
		if len(s.Argv) < 2 || j > 0 && !slices.Contains(s.Argv[j:], "runserver") || slices.Contains([]string{"-c", "pip"}, s.Argv[1]) {
			continue
		}
		p.starts = append(p.starts, start{Start: s, surest: surest})
	}
}

// toolModules are modules that test, check, build or install when they are run.
var toolModules = map[string]bool{
	"pytest": true, "unittest": true, "tox": true, "nox": true, "coverage": true, "pylint": true, "flake8": true, "mypy": true, "ruff": true, "black": true, "isort": true,
	"build": true, "twine": true, "compileall": true, "py_compile": true, "venv": true, "virtualenv": true, "pip": true, "ensurepip": true, "pre_commit": true,
}

// claimStarted lets entry scripts, run targets and CI speak for a program, where no command
// that is deployed does: the first kind of file whose commands start one program.
func (p *project) claimStarted() {
	for surest := 0; surest <= 3; surest++ {
		found := -1
		var claim detect.Claim
		for _, s := range p.starts {
			i := p.startedBy(s)
			if s.surest != surest || i < 0 || i == found {
				continue
			}
			if found >= 0 {
				return // several of one kind: none is the main one
			}
			found, claim = i, detect.Claim{Rank: detect.Declared, What: s.What, From: s.From}
		}
		if found >= 0 {
			p.programs[found].Claims = append(p.programs[found].Claims, claim)
			return
		}
	}
}

// startedBy is the program that a command starts: one that it names, or the one whose
// application the named script serves; -1 for none.
func (p *project) startedBy(s start) int {
	for _, word := range s.Argv[1:] {
		word = strings.TrimPrefix(word, "./")
		if i := slices.IndexFunc(p.programs, func(g program) bool {
			return g.Name == word || g.attribute != "" && g.target() == strings.TrimSuffix(word, "()") || slices.Contains(g.Also, word) || g.module != "" && g.module == word && s.Argv[1] == "-m"
		}); i >= 0 {
			return i
		}
		if f := p.file(word); strings.HasSuffix(word, ".py") && p.view.Has(f) && !loads(s.Argv) {
			reached := p.sources.reachable(f)
			of := -1
			for i, g := range p.programs {
				if g.Kind == detect.Service && slices.Contains(reached, g.file) {
					if of >= 0 {
						return -1
					}
					of = i
				}
			}
			return of
		}
	}
	return -1
}

// starting are the commands that start a program, the surest first.
func (p *project) starting(g program) []start {
	var own []start
	for _, s := range p.starts {
		if i := p.startedBy(s); i >= 0 && p.programs[i].Name == g.Name || i < 0 && len(p.programs) == 1 {
			own = append(own, s)
		}
	}
	return own
}

// startedPort is the port that the commands which start a program name: where it is
// deployed, and anywhere.
func (p *project) startedPort(g program) (deployed, started fact.Of[int]) {
	for _, s := range p.starting(g) {
		n := s.Port()
		if n > 0 && !started.Known() {
			started = fact.New(n, s.From)
		}
		if n > 0 && s.surest == 0 && !deployed.Known() {
			deployed = fact.New(n, s.From)
		}
	}
	return deployed, started
}

// server is the one of several servers that people start a program with.
func (p *project) server(g program, names ...string) fact.Of[string] {
	for _, s := range p.starting(g) {
		if name := launchers[s.Argv[0]]; slices.Contains(names, name) {
			return fact.New(name, s.From)
		}
	}
	return fact.Of[string]{}
}

// serverFlags are what people tell a server about how it works, which an image can
// tell it as well: the kind of worker that the code wants.
var serverFlags = map[string]map[string]string{
	"gunicorn": {"-k": "--worker-class", "--worker-class": "--worker-class", "--threads": "--threads", "-t": "--timeout", "--timeout": "--timeout", "-w": "--workers", "--workers": "--workers"},
	"uvicorn":  {"--workers": "--workers", "--ws": "--ws", "--loop": "--loop", "--proxy-headers": ""},
}

var serverValue = pattern.New(`^[A-Za-z0-9_.]+$`)

// options are those flags of the command that starts a program where it is deployed or
// by an entry script, if that is one of the server.
func (p *project) options(g program, server string) ([]string, fact.Source) {
	for _, s := range p.starting(g) {
		if s.surest > 1 || launchers[s.Argv[0]] != server {
			continue
		}
		var flags []string
		for i, w := range s.Argv {
			name, value, ok := strings.Cut(w, "=")
			long, known := serverFlags[server][name]
			switch {
			case !known:
			case long == "":
				flags = append(flags, name)
			case !ok && i+1 < len(s.Argv) && serverValue.MatchString(s.Argv[i+1]):
				flags = append(flags, long, s.Argv[i+1])
			case ok && serverValue.MatchString(value):
				flags = append(flags, long, value)
			}
		}
		return flags, s.From
	}
	return nil, fact.Source{}
}

// based are the versions of Python in the base images of the Dockerfiles that people wrote, as pins.
func (p *project) based() []fact.Of[string] {
	var all []fact.Of[string]
	for _, d := range p.dockerfiles() {
		for _, base := range d.Bases {
			name, tag, _ := strings.Cut(d.Fill(base.Value), ":")
			tag, _, _ = strings.Cut(tag, "@")
			if _, ok := minor(tag); ok && (path.Base(name) == "python" || strings.HasPrefix(tag, "python")) {
				all = append(all, fact.New(tag, base.From))
			}
		}
	}
	return all
}

// tested are the versions of Python that the repository's CI uses, as pins.
func (p *project) tested() []fact.Of[string] {
	all := hints.WorkflowValues(p.view, "python-version")
	for _, image := range hints.Jobs(p.view) {
		name, tag, ok := strings.Cut(image.Value, ":")
		if ok && path.Base(name) == "python" {
			version, _, _ := strings.Cut(tag, "-")
			all = append(all, fact.New(version, image.From))
		}
	}
	return slices.DeleteFunc(all, func(f fact.Of[string]) bool { _, ok := minor(f.Value); return !ok })
}

// startsApp reports whether people name an application where they start the program.
func (p *project) startsApp(a app) bool {
	_, module := p.sources.where(a.file)
	return slices.ContainsFunc(p.starts, func(s start) bool {
		return slices.ContainsFunc(s.Argv, func(w string) bool { return w == module+":"+a.name || w == module })
	})
}
