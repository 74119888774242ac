package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/tools/txtar"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/document"
	"github.com/dockgen/dockgen/internal/render"
	"github.com/dockgen/dockgen/internal/write"
)

func (a app) initCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "init [DIR]",
		Short: "Write a Dockerfile and its ignore file",
		Long: "init looks at the repository that DIR (the current folder by default) is in and\n" +
			"writes a Dockerfile and a .dockerignore. In a folder below the root of the\n" +
			"repository it builds the project there.\n\n" +
			"At a terminal it asks what the repository leaves open, shows both files and\n" +
			"writes them when you say so. Elsewhere, and with --yes, it asks nothing.",
		Example: "  dockgen init                          ask what the repository leaves open\n" +
			"  dockgen init --yes --base distroless  ask nothing\n" +
			"  dockgen init --print                  only show the Dockerfile\n" +
			"  dockgen init --json --dry-run         the whole plan, for a program to read",
		Args: atMostOneArg,
	}
	f := a.addInitFlags(c.Flags())
	a.complete(c, f.choiceFlags)
	completeWords(c, "print", "dockerfile", "all")
	c.RunE = func(c *cobra.Command, args []string) error {
		r := initRun{app: a, flags: f}
		err := f.check()
		if err == nil {
			err = r.init(c.Context(), c, args)
		}
		if f.json {
			return errors.Join(err, r.printJSON(err))
		}
		return err
	}
	return c
}

// initRun is one run of init.
type initRun struct {
	app    app
	flags  *initFlags
	look   *look
	report report
}

func (r *initRun) init(ctx context.Context, c *cobra.Command, args []string) error {
	var err error
	if r.look, err = r.app.look(ctx, args, r.flags.choiceFlags, c.Flags()); err != nil {
		return err
	}
	r.app = r.look.app // with its own templates and catalogue
	r.look.replace = r.flags.force
	f := r.flags
	if r.app.prompter != nil && !f.yes && !f.json && f.print == "" && !f.dryRun {
		return r.ask(ctx)
	}
	d, err := r.look.decide(r.look.settings)
	if err != nil {
		return err
	}
	if err := r.prepare(d); err != nil {
		return err
	}
	switch {
	case f.print != "":
		r.report.quiet = true // only the warnings
		r.report.found(r.notes())
		return r.app.print(r.report.output, f.print)
	case f.dryRun:
		return r.dryRun()
	}
	if !f.force {
		if err := write.Conflicts(r.report.changes); err != nil {
			return r.withDifferences(err)
		}
	}
	r.report.found(r.notes())
	return r.write(ctx)
}

// ask is init at a terminal.
func (r *initRun) ask(ctx context.Context) error {
	w := wizard{run: r, given: r.look.settings, ask: r.app.prompter, out: r.app.err}
	if err := w.settle(ctx); err != nil {
		return err
	}
	if err := r.write(ctx); err != nil {
		return err
	}
	w.repeat()
	return nil
}

// prepare renders the files and compares them with what is there, unless they are only
// printed: what stands in the way of writing them is then no matter.
func (r *initRun) prepare(d detect.Decision) error {
	out, err := r.look.render(d)
	if err != nil {
		return err
	}
	r.report = report{decision: d, output: out, place: r.look.place, quiet: r.flags.quiet}
	if r.flags.print != "" {
		return nil
	}
	if r.report.changes, err = write.Compare(r.look.place.root, out.Files); err != nil {
		return err
	}
	if err := r.merge(); err != nil || !r.flags.save {
		return err
	}
	return r.remember()
}

// remember adds the file that keeps the answers to what will be written.
func (r *initRun) remember() error {
	c, err := r.app.remember(r.look)
	if err != nil {
		return err
	}
	r.report.changes = append(r.report.changes, c)
	return nil
}

// notes is where a run talks to people; with --json nobody listens.
func (r *initRun) notes() io.Writer {
	if r.flags.json {
		return io.Discard
	}
	return r.app.err
}

func (r *initRun) write(ctx context.Context) error {
	if r.flags.diff {
		if _, err := r.diff(); err != nil {
			return err
		}
	}
	changes, err := write.Apply(ctx, r.look.place.root, r.report.changes)
	if err != nil {
		return err
	}
	r.report.changes = changes
	return r.report.wrote(r.notes())
}

// diff prints what the changes change, and says whether there is any.
func (r *initRun) diff() (changed bool, err error) {
	for _, c := range r.report.changes {
		if c.State == write.Same {
			continue
		}
		changed = true
		if _, err := fmt.Fprint(r.app.out, c.Diff()); err != nil {
			return true, err
		}
	}
	return changed, nil
}

// withDifferences is the error about files in the way, with how they differ from what
// would be written.
func (r *initRun) withDifferences(err error) error {
	const most = 40 // lines of each
	var e *diag.Error
	if r.flags.quiet || !errors.As(err, &e) {
		return err
	}
	for _, c := range r.report.changes {
		if c.State != write.Differs {
			continue
		}
		lines := strings.Split(strings.TrimSuffix(c.Diff(), "\n"), "\n")
		for i, line := range lines {
			if i == most && len(lines) > most+1 {
				e.Shows += fmt.Sprintf("… %d more lines\n", len(lines)-i)
				break
			}
			e.Shows += printable(strings.ReplaceAll(line, "\t", "    ")) + "\n"
		}
	}
	return err
}

func (r *initRun) dryRun() error {
	r.report.found(r.notes())
	changed := false
	if r.flags.json {
		for _, c := range r.report.changes {
			changed = changed || c.State != write.Same
		}
	} else {
		var err error
		if changed, err = r.diff(); err != nil {
			return err
		}
	}
	if changed && r.flags.exitCode {
		return &diag.Error{What: "the files here are not what dockgen would write", Try: "dockgen init", Code: diag.Findings}
	}
	return nil
}

// printJSON prints the plan as far as the run came, and the problem that ended it.
func (r *initRun) printJSON(err error) error {
	doc := document.Plan{Version: document.Version, Catalogue: r.app.catalogue.Date}
	if d := r.report.decision; d.Image.Project != nil {
		doc = document.NewPlan(r.app.catalogue.Date, d)
		doc.Notes = r.report.notes()
		doc.Files = document.Changes(r.report.changes)
		doc.Again = again(r.app, r.look.place, r.look.settings, r.look.file, "")
		var e error
		if doc.Build, e = r.report.build(); e != nil {
			return e
		}
	}
	if err != nil {
		doc.Problem = document.NewProblem(err)
	}
	return r.app.printJSON(doc)
}

func (a app) printJSON(doc any) error {
	e := json.NewEncoder(a.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(doc)
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

func paths(files []write.File) []string {
	var all []string
	for _, f := range files {
		all = append(all, f.Path)
	}
	return all
}
