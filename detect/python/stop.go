package python

import (
	"path"
	"slices"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
)

// interrupt is the signal that Python itself handles: it raises KeyboardInterrupt.
// https://docs.python.org/3/library/signal.html (3.14, 2026-11)
const interrupt = "SIGINT"

// stop is the signal that ends a program which runs as process 1, which gets none
// that it does not handle: the usual one ("") where its server or its sources do.
func (p *project) stop(g program, command []string) detect.Reason {
	name := path.Base(command[0])
	if (name == "python" || name == "python3") && len(command) > 2 && command[1] == "-m" {
		name = command[2]
	}
	if slices.Contains(tools().Stopping, name) || len(p.sources.holding("SIGTERM")) > 0 {
		return detect.Reason{}
	}
	return detect.Reason{ID: "stop", What: "stop signal", Value: interrupt, From: fact.Default("nothing in the sources handles SIGTERM, which process 1 then ignores; Python ends on SIGINT")}
}
