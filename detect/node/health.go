package node

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
)

// route is an address that a source gives a handler.
type route struct {
	path    string // below what its router is mounted on
	on      string // name of the router
	at      int    // token
	guarded bool   // something asks who the user is
	from    fact.Source
}

// serverNames are what sources call the server itself.
var serverNames = []string{"app", "server", "fastify", "instance", "api", "application"}

// route reads an address for health checks, or that of the first page, at the string i.
func (f *facts) route(t []token, i int, at func(string) fact.Source) {
	text, before := t[i].text, t[i-1].text
	method := ""
	if before == "(" && i > 1 {
		method = t[i-2].text
	}
	switch {
	case method == "Controller" && isHealth("/"+strings.TrimPrefix(text, "/")):
		f.controllers = append(f.controllers, route{path: "/" + strings.TrimPrefix(text, "/"), from: at("controller")})
	case method == "setGlobalPrefix":
		f.prefix = fact.New("/"+strings.Trim(text, "/"), at("setGlobalPrefix"))
		f.unprefixed = excluded(t, i)
	case before == ":" && i > 1 && t[i-2].text == "prefix" && strings.Trim(text, "/") != "":
		f.mounts = true
	case method == "use" && isHealth(text) && follows(t, i+1, ",") && i > 3:
		f.used = append(f.used, route{path: text, on: receiver(t, i-3), at: i, guarded: guardedCall(t, i-1), from: at("route")})
	case !isHealth(text) && text != "/", method == "route" && follows(t, i+1, ","):
	case slices.Contains([]string{"get", "all", "head", "route"}, method) && i > 3 && t[i-3].text == ".":
		f.routes = append(f.routes, route{path: text, on: receiver(t, i-3), at: i, guarded: guardedCall(t, i-1), from: at("route")})
	case before == ":" && i > 1 && (t[i-2].text == "url" || t[i-2].text == "path") && isHealth(text) && !asks(t, i):
		on := ""
		if open := opening(t, i); open > 4 && t[open-1].text == "(" && t[open-2].text == "route" && t[open-3].text == "." {
			on = receiver(t, open-3)
		}
		f.routes = append(f.routes, route{path: text, on: on, at: i, guarded: guardedCall(t, i-1), from: at("route")})
	}
}

// asks reports whether the object literal that i stands in says where another server is to be asked.
func asks(t []token, i int) bool {
	open := object(t, i)
	if open < 0 {
		return false
	}
	end := closing(t, i)
	for j := open + 1; j < end; j++ {
		if slices.Contains([]string{"host", "hostname", "port"}, t[j].text) && (t[j-1].text == "{" || t[j-1].text == ",") && (follows(t, j+1, ",") || follows(t, j+1, ":")) {
			return true
		}
	}
	return false
}

// excluded are the addresses, as they are written, that a call of setGlobalPrefix excludes from the prefix.
// https://docs.nestjs.com/faq/global-prefix (11, 2026-11)
func excluded(t []token, i int) []string {
	var all []string
	end := closing(t, i)
	for j := i; j < end; j++ {
		if t[j].text == "exclude" {
			all = append(all, "") // something is
		} else if len(all) > 0 && t[j].kind == quoted {
			all = append(all, "/"+strings.Trim(t[j].text, "/"))
		}
	}
	return all
}

// controlled is the whole address of a controller; "" where it is not known: below a version, or a prefix
// that only running tells.
func (f *facts) controlled(c route) string {
	switch {
	case f.versioned || f.anyPrefix && !f.prefix.Known():
		return ""
	case slices.Contains(f.unprefixed, c.path):
		return c.path
	case len(f.unprefixed) == 1: // by a name
		return ""
	}
	return f.prefix.Value + c.path
}

// health is an address that is known to answer, "/" only where nothing better is known: a page
// or the answer of the program's own handler. Below a prefix that is not known there is none.
func (f *facts) health() fact.Of[string] {
	f.steps = 0
	var first fact.Of[string]
	for _, r := range append(slices.Clone(f.routes), f.used...) {
		switch address, known := f.address(r); {
		case known && isHealth(address):
			return fact.New(address, r.from)
		case known && address == "/" && !first.Known():
			first = fact.New("/", r.from)
		}
	}
	for _, c := range f.controllers {
		if address := f.controlled(c); address != "" {
			return fact.New(address, c.from)
		}
	}
	return first
}

// isHealth reports whether an address is one that answers whether the program works: /health, /api/v1/ping.
func isHealth(text string) bool {
	parts := strings.Split(strings.Trim(text, "/"), "/")
	last := len(parts) - 1
	if !strings.HasPrefix(text, "/") || !slices.Contains(healthNames, parts[last]) {
		return false
	}
	return !slices.ContainsFunc(parts[:last], func(part string) bool {
		return !slices.Contains([]string{"api", "_", "-", "internal", "system"}, part) && !(strings.HasPrefix(part, "v") && isNumber(part[1:])) && !slices.Contains(healthNames, part)
	})
}

var healthNames = []string{"health", "healthz", "healthcheck", "health-check", "health_check", "_health", "livez", "readyz", "ping", "live", "alive", "liveness", "heartbeat", "up"}
