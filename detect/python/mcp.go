package python

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/python/syntax"
	"github.com/dockgen/dockgen/internal/fact"
)

// mcpServers are the classes of servers of the Model Context Protocol, by whether the variable
// FASTMCP_HOST sets the address that they listen on.
// https://gofastmcp.com/deployment/running-server, https://github.com/modelcontextprotocol/python-sdk (2026-11)
var mcpServers = map[string]bool{"fastmcp.FastMCP": true, "mcp.server.fastmcp.FastMCP": false, "mcp.server.FastMCP": false}

// mcp is how a call of a server's run() listens; not at all where it speaks by its input and output.
func (p *project) mcp(file string, c syntax.Call) (listening, bool) {
	receiver, ok := strings.CutSuffix(c.Callee, ".run")
	if !ok {
		receiver, ok = strings.CutSuffix(c.Callee, ".run_async")
	}
	transport, _ := p.value(file, c.Arg("transport", 0))
	if !ok || !slices.Contains([]string{"http", "sse", "streamable-http"}, transport.Text) {
		return listening{}, false
	}
	m := p.sources.module(file)
	made, byVariable, ok := serverOf(m, receiver)
	if !ok {
		full := m.Qualified(receiver)
		i := strings.LastIndex(full, ".")
		if i < 0 {
			return listening{}, false
		}
		if f := p.sources.resolve(file, full[:i]); f != "" {
			made, byVariable, ok = serverOf(p.sources.module(f), full[i+1:])
		}
	}
	if !ok {
		return listening{}, false
	}
	l := listening{at: source(file, c.Line, c.Callee), script: file, fn: c.Func}
	for _, call := range []syntax.Call{made, c} { // what run() is told wins
		if v, at := p.value(file, call.Arg("port", -1)); call.Arg("port", -1) != nil {
			l.take(at, v)
		}
	}
	host := c.Arg("host", -1)
	if host == nil {
		host = made.Arg("host", -1)
	}
	switch v, at := p.value(file, host); {
	case host == nil && byVariable:
		l.address = fact.New("FASTMCP_HOST", l.at)
	case host == nil:
		l.local = l.at
	case loopback(v.Text) && v.Env == "":
		l.local = source(at, v.At, "host")
	case loopback(v.Text) && environmentName.MatchString(v.Env):
		l.address = fact.New(v.Env, source(at, v.At, "host"))
	}
	if !l.port.Known() {
		l.usual = fact.New(8000, fact.Default("the port of MCP's servers"))
		if c.Arg("port", -1) == nil && made.Arg("port", -1) == nil {
			l.port = l.usual
		}
	}
	return l, true
}

// serverOf is the call that makes the server which a name stands for.
func serverOf(m *syntax.Module, name string) (made syntax.Call, byVariable, ok bool) {
	for _, a := range m.Assigns {
		c, isCall := a.Value.Call()
		if by, known := mcpServers[m.Qualified(c.Callee)]; isCall && known && a.Target == name {
			return c, by, true
		}
	}
	return syntax.Call{}, false, false
}
