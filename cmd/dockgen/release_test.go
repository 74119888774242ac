package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// TestGoreleaser holds .goreleaser.yaml to what is in the repository: the main
// package, the files of the archives, and the files that its hooks make.
func TestGoreleaser(t *testing.T) {
	text, err := os.ReadFile("../../.goreleaser.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var c struct {
		Version int
		Before  struct{ Hooks []string }
		Builds  []struct {
			Main   string
			Goos   []string
			Goarch []string
		}
		Archives []struct{ Files []string }
		Nfpms    []struct {
			Formats  []string
			Contents []struct{ Src, Dst string }
		}
		Casks    []struct{ Name string } `yaml:"homebrew_casks"`
		Checksum struct {
			Name string `yaml:"name_template"`
		}
		Sboms []struct{ Artifacts string }
	}
	if err := yaml.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	if c.Version != 2 || len(c.Builds) == 0 || len(c.Nfpms) == 0 || len(c.Casks) == 0 || len(c.Sboms) == 0 || c.Checksum.Name == "" {
		t.Fatalf("something is missing: %+v", c)
	}
	for _, format := range []string{"deb", "rpm", "apk"} {
		if !slices.Contains(c.Nfpms[0].Formats, format) {
			t.Errorf("no %s package", format)
		}
	}
	if found, err := filepath.Glob("../../" + c.Builds[0].Main + "/main.go"); err != nil || len(found) == 0 {
		t.Errorf("%s has no main.go", c.Builds[0].Main)
	}
	hooks := strings.Join(c.Before.Hooks, "\n")
	files := slices.Clone(c.Archives[0].Files)
	for _, content := range c.Nfpms[0].Contents {
		files = append(files, content.Src)
	}
	for _, f := range files {
		made := strings.Contains(hooks, strings.TrimSuffix(strings.TrimSuffix(f, "/**"), "/*"))
		if _, err := os.Stat("../../" + f); err != nil && !made {
			t.Errorf("%s is neither in the repository nor made by a hook", f)
		}
	}
	// What the hooks run is there.
	for _, shell := range []string{"bash", "zsh", "fish"} {
		if status, stdout, _ := runIn(twoServers(t), "completion", shell); status != 0 || stdout == "" || !strings.Contains(hooks, "completion "+shell+" ") {
			t.Errorf("completion %s: status %d", shell, status)
		}
	}
}
