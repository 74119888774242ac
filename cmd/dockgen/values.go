package main

import (
	"slices"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/builder"
)

// values are the values of a setting that make sense in this repository, for the
// wizard's lists and for completion; none where any text is possible.
func (l *look) values(name string, d detect.Decision) []detect.Choice {
	var all []detect.Choice
	add := func(c detect.Choice) {
		if !slices.ContainsFunc(all, func(o detect.Choice) bool { return o.Value == c.Value }) {
			all = append(all, c)
		}
	}
	for _, p := range l.projects {
		switch name {
		case "language":
			add(detect.Choice{Value: p.Language(), Says: p.Title()})
		case "project":
			add(detect.Choice{Value: p.Dir(), Says: p.Title(), At: p.At()})
		case "entry":
			if d.Image.Project != nil && l.settings.Project.Known() && p.Dir() != d.Image.Project.Dir() {
				continue
			}
			for _, g := range p.Programs() {
				add(detect.Choice{Value: g.Name, Says: g.Kind.String() + " in " + p.Dir(), At: g.At})
			}
		}
	}
	if name == "compat" {
		for _, b := range builder.All() {
			add(detect.Choice{Value: b.Name, Says: b.Says})
		}
	}
	if name == "base" {
		for _, b := range d.Bases() {
			if b.RuledOut == "" {
				add(detect.Choice{Value: b.Base, Says: b.Says})
			}
		}
	}
	return all
}
