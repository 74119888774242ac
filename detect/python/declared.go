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
		said = p.declare(d.Command, detect.Claim{Rank: detect.Declared, What: "the command of your Dockerfile", From: d.From}) || said
	}
	if services := p.composed(); len(services) == 1 { // several programs of one image say nothing of the main one
		said = p.declare(services[0].Command, detect.Claim{Rank: detect.Declared, What: "the command of your compose file", From: services[0].From}) || said
	}
	if !said {
		p.claimStarted()
	}
	return nil
}

// dockerfiles are those that people wrote for the project.
func (p *project) dockerfiles() []hints.Dockerfile { return hints.Deployed(p.view, p.dir) }

// composed are the services that a compose file builds from the project's folder.
func (p *project) composed() []hints.Service {
	for _, dir := range slices.Compact([]string{p.dir, "."}) {
		all := slices.DeleteFunc(hints.Compose(p.view, dir), func(s hints.Service) bool { return s.Context != p.dir })
		if len(all) > 0 {
			return all
		}
	}
	return nil
}

// exposed is the port that people wrote in a Dockerfile or compose file of theirs.
func (p *project) exposed() fact.Of[int] {
	for _, d := range p.dockerfiles() {
		if len(d.Ports) == 1 {
			return d.Ports[0]
		}
	}
	if s := p.composed(); len(s) == 1 && len(s[0].Ports) == 1 {
		return s[0].Ports[0]
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
	for _, word := range words {
		if i := slices.IndexFunc(p.programs, func(g program) bool {
			return g.Name == word || g.attribute != "" && g.target() == word || slices.Contains(g.Also, word)
		}); i >= 0 {
			p.programs[i].Claims = append(p.programs[i].Claims, claim)
			p.programs[i].take(words, word)
			return true
		}
		module, attribute, app := strings.Cut(word, ":")
		isFile := strings.HasSuffix(word, ".py") && !strings.HasSuffix(word, "manage.py") && !strings.Contains(word, "conf")
		if !isFile && !(app && identifier(strings.ReplaceAll(module, ".", "_")) && identifier(strings.TrimSuffix(attribute, "()"))) {
			continue
		}
		if g, ok := p.enter(word); ok {
			g.Claims = append(g.Claims, claim)
			if g.At.IsZero() {
				g.At = fact.At(g.file, 1, "")
			}
			p.add(g)
			return true
		}
	}
	return false
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
	g.take(words, words[0])
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

// take keeps the arguments that people give a console script: freqtrade trade. They are
// taken whole, or not where one of them is no plain word.
func (g *program) take(words []string, name string) {
	i := slices.Index(words, name)
	if g.kind != "console" || len(g.arguments) > 0 || slices.ContainsFunc(words[i+1:], func(w string) bool { return !plainWord.MatchString(w) }) {
		return
	}
	g.arguments = slices.Clone(words[i+1:])
}

var plainWord = pattern.New(`^[A-Za-z0-9_./=,-]+$`)
