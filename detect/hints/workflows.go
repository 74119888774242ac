package hints

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

// expression is a word of GitHub's that stands for a value: ${{ matrix.version }}.
var expression = pattern.New(`^\$\{\{\s*(?:matrix|env|inputs|vars)\.([A-Za-z0-9_-]+)\s*\}\}$`)

// WorkflowValues are the values that the repository's workflows give a setting, such as
// python-version of a step or of a matrix: a value that stands elsewhere in the same
// file is looked up there. Sorted by file and line.
// Format: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax (2026-11)
func WorkflowValues(v *repo.View, setting string) []fact.Of[string] {
	var all []fact.Of[string]
	for file, doc := range workflows(v) {
		var names []string
		for _, n := range valuesOf(doc, setting) {
			if m := expression.FindStringSubmatch(n.Value); m != nil {
				names = append(names, m[1])
			} else if !strings.Contains(n.Value, "${{") {
				all = append(all, fact.New(n.Value, fact.At(file, n.Line, setting)))
			}
		}
		for _, name := range names {
			for _, n := range valuesOf(doc, name) {
				if name != setting && !strings.Contains(n.Value, "${{") {
					all = append(all, fact.New(n.Value, fact.At(file, n.Line, name)))
				}
			}
		}
	}
	slices.SortStableFunc(all, func(a, b fact.Of[string]) int {
		if a.From.File != b.From.File {
			return strings.Compare(a.From.File, b.From.File)
		}
		return a.From.Line - b.From.Line
	})
	return slices.CompactFunc(all, func(a, b fact.Of[string]) bool { return a == b })
}

// WorkflowRuns are the commands that the steps of the repository's workflows run, by
// file and in their order.
func WorkflowRuns(v *repo.View) []Start {
	var all []Start
	for file, doc := range workflows(v) {
		for _, n := range valuesOf(doc, "run") {
			line := n.Line - 1
			if n.Style&(yaml.LiteralStyle|yaml.FoldedStyle) != 0 {
				line++ // the text begins below its mark
			}
			all = append(all, commands(n.Value, "a step of "+path.Base(file), fact.At(file, line, "run"))...)
		}
	}
	return all
}

// Jobs are the images that GitLab's and CircleCI's jobs run in.
// https://docs.gitlab.com/ci/yaml/#image, https://circleci.com/docs/configuration-reference/#docker (2026-11)
func Jobs(v *repo.View) []fact.Of[string] {
	var all []fact.Of[string]
	for _, file := range []string{".gitlab-ci.yml", ".circleci/config.yml"} {
		doc := document(v, file)
		for _, n := range append(valuesOf(doc, "image"), valuesOf(child(doc, "image"), "name")...) {
			all = append(all, fact.New(n.Value, fact.At(file, n.Line, "image")))
		}
	}
	return all
}

// workflows are the files of GitHub's workflows, by name.
func workflows(v *repo.View) func(yield func(string, *yaml.Node) bool) {
	return func(yield func(string, *yaml.Node) bool) {
		for _, file := range v.In(".github/workflows") {
			if ext := path.Ext(file); ext != ".yml" && ext != ".yaml" {
				continue
			}
			if doc := document(v, file); doc != nil && !yield(file, doc) {
				return
			}
		}
	}
}

const maxWorkflow = 256 << 10 // bytes

func document(v *repo.View, file string) *yaml.Node {
	if !v.Has(file) || v.Size(file) > maxWorkflow {
		return nil
	}
	text, err := v.Read(file)
	var doc yaml.Node
	if err != nil || yaml.Unmarshal(text, &doc) != nil || len(doc.Content) == 0 {
		return nil
	}
	return doc.Content[0]
}

// valuesOf are the words that a key has anywhere in a document: one, or those of a list.
// Aliases are not followed, so that the document is gone through once.
func valuesOf(n *yaml.Node, key string) []*yaml.Node {
	if n == nil {
		return nil
	}
	var all []*yaml.Node
	for i, item := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			continue
		}
		if n.Kind == yaml.MappingNode && n.Content[i-1].Value == key {
			if item.Kind == yaml.ScalarNode {
				all = append(all, item)
			}
			for _, word := range item.Content {
				if item.Kind == yaml.SequenceNode && word.Kind == yaml.ScalarNode {
					all = append(all, word)
				}
			}
		}
		all = append(all, valuesOf(item, key)...)
	}
	return all
}
