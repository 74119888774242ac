package rust

import (
	"slices"
	"strings"
	"unicode"

	"github.com/dockgen/dockgen/internal/fact"
)

// serving are names of the sub-command that starts a service, the most telling first.
var serving = []string{"serve", "server", "start", "run", "web", "api", "http", "daemon", "listen"}

// serveCommand is the sub-command that starts the service, where the program wants one:
// a variant of clap's Subcommand that no Option holds, or subcommand(Command::new("serve")).
// https://docs.rs/clap/latest/clap/_derive/, 4.5, 2026-11
func (p *program) serveCommand() (fact.Of[string], bool) {
	names, wanted := p.commandNames()
	if !wanted {
		return fact.Of[string]{}, false
	}
	for _, want := range serving {
		for _, n := range names {
			if n.Value == want {
				return n, true
			}
		}
	}
	return fact.Of[string]{}, false
}

// subcommands are all of them.
func (p *program) subcommands() []fact.Of[string] {
	names, _ := p.commandNames()
	return names
}

// commandNames are the sub-commands, and whether the program wants one. They may stand in
// the library beside it.
func (p *program) commandNames() (names []fact.Of[string], wanted bool) {
	if names, wanted, ok := parsedCommands(p.reached()); ok {
		return names, wanted
	}
	for _, s := range p.files[:p.own] {
		for i := 0; i+4 < len(s.tokens); i++ {
			switch t := s.tokens[i]; {
			case isParser(t) && inDerive(s, i): // the others before clap 3.0
				names = append(names, variants(s, i)...)
			case t.named("subcommand") && (s.after(i, "command", "(") || s.after(i, "clap", "(") || s.after(i, "structopt", "(")):
				wanted = wanted || !optional(s, i)
			case t.named("subcommand_required") || t.named("SubcommandRequired") || t.named("SubcommandRequiredElseHelp"):
				wanted = true
			case t.kind == text && (s.after(i, "subcommand", "(", "Command", "::", "new", "(") || s.after(i, "subcommand", "(", "SubCommand", "::", "with_name", "(")):
				names = append(names, fact.New(t.text, s.from(i, "sub-command "+t.text)))
			}
		}
	}
	return names, wanted
}

func isParser(t token) bool {
	return t.named("Subcommand") || t.named("Parser") || t.named("Clap") || t.named("StructOpt")
}

// parsedCommands are the sub-commands of the type that the program reads its arguments into, not
// those below one of them; ok is false where it reads none so.
func parsedCommands(files []*source) (names []fact.Of[string], wanted, ok bool) {
	for _, s := range files {
		for i := range s.tokens {
			if !isParser(s.tokens[i]) || s.tokens[i].named("Subcommand") || !inDerive(s, i) {
				continue
			}
			open := skipTo(s, i, "{")
			if open <= 0 || s.partner[open] < 0 || s.tokens[open-1].kind != ident || !calledOn(files, s.tokens[open-1].text, "parse", "try_parse", "parse_from", "from_args") {
				continue
			}
			if s.tokens[open-2].named("enum") {
				return variants(s, i), true, true
			}
			for j := open; j < s.partner[open]; j++ {
				if s.tokens[j].named("subcommand") && s.after(j, "(") {
					return enumerated(files, fieldType(s, j)), !optional(s, j), true
				}
			}
			return nil, false, true
		}
	}
	return nil, false, false
}

// calledOn reports whether a file calls one of the functions of a type: Cli::parse().
func calledOn(files []*source, name string, functions ...string) bool {
	return slices.ContainsFunc(files, func(s *source) bool {
		for i, t := range s.tokens {
			if t.kind == ident && slices.Contains(functions, t.text) && s.after(i, name, "::") {
				return true
			}
		}
		return false
	})
}

// fieldType is the type of the field after the attribute at i, without Option and the modules before it.
func fieldType(s *source, i int) string {
	for ; i < len(s.tokens) && !s.tokens[i].is("]"); i++ {
	}
	for ; i < len(s.tokens) && !s.tokens[i].is(":"); i++ {
	}
	name := ""
	for i++; i < len(s.tokens) && (s.tokens[i].kind == ident || s.tokens[i].is("::") || s.tokens[i].is("<")); i++ {
		if s.tokens[i].kind == ident {
			name = s.tokens[i].text
		}
	}
	return name
}

// enumerated are the commands of an enum by its name.
func enumerated(files []*source, name string) []fact.Of[string] {
	for _, s := range files {
		for i := 1; i < len(s.tokens); i++ {
			if s.tokens[i].named(name) && s.tokens[i-1].named("enum") {
				return variants(s, i)
			}
		}
	}
	return nil
}

// inDerive reports whether a name stands in #[derive(…)].
func inDerive(s *source, i int) bool {
	for ; i > 0 && !s.tokens[i].is("("); i-- {
		if s.tokens[i].is("]") || s.tokens[i].is(";") {
			return false
		}
	}
	return s.after(i, "derive")
}

// optional reports whether the field after an attribute is an Option.
func optional(s *source, i int) bool {
	for ; i < len(s.tokens) && !s.tokens[i].is("]"); i++ {
	}
	for n := 0; i+1 < len(s.tokens) && n < 12; i, n = i+1, n+1 {
		if s.tokens[i].is(":") {
			return s.tokens[i+1].named("Option")
		}
	}
	return false
}

// variants are the commands of the enum that the derive at i stands on, as the command
// line writes them: serve-all for ServeAll. None where it stands on a struct.
func variants(s *source, i int) []fact.Of[string] {
	for ; i < len(s.tokens) && !s.tokens[i].is("{"); i++ {
		if s.tokens[i].is(";") || s.tokens[i].named("struct") {
			return nil
		}
	}
	if i >= len(s.tokens) || s.partner[i] < 0 {
		return nil
	}
	var names []fact.Of[string]
	given := ""
	for j := i + 1; j < s.partner[i]; j++ {
		t := s.tokens[j]
		switch {
		case t.is("#") && s.tokens[j+1].is("[") && s.partner[j+1] > 0:
			for k := j; k < s.partner[j+1]; k++ { // #[command(name = "serve")]
				if s.tokens[k].kind == text && s.after(k, "name", "=") {
					given = s.tokens[k].text
				}
			}
			j = s.partner[j+1]
		case s.partner[j] > j:
			j = s.partner[j]
		case t.kind == ident && unicode.IsUpper([]rune(t.text)[0]):
			name := given
			if name == "" {
				name = kebab(t.text)
			}
			names, given = append(names, fact.New(name, s.from(j, "sub-command "+name))), ""
		}
	}
	return names
}

func kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
