package main

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/check"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/document"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/write"
)

// checkFlags are the flags of check besides the choices.
type checkFlags struct {
	*choiceFlags
	json, fix, rules, quiet bool
	format, failOn          string
}

func (a app) checkCommand() *cobra.Command {
	f := &checkFlags{}
	c := &cobra.Command{
		Use:   "check [DIR]",
		Short: "Hold the Dockerfiles here to the repository",
		Long: "check reads the Dockerfiles of a repository, or only the one that --file names, and\n" +
			"says where they do not fit it any more: language versions, lockfiles, copied paths,\n" +
			"ports, base images without support, secrets, root. dockgen explain CODE says why a\n" +
			"rule exists. A comment above an instruction ignores a finding:\n\n" +
			"  # dockgen ignore=DG204 -- it binds port 80 and drops its rights itself",
		Example: "  dockgen check\n  dockgen check --fail-on error\n  dockgen check --format github\n  dockgen check --fix",
		Args:    atMostOneArg,
	}
	c.Flags().SortFlags = false
	c.Flags().StringVar(&f.format, "format", "text", "text, json, sarif or github (annotations of a pull request)")
	c.Flags().BoolVar(&f.json, "json", false, "the same as --format json")
	c.Flags().StringVar(&f.failOn, "fail-on", "warning", "exit with 4 from this level on: error, warning, note or never")
	c.Flags().BoolVar(&f.fix, "fix", false, "mend what can be mended safely")
	c.Flags().BoolVar(&f.rules, "rules", false, "list the rules")
	c.Flags().BoolVarP(&f.quiet, "quiet", "q", false, "say nothing where nothing was found")
	f.choiceFlags = a.addChoiceFlags(c.Flags())
	a.complete(c, f.choiceFlags)
	completeWords(c, "format", "text", "json", "sarif", "github")
	completeWords(c, "fail-on", "error", "warning", "note", "never")
	c.RunE = func(c *cobra.Command, args []string) error {
		if f.rules {
			for _, r := range check.Rules() {
				fmt.Fprintf(a.out, "%s  %-7s  %-24s  %s\n", r.Code, r.Level, r.Name, r.Short)
			}
			return nil
		}
		if err := f.valid(); err != nil {
			return f.failed(a, err)
		}
		l, err := a.enter(c.Context(), args, f.choiceFlags, c.Flags())
		if err != nil {
			return f.failed(a, err)
		}
		if l.problem != nil {
			fmt.Fprint(a.err, "what init would do is not known, so only the rules that do not need it speak:\n", diag.Text(l.problem))
		}
		return l.app.check(c.Context(), l, f)
	}
	return c
}

// failed is an error before anything was printed: with --json it is the document.
func (f *checkFlags) failed(a app, err error) error {
	if f.format != "json" {
		return err
	}
	return errors.Join(err, a.printJSON(document.NewChecked(nil, nil, err)))
}

func (f *checkFlags) valid() error {
	if f.json {
		f.format = "json"
	}
	formats, levels := []string{"text", "json", "sarif", "github"}, []string{"error", "warning", "note", "never"}
	if !slices.Contains(formats, f.format) {
		return unknown(fact.Source{}, "--format "+f.format+" is unknown", f.format, formats)
	}
	if !slices.Contains(levels, f.failOn) {
		return unknown(fact.Source{}, "--fail-on "+f.failOn+" is unknown", f.failOn, levels)
	}
	return nil
}

func (a app) check(ctx context.Context, l *look, f *checkFlags) error {
	files, err := l.dockerfiles()
	if err != nil {
		return f.failed(a, err)
	}
	var all []check.Finding
	var read []string
	var broken []error
	for _, file := range files {
		found, err := l.checkFile(ctx, file, f.fix)
		if e := (*diag.Error)(nil); errors.As(err, &e) && e.Code == 0 && len(files) > 1 {
			broken = append(broken, err) // the others are checked all the same
			continue
		}
		if err != nil {
			return f.failed(a, err)
		}
		all, read = append(all, found...), append(read, file)
	}
	if len(read) > 0 || f.format == "json" {
		if err := a.printFindings(f, read, all, errors.Join(broken...)); err != nil {
			return err
		}
	}
	if len(broken) > 0 {
		for _, err := range broken[1:] {
			fmt.Fprint(a.err, diag.Text(err))
		}
		return broken[0]
	}
	if f.failOn != "never" {
		if n := check.Count(all, check.Level(f.failOn)); n > 0 {
			return &diag.Error{What: findings(n, f.failOn), Try: "dockgen explain CODE", Code: diag.Findings}
		}
	}
	return nil
}

// findings says how many there are of a level and those above it.
func findings(n int, level string) string {
	of := map[string]string{"error": "error", "warning": "error or warning", "note": "error, warning or note"}[level]
	if n == 1 {
		return "one finding (" + of + ")"
	}
	return fmt.Sprintf("%d findings (%s)", n, of)
}

