package golang

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// goreleaser are the builds of a goreleaser configuration that are made for Linux.
// Format: https://goreleaser.com/customization/builds/go/. A file that does not
// parse is evidence lost, not bad input: goreleaser would say so.
func goreleaser(file, text string) []recipe {
	var config struct {
		Builds []yaml.Node `yaml:"builds"`
	}
	if text == "" || yaml.Unmarshal([]byte(text), &config) != nil {
		return nil
	}
	var all []recipe
	for _, node := range config.Builds {
		var b struct {
			Main, Binary, Dir, Builder string
			Skip                       any
			Goos                       []string
			Tags, Ldflags, Flags       yaml.Node
		}
		if node.Decode(&b) != nil || b.Skip == true || (b.Builder != "" && b.Builder != "go") || (len(b.Goos) > 0 && !slices.Contains(b.Goos, "linux")) {
			continue
		}
		at := fact.At(file, node.Line, "goreleaser build")
		r := recipe{from: at, binary: b.Binary, dir: builtDir(nonEmpty(b.Main), path.Join(path.Dir(file), b.Dir))}
		if strings.Contains(b.Binary, "{{") {
			r.binary = ""
		}
		for _, t := range texts(b.Tags) {
			r.tags = append(r.tags, splitTags(t)...)
		}
		for _, flag := range texts(b.Flags) {
			if tags, ok := strings.CutPrefix(flag, "-tags="); ok {
				r.tags = append(r.tags, splitTags(tags)...)
			}
		}
		for _, flags := range texts(b.Ldflags) {
			r.stamps = append(r.stamps, stampsIn(templateField.ReplaceAllString(flags, "$${$1}"), fact.At(file, b.Ldflags.Line, "ldflags"))...)
		}
		all = append(all, r)
	}
	return all
}

// templateField is {{.Version}} or {{ .Env.NAME }}, by the last of its names.
var templateField = pattern.New(`\{\{[^{}]*?([A-Za-z]+)\s*\}\}`)

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// texts are a string, or the strings of a list.
func texts(n yaml.Node) []string {
	var one string
	var many []string
	switch {
	case n.Kind == yaml.ScalarNode && n.Decode(&one) == nil:
		return []string{one}
	case n.Kind == yaml.SequenceNode && n.Decode(&many) == nil:
		return many
	}
	return nil
}
