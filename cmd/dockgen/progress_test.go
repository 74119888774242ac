package main

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/go-git/go-billy/v5"

	"github.com/dockgen/dockgen/internal/repo"
)

// slow takes its time for each folder.
type slow struct{ billy.Filesystem }

func (s slow) List(dir string) ([]fs.DirEntry, error) {
	time.Sleep(400 * time.Millisecond)
	return repo.List(s.Filesystem, dir)
}

var manyFolders = map[string]string{"go.mod": "module example.com/a\n\ngo 1.26\n", "main.go": "package main\n\nfunc main() {}\n", "a/x": "", "b/x": "", "c/x": "", "d/x": ""}

// TestProgress: a long look at a repository shows at a terminal how far it is, in a
// line that is cleared before anything else is said.
func TestProgress(t *testing.T) {
	master, tty, err := pty.Open()
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	defer master.Close()
	root := files(t, manyFolders)
	a, _, _ := appIn(slow{root})
	a.err, a.progress = tty, progressOn(tty, "xterm")
	screen := make(chan string)
	go func() {
		text := ""
		for buffer := make([]byte, 4096); ; {
			n, err := master.Read(buffer)
			text += string(buffer[:n])
			if err != nil || strings.Contains(text, "docker build") {
				screen <- text
				return
			}
		}
	}()
	if status := a.run(t.Context(), []string{"init", "--yes"}); status != 0 {
		t.Fatalf("status %d", status)
	}
	tty.Close()
	text := <-screen
	shown := strings.LastIndex(text, "Looking: ")
	if shown < 0 || !strings.Contains(text[shown:], " folders, ") {
		t.Fatalf("nothing was shown:\n%q", text)
	}
	line, rest, _ := strings.Cut(text[shown:], "\r")
	if len(line) > 40 {
		t.Errorf("%q is too long for a narrow terminal", line)
	}
	if cleared, said, ok := strings.Cut(rest, "\r"); !ok || strings.Trim(cleared, " ") != "" || len(cleared) < len(line) || !strings.HasPrefix(said, "Go module") {
		t.Errorf("the line is not cleared before the report:\n%q", text[shown:])
	}
}

// TestNoProgress: without a terminal, at one that cannot write a line anew, and with
// --quiet nothing is shown.
func TestNoProgress(t *testing.T) {
	file, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	if progressOn(file, "xterm") != nil {
		t.Error("a file is no terminal")
	}
	if master, tty, err := pty.Open(); err == nil {
		defer master.Close()
		defer tty.Close()
		for _, term := range []string{"dumb", ""} {
			if progressOn(tty, term) != nil {
				t.Errorf("TERM=%q cannot write a line anew", term)
			}
		}
	}
	a, _, errs := appIn(slow{files(t, manyFolders)})
	a.progress = progressOn(file, "xterm")
	if status := a.run(t.Context(), []string{"init", "--print"}); status != 0 || strings.Contains(errs.String(), "\r") {
		t.Errorf("status %d: %q", status, errs)
	}
	var shown strings.Builder
	a, _, errs = appIn(slow{files(t, manyFolders)})
	a.progress = &shown
	if status := a.run(t.Context(), []string{"init", "--yes", "--quiet"}); status != 0 || shown.String()+errs.String() != "" {
		t.Errorf("status %d: %q", status, shown.String()+errs.String())
	}
}
