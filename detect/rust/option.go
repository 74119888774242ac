package rust

import (
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
)

// optionNames are fields and options that say where a server listens.
var optionNames = []string{"port", "http_port", "listen_port", "server_port", "web_port", "addr", "address", "bind", "bind_addr", "bind_address", "listen", "listen_addr", "listen_address", "http_addr", "socket_addr"}

// options is what the options of the command line or a configuration say of the
// address, where the calls that listen do not lead there.
func (r *resolver) options() address {
	var a address
	for _, name := range optionNames {
		for _, p := range r.names[name] {
			if (p.kind == attribute || p.kind == argument) && !a.port.Known() {
				a = address{}
				r.option(p, name, 0, &a)
			}
		}
	}
	if !a.port.Known() {
		return address{}
	}
	for _, name := range []string{"host", "interface", "bind", "address", "ip"} {
		for _, p := range r.names[name] {
			if (p.kind == attribute || p.kind == argument) && !a.host.Known() {
				r.option(p, name, 0, &a)
			}
		}
	}
	return a
}

// option reads what clap (https://docs.rs/clap, 4.5) or serde say of a field: its
// default, its variable of the environment and its name on the command line.
func (r *resolver) option(p place, name string, depth int, a *address) {
	s := p.source
	var long, env fact.Of[string]
	var value address
	for i := p.from; i+1 < p.to; i++ {
		t := s.tokens[i]
		if t.kind != ident {
			continue
		}
		given := i+2 < p.to && (s.tokens[i+1].is("=") || s.tokens[i+1].is("("))
		word := ""
		if given && s.tokens[i+2].kind == text {
			word = s.tokens[i+2].text
		}
		switch {
		case t.text == "long":
			if word == "" {
				word = strings.ReplaceAll(name, "_", "-")
			}
			long = fact.New("--"+word, s.from(i, "long"))
		case t.text == "env":
			if word == "" {
				word = strings.ToUpper(strings.ReplaceAll(name, "-", "_"))
			}
			env = fact.New(word, s.from(i, "env "+word))
		case t.text == "default" && word != "": // serde names a function
			r.follow(s, word, depth+1, &value, function)
		case t.text == "default" && given && s.tokens[i+2].kind == number: // smart-default
			r.eval(s, i+2, min(end(s, i+2, ","), p.to), depth+1, &value)
		case given && (t.text == "default_value" || t.text == "default_value_t"):
			r.eval(s, i+2, min(end(s, i+2, ","), p.to), depth+1, &value)
		}
	}
	a.option(value, long, env, strings.ToLower(name))
}

// option adds an option of the command line, by what its name says it sets.
func (a *address) option(value address, long, env fact.Of[string], name string) {
	portKnown := a.port.Known()
	setFirst(&a.port, value.port)
	if !portKnown || !a.host.Known() {
		setFirst(&a.host, value.host)
	}
	isPort := strings.Contains(name, "port")
	both := !isPort && value.port.Known()
	switch {
	case isPort:
		setFirst(&a.portEnv, env)
	case both, strings.Contains(name, "addr"), strings.Contains(name, "bind"), strings.Contains(name, "listen"):
		if both {
			setFirst(&a.addrEnv, env)
			setFirst(&a.addrArg, long)
			break
		}
		setFirst(&a.hostEnv, env)
		setFirst(&a.hostArg, long)
	case strings.Contains(name, "host"), strings.Contains(name, "interface"), name == "ip":
		setFirst(&a.hostEnv, env)
		setFirst(&a.hostArg, long)
	}
}
