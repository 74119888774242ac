package rust

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// address is what an expression says about where to listen.
type address struct {
	host, hostEnv, hostArg fact.Of[string]
	port                   fact.Of[int]
	portEnv                fact.Of[string]
	addrEnv, addrArg       fact.Of[string]
}

// weight says how much is known; a call that says more is believed first.
func (a address) weight() int {
	w := 0
	if a.port.Known() {
		w += 2
	}
	if a.portEnv.Known() || a.addrEnv.Known() {
		w++
	}
	return w
}

// ephemeral: port 0 is any port, which tests and clients ask for.
func (a address) ephemeral() bool { return a.port.Known() && a.port.Value == 0 }

// resolver follows names through the files of a program. It evaluates nothing: it looks
// for the literals from which an expression is made.
type resolver struct {
	files []*source
	names map[string][]place // where a name is given a value
	steps int
	via   string // the name that is followed, "" in the arguments of the call
}

// place is the expression that a name stands for, and the attribute of a field.
type place struct {
	source   *source
	from, to int
	kind     placeKind
}

type placeKind int

const (
	binding   placeKind = iota // let, const, static
	field                      // name: value, in a struct literal
	function                   // body
	attribute                  // #[arg(…)] of a field
	argument                   // Arg::new("name")…
)

const (
	maxDepth = 6
	maxSteps = 20000 // for one call that listens
)

// index is where names get values, in the order of the files.
func index(files []*source) map[string][]place {
	names := map[string][]place{}
	add := func(name string, p place) { names[name] = append(names[name], p) }
	for _, s := range files {
		ts := s.tokens
		declared := 0 // where the struct that is declared ends: its fields have types there, not values
		for i := 0; i+2 < len(ts); i++ {
			switch t := ts[i]; {
			case t.named("struct") && ts[i+2].is("{"):
				declared = s.partner[i+2]
			case (t.named("let") || t.named("const") || t.named("static")):
				j := i + 1
				for j < len(ts) && (ts[j].named("mut") || ts[j].named("ref")) {
					j++
				}
				if j+1 < len(ts) && ts[j].kind == ident && (ts[j+1].is("=") || ts[j+1].is(":")) {
					if from := skipTo(s, j+1, "="); from > 0 {
						add(ts[j].text, place{s, from + 1, end(s, from+1, ";"), binding})
					}
				}
			case t.named("fn") && ts[i+1].kind == ident:
				for j := i + 2; j < len(ts) && !ts[j].is(";"); j++ {
					if ts[j].is("{") && s.partner[j] > 0 {
						add(ts[i+1].text, place{s, j + 1, s.partner[j], function})
						break
					}
					if p := s.partner[j]; p > j {
						j = p
					}
				}
			case t.kind == ident && ts[i+1].is(":") && i > declared && (ts[i-1].is(",") || ts[i-1].is("{")):
				add(t.text, place{s, i + 2, end(s, i+2, ","), field})
			case t.is("#") && ts[i+1].is("[") && s.partner[i+1] > 0:
				if name := fieldAfter(s, s.partner[i+1]+1); name != "" {
					add(name, place{s, i + 2, s.partner[i+1], attribute})
				}
			case t.named("set_default") && i+4 < len(ts) && ts[i+1].is("(") && ts[i+2].kind == text && ts[i+3].is(","):
				// config's builder: set_default("server.port", 8080). https://docs.rs/config, 0.15, 2026-11
				key := ts[i+2].text
				p := place{s, i + 4, end(s, i+4, ","), field}
				if name := key[strings.LastIndex(key, ".")+1:]; name == key {
					names[key] = append([]place{p}, names[key]...) // before what a part of the settings is given
				} else {
					add(name, p)
				}
			case (t.named("new") || t.named("with_name")) && s.after(i, "Arg", "::") && i+3 < len(ts) && ts[i+1].is("(") && ts[i+2].kind == text:
				add(ts[i+2].text, place{s, i, end(s, i, ","), argument})
			}
		}
	}
	return names
}

// skipTo is the index of a token at the same depth, 0 where a statement ends first.
func skipTo(s *source, i int, what string) int {
	for ; i < len(s.tokens); i++ {
		switch t := s.tokens[i]; {
		case t.is(what):
			return i
		case t.is(";"), t.is("{"), t.is("}"):
			return 0
		case s.partner[i] > i:
			i = s.partner[i]
		}
	}
	return 0
}

// end is the index where an expression ends: at the separator, or where its brackets do.
func end(s *source, i int, separator string) int {
	for ; i < len(s.tokens); i++ {
		t := s.tokens[i]
		if t.is(separator) || t.is(";") {
			return i
		}
		if t.is(")") || t.is("]") || t.is("}") {
			if s.partner[i] < 0 || s.partner[i] < i {
				return i
			}
		}
		if p := s.partner[i]; p > i {
			i = p
		}
	}
	return i
}

