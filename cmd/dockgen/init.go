package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/osfs"
	"github.com/spf13/cobra"
	"golang.org/x/tools/txtar"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/render"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/write"
)

func (a app) initCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a Dockerfile and its ignore file",
		Long: "init looks at the repository that DIR (the current folder by default) is in and\n" +
			"writes a Dockerfile and a .dockerignore. In a folder below the root of the\n" +
			"repository it builds the project there.",
		Example: "  dockgen init                          ask what the repository leaves open\n" +
			"  dockgen init --yes --base distroless  ask nothing\n" +
			"  dockgen init --print                  only show the Dockerfile",
		Args: atMostOneArg,
	}
	f := a.addInitFlags(c.Flags())
	c.RunE = func(c *cobra.Command, args []string) error {
		s, err := f.settings(c.Flags(), a.languages)
		if err != nil {
			return err
		}
		dir := "."
		if len(args) == 1 {
			dir = args[0]
		}
		return a.init(c.Context(), dir, s, f)
	}
	return c
}

// place is where a run happens: the root of the view and what the user selected in it.
type place struct {
	root    billy.Filesystem
	name    string                // base name of the root, for the tag in the build command
	project string                // folder selected by DIR, "." for the root
	path    func(p string) string // a path of the root as the user names it from the current folder
}

// locate finds the root of the repository: the nearest ancestor of DIR with .git,
// else DIR. This and the current folder are all that is read of the host.
func locate(dir, root string) (place, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return place{}, err
	}
	info, err := os.Stat(abs)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return place{}, &diag.Error{At: fact.Source{File: dir}, What: "there is no such folder", Try: "dockgen init DIR, with the folder of an application"}
	case err != nil:
		return place{}, &diag.Error{At: fact.Source{File: dir}, What: "cannot be read", Err: errors.Unwrap(err)}
	case !info.IsDir():
		return place{}, &diag.Error{At: fact.Source{File: dir}, What: "is a file, not a folder", Try: "dockgen init " + filepath.Dir(dir)}
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return place{}, err
	}
	top := abs
	if root != "" {
		if top, err = filepath.Abs(root); err == nil {
			top, err = filepath.EvalSymlinks(top)
		}
		if err != nil {
			return place{}, &diag.Error{At: fact.Source{File: root}, What: "there is no such folder", Try: "--root with the folder that holds the whole repository", Code: diag.Usage}
		}
	} else {
		for up := abs; ; up = filepath.Dir(up) {
			if _, err := os.Lstat(filepath.Join(up, ".git")); err == nil {
				top = up
				break
			}
			if up == filepath.Dir(up) {
				break
			}
		}
	}
	rel, err := filepath.Rel(top, abs)
	if err != nil || strings.HasPrefix(rel, "..") {
		return place{}, &diag.Error{At: fact.Source{File: dir}, What: "is outside the root " + root, Try: "--root with a folder above it", Code: diag.Usage}
	}
	return place{root: osfs.New(top), name: filepath.Base(top), project: filepath.ToSlash(rel), path: pathsFrom(top)}, nil
}

// pathsFrom names paths of a root from the current folder: relative, unless that
// climbs far.
func pathsFrom(top string) func(string) string {
	here, err := os.Getwd()
	if err == nil {
		here, err = filepath.EvalSymlinks(here)
	}
	return func(p string) string {
		abs := filepath.Join(top, filepath.FromSlash(p))
		if err == nil {
			if rel, err := filepath.Rel(here, abs); err == nil && strings.Count(rel, "..") < 4 {
				return filepath.ToSlash(rel)
			}
		}
		return filepath.ToSlash(abs)
	}
}

func (a app) init(ctx context.Context, dir string, s detect.Settings, f *initFlags) error {
	p, err := a.locate(dir, f.root)
	if err != nil {
		return err
	}
	if p.project != "." && !s.Project.Known() {
		s.Project = fact.New(p.project, fact.Source{What: "the folder given"})
	}
	v, err := repo.Open(ctx, p.root)
	if err != nil {
		return err
	}
	d, s, err := a.decide(ctx, v, s, f)
	if err != nil {
		return err
	}
	out, err := render.Image(d, v, render.Options{File: f.file, Templates: a.templates, Catalogue: a.catalogue})
	if err != nil {
		return err
	}
	if f.print != "" {
		return a.print(out, f.print)
	}
	changes, err := write.Compare(p.root, out.Files)
	if err != nil {
		return err
	}
	report := report{decision: d, output: out, place: p, changes: changes}
	if f.dryRun {
		return a.dryRun(report, f.exitCode)
	}
	if !f.force {
		if err := write.Conflicts(changes); err != nil {
			return err
		}
	}
	if a.prompter != nil && !f.yes {
		report.found(a.err)
		yes, err := a.prompter.Confirm(ctx, "Write "+strings.Join(paths(out.Files), " and ")+"?", true)
		if err != nil {
			return err
		}
		if !yes {
			fmt.Fprintln(a.err, "Nothing was written.")
			return nil
		}
	} else {
		report.found(a.err)
	}
	if report.changes, err = write.Apply(ctx, p.root, changes); err != nil {
		return err
	}
	return report.wrote(a.err)
}

// decide runs detection, and asks what the repository leaves open if somebody is there.
func (a app) decide(ctx context.Context, v *repo.View, s detect.Settings, f *initFlags) (detect.Decision, detect.Settings, error) {
	projects, err := detect.Projects(ctx, v, a.languages)
	if err != nil {
		return detect.Decision{}, s, err
	}
	for {
		d, err := detect.DecideAmong(projects, v, s, a.catalogue)
		q, open := detect.IsOpen(err)
		if !open || a.prompter == nil || f.yes {
			return d, s, err
		}
		answer, err := a.prompter.Choose(ctx, q)
		if err != nil {
			return d, s, err
		}
		if s, err = s.With(q.Flag, answer); err != nil {
			return d, s, err
		}
	}
}

func (a app) print(out render.Output, what string) error {
	if what == "dockerfile" {
		_, err := fmt.Fprint(a.out, out.Files[0].Text)
		return err
	}
	var archive txtar.Archive
	for _, f := range out.Files {
		archive.Files = append(archive.Files, txtar.File{Name: f.Path, Data: []byte(f.Text)})
	}
	_, err := a.out.Write(txtar.Format(&archive))
	return err
}

func (a app) dryRun(r report, exitCode bool) error {
	r.found(a.err)
	changed := false
	for _, c := range r.changes {
		if c.State == write.Same {
			continue
		}
		changed = true
		if _, err := fmt.Fprint(a.out, c.Diff()); err != nil {
			return err
		}
	}
	if changed && exitCode {
		return &diag.Error{What: "the files here are not what dockgen would write", Try: "dockgen init", Code: diag.Findings}
	}
	return nil
}

func paths(files []write.File) []string {
	var all []string
	for _, f := range files {
		all = append(all, f.Path)
	}
	return all
}
