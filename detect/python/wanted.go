package python

import (
	"slices"

	"github.com/dockgen/dockgen/internal/fact"
)

// wanted are the environment variables that the code of a program reads at the top
// level with os.environ["NAME"], or its Django settings without a default: without them it does not start.
func (p *project) wanted(g program) []fact.Of[string] {
	var all []fact.Of[string]
	for _, f := range p.loaded(g) {
		for _, r := range p.sources.module(f).Unset {
			if r.Name != "PATH" && r.Name != "HOME" && r.Name != "HOSTNAME" && // every container has these
				!slices.ContainsFunc(all, func(o fact.Of[string]) bool { return o.Value == r.Name }) && environmentName.MatchString(r.Name) {
				all = append(all, fact.New(r.Name, source(f, r.Line, "os.environ")))
			}
		}
	}
	if g.django != nil {
		for _, s := range g.django.wants {
			if !s.from.IsZero() && !slices.ContainsFunc(all, func(o fact.Of[string]) bool { return o.Value == s.name }) {
				all = append(all, fact.New(s.name, s.from))
			}
		}
	}
	return all
}
