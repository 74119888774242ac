package rust

import (
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
)

// environmentOf are variables that the config crate reads over its other settings: those
// of the keys that give the host and the port of the network, where the program
// adds an Environment with a prefix. A key's name is PREFIX_KEY, with the separator
// where the key has a dot. https://docs.rs/config/latest/config/struct.Environment.html (0.15, 2026-11)
func (n *network) environmentOf(files []*source) {
	prefix, between, separator, at := environmentSource(files)
	if at.IsZero() {
		return
	}
	variable := func(from fact.Source) fact.Of[string] {
		for _, s := range files {
			if s.file != from.File {
				continue
			}
			for i := range s.tokens {
				t := s.tokens[i]
				if t.kind == text && t.line == from.Line && s.after(i, "set_default", "(") && (separator != "" || !strings.Contains(t.text, ".")) {
					return fact.New(strings.ToUpper(prefix+between+strings.ReplaceAll(t.text, ".", separator)), at)
				}
			}
		}
		return fact.Of[string]{}
	}
	if !n.hostEnv.Known() && !n.addrEnv.Known() {
		n.hostEnv = variable(n.host.From)
	}
	if !n.portEnv.Known() {
		n.portEnv = variable(n.port.From)
	}
}

// environmentSource is the first Environment::with_prefix of the files, and its separators:
// the one after the prefix is the other one unless it is given, and "_" without either.
func environmentSource(files []*source) (prefix, between, separator string, at fact.Source) {
	for _, s := range files {
		for i, t := range s.tokens {
			if t.kind != text || !s.after(i, "Environment", "::", "with_prefix", "(") {
				continue
			}
			for j := i + 2; j+2 < len(s.tokens) && s.tokens[j].is(".") && j+4 < len(s.tokens); j = s.partner[j+2] + 1 {
				if !s.tokens[j+2].is("(") || s.partner[j+2] < 0 {
					break
				}
				switch value := s.tokens[j+3]; {
				case value.kind != text:
				case s.tokens[j+1].named("prefix_separator"):
					between = value.text
				case s.tokens[j+1].named("separator"):
					separator = value.text
				}
			}
			if between == "" {
				between = separator
			}
			if between == "" {
				between = "_"
			}
			return t.text, between, separator, s.from(i, "Environment::with_prefix")
		}
	}
	return "", "", "", fact.Source{}
}
