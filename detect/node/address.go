package node

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
)

// setting is an environment variable that may say where the program listens.
type setting struct {
	variable string
	port     int      // its default, 0 for a variable whose default is the loopback address
	names    []string // under which the value is passed on
	within   string   // property that holds the object with the value, "" for none
	passed   bool     // to a call that listens, in the call or by a name of the same file
	from     fact.Source
}

// call is a call that listens: its arguments, up to the first function, and the names in them.
type call struct {
	from, to int // tokens
	names    []string
	owners   []string // of those names: config of config.port
}

// isListen reports whether a call at i makes a server listen.
func isListen(t []token, i int) bool {
	if t[i].kind != word || !listenNames[t[i].text] || !follows(t, i+1, "(") || t[i].text == "createServer" {
		return false
	}
	return t[i].text != "serve" || i < 2 || t[i-1].text != "." || t[i-2].text == "Bun" || t[i-2].text == "Deno"
}

// listenCalls are the calls of a source that listen.
func listenCalls(t []token) []call {
	var all []call
	for i := range t {
		if !isListen(t, i) {
			continue
		}
		c := call{from: i + 2, to: i + 2}
		for depth := 1; c.to < len(t) && c.to < i+maxExpression; c.to++ {
			if t[c.to].kind == sign {
				depth += strings.Count("({[", t[c.to].text) - strings.Count(")}]", t[c.to].text)
			}
			if depth == 0 || t[c.to].text == "function" || t[c.to].text == "=" && follows(t, c.to+1, ">") {
				break
			}
			if isArgument(t, c.to) {
				parts := strings.Split(t[c.to].text, ".") // config.get('server.port')
				c.names, c.owners = append(c.names, parts[len(parts)-1]), append(c.owners, parts[:len(parts)-1]...)
				for k := c.to; k > 1 && follows(t, k-1, ".") && t[k-2].kind == word; k -= 2 {
					c.owners = append(c.owners, t[k-2].text)
				}
			}
		}
		all = append(all, c)
	}
	return all
}

// isArgument reports whether the name at i stands for a value: port, config.port, config.get('port'), not port: 1.
func isArgument(t []token, i int) bool {
	switch t[i].kind {
	case quoted:
		return t[i-1].text == "[" || t[i-1].text == "(" && i > 1 && (strings.HasPrefix(t[i-2].text, "get") ||
			t[i-2].text == ">" && i > 4 && t[i-4].text == "<" && strings.HasPrefix(t[i-5].text, "get")) // config.get<number>("port")
	case word:
		return i+1 < len(t) && slices.Contains([]string{",", ")", "}", "!", "as", "||", "??"}, t[i+1].text)
	}
	return false
}

// addresses reads what says at which address the program listens, and at which port besides PORT.
func (f *facts) addresses(file string, t []token) {
	calls := listenCalls(t)
	for _, c := range calls {
		f.passed, f.owners = append(f.passed, c.names...), append(f.owners, c.owners...)
	}
	if len(calls) > 0 {
		f.dotted(t)
	}
	settled := map[int]bool{} // calls whose loopback address is only the default of a variable
	for i := 1; i < len(t); i++ {
		if t[i].text == "PORT" || !isVariable(t[i].text) && t[i].text != "port" || !isEnv(t, i) || ofClient(t, i) {
			continue
		}
		s := setting{variable: t[i].text, names: bound(t, i), from: fact.At(file, t[i].line, t[i].text)}
		if open := object(t, i); open > 1 && t[open-1].text == ":" {
			s.within = t[open-2].text
		}
		var given []int // calls that are given it
		for n, c := range calls {
			if c.from <= i && i < c.to || len(s.names) > 0 && slices.Contains(c.names, s.names[0]) && isLocal(t, i) {
				given = append(given, n)
			}
		}
		s.passed = len(given) > 0
		if f.setting(s, fallbacks(t, i+1)) {
			for _, n := range given {
				settled[n] = true
			}
		}
	}
	local := loopbackConstants(t)
	for n, c := range calls {
		if at := loopbackIn(t, c, local); at > 0 && !settled[n] && f.loopback.IsZero() {
			f.loopback = fact.At(file, t[at].line, t[at].text)
		}
	}
}

