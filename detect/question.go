package detect

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
)

// Question is something the repository does not settle. At a terminal it is a
// prompt; without one, the same value is an error that lists the choices and the flag.
type Question struct {
	Flag    string // "--entry"
	Ask     string // "Which program should the image run?"
	What    string // "two programs can be run"
	Choices []Choice
}

// Choice is one answer.
type Choice struct {
	Value string // what the flag takes
	Says  string // what it is, in a few words
	At    fact.Source
}

// Open is the error of an open question.
type Open struct{ Question Question }

func (o *Open) Error() string {
	q := o.Question
	parts := make([]string, len(q.Choices))
	for i, c := range q.Choices {
		parts[i] = c.Value
		if place := c.At.Place(); place != "" && place != c.Value {
			parts[i] += " (" + place + ")"
		}
	}
	return q.What + ": " + strings.Join(parts, ", ")
}

// Unwrap makes the open question a problem with exit status 3 and the flags to try.
func (o *Open) Unwrap() error {
	var try []string
	for _, c := range o.Question.Choices {
		line := o.Question.Flag + " " + c.Value
		if c.Says != "" {
			line += "   (" + c.Says + ")"
		}
		try = append(try, line)
	}
	return &diag.Error{What: o.Question.What, Try: strings.Join(try, "\n"), Code: diag.Undecided}
}

// With is the settings with the answer to a question.
func (s Settings) With(flag, value string) (Settings, error) {
	from := fact.Flag(flag)
	switch flag {
	case "--entry":
		s.Entry = fact.New(value, from)
	case "--project":
		s.Project = fact.New(value, from)
	case "--language":
		s.Language = fact.New(value, from)
	case "--base":
		s.Base = fact.New(value, from)
	case "--language-version":
		s.Version = fact.New(value, from)
	case "--port":
		port, err := strconv.Atoi(value)
		if err != nil || port < 1 || port > 65535 {
			return s, &diag.Error{What: fmt.Sprintf("--port %s is not a port", value), Try: "a number from 1 to 65535", Code: diag.Usage}
		}
		s.Port = fact.New(port, from)
	default:
		options := map[string]fact.Of[string]{}
		for k, v := range s.Options {
			options[k] = v
		}
		options[strings.TrimPrefix(flag, "--")] = fact.New(value, from)
		s.Options = options
	}
	return s, nil
}

// UnknownBase is the error for a value of --base that does not exist.
func UnknownBase(value string) error {
	try := "--base " + strings.Join(Bases, "|")
	if near := diag.Nearest(value, Bases); near != "" {
		try = "--base " + near
	}
	return &diag.Error{What: fmt.Sprintf("--base %s is unknown", value), Try: try, Code: diag.Usage}
}

// Impossible is the error for a base image that cannot run this program:
// why, and the bases that can.
func Impossible(base, why string, possible ...string) error {
	return &diag.Error{What: fmt.Sprintf("--base %s is impossible here: %s", base, why), Try: "--base " + strings.Join(possible, "|"), Code: diag.Usage}
}
