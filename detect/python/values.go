package python

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/python/syntax"
)

// value is what an expression of a file is known to be, and the file that says so: a constant that it
// imports, or a field of settings that another module makes, is followed there.
func (p *project) value(file string, e syntax.Expr) (syntax.Value, string) {
	m := p.sources.module(file)
	if v := m.Value(e); v.Known || v.Env != "" {
		return v, file
	}
	if c, ok := e.Call(); ok && (c.Callee == "int" || c.Callee == "str") {
		e = c.Arg("", 0)
	}
	name := e.Name()
	for _, full := range m.Meanings(name) {
		parts := strings.Split(full, ".")
		for n := len(parts) - 1; n > 0 && n >= len(parts)-2 && name != ""; n-- {
			module := strings.Join(parts[:n], ".")
			if strings.Trim(module, ".") == "" { // from . import settings
				module += "."
			}
			f := p.sources.resolve(file, module)
			if f == "" {
				continue
			}
			o := p.sources.module(f)
			if constant := o.ConstExpr(parts[n]); n == len(parts)-1 {
				if v := o.Value(constant); v.Known || v.Env != "" {
					return v, f
				}
				continue
			}
			class := parts[n]
			if c, ok := o.ConstExpr(class).Call(); ok { // settings = Settings()
				class = c.Callee
			}
			if v := p.field(o, class, parts[n+1]); v.Known {
				return v, f
			}
		}
	}
	if object, field, ok := strings.Cut(name, "."); ok { // settings of the same file
		class := object
		if c, ok := m.ConstExpr(object).Call(); ok {
			class = c.Callee
		}
		return p.field(m, class, field), file
	}
	return syntax.Value{}, file
}

// field is what the body of a class gives a name; Pydantic's settings read it from the variable of that name.
// https://docs.pydantic.dev/latest/concepts/pydantic_settings/ (2026-11)
func (p *project) field(m *syntax.Module, class, name string) syntax.Value {
	v := m.Value(m.MemberExpr(class, name))
	settings := slices.ContainsFunc(m.Bases(class), func(base string) bool { return strings.HasSuffix(base, ".BaseSettings") })
	if v.Known && v.Env == "" && settings && !m.Says("env_prefix") {
		v.Env = strings.ToUpper(name)
	}
	return v
}
