package main

import (
	"context"

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
	file     string // --file
	replace  bool   // --force
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
	entries, err := config.Read(l.view, p.project)
	if err != nil {
		return nil, err
	}
	if a, err = a.withKeys(l.view, p.project, entries, f); err != nil {
		return nil, err
	}
	l.app = a
	remembered, err := a.remembered(entries)
	if err != nil {
		return nil, err
	}
	if l.settings, err = f.over(remembered, set); err != nil {
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
	return l.permitted(s)
}

// render is the text of the files for a decision.
func (l *look) render(d detect.Decision) (render.Output, error) {
	return render.Image(d, l.view, render.Options{File: l.file, Replace: l.replace, Templates: l.app.templates, Catalogue: l.app.catalogue, Policy: l.app.policy})
}
