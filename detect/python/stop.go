package python

import (
	"path"
	"slices"
)

// interrupt is the signal that Python itself handles: it raises KeyboardInterrupt.
// https://docs.python.org/3/library/signal.html (3.14, 2026-11)
const interrupt = "SIGINT"

// ignoresSIGTERM reports whether neither the command, as a server does, nor the
// sources handle SIGTERM: process 1 gets no signal that it does not handle.
func (p *project) ignoresSIGTERM(command []string) bool {
	name := path.Base(command[0])
	if (name == "python" || name == "python3") && len(command) > 2 && command[1] == "-m" {
		name = command[2]
	}
	return !slices.Contains(tools().Stopping, name) && len(p.sources.holding("SIGTERM")) == 0
}
