// Package prompt is the only code of dockgen that asks. It is called at a
// terminal only: the library below it does not check.
package prompt

import (
	"context"
	"errors"
	"io"
	"os"

	"github.com/AlecAivazis/survey/v2"
	"github.com/AlecAivazis/survey/v2/terminal"
	"golang.org/x/term"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/diag"
)

// Prompter asks a person.
type Prompter interface {
	// Choose returns the value of one of the question's choices.
	Choose(ctx context.Context, q detect.Question) (string, error)
	// Confirm asks for a yes or a no; Enter takes the default.
	Confirm(ctx context.Context, ask string, byDefault bool) (bool, error)
}

// ErrInterrupted is Ctrl-C at a prompt.
var ErrInterrupted = &diag.Error{What: "interrupted; nothing was written", Code: diag.Interrupted}

// At reports whether both ends are a terminal, so that a person can be asked.
func At(in, out any) bool {
	i, ok := in.(*os.File)
	o, ok2 := out.(*os.File)
	return ok && ok2 && term.IsTerminal(int(i.Fd())) && term.IsTerminal(int(o.Fd()))
}

// Terminal asks at a terminal, with survey.
type Terminal struct {
	In  *os.File
	Out *os.File
	Err io.Writer
}

func (t Terminal) stdio() survey.AskOpt { return survey.WithStdio(t.In, t.Out, t.Err) }

// Choose is a list to pick from.
func (t Terminal) Choose(ctx context.Context, q detect.Question) (string, error) {
	labels := make([]string, len(q.Choices))
	for i, c := range q.Choices {
		labels[i] = c.Value
	}
	var picked int
	err := survey.AskOne(&survey.Select{
		Message: q.Ask, Options: labels, PageSize: 12,
		Description: func(_ string, i int) string { return q.Choices[i].Says },
	}, &picked, t.stdio())
	if err != nil {
		return "", ended(err)
	}
	return q.Choices[picked].Value, ctx.Err()
}

// Confirm is a question for yes or no.
func (t Terminal) Confirm(ctx context.Context, ask string, byDefault bool) (bool, error) {
	answer := byDefault
	if err := survey.AskOne(&survey.Confirm{Message: ask, Default: byDefault}, &answer, t.stdio()); err != nil {
		return false, ended(err)
	}
	return answer, ctx.Err()
}

func ended(err error) error {
	if errors.Is(err, terminal.InterruptErr) || errors.Is(err, io.EOF) {
		return ErrInterrupted
	}
	return err
}
