package main

import (
	"errors"
	"io/fs"
	"path"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/config"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/write"
)

// remembered are the answers that the file in a folder keeps. A key that is no
// setting is refused with the nearest one.
func (a app) remembered(v *repo.View, dir string) (detect.Settings, error) {
	var s detect.Settings
	entries, err := config.Read(v, dir)
	if err != nil {
		return s, err
	}
	for _, e := range entries {
		if s, err = a.set(s, e.Key, e.Value, e.From); err != nil {
			return s, err
		}
	}
	return s, nil
}

// remember is the change that keeps the settings of a run in the file. What the
// file has besides stays, so it needs no backup.
func (a app) remember(l *look) (write.Change, error) {
	file := path.Join(l.place.project, config.Name)
	old, err := l.view.Read(file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return write.Change{}, err
	}
	var entries []config.Entry
	for _, k := range a.settings() {
		value, ok := valueOf(l.settings, k.name)
		if ok && !(k.name == "project" && value == l.place.project) {
			entries = append(entries, config.Entry{Key: k.name, Value: value})
		}
	}
	text, err := config.Set(file, old, entries)
	if err != nil {
		return write.Change{}, err
	}
	changes, err := write.Compare(l.place.root, []write.File{{Path: file, Text: text}})
	if err != nil {
		return write.Change{}, err
	}
	if changes[0].State == write.Differs {
		changes[0].State = write.Update
	}
	return changes[0], nil
}
