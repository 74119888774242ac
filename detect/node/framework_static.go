package node

import (
	"bytes"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/templates"
)

// staticEnv are the variables that SvelteKit fixes in its build: a name that sources import from
// these modules and that is not set ends the build, while an empty one does not. Public ones end in
// the page. https://svelte.dev/docs/kit/$env-static-private (2026-11)
type staticEnv struct {
	public, private []fact.Of[string]
}

var (
	staticPublic  = []byte("$env/static/public")
	staticPrivate = []byte("$env/static/private")
)

// staticEnv reads them from the sources of the package and of the packages it is built of; those
// that its .env files set already are left out.
func (p *pkg) staticEnv() staticEnv {
	var s staticEnv
	set := p.setInFiles([]string{"PUBLIC_"})
	for _, q := range p.closure(false) {
		for _, file := range q.sources() {
			if !readsVariables(file) || q.setAside(file) || p.view.Size(file) > maxSource {
				continue
			}
			text, err := p.view.Read(file)
			if err != nil {
				continue // it is evidence, not input
			}
			s.public = appendImports(s.public, file, text, staticPublic, set)
			s.private = appendImports(s.private, file, text, staticPrivate, set)
		}
	}
	byName := func(a, b fact.Of[string]) int { return strings.Compare(a.Value, b.Value) }
	slices.SortFunc(s.public, byName)
	slices.SortFunc(s.private, byName)
	return s
}

// appendImports adds the names that a source imports from a module.
func appendImports(all []fact.Of[string], file string, text, module []byte, set map[string]bool) []fact.Of[string] {
	for rest := 0; ; {
		i := bytes.Index(text[rest:], module)
		if i < 0 {
			return all
		}
		from, end := rest, rest+i
		rest = end + len(module)
		start := bytes.LastIndex(text[from:end], []byte("import"))
		if start < 0 {
			continue
		}
		start += from
		line := bytes.Count(text[:start], []byte("\n"))
		for _, t := range importedNames(tokens(text[start:end])) {
			if known := slices.ContainsFunc(all, func(f fact.Of[string]) bool { return f.Value == t.text }); !known && !set[t.text] {
				all = append(all, fact.New(t.text, fact.At(file, line+t.line, string(module))))
			}
		}
	}
}

// importedNames are the names between the braces of an import, as the module has them.
func importedNames(t []token) []token {
	var names []token
	for i := 1; i < len(t); i++ {
		if t[i].kind == word && isName(t[i].text) && (t[i-1].text == "{" || t[i-1].text == ",") {
			names = append(names, t[i])
		}
	}
	return names
}

// setInFiles are the names that the committed .env files set which the build reads.
func (p *pkg) setInFiles(prefixes []string) map[string]bool {
	set := map[string]bool{}
	for _, file := range p.keptEnvFiles(prefixes) {
		text, err := p.view.Read(file)
		if err != nil {
			continue // keptEnvFiles has read it
		}
		all, err := envFile(text)
		if err != nil {
			continue // the same
		}
		for name := range all {
			set[name] = true
		}
	}
	return set
}

// fixed are the private ones as secrets of the build's command, each with what stands in for one
// that is not given: sources often refuse to load without.
func (c *recipe) fixed() []templates.Var {
	private := c.p.fw.static.private
	if len(private) == 0 {
		return nil
	}
	c.notes = append(c.notes, detect.Note{At: private[0].From, Text: strings.Join(values(private), ", ") + ": imported from $env/static/private, so fixed when the image is built: give each with --secret id=NAME, or import it from $env/dynamic/private to set it at run time; the build goes on with a stand-in"})
	var all []templates.Var
	for _, v := range private {
		all = append(all, templates.Var{Name: v.Value, Value: standIn(v.Value)})
	}
	return all
}

// standIn is a value that code which parses the variable accepts.
func standIn(name string) string {
	switch {
	case strings.HasSuffix(name, "DATABASE_URL"):
		return noDatabase
	case strings.HasSuffix(name, "_URL"), strings.HasSuffix(name, "_URI"):
		return "http://localhost"
	default:
		return "none"
	}
}
