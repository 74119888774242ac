package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/config"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/hostpath"
	"github.com/dockgen/dockgen/internal/prompt"
	"github.com/dockgen/dockgen/internal/write"
)

// wizard is init with somebody to ask. Every answer is the value of a flag, so
// the settings that it reaches are those that the flags would give.
type wizard struct {
	run     *initRun
	ask     prompt.Prompter
	out     io.Writer
	given   detect.Settings // from flags
	answers []answer        // in the order given; a later one wins
	extra   string          // the flag that the last question stood for: --force, or ""
	problem string          // what an answer led to, to be said at the next question; it would scroll away before
}

type answer struct{ name, value string }

// The values of choices that are no answer but a wish. No program, folder or
// version begins with a space.
const (
	back    = " back"
	cancel  = " cancel"
	goOn    = " write"
	keep    = " keep"
	show    = " show"
	change  = " change"
	replace = " replace"
	beside  = " beside"
	another = " another"
)

var errCancelled = &diag.Error{What: "cancelled; nothing was written", Code: diag.Interrupted}

// settle asks until everything is decided and the user wants it written.
func (w *wizard) settle(ctx context.Context) error {
	overview(w.out, w.run.look)
	for {
		s, err := w.settings()
		if err != nil {
			return err
		}
		d, err := w.run.look.decide(s)
		if q, open := detect.IsOpen(err); open {
			if err := w.answer(ctx, q); err != nil {
				return err
			}
			continue
		}
		if err == nil && !s.Base.Known() && len(d.Plan.Bases) > 1 {
			if err := w.answer(ctx, w.base(d)); err != nil {
				return err
			}
			continue
		}
		if err == nil {
			w.run.look.settings = s
			err = w.run.prepare(d)
		}
		if err != nil {
			if err = w.undo(err); err != nil {
				return err
			}
			continue
		}
		done, err := w.confirm(ctx)
		if done || err != nil {
			return err
		}
	}
}

// settings are the flags with the answers over them.
func (w *wizard) settings() (detect.Settings, error) {
	s := w.given
	var err error
	for _, a := range w.answers {
		if s, err = s.With("--"+a.name, a.value); err != nil {
			return s, w.undo(err)
		}
	}
	return s, nil
}

// undo takes back the last answer where it led to an error, and shows the error;
// without an answer the error is the end.
func (w *wizard) undo(err error) error {
	if len(w.answers) == 0 {
		return err
	}
	w.answers = w.answers[:len(w.answers)-1]
	w.problem += diag.Text(err)
	return nil
}

// say asks, below what the answer before led to.
func (w *wizard) say(ctx context.Context, q detect.Question) (string, error) {
	fmt.Fprint(w.out, w.problem)
	w.problem = ""
	return w.ask.Ask(ctx, q)
}

// answer asks a question and keeps the answer, or takes the one before it back.
func (w *wizard) answer(ctx context.Context, q detect.Question) error {
	if len(q.Choices) > 0 && len(w.answers) > 0 {
		q.Choices = append(append([]detect.Choice{}, q.Choices...), detect.Choice{Value: back, Label: "back", Says: "to the question before"})
	}
	if q.Default == "" && len(q.Choices) > 0 {
		q.Default = q.Choices[0].Value
	}
	value, err := w.say(ctx, q)
	if err != nil {
		return err
	}
	if value == back {
		w.answers = w.answers[:len(w.answers)-1]
		return nil
	}
	w.answers = append(w.answers, answer{strings.TrimPrefix(q.Flag, "--"), value})
	return nil
}

// base is the question for the final image: the possible ones, the automatic one first.
func (w *wizard) base(d detect.Decision) detect.Question {
	q := detect.Question{Flag: "--base", Ask: "Which final image?", Default: detect.Auto}
	for _, b := range d.Bases() {
		switch {
		case b.RuledOut != "":
			fmt.Fprintf(w.out, "%s is ruled out: %s\n", b.Base, printable(b.RuledOut))
		case b.Auto:
			q.Choices = append([]detect.Choice{{Value: detect.Auto, Label: b.Base + " (automatic)", Says: b.Says}}, q.Choices...)
		default:
			q.Choices = append(q.Choices, detect.Choice{Value: b.Base, Says: b.Says})
		}
	}
	if len(q.Choices) > 0 && q.Choices[0].Value != detect.Auto {
		q.Choices = append([]detect.Choice{{Value: detect.Auto, Label: "automatic", Says: d.Plan.Image.Base}}, q.Choices...)
	}
	return q
}

