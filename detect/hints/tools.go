package hints

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/toml"
)

// Tools are the versions that the files of asdf and mise in a folder give the tools of
// these names: those of ToolVersions, then those of Mise, without what names no
// version: "latest", "system", a path, a branch.
func Tools(v *repo.View, dir string, names ...string) ([]fact.Of[string], error) {
	all, err := ToolVersions(v, dir, names...)
	if err != nil {
		return nil, err
	}
	more, err := Mise(v, dir, names...)
	var pins []fact.Of[string]
	for _, pin := range append(all, more...) {
		pin.Value = strings.TrimPrefix(pin.Value, "prefix:")
		if pin.Value != "latest" && pin.Value != "system" && !strings.Contains(pin.Value, ":") {
			pins = append(pins, pin)
		}
	}
	return pins, err
}

// ToolVersions are the versions that the .tool-versions file of a folder gives the
// tools of these names, in its order: of a line with several the first, which is the
// one that runs. Format: https://asdf-vm.com/manage/configuration.html (2026-11)
func ToolVersions(v *repo.View, dir string, names ...string) ([]fact.Of[string], error) {
	file := path.Join(dir, ".tool-versions")
	text, err := v.Read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var pins []fact.Of[string]
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line, _, _ = strings.Cut(line, "#")
		if words := strings.Fields(line); len(words) > 1 && slices.Contains(names, words[0]) {
			pins = append(pins, fact.New(words[1], fact.At(file, n, words[0])))
		}
	}
	return pins, nil
}

// miseFiles are where mise looks in a folder, the strongest first.
// https://mise.jdx.dev/configuration.html (2026-11)
var miseFiles = []string{"mise.toml", "mise/config.toml", ".mise.toml", ".mise/config.toml", ".config/mise.toml", ".config/mise/config.toml"}

// Mise are the versions that mise's settings in a folder give the tools of these names,
// the strongest file first: of a tool with several the first, which is the one that
// runs. They are as written: "1.26", "latest", "prefix:1.26", "ref:main".
func Mise(v *repo.View, dir string, names ...string) ([]fact.Of[string], error) {
	var pins []fact.Of[string]
	for _, name := range miseFiles {
		file := path.Join(dir, name)
		text, err := v.Read(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		root, err := toml.Parse(file, text)
		if err != nil {
			return nil, err
		}
		for _, tool := range names {
			version := root.Get("tools", tool)
			if list := version.Items(); len(list) > 0 {
				version = list[0]
			}
			if t := version.Get("version"); t != nil {
				version = t
			}
			if pin := version.Fact("tools." + tool); pin.Known() {
				pins = append(pins, pin)
			}
		}
	}
	return pins, nil
}
