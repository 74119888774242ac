package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/osfs"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/hostpath"
)

// place is where a run happens: the root of the view and what the user selected in it.
type place struct {
	root    billy.Filesystem
	name    string                // base name of the root, for the tag in the build command
	project string                // folder selected by DIR, "." for the root
	path    func(p string) string // a path of the root as the user names it from the current folder
}

// locate finds the root of the repository: the nearest ancestor of DIR with .git,
// else DIR. This and the current folder are all that is read of the host.
func locate(dir, root string) (place, error) {
	abs, err := filepath.Abs(dir)
	if err != nil {
		return place{}, err
	}
	info, err := os.Stat(abs)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return place{}, &diag.Error{At: fact.Source{File: dir}, What: "there is no such folder", Try: "name the folder of an application, or none for this one"}
	case err != nil:
		return place{}, &diag.Error{At: fact.Source{File: dir}, What: "cannot be read", Err: errors.Unwrap(err)}
	case !info.IsDir():
		return place{}, &diag.Error{At: fact.Source{File: dir}, What: "is a file, not a folder", Try: "name the folder: " + filepath.Dir(dir)}
	}
	if abs, err = filepath.EvalSymlinks(abs); err != nil {
		return place{}, err
	}
	top := abs
	if root != "" {
		if top, err = filepath.Abs(root); err == nil {
			top, err = filepath.EvalSymlinks(top)
		}
		if err != nil {
			return place{}, &diag.Error{At: fact.Source{File: root}, What: "there is no such folder", Try: "--root with the folder that holds the whole repository", Code: diag.Usage}
		}
	} else {
		for up := abs; ; up = filepath.Dir(up) {
			if _, err := os.Lstat(filepath.Join(up, ".git")); err == nil {
				top = up
				break
			}
			if up == filepath.Dir(up) {
				break
			}
		}
	}
	rel, err := filepath.Rel(top, abs)
	if err != nil || strings.HasPrefix(rel, "..") {
		return place{}, &diag.Error{At: fact.Source{File: dir}, What: "is outside the root " + root, Try: "--root with a folder above it", Code: diag.Usage}
	}
	return place{root: host{osfs.New(top), top}, name: filepath.Base(top), project: filepath.ToSlash(rel), path: pathsFrom(top)}, nil
}

// pathsFrom names paths of a root from the current folder.
func pathsFrom(top string) func(string) string {
	here, err := os.Getwd()
	if err == nil {
		here, err = filepath.EvalSymlinks(here)
	}
	if err != nil {
		here = ""
	}
	return func(p string) string { return hostpath.Here.From(here, top, p) }
}

// fileName is --file as a path with slashes: relative to the root, or a name beside
// the project's manifest.
func fileName(system hostpath.System, name string) (string, error) {
	wrong := func(what string) error {
		return &diag.Error{What: fmt.Sprintf("--file %q %s", name, what), Try: "--file Dockerfile.prod, or a path relative to the root of the repository", Code: diag.Usage}
	}
	p, err := system.InRepository(name)
	switch {
	case name == "":
		return "", nil
	case err != nil || p == ".." || strings.HasPrefix(p, "../"):
		return "", wrong("is outside the repository")
	case p == "." || strings.HasSuffix(name, "/") || system.Windows && strings.HasSuffix(name, `\`):
		return "", wrong("names a folder, not a file")
	case slices.Contains(strings.Split(p, "/"), ".git"):
		return "", wrong("is git's own")
	}
	if _, err := system.Word(p); err != nil {
		return "", wrong("cannot stand in a command: it has a line break or control character, or is not UTF-8")
	}
	return p, nil
}

// host is a folder on disk.
type host struct {
	billy.Filesystem
	top string
}

// List reads a folder without a look at each of its files (repo.Lister).
func (h host) List(dir string) ([]fs.DirEntry, error) {
	return os.ReadDir(filepath.Join(h.top, filepath.FromSlash(dir)))
}
