// Package prompt is the only code of dockgen that asks. It is called at a
// terminal only: the library below it does not check.
package prompt

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"unicode/utf8"

	"github.com/AlecAivazis/survey/v2"
	"github.com/AlecAivazis/survey/v2/terminal"
	"golang.org/x/term"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/diag"
)

// Prompter asks a person.
type Prompter interface {
	// Ask returns the answer to a question: the value of one of its choices, or
	// what the person typed where it has none. Enter takes the question's default.
	Ask(ctx context.Context, q detect.Question) (string, error)
}

// ErrInterrupted is Ctrl-C at a prompt.
var ErrInterrupted = &diag.Error{What: "interrupted; nothing was written", Code: diag.Interrupted}

// At reports whether both ends are a terminal, so that a person can be asked.
func At(in, out any) bool {
	i, ok := in.(*os.File)
	o, ok2 := out.(*os.File)
	return ok && ok2 && term.IsTerminal(int(i.Fd())) && term.IsTerminal(int(o.Fd()))
}

// For is the prompter for a terminal: lists to move in, or numbered ones where
// the terminal cannot move its cursor (TERM=dumb, or no TERM at all).
func For(in, out *os.File, termName string) Prompter {
	if termName == "dumb" || termName == "" {
		return &Lines{In: in, Out: out}
	}
	return Terminal{In: in, Out: out, Err: out}
}

// Size is the width and height of a terminal in characters, 80 by 24 where it does not say.
func Size(out any) (width, height int) {
	if f, ok := out.(*os.File); ok {
		if w, h, err := term.GetSize(int(f.Fd())); err == nil && w > 0 && h > 0 {
			return w, h
		}
	}
	return 80, 24
}

// Terminal asks at a terminal, with survey, which heeds NO_COLOR.
type Terminal struct {
	In  *os.File
	Out *os.File
	Err io.Writer
}

// Ask shows a list to pick from, or a line to type in.
func (t Terminal) Ask(ctx context.Context, q detect.Question) (string, error) {
	before, stateErr := term.GetState(int(t.In.Fd()))
	type result struct {
		answer string
		err    error
	}
	done := make(chan result, 1)
	go func() {
		answer, err := t.ask(q)
		done <- result{answer, err}
	}()
	select {
	case r := <-done:
		return r.answer, ended(r.err)
	case <-ctx.Done(): // a signal: the library waits for a key and does not see it
		if stateErr == nil {
			term.Restore(int(t.In.Fd()), before) // nothing to do about an error: the program ends
		}
		return "", ErrInterrupted
	}
}

func (t Terminal) ask(q detect.Question) (string, error) {
	stdio := survey.WithStdio(t.In, t.Out, t.Err)
	if len(q.Choices) == 0 {
		var answer string
		err := survey.AskOne(&survey.Input{Message: q.Ask, Default: q.Default}, &answer, stdio)
		return strings.TrimSpace(answer), err
	}
	width, height := Size(t.Out)
	labels := labels(q)
	list := &survey.Select{
		Message: q.Ask, Options: labels, PageSize: min(len(labels), max(4, height-4)),
		Description: func(_ string, i int) string { return cut(q.Choices[i].Says, width-utf8.RuneCountInString(labels[i])-6) },
	}
	for i, c := range q.Choices {
		if c.Value == q.Default {
			list.Default = i
		}
	}
	var picked int
	err := survey.AskOne(list, &picked, stdio)
	return q.Choices[picked].Value, err
}

// labels are what a list shows of each choice. The library tells options apart
// by their text only, and so must a person.
func labels(q detect.Question) []string {
	all := make([]string, len(q.Choices))
	for i, c := range q.Choices {
		all[i] = c.Label
		if all[i] == "" {
			all[i] = c.Value
		}
	}
	return all
}

// cut is text of at most so many characters, "" where that would say nothing.
func cut(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	if most < 12 {
		return ""
	}
	return string([]rune(s)[:most-1]) + "…"
}

func ended(err error) error {
	if errors.Is(err, terminal.InterruptErr) || errors.Is(err, io.EOF) {
		return ErrInterrupted
	}
	return err
}