// fieldAfter is the name of the field that an attribute stands on, or "".
func fieldAfter(s *source, i int) string {
	for i+1 < len(s.tokens) {
		switch t := s.tokens[i]; {
		case t.is("#") && s.tokens[i+1].is("[") && s.partner[i+1] > 0:
			i = s.partner[i+1] + 1
		case t.named("pub"):
			i++
			if s.tokens[i].is("(") && s.partner[i] > 0 {
				i = s.partner[i] + 1
			}
		case t.kind == ident && s.tokens[i+1].is(":"):
			return t.text
		default:
			return ""
		}
	}
	return ""
}

var (
	hostPort = pattern.New(`^([A-Za-z0-9_.-]*|\[[0-9a-fA-F:]*\]):(\d{1,5})/?$`)
	scheme   = pattern.New(`^[a-z]+://`)
	hostOnly = pattern.New(`^(?:\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}|localhost|::1?|\[::1?\])$`)
	envWord  = pattern.New(`^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$`)
	digits   = pattern.New(`^\d{2,5}$`)
	inBraces = pattern.New(`\{([a-z_][a-z0-9_]*)(?::[^}]*)?\}`)
)

// eval looks at the tokens of an expression, left to right; what is found first stays.
func (r *resolver) eval(s *source, from, to, depth int, a *address) {
	if depth > maxDepth {
		return
	}
	for i := from; i < to && i < len(s.tokens); i++ {
		if r.steps++; r.steps > maxSteps {
			return
		}
		switch t := s.tokens[i]; t.kind {
		case text:
			r.literal(s, i, depth, a)
		case number:
			r.number(s, i, a)
		case ident:
			i = r.name(s, i, depth, a)
		case punctuator:
			if t.is("[") || t.is("(") {
				if host, ok := octets(s, i); ok {
					setFirst(&a.host, fact.New(host, s.from(i, "address")))
					i = s.partner[i]
				}
			}
		}
	}
}

func setFirst[T comparable](known *fact.Of[T], v fact.Of[T]) {
	if !known.Known() {
		*known = v
	}
}

// octets reads [127, 0, 0, 1] and (127, 0, 0, 1), and the eight groups of an IPv6 address.
func octets(s *source, i int) (string, bool) {
	count := (s.partner[i] - i) / 2
	if count != 4 && count != 8 || s.partner[i] != i+2*count {
		return "", false
	}
	var parts []string
	for n := range count {
		if _, ok := s.tokens[i+1+2*n].integer(); !ok || (n < count-1 && !s.tokens[i+2+2*n].is(",")) {
			return "", false
		}
		parts = append(parts, s.tokens[i+1+2*n].text)
	}
	if count == 4 {
		return strings.Join(parts, "."), true
	}
	host, err := netip.ParseAddr(strings.Join(parts, ":"))
	return host.String(), err == nil // shortened: "::", "::1"
}

// counting are calls whose number is a length or a time: the queue of a socket, a buffer.
var counting = []string{"listen", "with_capacity", "from_secs", "from_millis", "from_mins", "buffer", "channel"}

func (r *resolver) number(s *source, i int, a *address) {
	for _, call := range counting {
		if s.after(i, call, "(") {
			return
		}
	}
	if !r.numbersPort(s, i) {
		return
	}
	if n, ok := s.tokens[i].integer(); ok && n < 65536 && (n >= 80 || (n == 0 && i > 0 && s.tokens[i-1].is(","))) {
		setFirst(&a.port, fact.New(n, s.from(i, "port")))
	}
}

// numbersPort reports whether a number may be a port: it stands in the arguments of the call, after
// a host, or in an expression under a name that says so.
func (r *resolver) numbersPort(s *source, i int) bool {
	if r.via == "" || portName.MatchString(r.via) {
		return true
	}
	if i > 1 && s.tokens[i-1].is(",") { // (60, 1000) are a time and a size
		_, counts := s.tokens[i-2].integer()
		return !counts
	}
	for j := i - 1; j >= 0 && j > i-40; j-- { // back to where the expression begins
		switch t := s.tokens[j]; {
		case t.is(","), t.is(";"), t.is("{"), t.is("}"):
			return false
		case (t.kind == ident || t.kind == text) && portName.MatchString(t.text):
			return true
		}
	}
	return false
}

var portName = pattern.New(`(?i)port|addr|bind|listen`)

