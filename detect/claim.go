package detect

import (
	"path"
	"slices"

	"github.com/dockgen/dockgen/internal/repo"
)

// claimed is the one program that claims of the rank point at. With claims on
// several, found is false and the reasons say which.
func claimed(all []candidate, rank Rank) (one candidate, why []Reason, found bool) {
	count := 0
	for _, c := range all {
		i := slices.IndexFunc(c.program.Claims, func(m Claim) bool {
			return m.Rank == rank && !slices.ContainsFunc(all, func(o candidate) bool { return !m.speaksOver(c, o) })
		})
		if i < 0 {
			continue
		}
		count++
		one = c
		why = append(why, Reason{ID: "program", What: "program", Value: c.program.Name, From: c.program.Claims[i].From, Note: c.program.Claims[i].What})
	}
	switch count {
	case 0:
		return candidate{}, nil, false
	case 1:
		return one, why, true
	default:
		return candidate{}, why, false
	}
}

// claims reports whether a claim of the rank speaks for the candidate.
func (c candidate) claims(rank Rank) bool {
	return slices.ContainsFunc(c.program.Claims, func(m Claim) bool { return m.Rank == rank })
}

// speaksOver reports whether a claim for c is one against another candidate: of the same
// project, or of one below the folder of the file that makes the claim. A name says nothing of
// what another language's build makes there.
func (m Claim) speaksOver(c, other candidate) bool {
	if m.Rank == Named && other.project.Language() != c.project.Language() {
		return false
	}
	return other.project == c.project || m.From.File == "" || repo.Within(path.Dir(m.From.File), other.project.Dir())
}

// eachProjects leaves of each project the program that its claims point at. They tell the
// programs of one project apart; which project is meant, they do not say.
func eachProjects(all []candidate) []candidate {
	var left []candidate
	for i, c := range all {
		if i > 0 && all[i-1].project == c.project {
			continue
		}
		own := slices.DeleteFunc(slices.Clone(all), func(o candidate) bool { return o.project != c.project })
		if len(own) == len(all) {
			return all
		}
		for _, rank := range []Rank{Declared, Named} {
			if one, _, found := claimed(own, rank); found {
				own = []candidate{one}
			}
		}
		left = append(left, own...)
	}
	return left
}

// firstKind are the candidates of the kind that people deploy before the others.
func firstKind(all []candidate) []candidate {
	for _, k := range []Kind{Service, Site, Worker} {
		if slices.ContainsFunc(all, func(c candidate) bool { return c.program.Kind == k }) {
			return preferred(all, func(c candidate) bool { return c.program.Kind == k })
		}
	}
	return all
}

// onlyOf is the only program of the kind that people deploy before the others.
func onlyOf(all []candidate) (candidate, []Reason, bool) {
	for _, k := range []Kind{Service, Site, Worker} {
		some := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return c.program.Kind != k })
		if len(some) == 1 {
			c := some[0]
			note := map[Kind]string{Service: "the only program that listens", Site: "the only site, and nothing listens", Worker: "the only worker, and nothing listens"}[k]
			return c, []Reason{{ID: "program", What: "program", Value: c.program.Name, From: c.program.At, Note: note}}, true
		}
		if len(some) > 1 {
			return candidate{}, nil, false
		}
	}
	return candidate{}, nil, false
}

// outermost is the candidate whose project's folder holds those of all others: what
// lies at the root is what the repository is.
func outermost(all []candidate) (candidate, bool) {
	for _, c := range all {
		if !slices.ContainsFunc(all, func(o candidate) bool {
			return !o.is(c) && (o.project.Dir() == c.project.Dir() || !repo.Within(c.project.Dir(), o.project.Dir()))
		}) {
			return c, true
		}
	}
	return candidate{}, false
}
