package python

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/shell"
)

// built is what the Dockerfiles that people wrote install: the requirements files that pip
// reads, and the extras of the project that pip or uv is asked for.
type built struct {
	files  []fact.Of[string] // relative to the project's folder
	extras []fact.Of[string] // normalised
}

// built reads the RUN instructions of the project's Dockerfiles.
func (p *project) built() built {
	var b built
	for _, d := range p.dockerfiles() {
		for _, run := range d.Runs {
			commands, err := shell.Script(d.Fill(run.Value))
			if err != nil {
				continue
			}
			for _, c := range commands {
				var argv []string
				for _, w := range c.Words {
					argv = append(argv, w.Default())
				}
				b.command(argv, run.From)
			}
		}
	}
	return b
}

// command notes what `pip install`, `uv pip install` or `uv sync` installs.
func (b *built) command(argv []string, from fact.Source) {
	sync := len(argv) > 1 && argv[0] == "uv" && argv[1] == "sync"
	pip := slices.Contains(argv, "install") && slices.ContainsFunc(argv, func(w string) bool { return strings.HasPrefix(path.Base(w), "pip") })
	for i, w := range argv {
		name, value, has := strings.Cut(w, "=")
		if !has && i+1 < len(argv) {
			value = argv[i+1]
		}
		switch {
		case sync && name == "--extra":
			b.extras = append(b.extras, fact.New(normal(value), from))
		case pip && (name == "-r" || name == "--requirement"):
			b.files = append(b.files, fact.New(path.Clean(value), from))
		case pip && strings.HasPrefix(w, ".[") && strings.HasSuffix(w, "]"):
			for e := range strings.SplitSeq(w[2:len(w)-1], ",") {
				b.extras = append(b.extras, fact.New(normal(strings.TrimSpace(e)), from))
			}
		}
	}
}

// requirementsFiles are the names of requirements files, the most telling first: the one
// that people's Dockerfile installs, if it is in the repository, then the usual ones.
func (p *project) requirementsFiles() []string {
	if said := p.installed(); said.Known() {
		return append([]string{said.Value}, requirementsNames...)
	}
	return requirementsNames
}

// installed is the one requirements file of the project that people's Dockerfile installs.
func (p *project) installed() fact.Of[string] {
	said := p.built().files
	if len(said) != 1 || path.IsAbs(said[0].Value) || strings.HasPrefix(said[0].Value, "..") || !p.view.Has(p.file(said[0].Value)) {
		return fact.Of[string]{}
	}
	return said[0]
}