// confirm shows what would be written and asks what to do. Done means: write it.
func (w *wizard) confirm(ctx context.Context) (done bool, err error) {
	r := w.run.report
	r.width, _ = prompt.Size(w.out)
	r.found(w.out)
	w.preview(false)
	q := w.menu()
	for {
		choice, err := w.say(ctx, q)
		if err != nil {
			return false, err
		}
		switch choice {
		case goOn:
			return true, nil
		case keep:
			w.extra = "--save"
			w.run.flags.save = true
			return true, w.run.prepare(w.run.report.decision)
		case replace:
			w.extra = "--force"
			return true, nil
		case beside:
			return false, w.beside(ctx)
		case show:
			w.preview(true)
		case change:
			return false, w.change(ctx)
		case back:
			w.answers = w.answers[:len(w.answers)-1]
			return false, nil
		default:
			return false, errCancelled
		}
	}
}

// menu is what can be done with a decision. Files of the user's are in the way
// only of writing: they are replaced on request, with a backup.
func (w *wizard) menu() detect.Question {
	r := w.run.report
	files := strings.Join(paths(r.output.Files), " and ")
	q := detect.Question{Ask: "Write " + files + "?", Default: goOn}
	q.Choices = []detect.Choice{{Value: goOn, Label: "write"}}
	if err := write.Conflicts(r.changes); err != nil && !w.run.flags.force {
		q.Ask = err.Error() + ": what to do?"
		q.Default = beside
		q.Choices = []detect.Choice{
			{Value: beside, Label: "write beside", Says: "under another name"},
			{Value: replace, Label: "replace", Says: "the old text stays as NAME.bak"},
		}
	}
	if len(w.answers) > 0 && q.Default == goOn && !w.run.flags.save {
		q.Choices = append(q.Choices, detect.Choice{Value: keep, Label: "write, and keep the answers", Says: "in " + config.Name})
	}
	q.Choices = append(q.Choices,
		detect.Choice{Value: show, Label: "show", Says: "the files in full, or what would change"},
		detect.Choice{Value: change, Label: "change an answer"})
	if len(w.answers) > 0 {
		q.Choices = append(q.Choices, detect.Choice{Value: back, Label: "back", Says: "to the question before"})
	}
	q.Choices = append(q.Choices, detect.Choice{Value: cancel, Label: "cancel", Says: "nothing is written"})
	return q
}

// beside asks for another name for the Dockerfile.
func (w *wizard) beside(ctx context.Context) error {
	name, err := w.say(ctx, detect.Question{Flag: "--file", Ask: "Name of the Dockerfile:", Default: "Dockerfile.dockgen"})
	if err != nil {
		return err
	}
	if name, err = fileName(hostpath.Here, name); err != nil {
		w.problem += diag.Text(err)
		return w.beside(ctx)
	}
	w.run.look.file = name
	return nil
}

// preview prints the files, or how they differ from what is there: folded to the
// height of the terminal, or in full.
func (w *wizard) preview(full bool) {
	width, height := prompt.Size(w.out)
	for i, c := range w.run.report.changes {
		text := c.Text
		if c.State == write.Differs || c.State == write.Update || c.State == write.Merged {
			text = c.Diff()
		}
		lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
		state := c.State.String()
		if c.State == write.Differs && width >= sidesWidth {
			lines, state = sides(c.Old, c.Text, width-3), "yours, and dockgen's"
		}
		most := max(10, height-14)
		if i > 0 {
			most = 4 // the ignore file is long and always alike
		}
		fmt.Fprintf(w.out, "\n── %s (%s, %d lines)\n", c.Path, state, len(lines))
		for n, line := range lines {
			if n == most && !full && len(lines) > most+1 {
				fmt.Fprintf(w.out, "   … %d more lines\n", len(lines)-n)
				break
			}
			fmt.Fprintf(w.out, "   %s\n", printable(strings.ReplaceAll(line, "\t", "    ")))
		}
	}
	fmt.Fprintln(w.out)
}

