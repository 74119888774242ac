// Package fact holds values together with the place they were found.
//
// Nothing in dockgen is decided without a source: the report, --json and
// explain show where each value came from and which places said otherwise.
package fact

import (
	"fmt"
	"strconv"
)

// Source is where a value was found. File is the slash-separated path in the
// repository, "" for a flag or a default; Line is 1-based, 0 for "the file as a
// whole"; What names the field, flag or default ("go directive", "--port",
// "default, catalogue of 2026-11-23").
type Source struct {
	File string `json:"file,omitempty"`
	Line int    `json:"line,omitempty"`
	What string `json:"what,omitempty"`
}

// At is the source in a line of a file.
func At(file string, line int, what string) Source { return Source{File: file, Line: line, What: what} }

// Flag is the source of a value given on the command line ("--port").
func Flag(name string) Source { return Source{What: name} }

// Default is the source of a value that nothing in the repository settles.
func Default(why string) Source { return Source{What: "default: " + why} }

// IsZero reports whether nothing is known about where the value came from.
func (s Source) IsZero() bool { return s == Source{} }

// Place is the source without its What: "go.mod:3", or "" when it is not in a file.
func (s Source) Place() string {
	switch {
	case s.File == "":
		return ""
	case s.Line > 0:
		return s.File + ":" + strconv.Itoa(s.Line)
	default:
		return s.File
	}
}

// String is the source as a reader sees it: "go.mod:3 go directive", "--port".
func (s Source) String() string {
	place := s.Place()
	switch {
	case place == "":
		return s.What
	case s.What == "":
		return place
	default:
		return place + " " + s.What
	}
}

// Of is a value and where it was found. The zero Of is "not known".
type Of[T comparable] struct {
	Value T
	From  Source
}

// New is a value from a source.
func New[T comparable](value T, from Source) Of[T] { return Of[T]{Value: value, From: from} }

// Known reports whether the value was found anywhere.
func (o Of[T]) Known() bool { return !o.From.IsZero() }

// First returns the first known value, and the later known ones that disagree
// with it, in the order of the arguments, which is the order of precedence.
func First[T comparable](candidates ...Of[T]) (Of[T], []Of[T]) {
	var first Of[T]
	var lost []Of[T]
	for _, c := range candidates {
		switch {
		case !c.Known():
		case !first.Known():
			first = c
		case c.Value != first.Value:
			lost = append(lost, c)
		}
	}
	return first, lost
}

// Said is one value as text and where it stands: what a report prints.
type Said struct {
	Value string `json:"value"`
	From  Source `json:"from"`
}

// Text turns values of any type into what a report prints.
func Text[T comparable](values ...Of[T]) []Said {
	said := make([]Said, 0, len(values))
	for _, v := range values {
		said = append(said, Said{Value: fmt.Sprint(v.Value), From: v.From})
	}
	return said
}
