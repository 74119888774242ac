package detect

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/internal/builder"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
)

// Question is something the repository does not settle. At a terminal it is a
// prompt; without one, the same value is an error that lists the choices and the flag.
type Question struct {
	Flag    string   `json:"flag"`              // "--entry"
	Ask     string   `json:"ask"`               // "Which program should the image run?"
	What    string   `json:"what,omitempty"`    // "two programs can be run"
	Choices []Choice `json:"choices,omitempty"` // none where any text is an answer
	Default string   `json:"default,omitempty"` // what Enter takes at a terminal; "" for the first choice
}

// Choice is one answer.
type Choice struct {
	Value string      `json:"value"`           // what the flag takes
	Label string      `json:"label,omitempty"` // what a list shows, "" for the value
	Says  string      `json:"says,omitempty"`  // what it is, in a few words
	At    fact.Source `json:"at,omitzero"`
}

// maxShown are the choices that an error lists; a prompt shows them all.
const maxShown = 8

// shown are the choices that an error lists, and how many more there are, in words: "" for none.
func (q Question) shown() (some []Choice, more string) {
	if len(q.Choices) <= maxShown {
		return q.Choices, ""
	}
	return q.Choices[:maxShown], fmt.Sprintf("and %d more", len(q.Choices)-maxShown)
}

// Open is the error of an open question.
type Open struct{ Question Question }

func (o *Open) Error() string {
	q := o.Question
	some, more := q.shown()
	parts := make([]string, len(some))
	for i, c := range some {
		parts[i] = c.Value
		if place := c.At.Place(); place != "" && place != c.Value {
			parts[i] += " (" + place + ")"
		}
	}
	if more != "" {
		parts = append(parts, more)
	}
	return q.What + ": " + strings.Join(parts, ", ")
}

// Unwrap makes the open question a problem with exit status 3 and the flags to try.
func (o *Open) Unwrap() error {
	var try []string
	some, more := o.Question.shown()
	for _, c := range some {
		line := o.Question.Flag + " " + c.Value
		if c.Says != "" {
			line += "   (" + c.Says + ")"
		}
		try = append(try, line)
	}
	if more != "" {
		try = append(try, more)
	}
	return &diag.Error{What: o.Question.What, Try: strings.Join(try, "\n"), Code: diag.Undecided}
}

// IsOpen gives the question of an error, if it is one.
func IsOpen(err error) (Question, bool) {
	var o *Open
	if errors.As(err, &o) {
		return o.Question, true
	}
	return Question{}, false
}

// With is the settings with the answer to a question, as the flag would give it.
func (s Settings) With(flag, value string) (Settings, error) {
	return s.Set(strings.TrimPrefix(flag, "--"), value, fact.Flag(flag))
}

// Set is the settings with a value for the setting of that name ("port", or an
// Option's name) from any source. Only the form of the value is checked.
func (s Settings) Set(name, value string, from fact.Source) (Settings, error) {
	said := fact.New(value, from)
	switch name {
	case "entry":
		s.Entry = said
	case "project":
		s.Project = said
	case "language":
		s.Language = said
	case "base":
		if !slices.Contains(Bases, value) {
			return s, unknownBase(value, from)
		}
		s.Base = said
	case "language-version":
		s.Version = said
	case "compat":
		if _, ok := builder.Find(value); !ok || value == "" {
			return s, badValue(name, value, "is no builder", strings.Join(builder.Names(), ", "), from)
		}
		s.Compat = said
	case "port":
		port, err := strconv.Atoi(value)
		if err != nil || port < 1 || port > 65535 {
			return s, badValue(name, value, "is not a port", "a number from 1 to 65535", from)
		}
		s.Port = fact.New(port, from)
	default:
		options := map[string]fact.Of[string]{}
		maps.Copy(options, s.Options)
		options[name] = said
		s.Options = options
	}
	return s, nil
}

// badValue is the error for a value that its place in a file, or its flag, cannot take.
func badValue(name, value, what, try string, from fact.Source) error {
	e := &diag.Error{What: fmt.Sprintf("%s %s %s", name, value, what), Try: try, Code: diag.Usage}
	if from.File != "" {
		e.At = from
	} else {
		e.What = "--" + e.What
	}
	return e
}

func unknownBase(value string, from fact.Source) error {
	e := UnknownBase(value)
	var d *diag.Error
	if from.File != "" && errors.As(e, &d) {
		d.At, d.What, d.Try = from, fmt.Sprintf("base %s is unknown", value), strings.Replace(d.Try, "--base ", "base: ", 1)
	}
	return e
}

// UnknownBase is the error for a value of --base that does not exist.
func UnknownBase(value string) error {
	try := "--base " + strings.Join(Bases, "|")
	if near := diag.Nearest(value, Bases); near != "" {
		try = "--base " + near
	}
	return &diag.Error{What: fmt.Sprintf("--base %s is unknown", value), Try: try, Code: diag.Usage}
}

// impossible is the error for a base image that cannot run a program.
type impossible struct {
	err *diag.Error
	why string
}

func (i impossible) Error() string { return i.err.Error() }
func (i impossible) Unwrap() error { return i.err }

// Impossible is the error for a base image that cannot run this program:
// why, and which bases can.
func Impossible(base, why string, possible ...string) error {
	e := &diag.Error{What: fmt.Sprintf("--base %s is impossible here: %s", base, why), Try: "--base " + strings.Join(possible, "|"), Code: diag.Usage}
	return impossible{e, why}
}

// older is the error for a version below what the repository asks for.
type older struct{ err *diag.Error }

func (o older) Error() string { return o.err.Error() }
func (o older) Unwrap() error { return o.err }

// Older is the error for a version, chosen at a place, that is older than the
// repository asks for. A language returns it from Plan; check asks with IsOlder.
func Older(at fact.Source, what, try string) error {
	return older{&diag.Error{At: at, What: what, Try: try}}
}

// IsOlder reports whether an error says that a version is older than the repository asks for.
func IsOlder(err error) bool {
	var o older
	return errors.As(err, &o)
}
