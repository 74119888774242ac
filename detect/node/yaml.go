package node

import (
	"errors"
	"io/fs"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

// settings is a YAML mapping whose values keep their places.
type settings struct {
	file string
	node *yaml.Node
}

var yamlLine = pattern.New(`line ([0-9]+)`)

// readYAML is the mapping in a file; a missing or empty file gives an empty one.
func readYAML(v *repo.View, file string) (settings, error) {
	text, err := v.Read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return settings{}, nil
	}
	if err != nil {
		return settings{}, err
	}
	var root yaml.Node
	if err := yaml.Unmarshal(text, &root); err != nil {
		line := 0
		if match := yamlLine.FindStringSubmatch(err.Error()); match != nil {
			line, _ = strconv.Atoi(match[1]) // digits, by the pattern
		}
		return settings{}, &diag.Error{At: fact.At(file, line, ""), What: "is not YAML", Try: "correct the line", Err: err}
	}
	if len(root.Content) == 0 {
		return settings{file: file}, nil
	}
	return settings{file, root.Content[0]}, nil
}

func (s settings) exists() bool { return s.node != nil }

func (s settings) at(what string) fact.Source {
	if s.node == nil {
		return fact.Source{}
	}
	return fact.At(s.file, s.node.Line, what)
}

// get is the value at a path of keys, or an empty one.
func (s settings) get(keys ...string) settings {
	for _, key := range keys {
		if s.node == nil || s.node.Kind != yaml.MappingNode {
			return settings{}
		}
		found := settings{}
		for i := 0; i+1 < len(s.node.Content); i += 2 {
			if s.node.Content[i].Value == key {
				found = settings{s.file, s.node.Content[i+1]}
			}
		}
		s = found
	}
	return s
}

// text is a scalar under a key.
func (s settings) text(keys ...string) fact.Of[string] {
	v := s.get(keys...)
	if v.node == nil || v.node.Kind != yaml.ScalarNode {
		return fact.Of[string]{}
	}
	return fact.New(v.node.Value, v.at(keys[len(keys)-1]))
}

// items are the scalars of a list.
func (s settings) items() []fact.Of[string] {
	if s.node == nil || s.node.Kind != yaml.SequenceNode {
		return nil
	}
	var all []fact.Of[string]
	for _, n := range s.node.Content {
		if n.Kind == yaml.ScalarNode {
			all = append(all, fact.New(n.Value, fact.At(s.file, n.Line, "")))
		}
	}
	return all
}

// keys are the names of a mapping's entries, as written.
func (s settings) keys() []string {
	if s.node == nil || s.node.Kind != yaml.MappingNode {
		return nil
	}
	var all []string
	for i := 0; i+1 < len(s.node.Content); i += 2 {
		all = append(all, s.node.Content[i].Value)
	}
	return all
}
