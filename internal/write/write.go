// Package write is the only code of dockgen that changes a user's files. All of
// a set of files are written, or none.
package write

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/aymanbagabas/go-udiff"
	"github.com/go-git/go-billy/v5"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/mark"
)

// File is a file to write: a slash-separated path relative to the root, and its text.
type File struct{ Path, Text string }

// State is how a file to write relates to what is there.
type State int

// States of a file.
const (
	New     State = iota + 1 // nothing is there
	Same                     // what is there is what would be written
	Update                   // our own untouched output, which may be replaced
	Differs                  // the user's text
	Merged                   // our output with the user's edits, and a text that keeps them
)

func (s State) String() string {
	return [...]string{"", "new", "same", "update", "differs", "merged"}[s]
}

// Change is one file, what is there and what would become of it.
type Change struct {
	File
	State  State
	Old    string
	Backup string // where the old text went, set by Apply
}

// Diff is the change as a unified diff, "" where there is none.
func (c Change) Diff() string {
	if c.State == Same {
		return ""
	}
	from := c.Path
	if c.State == New {
		from = "/dev/null"
	}
	return udiff.Unified(from, c.Path, c.Old, c.Text)
}

// Compare says what writing the files would change. It is an error if something
// that is no regular file stands in the way.
func Compare(root billy.Filesystem, files []File) ([]Change, error) {
	changes := make([]Change, len(files))
	for i, f := range files {
		c := Change{File: f, State: New}
		info, err := root.Lstat(f.Path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return nil, &diag.Error{At: fact.Source{File: f.Path}, What: "cannot be read", Err: cause(err)}
		case !info.Mode().IsRegular():
			return nil, diag.At(fact.Source{File: f.Path}, "is "+kind(info.Mode())+", not a file that dockgen could replace", "remove it, or write elsewhere with --file NAME")
		default:
			if c.Old, err = readAll(root, f.Path); err != nil {
				return nil, err
			}
			c.State = state(c.Old, f.Text)
		}
		changes[i] = c
	}
	return changes, nil
}

func kind(m fs.FileMode) string {
	switch {
	case m.IsDir():
		return "a folder"
	case m&fs.ModeSymlink != 0:
		return "a link"
	default:
		return "a special file"
	}
}

func state(old, text string) State {
	if old == text {
		return Same
	}
	if _, untouched := mark.Own(old); untouched {
		return Update
	}
	return Differs
}

const maxOld = 16 << 20 // bytes of an existing file; a larger one is no Dockerfile

func readAll(root billy.Filesystem, p string) (string, error) {
	f, err := root.Open(p)
	if err != nil {
		return "", &diag.Error{At: fact.Source{File: p}, What: "cannot be read", Err: cause(err)}
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxOld+1))
	if err != nil {
		return "", &diag.Error{At: fact.Source{File: p}, What: "cannot be read", Err: cause(err)}
	}
	if len(data) > maxOld {
		return "", diag.At(fact.Source{File: p}, "is too large to be one of the files that dockgen writes", "write elsewhere with --file NAME")
	}
	return string(data), nil
}

// Conflicts is the error for the user's own files that would be replaced, nil if there are none.
func Conflicts(changes []Change) error {
	var edited, foreign []string
	for _, c := range changes {
		if c.State != Differs {
			continue
		}
		if own, _ := mark.Own(c.Old); own {
			edited = append(edited, c.Path)
		} else {
			foreign = append(foreign, c.Path)
		}
	}
	be := func(paths []string) string {
		if len(paths) > 1 {
			return strings.Join(paths, " and ") + " were"
		}
		return strings.Join(paths, "") + " was"
	}
	var what []string
	try := "--dry-run to see the difference\n--force to replace, which keeps the old text as NAME.bak\n--file NAME to write beside it"
	if len(foreign) > 0 {
		what = append(what, be(foreign)+" not written by dockgen")
	}
	if len(edited) > 0 {
		what = append(what, be(edited)+" edited since dockgen wrote it")
		try += "\n--force --save to replace, and to have your next edits kept"
	}
	if len(what) == 0 {
		return nil
	}
	return &diag.Error{What: strings.Join(what, ", and "), Try: try}
}

