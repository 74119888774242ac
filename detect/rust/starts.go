package rust

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/started"
)

// starts are the programs that the program starts by a name it gives: the image has to hold
// them. Modules of a library that nothing of the program names are another program's.
func (p *program) starts() []fact.Of[string] {
	return started.Wanted(slices.DeleteFunc(commandsIn(p.reached()), func(f fact.Of[string]) bool { return f.Value == p.bin.name }))
}

// commandsIn are the programs that files start, each once.
func commandsIn(files []*source) []fact.Of[string] {
	var found []fact.Of[string]
	for _, s := range files {
		for i, t := range s.tokens {
			if t.kind != text || t.text == "" || strings.ContainsAny(t.text, "{/ ") || !startsProcess(s, i) {
				continue
			}
			if !slices.ContainsFunc(found, func(o fact.Of[string]) bool { return o.Value == t.text }) {
				found = append(found, fact.New(t.text, s.from(i, "Command::new")))
			}
		}
	}
	return found
}

// processes are the modules and crates whose Command starts a program; clap has one of that
// name too. https://doc.rust-lang.org/std/process/struct.Command.html, 2026-11
var processes = []string{"process", "async_process", "tokio_process"}

// startsProcess reports whether a string is what Command::new of such a module starts.
func startsProcess(s *source, i int) bool {
	if !s.after(i, "Command", "::", "new", "(") {
		return false
	}
	if before := i - 5; before > 0 && s.tokens[before].is("::") {
		return slices.Contains(processes, s.tokens[before-1].text)
	}
	for j := 0; j+2 < len(s.tokens); j++ {
		if !slices.Contains(processes, s.tokens[j].text) || !s.tokens[j+1].is("::") {
			continue
		}
		if s.tokens[j+2].named("Command") {
			return true
		}
		if end := s.partner[j+2]; s.tokens[j+2].is("{") && end > 0 && slices.ContainsFunc(s.tokens[j+2:end], func(t token) bool { return t.named("Command") }) {
			return true
		}
	}
	return false
}

// reached are the program's own files, and those of the libraries whose module something
// else that is reached names.
func (p *program) reached() []*source {
	in := slices.Clone(p.files[:p.own])
	rest := slices.Clone(p.files[p.own:])
	names := map[string]bool{}
	for n := 0; n < len(in); n++ {
		s := in[n]
		for i, t := range s.tokens {
			if t.kind == ident && !(s.after(i, "mod") && i+1 < len(s.tokens) && s.tokens[i+1].is(";")) {
				names[t.text] = true
			}
		}
		if n+1 < len(in) {
			continue
		}
		rest = slices.DeleteFunc(rest, func(f *source) bool {
			if name := moduleName(f.file); name != "" && !names[name] {
				return false
			}
			in = append(in, f)
			return true
		})
	}
	return in
}

// moduleName is the name of the module that a file holds, "" for the root of a crate.
func moduleName(file string) string {
	switch base := strings.TrimSuffix(path.Base(file), ".rs"); base {
	case "lib", "main":
		return ""
	case "mod":
		return path.Base(path.Dir(file))
	default:
		return base
	}
}
