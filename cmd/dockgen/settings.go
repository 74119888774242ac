package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/builder"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/hostpath"
)

// setting is one thing that a user can decide. It is a flag, a key of --set and
// a line of the wizard's list: this is its only definition.
type setting struct {
	name     string   // without dashes; what detect.Settings.Set takes
	usage    string   // one line of help
	ask      string   // the wizard's sentence
	isSwitch bool     // its values are true and false
	language string   // the only language that has it, "" for all
	values   []string // the only ones that it takes, nil where others are possible
}

// settings are all settings: those that every language has, then the languages' own.
func (a app) settings() []setting {
	all := []setting{
		{name: "base", usage: "final image: " + strings.Join(detect.Bases, ", "), ask: "Which final image?", values: detect.Bases},
		{name: "language", usage: "build this language's project, where there are several", ask: "Which language?", values: a.languageNames()},
		{name: "project", usage: "build the project in this folder, relative to the root", ask: "Which project (a folder, relative to the root)?"},
		{name: "entry", usage: "program to run, where there are several", ask: "Which program should the image run?"},
		{name: "language-version", usage: "version of the language to build and run with", ask: "Which version of the language?"},
		{name: "compat", usage: "write for this builder: " + strings.Join(builder.Names(), ", "), ask: "Which builder will build the image?", values: builder.Names()},
		{name: "port", usage: "port that the program listens on", ask: "Which port does the program listen on?"},
	}
	for _, l := range a.languages {
		if o, ok := l.(detect.Optioner); ok {
			for _, option := range o.Options() {
				if slices.ContainsFunc(all, func(s setting) bool { return s.name == option.Name }) {
					continue // two languages may have the same option
				}
				all = append(all, setting{name: option.Name, usage: option.Usage, ask: option.Usage + "?", isSwitch: option.Bool, language: l.Name(), values: option.Values})
			}
		}
	}
	return all
}

// takes reports whether a language has an option of that name.
func (a app) takes(language, name string) bool {
	return slices.ContainsFunc(a.languages, func(l detect.Language) bool {
		o, ok := l.(detect.Optioner)
		return ok && l.Name() == language && slices.ContainsFunc(o.Options(), func(option detect.Option) bool { return option.Name == name })
	})
}

// choiceFlags are the flags with which a user decides; init, explain and check share them.
type choiceFlags struct {
	app  app
	root string
	file string
	own  map[string]*string // by name of ownFiles
	sets []string
}

func (a app) addChoiceFlags(fs *pflag.FlagSet) *choiceFlags {
	f := &choiceFlags{app: a, own: map[string]*string{}}
	for _, s := range a.settings() {
		if s.isSwitch {
			fs.Bool(s.name, false, s.usage)
		} else {
			fs.String(s.name, "", s.usage)
		}
	}
	fs.StringArrayVar(&f.sets, "set", nil, "any of these as `key=value`")
	fs.StringVar(&f.root, "root", "", "root of the repository (default: the nearest folder above with .git, else DIR)")
	fs.StringVar(&f.file, "file", "", "name of the Dockerfile; its ignore file is NAME.dockerignore")
	for _, own := range ownFiles {
		f.own[own.name] = fs.String(own.name, "", own.usage)
	}
	return f
}

// over puts the flags that were given over settings from elsewhere.
func (f *choiceFlags) over(s detect.Settings, set *pflag.FlagSet) (detect.Settings, error) {
	var err error
	for _, pair := range f.sets {
		name, value, ok := strings.Cut(pair, "=")
		if !ok {
			return s, &diag.Error{What: "--set " + pair + " has no value", Try: "--set " + pair + "=VALUE", Code: diag.Usage}
		}
		if s, err = f.app.set(s, name, value, fact.Flag("--set "+name)); err != nil {
			return s, err
		}
	}
	for _, known := range f.app.settings() {
		flag := set.Lookup(known.name)
		if !flag.Changed {
			continue
		}
		if s, err = f.app.set(s, known.name, flag.Value.String(), fact.Flag("--"+known.name)); err != nil {
			return s, err
		}
	}
	return s, nil
}

// set is detect.Settings.Set for names and values that a person wrote: an unknown
// one is refused with the nearest known one.
func (a app) set(s detect.Settings, name, value string, from fact.Source) (detect.Settings, error) {
	all := a.settings()
	i := slices.IndexFunc(all, func(k setting) bool { return k.name == name })
	if i < 0 {
		names := make([]string, len(all))
		for i, k := range all {
			names[i] = k.name
		}
		if from.File != "" { // .dockgen.yaml has these too
			for _, k := range ownFiles {
				names = append(names, k.name)
			}
		}
		return s, unknown(from, name+" is no setting of dockgen", name, names)
	}
	said := name
	if from.File == "" {
		said = "--" + name
	}
	switch {
	case all[i].isSwitch && value != "true" && value != "false":
		return s, unknown(from, fmt.Sprintf("%s is true or false, not %q", said, value), value, []string{"true", "false"})
	case name == "project":
		p, err := hostpath.Here.InRepository(value)
		if err != nil {
			e := unknown(from, said+": "+err.Error(), value, []string{said + " services/api, relative to the root, or DIR in its place"})
			return s, e
		}
		value = p
	case name == "language" && !slices.Contains(a.languageNames(), value):
		known := a.languageNames()
		e := unknown(from, said+" "+value+" is unknown", value, known)
		e.Try = said + " " + e.Try
		return s, e
	}
	return s.Set(name, value, from)
}

// unknown is the error for a mistyped word: the nearest known one, or all of them.
func unknown(from fact.Source, what, word string, known []string) *diag.Error {
	e := &diag.Error{What: what, Try: strings.Join(known, ", "), Code: diag.Usage}
	if from.File != "" {
		e.At = from
	}
	if near := diag.Nearest(word, known); near != "" {
		e.Try = near
	}
	return e
}

func (a app) languageNames() []string {
	var names []string
	for _, l := range a.languages {
		if !detect.Refused(l) {
			names = append(names, l.Name())
		}
	}
	return names
}
