// Package diag holds the problems a user can act on: where, what, and what to try.
package diag

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/agnivade/levenshtein"

	"github.com/dockgen/dockgen/internal/fact"
)

// Exit statuses of the program, as documented in README.md.
const (
	OK          = 0   // written, already so, or no finding
	Failed      = 1   // the repository or the machine stands in the way
	Usage       = 2   // wrong flags
	Undecided   = 3   // an answer is needed: the message lists the choices and the flag
	Findings    = 4   // check found something, or --dry-run --exit-code would change something
	Interrupted = 130 // Ctrl-C
)

// Error is a problem the user can fix. At may be zero when no place is to blame;
// Try says what to do, one suggestion a line; Err is the cause, if any; Shows is a text
// to be seen below all that.
type Error struct {
	At   fact.Source
	What string
	Try  string
	Err  error
	Code int // exit status; 0 means Failed

	Shows string
}

func (e *Error) Error() string {
	var b strings.Builder
	if place := e.At.Place(); place != "" {
		b.WriteString(place + ": ")
	} else if e.atFlag() {
		b.WriteString(e.At.What + ": ")
	}
	b.WriteString(e.What)
	if e.Err != nil {
		b.WriteString(": " + e.Err.Error())
	}
	return oneLine(b.String())
}

// oneLine is a text without what a terminal would act on: names of files and
// settings are a repository's, and may hold anything.
func oneLine(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r):
			return '?'
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}

func (e *Error) Unwrap() error { return e.Err }

// atFlag reports whether the value of a flag is to blame.
func (e *Error) atFlag() bool { return e.At.File == "" && strings.HasPrefix(e.At.What, "--") }

// At is an error at a place in the repository.
func At(at fact.Source, what, try string) *Error { return &Error{At: at, What: what, Try: try} }

// Status is the exit status that an error asks for: OK for nil; when it does not
// say, Usage for a flag's value and Failed for all else.
func Status(err error) int {
	if err == nil {
		return OK
	}
	var e *Error
	switch {
	case !errors.As(err, &e):
		return Failed
	case e.Code != 0:
		return e.Code
	case e.atFlag():
		return Usage
	default:
		return Failed
	}
}

// Text is the error as the user sees it, with the suggestions indented below.
func Text(err error) string {
	text := "dockgen: " + err.Error() + "\n"
	var e *Error
	if errors.As(err, &e) && e.Try != "" {
		for line := range strings.Lines(strings.TrimSuffix(e.Try, "\n")) {
			text += "    try: " + oneLine(strings.TrimSuffix(line, "\n")) + "\n"
		}
	}
	if e != nil && e.Shows != "" {
		text += "\n" + e.Shows
	}
	return text
}

// Nearest is the known name closest to a mistyped one, or "" when none is close:
// at most a third of its letters, one of a short name and never more than three,
// differ. The same letters in another order are one mistake.
func Nearest(name string, known []string) string {
	best, least := "", min(3, max(1, len(name)/3))+1
	for _, k := range known {
		d := levenshtein.ComputeDistance(strings.ToLower(name), strings.ToLower(k))
		if d > 1 && letters(name) == letters(k) {
			d = 1
		}
		if d < least {
			best, least = k, d
		}
	}
	return best
}

func letters(s string) string {
	sorted := []rune(strings.ToLower(s))
	slices.Sort(sorted)
	return string(sorted)
}
