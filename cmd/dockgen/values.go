package main

import (
	"slices"
	"strings"

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
	if name == "language-version" {
		for _, line := range l.versions(d) {
			add(line)
		}
	}
	for _, s := range l.app.settings() {
		if s.name == name && s.language != "" {
			for _, v := range s.values {
				add(detect.Choice{Value: v})
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

// versions are the supported lines of the image that a decision builds or runs with, the
// newest first: the image of the catalogue whose line is the version that was decided.
func (l *look) versions(d detect.Decision) []detect.Choice {
	i := slices.IndexFunc(d.Plan.Reasons, func(r detect.Reason) bool { return r.ID == "version" })
	if i < 0 {
		return nil
	}
	version := d.Plan.Reasons[i].Value
	var refs []string
	for _, r := range d.Plan.Reasons {
		refs = append(refs, r.Value)
	}
	for _, b := range d.Bases() {
		refs = append(refs, b.Image)
	}
	var all []detect.Choice
	for _, key := range l.app.catalogue.Keys() {
		image := l.app.catalogue.Image(key)
		of := func(ref string) bool { return strings.HasPrefix(ref, image.Repository+":"+version) }
		if _, listed := image.Line(version); !listed || image.Product == "" || !slices.ContainsFunc(refs, of) {
			continue
		}
		for _, line := range l.app.catalogue.Supported(image) {
			says := ""
			if line.EOL != "" {
				says = "supported until " + line.EOL
			}
			all = append(all, detect.Choice{Value: line.Version, Says: says})
		}
		break
	}
	return all
}
