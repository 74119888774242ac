// Package render turns a plan into the text of the files to write. It decides
// nothing: what is in a file comes from the plan and the templates.
package render

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/builder"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/mark"
	"github.com/dockgen/dockgen/internal/policy"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/write"
	"github.com/dockgen/dockgen/templates"
)

// Output is what will be written for one image.
type Output struct {
	Dockerfile string // its path, relative to the root
	Files      []write.File
	Lines      []Line   // of the Dockerfile, for explain
	Hidden     []string // tracked files that .dockerignore hides although nobody else does
	Beside     string   // a .dockerignore of the user's that this build does not read, "" for none
	Context    string   // relative to the root
}

// Line is one line of the Dockerfile and the ids of the reasons behind it.
type Line struct {
	Text  string
	Why   []string
	Stage string // of another project's, whose reasons come first; "" for the image's own
}

// Options are the choices about the text itself.
type Options struct {
	File      string // --file: name of the Dockerfile, "" for the usual one
	Replace   bool   // a .dockerignore of the user's is replaced, its patterns kept, not left alone
	Templates templates.Set
	Catalogue *catalogue.Catalogue
	Policy    *policy.Policy // nil for none
}

var (
	header = templates.Must[struct{}]("header.tmpl")
	ignore = templates.Must[[]group]("dockerignore.tmpl")
)

// Image renders the files of one image.
func Image(d detect.Decision, v *repo.View, o Options) (Output, error) {
	out := Output{Context: d.Image.Context}
	texts, stages := []templates.Text{header.With(struct{}{})}, []string{""}
	for _, s := range d.Plan.Stages {
		texts = append(texts, s.Text)
		if len(s.Reasons) == 0 {
			s.Name = ""
		}
		stages = append(stages, s.Name)
	}
	for i, t := range texts {
		r, err := o.Templates.Render(t)
		if err != nil {
			return Output{}, err
		}
		if i > 0 {
			out.Lines = append(out.Lines, Line{})
		}
		for j := range r.Lines {
			out.Lines = append(out.Lines, Line{Text: r.Lines[j], Why: r.Why[j], Stage: stages[i]})
		}
	}
	err := known(out.Lines, d.Plan.Reasons)
	if err == nil {
		err = packages(out.Lines)
	}
	if err == nil {
		out.Lines, err = places(out.Lines, o, d.Plan.Image.Variant)
	}
	if err == nil {
		out.Lines, err = suit(out.Lines, d)
	}
	if err == nil {
		err = images(out.Lines, o.Policy)
	}
	if err != nil {
		return Output{}, err
	}
	var ignoreName string
	out.Dockerfile, ignoreName = names(d.Image, o.File)
	onlyOne := !d.Builder().Can(builder.NamedIgnore)
	if onlyOne {
		ignoreName = path.Join(d.Image.Context, ".dockerignore")
	}
	var theirs []string
	if path.Base(ignoreName) == ".dockerignore" {
		var name string
		if theirs, name, err = foreign(v, ignoreName); err != nil {
			return Output{}, err
		}
		if !onlyOne && (name != "" && !o.Replace || v.Has(beside)) {
			ignoreName, out.Beside = beside, name
		}
	} else if theirs, out.Beside, err = foreign(v, path.Join(d.Image.Context, ".dockerignore")); err != nil {
		return Output{}, err // BuildKit reads only the file with the Dockerfile's name
	}
	dockerfile := mark.Put(text(out.Lines), o.Catalogue.Date)
	for i, line := range strings.Split(strings.TrimSuffix(dockerfile, "\n"), "\n") {
		out.Lines[i].Text = line
	}
	groups, hidden, err := ignoreGroups(d, v, theirs)
	if err != nil {
		return Output{}, err
	}
	out.Hidden = hidden
	r, err := o.Templates.Render(ignore.With(groups))
	if err != nil {
		return Output{}, err
	}
	out.Files = []write.File{
		{Path: out.Dockerfile, Text: dockerfile},
		{Path: ignoreName, Text: mark.Put(strings.Join(r.Lines, "\n")+"\n", o.Catalogue.Date)},
	}
	return out, nil
}

func text(lines []Line) string {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.Text + "\n")
	}
	return b.String()
}

// known holds the templates to naming only reasons that the plan gives.
func known(lines []Line, reasons []detect.Reason) error {
	for n, l := range lines {
		for _, id := range l.Why {
			if !slices.ContainsFunc(reasons, func(r detect.Reason) bool { return r.ID == id }) {
				return fmt.Errorf("line %d (%s): the template names the reason %q, which the plan does not give", n+1, l.Text, id)
			}
		}
	}
	return nil
}

// names are the paths of the Dockerfile and of its ignore file: at the root the
// usual pair; elsewhere, or under a name of the user's, the pair that BuildKit
// finds by the Dockerfile's name
// (https://docs.docker.com/build/concepts/context/#filename-and-location).
func names(image detect.Image, file string) (dockerfile, ignore string) {
	dir := image.Place
	if file != "" {
		p := path.Clean(file)
		if !strings.Contains(file, "/") {
			p = path.Join(dir, file)
		}
		return p, p + ".dockerignore"
	}
	if dir == "." {
		return "Dockerfile", ".dockerignore"
	}
	return path.Join(dir, "Dockerfile"), path.Join(dir, "Dockerfile.dockerignore")
}
