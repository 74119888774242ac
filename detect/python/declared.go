package python

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

// addDeclared lets what people wrote down speak for what it runs: the Procfile's
// web process, else the command of their Dockerfile, else how scripts, make and CI start it.
func (p *project) addDeclared() error {
	web, ok, err := hints.Web(p.view, p.dir)
	if err != nil {
		return err
	}
	if ok && len(web.Line.Commands) > 0 {
		words := web.Line.Commands[len(web.Line.Commands)-1].Argv()
		if p.declare(words, detect.Claim{Rank: detect.Declared, What: "the Procfile's web process", From: web.From}) {
			return nil
		}
	}
	said := false
	for _, d := range p.dockerfiles() {
		said = p.declare(commanded(d), detect.Claim{Rank: detect.Declared, What: "the command of your Dockerfile", From: d.From}) || said
	}
	if s, ok := p.service(); ok && (!said || len(p.composed()) == 1) { // of several, people run the others for development as well
		said = p.declare(s.Command, detect.Claim{Rank: detect.Declared, What: "the command of your compose file", From: s.From}) || said
	}
	if h, has := hints.Host(p.view, p.dir); has && !said {
		said = p.declare(h.Start.Argv, detect.Claim{Rank: detect.Declared, What: h.Start.What, From: h.Start.From})
	}
	if !said && !p.declareScripted() {
		p.claimStarted()
	}
	return nil
}

// declareScripted gives the claim to what the scripts that a deployed command names start in
// the end: the application that a server is told to load.
func (p *project) declareScripted() bool {
	for _, s := range slices.Backward(p.starts) {
		if s.scripted && loads(s.Argv) && p.declare(s.Argv, detect.Claim{Rank: detect.Declared, What: s.What, From: s.From}) {
			return true
		}
	}
	return false
}

// dockerfiles are those that people wrote for the project: in its folder, else where a compose file
// or CI says that one is for it, else the only one in a folder for such files. A variant counts
// only where there is no plain one, and it is the only one that is deployed.
func (p *project) dockerfiles() []hints.Dockerfile {
	if p.dockers == nil {
		p.dockers = []hints.Dockerfile{}
		for _, some := range []func() []hints.Dockerfile{p.ownDockerfiles, p.namedDockerfiles, p.setAsideDockerfiles} {
			if all := some(); len(all) > 0 {
				p.dockers = all
				break
			}
		}
	}
	return p.dockers
}

func (p *project) ownDockerfiles() []hints.Dockerfile { return hints.Deployed(p.view, p.dir) }

// namedDockerfiles is the one that is built, for use, in the project's folder.
func (p *project) namedDockerfiles() []hints.Dockerfile {
	var all []hints.Dockerfile
	for _, b := range hints.Builds(p.view) {
		if d, ok := hints.DockerfileAt(p.view, b.Dockerfile); ok && b.Context == p.dir && ofPython(d) && !slices.ContainsFunc(all, func(o hints.Dockerfile) bool { return o.File == d.File }) {
			all = append(all, d)
		}
	}
	return p.deployed(all)
}

// dockerFolders are where people put a Dockerfile that is not at the top.
var dockerFolders = []string{"docker", "deploy", "deployment", "build", "docker/app", "docker/web", "docker/backend", "docker/api", "docker/django", "docker/prod", "docker/production", "compose/production/django"}

func (p *project) setAsideDockerfiles() []hints.Dockerfile {
	var all []hints.Dockerfile
	for _, folder := range dockerFolders {
		all = append(all, hints.Dockerfiles(p.view, p.file(folder))...)
	}
	return p.deployed(slices.DeleteFunc(all, func(d hints.Dockerfile) bool { return !ofPython(d) }))
}

// deployed is the only one of several that is not for developers, if there is one.
func (p *project) deployed(all []hints.Dockerfile) []hints.Dockerfile {
	some := slices.DeleteFunc(all, func(d hints.Dockerfile) bool {
		return hints.Developing(repo.Rel(p.dir, d.File))
	})
	if len(some) == 1 {
		return some
	}
	return nil
}

