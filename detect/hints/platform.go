package hints

import (
	"path"

	"go.yaml.in/yaml/v3"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/shell"
	"github.com/dockgen/dockgen/internal/toml"
)

// Hosted is what a file for a hosting platform says of the service in a folder.
type Hosted struct {
	Start Start             // its last command, none where it names none
	Env   []fact.Of[string] // NAME=value
}

// Host is the only web service of the folder in render.yaml, or what railway.json or railway.toml starts.
// https://render.com/docs/blueprint-spec, https://docs.railway.com/reference/config-as-code (2026-11)
func Host(v *repo.View, dir string) (Hosted, bool) {
	if h, ok := blueprint(v, dir); ok {
		return h, true
	}
	if text, err := v.Read(path.Join(dir, "railway.toml")); err == nil {
		file := path.Join(dir, "railway.toml")
		if root, err := toml.Parse(file, text); err == nil {
			command := root.Get("deploy", "startCommand")
			return hosted(command.Str(), command.From("startCommand"), "the start command of railway.toml")
		}
	}
	text, err := v.Read(path.Join(dir, "railway.json"))
	var doc yaml.Node
	if err != nil || yaml.Unmarshal(text, &doc) != nil || len(doc.Content) == 0 {
		return Hosted{}, false
	}
	command := child(child(doc.Content[0], "deploy"), "startCommand")
	if command == nil {
		return Hosted{}, false
	}
	return hosted(command.Value, fact.At(path.Join(dir, "railway.json"), command.Line, "startCommand"), "the start command of railway.json")
}

func blueprint(v *repo.View, dir string) (Hosted, bool) {
	text, err := v.Read("render.yaml")
	var doc yaml.Node
	if err != nil || yaml.Unmarshal(text, &doc) != nil || len(doc.Content) == 0 {
		return Hosted{}, false
	}
	var found Hosted
	n := 0
	for _, s := range items(child(doc.Content[0], "services")) {
		command := child(s, "startCommand")
		if textOf(s, "type", "") != "web" || path.Clean(textOf(s, "rootDir", ".")) != dir || command == nil {
			continue
		}
		h, ok := hosted(command.Value, fact.At("render.yaml", command.Line, "startCommand"), "the start command of render.yaml")
		if !ok {
			continue
		}
		for _, e := range items(child(s, "envVars")) {
			if key, value := textOf(e, "key", ""), textOf(e, "value", ""); key != "" && value != "" {
				h.Env = append(h.Env, fact.New(key+"="+value, fact.At("render.yaml", e.Line, key)))
			}
		}
		found, n = h, n+1
	}
	return found, n == 1
}

// hosted reads the line of a start command.
func hosted(text string, from fact.Source, what string) (Hosted, bool) {
	line, err := shell.Parse(text)
	if err != nil || len(line.Commands) == 0 {
		return Hosted{}, false
	}
	s := Start{What: what, From: from}
	for _, w := range line.Commands[len(line.Commands)-1].Words {
		s.Argv = append(s.Argv, w.Default())
	}
	return Hosted{Start: s}, true
}
