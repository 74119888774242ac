// Package repo is the read-only view of a repository that detection works on.
//
// A view lists the tracked files of one tree, that is the files that no
// .gitignore of the tree matches, in sorted order. It is made by one walk that
// never enters .git, ignored folders or installed dependencies, and it never
// follows a link out of the root. It knows nothing of what a file means.
package repo

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"

	"github.com/go-git/go-billy/v5"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
)

// Limits, in bytes. A manifest is written by people; a lockfile by a tool.
const (
	MaxManifest = 4 << 20
	MaxLockfile = 96 << 20
	maxKept     = 1 << 20  // the largest file whose text is kept for a second reader
	maxKeptAll  = 16 << 20 // and of all of them together
)

// Limits of the walk: far above real repositories, low enough to end soon on a hostile one.
const (
	maxFiles = 2_000_000
	maxDepth = 64
)

// neverEntered are folders that hold tools' own state or installed
// dependencies. They are not part of a repository even where nobody ignored
// them. Build outputs (dist, build, target) are not here: people commit
// sources in folders of those names.
var neverEntered = map[string]bool{
	".git": true, ".hg": true, ".svn": true, ".jj": true,
	"node_modules": true, "bower_components": true, "jspm_packages": true,
	".venv": true, "__pycache__": true, ".tox": true, ".nox": true, ".eggs": true,
	".gradle": true, ".mypy_cache": true, ".pytest_cache": true, ".ruff_cache": true,
	".idea": true, ".vscode": true, ".terraform": true, ".direnv": true,
}

// A marker in a folder's listing says that all of it was made by a tool:
// pyvenv.cfg by Python's venv, CACHEDIR.TAG by the convention of
// https://bford.info/cachedir/ (cargo's target, many caches).
var madeByTool = []string{"pyvenv.cfg", "CACHEDIR.TAG"}

// View is a snapshot of one tree. The paths it gives and takes are
// slash-separated, relative to the root, which is ".".
type View struct {
	files  billy.Filesystem
	paths  []string            // sorted, regular files and links to them
	size   map[string]int64    // by path
	dirs   map[string]bool     // folders that hold a tracked file, at any depth
	named  map[string][]string // by base name
	links  map[string]link     // every link met, by path
	ignore *ignorer
	kept   map[string][]byte
	total  int // bytes kept
	reads  map[string]int
	marked map[string]string // encodings of files that begin with a byte order mark
	left   []LeftOut
}

// LeftOut is a file that was taken out of a view, and the error of reading it.
type LeftOut struct {
	Path string
	Err  error
}

// Open walks the tree once. The error names the folder that could not be read;
// a folder that cannot be read is never taken for an empty one.
func Open(ctx context.Context, files billy.Filesystem) (*View, error) {
	v := &View{
		files: files, dirs: map[string]bool{".": true}, links: map[string]link{}, ignore: newIgnorer(),
		kept: map[string][]byte{}, reads: map[string]int{}, marked: map[string]string{},
	}
	sizes, err := v.walk(ctx, ".", 0, nil)
	if err != nil {
		return nil, err
	}
	v.size = make(map[string]int64, len(v.paths))
	for i, p := range v.paths {
		v.size[p] = sizes[i]
	}
	v.resolveLinks()
	sort.Strings(v.paths)
	v.named = make(map[string][]string, len(v.paths))
	last := "." // the folder before: most files share it with their neighbour
	for _, p := range v.paths {
		dir, base := split(p)
		v.named[base] = append(v.named[base], p)
		if dir != last {
			last = dir
			for ; !v.dirs[dir]; dir, _ = split(dir) {
				v.dirs[dir] = true
			}
		}
	}
	v.nameBrokenLinks()
	return v, nil
}

// split is path.Split for a path that is clean already, with "." for no folder.
func split(p string) (dir, base string) {
	i := strings.LastIndexByte(p, '/')
	if i < 0 {
		return ".", p
	}
	return p[:i], p[i+1:]
}

