package hints

import (
	"path"

	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

// sampleNames are files that show which settings a program takes, the usual one first.
var sampleNames = []string{".env.example", ".env.sample", ".env.template", ".env.dist", "env.example", "example.env", "sample.env", ".env.default", ".env.defaults"}

var sampleLine = pattern.New(`^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)\s*=\s*["']?([^"'#]*)`)

// Samples are the settings that sample files of a folder show, by name: what the authors
// start the program with. A file is left out where it cannot be read.
func Samples(v *repo.View, dir string) map[string]fact.Of[string] {
	all := map[string]fact.Of[string]{}
	for _, name := range sampleNames {
		file := path.Join(dir, name)
		text, err := v.Read(file)
		if err != nil {
			continue
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			match := sampleLine.FindStringSubmatch(strings.TrimRight(line, "\r\n"))
			if match == nil || all[match[1]].Known() {
				continue
			}
			if value := strings.TrimSpace(match[2]); value != "" {
				all[match[1]] = fact.New(value, fact.At(file, n, match[1]))
			}
		}
	}
	return all
}