// Apply writes the changes, all or none. A file of the user's is moved to
// NAME.bak first; call Conflicts before, to ask. It stops, with nothing changed,
// if the context ends before the first file is in its place.
func Apply(ctx context.Context, root billy.Filesystem, changes []Change) ([]Change, error) {
	done := append([]Change(nil), changes...)
	var undo []func() error
	err := apply(ctx, root, done, &undo)
	if err == nil {
		return done, nil
	}
	for i := len(undo) - 1; i >= 0; i-- {
		if e := undo[i](); e != nil {
			err = fmt.Errorf("%w (and it could not all be undone: %w)", err, e)
		}
	}
	return nil, err
}

func apply(ctx context.Context, root billy.Filesystem, changes []Change, undo *[]func() error) error {
	staged := make([]string, len(changes))
	for i, c := range changes {
		if c.State == Same {
			continue
		}
		name, err := stage(root, c.File)
		if name != "" {
			*undo = append(*undo, func() error { return remove(root, name) })
		}
		if err != nil {
			return err
		}
		staged[i] = name
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	for i := range changes {
		c := &changes[i]
		if c.State == Same {
			continue
		}
		if c.State != New {
			aside, err := backup(root, c.Path)
			if err != nil {
				return err
			}
			*undo = append(*undo, func() error { return root.Rename(aside, c.Path) })
			c.Backup = aside
		}
		if err := root.Rename(staged[i], c.Path); err != nil {
			return &diag.Error{At: fact.Source{File: c.Path}, What: "cannot be written", Err: cause(err)}
		}
		*undo = append(*undo, func() error { return remove(root, c.Path) })
	}
	for i := range changes {
		// All files are in place. Our own text needs no backup, but one that cannot be removed does no harm.
		if c := &changes[i]; (c.State == Update || c.State == Merged) && remove(root, c.Backup) == nil {
			c.Backup = ""
		}
	}
	return nil
}

// stage writes the text beside its target, under a name that did not exist. The
// name is returned as soon as the file exists, also with an error.
func stage(root billy.Filesystem, file File) (string, error) {
	fail := func(err error) error {
		return &diag.Error{At: fact.Source{File: file.Path}, What: "cannot be written", Err: cause(err)}
	}
	for n := range 100 {
		name := path.Join(path.Dir(file.Path), fmt.Sprintf(".%s.dockgen-%d", path.Base(file.Path), n))
		f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", fail(err)
		}
		if _, err := f.Write([]byte(file.Text)); err != nil {
			f.Close()
			return name, fail(err)
		}
		if err := f.Close(); err != nil {
			return name, fail(err)
		}
		return name, nil
	}
	return "", fail(errors.New("too many unfinished files of earlier runs beside it: remove ." + path.Base(file.Path) + ".dockgen-*"))
}

// backup moves a file aside to NAME.bak, or NAME.bak.2 and so on: a backup is never overwritten.
func backup(root billy.Filesystem, p string) (string, error) {
	for n := 1; n < 1000; n++ {
		aside := p + ".bak"
		if n > 1 {
			aside = fmt.Sprintf("%s.bak.%d", p, n)
		}
		if _, err := root.Lstat(aside); !errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := root.Rename(p, aside); err != nil {
			return "", &diag.Error{At: fact.Source{File: p}, What: "cannot be moved to " + aside, Err: cause(err)}
		}
		return aside, nil
	}
	return "", diag.At(fact.Source{File: p}, "has a thousand backups already", "remove some of its .bak files")
}

func remove(root billy.Filesystem, p string) error {
	if err := root.Remove(p); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func cause(err error) error {
	var p *fs.PathError
	var l *os.LinkError
	switch {
	case errors.As(err, &p):
		return p.Err
	case errors.As(err, &l):
		return l.Err
	default:
		return err
	}
}
