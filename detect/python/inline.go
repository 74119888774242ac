package python

import (
	"path"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/toml"
)

// readInline reads the metadata in the one script of a folder that has no manifest:
// a block of comments between "# /// script" and "# ///".
// https://packaging.python.org/en/latest/specifications/inline-script-metadata/
func (p *project) readInline() error {
	if !p.at.IsZero() {
		return nil
	}
	for _, file := range p.view.In(p.dir) {
		if path.Ext(file) != ".py" || p.view.Size(file) > maxSource {
			continue
		}
		text, err := p.view.Read(file)
		if err != nil {
			return err
		}
		block, line := inlineBlock(string(text))
		if line == 0 {
			continue
		}
		if p.inline != nil { // each its own program with its own needs
			p.inline, p.at = nil, fact.Source{}
			return nil
		}
		if p.inline, err = toml.Parse(file, []byte(block)); err != nil {
			return err
		}
		p.at = fact.At(file, line, "")
	}
	return nil
}

// inlineBlock is the text of the block, with empty lines before it so that its lines
// keep their numbers, and its first line; 0 if there is none.
func inlineBlock(text string) (string, int) {
	var block strings.Builder
	n, start := 0, 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, " \r\n")
		switch {
		case start == 0 && line == "# /// script":
			start = n
		case start > 0 && line == "# ///":
			return block.String(), start
		case start > 0 && line == "#":
		case start > 0 && strings.HasPrefix(line, "# "):
			block.WriteString(line[2:])
		case start > 0:
			return "", 0
		}
		block.WriteByte('\n')
	}
	return "", 0
}
