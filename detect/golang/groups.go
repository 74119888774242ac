package golang

import (
	"go/ast"
	"strings"
)

// group is what stands before the names of the settings in a nested struct.
type group struct{ env, flag string }

// within is the group of a field that lies in g: `env-namespace:"SMTP"` and `namespace:"smtp"` of go-flags
// (https://pkg.go.dev/github.com/jessevdk/go-flags, joined by "_" and "."), `envPrefix:"SMTP_"` of caarlos0/env.
func (g group) within(field *ast.Field) group {
	tag := tagOf(field)
	if name := tag.Get("env-namespace"); name != "" {
		g.env += name + "_"
	}
	g.env += tag.Get("envPrefix")
	if name := tag.Get("namespace"); name != "" {
		g.flag += name + "."
	}
	return g
}

// named is a setting of the group's struct by the names that it has from outside.
func (g group) named(s setting) setting {
	if s.env != "" {
		s.env = g.env + s.env
	}
	if name, ok := strings.CutPrefix(s.flag, "--"); ok {
		s.flag = "--" + g.flag + name
	}
	return s
}

// groupsOf learns the groups of the structs in a struct: of those written out there, and of
// those with a name. A struct that stands in several has the names of the first.
func (e *evaluator) groupsOf(t *ast.StructType, g group) {
	for _, field := range t.Fields.List {
		inner := g.within(field)
		if inline, ok := field.Type.(*ast.StructType); ok {
			e.inline[inline] = inner
			e.groupsOf(inline, inner)
		} else if name := lastName(field.Type); inner != g && e.groups[name] == (group{}) {
			e.groups[name] = inner
		}
	}
}

// groupOf is the group of a struct in the type with that name.
func (e *evaluator) groupOf(t *ast.StructType, typ string) group {
	outer, inner := e.groups[typ], e.inline[t]
	return group{outer.env + inner.env, outer.flag + inner.flag}
}
