package python

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/python/syntax"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// setting is a variable of the environment that settings read and have no default for.
type setting struct {
	name   string
	method string      // by which it is read, in lower case: "int", "db"; "" for text
	from   fact.Source // where the settings do not load without it, zero below a condition
}

// require adds the variables that the files of settings read and have no default for: by os.environ,
// django-environ, environs and python-decouple.
func (d *django) require(p *project, files []string) {
	given := map[string]bool{}
	readers := map[string]bool{}
	for _, f := range files {
		m := p.sources.module(f)
		for _, a := range m.Assigns {
			if c, ok := a.Value.Call(); ok && slices.Contains(environments, m.Qualified(c.Callee)) {
				readers[a.Target] = true
				d.scheme(m, c, given)
			}
		}
	}
	for _, f := range files {
		m := p.sources.module(f)
		for _, name := range m.Required() {
			d.want(setting{name: name})
		}
		for _, c := range m.Calls {
			receiver, method, _ := strings.Cut(c.Callee, ".")
			s := setting{method: strings.ToLower(method)}
			switch {
			case m.Qualified(c.Callee) == "decouple.config":
				s.method = ""
			case !readers[receiver] && receiver != "env":
				continue
			case strings.HasPrefix(method, "read_env") || strings.Contains(method, ".") || s.method == "prefixed":
				continue
			}
			second := c.Arg("", 1)
			if types[second.Name()] { // env("NAME", bool)
				s.method, second = second.Name(), nil
			}
			if second != nil || c.Arg("default", -1) != nil {
				continue
			}
			s.name = m.Value(c.Arg("", 0)).Text
			if len(c.Args) == 0 {
				s.name = unnamed[s.method]
			}
			if cast := c.Arg("cast", 2).Name(); cast != "" {
				s.method = strings.ToLower(cast)
			}
			if c.Func == "" && !c.Maybe && !c.Tried && !c.Types {
				s.from = source(f, c.Line, c.Callee)
			}
			d.want(s)
		}
	}
	d.wants = slices.DeleteFunc(d.wants, func(s setting) bool { return given[s.name] })
	slices.SortFunc(d.wants, func(a, b setting) int { return strings.Compare(a.name, b.name) })
}

// environments make objects that read variables.
var environments = []string{"environ.Env", "environ.FileAwareEnv", "environs.Env"}

var types = map[string]bool{"str": true, "int": true, "float": true, "bool": true, "list": true, "tuple": true, "dict": true}

// unnamed are the variables of methods that are called without a name.
// https://django-environ.readthedocs.io/en/latest/types.html (2026-11)
var unnamed = map[string]string{
	"db": "DATABASE_URL", "db_url": "DATABASE_URL", "cache": "CACHE_URL", "cache_url": "CACHE_URL", "email": "EMAIL_URL", "email_url": "EMAIL_URL", "search_url": "SEARCH_URL", "channels": "CHANNELS_URL", "channels_url": "CHANNELS_URL",
}

// scheme notes the variables that Env(NAME=(type, default)) gives a default.
func (d *django) scheme(m *syntax.Module, c syntax.Call, given map[string]bool) {
	for _, a := range c.Args {
		if items := a.Value.Items(); a.Name != "" && len(items) > 1 {
			given[a.Name] = true
		}
	}
}

func (d *django) want(s setting) {
	if !environmentName.MatchString(s.name) || s.name == "DJANGO_SETTINGS_MODULE" {
		return
	}
	i := slices.IndexFunc(d.wants, func(o setting) bool { return o.name == s.name })
	if i < 0 {
		d.wants = append(d.wants, s)
		return
	}
	if d.wants[i].method == "" {
		d.wants[i].method = s.method
	}
	if d.wants[i].from.IsZero() {
		d.wants[i].from = s.from
	}
}

var environmentName = pattern.New(`^[A-Za-z_][A-Za-z0-9_]*$`)

// harmless is a value that a setting loads with, and that connects to nothing.
func (s setting) harmless() string {
	n := s.name
	switch {
	case s.method == "int" || s.method == "float" || s.method == "decimal" || s.method == "bool":
		return "0"
	case s.method == "json":
		return "{}"
	case s.method == "dict":
		return "a=b"
	case strings.Contains(s.method, "cache_url") || s.method == "cache":
		return "locmemcache://"
	case strings.Contains(s.method, "email"):
		return "consolemail://"
	case strings.Contains(n, "DATABASE") && strings.HasSuffix(n, "URL"), strings.Contains(s.method, "db"):
		return "sqlite:////tmp/build.db"
	case strings.HasSuffix(n, "REDIS_URL") || strings.Contains(n, "BROKER_URL") || strings.HasSuffix(n, "CACHE_URL"):
		return "redis://localhost/0"
	case strings.HasSuffix(n, "URL"):
		return "http://localhost"
	case strings.HasSuffix(n, "PORT"), strings.HasSuffix(n, "TIMEOUT"), strings.HasSuffix(n, "DEBUG"):
		return "0"
	}
	return "build"
}
