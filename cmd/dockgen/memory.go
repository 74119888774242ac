package main

import (
	"cmp"
	"errors"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/config"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/mark"
	"github.com/dockgen/dockgen/internal/merge"
	"github.com/dockgen/dockgen/internal/write"
)

// remembered are the answers that the file in a folder keeps. A key that is no
// setting is refused with the nearest one.
func (a app) remembered(entries []config.Entry) (detect.Settings, error) {
	var s detect.Settings
	var err error
	for _, e := range entries {
		if isOwnFile(e.Key) {
			continue
		}
		if s, err = a.set(s, e.Key, e.Value, e.From); err != nil {
			return s, err
		}
	}
	return s, nil
}

// baseName is the file that holds what dockgen wrote last, as txtar: the base for
// merging its next change into files that were edited since. It is made with
// --save, and kept current where it is.
const baseName = ".dockgen.base"

// merge turns the files of ours that were edited since into ones that can be
// written: with the user's edits, and what changed on our side. Without the base
// they stay as they are, in the way.
func (r *initRun) merge() error {
	ours := map[string]string{} // of files whose text is the user's
	for i := range r.report.changes {
		// An edited file whose mark is that of today's text: nothing changed on our side.
		if c := &r.report.changes[i]; c.State == write.Differs && !r.flags.force && mark.Alike(c.Old, c.Text) {
			ours[c.Path] = c.Text
			c.Text, c.State = c.Old, write.Same
		}
	}
	file := path.Join(r.look.place.project, baseName)
	old, err := r.look.view.Read(file)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !r.flags.save:
		return nil
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return err
	}
	bases := map[string]string{}
	for _, f := range txtar.Parse(old).Files {
		bases[f.Name] = string(f.Data)
	}
	var archive txtar.Archive
	archive.Comment = []byte("What dockgen wrote last: with it, dockgen init keeps your edits.\n")
	for i := range r.report.changes {
		c := &r.report.changes[i]
		archive.Files = append(archive.Files, txtar.File{Name: c.Path, Data: []byte(cmp.Or(ours[c.Path], c.Text))})
		base, known := bases[c.Path]
		if own, _ := mark.Own(c.Old); c.State == write.Differs && own && known && !r.flags.force {
			r.keepEdits(c, base)
		}
	}
	changes, err := write.Compare(r.look.place.root, []write.File{{Path: file, Text: string(txtar.Format(&archive))}})
	if err != nil {
		return err
	}
	if changes[0].State == write.Differs {
		changes[0].State = write.Update // nobody's text
	}
	r.report.changes = append(r.report.changes, changes...)
	return nil
}

// keepEdits merges one file. The line with our mark is never a conflict.
func (r *initRun) keepEdits(c *write.Change, base string) {
	text, conflicts := merge.Three(mark.Copy(c.Text, base), mark.Copy(c.Text, c.Old), c.Text)
	for _, lost := range conflicts {
		ours := strings.TrimSpace(lost.Ours)
		if ours == "" {
			ours = "(nothing)"
		}
		r.report.kept = append(r.report.kept, detect.Note{Warning: true, At: fact.At(c.Path, lost.Line, ""), Text: "your lines stay; dockgen would write: " + strings.ReplaceAll(ours, "\n", " ⏎ ")})
	}
	c.Text, c.State = text, write.Merged
	if text == mark.Copy(c.Text, c.Old) || text == c.Old {
		c.Text, c.State = c.Old, write.Same
	}
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
