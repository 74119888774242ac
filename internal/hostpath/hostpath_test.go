package hostpath

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var windows, posix = System{Windows: true}, System{}

func TestInRepository(t *testing.T) {
	for _, tt := range []struct {
		system System
		path   string
		want   string // "" for an error
	}{
		{posix, "services/api", "services/api"},
		{posix, "./services/api/", "services/api"},
		{posix, `services\api`, `services\api`}, // a name with a backslash in it
		{posix, `C:\x`, `C:\x`},
		{posix, "a b/c", "a b/c"},
		{posix, "../x", "../x"},
		{posix, "/etc", ""},
		{posix, "//server/share", ""},
		{windows, `services\api`, "services/api"},
		{windows, "services/api", "services/api"},
		{windows, `.\services\api\`, "services/api"},
		{windows, `services\..\web`, "web"},
		{windows, `..\x`, "../x"},
		{windows, `C:\repo\services`, ""},
		{windows, "c:/repo/services", ""},
		{windows, "C:services", ""},
		{windows, `\repo`, ""},
		{windows, `\\server\share\repo`, ""},
	} {
		got, err := tt.system.InRepository(tt.path)
		if got != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%+v %s = %q, %v, want %q", tt.system, tt.path, got, err, tt.want)
		}
		if err != nil && !strings.HasPrefix(err.Error(), tt.path+" is no path within") {
			t.Errorf("%s: %v", tt.path, err)
		}
	}
}

func TestFrom(t *testing.T) {
	for _, tt := range []struct {
		system          System
		here, top, path string
		want            string
	}{
		{posix, "/repo", "/repo", ".", "."},
		{posix, "/repo", "/repo", "web/Dockerfile", "web/Dockerfile"},
		{posix, "/repo/web", "/repo", "web/Dockerfile", "Dockerfile"},
		{posix, "/repo/web", "/repo", ".", ".."},
		{posix, "/repo/web", "/repo", "api/Dockerfile", "../api/Dockerfile"},
		{posix, "/Repo", "/repo", ".", "../repo"}, // another folder where case counts
		{posix, "/home/me", "/repo", "a b/Dockerfile", "../../repo/a b/Dockerfile"},
		{posix, "/a/b/c/d", "/repo", "Dockerfile", "/repo/Dockerfile"},
		{posix, "", "/repo", "Dockerfile", "/repo/Dockerfile"},
		{posix, "/", "/repo", "Dockerfile", "repo/Dockerfile"},
		{posix, `/a\b`, `/a\b`, "Dockerfile", "Dockerfile"},
		{windows, `C:\repo`, `C:\repo`, ".", "."},
		{windows, `C:\repo\web`, `C:\repo`, "web/Dockerfile", "Dockerfile"},
		{windows, `c:\Repo`, `C:\repo`, "web/Dockerfile", "web/Dockerfile"}, // one folder, written twice
		{windows, `C:\Users\me`, `C:\repo`, ".", "../../repo"},
		{windows, `C:\Users\me`, `D:\repo`, "web/Dockerfile", "D:/repo/web/Dockerfile"},
		{windows, `C:\Users\me\a\b`, `C:\My Repo`, ".", "C:/My Repo"},
		{windows, `\\server\share\repo`, `\\server\share\repo`, "Dockerfile", "Dockerfile"},
		{windows, `\\server\share\repo`, `\\SERVER\Share\other`, "Dockerfile", "../other/Dockerfile"},
		{windows, `C:\`, `\\server\share\repo`, "Dockerfile", "//server/share/repo/Dockerfile"},
		{windows, `C:\`, `C:\`, "Dockerfile", "Dockerfile"},
	} {
		if got := tt.system.From(tt.here, tt.top, tt.path); got != tt.want {
			t.Errorf("%+v in %s: %s of %s is %q, want %q", tt.system, tt.here, tt.path, tt.top, got, tt.want)
		}
	}
}

// TestFromIsFilepath: on the system that this runs on, the arithmetic agrees with
// the standard library's.
func TestFromIsFilepath(t *testing.T) {
	top := t.TempDir()
	for _, here := range []string{top, filepath.Join(top, "a"), filepath.Join(top, "a", "b"), filepath.Dir(top), os.TempDir()} {
		for _, p := range []string{".", "Dockerfile", "a/Dockerfile", "a/b/c"} {
			rel, err := filepath.Rel(here, filepath.Join(top, filepath.FromSlash(p)))
			if err != nil || strings.Count(rel, "..") > mostUp {
				continue
			}
			if got := Here.From(here, top, p); got != filepath.ToSlash(rel) {
				t.Errorf("in %s: %s of %s is %s, want %s", here, p, top, got, rel)
			}
		}
	}
}

func TestWord(t *testing.T) {
	for _, tt := range []struct {
		system     System
		word, want string
	}{
		{posix, "web/Dockerfile", "web/Dockerfile"},
		{posix, "My Repo", "'My Repo'"},
		{posix, `a\b`, `'a\b'`},
		{windows, "C:/repo", "C:/repo"},
		{windows, "C:/My Repo/web", `"C:/My Repo/web"`},
		{windows, `templates\own`, `"templates\own"`},
		{windows, `C:\own\`, `'C:\own\'`},
		{windows, "a$b", "'a$b'"},
		{windows, "it's $5", "'it''s $5'"},
	} {
		if got, err := tt.system.Word(tt.word); err != nil || got != tt.want {
			t.Errorf("%+v %q = %s, %v, want %s", tt.system, tt.word, got, err, tt.want)
		}
	}
	for _, system := range []System{posix, windows} {
		if _, err := system.Word("a\nb"); err == nil || !strings.Contains(err.Error(), "line break") {
			t.Errorf("a line break: %v", err)
		}
	}
}
