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

// dockerfiles are those that people wrote for the project, without variants of them.
func (p *project) dockerfiles() []hints.Dockerfile {
	return slices.DeleteFunc(hints.Dockerfiles(p.view, p.dir), func(d hints.Dockerfile) bool {
		base := path.Base(d.File)
		return base != "Dockerfile" && base != "Containerfile"
	})
}

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
