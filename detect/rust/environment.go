package rust

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/templates"
)

// imageEnv adds the variables that a Dockerfile of the repository sets in its image and
// that the program reads: APP_ENVIRONMENT=production chooses its settings.
func (c *crate) imageEnv(s *settled, p *program) {
	files := hints.Dockerfiles(c.all.view, c.dir)
	if len(files) == 0 && c.top() != c.dir {
		files = hints.Dockerfiles(c.all.view, c.top())
	}
	if len(files) == 0 || p == nil {
		return
	}
	read := p.variables()
	var names []string
	var from fact.Source
	for _, e := range files[0].Env {
		name, value, _ := strings.Cut(e.Value, "=")
		set := slices.ContainsFunc(s.env, func(v templates.Var) bool { return v.Name == name })
		if set || !read[name] || strings.Contains(value, "$") || strings.ContainsAny(value, "\n\r") {
			continue
		}
		s.env = append(s.env, templates.Var{Name: name, Value: value})
		names = append(names, name+"="+value)
		if from.IsZero() {
			from = e.From
		}
	}
	if len(names) > 0 {
		s.reasons = append(s.reasons, detect.Reason{ID: "environment", What: "environment", Value: strings.Join(names, " "), From: from, Note: "the image that is built here so far sets it, and the program reads it"})
	}
}

// opening is what makes the program listen on all addresses in the image that is built here
// so far, where its sources show no way to.
func (c *crate) opening(n network, p *program) (hints.Opening, bool) {
	open := n.host.Known() && !loopback(n.host.Value)
	if open || len(n.calls) == 0 || n.hostEnv.Known() || n.addrEnv.Known() || n.hostArg.Known() || n.addrArg.Known() {
		return hints.Opening{}, false
	}
	for _, dir := range slices.Compact([]string{c.dir, c.top()}) {
		all := hints.Dockerfiles(c.all.view, dir)
		for _, d := range all {
			if o, ok := d.Opening(); ok && (len(all) == 1 || runs(d.Command, p.bin.name)) {
				return o, true
			}
		}
	}
	return hints.Opening{}, false
}

// listenAs makes the program listen on all addresses as another image of it does.
func (s *settled) listenAs(o hints.Opening) {
	words := o.At(s.port.Value)
	if o.Variable != "" {
		s.env = append(s.env, templates.Var{Name: o.Variable, Value: words[0]})
		s.everywhere(o.Variable+"="+words[0], o.From)
		return
	}
	s.arguments = words
	s.reasons = append(s.reasons, detect.Reason{ID: "arguments", What: "started with", Value: strings.Join(words, " "), From: o.From, Note: "all addresses, or nothing outside the container is answered"})
}

// variables are the names of the environment that the sources read: in env::var("X") and
// its like, and as clap's env = "X".
func (p *program) variables() map[string]bool {
	names := map[string]bool{}
	for _, s := range p.files {
		for i, t := range s.tokens {
			if t.kind != text {
				continue
			}
			if name, ok := envName(s, i); ok {
				names[name] = true
			} else if s.after(i, "env", "=") {
				names[t.text] = true
			}
		}
	}
	return names
}
