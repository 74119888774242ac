package python

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
)

// addDeclared lets what people wrote down speak for what it runs: the Procfile's
// web process, else the command of their Dockerfile.
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
	for _, d := range hints.Dockerfiles(p.view, p.dir) {
		if base := path.Base(d.File); base != "Dockerfile" && base != "Containerfile" {
			continue
		}
		p.declare(d.Command, detect.Claim{Rank: detect.Declared, What: "the command of your Dockerfile", From: d.From})
	}
	return nil
}

// declare gives the claim to the program that the words of a command run, and
// reports whether there is one.
func (p *project) declare(words []string, claim detect.Claim) bool {
	for _, word := range words {
		if i := slices.IndexFunc(p.programs, func(g program) bool {
			return g.Name == word || g.attribute != "" && g.target() == word || slices.Contains(g.Also, word)
		}); i >= 0 {
			p.programs[i].Claims = append(p.programs[i].Claims, claim)
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
