package detect

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/repo"
)

// Words of commands that the build of an image takes care of, or that do nothing on
// their own.
var builds = []string{"cd", "export", "set", "install", "build", "collectstatic", "assets:precompile"}

// beforehand says what a Procfile runs before the program, which the image does not:
// its release phase, and the commands before the last of its web process.
func beforehand(v *repo.View, p Project) []Note {
	all, err := hints.Procfile(v, p.Dir())
	if err != nil {
		return nil // evidence, not input
	}
	var notes []Note
	for _, process := range all {
		commands := process.Line.Commands
		switch process.Name {
		case "release":
		case "web":
			commands = commands[:max(len(commands)-1, 0)]
		default:
			continue
		}
		var run []string
		for _, c := range commands {
			argv := c.Argv()
			if len(argv) > 0 && !slices.ContainsFunc(argv, func(w string) bool { return slices.Contains(builds, w) }) {
				run = append(run, strings.Join(argv, " "))
			}
		}
		if len(run) > 0 {
			notes = append(notes, Note{At: process.From, Text: "runs " + strings.Join(run, "; ") + " first; the image does not: run it when you deploy"})
		}
	}
	return notes
}
