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