// walk adds the files of a folder and below it to the paths, and their sizes to the
// slice that it returns.
func (v *View) walk(ctx context.Context, dir string, depth int, sizes []int64) ([]int64, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	entries, err := List(v.files, dir)
	if err != nil {
		return nil, &diag.Error{At: fact.Source{File: dir}, What: "this folder cannot be read", Try: "give dockgen permission to read it, or add it to .gitignore", Err: cause(err)}
	}
	for _, e := range entries {
		if dir != "." && slices.Contains(madeByTool, e.Name()) {
			return sizes, nil
		}
	}
	if err := v.readIgnore(dir, entries); err != nil {
		return nil, err
	}
	for _, e := range entries {
		p := e.Name()
		if dir != "." {
			p = dir + "/" + p
		}
		switch mode := e.Type(); {
		case mode.IsDir():
			if neverEntered[e.Name()] || depth+1 > maxDepth || v.ignore.match(dir, e.Name(), true) {
				continue
			}
			if sizes, err = v.walk(ctx, p, depth+1, sizes); err != nil {
				return nil, err
			}
		case mode&fs.ModeSymlink != 0:
			if !v.ignore.match(dir, e.Name(), false) {
				v.links[p] = v.readLink(p)
			}
		case mode.IsRegular():
			if v.ignore.match(dir, e.Name(), false) {
				continue
			}
			if len(v.paths) >= maxFiles {
				return nil, &diag.Error{At: fact.Source{File: dir}, What: fmt.Sprintf("more than %d files", maxFiles), Try: "run dockgen in the folder of one application"}
			}
			v.paths = append(v.paths, p)
			size := int64(unknown)
			if info, ok := e.(sized); ok {
				size = info.Size()
			}
			sizes = append(sizes, size)
		} // pipes, sockets and devices are no part of a repository; opening one can hang
	}
	return sizes, nil
}

// Lister is a file system that can list a folder without asking for the size
// and time of each file, which takes a system call a file. A View asks for a size
// only where somebody needs it.
type Lister interface {
	List(dir string) ([]fs.DirEntry, error)
}

// unknown is the size of a file that nobody has asked for yet.
const unknown = -1

// sized is a directory entry that knows its size.
type sized struct {
	fs.DirEntry
	info fs.FileInfo
}

func (s sized) Size() int64 { return s.info.Size() }

// List is the folder's entries in the cheapest way that the file system has.
func List(files billy.Filesystem, dir string) ([]fs.DirEntry, error) {
	if l, ok := files.(Lister); ok {
		return l.List(dir)
	}
	infos, err := files.ReadDir(dir)
	entries := make([]fs.DirEntry, len(infos))
	for i, info := range infos {
		entries[i] = sized{fs.FileInfoToDirEntry(info), info}
	}
	return entries, err
}

func (v *View) readIgnore(dir string, entries []fs.DirEntry) error {
	i := slices.IndexFunc(entries, func(e fs.DirEntry) bool { return e.Name() == ".gitignore" })
	if i < 0 || !entries[i].Type().IsRegular() {
		return nil
	}
	p := path.Join(dir, ".gitignore")
	info, err := entries[i].Info()
	if err != nil {
		return &diag.Error{At: fact.Source{File: p}, What: "cannot be read", Err: cause(err)}
	}
	data, err := v.read(p, info.Size(), MaxManifest)
	if err != nil {
		return err
	}
	v.ignore.add(dir, data)
	return nil
}

// Files are the tracked files, sorted. The caller must not change the slice.
func (v *View) Files() []string { return v.paths }

// Named are the tracked files of that base name, sorted by path, and the links of
// that name that lead to no file, which Read refuses with the reason.
func (v *View) Named(name string) []string { return v.named[name] }

// Has reports whether the path is a tracked file.
func (v *View) Has(p string) bool { _, ok := v.size[path.Clean(p)]; return ok }