// composed are the services that a compose file builds from the project's folder.
func (p *project) composed() []hints.Service {
	for _, dir := range slices.Compact([]string{p.dir, "."}) {
		all := slices.DeleteFunc(hints.Compose(p.view, dir), func(s hints.Service) bool {
			d, ok := hints.DockerfileAt(p.view, s.File)
			return s.Context != p.dir || ok && !ofPython(d)
		})
		if len(all) > 0 {
			return all
		}
	}
	return nil
}

// service is the one of those, or, of several programs of one image, the one whose port is published.
func (p *project) service() (hints.Service, bool) {
	all := p.composed()
	if len(all) > 1 {
		all = slices.DeleteFunc(all, func(s hints.Service) bool { return len(s.Ports) == 0 })
	}
	if len(all) != 1 {
		return hints.Service{}, false
	}
	return all[0], true
}

// ofPython reports whether a Dockerfile installs Python packages or starts from an image of Python.
func ofPython(d hints.Dockerfile) bool {
	return slices.ContainsFunc(d.Bases, func(b fact.Of[string]) bool {
		return strings.Contains(b.Value, "python") || strings.Contains(b.Value, "/uv")
	}) ||
		slices.ContainsFunc(d.Runs, func(r hints.Run) bool {
			return strings.Contains(r.Value, "pip") || strings.Contains(r.Value, "uv ") || strings.Contains(r.Value, "poetry")
		})
}

// exposed is the port that people wrote in a Dockerfile or compose file of theirs.
func (p *project) exposed() fact.Of[int] {
	for _, d := range p.dockerfiles() {
		if len(d.Ports) == 1 {
			return d.Ports[0]
		}
	}
	if s, ok := p.service(); ok && len(s.Ports) == 1 {
		return s.Ports[0]
	}
	return fact.Of[int]{}
}

// declare gives the claim to the program that the words of a command run, and
// reports whether there is one.
func (p *project) declare(words []string, claim detect.Claim) bool {
	if len(words) > 1 && path.Base(words[0]) == "gunicorn" { // it takes MODULE for MODULE:application
		for i, w := range words {
			if i > 0 && !strings.HasPrefix(w, "-") && identifier(strings.ReplaceAll(w, ".", "_")) && p.sources.at(p.dir, w) != "" {
				words = append(slices.Clone(words), w+":application")
				break
			}
		}
	}
	if p.declareModule(words, claim) || p.declareConsole(words, claim) {
		return true
	}
	for i, word := range words {
		word = strings.TrimPrefix(word, "./")
		words = slices.Concat(words[:i], []string{word}, words[i+1:])
		if i := slices.IndexFunc(p.programs, func(g program) bool {
			return g.Name == word || g.attribute != "" && g.target() == word || slices.Contains(g.Also, word)
		}); i >= 0 {
			p.programs[i].Claims = append(p.programs[i].Claims, claim)
			p.programs[i].take(words, word, claim.From)
			return true
		}
		module, attribute, app := strings.Cut(word, ":")
		isFile := strings.HasSuffix(word, ".py") && !strings.HasSuffix(word, "manage.py") && !loads(words)
		if !isFile && !(app && identifier(strings.ReplaceAll(module, ".", "_")) && identifier(strings.TrimSuffix(attribute, "()"))) {
			continue
		}
		if g, ok := p.enter(word); ok {
			g.Claims = append(g.Claims, claim)
			if g.At.IsZero() {
				g.At = fact.At(g.file, 1, "")
			}
			g.take(words, word, claim.From)
			p.add(g)
			return true
		}
	}
	return false
}

// loads reports whether a command starts a server that loads an application: a file that it
// names is one of settings.
func loads(words []string) bool {
	i := slices.IndexFunc(words, func(w string) bool { _, ok := launchers[path.Base(w)]; return ok })
	if i < 0 {
		return false
	}
	name := path.Base(words[i])
	if module := asModule(words); module != "" {
		name = module
	}
	return slices.Contains(servers, name) || name == "waitress-serve"
}

