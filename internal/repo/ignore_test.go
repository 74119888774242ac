package repo

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-billy/v5/memfs"
	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-billy/v5/util"
	"github.com/google/go-cmp/cmp"
)

// TestIgnoreTable: what each form of a rule means.
func TestIgnoreTable(t *testing.T) {
	for _, test := range []struct{ rules, ignored, kept string }{
		{"*.log", "a.log b/c.log", "a.logs log"},
		{"/dist", "dist/x", "a/dist"},
		{"docs/_build", "docs/_build/x", "a/docs/_build/x docs/x"},
		{"build/", "build/x a/build/x", "c/build"},
		{"*.py[cod]", "a.pyc b/a.pyo", "a.py"},
		{"[Bb]in/", "bin/x Bin/x", "cin/x"},
		{"[!a].txt", "b.txt", "a.txt"},
		{"**/a/b", "a/b x/a/b a/x/a/b", "b a/c"},
		{"a/**", "a/x a/y/z", "b/a/x"},
		{"a/**\n!a/keep", "a/x", "a/keep"},
		{"a/*\n!a/keep", "a/x", "a/keep"},
		{"*\n!*.go\n!*/", "x.md d/x.md", "a.go d/a.go"},
		{"a{b,c}", "a{b,c}", "ab ac"},
		{"\\#x\n\\!y", "#x !y", "x y"},
		{"# comment\n\n/\n//\n", "", "comment x"},
		{"x ", "x", ""},
		{"x\\ ", "x ", "xy"},
		{"x\r\ny\r\n", "x y", ""},
		{"[", "", "["},
		{"foo**bar", "fooxbar", "foo/bar"},
		{"app", "app x/app/y", "cmd/app/main.go"}, // the program, not its sources: git would ignore a new file there
		{"app/", "app/x cmd/app/x", "cmd/application"},
	} {
		files := memfs.New()
		for _, p := range append(strings.Split(test.ignored, " "), strings.Split(test.kept, " ")...) {
			if p == "" {
				continue
			}
			if err := util.WriteFile(files, p, nil, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if test.rules == "x\\ " { // a name with a space
			test.ignored = ""
			if err := util.WriteFile(files, "x ", nil, 0o644); err != nil {
				t.Fatal(err)
			}
			if err := files.Remove("x"); err != nil {
				t.Fatal(err)
			}
		}
		if err := util.WriteFile(files, ".gitignore", []byte(test.rules), 0o644); err != nil {
			t.Fatal(err)
		}
		v, err := Open(t.Context(), files)
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Fields(test.kept)
		if !strings.HasPrefix(test.rules, "*\n") {
			want = append(want, ".gitignore")
		}
		slices.Sort(want)
		if diff := cmp.Diff(want, v.Files()); diff != "" {
			t.Errorf("%q: -want +got\n%s", test.rules, diff)
		}
	}
}

// letters of random rules and names: few, so that they meet.
var (
	pieces = []string{"a", "b", "ab", "*", "**", "?", "[ab]", "[!a]", "a*", "*b", "*.b", "a.b", `\a`, "{a,b}", ".a", "-"}
	names  = []string{"a", "b", "ab", "a.b", "b.b", ".a", "aa", "ba", "{a,b}"}
)

func randomRule(r *rand.Rand) string {
	var parts []string
	for range 1 + r.IntN(3) {
		parts = append(parts, pieces[r.IntN(len(pieces))])
	}
	rule := strings.Join(parts, "/")
	if r.IntN(3) == 0 {
		rule = "/" + rule
	}
	if r.IntN(4) == 0 {
		rule += "/"
	}
	if r.IntN(4) == 0 {
		rule = "!" + rule
	}
	return rule
}

func randomTree(r *rand.Rand) map[string]string {
	tree := map[string]string{}
	file := func() string {
		var parts []string
		for range 1 + r.IntN(4) {
			parts = append(parts, names[r.IntN(len(names))])
		}
		return path.Join(parts...)
	}
	for range 12 {
		tree[file()] = ""
	}
	for _, dir := range []string{".", names[r.IntN(len(names))]} {
		var rules []string
		for range 1 + r.IntN(4) {
			rules = append(rules, randomRule(r))
		}
		tree[path.Join(dir, ".gitignore")] = strings.Join(rules, "\n") + "\n"
	}
	for p := range tree { // a name is a file or a folder, not both
		for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
			delete(tree, dir)
		}
	}
	return tree
}

// TestIgnoreIsGits: on random trees and rules, the view has the files that git
// itself would add. Without git on the machine it skips.
func TestIgnoreIsGits(t *testing.T) {
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("git is not installed, so there is nothing to compare with")
	}
	trees := 60
	if testing.Short() {
		trees = 20
	}
	for seed := range trees {
		r := rand.New(rand.NewPCG(uint64(seed), 7))
		tree := randomTree(r)
		dir := t.TempDir()
		for p, text := range tree {
			p = filepath.Join(dir, p)
			if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(p, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		v, err := Open(t.Context(), osfs.New(dir))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(gitFiles(t, dir), v.Files()); diff != "" {
			var rules strings.Builder
			for p, text := range tree {
				if path.Base(p) == ".gitignore" {
					fmt.Fprintf(&rules, "%s:\n%s", p, text)
				}
			}
			t.Errorf("seed %d: -git +view\n%s\n%s", seed, diff, rules.String())
		}
	}
}

func gitFiles(t *testing.T, dir string) []string {
	t.Helper()
	git := func(args ...string) []byte {
		c := exec.Command("git", args...)
		c.Dir = dir
		c.Env = append(os.Environ(), "GIT_CONFIG_GLOBAL=/dev/null", "GIT_CONFIG_SYSTEM=/dev/null")
		out, err := c.CombinedOutput()
		if err != nil {
			t.Fatalf("git %v: %v\n%s", args, err, out)
		}
		return out
	}
	git("init", "-q")
	var files []string
	for p := range bytes.SplitSeq(git("ls-files", "-z", "--others", "--exclude-standard"), []byte{0}) {
		if len(p) > 0 {
			files = append(files, string(p))
		}
	}
	slices.Sort(files)
	return files
}

// FuzzIgnore: no rule panics, takes long, or makes Ignored and the walk disagree.
func FuzzIgnore(f *testing.F) {
	f.Add("*.log\n!a.log\n/b/\n", "a/b/c.log")
	f.Add("**/a/**\n[z-a]\n\\", "x/a/y")
	f.Fuzz(func(t *testing.T, rules, p string) {
		p = path.Clean("/" + strings.ToValidUTF8(p, ""))[1:]
		if p == "" || strings.ContainsAny(p, "\x00\\") || len(p) > 200 || len(rules) > 4000 {
			t.Skip()
		}
		files := memfs.New()
		if err := util.WriteFile(files, p, nil, 0o644); err != nil {
			t.Skip()
		}
		if err := util.WriteFile(files, ".gitignore", []byte(rules), 0o644); err != nil {
			t.Skip()
		}
		v, err := Open(t.Context(), files)
		if err != nil {
			t.Fatal(err)
		}
		if p != ".gitignore" && strings.Count(p, "/") < maxDepth && v.Has(p) == v.Ignored(p, false) {
			t.Errorf("rules %q: Has(%q) and Ignored are both %v", rules, p, v.Has(p))
		}
	})
}
