package rust

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// environmentOf are variables that the config crate and figment read over other settings:
// those of the keys that give the host and the port of the network, where the program
// adds an Environment with a prefix. A key's name is PREFIX_KEY, with the separator
// where the key has a dot. https://docs.rs/config/latest/config/struct.Environment.html (0.15),
// https://docs.rs/figment/latest/figment/providers/struct.Env.html (0.10), 2026-11
func (n *network) environmentOf(files []*source) {
	e, ok := environmentSource(files)
	if !ok {
		n.environmentAlone(files)
		return
	}
	variable := func(from fact.Source) fact.Of[string] {
		key := keyAt(files, from, e.of)
		if key == "" || e.separator == "" && strings.Contains(key, ".") {
			return fact.Of[string]{}
		}
		name := strings.ToUpper(e.prefix + e.between + strings.ReplaceAll(key, ".", e.separator))
		if !variableName.MatchString(name) {
			return fact.Of[string]{}
		}
		return fact.New(name, e.at)
	}
	if !n.hostEnv.Known() && !n.addrEnv.Known() {
		n.hostEnv = variable(n.host.From)
	}
	if !n.portEnv.Known() {
		n.portEnv = variable(n.port.From)
	}
}

// portFields, hostFields and addressFields are names of fields for where a program listens, the last for both.
var (
	addressFields = []string{"addr", "address", "listen", "listen_addr", "listen_address", "bind", "bind_addr", "bind_address", "socket_addr", "server_addr"}
	portFields    = []string{"port", "server_port", "http_port", "app_port", "application_port", "listen_port", "api_port"}
	hostFields    = []string{"host", "ip", "server_host", "http_host", "app_host", "application_host", "listen_host", "bind_host", "bind_address", "listen_address", "http_address", "server_address"}
)

// environmentAlone are the variables of a program that fills its settings from the environment and
// nothing else: each field has one of its name. https://docs.rs/envy, 0.4, https://docs.rs/figment, 0.10, 2026-11
func (n *network) environmentAlone(files []*source) {
	if n.port.Known() || n.portEnv.Known() || n.addrEnv.Known() || len(n.calls) == 0 {
		return
	}
	alone := slices.ContainsFunc(files, func(s *source) bool {
		for i, t := range s.tokens {
			if t.is("(") && (s.after(i, "Env", "::", "raw") || s.after(i, "envy", "::", "from_env")) {
				return true
			}
		}
		return false
	})
	if !alone {
		return
	}
	if n.portEnv = fieldVariable(files, portFields); n.portEnv.Known() && !n.hostEnv.Known() {
		n.hostEnv = fieldVariable(files, hostFields)
	}
}

// namedAlone are the variables for the address of a program that reads them into settings of its own, by
// names that leave no doubt.
func (n *network) namedAlone(files []*source) {
	if n.port.Known() || n.portEnv.Known() || n.hostEnv.Known() || n.addrEnv.Known() || n.hostArg.Known() || n.addrArg.Known() || len(n.calls) == 0 {
		return
	}
	for _, prefix := range []string{"", "SERVER_", "APP_", "HTTP_", "APPLICATION_", "LISTEN_", "API_"} {
		if n.portEnv = readVariable(files, prefix+"PORT"); !n.portEnv.Known() {
			continue
		}
		for _, name := range []string{"HOST", "IP", "BIND_IP", "BIND_HOST", "BIND_ADDRESS", "ADDRESS"} {
			if !n.host.Known() && !n.hostEnv.Known() {
				n.hostEnv = readVariable(files, prefix+name)
			}
		}
		return
	}
}

// readVariable is a variable that a function is given the name of.
func readVariable(files []*source, name string) fact.Of[string] {
	for _, s := range files {
		for i, t := range s.tokens {
			if t.kind != text || t.text != name {
				continue
			}
			if _, ok := envName(s, i); ok || isArgument(s, i) {
				return fact.New(name, s.from(i, name))
			}
		}
	}
	return fact.Of[string]{}
}

// fieldVariable is the variable of the first field of a struct that has one of the names.
func fieldVariable(files []*source, names []string) fact.Of[string] {
	for _, name := range names {
		for _, s := range files {
			for i, t := range s.tokens {
				if t.named(name) && i+1 < len(s.tokens) && s.tokens[i+1].is(":") && inStruct(s, i) {
					return fact.New(strings.ToUpper(name), s.from(i, "field "+name))
				}
			}
		}
	}
	return fact.Of[string]{}
}

var variableName = pattern.New(`^[A-Z_][A-Z0-9_]*$`)

