package static

import (
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

var (
	// code is text of a page that browsers fill or run themselves: {{ name }} in it is
	// a page's own.
	code = pattern.New(`(?is)<(script|template|style)\b.*?</(script|template|style)\s*>`)
	// markup is what the usual template languages write and no page shows: Jinja, Liquid
	// and Twig, ERB, EJS and JSP, PHP, Go, Handlebars; and the settings on top of a
	// page that Jekyll, Hugo and Eleventy read. Plain {{ name }} may be Vue's or AngularJS's.
	markup = pattern.New(`\{%-?\s*[a-z]\w*|<%|<\?(?:php|=)|\{\{-?\s*(?:define|block|template|range|with|if|end|partial|\.)|\{\{[#/>^!]|\A---\r?\n`)
)

// template is where a page turns out to be the source of one, zero where it does not.
func template(v *repo.View, index string) (fact.Source, error) {
	text, err := v.Read(index)
	if err != nil {
		return fact.Source{}, err
	}
	// Lines are kept, so that the place stays right.
	shown := code.ReplaceAllStringFunc(string(text), func(m string) string { return strings.Repeat("\n", strings.Count(m, "\n")) })
	at := markup.FindStringIndex(shown)
	if at == nil {
		return fact.Source{}, nil
	}
	return fact.At(index, 1+strings.Count(shown[:at[0]], "\n"), strings.TrimSpace(shown[at[0]:at[1]])), nil
}
