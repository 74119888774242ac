package node

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/shell"
)

// delivered is how the people who write the code start what their build makes, where the start script
// runs the sources with a tool that is only there for development: the command of a Dockerfile's last
// stage, or of the compose file.
func (p *pkg) delivered(s start) start {
	if s.file == "" || p.buildScript() == "" || p.onlyDev(s.tool()) == "" {
		return s
	}
	for _, d := range hints.Dockerfiles(p.view, p.dir) {
		argv := d.Command
		if d.Entry == 0 && len(argv) > 0 && strings.HasPrefix(argv[0], "-") && len(d.Tags("node")) > 0 {
			argv = append([]string{"node"}, argv...) // as the entry point of the image has it
		}
		if made, ok := p.made(argv, d.Workdir, d.From); ok {
			made.before = append(slices.Clone(s.before), made.before...)
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
		if below, ok := strings.CutPrefix(a, strings.TrimSuffix(workdir, "/")+"/"); ok && workdir != "" {
			a = "./" + below // a module that node loads first is no package
		}
		words[i] = shell.Word{Text: a}
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

// tool is the package that runs the sources: the one that node loads first, or the one of the command.
func (s start) tool() string {
	if s.runner != "node" {
		return runnerPackage(s.runner)
	}
	for _, f := range s.flags {
		name, _, _ := strings.Cut(f, "/")
		if i := strings.LastIndex(name, "="); i >= 0 {
			name = name[i+1:]
		}
		if name == "tsx" || name == "ts-node" {
			return name
		}
	}
	return ""
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