func (r *resolver) literal(s *source, i, depth int, a *address) {
	value := s.tokens[i].text
	if env, ok := envName(s, i); ok {
		a.variable(env, s.from(i, env))
		return
	}
	if optionOf(s, i) {
		r.follow(s, value, depth+1, a, argument)
		return
	}
	if at := scheme.FindString(value); r.via == "" {
		value = value[len(at):] // the call that listens may be given its address so
	} else if at != "" {
		return // of what the program calls
	}
	if match := hostPort.FindStringSubmatch(value); match != nil {
		host := match[1]
		if host == "" {
			host = "0.0.0.0"
		}
		setFirst(&a.host, fact.New(host, s.from(i, "address")))
		if n, err := strconv.Atoi(match[2]); err == nil && n < 65536 {
			setFirst(&a.port, fact.New(n, s.from(i, "address")))
		}
		return
	}
	switch {
	case hostOnly.MatchString(value):
		setFirst(&a.host, fact.New(value, s.from(i, "address")))
	case digits.MatchString(value):
		if n, err := strconv.Atoi(value); err == nil && n < 65536 {
			setFirst(&a.port, fact.New(n, s.from(i, "default of the port")))
		}
	case strings.Contains(value, "{"): // a format string
		at := strings.LastIndex(value, ":")
		if at >= 0 && hostOnly.MatchString(value[:at]) {
			setFirst(&a.host, fact.New(value[:at], s.from(i, "address")))
		}
		if at >= 0 && (digits.MatchString(value[at+1:]) || value[at+1:] == "0") {
			n, _ := strconv.Atoi(value[at+1:])
			setFirst(&a.port, fact.New(n, s.from(i, "address")))
		}
		for _, m := range inBraces.FindAllStringSubmatch(value, -1) {
			r.follow(s, m[1], depth+1, a, binding, field)
		}
	}
}

// optionCalls are the methods of clap that give the value of an option by its name.
// https://docs.rs/clap, 4.5 and 2.34, 2026-11
var optionCalls = []string{"get_one", "get_many", "remove_one", "value_of", "value_of_t", "value_of_t_or_exit"}

// optionOf reports whether a string is the name of an option whose value is asked for:
// get_one::<String>("port").
func optionOf(s *source, i int) bool {
	if !s.after(i, "(") {
		return false
	}
	for j := i - 2; j > 0 && j > i-12; j-- {
		t := s.tokens[j]
		if t.kind == ident && slices.Contains(optionCalls, t.text) {
			return s.tokens[j-1].is(".") && (j == i-2 || s.tokens[j+1].is("::"))
		}
		if j == i-2 && !t.is(">") {
			return false
		}
	}
	return false
}

// envName is the variable that a string names in env::var("X"), var_os or option_env!,
// or in a function of the program's that says it reads one.
func envName(s *source, i int) (string, bool) {
	for _, call := range [][]string{{"var", "("}, {"var_os", "("}, {"env", "!", "("}, {"option_env", "!", "("}, {"get_env", "("}, {"env_or", "("}, {"try_get_env", "("}} {
		if s.after(i, call...) {
			return s.tokens[i].text, true
		}
	}
	if i > 1 && s.tokens[i-1].is("(") && s.tokens[i-2].kind == ident && strings.Contains(s.tokens[i-2].text, "env") && envWord.MatchString(s.tokens[i].text) {
		return s.tokens[i].text, true
	}
	return "", false
}

// variable takes a variable of the environment by what its name says.
func (a *address) variable(name string, at fact.Source) {
	upper := strings.ToUpper(name)
	env := fact.New(name, at)
	switch {
	case upper == "PORT" || strings.HasSuffix(upper, "PORT"):
		setFirst(&a.portEnv, env)
	case strings.HasSuffix(upper, "HOST") || strings.HasSuffix(upper, "IP") || strings.HasSuffix(upper, "HOSTNAME"):
		setFirst(&a.hostEnv, env)
	case strings.Contains(upper, "ADDR") || strings.Contains(upper, "BIND") || strings.Contains(upper, "LISTEN"):
		setFirst(&a.addrEnv, env)
	}
}

// name follows an identifier and gives the index to go on from.
func (r *resolver) name(s *source, i, depth int, a *address) int {
	t := s.tokens[i]
	next := token{}
	if i+1 < len(s.tokens) {
		next = s.tokens[i+1]
	}
	called := next.is("(")
	if block := onlyWhereSet(s, i); block > 0 {
		r.eval(s, i+1, block, depth, a) // the names of the variables
		return s.partner[block]
	}
	switch {
	case t.text == "LOCALHOST":
		setFirst(&a.host, fact.New("127.0.0.1", s.from(i, "address")))
	case t.text == "UNSPECIFIED":
		setFirst(&a.host, fact.New("0.0.0.0", s.from(i, "address")))
	case next.is("!"), next.is("::"), keywords[t.text]:
	case t.text == "expect" && called && s.partner[i+1] > 0, t.text == "context" && called && s.partner[i+1] > 0:
		return s.partner[i+1] // a message is no address
	case called:
		if i == 0 || !commonMethods[t.text] || (!s.tokens[i-1].is(".") && !s.tokens[i-1].is("::")) {
			r.follow(s, t.text, depth+1, a, function)
		}
	case i > 0 && s.tokens[i-1].is("."):
		kinds := []placeKind{attribute, argument, field}
		if r.shorthand(t.text) {
			kinds = append(kinds, binding)
		}
		r.follow(s, t.text, depth+1, a, kinds...)
	case r.leadsToField(s, i):
	default:
		r.follow(s, t.text, depth+1, a, binding, attribute, field)
	}
	return i
}

