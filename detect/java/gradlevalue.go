package java

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
)

// declarers begin a statement that names a value: def x = "…", val x: String = "…".
var declarers = []string{"def", "val", "var", "final", "String", "const", "private", "static", "int", "Integer"}

// constant is the name that a statement gives to what stands behind it, "" where it
// names nothing: a local variable, or an extra property
// (https://docs.gradle.org/current/userguide/writing_build_scripts.html#sec:extra_properties).
func constant(s setting) (name string, value []token) {
	last := s.path[strings.LastIndex(s.path, ".")+1:]
	args := s.args
	switch {
	case slices.Contains(declarers, last):
		i := 0
		for i < len(args) && args[i].kind == word && slices.Contains(declarers, args[i].text) {
			i++
		}
		if i >= len(args) || args[i].kind != word {
			return "", nil
		}
		name, args = args[i].text, args[i+1:]
		if eq := slices.IndexFunc(args, func(t token) bool { return t.is("=") || t.text == "by" }); eq >= 0 {
			return name, args[eq+1:]
		}
		return "", nil
	case last == "set" && strings.HasSuffix(s.path, "ext.set"), last == "extra" || last == "ext":
		literals := s.strings() // ext.set("x", "1"), extra["x"] = "1"
		if len(literals) > 0 && len(args) > 3 {
			rest := slices.IndexFunc(args, func(t token) bool { return t.kind == text })
			return literals[0], args[rest+1:]
		}
		return "", nil
	case strings.Contains("."+s.path, ".ext."), len(args) > 0 && args[0].is("="):
		return last, args
	}
	return "", nil
}

// constants are the named values that a project's scripts can see: those of its own
// script, then of the root's, then of gradle.properties.
type constants struct {
	build  *gradleBuild
	values map[string]scoped
}

type scoped struct {
	tokens []token
	from   fact.Source
}

// newConstants gathers the constants of scripts, the nearest first.
func newConstants(b *gradleBuild, scripts ...[]setting) constants {
	c := constants{build: b, values: map[string]scoped{}}
	for _, script := range scripts {
		for _, s := range script {
			name, value := constant(s)
			if _, known := c.values[name]; name != "" && !known {
				c.values[name] = scoped{value, fact.At(s.file, s.line, name)}
			}
		}
	}
	return c
}

const maxNested = 8 // names that stand for names

// wrappers are calls that hand on the value they are given.
var wrappers = []string{"set", "of", "toVersion", "toInt", "toInteger", "toString", "get", "getOrElse", "orElse", "JavaLanguageVersion", "JavaVersion", "JvmTarget", "fromTarget", "KotlinVersion", "trim"}

// lookups are calls that name a property.
var lookups = []string{"property", "findProperty", "gradleProperty", "extra", "ext", "getProperty"}

// literal is the value of an expression, as far as it is a literal or a name for
// one. It is unknown for everything that is computed.
func (c constants) literal(tokens []token, from fact.Source) fact.Of[string] {
	return c.eval(tokens, from, 0)
}

func (c constants) eval(tokens []token, from fact.Source, depth int) fact.Of[string] {
	if depth > maxNested {
		return fact.Of[string]{}
	}
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		switch {
		case t.is("=") || t.is("(") || t.is("[") || t.is(":"):
			continue
		case t.kind == text && computed(tokens[i+1:]):
			return fact.Of[string]{}
		case t.kind == text && t.open:
			if value, ok := c.interpolate(t.text, depth); ok {
				return fact.New(value, from)
			}
			return fact.Of[string]{}
		case t.kind == text, t.kind == number:
			return fact.New(t.text, from)
		case t.kind != word:
			return fact.Of[string]{}
		}
		name, end := chain(tokens, i)
		last := name[strings.LastIndex(name, ".")+1:]
		for _, prefix := range []string{"VERSION_", "JVM_"} {
			if v, ok := strings.CutPrefix(last, prefix); ok {
				return fact.New(strings.Replace(v, "1_", "1.", 1), from)
			}
		}
		called := end < len(tokens) && (tokens[end].is("(") || tokens[end].is("["))
		switch {
		case called && slices.Contains(lookups, last):
			if end+1 < len(tokens) && tokens[end+1].kind == text {
				return c.named(tokens[end+1].text, from, depth)
			}
			return fact.Of[string]{}
		case strings.HasPrefix(name, "libs.versions."):
			version := c.build.catalog.versionOf(strings.TrimSuffix(strings.TrimSuffix(name, ".toInt"), ".get"))
			return fact.New(version, from)
		case called && slices.Contains(wrappers, last):
			i = end
		case called:
			return fact.Of[string]{}
		default:
			return c.named(strings.TrimSuffix(strings.TrimSuffix(name, ".toString"), ".get"), from, depth)
		}
	}
	return fact.Of[string]{}
}

// computed reports whether more than closing marks and conversions follow a literal.
func computed(rest []token) bool {
	return slices.ContainsFunc(rest, func(t token) bool { return t.is("+") || t.is("?") || t.is("-") || t.text == "if" })
}

// chain is the words joined by dots from token i on, and where they end.
func chain(tokens []token, i int) (string, int) {
	var parts []string
	for i < len(tokens) && tokens[i].kind == word {
		parts = append(parts, tokens[i].text)
		if i++; i+1 >= len(tokens) || !tokens[i].is(".") || tokens[i+1].kind != word {
			break
		}
		i++
	}
	return strings.Join(parts, "."), i
}

// named is the value behind a name: of a constant, or of gradle.properties.
func (c constants) named(name string, from fact.Source, depth int) fact.Of[string] {
	for _, prefix := range []string{"rootProject.", "project.", "ext.", "extra.", "rootProject.ext."} {
		name = strings.TrimPrefix(name, prefix)
	}
	if v, ok := c.values[name]; ok {
		if value := c.eval(v.tokens, v.from, depth+1); value.Known() {
			return value
		}
	}
	if value, ok := c.build.property(name); ok && value.Known() {
		return value
	}
	return fact.Of[string]{}
}

// interpolate replaces $name and ${expression} in a string.
func (c constants) interpolate(s string, depth int) (string, bool) {
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(s, "$")
		b.WriteString(before)
		if !found {
			return b.String(), true
		}
		var inner string
		if after, ok := strings.CutPrefix(rest, "{"); ok {
			if inner, s, ok = strings.Cut(after, "}"); !ok {
				return "", false
			}
		} else {
			inner = identifier(rest)
			s = rest[len(inner):]
		}
		value := c.eval(lex(inner), fact.Source{}, depth+1)
		if !value.Known() || b.Len() > maxExpanded {
			return "", false
		}
		b.WriteString(value.Value)
	}
}

func identifier(s string) string {
	end := strings.IndexFunc(s, func(r rune) bool {
		return r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z') && (r < 'A' || r > 'Z')
	})
	if end < 0 {
		return s
	}
	return s[:end]
}