// change asks which answer to change, and for its new value.
func (w *wizard) change(ctx context.Context) error {
	s, err := w.settings()
	if err != nil {
		return err
	}
	d := w.run.report.decision
	which := detect.Question{Ask: "Change what?"}
	for _, k := range w.run.app.settings() {
		if k.language == "" || k.language == d.Image.Project.Language() {
			which.Choices = append(which.Choices, detect.Choice{Value: k.name, Says: cmp.Or(w.current(s, d, k.name), k.usage)})
		}
	}
	which.Choices = append(which.Choices, detect.Choice{Value: back, Label: "back", Says: "change nothing"})
	name, err := w.say(ctx, which)
	if err != nil || name == back {
		return err
	}
	q := w.question(name, s, d)
	value, err := w.say(ctx, q)
	if value == another {
		value, err = w.say(ctx, detect.Question{Flag: q.Flag, Ask: q.Ask, Default: q.Default})
	}
	if err != nil || value == back || value == "" {
		return err
	}
	w.answers = append(w.answers, answer{name, value})
	return nil
}

// current is the value of a setting as it is decided now.
func (w *wizard) current(s detect.Settings, d detect.Decision, name string) string {
	if value, ok := valueOf(s, name); ok {
		return value
	}
	switch name {
	case "base":
		return d.Plan.Image.Variant
	case "language":
		return d.Image.Project.Language()
	case "project":
		return d.Image.Project.Dir()
	case "entry":
		return d.Image.Program.Name
	case "compat":
		return d.Builder().Name
	case "language-version":
		for _, r := range d.Plan.Reasons {
			if r.ID == "version" {
				return r.Value
			}
		}
	case "port":
		if p := d.Plan.Image.Port; p.Known() {
			return fmt.Sprint(p.Value)
		}
	}
	return ""
}

// question asks for one setting, with its possible values where they are known.
func (w *wizard) question(name string, s detect.Settings, d detect.Decision) detect.Question {
	if name == "base" {
		q := w.base(d)
		q.Choices = append(q.Choices, detect.Choice{Value: back, Label: "back", Says: "change nothing"})
		return q
	}
	q := detect.Question{Flag: "--" + name, Default: w.current(s, d, name), Choices: w.run.look.values(name, d)}
	for _, k := range w.run.app.settings() {
		switch {
		case k.name != name:
			continue
		case k.isSwitch:
			q.Choices = []detect.Choice{{Value: "true"}, {Value: "false"}}
		case len(q.Choices) > 0 && k.values == nil:
			q.Choices = append(q.Choices, detect.Choice{Value: another, Label: "another", Says: "to be typed"})
		}
		q.Ask = k.ask
	}
	if len(q.Choices) > 0 {
		q.Choices = append(q.Choices, detect.Choice{Value: back, Label: "back", Says: "change nothing"})
	}
	return q
}

// repeat prints the command that does the same again.
func (w *wizard) repeat() {
	if !w.run.flags.quiet {
		fmt.Fprintf(w.out, "\nThe same again, without questions:\n\n  %s\n", again(w.run.app, w.run.look.place, w.run.look.settings, w.run.look.file, w.extra))
	}
}

// overview prints what is in the repository.
func overview(out io.Writer, l *look) {
	const most = 8
	width, _ := prompt.Size(out)
	for i, p := range l.projects {
		if i == most {
			fmt.Fprintf(out, "… and %d more: dockgen detect lists them\n", len(l.projects)-i)
			break
		}
		programs := make([]string, 0, len(p.Programs()))
		for _, g := range p.Programs() {
			programs = append(programs, g.Kind.String()+" "+g.Name)
		}
		what := strings.Join(programs, ", ")
		if what == "" {
			what = p.Nothing()
		}
		wrap(out, width, "", fmt.Sprintf("Found %s (%s): %s", printable(p.Title()), p.At().Place(), printable(what)))
	}
}
