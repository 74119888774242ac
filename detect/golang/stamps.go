package golang

import (
	"regexp"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

type factText = fact.Of[string]

// stampKinds are what version stamps say, by words in their names, with the build
// argument that we offer for them and its default.
var stampKinds = []struct {
	words *pattern.Pattern
	arg   string
	value string
}{
	{pattern.New(`(?i)commit|sha\b|revision|githash|gitrev|hash`), "COMMIT", "unknown"},
	{pattern.New(`(?i)date|time`), "DATE", "unknown"},
	{pattern.New(`(?i)branch`), "BRANCH", "unknown"},
	{pattern.New(`(?i)version|tag|release`), "VERSION", "dev"},
}

// ofCompiler are names of stamps for what compiles the program, which it can say by itself.
var ofCompiler = pattern.New(`(?i)^(build)?_?go_?(lang)?_?(version|info)?$|compiler`)

// plainValue is a value that stands in double quotes of a shell as it is.
var plainValue = pattern.New(`^[A-Za-z0-9_.:/+@,-]*$`)

// stampViews are the linker's -X of a recipe: literal values as they are, versions and
// dates as build arguments, whose default is what the sources have. A stamp for
// another program's variables, for the compiler, or whose value nobody can guess, is left out.
func (m *module) stampViews(r recipe, p *pkg) []stampView {
	var views []stampView
	seen := map[string]bool{}
	for _, s := range r.stamps {
		if seen[s.variable] {
			continue
		}
		dot := strings.LastIndex(s.variable, ".")
		importPath, name := s.variable[:dot], s.variable[dot+1:]
		q := p
		if importPath != "main" {
			q = m.find(importPath)
		}
		def, declared := m.declaredText(q, name)
		if q != nil && !declared {
			continue
		}
		seen[s.variable] = true
		if s.value != "" && !strings.Contains(s.value, "$") { // of $(git describe), nothing is left
			if plainValue.MatchString(s.value) {
				views = append(views, stampView{Variable: s.variable, Value: s.value})
			}
			continue
		}
		for _, k := range stampKinds {
			if !k.words.MatchString(name) || ofCompiler.MatchString(name) {
				continue
			}
			v := stampView{Variable: s.variable, Arg: k.arg, Value: k.value}
			if def != "" && plainValue.MatchString(def) {
				v.Value = def
			}
			views = append(views, v)
			break
		}
	}
	return views
}

// Args are the build arguments of stamps, each once: the first default stays.
func (v buildView) Args() []stampView {
	var args []stampView
	seen := map[string]bool{}
	for _, s := range v.Stamps {
		if s.Arg != "" && !seen[s.Arg] {
			seen[s.Arg] = true
			args = append(args, s)
		}
	}
	return args
}

// declaredText reports whether a package declares a string variable, and its value.
func (m *module) declaredText(p *pkg, name string) (string, bool) {
	if p == nil {
		return "", false
	}
	declaration := regexp.MustCompile(`(?m)^\s*(?:var\s+)?` + regexp.QuoteMeta(name) + `(?:\s*,\s*\w+)*(?:\s+string)?(?:\s*=\s*"([^"\\\n]*)")?\s*(?://.*)?$`)
	for _, file := range p.files {
		text, err := m.view.Read(file)
		if err != nil {
			continue // reported when the imports were read
		}
		if match := declaration.FindSubmatch(text); match != nil {
			return string(match[1]), true
		}
	}
	// A block that gives several variables their values at once.
	list := regexp.MustCompile(`(?m)^\s*(?:var\s+)?(?:\w+\s*,\s*)*` + regexp.QuoteMeta(name) + `\b[^()\n]*(?:=|string)`)
	for _, file := range p.files {
		if text, err := m.view.Read(file); err == nil && list.Match(text) {
			return "", true
		}
	}
	return "", false
}

func stampNames(stamps []stampView) string {
	var names []string
	for _, s := range stamps {
		names = append(names, s.Variable)
	}
	return strings.Join(names, " ")
}

// inModule is a folder of the module as go build names it: "./cmd/api".
func (m *module) inModule(dir string) string {
	rel := repo.Rel(m.dir, dir)
	if rel == "." {
		return "."
	}
	return "./" + rel
}
