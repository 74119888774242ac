// Command bench measures dockgen as a whole process, as a user starts it, and
// prints ratios: a machine's own speed says little, but how dockgen compares with
// find(1) over the same tree in the same run does.
package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"time"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run() error {
	dir, err := os.MkdirTemp("", "dockgen-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	dockgen := filepath.Join(dir, "dockgen")
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", dockgen, "./cmd/dockgen")
	build.Env = append(os.Environ(), "CGO_ENABLED=0") // as it is released
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("go build ./cmd/dockgen (run it from the root of the repository): %w", err)
	}
	small, large := filepath.Join(dir, "small"), filepath.Join(dir, "large")
	if err := program(small); err != nil {
		return err
	}
	if err := program(large); err != nil {
		return err
	}
	for _, part := range []struct {
		folder string
		files  int
	}{{"src", 20_000}, {"node_modules", 40_000}, {".venv", 20_000}, {"target", 20_000}} {
		if err := fill(filepath.Join(large, part.folder), part.files); err != nil {
			return err
		}
	}
	rows := []*row{
		{name: "true (a process that does nothing)", dir: small, args: []string{"true"}, runs: 40},
		{name: "dockgen init --yes --print, small repository", dir: small, args: []string{dockgen, "init", "--yes", "--print"}, runs: 40},
		{name: "find . -type f, 100,000 files", dir: large, args: []string{"find", ".", "-type", "f"}, runs: 9},
		{name: "dockgen init --yes --print, the same 100,000 files", dir: large, args: []string{dockgen, "init", "--yes", "--print"}, runs: 9},
	}
	for i := range 40 { // in turn, so that what else the machine does meets all of them
		for _, r := range rows {
			if i < r.runs {
				if err := r.run(); err != nil {
					return err
				}
			}
		}
	}
	find := rows[2].median()
	fmt.Println("| process | median ms | of find | most memory, MB |\n|---|---|---|---|")
	for _, r := range rows {
		fmt.Printf("| %s | %.1f | %.2f | %.0f |\n", r.name, float64(r.median())/1e6, float64(r.median())/float64(find), float64(r.memory)/1024)
	}
	return nil
}

// row is one measured command.
type row struct {
	name   string
	dir    string
	args   []string
	runs   int
	times  []time.Duration
	memory int64 // KiB, the most of all runs
}

func (r *row) run() error {
	c := exec.Command(r.args[0], r.args[1:]...)
	c.Dir = r.dir
	start := time.Now()
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w", r.name, err)
	}
	r.times = append(r.times, time.Since(start))
	if usage, ok := c.ProcessState.SysUsage().(*syscall.Rusage); ok {
		r.memory = max(r.memory, usage.Maxrss)
	}
	return nil
}

func (r *row) median() time.Duration {
	slices.SortFunc(r.times, cmp.Compare[time.Duration])
	return r.times[len(r.times)/2]
}

// program is a small web server.
func program(dir string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for name, text := range map[string]string{
		"go.mod":     "module example.com/app\n\ngo 1.26\n",
		"main.go":    "package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\":8080\", nil) }\n",
		".gitignore": "node_modules/\n.venv/\n/target\n*.log\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// fill makes empty files, 50 a folder.
func fill(dir string, files int) error {
	for i := range files {
		folder := filepath.Join(dir, fmt.Sprint(i/2500), fmt.Sprint(i/50))
		if i%50 == 0 {
			if err := os.MkdirAll(folder, 0o755); err != nil {
				return err
			}
		}
		if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("file%d.txt", i)), nil, 0o644); err != nil {
			return err
		}
	}
	return nil
}
