package hints

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// ToolVersions are the versions that the .tool-versions file of a folder gives the
// tools of these names, in its order: of a line with several the first, which is the
// one that runs. Format: https://asdf-vm.com/manage/configuration.html (2026-11)
func ToolVersions(v *repo.View, dir string, names ...string) ([]fact.Of[string], error) {
	file := path.Join(dir, ".tool-versions")
	text, err := v.Read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var pins []fact.Of[string]
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line, _, _ = strings.Cut(line, "#")
		if words := strings.Fields(line); len(words) > 1 && slices.Contains(names, words[0]) {
			pins = append(pins, fact.New(words[1], fact.At(file, n, words[0])))
		}
	}
	return pins, nil
}
