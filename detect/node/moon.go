package node

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// moonTasks gives packages the tasks of moon that run one command line, as if they were scripts of
// package.json: those of moon.yml, then those that .moon shares between all of Node.js.
// https://moonrepo.dev/docs/config/tasks (1 and 2, 2026-11)
func moonTasks(v *repo.View, all []*pkg) error {
	var shared []settings
	if v.Has(".moon/workspace.yml") {
		for _, name := range []string{"tasks.yml", "tasks/all.yml", "tasks/node.yml", "tasks/javascript.yml", "tasks/typescript.yml"} {
			file, err := readYAML(v, path.Join(".moon", name))
			if err != nil {
				return err
			}
			shared = append(shared, file.get("tasks"))
		}
	}
	for _, p := range all {
		file, err := readYAML(v, p.in("moon.yml"))
		if err != nil {
			return err
		}
		if !file.exists() {
			continue
		}
		for _, tasks := range append([]settings{file.get("tasks")}, shared...) {
			for _, name := range tasks.keys() {
				if line := moonCommand(tasks.get(name)); line.Known() && !p.m.scripts[name].Known() {
					line.From.What = "task " + name
					p.m.scripts[name] = line
					p.m.order = append(p.m.order, name)
				}
			}
		}
	}
	return nil
}

// moonCommand is the command line of a task, unknown where a word of it would need quotes.
func moonCommand(task settings) fact.Of[string] {
	var words []string
	var from fact.Source
	for _, key := range []string{"command", "args"} {
		if one := task.text(key); one.Known() {
			words = append(words, one.Value)
			from = one.From
		}
		for _, item := range task.get(key).items() {
			if strings.ContainsAny(item.Value, " \t'\"$;&|<>`\\") {
				return fact.Of[string]{}
			}
			words = append(words, item.Value)
			from = item.From
		}
	}
	if from.IsZero() || slices.Contains(words, "noop") {
		return fact.Of[string]{}
	}
	return fact.New(strings.Join(words, " "), from)
}

// isTask reports whether a script of the package is a task of moon, which package managers do not know.
func (p *pkg) isTask(name string) bool {
	return strings.HasPrefix(p.m.scripts[name].From.What, "task ")
}

// scriptSteps are the commands that run a script of a package: by its package manager, or themselves.
func (c *recipe) scriptSteps(q *pkg, name string) []stepView {
	if !q.isTask(name) {
		return []stepView{{Words: c.manager.script(q, name), Why: "build"}}
	}
	var steps []stepView
	for _, command := range q.commands(name) {
		if argv := command.Argv(); len(argv) > 0 {
			steps = append(steps, stepView{Words: c.manager.exec(q, argv), Why: "build"})
		}
	}
	return steps
}
