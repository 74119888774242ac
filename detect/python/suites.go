package python

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

//go:embed data/suites.json
var suitesJSON []byte

// suites are the names of packages in older releases of Debian, and of those that lists for
// them hold.
var suites = decoded[struct {
	Older   map[string]map[string]string // by the release, from the name in the newest one
	Renamed map[string]string            // from an older name, to "" where nothing replaces it
	Tools   []string                     // that only a build needs
	Never   []string                     // that an image of Python has, or has no use for
}](suitesJSON)

// suited are packages under their names in the release of Debian that a base image has.
func suited(names []string, image string) []string {
	for suite, older := range suites().Older {
		if !strings.Contains(image, suite) {
			continue
		}
		var all []string
		for _, n := range names {
			all = append(all, first(older[n], n))
		}
		slices.Sort(all)
		return slices.Compact(all)
	}
	return names
}

var debianName = pattern.New(`^[a-z0-9][a-z0-9.+-]+$`)

// listed are the packages of packages.txt, which Streamlit's cloud and Hugging Face install, apart
// from what only a build needs.
// https://docs.streamlit.io/deploy/streamlit-community-cloud/deploy-your-app/app-dependencies (2026-11)
func (p *project) listed() (build, run []string, from fact.Source) {
	file := p.file("packages.txt")
	text, err := p.view.Read(file)
	if err != nil {
		return nil, nil, fact.Source{}
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line, _, _ = strings.Cut(line, "#")
		for _, name := range strings.Fields(line) {
			if other, ok := suites().Renamed[name]; ok {
				name = other
			}
			if !debianName.MatchString(name) || slices.Contains(suites().Never, name) {
				continue
			}
			if from.IsZero() {
				from = fact.At(file, n, "")
			}
			if slices.Contains(suites().Tools, name) || strings.HasSuffix(name, "-dev") {
				build = append(build, name)
			} else {
				run = append(run, name)
			}
		}
	}
	return build, run, from
}
