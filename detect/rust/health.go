package rust

import (
	"slices"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// health are paths that say "I am well".
var health = pattern.New(`^/([a-z0-9/_-]+/)?(healthz?|_health|health[-_]?check|livez|liveness|ping|up)$`)

// routers are calls and attributes that take a path, by the tokens before it.
var routers = [][]string{{"route", "("}, {"at", "("}, {"resource", "("}, {"#", "[", "get", "("}, {"#", "[", "actix_web", "::", "get", "("}, {"#", "[", "rocket", "::", "get", "("}}

// nesting are names that put a prefix before the paths of a router.
var nesting = []string{"nest", "nest_service", "scope", "mount"}

// healthPath is the health path of the program's routes, the shortest; not known where a
// prefix stands before the routes.
func (p *program) healthPath() fact.Of[string] {
	var best fact.Of[string]
	if !mentioned(p.files, nesting...).IsZero() {
		return best
	}
	for _, s := range p.files {
		for i, t := range s.tokens {
			if t.kind != text || !health.MatchString(t.text) || !slices.ContainsFunc(routers, func(r []string) bool { return s.after(i, r...) }) {
				continue
			}
			if !best.Known() || len(t.text) < len(best.Value) {
				best = fact.New(t.text, s.from(i, "route"))
			}
		}
	}
	return best
}
