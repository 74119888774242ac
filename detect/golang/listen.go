package golang

import (
	"go/ast"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// listening is a call that listens, or the address of a server.
type listening struct {
	at      fact.Source
	address string // ":8080", "127.0.0.1:80", "" where it is not known
	within  string // name of the function around it
	of      string // import path of the package whose function it is, "" for a method
	raw     bool   // a socket, which HTTP may or may not be spoken on
	pkg     *pkg
}

// isAside reports whether a call is about something beside the service: metrics, a shell.
func (l listening) isAside() bool {
	dir := strings.TrimPrefix(strings.ReplaceAll("/"+l.pkg.dir, "/internal/", "/"), "/internal") // where Go keeps any package
	return asideName.MatchString(l.within) || asideName.MatchString(dir) || asideName.MatchString(path.Base(l.of)) || standIn.MatchString(path.Base(l.at.File))
}

// speaksHTTP reports whether what listens there can be asked for a page.
func (l listening) speaksHTTP() bool {
	_, imports := l.pkg.imports["net/http"]
	return !l.raw || imports
}

// listenNames are functions and methods that open a port.
var listenNames = map[string]bool{
	"ListenAndServe": true, "ListenAndServeTLS": true, "Listen": true, "ListenTLS": true, "Serve": true,
	"Start": true, "StartTLS": true, "Run": true, "RunTLS": true, "ListenTCP": true, "StartServer": true, "ListenMutualTLS": true, "StartAutoTLS": true,
}

// vagueNames also belong to things that are no server; they count only with an address.
var vagueNames = map[string]bool{"Start": true, "Run": true, "Serve": true, "Listen": true}

var address = pattern.New(`^(?:[A-Za-z0-9_.-]*|\[[0-9a-fA-F:]*\]):([0-9]{1,5})$`)

// portOf is the port of an address or number, or 0.
func portOf(text string) int {
	if match := address.FindStringSubmatch(text); match != nil {
		text = match[1]
	}
	if port, err := strconv.Atoi(text); err == nil && port > 0 && port < 65536 {
		return port
	}
	return 0
}

// loopback reports whether an address answers only on the machine itself.
func loopback(text string) bool {
	return strings.HasPrefix(text, "127.") || strings.HasPrefix(text, "localhost:") || strings.HasPrefix(text, "[::1]:")
}

// listen notes a call that listens.
func (r *reader) listen(call *ast.CallExpr, name string) {
	l := listening{at: r.evaluator.at(call.Pos(), name), within: r.within, pkg: r.file.pkg, raw: (name == "Listen" || name == "ListenTCP") && len(call.Args) > 1}
	if sel, ok := call.Fun.(*ast.SelectorExpr); ok {
		if x, ok := sel.X.(*ast.Ident); ok {
			l.of = r.file.imports[x.Name]
		}
	}
	if !listenNames[name] {
		// exporter-toolkit's AddFlags(app, ":9091") and their like: an address that is handed on.
		if r.isMain {
			for _, arg := range call.Args {
				if lit, ok := arg.(*ast.BasicLit); ok {
					if v := literal(lit); strings.HasPrefix(v.text, ":") && address.MatchString(v.text) && flagKind.FindString(name) == "" {
						r.sources.settings = append(r.sources.settings, setting{name: "listen", value: v.text, at: r.evaluator.at(v.pos, name)})
					}
				}
			}
		}
		return
	}
	if name == "Listen" && len(call.Args) > 1 && !strings.HasPrefix(r.text(r.file, call.Args[0]).text, "tcp") && r.text(r.file, call.Args[0]).text != "" {
		if network := r.text(r.file, call.Args[0]).text; network == "unix" || strings.HasPrefix(network, "udp") {
			return
		}
	}
	if strings.HasPrefix(name, "Listen") && len(call.Args) == 2 && r.ofForeignNetwork(call) {
		return
	}
	for _, arg := range call.Args {
		v := r.text(r.file, arg)
		if address.MatchString(v.text) || (name == "Listen" && len(call.Args) == 1 && portOf(v.text) > 0) {
			l.address = v.text
			if at := r.evaluator.at(v.pos, name); v.pos.IsValid() {
				l.at = at
			}
			break
		}
	}
	switch {
	case l.address != "" || !vagueNames[name]:
	case name == "Run" && len(call.Args) == 0 && r.hasGin(call):
		// gin listens on PORT, or 8080: https://pkg.go.dev/github.com/gin-gonic/gin#Engine.Run
		r.sources.settings = append(r.sources.settings, setting{name: "PORT", env: "PORT", value: ":8080", at: fact.At(l.at.File, l.at.Line, "gin's Run")})
	case name == "Listen" && len(call.Args) > 0, name == "Serve" && len(call.Args) == 1:
	case name == "Start" && len(call.Args) == 1 && r.imports("labstack/echo"):
	default:
		return
	}
	r.sources.listens = append(r.sources.listens, l)
}

// ofForeignNetwork reports whether Listen("tcp", …) is called on a value of another
// module's type, as tsnet.Server is: such a port is not the container's.
func (r *reader) ofForeignNetwork(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !strings.HasPrefix(r.text(r.file, call.Args[0]).text, "tcp") {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok || r.file.imports[x.Name] != "" {
		return false
	}
	foreign := false
	ast.Inspect(r.file.tree, func(n ast.Node) bool {
		assign, ok := n.(*ast.AssignStmt)
		if !ok || len(assign.Lhs) != 1 || len(assign.Rhs) != 1 {
			return true
		}
		made := assign.Rhs[0]
		if address, ok := made.(*ast.UnaryExpr); ok {
			made = address.X
		}
		name, isName := assign.Lhs[0].(*ast.Ident)
		lit, isLit := made.(*ast.CompositeLit)
		if isName && isLit && name.Name == x.Name {
			if of, ok := lit.Type.(*ast.SelectorExpr); ok {
				if from, ok := of.X.(*ast.Ident); ok {
					host, _, _ := strings.Cut(r.file.imports[from.Name], "/")
					foreign = foreign || (strings.Contains(host, ".") && r.module.find(r.file.imports[from.Name]) == nil)
				}
			}
		}
		return true
	})
	return foreign
}

func (r *reader) imports(part string) bool {
	for _, p := range r.file.imports {
		if strings.Contains(p, part) {
			return true
		}
	}
	return false
}

// hasGin: r.Run() without arguments listens only on gin's engine, whatever it is called.
func (r *reader) hasGin(call *ast.CallExpr) bool {
	sel, ok := call.Fun.(*ast.SelectorExpr)
	if !ok || !r.packageImports("github.com/gin-gonic/gin") {
		return false
	}
	x, ok := sel.X.(*ast.Ident)
	if !ok {
		_, ok = sel.X.(*ast.SelectorExpr) // s.router.Run()
		return ok
	}
	return slices.Contains([]string{"r", "router", "engine", "g", "app", "server", "e", "api", "srv", "s"}, x.Name)
}

// packageImports reports whether the file's package imports a path.
func (r *reader) packageImports(importPath string) bool {
	_, ok := r.file.pkg.imports[importPath]
	return ok
}

// network is where a program listens.
type network struct {
	port      fact.Of[int]
	lost      []fact.Of[int]
	readsPort fact.Source // the program takes its port from PORT
	loopback  fact.Source // it listens on the loopback address only
	set       setting     // how the address can be set from outside, zero where it cannot
	mute      bool        // what listens there speaks no HTTP, so that no probe can ask it
	vague     bool        // found outside the main package, whose other parts name other ports
}

// wellKnown are ports that programs connect to rather than listen on, when only a
// name like "port" speaks for them. https://www.iana.org/assignments/service-names-port-numbers
var wellKnown = []int{22, 25, 110, 143, 389, 465, 587, 636, 993, 995, 1433, 1521, 2379, 3306, 4222, 4317, 4318, 5432, 5672, 6379, 6831, 8125, 9042, 9092, 9200, 11211, 14268, 27017}

// profiling is the name of a function that serves Go's profiles.
var profiling = pattern.New(`(?i)pprof|profil(er|ing)`)

// standIn are names of files whose servers stand in for others in tests.
var standIn = pattern.New(`(?i)(^|_)(mock|fake|stub|test|example)`)

// candidate is a port with the weight of what speaks for it; lower is better.
type portCandidate struct {
	rank    int
	port    int
	address string
	at      fact.Source
	set     setting
	mute    bool
}

// network weighs what the sources say: a default of PORT, then the address of a call
// that listens, then settings with telling names. What is for metrics, TLS or
// administration, and what only the machine itself can reach, comes last. Of them those
// that people expose come first.
func (s *sources) network(main *pkg, exposed []int) network {
	var n network
	var all []portCandidate
	for _, set := range s.settings {
		if set.env == "PORT" || s.automatic(set) == "PORT" {
			if n.readsPort.IsZero() {
				n.readsPort = set.at
			}
			if p := portOf(set.value); p > 0 {
				all = append(all, portCandidate{port: p, address: set.value, at: set.at, set: setting{name: "PORT", env: "PORT"}})
				continue
			}
		}
		if p := portOf(set.value); p > 0 && portish(set.name) && !otherName.MatchString(set.env) && !slices.Contains(wellKnown, p) {
			c := portCandidate{rank: 3, port: p, address: set.value, at: set.at, set: set}
			if set.main && set.flag != "" { // what the program itself offers on its command line
				c.rank = 1
			}
			if set.flag == "" && set.env == "" {
				c.rank = 4
				if p < 1024 && p != 80 {
					continue // the well-known port of a protocol, more often another's than our own
				}
			}
			if set.other {
				c.rank += 10
			}
			if strings.Contains(strings.ToLower(set.name), "pprof") {
				continue // for the developer's own machine
			}
			if asideName.MatchString(set.name) || standIn.MatchString(path.Base(set.at.File)) {
				c.rank += 10
			}
			all = append(all, c)
		}
	}
	// The raw socket beside an HTTP server is not the door, whether the server's address is known
	// or comes from a setting.
	handedOn := slices.ContainsFunc(s.listens, func(l listening) bool {
		return l.address == "" && strings.HasPrefix(l.at.What, "ListenAndServe")
	})
	serves := slices.ContainsFunc(s.listens, func(l listening) bool { return l.address != "" && !l.raw && !l.isAside() })
	for _, l := range s.listens {
		if profiling.MatchString(l.within) {
			continue // for the developer's own machine
		}
		if p := portOf(l.address); p > 0 {
			c := portCandidate{rank: 1, port: p, address: l.address, at: l.at, mute: !l.speaksHTTP()}
			if l.pkg != main {
				c.rank = 2
			}
			if l.at.What == "Listen" && (handedOn || l.raw && serves) {
				c.rank = 4
			}
			if l.isAside() {
				c.rank += 10
			}
			all = append(all, c)
		}
	}
	for i := range all {
		if loopback(all[i].address) {
			all[i].rank += 20
		}
		if p := all[i].port; p == 443 || p == 8443 || p == 6060 {
			all[i].rank += 5
		}
	}
	for i := range all {
		if slices.Contains(exposed, all[i].port) && all[i].rank < 10 {
			all[i].rank -= 10
		}
	}
	slices.SortStableFunc(all, func(a, b portCandidate) int { return a.rank - b.rank })
	if len(all) == 0 {
		return n
	}
	n.take(all, s)
	return n
}

func (n *network) take(all []portCandidate, s *sources) {
	best := all[0]
	n.port, n.set, n.mute = fact.New(best.port, best.at), best.set, best.mute
	n.vague = best.rank >= 2 && slices.ContainsFunc(all, func(c portCandidate) bool {
		return c.rank < 10 && c.port != best.port && c.at.File != best.at.File
	})
	if loopback(best.address) {
		n.loopback = best.at
	}
	for _, c := range all {
		// The call may only hand on what a setting says: ListenAndServe(*addr, nil).
		if n.set.name == "" && c.port == best.port && c.set.name != "" && c.at.File == best.at.File && c.at.Line == best.at.Line {
			n.set = c.set
		}
		if c.rank < 10 && c.port != best.port && !slices.ContainsFunc(n.lost, func(o fact.Of[int]) bool { return o.Value == c.port }) {
			n.lost = append(n.lost, fact.New(c.port, c.at))
		}
	}
	if hosts := s.hosts(n.set); n.loopback.IsZero() && len(hosts) > 0 {
		n.loopback = hosts[0].at
	}
	// A setting that the call names by another line still is how to set it.
	if n.set.name == "" {
		for _, set := range s.settings {
			if (set.flag != "" || set.env != "") && portOf(set.value) == best.port && portish(set.name) {
				n.set = set
				break
			}
		}
	}
}

// hostWord is what the name of a setting for an address without a port ends in, and portWord
// that of one for a port: what stands before it says whose they are.
var (
	hostWord = pattern.New(`(?i)[_.-]?(address|addr|host|bind|ip|ipv4|interface)$`)
	portWord = pattern.New(`(?i)[_.-]?(port|listen|addr|address)$`)
	// ourWord is what stands there for the program's own server.
	ourWord = pattern.New(`(?i)(^|[_.-])(server|http|web|listen|bind)$`)
)

// before is a setting's name without what a pattern finds at its end; ok where it finds something.
func (set setting) before(word *pattern.Pattern) (string, bool) {
	name := strings.TrimLeft(set.name, "-")
	end := word.FindString(name)
	return strings.ToLower(strings.TrimSuffix(name, end)), end != ""
}

// hosts are the settings for the address of the program's own server that have the machine's own as
// their default, beside that of its port. Where one has a name that only a listener has, or
// another port of the same name is another service's (--host beside --port 5432), host is not it.
func (s *sources) hosts(port setting) []setting {
	var all []setting
	for _, set := range s.settings {
		whose, ok := set.before(hostWord)
		if !ok || (set.value != "localhost" && set.value != "127.0.0.1") || set.at.File != port.at.File || otherName.MatchString(set.name) {
			continue
		}
		beside, _ := port.before(portWord)
		listens := ourWord.MatchString(whose) || ourWord.MatchString(set.name)
		alike := (set.flag != "") == (port.flag != "") || set.env != ""
		if (whose == beside || (whose == "" || listens) && alike) && (listens || !s.othersPort(whose, set)) {
			all = append(all, set)
		}
	}
	return all
}

// othersPort reports whether the port that belongs to a host is well known for another service.
func (s *sources) othersPort(whose string, host setting) bool {
	return slices.ContainsFunc(s.settings, func(set setting) bool {
		of, ok := set.before(portWord)
		return ok && of == whose && set.at.File == host.at.File && slices.Contains(wellKnown, portOf(set.value))
	})
}

// automatic is the environment variable that viper or envconfig reads a setting from.
func (s *sources) automatic(set setting) string {
	if s.autoEnv.IsZero() || set.env != "" {
		return ""
	}
	name := strings.ToUpper(strings.TrimLeft(set.name, "-"))
	if s.prefix != "" {
		name = s.prefix + "_" + name
	}
	return name
}
