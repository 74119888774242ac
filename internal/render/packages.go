package render

import (
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dockgen/dockgen/internal/debian"
)

// packages names the packages of Debian as the release of each stage does: a version of a
// language that has ended stands on the release that its images were last made on.
func packages(lines []Line) error {
	if !anyOlder(lines) {
		return nil
	}
	parsed, err := parser.Parse(strings.NewReader(text(lines)))
	if err != nil {
		return err
	}
	releases := map[string]string{} // by the name of a stage
	release := ""
	for _, n := range parsed.AST.Children {
		switch {
		case strings.EqualFold(n.Value, "FROM"):
			words := strings.Fields(n.Original)[1:]
			for len(words) > 1 && strings.HasPrefix(words[0], "--") {
				words = words[1:]
			}
			above, isStage := releases[words[0]]
			if release = debian.Release(words[0]); isStage {
				release = above
			}
			releases[words[len(words)-1]] = release
		case strings.EqualFold(n.Value, "RUN") && release != "" && strings.Contains(n.Original, "apt-get install"):
			for i := n.StartLine - 1; i < n.EndLine; i++ {
				lines[i].Text = debian.Names(release, lines[i].Text)
			}
		}
	}
	return nil
}

func anyOlder(lines []Line) bool {
	return slices.ContainsFunc(lines, func(l Line) bool { return strings.HasPrefix(l.Text, "FROM ") && debian.Release(l.Text) != "" })
}
