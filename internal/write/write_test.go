package write

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-billy/v5/util"
	"github.com/google/go-cmp/cmp"

	"github.com/dockgen/dockgen/internal/mark"
)

// The trees here are on disk: memfs moves every file whose name begins like the renamed one's.

// faulty is a file system whose call number at fails, and all calls after it if
// forever. A failing Write has written half, as on a full disk.
type faulty struct {
	billy.Filesystem
	at, calls int
	forever   bool
	err       error
	log       []string
}

func (f *faulty) fails(call, name string) error {
	f.calls++
	f.log = append(f.log, call+" "+name)
	if f.calls == f.at || (f.forever && f.at > 0 && f.calls > f.at) {
		return &fs.PathError{Op: call, Path: "/host/" + name, Err: f.err}
	}
	return nil
}

func (f *faulty) OpenFile(name string, flag int, perm fs.FileMode) (billy.File, error) {
	if err := f.fails("open", name); err != nil {
		return nil, err
	}
	file, err := f.Filesystem.OpenFile(name, flag, perm)
	return &faultyFile{file, f}, err
}

func (f *faulty) Rename(from, to string) error {
	if err := f.fails("rename", from+" "+to); err != nil {
		return err
	}
	return f.Filesystem.Rename(from, to)
}

func (f *faulty) Remove(name string) error {
	if err := f.fails("remove", name); err != nil {
		return err
	}
	return f.Filesystem.Remove(name)
}

func (f *faulty) Lstat(name string) (fs.FileInfo, error) {
	if err := f.fails("lstat", name); err != nil {
		return nil, err
	}
	return f.Filesystem.Lstat(name)
}

type faultyFile struct {
	billy.File
	fs *faulty
}

func (f *faultyFile) Write(data []byte) (int, error) {
	if err := f.fs.fails("write", f.Name()); err != nil {
		n, _ := f.File.Write(data[:len(data)/2])
		return n, err
	}
	return f.File.Write(data)
}

func (f *faultyFile) Close() error {
	err := f.fs.fails("close", f.Name())
	if e := f.File.Close(); e != nil {
		return e
	}
	return err
}

func ours(text string) string { return mark.Put(mark.Placeholder+"\n"+text, "2026-01-01") }

