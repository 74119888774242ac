package python

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
)

// healthPaths are addresses that answer whether the program is well, and want
// neither a database nor a login by their name.
var healthPaths = []string{"/health", "/healthz", "/livez", "/health/live", "/api/health", "/api/healthz", "/_health", "/ping", "/up", "/healthcheck", "/health-check"}

// healthPath is the address of that kind that the application itself has, by a
// decorator in its file: @app.get("/health"). One behind a router may have a prefix.
func (p *project) healthPath(g program) fact.Of[string] {
	if g.framework == "Streamlit" {
		return fact.New("/_stcore/health", fact.Default("Streamlit's own"))
	}
	if g.kind != "asgi" && g.kind != "wsgi" || g.framework == "Django" {
		return fact.Of[string]{}
	}
	m := p.sources.module(g.file)
	for _, f := range m.Funcs {
		for _, d := range f.Decorators {
			c, ok := d.Call()
			if !ok {
				continue
			}
			receiver, method, _ := strings.Cut(c.Callee, ".")
			at := m.Value(c.Arg("path", 0))
			if (method == "get" || method == "route" && c.Arg("methods", -1) == nil) && (receiver == g.attribute || g.factory && f.Outer() == g.attribute) &&
				slices.Contains(healthPaths, strings.TrimSuffix(at.Text, "/")) && f.Required == 0 && len(f.Decorators) == 1 {
				return fact.New(at.Text, source(g.file, at.At, "route"))
			}
		}
	}
	return fact.Of[string]{}
}

// health asks for the address of the program's health, or, where none is known,
// whether the port takes connections.
func (p *project) health(g program, s serving, port fact.Of[int]) []string {
	if g.Kind != detect.Service || !port.Known() {
		return nil
	}
	number := strconv.Itoa(port.Value)
	if address := p.healthPath(g); address.Known() {
		if s.port {
			return []string{"python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '" + address.Value + "', timeout=4)"}
		}
		return []string{"python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:" + number + address.Value + "', timeout=4)"}
	}
	if s.port {
		number = "int(os.environ['PORT'])"
	}
	return []string{"python", "-c", "import os, socket; socket.create_connection(('127.0.0.1', " + number + "), 4)"}
}
