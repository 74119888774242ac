package golang

import (
	"slices"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/started"
)

// programsRun are the programs that the sources start, without the program itself
// (own) and those that only a desktop has, each once.
func programsRun(s *sources, own string) []fact.Of[string] {
	return started.Wanted(slices.DeleteFunc(slices.Clone(s.runs), func(p fact.Of[string]) bool { return p.Value == own }))
}
