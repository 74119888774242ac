package python

import (
	"slices"

	"github.com/dockgen/dockgen/internal/fact"
)

// wanted are the environment variables that the code of a program reads at the top
// level with os.environ["NAME"], without which it does not start.
func (p *project) wanted(g program) []fact.Of[string] {
	files := p.sources.reachable(g.file)
	if g.django != nil {
		if f := p.sources.at(g.root, g.django.settings.Value); f != "" {
			files = append(files, p.sources.reachable(f)...)
		}
	}
	var all []fact.Of[string]
	for _, f := range files {
		if f == "" || p.view.Size(f) > maxSource {
			continue
		}
		for _, r := range p.sources.module(f).Unset {
			if r.Name != "PATH" && r.Name != "HOME" && r.Name != "HOSTNAME" && // every container has these
				!slices.ContainsFunc(all, func(o fact.Of[string]) bool { return o.Value == r.Name }) && environmentName.MatchString(r.Name) {
				all = append(all, fact.New(r.Name, source(f, r.Line, "os.environ")))
			}
		}
	}
	return all
}