// declareModule gives the claim to what `python -m MODULE` runs, if the project has it: the
// program of that file, the one application that the file serves, or a new one.
func (p *project) declareModule(words []string, claim detect.Claim) bool {
	name := asModule(words)
	for _, root := range []string{p.dir, path.Join(p.dir, "src")} {
		file := first(p.sources.at(root, name+".__main__"), p.sources.at(root, name))
		if name == "" || file == "" || path.Base(file) == "__init__.py" {
			continue
		}
		i := slices.IndexFunc(p.programs, func(g program) bool {
			return g.file == file || g.Kind == detect.Service && slices.Contains(g.listens.starts, file)
		})
		if i < 0 {
			g := p.script(file)
			g.Name = name
			p.programs = append(p.programs, g)
			i = len(p.programs) - 1
		}
		g := &p.programs[i]
		g.Claims = append(g.Claims, claim)
		if g.kind == "script" || g.kind == "module" {
			g.kind, g.root, g.module = "module", root, name
			g.Also = append(g.Also, name)
			g.take(words, name, claim.From)
		}
		return true
	}
	return false
}

// asModule is MODULE of `python -m MODULE`, "" where the words run none.
func asModule(words []string) string {
	python := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(path.Base(w), "python") })
	if python < 0 {
		return ""
	}
	for i, w := range words[python+1:] {
		if w == "-m" && python+i+2 < len(words) {
			return words[python+i+2]
		}
		if !strings.HasPrefix(w, "-") {
			break
		}
	}
	return ""
}

// declareConsole gives the claim to the console script that a command starts with: to the one
// application that it serves, else to itself, with its arguments.
func (p *project) declareConsole(words []string, claim detect.Claim) bool {
	if len(words) > 2 && words[1] == "run" && (words[0] == "uv" || words[0] == "poetry") {
		words = words[2:]
	}
	if len(words) == 0 || slices.ContainsFunc(p.programs, func(g program) bool { return g.Name == words[0] }) {
		return false
	}
	q := *p
	q.programs = nil
	q.addConsole()
	i := slices.IndexFunc(q.programs, func(g program) bool { return g.Name == words[0] })
	if i < 0 {
		return false
	}
	g := q.programs[i]
	reached := p.sources.reachable(g.file)
	var served []int
	for i, o := range p.programs {
		if o.Kind == detect.Service && slices.Contains(reached, o.file) {
			served = append(served, i)
		}
	}
	if len(served) == 1 {
		p.programs[served[0]].Claims = append(p.programs[served[0]].Claims, claim)
		return true
	}
	g.Claims = append(g.Claims, claim)
	g.take(words, words[0], claim.From)
	p.add(g)
	return true
}

func identifier(s string) bool {
	for i, c := range s {
		if c != '_' && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(i > 0 && c >= '0' && c <= '9') {
			return false
		}
	}
	return s != ""
}

// take keeps the arguments that people give a program which they deploy: freqtrade trade. They are
// taken whole, or not where one of them is no plain word; what makes it run as developers want it is dropped.
func (g *program) take(words []string, name string, from fact.Source) {
	i := slices.Index(words, name)
	if g.kind != "console" && g.kind != "script" && g.kind != "module" || len(g.arguments) > 0 || slices.ContainsFunc(words[i+1:], func(w string) bool { return !plainWord.MatchString(w) }) {
		return
	}
	for _, w := range words[i+1:] {
		if !developerFlags[w] {
			g.arguments = append(g.arguments, w)
		}
	}
	if len(g.arguments) > 0 {
		g.argued = from
	}
	if g.Kind == detect.Command && (hints.Start{Argv: g.arguments}).Port() > 0 {
		g.Kind = detect.Service // that is what it is told the port for
	}
}

// commanded are the words of a Dockerfile's command, with paths below the folder that it copies
// the sources to relative to that.
func commanded(d hints.Dockerfile) []string {
	folder := d.Workdir
	for _, c := range d.Copies {
		if slices.Equal(c.Sources, []string{"."}) {
			folder = c.To
		}
	}
	var all []string
	for _, w := range d.Filled {
		all = append(all, within(path.Clean(folder), w))
	}
	return all
}

// within is a word with a path below a folder made relative to it.
func within(folder, word string) string {
	name, value, ok := strings.Cut(word, "=")
	if !ok {
		name, value = "", word
	}
	value = path.Clean(value)
	if folder == "." || folder == "/" || !path.IsAbs(value) || !repo.Within(folder, value) {
		return word
	}
	if ok {
		name += "="
	}
	return name + repo.Rel(folder, value)
}

var developerFlags = map[string]bool{"--reload": true, "--debug": true, "--dev": true, "--watch": true}

var plainWord = pattern.New(`^[A-Za-z0-9_./=,:@%+*-]+$`)
