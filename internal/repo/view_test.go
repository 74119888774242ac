package repo

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/memfs"
	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-billy/v5/util"
	"github.com/google/go-cmp/cmp"
)

func tree(t testing.TB, files map[string]string) billy.Filesystem {
	t.Helper()
	root := memfs.New()
	for p, text := range files {
		if err := util.WriteFile(root, p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func open(t testing.TB, root billy.Filesystem) *View {
	t.Helper()
	v, err := Open(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestWalk(t *testing.T) {
	v := open(t, tree(t, map[string]string{
		"main.go": "", "cmd/api/main.go": "", "cmd/worker/main.go": "", "cmd-x/y": "", ".env": "",
		".git/config": "", "node_modules/x/package.json": "", "web/node_modules/y/z": "", ".venv/pyvenv.cfg": "",
		"env/pyvenv.cfg": "", "env/lib/x.py": "", "target/CACHEDIR.TAG": "", "target/debug/x": "", "CACHEDIR.TAG": "",
		"dist/app.js": "", "build/x.go": "",
	}))
	want := []string{".env", "CACHEDIR.TAG", "build/x.go", "cmd-x/y", "cmd/api/main.go", "cmd/worker/main.go", "dist/app.js", "main.go"}
	if diff := cmp.Diff(want, v.Files()); diff != "" {
		t.Errorf("Files: -want +got\n%s", diff)
	}
	if diff := cmp.Diff([]string{"cmd/api/main.go", "cmd/worker/main.go"}, v.Under("cmd")); diff != "" {
		t.Errorf("Under: -want +got\n%s", diff)
	}
	if diff := cmp.Diff([]string{"cmd/api", "cmd/worker"}, v.Dirs("cmd")); diff != "" {
		t.Errorf("Dirs: -want +got\n%s", diff)
	}
	if diff := cmp.Diff([]string{".env", "CACHEDIR.TAG", "main.go"}, v.In(".")); diff != "" {
		t.Errorf("In: -want +got\n%s", diff)
	}
	if diff := cmp.Diff([]string{"cmd/api/main.go", "cmd/worker/main.go", "main.go"}, v.Named("main.go")); diff != "" {
		t.Errorf("Named: -want +got\n%s", diff)
	}
	for p, has := range map[string]bool{"main.go": true, "./cmd/../main.go": true, "cmd": false, "node_modules/x/package.json": false} {
		if v.Has(p) != has {
			t.Errorf("Has(%q) is %v", p, !has)
		}
	}
	for p, has := range map[string]bool{".": true, "cmd": true, "cmd/api/": true, "main.go": false, "env": false, "cm": false} {
		if v.HasDir(p) != has {
			t.Errorf("HasDir(%q) is %v", p, !has)
		}
	}
}

func TestText(t *testing.T) {
	utf16 := func(bigEndian bool, text string) string {
		out := "\xFF\xFE"
		if bigEndian {
			out = "\xFE\xFF"
		}
		for _, r := range text {
			if bigEndian {
				out += string([]byte{byte(r >> 8), byte(r)})
			} else {
				out += string([]byte{byte(r), byte(r >> 8)})
			}
		}
		return out
	}
	files := map[string]string{"plain": "flask\n", "bom": "\xEF\xBB\xBFflask\n", "le": utf16(false, "flask\n"), "be": utf16(true, "flask\n"), "odd": "\xFF\xFEf"}
	v := open(t, tree(t, files))
	for _, name := range []string{"plain", "bom", "le", "be"} {
		text, err := v.Read(name)
		if err != nil || string(text) != "flask\n" {
			t.Errorf("%s: %q, %v", name, text, err)
		}
		if _, err := v.Read(name); err != nil {
			t.Error(err)
		}
		if n := v.Reads()[name]; n != 1 {
			t.Errorf("%s was opened %d times for two readers", name, n)
		}
	}
	if _, err := v.Read("odd"); err != nil {
		t.Errorf("half a letter: %v", err)
	}
	if _, err := v.Read("missing"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a missing file: %v", err)
	}
}

func TestSizes(t *testing.T) {
	dir := t.TempDir()
	sparse := func(name string, size int64) {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, nil, 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Truncate(p, size); err != nil {
			t.Fatal(err)
		}
	}
	sparse("fits", MaxManifest)
	sparse("large", MaxManifest+1)
	sparse("huge", 1<<30)
	v := open(t, osfs.New(dir))
	if text, err := v.Read("fits"); err != nil || len(text) != MaxManifest {
		t.Errorf("fits: %d bytes, %v", len(text), err)
	}
	for name, want := range map[string]string{
		"large": "large: has 4 MiB, more than the 4 MiB dockgen reads of such a file",
		"huge":  "huge: has 1.0 GiB, more than the 4 MiB dockgen reads of such a file",
	} {
		if _, err := v.Read(name); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", name, err, want)
		}
	}
	if _, err := v.ReadUpTo("large", MaxLockfile); err != nil {
		t.Errorf("large, as a lockfile: %v", err)
	}
	if err := os.Truncate(filepath.Join(dir, "fits"), MaxManifest+1); err != nil {
		t.Fatal(err)
	}
	v = open(t, osfs.New(dir))
	if err := os.Truncate(filepath.Join(dir, "fits"), 3); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Read("fits"); err == nil {
		t.Error("a file that was too large when it was listed is refused")
	}
}

// TestGrows: a file that grows between the listing and the reading is not read to its end.
func TestGrows(t *testing.T) {
	root := tree(t, map[string]string{"log": "x"})
	v := open(t, root)
	if err := util.WriteFile(root, "log", make([]byte, MaxManifest+10), 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Read("log"); err == nil || !strings.Contains(err.Error(), "grew while it was read") {
		t.Errorf("%v", err)
	}
}

func TestLinks(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "root")
	for p, text := range map[string]string{"real/go.mod": "module x", "../secret": "secret", "node_modules/x": ""} {
		p = filepath.Join(dir, p)
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for from, to := range map[string]string{
		"go.mod": "real/go.mod", "chain": "go.mod", "folder": "real", "up": "..", "self": "self", "a": "b", "b": "a",
		"out": "../secret", "viaout": "chainout", "chainout": "out", "absolute": filepath.Join(dir, "../secret"), "nowhere": "missing", "real/back": "../real", "through": "folder/go.mod",
		"round": "real/../../root/real/go.mod",
	} {
		if err := os.Symlink(to, filepath.Join(dir, from)); err != nil {
			t.Fatal(err)
		}
	}
	v := open(t, osfs.New(dir))
	if diff := cmp.Diff([]string{"chain", "go.mod", "real/go.mod", "through"}, v.Files()); diff != "" {
		t.Errorf("Files: -want +got\n%s", diff)
	}
	for _, p := range []string{"chain", "go.mod", "through"} {
		if text, err := v.Read(p); err != nil || string(text) != "module x" {
			t.Errorf("%s: %q, %v", p, text, err)
		}
	}
	for p, want := range map[string]string{
		"self": "leads back to itself", "a": "leads back to itself", "viaout": "link out of the repository", "out": `link out of the repository ("../secret")`,
		"absolute": "link out of the repository", "nowhere": `link to "missing"`, "folder": `link to "real"`, "round": "link out of the repository",
	} {
		if text, err := v.Read(p); err == nil || !strings.Contains(err.Error(), want) || text != nil {
			t.Errorf("%s: %q, %v, want %s", p, text, err, want)
		}
	}
	if got := v.Named("out"); len(got) != 1 {
		t.Errorf("a link that leads to no file is named, so that a reader meets it: %q", got)
	}
	if got := v.Named("folder"); len(got) != 0 {
		t.Errorf("a link to a folder is no file: %q", got)
	}
}

// TestSpecial: pipes and sockets are no part of a repository, and are never opened.
func TestSpecial(t *testing.T) {
	dir := t.TempDir()
	if err := fifo(filepath.Join(dir, "go.mod")); err != nil {
		t.Skip(err)
	}
	if v := open(t, osfs.New(dir)); len(v.Files()) != 0 || len(v.Named("go.mod")) != 0 {
		t.Errorf("%q", v.Files())
	}
}

func TestDepth(t *testing.T) {
	deep := strings.Repeat("d/", maxDepth)
	v := open(t, tree(t, map[string]string{deep + "in": "", deep + "d/out": ""}))
	if diff := cmp.Diff([]string{deep + "in"}, v.Files()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// denied refuses to list or open what lies at its path.
type denied struct {
	billy.Filesystem
	path string
}

func (d denied) ReadDir(p string) ([]os.FileInfo, error) {
	if p == d.path {
		return nil, &fs.PathError{Op: "open", Path: "/host/" + p, Err: syscall.EACCES}
	}
	return d.Filesystem.ReadDir(p)
}

func (d denied) Open(p string) (billy.File, error) {
	if p == d.path {
		return nil, &fs.PathError{Op: "open", Path: "/host/" + p, Err: syscall.EACCES}
	}
	return d.Filesystem.Open(p)
}

// TestDenied: what cannot be read is an error, never "not there", and no path of the host is in it.
func TestDenied(t *testing.T) {
	root := tree(t, map[string]string{"a/go.mod": "", "a/.gitignore": "", "b": ""})
	for p, want := range map[string]string{
		".":            ".: this folder cannot be read: permission denied",
		"a":            "a: this folder cannot be read: permission denied",
		"a/.gitignore": "a/.gitignore: cannot be read: permission denied",
	} {
		if _, err := Open(t.Context(), denied{root, p}); err == nil || err.Error() != want {
			t.Errorf("%s: %v, want %s", p, err, want)
		}
	}
	v := open(t, denied{root, "a/go.mod"})
	if _, err := v.Read("a/go.mod"); err == nil || err.Error() != "a/go.mod: cannot be read: permission denied" {
		t.Errorf("%v", err)
	}
}

func TestCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, tree(t, map[string]string{"a": ""})); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

func TestOnDisk(t *testing.T) {
	files := tree(t, map[string]string{".gitignore": "*.sql\n", "init/setup.sql": "x", "out/.keep": ""})
	files.Symlink("../elsewhere", "up")
	v := open(t, files)
	for p, want := range map[string]bool{"init": true, "init/setup.sql": true, "init/none": false, ".": true, "../x": false, "/etc": false, "up/x": false, "up": true} {
		if got := v.OnDisk(p); got != want {
			t.Errorf("%s: %v", p, got)
		}
	}
}

func TestLeaveOut(t *testing.T) {
	v := open(t, tree(t, map[string]string{"a/go.mod": "x", "b/go.mod": "y"}))
	before := v.Files()
	v.LeaveOut("a/go.mod", errors.New("broken"))
	if v.Has("a/go.mod") || len(v.Named("go.mod")) != 1 || len(v.Files()) != 1 || len(before) != 2 {
		t.Errorf("%q %q %q", v.Files(), v.Named("go.mod"), before)
	}
	if _, err := v.Read("a/go.mod"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if left := v.LeftOut(); len(left) != 1 || left[0].Path != "a/go.mod" || left[0].Err.Error() != "broken" {
		t.Errorf("%v", left)
	}
}

func TestPaths(t *testing.T) {
	for _, test := range []struct{ base, target, want string }{
		{".", "a/b", "a/b"}, {"a", "a/b", "b"}, {"a", "a", "."}, {"a", "ab", "../ab"}, {"a/b", "a", ".."},
		{"a/b", "c/d", "../../c/d"}, {"a", ".", ".."}, {".", ".", "."}, {"a/b", "a/c", "../c"},
	} {
		if got := Rel(test.base, test.target); got != test.want {
			t.Errorf("Rel(%q, %q) = %q, want %q", test.base, test.target, got, test.want)
		}
		if within := Within(test.base, test.target); within == strings.HasPrefix(test.want, "..") {
			t.Errorf("Within(%q, %q) is %v", test.base, test.target, within)
		}
	}
	for _, test := range []struct {
		dirs []string
		want string
	}{{nil, "."}, {[]string{"a/b"}, "a/b"}, {[]string{"a/b", "a/c"}, "a"}, {[]string{"a", "ab"}, "."}, {[]string{"a/b/c", "a/b"}, "a/b"}, {[]string{"a", "."}, "."}} {
		if got := Common(test.dirs...); got != test.want {
			t.Errorf("Common(%q) = %q, want %q", test.dirs, got, test.want)
		}
	}
}

func TestUncounted(t *testing.T) {
	v := open(t, tree(t, map[string]string{
		".gitignore": "# ours\n*.lock\n!kept.lock\n/build\n", "a.lock": "a", "kept.lock": "b", "sub/.gitignore": "x\n", "sub/x": "c", "build/y/z": "d",
	}))
	for p, want := range map[string]string{"a.lock": ".gitignore:2", "./sub/x": "sub/.gitignore:1", "build/y/z": ".gitignore:4", "kept.lock": "", "missing.lock": "", "../a.lock": ""} {
		if at, ok := v.Uncounted(p); at.Place() != want || ok != (want != "") {
			t.Errorf("%s: %s, %v", p, at, ok)
		}
	}
}
