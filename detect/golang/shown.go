package golang

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
)

// show fills in the ports that the program takes from its environment without a default of
// its own, from what people start it with: the compose file, a sample of the settings.
func (m *module) show(s *sources) {
	shown := m.shown()
	for i, set := range s.settings {
		if set.env == "" || set.value != "" || set.env == "PORT" || !portish(set.env) {
			continue
		}
		if v := shown[set.env]; portOf(v.Value) > 0 {
			s.settings[i].value, s.settings[i].at, s.settings[i].shown = v.Value, v.From, true
		}
	}
}

// shown are variables of the environment as compose files and samples set them, by name.
func (m *module) shown() map[string]fact.Of[string] {
	all := map[string]fact.Of[string]{}
	dirs := slices.Compact([]string{m.dir, "."})
	if service, ok := hints.ComposeOf(m.view, m.dir, dirs...); ok {
		for _, e := range service.Env {
			name, value, _ := strings.Cut(e.Value, "=")
			all[name] = fact.New(value, e.From)
		}
	}
	for _, dir := range dirs {
		for name, v := range hints.Samples(m.view, dir) {
			if !all[name].Known() {
				all[name] = v
			}
		}
	}
	return all
}
