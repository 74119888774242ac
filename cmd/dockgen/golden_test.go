package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/memfs"
	"github.com/go-git/go-billy/v5/util"
	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/dockgen/dockgen/detect/all"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/templates"
)

var update = flag.Bool("update", false, "rewrite want/ of the golden trees")

// tree is a golden tree: a txtar file whose comment says what it shows, followed
// by lines of "key: value", then the repository, then what must come out in want/.
//
//	flags: --base scratch            arguments of init, besides --yes
//	dir: apps/api                    DIR, relative to the root
//	link: a -> b                     a symbolic link
//	builds: auto scratch             final images to build and run (build_test.go)
//	env: NAME=value                  for docker run
//	probe: http 8080 / hello         GET / on the container's port 8080 answers 2xx and holds "hello"
//	probe: output hello              the container's output holds "hello"
type tree struct {
	name    string // go/hello
	file    string
	archive *txtar.Archive
	keys    map[string][]string
}

func trees(t testing.TB) []tree {
	t.Helper()
	files, err := filepath.Glob("../../testdata/golden/*/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no golden trees: %v", err)
	}
	var all []tree
	for _, file := range files {
		archive, err := txtar.ParseFile(file)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(filepath.Dir(file)) + "/" + strings.TrimSuffix(filepath.Base(file), ".txtar")
		all = append(all, tree{name: name, file: file, archive: archive, keys: keys(archive.Comment)})
	}
	return all
}

func keys(comment []byte) map[string][]string {
	found := map[string][]string{}
	for line := range strings.Lines(string(comment)) {
		key, value, ok := strings.Cut(strings.TrimSpace(line), ": ")
		if ok && slices.Contains([]string{"flags", "dir", "link", "builds", "env", "probe"}, key) {
			found[key] = append(found[key], strings.TrimSpace(value))
		}
	}
	return found
}

// repository is the tree without want/, in memory.
func (tr tree) repository(t testing.TB) billy.Filesystem {
	t.Helper()
	root := memfs.New()
	for _, f := range tr.archive.Files {
		if strings.HasPrefix(f.Name, "want/") {
			continue
		}
		if err := util.WriteFile(root, f.Name, f.Data, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, l := range tr.keys["link"] {
		from, to, _ := strings.Cut(l, " -> ")
		if err := root.Symlink(to, from); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func (tr tree) args() []string {
	args := []string{"init", "--yes"}
	for _, f := range tr.keys["flags"] {
		args = append(args, strings.Fields(f)...)
	}
	return append(args, tr.keys["dir"]...)
}

// runIn runs the program over a file system in memory.
func runIn(root billy.Filesystem, args ...string) (status int, stdout, stderr string) {
	a, out, errs := appIn(root)
	status = a.run(context.Background(), args)
	return status, out.String(), errs.String()
}

// appIn is the program over a file system in memory, and its output.
func appIn(root billy.Filesystem) (a app, out, errs *bytes.Buffer) {
	out, errs = &bytes.Buffer{}, &bytes.Buffer{}
	return app{
		in: strings.NewReader(""), out: out, err: errs,
		languages: all.Languages(), catalogue: catalogue.Embedded(), templates: templates.Embedded(),
		locate: func(dir, _ string) (place, error) {
			return place{root: root, name: "app", project: path.Clean(dir), path: path.Clean}, nil
		},
	}, out, errs
}

// written are the files of a file system by path.
func written(t testing.TB, root billy.Filesystem) map[string]string {
	t.Helper()
	files := map[string]string{}
	err := util.Walk(root, ".", func(p string, info fs.FileInfo, err error) error {
		if err != nil || !info.Mode().IsRegular() {
			return err
		}
		data, err := util.ReadFile(root, p)
		files[path.Clean(filepath.ToSlash(p))] = string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestGolden(t *testing.T) {
	for _, tr := range trees(t) {
		t.Run(tr.name, func(t *testing.T) {
			root := tr.repository(t)
			before := written(t, root)
			status, _, stderr := runIn(root, tr.args()...)
			got := map[string]string{"want/report": stderr}
			if status != 0 {
				got = map[string]string{"want/error": fmt.Sprintf("exit %d\n%s", status, stderr)}
			}
			for p, text := range written(t, root) {
				if before[p] != text {
					got["want/"+p] = text
				}
			}
			if *update {
				tr.rewrite(t, got)
				return
			}
			want := map[string]string{}
			for _, f := range tr.archive.Files {
				if strings.HasPrefix(f.Name, "want/") {
					want[f.Name] = string(f.Data)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func (tr tree) rewrite(t *testing.T, got map[string]string) {
	t.Helper()
	kept := slices.DeleteFunc(slices.Clone(tr.archive.Files), func(f txtar.File) bool { return strings.HasPrefix(f.Name, "want/") })
	var names []string
	for name := range got {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		kept = append(kept, txtar.File{Name: name, Data: []byte(got[name])})
	}
	if err := os.WriteFile(tr.file, txtar.Format(&txtar.Archive{Comment: tr.archive.Comment, Files: kept}), 0o644); err != nil {
		t.Fatal(err)
	}
}

// TestAgain: dockgen run on its own output changes nothing and says so.
func TestAgain(t *testing.T) {
	for _, tr := range trees(t) {
		root := tr.repository(t)
		if status, _, _ := runIn(root, tr.args()...); status != 0 {
			continue
		}
		before := written(t, root)
		status, _, stderr := runIn(root, tr.args()...)
		if status != 0 || strings.Contains(stderr, "wrote ") {
			t.Errorf("%s: the second run: status %d\n%s", tr.name, status, stderr)
		}
		if diff := cmp.Diff(before, written(t, root)); diff != "" {
			t.Errorf("%s: -first +second\n%s", tr.name, diff)
		}
	}
}

// reversed lists every folder backwards.
type reversed struct{ billy.Filesystem }

func (r reversed) ReadDir(p string) ([]os.FileInfo, error) {
	entries, err := r.Filesystem.ReadDir(p)
	slices.Reverse(entries)
	return entries, err
}

// TestOrder: the order in which the file system lists its files changes no byte.
func TestOrder(t *testing.T) {
	for _, tr := range trees(t) {
		straight, backwards := tr.repository(t), reversed{tr.repository(t)}
		_, _, first := runIn(straight, tr.args()...)
		_, _, second := runIn(backwards, tr.args()...)
		if diff := cmp.Diff(first, second); diff != "" {
			t.Errorf("%s: report: -straight +backwards\n%s", tr.name, diff)
		}
		if diff := cmp.Diff(written(t, straight), written(t, backwards)); diff != "" {
			t.Errorf("%s: files: -straight +backwards\n%s", tr.name, diff)
		}
	}
}