// keyAt is the key of the settings that a place gives its default: by set_default("server.port", 80),
// or as a field of a literal, "" where it is neither.
func keyAt(files []*source, from fact.Source, whole string) string {
	for _, s := range files {
		if s.file != from.File {
			continue
		}
		for i, t := range s.tokens {
			switch {
			case t.line != from.Line:
			case t.kind == text && s.after(i, "set_default", "("):
				return t.text
			case t.kind == ident && i > 0 && i+1 < len(s.tokens) && s.tokens[i+1].is(":") && (s.tokens[i-1].is(",") || s.tokens[i-1].is("{")):
				return keyOfField(files, s, i, whole)
			}
		}
	}
	return ""
}

// keyOfField is the key of a field of a literal: its name, below that of the field that holds
// its struct; "" where several do. The fields of whole are below none.
func keyOfField(files []*source, s *source, i int, whole string) string {
	kind := ""
	for j := i - 1; j > 0 && kind == ""; j-- {
		if p := s.partner[j]; p >= 0 && p < j {
			j = p
		} else if s.tokens[j].is("{") && s.tokens[j-1].kind == ident {
			kind = s.tokens[j-1].text
		}
	}
	for j := i; kind == "Self" && j > 0; j-- { // impl Default for Settings
		if s.tokens[j].named("for") && s.tokens[j+1].kind == ident && s.after(j, "Default") {
			kind = s.tokens[j+1].text
		}
	}
	if kind == "" || kind == "Self" {
		return ""
	}
	if kind == whole {
		return s.tokens[i].text
	}
	var above []string
	for _, f := range files {
		for j := 2; j < len(f.tokens); j++ {
			if f.tokens[j].named(kind) && f.tokens[j-1].is(":") && f.tokens[j-2].kind == ident && j+1 < len(f.tokens) && (f.tokens[j+1].is(",") || f.tokens[j+1].is("}")) && inStruct(f, j) {
				above = append(above, f.tokens[j-2].text)
			}
		}
	}
	switch len(above) {
	case 0:
		return s.tokens[i].text
	case 1:
		return above[0] + "." + s.tokens[i].text
	default:
		return ""
	}
}

// inStruct reports whether a token stands in the declaration of a struct, not among parameters.
func inStruct(s *source, i int) bool {
	for ; i > 1; i-- {
		if p := s.partner[i]; p >= 0 && p < i {
			i = p
		} else if p > i {
			return s.tokens[i].is("{") && s.tokens[i-2].named("struct")
		}
	}
	return false
}

// around is the type of the impl that a token stands in, "" for none.
func around(s *source, i int) string {
	for ; i > 0; i-- {
		if p := s.partner[i]; p >= 0 && p < i {
			i = p
		} else if s.tokens[i].is("{") && s.tokens[i-1].kind == ident && (s.after(i-1, "impl") || s.after(i-1, "for")) {
			return s.tokens[i-1].text
		}
	}
	return ""
}

// environment is a source of settings that are variables.
type environment struct {
	prefix, between, separator string
	of                         string // the type whose method makes it: all settings
	at                         fact.Source
}

// environmentSource is the first Environment::with_prefix or Env::prefixed of the files, and
// its separators: config's after the prefix is the other one unless it is given, and "_"
// without either; figment's prefix has its own.
func environmentSource(files []*source) (environment, bool) {
	for _, s := range files {
		for i, t := range s.tokens {
			if !t.is("(") || s.partner[i] < i || !s.after(i, "Environment", "::", "with_prefix") && !s.after(i, "Env", "::", "prefixed") {
				continue
			}
			e := environment{of: around(s, i), at: s.from(i-1, "Environment::with_prefix")}
			for j := i + 1; j < s.partner[i] && e.prefix == ""; j++ {
				if text, ok := constant(files, s, j); ok {
					e.prefix = text
				}
			}
			if e.prefix == "" {
				continue
			}
			figment := s.after(i, "prefixed")
			for j := s.partner[i] + 1; j+3 < len(s.tokens) && s.tokens[j].is(".") && s.tokens[j+2].is("(") && s.partner[j+2] > 0; j = s.partner[j+2] + 1 {
				switch value := s.tokens[j+3]; {
				case value.kind != text:
				case s.tokens[j+1].named("prefix_separator"):
					e.between = value.text
				case s.tokens[j+1].named("separator"), s.tokens[j+1].named("split"):
					e.separator = value.text
				}
			}
			switch {
			case figment:
				e.between = ""
				e.at.What = "Env::prefixed"
			case e.between == "" && e.separator != "":
				e.between = e.separator
			case e.between == "":
				e.between = "_"
			}
			return e, true
		}
	}
	return environment{}, false
}
