package main

import (
	"bytes"
	"context"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
	"testing"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-billy/v5/util"
	"github.com/google/go-cmp/cmp"

	"github.com/dockgen/dockgen/detect/all"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/templates"
)

// hooked calls before each operation; an error of it is the operation's. It
// stands for what a test as root cannot have: missing permissions, full disks.
type hooked struct {
	billy.Filesystem
	before func(operation, name string) error
}

func (h hooked) call(operation, name string) error {
	if err := h.before(operation, name); err != nil {
		return &fs.PathError{Op: operation, Path: "/host/" + name, Err: err}
	}
	return nil
}

func (h hooked) ReadDir(name string) ([]os.FileInfo, error) {
	if err := h.call("list", name); err != nil {
		return nil, err
	}
	return h.Filesystem.ReadDir(name)
}

func (h hooked) Open(name string) (billy.File, error) {
	if err := h.call("read", name); err != nil {
		return nil, err
	}
	return h.Filesystem.Open(name)
}

func (h hooked) OpenFile(name string, flag int, perm fs.FileMode) (billy.File, error) {
	operation := "read"
	if flag&(os.O_CREATE|os.O_WRONLY|os.O_RDWR) != 0 {
		operation = "create"
	}
	if err := h.call(operation, name); err != nil {
		return nil, err
	}
	f, err := h.Filesystem.OpenFile(name, flag, perm)
	return hookedFile{f, h, name}, err
}

func (h hooked) Rename(from, to string) error {
	if err := h.call("rename", to); err != nil {
		return err
	}
	return h.Filesystem.Rename(from, to)
}

type hookedFile struct {
	billy.File
	hooked
	name string
}

func (f hookedFile) Write(data []byte) (int, error) {
	if err := f.call("write", f.name); err != nil {
		n, _ := f.File.Write(data[:len(data)/3])
		return n, err
	}
	return f.File.Write(data)
}

func (f hookedFile) Close() error                       { return f.File.Close() }
func (f hookedFile) Name() string                       { return f.name }
func (f hookedFile) Lock() error                        { return f.File.Lock() }
func (f hookedFile) Unlock() error                      { return f.File.Unlock() }
func (f hookedFile) Truncate(n int64) error             { return f.File.Truncate(n) }
func (f hookedFile) Read(p []byte) (int, error)         { return f.File.Read(p) }
func (f hookedFile) Seek(o int64, w int) (int64, error) { return f.File.Seek(o, w) }

// TestFaults: whatever the machine refuses while a run reads or writes is one
// clear error, and the folder is as it was.
func TestFaults(t *testing.T) {
	for _, test := range []struct {
		name            string
		operation, file string // which operation on which file fails
		err             error
		status          int
		want            string
	}{
		{"no permission to list the root", "list", ".", syscall.EACCES, diag.Failed, ".: this folder cannot be read: permission denied"},
		{"no permission to list a folder", "list", "cmd", syscall.EACCES, diag.Failed, "cmd: this folder cannot be read: permission denied"},
		{"no permission to read the manifest", "read", "go.mod", syscall.EACCES, diag.Failed, "go.mod: cannot be read: permission denied"},
		{"a failing disk", "read", "go.mod", syscall.EIO, diag.Failed, "go.mod: cannot be read: input/output error"},
		{"no permission to write", "create", "Dockerfile", syscall.EACCES, diag.Failed, "Dockerfile: cannot be written: permission denied"},
		{"a read-only target", "create", "Dockerfile", syscall.EROFS, diag.Failed, "Dockerfile: cannot be written: read-only file system"},
		{"a disk full at the first file", "write", "Dockerfile", syscall.ENOSPC, diag.Failed, "Dockerfile: cannot be written: no space left on device"},
		{"a disk full at the second file", "write", ".dockerignore", syscall.ENOSPC, diag.Failed, ".dockerignore: cannot be written: no space left on device"},
		{"a disk full at the second rename", "rename", ".dockerignore", syscall.ENOSPC, diag.Failed, ".dockerignore: cannot be written: no space left on device"},
		{"an interrupt while looking", "list", "cmd", nil, diag.Interrupted, "interrupted; nothing was written"},
		{"an interrupt while writing", "write", ".dockerignore", nil, diag.Interrupted, "interrupted; nothing was written"},
	} {
		t.Run(test.name, func(t *testing.T) {
			inner := osfs.New(t.TempDir())
			for p, text := range map[string]string{"go.mod": "module example.com/app\n", "main.go": "package main\n\nfunc main() {}\n", "cmd/doc.go": "package cmd\n"} {
				if err := util.WriteFile(inner, p, []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			met := false
			root := hooked{inner, func(operation, name string) error {
				name = strings.TrimLeft(strings.TrimSuffix(path.Clean(name), ".dockgen-0"), ".")
				if operation != test.operation || strings.TrimPrefix(test.file, ".") != name {
					return nil
				}
				met = true
				if test.err == nil {
					cancel()
				}
				return test.err
			}}
			before := written(t, inner)
			status, stderr := runWith(ctx, root, "init", "--yes")
			if !met {
				t.Fatalf("nothing was asked to %s %s\n%s", test.operation, test.file, stderr)
			}
			if first := lastError(stderr); status != test.status || first != "dockgen: "+test.want {
				t.Errorf("status %d, want %d\ngot  %s\nwant dockgen: %s", status, test.status, first, test.want)
			}
			if diff := cmp.Diff(before, written(t, inner)); diff != "" {
				t.Errorf("-before +after\n%s", diff)
			}
		})
	}
}

// lastError is the line of the error in what a run printed.
func lastError(stderr string) string {
	i := strings.LastIndex("\n"+stderr, "\ndockgen: ")
	if i < 0 {
		return ""
	}
	line, _, _ := strings.Cut(stderr[i:], "\n")
	return line
}

// runWith is runIn with a context.
func runWith(ctx context.Context, root billy.Filesystem, args ...string) (status int, stderr string) {
	var errs bytes.Buffer
	a := app{
		in: strings.NewReader(""), out: &bytes.Buffer{}, err: &errs,
		languages: all.Languages(), catalogue: catalogue.Embedded(), templates: templates.Embedded(),
		locate: func(dir, _ string) (place, error) {
			return place{root: root, name: "app", project: path.Clean(dir), path: path.Clean}, nil
		},
	}
	status = a.run(ctx, args)
	return status, errs.String()
}
