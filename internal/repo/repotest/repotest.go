// Package repotest makes repositories in memory for tests.
package repotest

import (
	"testing"

	"github.com/go-git/go-billy/v5/memfs"
	"github.com/go-git/go-billy/v5/util"

	"github.com/dockgen/dockgen/internal/repo"
)

// View is a repository of these files: text by path, relative to the root.
func View(t testing.TB, files map[string]string) *repo.View {
	t.Helper()
	root := memfs.New()
	for name, text := range files {
		if err := util.WriteFile(root, name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	v, err := repo.Open(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	return v
}
