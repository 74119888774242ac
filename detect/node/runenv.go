package node

import (
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/templates"
)

// ofPlace is in values that hold only where their image runs: absolute paths, also in addresses of files, and the
// addresses of other servers than the Web's.
var ofPlace = pattern.New(`(^|[:=])/([^/]|$)|:///|^(redis|rediss|postgres|postgresql|mysql|mongodb|mongodb\+srv|amqp|nats|sqlite)://`)

// wantedToRun are the variables that people's Dockerfile leaves in the environment of the program and that the
// code reads, or that say the port which it exposes: not those of tools, secrets, paths of its own layout, and
// what its build is to fill in.
func (p *pkg) wantedToRun() []hints.Variable {
	var wanted []hints.Variable
	for _, d := range p.dockerfiles() {
		for _, e := range d.Env {
			name, value, _ := strings.Cut(e.Value, "=")
			value = d.Fill(value)
			switch {
			case value == "", strings.Contains(value, "$"), ofPlace.MatchString(value), ofTools.MatchString(name), looksSecret(name), withPassword.MatchString(value):
			case slices.ContainsFunc(wanted, func(o hints.Variable) bool { return o.Name == name }):
			case slices.ContainsFunc(p.fw.variables, func(prefix string) bool { return strings.HasPrefix(name, prefix) }):
			case p.readsAnywhere(name), strings.HasSuffix(name, "PORT") && slices.ContainsFunc(d.Ports, func(n fact.Of[int]) bool { return strconv.Itoa(n.Value) == value }):
				wanted = append(wanted, hints.Variable{Name: name, Value: value, From: e.From})
			}
		}
	}
	return wanted
}

// imagedEnv adds those of them to the environment of the final image that it does not have yet.
func (c *recipe) imagedEnv(v *runView) {
	for _, w := range c.p.wantedToRun() {
		if slices.ContainsFunc(v.Env, func(e templates.Var) bool { return e.Name == w.Name }) {
			continue
		}
		v.Env = append(v.Env, templates.Var{Name: w.Name, Value: w.Value})
		c.reasons = append(c.reasons, detect.Reason{ID: "run-env-" + strings.ToLower(w.Name), What: "variable", Value: w.Name + "=" + w.Value, From: w.From})
	}
}