// repository has a file of the user's and one of our own, untouched.
func repository(t *testing.T, root billy.Filesystem) {
	t.Helper()
	for p, text := range map[string]string{"Dockerfile": "FROM mine\n", ".dockerignore": ours("old\n"), "main.go": "package main\n"} {
		if err := util.WriteFile(root, p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

var files = []File{{"Dockerfile", ours("FROM ours\n")}, {".dockerignore", ours("new\n")}, {"more/nginx.conf", "server {}\n"}}

func contents(t *testing.T, root billy.Filesystem) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := util.Walk(root, ".", func(p string, info fs.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		data, err := util.ReadFile(root, p)
		found[filepath.ToSlash(p)] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestAllOrNothing fails every single call in turn. Whatever it is, either all
// files are in place, or the tree is as it was.
func TestAllOrNothing(t *testing.T) {
	for _, cause := range []error{syscall.ENOSPC, syscall.EROFS, syscall.EACCES, syscall.EIO} {
		for at := 1; ; at++ {
			inner := osfs.New(t.TempDir())
			repository(t, inner)
			before := contents(t, inner)
			changes, err := Compare(inner, files)
			if err != nil {
				t.Fatal(err)
			}
			root := &faulty{Filesystem: inner, at: at, err: cause}
			_, err = Apply(t.Context(), root, changes)
			after := contents(t, inner)
			if root.calls < at { // no call was left to fail
				if err != nil || after["Dockerfile"] != files[0].Text || after["Dockerfile.bak"] != "FROM mine\n" || after[".dockerignore"] != files[1].Text {
					t.Fatalf("without a fault: %v\n%v", err, after)
				}
				break
			}
			complete := after["Dockerfile"] == files[0].Text && after[".dockerignore"] == files[1].Text && after["more/nginx.conf"] == files[2].Text
			if err == nil && complete {
				continue // the call did not matter: removing our own old text
			}
			if err == nil || !strings.Contains(err.Error(), cause.Error()) || strings.Contains(err.Error(), "/host/") {
				t.Errorf("call %d (%s) failed with %q: the error is %v", at, root.log[at-1], cause, err)
			}
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("call %d (%s) failed: -before +after\n%s", at, root.log[at-1], diff)
			}
		}
	}
}

// TestReadOnly: where every call fails from the first on, nothing is changed and nothing panics.
func TestReadOnly(t *testing.T) {
	inner := osfs.New(t.TempDir())
	repository(t, inner)
	before := contents(t, inner)
	changes, err := Compare(inner, files)
	if err != nil {
		t.Fatal(err)
	}
	_, err = Apply(t.Context(), &faulty{Filesystem: inner, at: 1, forever: true, err: syscall.EROFS}, changes)
	if err == nil || err.Error() != "Dockerfile: cannot be written: read-only file system" {
		t.Errorf("the error is %v", err)
	}
	if diff := cmp.Diff(before, contents(t, inner)); diff != "" {
		t.Errorf("-before +after\n%s", diff)
	}
}

// interrupted ends the context at the call of that number.
type interrupted struct {
	faulty
	stop context.CancelFunc
	when int
}

func (f *interrupted) OpenFile(name string, flag int, perm fs.FileMode) (billy.File, error) {
	if f.faulty.calls >= f.when {
		f.stop()
	}
	return f.faulty.OpenFile(name, flag, perm)
}

// TestInterrupt: an interrupt while files are staged leaves nothing behind.
func TestInterrupt(t *testing.T) {
	for when := range 4 {
		inner := osfs.New(t.TempDir())
		repository(t, inner)
		before := contents(t, inner)
		changes, err := Compare(inner, files)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		_, err = Apply(ctx, &interrupted{faulty: faulty{Filesystem: inner}, stop: cancel, when: when}, changes)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
		if diff := cmp.Diff(before, contents(t, inner)); diff != "" {
			t.Errorf("-before +after\n%s", diff)
		}
	}
}

// TestStates: what each file is, and that a backup is never overwritten.
func TestStates(t *testing.T) {
	root := osfs.New(t.TempDir())
	repository(t, root)
	for range 3 {
		if err := util.WriteFile(root, "Dockerfile", []byte("FROM mine\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		changes, err := Compare(root, files)
		if err != nil {
			t.Fatal(err)
		}
		if err := Conflicts(changes); err == nil || !strings.HasPrefix(err.Error(), "Dockerfile was not written by dockgen") {
			t.Errorf("Conflicts: %v", err)
		}
		if _, err := Apply(t.Context(), root, changes); err != nil {
			t.Fatal(err)
		}
	}
	var backups []string
	for p := range contents(t, root) {
		if strings.Contains(p, ".bak") {
			backups = append(backups, p)
		}
	}
	slices.Sort(backups)
	if diff := cmp.Diff([]string{"Dockerfile.bak", "Dockerfile.bak.2", "Dockerfile.bak.3"}, backups); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	changes, err := Compare(root, files)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range changes {
		if c.State != Same || c.Diff() != "" {
			t.Errorf("%s: state %d, diff %q", c.Path, c.State, c.Diff())
		}
	}
}

// TestOnDisk: modes, links, folders and leftovers of a run that was killed, on a real file system.
func TestOnDisk(t *testing.T) {
	dir := t.TempDir()
	root := osfs.New(dir)
	if err := os.WriteFile(filepath.Join(dir, ".Dockerfile.dockgen-0"), []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	changes, err := Compare(root, files)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Apply(t.Context(), root, changes); err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		info, err := os.Lstat(filepath.Join(dir, f.Path))
		if err != nil || info.Mode() != 0o644 {
			t.Errorf("%s: mode %v, %v", f.Path, info.Mode(), err)
		}
	}
	for name, make := range map[string]func(string) error{
		"a link":         func(p string) error { return os.Symlink("elsewhere", p) },
		"a folder":       func(p string) error { return os.Mkdir(p, 0o755) },
		"a special file": fifo,
	} {
		p := filepath.Join(dir, "Dockerfile")
		if err := os.RemoveAll(p); err != nil {
			t.Fatal(err)
		}
		switch err := make(p); {
		case errors.Is(err, errors.ErrUnsupported):
			continue
		case err != nil:
			t.Fatal(err)
		}
		want := fmt.Sprintf("Dockerfile: is %s, not a file that dockgen could replace", name)
		if _, err := Compare(root, files); err == nil || err.Error() != want {
			t.Errorf("%s: the error is %v, want %s", name, err, want)
		}
	}
}
