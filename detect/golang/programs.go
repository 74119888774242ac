package golang

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"

	"github.com/dockgen/dockgen/internal/fact"
)

// helper is a program that others start, and the packages that bring it.
type helper struct {
	Alpine []string `json:"alpine,omitempty"` // none: in the base image already
	Debian []string `json:"debian,omitempty"`
	Skip   bool     `json:"skip,omitempty"` // for a desktop or a developer, not for a container
}

//go:embed programs.json
var programsData []byte

// helpers are the programs that we know packages of. Source and date are in the file.
var helpers = sync.OnceValue(func() map[string]helper {
	var file struct {
		Date, Source string
		Programs     map[string]helper
	}
	if err := json.Unmarshal(programsData, &file); err != nil {
		panic("golang: programs.json: " + err.Error()) // our own data: a test reads it
	}
	return file.Programs
})

// programsRun are the programs that the sources start, without the program itself
// (own) and those that only a desktop has, each once.
func programsRun(s *sources, own string) []fact.Of[string] {
	var all []fact.Of[string]
	for _, p := range s.runs {
		if p.Value == own || helpers()[p.Value].Skip || slices.ContainsFunc(all, func(o fact.Of[string]) bool { return o.Value == p.Value }) {
			continue
		}
		all = append(all, p)
	}
	return all
}

// helperPackages are the packages of the programs for a base image, sorted, and the
// programs that nothing is known of.
func helperPackages(programs []fact.Of[string], debian bool) (packages []string, unknown []fact.Of[string]) {
	for _, p := range programs {
		h, ok := helpers()[p.Value]
		switch {
		case !ok:
			unknown = append(unknown, p)
		case debian:
			packages = append(packages, h.Debian...)
		default:
			packages = append(packages, h.Alpine...)
		}
	}
	slices.Sort(packages)
	return slices.Compact(packages), unknown
}
