package rust

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/templates"
)

// givesUp are what follows env::var("X") in a program that ends without the variable.
var givesUp = [][]string{{".", "expect", "("}, {".", "unwrap", "("}, {"?"}}

// inContext are calls between that say only what went wrong. https://docs.rs/anyhow, 2026-11
var inContext = []string{"context", "with_context", "map_err", "wrap_err", "wrap_err_with", "or_raise"}

// neededEnv are the variables without which the program ends: it asks for them itself, or by a function
// of its own that ends without.
func (p *program) neededEnv() []fact.Of[string] {
	var all []fact.Of[string]
	files := p.reached()
	insists := insisting(files)
	for _, s := range files {
		for i, t := range s.tokens {
			if t.kind != text || !envWord.MatchString(t.text) && t.text != "TOKEN" || strings.HasPrefix(t.text, "CARGO_") {
				continue
			}
			ends := asksAt(s, i) && givesUpAfter(s, i) || slices.ContainsFunc(insists, func(name string) bool { return s.after(i, name, "(") })
			if ends && !slices.ContainsFunc(all, func(o fact.Of[string]) bool { return o.Value == t.text }) {
				all = append(all, fact.New(t.text, s.from(i, "env::var")))
			}
		}
	}
	return all
}

// asksAt reports whether a token alone is what env::var is given.
func asksAt(s *source, i int) bool {
	return (s.after(i, "env", "::", "var", "(") || s.after(i, "var", "(")) && s.partner[i-1] == i+1
}

// givesUpAfter reports whether the program ends without the variable that the call at i asks for.
func givesUpAfter(s *source, i int) bool {
	next := i + 2
	for next+2 < len(s.tokens) && s.tokens[next].is(".") && slices.Contains(inContext, s.tokens[next+1].text) && s.partner[next+2] > 0 {
		next = s.partner[next+2] + 1
	}
	return slices.ContainsFunc(givesUp, func(words []string) bool {
		return next+len(words) <= len(s.tokens) && s.after(next+len(words), words...)
	})
}

// insisting are the functions that ask for the variable that their first parameter names, and end without it.
func insisting(files []*source) []string {
	var names []string
	for _, s := range files {
		for i := 0; i+4 < len(s.tokens); i++ {
			if !s.tokens[i].named("fn") || !s.tokens[i+2].is("(") || s.partner[i+2] < 0 || s.tokens[i+3].kind != ident || !s.tokens[i+4].is(":") {
				continue
			}
			body := s.partner[i+2] + 1
			for body < len(s.tokens) && !s.tokens[body].is("{") && !s.tokens[body].is(";") {
				body++
			}
			for j := body; body < len(s.tokens) && j < s.partner[body]; j++ {
				if s.tokens[j].named(s.tokens[i+3].text) && asksAt(s, j) && givesUpAfter(s, j) {
					names = append(names, s.tokens[i+1].text)
				}
			}
		}
	}
	return names
}

// wantedArguments are the arguments without which clap ends the program, as its help writes
// them: the fields of the parser that main reads, without Option, Vec, a default or a
// variable. https://docs.rs/clap/latest/clap/_derive/, 4.5, 2026-11
func (p *program) wantedArguments() []fact.Of[string] {
	for _, s := range p.files[:p.own] {
		for i := range s.tokens {
			if !s.tokens[i].named("Parser") || !inDerive(s, i) {
				continue
			}
			open := i
			for open < len(s.tokens) && !s.tokens[open].is("{") && !s.tokens[open].is(";") && !s.tokens[open].named("enum") {
				open++
			}
			if open >= len(s.tokens) || !s.tokens[open].is("{") || s.partner[open] < 0 || !calledOn(p.files[:p.own], s.tokens[open-1].text, "parse") {
				continue
			}
			return wantedFields(s, open)
		}
	}
	return nil
}

// always are types of fields that clap fills without an argument.
var always = []string{"Option", "Vec", "bool", "PhantomData"}

// spared are the words of an attribute that leave a field without an argument.
var spared = []string{"default_value", "default_value_t", "default_value_os", "default_values", "default_values_t", "env", "flatten", "subcommand", "skip", "Count", "default_missing_value", "required_unless_present", "default"}

func wantedFields(s *source, open int) []fact.Of[string] {
	var all []fact.Of[string]
	long, free := "", false
	for i := open + 1; i < s.partner[open]; i++ {
		t := s.tokens[i]
		switch {
		case t.is("#") && s.tokens[i+1].is("[") && s.partner[i+1] > 0:
			for j := i + 2; j < s.partner[i+1]; j++ {
				switch word := s.tokens[j]; {
				case word.named("long") && s.tokens[j+1].is("=") && s.tokens[j+2].kind == text:
					long = "--" + s.tokens[j+2].text
				case word.named("long") || word.named("short") && long == "":
					long = "--"
				case word.kind == ident && slices.Contains(spared, word.text):
					free = true
				}
			}
			i = s.partner[i+1]
		case t.kind == ident && s.tokens[i+1].is(":"):
			kind := s.tokens[i+2].text
			for j := i + 2; s.tokens[j+1].is("::"); j += 2 { // std::option::Option
				kind = s.tokens[j+2].text
			}
			if !free && !slices.Contains(always, kind) {
				name := strings.ReplaceAll(t.text, "_", "-")
				value := "<" + strings.ToUpper(t.text) + ">"
				switch long {
				case "":
					all = append(all, fact.New(value, s.from(i, t.text)))
				case "--":
					all = append(all, fact.New("--"+name+" "+value, s.from(i, t.text)))
				default:
					all = append(all, fact.New(long+" "+value, s.from(i, t.text)))
				}
			}
			long, free = "", false
			if end := end(s, i+2, ","); end > i {
				i = end
			}
		}
	}
	return all
}

// wants are notes on what the program is not given and does not start without.
func (c *crate) wants(f facts, n settled) []detect.Note {
	var notes []detect.Note
	if k := f.request.Program.Kind; k == detect.Service || k == detect.Worker {
		var names []string
		var from fact.Source
		for _, e := range f.program.neededEnv() {
			if !slices.ContainsFunc(n.env, func(v templates.Var) bool { return v.Name == e.Value }) {
				if names = append(names, e.Value); from.IsZero() {
					from = e.From
				}
			}
		}
		if len(names) > 0 {
			notes = append(notes, detect.Note{At: from, Text: "does not run without " + strings.Join(names, ", ") + " in its environment: docker run --env"})
		}
		choices, wanted := f.program.commandNames()
		if wanted && len(choices) > 0 && len(n.arguments) == 0 {
			names = nil
			for _, choice := range choices {
				names = append(names, choice.Value)
			}
			notes = append(notes, detect.Note{Warning: true, At: choices[0].From, Text: "the program wants a sub-command (" + strings.Join(detect.Unique(names), ", ") + ") and none of them plainly starts a service: add it after the image in docker run"})
		}
	}
	var missing []string
	wanted := f.program.wantedArguments()
	for _, argument := range wanted {
		option, _, _ := strings.Cut(argument.Value, " ")
		if !slices.ContainsFunc(n.arguments, func(word string) bool { return word == option || strings.HasPrefix(word, option+"=") }) {
			missing = append(missing, argument.Value)
		}
	}
	if len(missing) > 0 && len(n.arguments) == 0 || slices.ContainsFunc(missing, func(word string) bool { return strings.HasPrefix(word, "-") }) {
		notes = append(notes, detect.Note{At: wanted[0].From, Text: "does not run without arguments: add " + strings.Join(missing, " ") + " after the image in docker run"})
	}
	return notes
}
