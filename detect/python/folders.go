package python

import (
	"path"
	"slices"

	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

// folders are the folders away from the code that a program fills, the outer ones only: what its
// code makes or keeps a database or a log in, what its arguments name, and what people mount into a container
// of it, by a VOLUME or a compose file, if a file of the code names that.
func (p *project) folders(g program) []fact.Of[string] {
	var all []fact.Of[string]
	for _, w := range g.arguments {
		all = append(all, fact.New(hints.FlagValue(w), g.argued))
	}
	for _, s := range p.stores(g) {
		if s.path != "" && !s.beside() {
			f := fact.New(s.path, s.from)
			if !s.folder {
				f.Value = path.Dir(s.path)
			}
			all = append(all, f)
		}
	}
	for _, volume := range p.mounted() {
		if len(p.sources.holding(volume.Value)) > 0 {
			all = append(all, volume)
		}
	}
	var outer []fact.Of[string]
	if g.django != nil && g.django.media.Value != "" {
		outer = append(outer, g.django.media)
	}
	for _, f := range all {
		if f.Value = path.Clean(f.Value); path.Ext(f.Value) != "" {
			f.Value = path.Dir(f.Value)
		}
		if !dataFolder.MatchString(f.Value) || !outside(f.Value) || f.Value == "/mnt" || f.Value == "/srv" || repo.Within("/tmp", f.Value) || slices.ContainsFunc(outer, func(o fact.Of[string]) bool { return repo.Within(o.Value, f.Value) }) {
			continue
		}
		outer = slices.DeleteFunc(outer, func(o fact.Of[string]) bool { return repo.Within(f.Value, o.Value) })
		outer = append(outer, f)
	}
	return outer
}

// mounted are the folders that the Dockerfile that people wrote and the one service of a compose
// file have mounted.
func (p *project) mounted() []fact.Of[string] {
	var all []fact.Of[string]
	for _, d := range p.dockerfiles() {
		all = append(all, d.Volumes...)
	}
	if s, ok := p.service(); ok {
		all = append(all, s.Volumes...)
	}
	return all
}

var dataFolder = pattern.New(`^(?:/[A-Za-z0-9_.-]+)+$`)