// dotted notes the names of settings that a source which listens asks for: config.get('server.port').
func (f *facts) dotted(t []token) {
	for i := 1; i < len(t); i++ {
		if t[i].kind != quoted || t[i-1].text != "(" || len(t[i].text) > 100 {
			continue
		}
		if parts := strings.Split(t[i].text, "."); len(parts) > 1 && namesPort(parts[len(parts)-1]) {
			f.passed, f.owners = append(f.passed, parts[len(parts)-1]), append(f.owners, parts[len(parts)-2])
		}
	}
}

// setting keeps a variable whose default is the loopback address, which it reports, or a port.
func (f *facts) setting(s setting, defaults [][]token) bool {
	for _, d := range defaults {
		i := slices.IndexFunc(d, func(t token) bool { return t.kind == quoted || t.kind == number })
		if i < 0 {
			continue
		}
		if isLoopback(d[i]) {
			if n := len(f.hosts); n == 0 || f.hosts[n-1].from.File != s.from.File || f.hosts[n-1].from.Line != s.from.Line { // HOST || OTHER_HOST || 'localhost'
				f.hosts = append(f.hosts, s)
			}
			return true
		}
		if n, ok := port(d[i].text); ok && n > 0 && (strings.HasSuffix(s.variable, "_PORT") || s.variable == "port") {
			s.port = n
			f.ports = append(f.ports, s)
			return false
		}
	}
	return false
}

// loopbackIn is the loopback address that a call is given, or the constant of the file it is given by name; 0 for none.
func loopbackIn(t []token, c call, constants map[string]int) int {
	for i := c.from; i < c.to && i < len(t); i++ {
		if isLoopback(t[i]) {
			return i
		}
	}
	first := 0
	for _, name := range c.names {
		if at := constants[name]; at > 0 && (first == 0 || at < first) {
			first = at
		}
	}
	return first
}

// loopbackConstants are where a file first gives each of its names the loopback address.
func loopbackConstants(t []token) map[string]int {
	found := map[string]int{}
	for i := 1; i+1 < len(t); i++ {
		if t[i].text == "=" && isLoopback(t[i+1]) && found[t[i-1].text] == 0 {
			found[t[i-1].text] = i + 1
		}
	}
	return found
}

func isLoopback(t token) bool {
	return t.kind == quoted && (t.text == "localhost" || t.text == "127.0.0.1" || t.text == "::1")
}

