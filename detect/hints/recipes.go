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

// runTargets are names of targets that start what the repository is, the surest first.
var runTargets = []string{"start", "run", "serve", "server", "runserver", "prod", "production", "run-prod", "web", "up", "dev", "run-dev", "develop", "debug"}

// Recipes are the commands of the targets of a folder's Makefile, justfile and Taskfile
// that start something by their name, the surest name first.
func Recipes(v *repo.View, dir string) []Start {
	var all []target
	for _, name := range []string{"Makefile", "makefile", "GNUmakefile"} {
		all = append(all, targets(v, path.Join(dir, name), makeTarget, makeVariable)...)
	}
	for _, name := range []string{"justfile", "Justfile", ".justfile"} {
		all = append(all, targets(v, path.Join(dir, name), justTarget, justVariable)...)
	}
	for _, name := range []string{"Taskfile.yml", "Taskfile.yaml", "taskfile.yml"} {
		all = append(all, tasks(v, path.Join(dir, name))...)
	}
	slices.SortStableFunc(all, func(a, b target) int {
		return slices.Index(runTargets, a.name) - slices.Index(runTargets, b.name)
	})
	var starts []Start
	for _, t := range all {
		starts = append(starts, commands(t.body, "the target "+t.name+" of your "+path.Base(t.from.File), t.from)...)
	}
	return starts
}

type target struct {
	name, body string
	from       fact.Source // the line before the body
}

var (
	makeTarget   = pattern.New(`^([A-Za-z0-9_.-]+(?:[ \t]+[A-Za-z0-9_.-]+)*)[ \t]*::?([^=].*)?$`)
	makeVariable = pattern.New(`\$[({]([A-Za-z_][A-Za-z0-9_]*)[)}]`)
	justTarget   = pattern.New(`^@?([A-Za-z0-9_-]+)([ \t][^:]*)?:([^=].*)?$`)
	justVariable = pattern.New(`\{\{[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*\}\}`)
	assignment   = pattern.New(`^(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_]*)[ \t]*[:?]?=[ \t]*(.*)$`)
)

// targets are the targets of a file of make or just: a line that names one, and the
// indented lines below it. https://www.gnu.org/software/make/manual/make.html#Rule-Syntax,
// https://just.systems/man/en/quick-start.html (2026-11)
func targets(v *repo.View, file string, head, variable *pattern.Pattern) []target {
	if !v.Has(file) || v.Size(file) > maxScript {
		return nil
	}
	text, err := v.Read(file)
	if err != nil {
		return nil
	}
	set := map[string]string{}
	var all []target
	open := false
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimRight(line, "\r\n")
		switch indented := strings.HasPrefix(line, "\t") || strings.HasPrefix(line, " "); {
		case open && (indented || line == ""):
			if line = strings.TrimLeft(line, " \t"); !strings.HasSuffix(all[len(all)-1].body, "\\\n") {
				line = strings.TrimLeft(line, "@-+ ")
			}
			line = variable.ReplaceAllStringFunc(line, func(w string) string {
				if value, ok := set[variable.FindStringSubmatch(w)[1]]; ok {
					return value
				}
				return "${" + variable.FindStringSubmatch(w)[1] + "}"
			})
			all[len(all)-1].body += strings.ReplaceAll(line, "$$", "$") + "\n"
		case indented:
		default:
			open = false
			if m := assignment.FindStringSubmatch(line); m != nil {
				set[m[1]] = strings.Trim(m[2], `"' `)
			} else if name := runTarget(head, line); name != "" {
				open = true
				all = append(all, target{name: name, from: fact.At(file, n, "target "+name)})
			}
		}
	}
	return all
}

// runTarget is the target of runTargets that a line is the head of, or "".
func runTarget(head *pattern.Pattern, line string) string {
	if m := head.FindStringSubmatch(line); m != nil {
		for _, name := range strings.Fields(m[1]) {
			if slices.Contains(runTargets, name) {
				return name
			}
		}
	}
	return ""
}

// tasks are the tasks of a Taskfile. https://taskfile.dev/docs/reference/schema (2026-11)
func tasks(v *repo.View, file string) []target {
	text, err := v.Read(file)
	if err != nil {
		return nil
	}
	var doc yaml.Node
	if yaml.Unmarshal(text, &doc) != nil || len(doc.Content) == 0 {
		return nil
	}
	var all []target
	add := func(name string, n *yaml.Node) {
		if n != nil && n.Kind == yaml.ScalarNode {
			all = append(all, target{name, n.Value, fact.At(file, n.Line-1, "task "+name)})
		}
	}
	for _, p := range pairs(child(doc.Content[0], "tasks")) {
		if !slices.Contains(runTargets, p.key) {
			continue
		}
		add(p.key, p.value)
		add(p.key, child(p.value, "cmd"))
		for _, list := range []*yaml.Node{p.value, child(p.value, "cmds")} {
			for _, item := range items(list) {
				add(p.key, item)
				add(p.key, child(item, "cmd"))
			}
		}
	}
	return all
}
