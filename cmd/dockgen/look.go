package main

import (
	"context"
	"fmt"
	"io"
	"io/fs"
	"sync/atomic"
	"time"

	"github.com/go-git/go-billy/v5"
	"github.com/spf13/pflag"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/config"
	"github.com/dockgen/dockgen/internal/fact"
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
	l := &look{app: a, place: p, file: f.file}
	if l.view, err = a.open(ctx, p.root); err != nil {
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

const patience = 700 * time.Millisecond // before a scan shows that it is still at work

// open walks the tree, and says so at a terminal when that takes long.
func (a app) open(ctx context.Context, root billy.Filesystem) (*repo.View, error) {
	if a.prompter == nil {
		return repo.Open(ctx, root)
	}
	counted := &counting{Filesystem: root}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go counted.show(a.err, stop, stopped)
	v, err := repo.Open(ctx, counted)
	close(stop)
	<-stopped
	return v, err
}

// counting counts the folders that are listed.
type counting struct {
	billy.Filesystem
	folders atomic.Int64
}

func (c *counting) List(dir string) ([]fs.DirEntry, error) {
	c.folders.Add(1)
	return repo.List(c.Filesystem, dir)
}

func (c *counting) show(w io.Writer, stop, stopped chan struct{}) {
	defer close(stopped)
	tick := time.NewTicker(patience)
	defer tick.Stop()
	shown := false
	for {
		select {
		case <-tick.C:
			shown = true
			fmt.Fprintf(w, "\rLooking at the repository: %d folders ", c.folders.Load())
		case <-stop:
			if shown {
				fmt.Fprintf(w, "\r%50s\r", "")
			}
			return
		}
	}
}
