package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/all"
)

var generatedBlock = regexp.MustCompile(`(?s)(<!-- begin (\w+): (\S+) (\S+) -->\n).*?(<!-- end -->)`)

// TestDocs: the output that README.md shows is what a golden tree expects, so it
// is real and current. With -update it is written anew.
func TestDocs(t *testing.T) {
	old, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	text := generatedBlock.ReplaceAllStringFunc(string(old), func(block string) string {
		m := generatedBlock.FindStringSubmatch(block)
		count++
		archive, err := txtar.ParseFile("../../" + m[3])
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			if f.Name == m[4] {
				language := map[string]string{"dockerfile": "dockerfile"}[m[2]]
				return m[1] + "```" + language + "\n" + strings.TrimSpace(string(f.Data)) + "\n```\n" + m[5]
			}
		}
		t.Fatalf("%s has no %s", m[3], m[4])
		return ""
	})
	if count < 3 {
		t.Errorf("README.md has only %d blocks of real output", count)
	}
	published(t, "../../README.md", text)
}

// published holds a generated page to what the program says now, or writes it anew with -update.
func published(t *testing.T, file, want string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), want); diff != "" {
		t.Errorf("%s is not current (make docs): -published +real\n%s", file, diff)
	}
}

// TestComplete: each language has golden trees that end in a Dockerfile and a row
// in README.md, and each folder of golden trees and of templates is somebody's.
func TestComplete(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{"core": true}
	made := map[string]int{}
	for _, g := range outputs(t) {
		language, _, _ := strings.Cut(g.name, "/")
		made[language]++
	}
	for _, l := range all.Languages() {
		known[l.Name()] = true
		if detect.Refused(l) {
			continue
		}
		if m, ok := l.(detect.Manifested); !ok || len(m.Manifests()) == 0 {
			t.Errorf("%s names no file by which people know its projects", l.Name())
		}
		if made[l.Name()] == 0 {
			t.Errorf("%s: no tree in testdata/golden/%s ends in a Dockerfile", l.Name(), l.Name())
		}
		if !strings.Contains(string(readme), "\n| `"+l.Name()+"` |") {
			t.Errorf("%s: README.md has no row for it", l.Name())
		}
	}
	folders, err := filepath.Glob("../../testdata/golden/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range folders {
		if !known[filepath.Base(f)] {
			t.Errorf("testdata/golden/%s belongs to no language of detect/all", filepath.Base(f))
		}
	}
}
