// Package config reads and writes .dockgen.yaml: a flat list of answers, as the
// flags would give them. It knows no key; the command refuses unknown ones.
package config

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
	"unicode/utf8"

	"go.yaml.in/yaml/v3"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// Name is the name of the file. It counts for a run of dockgen in the folder it lies in;
// what it says of all images counts for the folders below too.
const Name = ".dockgen.yaml"

// Entry is one key of the file.
type Entry struct {
	Key   string
	Value string
	From  fact.Source
}

// Read are the entries of the file in a folder, in its order; none if there is no file.
func Read(v *repo.View, dir string) ([]Entry, error) {
	file := path.Join(dir, Name)
	text, err := v.Read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return Parse(file, text)
}

// Parse reads the text of a file. The error has its line.
func Parse(file string, text []byte) ([]Entry, error) {
	var doc, more yaml.Node
	d := yaml.NewDecoder(bytes.NewReader(text))
	err := d.Decode(&doc)
	if err == nil {
		err = d.Decode(&more)
	}
	switch {
	case err == nil:
		return nil, diag.At(fact.At(file, more.Line, ""), "a second document begins here", "keep one of the two, without ---")
	case !errors.Is(err, io.EOF):
		return nil, &diag.Error{At: fact.Source{File: file}, What: "is not YAML", Err: errors.New(strings.TrimPrefix(err.Error(), "yaml: "))}
	case len(doc.Content) == 0:
		return nil, nil // empty, or only comments
	}
	top := doc.Content[0]
	if top.Kind != yaml.MappingNode {
		return nil, diag.At(fact.At(file, top.Line, ""), "must be a list of \"key: value\"", "port: 8080")
	}
	var all []Entry
	seen := map[string]int{}
	for i := 0; i+1 < len(top.Content); i += 2 {
		key, value := top.Content[i], top.Content[i+1]
		at := fact.At(file, key.Line, key.Value)
		if seen[key.Value] > 0 {
			return nil, diag.At(at, "is there twice", "keep one of the two")
		}
		seen[key.Value]++
		if value.Kind != yaml.ScalarNode || value.Tag == "!!null" {
			return nil, diag.At(at, "must be one word or number", key.Value+": VALUE")
		}
		all = append(all, Entry{Key: key.Value, Value: value.Value, From: at})
	}
	return all, nil
}

const header = "# Answers of dockgen init: flags win over them, and they win over what the repository says.\n# yaml-language-server: $schema=https://raw.githubusercontent.com/dockgen/dockgen/main/docs/schema/config.json\n"

// Set is the text of a file with other values. What it had besides, comments too, stays.
func Set(file string, text []byte, entries []Entry) (string, error) {
	if _, err := Parse(file, text); err != nil {
		return "", err
	}
	var doc yaml.Node
	if err := yaml.Unmarshal(text, &doc); err != nil {
		return "", err
	}
	fresh := len(doc.Content) == 0
	if fresh {
		doc = yaml.Node{Kind: yaml.DocumentNode, Content: []*yaml.Node{{Kind: yaml.MappingNode}}}
	}
	top := doc.Content[0]
	for _, e := range entries {
		if !utf8.ValidString(e.Value) {
			return "", diag.At(fact.Source{File: file}, fmt.Sprintf("cannot hold %q, which is not UTF-8", e.Value), "rename it")
		}
		var value yaml.Node
		value.SetString(e.Value)
		if plain(e.Value) {
			value.Style = 0
			value.Tag = ""
		}
		set(top, e.Key, &value)
	}
	var b bytes.Buffer
	if fresh {
		b.WriteString(header)
		if comments := strings.TrimSpace(strings.ReplaceAll(string(text), "\r\n", "\n")); comments != "" {
			b.WriteString(comments + "\n")
		}
		if len(top.Content) == 0 {
			return b.String(), nil
		}
	}
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(&doc); err != nil {
		return "", err
	}
	return b.String(), e.Close()
}

// plain reports whether a value reads better without quotes: a whole number or a truth value.
func plain(value string) bool {
	return value == "true" || value == "false" || strings.Trim(value, "0123456789") == "" && value != ""
}

func set(top *yaml.Node, key string, value *yaml.Node) {
	for i := 0; i+1 < len(top.Content); i += 2 {
		if top.Content[i].Value == key {
			value.LineComment = top.Content[i+1].LineComment
			top.Content[i+1] = value
			return
		}
	}
	top.Content = append(top.Content, &yaml.Node{Kind: yaml.ScalarNode, Value: key}, value)
}
