package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/hostpath"
)

// again is the command that repeats a run with these settings and asks nothing.
// Extra is one more flag, or "".
func again(a app, p place, s detect.Settings, file, extra string) string {
	words := []string{"dockgen", "init", "--yes"}
	for _, k := range a.settings() {
		value, ok := valueOf(s, k.name)
		switch {
		case !ok, k.name == "project" && value == p.project:
		case k.isSwitch && value == "true":
			words = append(words, "--"+k.name)
		case k.isSwitch: // a switch takes no word of its own
			words = append(words, "--"+k.name+"="+value)
		default:
			words = append(words, "--"+k.name, value)
		}
	}
	words = append(words, a.again...)
	if file != "" {
		words = append(words, "--file", file)
	}
	if extra != "" {
		words = append(words, extra)
	}
	if dir := p.path(p.project); dir != "." {
		words = append(words, dir)
	}
	for i, w := range words {
		if q, err := hostpath.Here.Word(w); err == nil { // what cannot be quoted was refused before
			words[i] = q
		}
	}
	return strings.Join(words, " ")
}

// valueOf is the value of a setting as its flag takes it.
func valueOf(s detect.Settings, name string) (string, bool) {
	v, ok := settingOf(s, name)
	return v.Value, ok
}

// settingOf is a setting by its name, with where it was given.
func settingOf(s detect.Settings, name string) (fact.Of[string], bool) {
	if name == "port" {
		return fact.New(strconv.Itoa(s.Port.Value), s.Port.From), s.Port.Known()
	}
	i := slices.Index([]string{"base", "language", "project", "entry", "language-version", "compat"}, name)
	if i < 0 {
		o, ok := s.Options[name]
		return o, ok
	}
	v := []fact.Of[string]{s.Base, s.Language, s.Project, s.Entry, s.Version, s.Compat}[i]
	return v, v.Known()
}