// leadsToField reports whether a name only leads to a field whose value is known:
// settings.server.port. The rest of what made the settings is about something else.
func (r *resolver) leadsToField(s *source, i int) bool {
	last := i
	for last+2 < len(s.tokens) && s.tokens[last+1].is(".") && s.tokens[last+2].kind == ident {
		last += 2
	}
	if last+1 < len(s.tokens) && s.tokens[last+1].is("(") {
		last -= 2 // a method of the field
	}
	name := s.tokens[last].text
	return last > i && (r.shorthand(name) || slices.ContainsFunc(r.names[name], func(p place) bool { return p.kind != binding && p.kind != function }))
}

// shorthand reports whether a name that is bound is only so a field of a literal: Config { listen_addr, … }.
func (r *resolver) shorthand(name string) bool {
	bound := slices.ContainsFunc(r.names[name], func(p place) bool { return p.kind == binding })
	if !bound || !portName.MatchString(name) || slices.ContainsFunc(r.names[name], func(p place) bool { return p.kind != binding && p.kind != function }) {
		return false
	}
	return slices.ContainsFunc(r.files, func(s *source) bool {
		for i := 1; i+1 < len(s.tokens); i++ {
			before, after := s.tokens[i-1], s.tokens[i+1]
			if s.tokens[i].named(name) && (before.is("{") || before.is(",")) && (after.is(",") || after.is("}")) {
				return true
			}
		}
		return false
	})
}

const maxCondition = 100 // tokens between an "if" and its block, without what stands in brackets

// onlyWhereSet is the index of the block after an "if" that only a variable of the environment
// opens, and that has an "else", which holds where nobody sets the variable; 0 for others.
func onlyWhereSet(s *source, i int) int {
	if !s.tokens[i].named("if") {
		return 0
	}
	block := i + 1
	for ; block < len(s.tokens) && block < i+maxCondition && !s.tokens[block].is("{"); block++ {
		if s.partner[block] > block {
			block = s.partner[block]
		}
	}
	if block+1 >= len(s.tokens) || !s.tokens[block].is("{") || s.partner[block] < 0 || s.partner[block]+1 >= len(s.tokens) || !s.tokens[s.partner[block]+1].named("else") {
		return 0
	}
	reads, set := false, false
	for j := i + 1; j < block; j++ {
		_, variable := envName(s, j)
		reads = reads || s.tokens[j].kind == text && variable
		set = set || (s.tokens[j].named("is_ok") || s.tokens[j].named("is_some")) && !s.tokens[i+1].is("!")
	}
	if !reads || !set {
		return 0
	}
	return block
}

var keywords = map[string]bool{"_": true, "let": true, "if": true, "else": true, "match": true, "return": true, "as": true, "self": true, "Self": true, "mut": true, "ref": true, "async": true, "move": true, "await": true, "fn": true, "Ok": true, "Err": true, "Some": true, "None": true, "u16": true, "String": true, "str": true}

// commonMethods have names that a function of the program may have too.
var commonMethods = map[string]bool{"parse": true, "unwrap": true, "unwrap_or": true, "unwrap_or_else": true, "to_string": true, "into": true, "clone": true, "as_str": true, "ok": true, "map": true, "and_then": true, "new": true, "from": true, "run": true, "build": true, "get": true}

// follow looks at where a name gets its value, the same file first.
func (r *resolver) follow(s *source, name string, depth int, a *address, kinds ...placeKind) {
	if depth > maxDepth || (a.port.Known() && a.host.Known()) {
		return
	}
	places := slices.Clone(r.names[name])
	slices.SortStableFunc(places, func(x, y place) int {
		return boolInt(y.source == s) - boolInt(x.source == s)
	})
	for _, k := range kinds {
		for _, p := range places {
			if p.kind != k {
				continue
			}
			before := r.via
			r.via = name
			if k == attribute || k == argument {
				r.option(p, name, depth, a)
			} else {
				r.eval(p.source, p.from, p.to, depth, a)
			}
			r.via = before
		}
	}
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}
