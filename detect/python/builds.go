package python

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/shell"
)

// built is what the Dockerfiles that people wrote install: the requirements files that pip
// reads, and the extras of the project that pip or uv is asked for.
type built struct {
	files   []fact.Of[string] // relative to the project's folder
	extras  []fact.Of[string] // normalised
	groups  []string          // of dependencies, normalised
	managed bool              // by a tool that reads pyproject.toml or Pipfile
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
				b.command(argv, run.From, func(file string) string { return p.brought(d, file) })
			}
		}
	}
	return b
}

// command notes what `pip install`, `uv pip install` or `uv sync` installs.
func (b *built) command(argv []string, from fact.Source, brought func(string) string) {
	sync := len(argv) > 1 && argv[0] == "uv" && argv[1] == "sync"
	pip := slices.Contains(argv, "install") && slices.ContainsFunc(argv, func(w string) bool { return strings.HasPrefix(path.Base(w), "pip") })
	b.managed = b.managed || slices.ContainsFunc(argv[:min(len(argv), 2)], func(w string) bool { return managers[w] }) && !slices.Contains(argv, "pip")
	for i, w := range argv {
		name, value, has := strings.Cut(w, "=")
		if !has && i+1 < len(argv) {
			value = argv[i+1]
		}
		switch {
		case name == "--group" || (name == "--with" || name == "--only") && slices.Contains(argv, "poetry"):
			for g := range strings.SplitSeq(value, ",") {
				if g = normal(strings.TrimSpace(g)); !hints.Developing(g) {
					b.groups = append(b.groups, g)
				}
			}
		case sync && name == "--extra" && !hints.Developing(value):
			b.extras = append(b.extras, fact.New(normal(value), from))
		case pip && (name == "-r" || name == "--requirement") && isManifest(value): // uv reads those too
			b.managed = true
		case pip && (name == "-r" || name == "--requirement"):
			b.files = append(b.files, fact.New(brought(value), from))
		case pip && strings.HasPrefix(w, ".[") && strings.HasSuffix(w, "]"):
			for e := range strings.SplitSeq(w[2:len(w)-1], ",") {
				b.extras = append(b.extras, fact.New(normal(strings.TrimSpace(e)), from))
			}
		}
	}
}

// isManifest reports whether a file that uv installs from is the project's own, no list of requirements.
// https://docs.astral.sh/uv/pip/packages/#installing-packages-from-files (0.9, 2026-11)
func isManifest(file string) bool {
	return slices.Contains([]string{"pyproject.toml", "setup.py", "setup.cfg", "pylock.toml"}, path.Base(file))
}

var managers = map[string]bool{"uv": true, "poetry": true, "pipenv": true, "pdm": true, "hatch": true, "rye": true, "pixi": true}

// brought is where a file of the image comes from: relative to the build context, or as it
// is named where no COPY says so.
func (p *project) brought(d hints.Dockerfile, file string) string {
	at := path.Clean(file)
	if !path.IsAbs(file) {
		at = path.Join("/", d.Workdir, file)
	}
	for _, c := range d.Brought {
		for _, source := range c.Sources {
			source = path.Clean(d.Fill(source))
			to := d.Fill(c.To)
			within, below := strings.CutPrefix(at, strings.TrimSuffix(to, "/")+"/")
			switch {
			case to == at || strings.HasSuffix(to, "/") && path.Join(to, path.Base(source)) == at: // a file
			case below: // one of the files of a folder
				source = path.Join(source, within)
			default:
				continue
			}
			if p.view.Has(p.file(source)) {
				return source
			}
		}
	}
	return path.Clean(file)
}

// requirementsFiles are the names of requirements files, the most telling first: the ones
// that people's Dockerfile installs, if they are in the repository, then the usual ones.
func (p *project) requirementsFiles() []string {
	var names []string
	for _, said := range p.installed() {
		names = append(names, said.Value)
	}
	return append(names, requirementsNames...)
}

// installed are the requirements files of the project that people's Dockerfile installs, none
// where one of them is not here. Those for developers are for another stage.
func (p *project) installed() []fact.Of[string] {
	var all []fact.Of[string]
	for _, said := range p.built().files {
		if hints.Developing(strings.ReplaceAll(said.Value, "base", "")) ||
			slices.ContainsFunc(all, func(o fact.Of[string]) bool { return o.Value == said.Value }) {
			continue
		}
		if path.IsAbs(said.Value) || strings.HasPrefix(said.Value, "..") || !p.view.Has(p.file(said.Value)) {
			return nil
		}
		all = append(all, said)
	}
	return all
}
