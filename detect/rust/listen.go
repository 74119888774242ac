package rust

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
)

// network is what the sources say about the ports of a program.
type network struct {
	calls   []listening
	port    fact.Of[int]
	portEnv fact.Of[string] // variable that sets the port
	host    fact.Of[string] // address it listens on, as far as the sources say
	hostEnv fact.Of[string] // variable that sets the address alone
	addrEnv fact.Of[string] // variable that sets address and port together
	hostArg fact.Of[string] // option of the command line that sets the address: "--host"
	addrArg fact.Of[string] // and the one that sets address and port: "--addr"
	stops   fact.Of[string] // what ends it well: "SIGTERM", "SIGINT"; not known: nothing does
}

// listening is a call that opens a port.
type listening struct {
	at      fact.Source
	what    string
	address address
}

// listenCalls are calls that open a port, by the path or method that is called, and
// the argument that holds the address. Read from the crates' documentation, 2026-11.
var listenCalls = []struct {
	path   []string // the tokens before the parenthesis
	needs  []string // one of these names must stand in the file; none: always
	unless []string
}{
	{path: []string{"TcpListener", "::", "bind"}},
	{path: []string{"TcpListener", "::", "new"}, needs: []string{"salvo"}},
	{path: []string{"QuinnListener", "::", "new"}},
	{path: []string{"UnixListener", "::", "bind"}, needs: []string{"never"}},
	{path: []string{"Server", "::", "bind"}},
	{path: []string{"axum_server", "::", "bind"}},
	{path: []string{"axum_server", "::", "bind_rustls"}},
	{path: []string{"axum_server", "::", "bind_openssl"}},
	{path: []string{"Server", "::", "http"}},
	{path: []string{"Server", "::", "new"}, needs: []string{"rouille"}},
	{path: []string{"start_server"}, needs: []string{"rouille"}},
	{path: []string{"gotham", "::", "start"}},
	{path: []string{".", "bind"}, needs: []string{"HttpServer", "actix_web", "ntex", "TcpSocket", "socket2"}},
	{path: []string{".", "bind_auto_h2c"}, needs: []string{"HttpServer"}},
	{path: []string{".", "bind_rustls"}, needs: []string{"HttpServer"}},
	{path: []string{".", "bind_rustls_0_23"}, needs: []string{"HttpServer"}},
	{path: []string{".", "bind_openssl"}, needs: []string{"HttpServer"}},
	{path: []string{".", "run"}, needs: []string{"warp"}},
	{path: []string{".", "bind"}, needs: []string{"warp"}},
	{path: []string{".", "serve"}, needs: []string{"tonic"}},
	{path: []string{".", "serve_with_shutdown"}, needs: []string{"tonic"}},
	{path: []string{".", "listen"}, needs: []string{"tide", "trillium", "HttpServer"}},
	{path: []string{".", "add_tcp"}, needs: []string{"pingora", "pingora_proxy", "pingora_core"}},
	{path: []string{"rocket", "::", "build"}},
	{path: []string{"rocket", "::", "ignite"}},
	{path: []string{"rocket", "::", "custom"}},
	{path: []string{"Rocket", "::", "build"}},
}

const rocketPort = 8000 // https://rocket.rs/guide/v0.5/configuration/#overview, 2026-11

// network reads the files of a program for the calls that listen.
func (c *crate) network(files []*source) network {
	var n network
	r := resolver{files: files, names: index(files)}
	for _, s := range files {
		for i, t := range s.tokens {
			if !t.is("(") || s.partner[i] < 0 || i == 0 {
				continue
			}
			what, ok := listens(s, i)
			if ok && s.partner[i] == i+2 && s.tokens[i+1].kind == number {
				continue // listen(1024) of a socket: the length of its queue
			}
			if ok {
				l := listening{at: s.from(i-1, what), what: what}
				r.steps = 0
				r.eval(s, i+1, s.partner[i], 0, &l.address)
				if isRocket := strings.HasPrefix(strings.ToLower(what), "rocket"); l.address.ephemeral() && isRocket {
					l.address.port = fact.Of[int]{} // it is told by its settings
				} else if l.address.ephemeral() {
					continue
				}
				n.calls = append(n.calls, l)
			}
		}
	}
	slices.SortStableFunc(n.calls, func(a, b listening) int { return b.address.weight() - a.address.weight() })
	for _, l := range n.calls {
		n.take(l.address)
	}
	if len(n.calls) > 0 && !n.port.Known() && !n.portEnv.Known() {
		r.steps = 0
		n.take(r.options())
	}
	for _, l := range n.calls {
		if strings.HasPrefix(l.what, "rocket") || strings.HasPrefix(l.what, "Rocket") {
			n.rocket(c, l)
			n.mergedOver(&r)
			break
		}
	}
	n.environmentOf(files)
	n.namedAlone(files)
	n.stops = stops(files)
	return n
}

