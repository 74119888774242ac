package repo

import (
	"bytes"
	"crypto/sha1"
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-billy/v5/memfs"
	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-billy/v5/util"
	"github.com/google/go-cmp/cmp"
)

// indexOf is an index of version 2 with these paths.
func indexOf(paths ...string) []byte {
	b := []byte("DIRC\x00\x00\x00\x02")
	b = binary.BigEndian.AppendUint32(b, uint32(len(paths)))
	for _, p := range paths {
		entry := make([]byte, indexEntry, indexEntry+len(p)+8)
		binary.BigEndian.PutUint32(entry[24:], 0o100644)
		binary.BigEndian.PutUint16(entry[60:], uint16(len(p)))
		entry = append(append(entry, p...), 0)
		for len(entry)%8 != 0 {
			entry = append(entry, 0)
		}
		b = append(b, entry...)
	}
	sum := sha1.Sum(b)
	return append(b, sum[:]...)
}

// TestTracked: a file that git tracks is in the view whatever .gitignore matches, and brings nothing
// beside it; what is tracked and not on disk is not there.
func TestTracked(t *testing.T) {
	root := tree(t, map[string]string{
		".gitignore": "server\n*.env\ndist/\n", "main.go": "", "apps/server/main.go": "", "apps/server/notes.txt": "", "server": "", "a.env": "", "b.env": "",
		"dist/index.html": "", "dist/app.js": "", ".git/index": string(indexOf("apps/server/main.go", "b.env", "dist/index.html", "gone.go", "main.go")),
	})
	v := open(t, root)
	want := []string{".gitignore", "apps/server/main.go", "b.env", "dist/index.html", "main.go"}
	if diff := cmp.Diff(want, v.Files()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if !v.Ignored("dist/index.html", false) {
		t.Error("dist/index.html is tracked, and yet matched by .gitignore")
	}
}

// TestIndexIsGits: an index that git writes, in each form, is read as git reads it. Without git on the
// machine it skips.
func TestIndexIsGits(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed, so there is nothing to compare with")
	}
	for _, version := range []string{"2", "3", "4", "split"} {
		dir := t.TempDir()
		git := func(args ...string) {
			c := exec.Command("git", args...)
			c.Dir, c.Env = dir, append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
			if out, err := c.CombinedOutput(); err != nil {
				t.Fatalf("git %v: %v\n%s", args, err, out)
			}
		}
		paths := []string{"a", "bin/tool.go", "bin/tools.go", strings.Repeat("long/", 60) + "name", "ä/ü.txt"}
		slices.Sort(paths)
		for _, p := range paths {
			if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(p)), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, p), nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		git("init", "-q")
		git("add", "--force", ".")
		want := index(paths)
		switch version {
		case "3": // an extended entry makes it one
			git("update-index", "--skip-worktree", "a")
		case "split":
			git("update-index", "--split-index")
			want = nil
		default:
			git("update-index", "--index-version", version)
		}
		if diff := cmp.Diff(want, readIndex(osfs.New(dir))); diff != "" {
			t.Errorf("version %s: -git +read\n%s", version, diff)
		}
	}
}

// FuzzIndex: no index panics or leads to a path that the file does not hold in full.
func FuzzIndex(f *testing.F) {
	f.Add(indexOf("a", "b/c"))
	f.Add([]byte("DIRC\x00\x00\x00\x04\x00\x00\x00\x01"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > indexSum { // past the checksum
			data = append(data[:len(data)-indexSum:len(data)-indexSum], make([]byte, indexSum)...)
		}
		for _, p := range parseIndex(data) {
			if data[7] != 4 && !bytes.Contains(data, []byte(p)) {
				t.Errorf("%q is not in the index", p)
			}
		}
		root := memfs.New()
		if err := util.WriteFile(root, ".git/index", data, 0o644); err != nil {
			t.Fatal(err)
		}
		open(t, root)
	})
}
