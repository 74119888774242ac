package node

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
)

const maxShown = 6 // names of settings in a note

// settingsNote says which settings a sample beside the program shows: what it does not find in the
// environment of the container, it may not start without.
func (c *recipe) settingsNote() []detect.Note {
	if c.kind != detect.Service && c.kind != detect.Worker {
		return nil
	}
	samples := hints.Samples(c.p.view, c.p.dir)
	var names []string
	for name := range samples {
		public := slices.ContainsFunc(c.p.fw.variables, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
		if public || slices.Contains([]string{"PORT", "HOST", "HOSTNAME", "NODE_ENV"}, name) {
			continue
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(names)
	at := samples[names[0]].From
	shown := strings.Join(names[:min(len(names), maxShown)], ", ")
	if len(names) > maxShown {
		shown += fmt.Sprintf(" and %d more", len(names)-maxShown)
	}
	return []detect.Note{{At: fact.Source{File: at.File, Line: at.Line}, Text: "shows what the program may need to be set when it runs (docker run --env-file): " + shown}}
}
