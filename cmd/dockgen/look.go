package main

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/config"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/hostpath"
	"github.com/dockgen/dockgen/internal/render"
	"github.com/dockgen/dockgen/internal/repo"
)

// look is what a command sees of a repository, and what the user decided so far.
type look struct {
	app      app
	place    place
	view     *repo.View
	projects []detect.Project
	problem  error // that kept the projects from being found
	settings detect.Settings
	kept     detect.Settings // of .dockgen.yaml
	file     string          // --file
	replace  bool            // --force
}

// look opens the repository that DIR is in and finds its projects.
func (a app) look(ctx context.Context, args []string, f *choiceFlags, set *pflag.FlagSet) (*look, error) {
	l, err := a.enter(ctx, args, f, set)
	if err == nil {
		err = l.problem
	}
	return l, err
}

// enter is look for a command that has something to say where a project cannot be
// read: the error is then the look's problem.
func (a app) enter(ctx context.Context, args []string, f *choiceFlags, set *pflag.FlagSet) (*look, error) {
	if _, err := f.over(detect.Settings{}, set); err != nil { // wrong flags come before anything else
		return nil, err
	}
	a, err := a.withFlags(f)
	if err != nil {
		return nil, err
	}
	dir := "."
	if len(args) == 1 {
		dir = args[0]
	}
	p, err := a.locate(dir, f.root)
	if err != nil {
		return nil, err
	}
	l := &look{app: a, place: p}
	if l.file, err = fileName(hostpath.Here, f.file); err != nil {
		return nil, err
	}
	if quiet := set.Lookup("quiet"); quiet != nil && quiet.Changed {
		a.progress = nil
	}
	files, stop := watch(a.progress, p.root)
	defer stop()
	if l.view, err = repo.Open(ctx, files); err != nil {
		return nil, err
	}
	entries, err := l.entries()
	if err != nil {
		return nil, err
	}
	if a, err = a.withKeys(l.view, entries, f); err != nil {
		return nil, err
	}
	l.app = a
	if l.kept, err = a.remembered(entries); err != nil {
		return nil, err
	}
	if l.settings, err = f.over(l.kept, set); err != nil {
		return nil, err
	}
	if p.project != "." && !l.settings.Project.Known() {
		l.settings.Project = fact.New(p.project, fact.Source{What: "the folder given"})
	}
	l.projects, l.problem = detect.Projects(ctx, l.view, a.languages)
	return l, ctx.Err()
}

// decide settles everything, or returns the question that is open.
func (l *look) decide(s detect.Settings) (detect.Decision, error) {
	if l.problem != nil {
		return detect.Decision{}, l.problem
	}
	d, err := l.permitted(s)
	for i := range d.Plan.Reasons { // what .dockgen.yaml said lost against a flag
		r := &d.Plan.Reasons[i]
		name, ok := strings.CutPrefix(strings.TrimPrefix(r.From.What, "--set "), "--")
		if strings.HasPrefix(r.From.What, "--set ") {
			name, ok = strings.TrimPrefix(r.From.What, "--set "), true
		}
		if kept, known := settingOf(l.kept, name); ok && r.From.File == "" && known {
			if now, _ := settingOf(s, name); now.Value != kept.Value {
				r.Lost = append(fact.Text(kept), r.Lost...)
			}
		}
	}
	if err == nil {
		d.Plan.Notes = append(d.Plan.Notes, l.idle(s, d)...)
	}
	return d, err
}

// idle are warnings about settings of languages that this image has nothing of.
func (l *look) idle(s detect.Settings, d detect.Decision) []detect.Note {
	built := []string{d.Image.Project.Language()}
	for _, o := range d.Image.Supplies {
		built = append(built, o.By.Language())
	}
	var notes []detect.Note
	for _, k := range l.app.settings() {
		given, known := settingOf(s, k.name)
		if known && k.language != "" && !slices.ContainsFunc(built, func(language string) bool { return l.app.takes(language, k.name) }) {
			note := detect.Note{Warning: true, Text: fmt.Sprintf("--%s changes nothing here: it is for %s", k.name, k.language)}
			if given.From.File != "" {
				note.At, note.Text = given.From, strings.TrimPrefix(note.Text, "--")
			}
			notes = append(notes, note)
		}
	}
	return notes
}

// entries are those of .dockgen.yaml in the folder of the run, and of the files above it,
// up to the root, the keys that hold for all images below.
func (l *look) entries() ([]config.Entry, error) {
	all, err := config.Read(l.view, l.place.project)
	for dir := l.place.project; err == nil && dir != "."; {
		dir = path.Dir(dir)
		var above []config.Entry
		above, err = config.Read(l.view, dir)
		for _, e := range above {
			named := slices.ContainsFunc(all, func(o config.Entry) bool { return o.Key == e.Key })
			if !named && (isOwnFile(e.Key) || e.Key == "compat") {
				all = append(all, e)
			}
		}
	}
	return all, err
}

// render is the text of the files for a decision.
func (l *look) render(d detect.Decision) (render.Output, error) {
	return render.Image(d, l.view, render.Options{File: l.file, Replace: l.replace, Templates: l.app.templates, Catalogue: l.app.catalogue, Policy: l.app.policy})
}
