package rust

import (
	"path"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/toml"
)

// rocketPort is the port of Rocket.toml in a folder: of its release profile, or of all.
// https://rocket.rs/guide/v0.5/configuration/, 2026-11
func (a *crates) rocketPort(dir string) (fact.Of[int], bool) {
	file := path.Join(dir, "Rocket.toml")
	text, err := a.view.Read(file)
	if err != nil {
		return fact.Of[int]{}, false
	}
	doc, err := toml.Parse(file, text)
	if err != nil {
		return fact.Of[int]{}, false // Rocket itself will say what is wrong with it
	}
	for _, profile := range []string{"global", "release", "production", "default"} {
		if port, ok := doc.Get(profile, "port").Int(); ok {
			return fact.New(port, doc.Get(profile, "port").From(profile+" port")), true
		}
	}
	return fact.Of[int]{}, false
}
