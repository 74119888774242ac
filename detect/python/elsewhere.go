package python

import (
	_ "embed"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

//go:embed data/elsewhere.json
var elsewhereJSON []byte

// elsewhere are packages that pip finds nowhere for Linux, and where PyTorch's own releases are.
var elsewhere = decoded[struct {
	Packages   []string `json:"packages"`
	Torch      []string `json:"torch"`
	TorchIndex string   `json:"torchIndex"`
}](elsewhereJSON)

// unfound are the requirements that pip finds nowhere for Linux: what pip freeze wrote
// on a developer's Windows or macOS. A file with hashes is compiled, and left as it is.
func (p *project) unfound() []dependency {
	if p.tool.Value != "pip" || p.requirements.hashes {
		return nil
	}
	var found []dependency
	for _, d := range p.requirements.deps {
		if d.url == "" && slices.Contains(elsewhere().Packages, d.name) {
			found = append(found, d)
		}
	}
	return found
}

// withoutUnfound is a command that takes the lines of such requirements out of the
// files that were copied, nil where there is none.
func (p *project) withoutUnfound() []string {
	var names, files []string
	for _, d := range p.unfound() {
		names = append(names, strings.ReplaceAll(d.name, "-", "[-_.]"))
		files = append(files, repo.Rel(p.dir, d.from.File))
	}
	if len(names) == 0 {
		return nil
	}
	slices.Sort(files)
	slices.Sort(names)
	line := "/^ *(" + strings.Join(slices.Compact(names), "|") + ")([^-_.a-z0-9]|$)/Id"
	return append([]string{"sed", "-i", "-E", line}, slices.Compact(files)...)
}

// recoded is a command that writes those files as UTF-8 which PowerShell's redirection or an editor
// wrote as something else: pip reads them, sed does not. nil where there is none.
func (p *project) recoded() []string {
	var files []string
	encoding := ""
	for _, d := range p.unfound() {
		if e := p.view.Marked(d.from.File); e != "" {
			encoding = e
			files = append(files, repo.Rel(p.dir, d.from.File))
		}
	}
	if len(files) == 0 {
		return nil
	}
	slices.Sort(files)
	write := "from pathlib import Path; import sys; [p.write_text(p.read_text(\"" + encoding + "\"), \"utf-8\") for p in map(Path, sys.argv[1:])]"
	return append([]string{"python", "-c", write}, slices.Compact(files)...)
}

// unfoundNote says which requirements are left out.
func (p *project) unfoundNote() []detect.Note {
	var names []string
	for _, d := range p.unfound() {
		names = append(names, d.name)
	}
	if len(names) == 0 {
		return nil
	}
	return []detect.Note{{Warning: true, At: p.unfound()[0].from, Text: "pip finds no release of " + strings.Join(names, ", ") + " for Linux, so the image goes without; take the lines out, or mark them with ; sys_platform == 'win32'"}}
}

// torchIndexes are the indexes of the releases of PyTorch that requirements pin and
// that PyPI does not have: those with a local part, where no index is named.
func (p *project) torchIndexes() []fact.Of[string] {
	if p.tool.Value != "pip" || len(p.requirements.indexes) > 0 {
		return nil
	}
	var found []fact.Of[string]
	for _, d := range p.requirements.deps {
		_, local, ok := strings.Cut(d.spec, "+")
		local, _, _ = strings.Cut(local, ",")
		index := elsewhere().TorchIndex + strings.TrimSpace(local)
		if ok && slices.Contains(elsewhere().Torch, d.name) && !slices.ContainsFunc(found, func(f fact.Of[string]) bool { return f.Value == index }) {
			found = append(found, fact.New(index, d.from))
		}
	}
	return found
}