// isVariable reports whether a name is written as those of environment variables are.
func isVariable(name string) bool {
	return len(name) > 1 && strings.Trim(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") == ""
}

// bound are the names by which the value read at i is known: that of the constant or property, and of
// the object that holds it.
func bound(t []token, i int) []string {
	var names []string
	k := i
	for k > 0 && k > i-16 && !(t[k-1].kind == sign && slices.Contains([]string{"=", ":", ";", ",", "{", "}"}, t[k-1].text)) {
		k--
	}
	switch {
	case k < 2:
		return nil
	case k == i: // const { HOST } = process.env, a schema's HOST: z.string()
		names = append(names, t[i].text)
	case t[k-1].text == "=" && k > 3 && t[k-3].text == ":": // a type
		names = append(names, t[k-4].text)
	case t[k-1].text == "=" || t[k-1].text == ":":
		names = append(names, t[k-2].text)
	}
	if open := object(t, i); open > 1 && (t[open-1].text == "=" || t[open-1].text == ":") {
		names = append(names, t[open-2].text)
	}
	return names
}

// isLocal reports whether the value read at i is that of a constant or variable, not of a property.
func isLocal(t []token, i int) bool {
	for k := i; k > 0 && k > i-16; k-- {
		switch t[k-1].text {
		case "const", "let", "var":
			return true
		case ";", ",", "}":
			return envDestructured(t, i)
		}
	}
	return false
}

// ownParts are what names of variables for the program's own address begin with; others are of servers that it uses.
var ownParts = []string{"", "APP", "HTTP", "SERVER", "API", "WEB", "LISTEN", "BIND", "NODE", "SERVICE", "BACKEND", "FASTIFY", "EXPRESS", "NEST"}

// isOwn reports whether a variable is named as one for the program's own address or port.
func isOwn(variable string) bool {
	if variable == "BIND" || variable == "LISTEN" || variable == "port" { // process.env.port, as Nx' starters have it
		return true
	}
	for _, kind := range []string{"HOST", "HOSTNAME", "ADDRESS", "ADDR", "IP", "PORT"} {
		if rest, ok := strings.CutSuffix(variable, kind); ok && slices.Contains(ownParts, strings.TrimSuffix(rest, "_")) {
			return true
		}
	}
	return false
}

// reach reports whether a setting comes to a call that listens: there, or from another file under a name
// that such a call passes on.
func (f *facts) reach(s setting) bool {
	return s.passed || (isOwn(s.variable) || f.only(s)) && slices.ContainsFunc(s.names, func(n string) bool { return slices.Contains(f.passed, n) })
}

// only reports whether no other setting of its sort has the name under which one is passed on, and its
// variable is not called after a server that programs use.
func (f *facts) only(s setting) bool {
	all := f.hosts
	if s.port > 0 {
		all = f.ports
	}
	return len(s.names) > 0 && !ofOther(s.variable) && !slices.ContainsFunc(all, func(o setting) bool {
		return o.variable != s.variable && !ofOther(o.variable) && slices.Contains(o.names, s.names[0])
	})
}

// ofOther reports whether a variable is called after a server that programs use, or a tool.
func ofOther(variable string) bool {
	return slices.ContainsFunc(strings.Split(variable, "_"), func(part string) bool {
		return slices.ContainsFunc(otherServers, func(name string) bool { return strings.HasPrefix(part, name) })
	})
}

// otherServers begin the parts of variables' names that are of servers which programs use.
var otherServers = []string{"DB", "DATABASE", "REDIS", "VALKEY", "MYSQL", "MARIA", "POSTGRES", "PG", "MONGO", "SQL", "MSSQL", "ORACLE", "CASSANDRA", "COUCH", "NEO", "INFLUX", "CLICKHOUSE", "SMTP", "MAIL", "EMAIL", "IMAP", "POP", "RABBIT", "AMQP", "MQ", "NATS", "KAFKA",
	"ELASTIC", "ES", "OPENSEARCH", "MEILI", "TYPESENSE", "SOLR", "MEMCACHE", "CACHE", "LDAP", "STATSD", "GRAPHITE", "SENTRY", "JAEGER", "OTEL", "CONSUL", "VAULT", "MINIO", "S3", "FTP", "SFTP", "SSH", "PROXY", "REMOTE", "TARGET", "UPSTREAM", "CLIENT", "FRONTEND", "METRICS", "DEBUG", "INSPECT", "HMR", "VITE", "LIVERELOAD", "WEBPACK", "TEST", "DEV"}

// opened are the variables whose default is the loopback address, where no other container and no
// user could reach the program.
func (f *facts) opened() []fact.Of[string] {
	var all []fact.Of[string]
	for _, s := range f.hosts {
		if f.reach(s) && !slices.Contains(values(all), s.variable) {
			all = append(all, fact.New(s.variable, s.from))
		}
	}
	return all
}

// portVariable is the environment variable that moves the program's port, with its default; the value is
// "" where there is none.
func (f *facts) portVariable() setting {
	if !f.reads.IsZero() {
		return setting{variable: "PORT", from: f.reads}
	}
	// Of several that are handed on by the same name, another server's lies in an object that no such call names.
	for _, sure := range []bool{true, false} {
		for _, s := range f.ports {
			if f.reach(s) && (!sure || s.passed || s.within == "" || slices.Contains(f.owners, s.within)) {
				return s
			}
		}
	}
	return setting{}
}
