package check

import (
	"encoding/json"
	"path"
	"slices"
	"strings"
)

// developmentTool is the development dependency that the image starts its program with,
// by way of a script of the manifest or without; "" for none.
func (c *checker) developmentTool(s *stage, in installation) string {
	var m struct {
		Scripts map[string]string
		all     map[string]json.RawMessage
	}
	for _, dir := range in.folders(c) {
		for _, name := range in.installer.Manifests {
			if text, err := c.View.Read(path.Join(c.context, dir, name)); err == nil && m.all == nil {
				if json.Unmarshal(text, &m) != nil || json.Unmarshal(text, &m.all) != nil {
					return ""
				}
			}
		}
	}
	var development map[string]json.RawMessage
	if json.Unmarshal(m.all[in.installer.Declared], &development) != nil {
		return ""
	}
	entry, cmd := s.command()
	run := call(append(slices.Clone(entry.words), cmd.words...))
	if text := strings.Join(run, " "); entry.shell || cmd.shell {
		return toolOf(calls(text), m.Scripts, development, 0)
	}
	return toolOf([]call{run}, m.Scripts, development, 0)
}

const maxScripts = 5 // that call each other

// toolOf is the first development dependency that commands run.
func toolOf(all []call, scripts map[string]string, development map[string]json.RawMessage, depth int) string {
	table := data().Installers
	if depth == maxScripts {
		return ""
	}
	for _, words := range all {
		words = slices.DeleteFunc(slices.Clone(words), func(w string) bool { return w == "" })
		for len(words) > 1 && (strings.Contains(words[0], "=") || slices.Contains(table.Wrappers, words[0])) {
			words = words[1:]
		}
		if len(words) == 0 {
			continue
		}
		if script, ok := scriptOf(words); ok {
			for _, name := range []string{"pre" + script, script} {
				if tool := toolOf(calls(scripts[name]), scripts, development, depth+1); tool != "" {
					return tool
				}
			}
			if _, named := scripts[script]; named || slices.Contains([]string{"start", "run"}, words[1]) {
				continue
			}
			words = words[1:] // yarn nodemon, npx nodemon
		}
		tools := []string{path.Base(words[0])}
		for i, w := range words[:len(words)-1] {
			if slices.Contains(table.Loads, w) {
				tools = append(tools, words[i+1])
			}
		}
		for _, tool := range tools {
			if name, ok := table.Tools[tool]; ok {
				tool = name
			}
			for name := range development { // any order: at most one fits
				if tool == name || strings.HasPrefix(tool, name+"/") {
					return name
				}
			}
		}
	}
	return ""
}

// scriptOf is the script of the manifest that a command runs, if it may run one.
func scriptOf(words call) (name string, ok bool) {
	if len(words) < 2 || !slices.Contains(data().Installers.Runners, words[0]) {
		return "", false
	}
	if words[1] == "run" && len(words) > 2 {
		return words[2], true
	}
	return words[1], true
}
