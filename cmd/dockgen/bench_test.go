package main

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/osfs"
	"github.com/go-git/go-billy/v5/util"

	"github.com/dockgen/dockgen/internal/repo"
)

// BenchmarkPipeline is everything of a run but the process and the writing: the
// small repository of the Go tree hello, and one of 20,000 tracked files.
func BenchmarkPipeline(b *testing.B) {
	for _, tr := range trees(b) {
		if tr.name == "go/hello" {
			b.Run("small", func(b *testing.B) { runs(b, tr.repository(b)) })
		}
	}
	b.Run("20000 files", func(b *testing.B) { runs(b, large(b)) })
}

func runs(b *testing.B, root billy.Filesystem) {
	b.ReportAllocs()
	for b.Loop() {
		if status, _, stderr := runIn(root, "init", "--yes", "--print"); status != 0 {
			b.Fatal(stderr)
		}
	}
}

// BenchmarkWalk is the walk alone, on disk.
func BenchmarkWalk(b *testing.B) {
	root := large(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := repo.Open(b.Context(), root); err != nil {
			b.Fatal(err)
		}
	}
}

// large is a Go program with 20,000 tracked files beside it and 5,000 ignored ones, on disk.
func large(b *testing.B) billy.Filesystem {
	b.Helper()
	dir := b.TempDir()
	root := host{osfs.New(dir), dir}
	for p, text := range map[string]string{
		"go.mod": "module example.com/large\n\ngo 1.26\n", "main.go": "package main\n\nfunc main() {}\n",
		".gitignore": "node_modules/\n/target\n*.log\n*.py[cod]\n[Bb]in/\n/docs/*.pdf\n",
	} {
		if err := util.WriteFile(root, p, []byte(text), 0o644); err != nil {
			b.Fatal(err)
		}
	}
	for i := range 250 {
		folder := filepath.Join(dir, "src", fmt.Sprint(i/10), fmt.Sprint(i))
		if i >= 200 {
			folder = filepath.Join(dir, "node_modules", fmt.Sprint(i))
		}
		if err := os.MkdirAll(folder, 0o755); err != nil {
			b.Fatal(err)
		}
		for j := range 100 {
			if err := os.WriteFile(filepath.Join(folder, fmt.Sprintf("f%d.txt", j)), nil, 0o644); err != nil {
				b.Fatal(err)
			}
		}
	}
	return root
}
