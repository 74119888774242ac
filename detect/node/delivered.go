package node

import (
	"strings"

	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/shell"
)

// delivered is how the people who write the code start what their build makes, where the start script
// runs the sources with a tool that is only there for development: the command of a Dockerfile's last
// stage, or of the compose file.
func (p *pkg) delivered(s start) start {
	if s.runner == "node" || s.file == "" || p.buildScript() == "" || p.onlyDev(runnerPackage(s.runner)) == "" {
		return s
	}
	for _, d := range hints.Dockerfiles(p.view, p.dir) {
		if made, ok := p.made(d.Command, d.Workdir, d.From); ok {
			return made
		}
	}
	if c, ok := hints.ComposeOf(p.view, p.dir, p.dir); ok {
		if made, ok := p.made(c.Command, "", c.From); ok {
			return made
		}
	}
	return s
}

// made is a command as the start of a file that the build makes.
func (p *pkg) made(argv []string, workdir string, from fact.Source) (start, bool) {
	words := make([]shell.Word, len(argv))
	for i, a := range argv {
		words[i] = shell.Word{Text: strings.TrimPrefix(a, strings.TrimSuffix(workdir, "/")+"/")}
	}
	c := unwrap(shell.Command{Words: words})
	s := start{from: from}
	if name, ok := runs(c.Argv()); ok {
		s = p.resolve(name)
	} else if mentionsNode(c.Argv()) {
		p.command(&s, c, strings.Join(argv, " "))
	}
	return s, s.runner == "node" && s.script == "" && s.file != "" && s.file != "." && !p.present(s.file) && p.built(s.file)
}

// runnerPackage is the package that brings a command which runs sources.
func runnerPackage(runner string) string {
	switch runner {
	case "ts-node-esm":
		return "ts-node"
	case "tsnd":
		return "ts-node-dev"
	}
	return binaryPackage(runner)
}