// listens reports whether the parenthesis at i is that of a call that listens.
func listens(s *source, i int) (string, bool) {
	for _, l := range listenCalls {
		if s.calls(i, l.path) && (len(l.needs) == 0 || s.mentions(l.needs...)) {
			return strings.TrimPrefix(strings.Join(l.path, ""), "."), true
		}
	}
	return "", false
}

// take fills in what is not known yet from the address of one call.
func (n *network) take(a address) {
	if !n.port.Known() {
		n.port, n.portEnv = a.port, a.portEnv
		if a.port.Known() || a.portEnv.Known() {
			n.host, n.hostEnv, n.addrEnv, n.hostArg, n.addrArg = a.host, a.hostEnv, a.addrEnv, a.hostArg, a.addrArg
		}
	}
	if !n.host.Known() && !n.hostEnv.Known() && !n.addrEnv.Known() {
		n.host, n.hostEnv, n.addrEnv = a.host, a.hostEnv, a.addrEnv
	}
}

// rocket has its own settings: Rocket.toml, and ROCKET_ variables over them.
func (n *network) rocket(c *crate, l listening) {
	if !n.port.Known() {
		n.port = fact.New(rocketPort, fact.At(l.at.File, l.at.Line, "Rocket's default port"))
		for _, dir := range slices.Compact([]string{c.dir, c.top()}) {
			if port, ok := c.all.rocketPort(dir); ok {
				n.port = port
				break
			}
		}
	}
	n.portEnv = fact.New("ROCKET_PORT", l.at)
	n.hostEnv = fact.New("ROCKET_ADDRESS", l.at)
	n.host = fact.New("127.0.0.1", fact.At(l.at.File, l.at.Line, "Rocket's default address"))
	n.addrEnv, n.hostArg, n.addrArg = fact.Of[string]{}, fact.Of[string]{}, fact.Of[string]{}
}

// mergedOver is what the program itself merges over Rocket's settings and variables, which
// then have no effect: .merge(("port", env::var("PORT")…)). https://docs.rs/figment, 0.10, 2026-11
func (n *network) mergedOver(r *resolver) {
	if port := r.merged("port"); port.port.Known() || port.portEnv.Known() {
		n.portEnv = port.portEnv
		if port.port.Known() {
			n.port = port.port
		}
	}
	if address := r.merged("address"); address.host.Known() || address.hostEnv.Known() {
		n.host, n.hostEnv = address.host, address.hostEnv
	}
}

// merged is the value that a program merges under a key.
func (r *resolver) merged(key string) address {
	var a address
	r.steps, r.via = 0, key
	for _, s := range r.files {
		for i, t := range s.tokens {
			if t.kind == text && t.text == key && s.after(i, "merge", "(", "(") && s.partner[i-1] > 0 {
				r.eval(s, i+1, s.partner[i-1], 0, &a)
			}
		}
	}
	return a
}

// loopback reports whether an address answers only inside the container.
func loopback(host string) bool {
	host = strings.Trim(host, "[]")
	return strings.HasPrefix(host, "127.") || host == "localhost" || host == "::1"
}

// stopsBy are names in sources that mean a signal is handled. Read from the crates' documentation, 2026-11.
var stopsBy = []struct {
	signal string
	names  []string
}{
	{"SIGTERM", []string{"SIGTERM", "SignalKind", "HttpServer", "actix_server", "signal_hook", "signal_hook_tokio", "tokio_graceful_shutdown", "rocket", "loco_rs", "pingora", "TERM_SIGNALS"}},
	{"SIGINT", []string{"ctrl_c", "ctrlc", "SIGINT"}},
}

func stops(files []*source) fact.Of[string] {
	for _, s := range stopsBy {
		if at := mentioned(files, s.names...); !at.IsZero() {
			return fact.New(s.signal, at)
		}
	}
	return fact.Of[string]{}
}