// dockerfiles are the Dockerfiles to check: the one that --file names, else all
// of the folder that do not belong to tests or examples.
func (l *look) dockerfiles() ([]string, error) {
	if l.file != "" {
		p := path.Join(l.place.project, l.file)
		if !l.view.Has(p) && strings.Contains(l.file, "/") {
			p = l.file // as init takes it
		}
		if !l.view.Has(p) {
			return nil, diag.At(fact.Source{File: p}, "there is no such file", "dockgen check without --file checks all Dockerfiles")
		}
		return []string{p}, nil
	}
	var files, aside []string
	for _, p := range l.view.Under(l.place.project) {
		rel := "/" + repo.Rel(l.place.project, p)
		inHidden := strings.Contains(rel, "/.") // of an editor or a CI service
		switch vendored := strings.Contains(rel, "/vendor/") || strings.Contains(rel, "/third_party/"); {
		case !isDockerfile(path.Base(p)) || inHidden || vendored:
		case detect.IsSetAside(l.place.project, path.Dir(p)):
			aside = append(aside, p)
		default:
			files = append(files, p)
		}
	}
	if len(files) == 0 {
		files = aside // as with programs: what lies aside counts where nothing else does
	}
	if p, err := l.plan(l.settings); len(files) == 0 && err == nil && l.view.Has(p.Output.Dockerfile) {
		files = []string{p.Output.Dockerfile} // the one of this folder's program, at the root of its workspace
	}
	if len(files) == 0 {
		return nil, &diag.Error{What: "there is no Dockerfile here", Try: "dockgen init"}
	}
	return files, nil
}

func isDockerfile(name string) bool {
	if name == "Dockerfile" || name == "Containerfile" || strings.HasSuffix(name, ".dockerfile") || strings.HasSuffix(name, "Dockerfile") {
		return true
	}
	rest, ok := strings.CutPrefix(name, "Dockerfile")
	if !ok || rest == "" || !strings.ContainsRune(".-_", rune(rest[0])) { // Dockerfile.prod, Dockerfile-alpine
		return false
	}
	backup := slices.Contains(strings.Split(rest, "."), "bak") // also Dockerfile.bak.2
	return !backup && !slices.Contains([]string{".dockerignore", ".j2", ".tmpl", ".tpl", ".template", ".in", ".md", ".orig", ".erb"}, path.Ext(rest))
}

func (l *look) checkFile(ctx context.Context, file string, fix bool) ([]check.Finding, error) {
	text, err := l.view.Read(file)
	if err != nil {
		return nil, err
	}
	in := check.Input{File: file, Text: string(text), View: l.view, Catalogue: l.app.catalogue, Policy: l.app.policy}
	s := l.settingsAt(path.Dir(file))
	in.Plan, _ = l.plan(s) // where init stops, only the rules without a plan speak
	in.Replan = func(with func(detect.Settings) (detect.Settings, error)) (*check.Plan, error) {
		other, err := with(s)
		if err != nil {
			return nil, err
		}
		return l.plan(other)
	}
	found, err := check.Run(in)
	if err != nil || !fix {
		return found, err
	}
	mended, left := check.Mend(in.Text, found)
	if mended == in.Text {
		return found, nil
	}
	changes, err := write.Compare(l.place.root, []write.File{{Path: file, Text: mended}})
	if err != nil {
		return nil, err
	}
	for i := range changes {
		changes[i].State = write.Update // asked for with --fix: no backup
	}
	_, err = write.Apply(ctx, l.place.root, changes)
	fmt.Fprintf(l.app.err, "mended %s: %d of %d findings\n", file, len(found)-len(left), len(found))
	return left, err
}

// settingsAt are the settings for a Dockerfile in a folder: those of the project there.
func (l *look) settingsAt(dir string) detect.Settings {
	s := l.settings
	if dir == "." || s.Project.Known() && s.Project.From.File == "" && strings.HasPrefix(s.Project.From.What, "--") {
		return s
	}
	for _, p := range l.projects {
		if repo.Within(dir, p.Dir()) || p.Dir() != "." && repo.Within(p.Dir(), dir) {
			s.Project = fact.New(p.Dir(), fact.Source{What: "the folder of the Dockerfile"})
			break
		}
	}
	return s
}

// plan is what init would do. An open question among programs of one project is
// answered with any of them: the plan is then not sure.
func (l *look) plan(s detect.Settings) (*check.Plan, error) {
	sure := true
	d, err := l.decide(s)
	if q, open := detect.IsOpen(err); open && len(q.Choices) > 0 && q.Flag == "--entry" {
		sure = false
		if s, err = s.With(q.Flag, q.Choices[0].Value); err == nil {
			d, err = l.decide(s)
		}
	}
	if err != nil {
		return nil, err
	}
	file := l.file
	l.file = "" // it names the file to check, not one to write
	out, err := l.render(d)
	l.file = file
	if err != nil {
		return nil, err
	}
	return &check.Plan{Decision: d, Output: out, Sure: sure}, nil
}

func (a app) printFindings(f *checkFlags, files []string, all []check.Finding, broken error) error {
	switch f.format {
	case "json":
		return a.printJSON(document.NewChecked(files, all, broken))
	case "sarif":
		return a.printJSON(check.SARIF(version(), all))
	case "github":
		_, err := fmt.Fprint(a.out, check.GitHub(all))
		return err
	}
	shown := 0
	for _, found := range all {
		if found.Ignored != "" {
			continue
		}
		shown++
		fmt.Fprintf(a.out, "%s:%d: %s: %s (%s %s)\n", found.File, found.Line, found.Level, printable(found.Text), found.Code, found.Name)
		for _, b := range found.Because {
			fmt.Fprintf(a.out, "    see: %s\n", printable(b.String()))
		}
		if found.Try != "" {
			fmt.Fprintf(a.out, "    try: %s\n", printable(found.Try))
		}
	}
	if shown == 0 && !f.quiet {
		fmt.Fprintf(a.err, "nothing found in %s\n", strings.Join(files, ", "))
	}
	return nil
}