// HasDir reports whether the path is a folder with a tracked file in it.
func (v *View) HasDir(p string) bool { return v.dirs[path.Clean(p)] }

// Size is the size of a tracked file in bytes, 0 if there is none.
func (v *View) Size(p string) int64 {
	p = path.Clean(p)
	size, tracked := v.size[p]
	if !tracked {
		return 0
	}
	if size == unknown {
		size = 0
		if info, err := v.files.Lstat(v.resolve(p)); err == nil {
			size = info.Size()
		}
		v.size[p] = size
	}
	return size
}

// OnDisk reports whether something stands at the path, ignored or not: a build takes
// its context from the disk. Nothing is looked for behind a link.
func (v *View) OnDisk(p string) bool {
	p = path.Clean(p)
	if path.IsAbs(p) || !filepath.IsLocal(filepath.FromSlash(p)) {
		return false
	}
	if _, _, linked := v.linkOn(path.Dir(p)); linked {
		return false
	}
	_, err := v.files.Lstat(p)
	return err == nil
}

// Ignored reports whether a .gitignore of the tree matches the path, or a folder above it.
func (v *View) Ignored(p string, isDir bool) bool {
	p = path.Clean(p)
	for dir := "."; ; {
		rest := strings.TrimPrefix(p, dir+"/")
		name, _, more := strings.Cut(rest, "/")
		if neverEntered[name] || v.ignore.match(dir, name, more || isDir) {
			return true
		}
		if !more {
			return false
		}
		dir = path.Join(dir, name)
	}
}

// Uncounted is the line of a .gitignore for which a file that stands on disk is not in the
// view; ok is false where the file is not there, or is tracked.
func (v *View) Uncounted(p string) (at fact.Source, ok bool) {
	if p = path.Clean(p); v.Has(p) || !v.OnDisk(p) {
		return fact.Source{}, false
	}
	for dir := "."; ; {
		name, _, more := strings.Cut(strings.TrimPrefix(p, dir+"/"), "/")
		if at, ok := v.ignore.decides(dir, name, more); ok || !more {
			return at, ok
		}
		dir = path.Join(dir, name)
	}
}

// LeaveOut takes a file out of the view, so that from now on it is as if it were
// not tracked. Only the search for projects may call it, before anything is decided.
func (v *View) LeaveOut(p string, err error) {
	v.left = append(v.left, LeftOut{p, err})
	without := func(paths []string) []string {
		return slices.DeleteFunc(slices.Clone(paths), func(q string) bool { return q == p })
	}
	v.paths, v.named[path.Base(p)] = without(v.paths), without(v.named[path.Base(p)])
	delete(v.size, p)
	delete(v.links, p)
	delete(v.kept, p)
}

// LeftOut are the files taken out, in the order in which that happened.
func (v *View) LeftOut() []LeftOut { return v.left }

// Under are the tracked files in a folder and below it, sorted.
func (v *View) Under(dir string) []string {
	dir = path.Clean(dir)
	if dir == "." {
		return v.paths
	}
	from := sort.SearchStrings(v.paths, dir+"/")
	to := sort.SearchStrings(v.paths, dir+"0") // '0' follows '/'
	return v.paths[from:to]
}

// In are the tracked files directly in a folder, sorted.
func (v *View) In(dir string) []string {
	dir = path.Clean(dir)
	var in []string
	for _, p := range v.Under(dir) {
		if d, _ := split(p); d == dir {
			in = append(in, p)
		}
	}
	return in
}

// Dirs are the folders directly in a folder that hold tracked files, sorted.
func (v *View) Dirs(dir string) []string {
	dir = path.Clean(dir)
	var dirs []string
	for _, p := range v.Under(dir) {
		rest := p
		if dir != "." {
			rest = p[len(dir)+1:]
		}
		if name, _, deeper := strings.Cut(rest, "/"); deeper {
			if d := path.Join(dir, name); len(dirs) == 0 || dirs[len(dirs)-1] != d {
				dirs = append(dirs, d)
			}
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}
