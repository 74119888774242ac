package golang

import (
	"bytes"
	"path"
	"strings"
	"testing"

	"github.com/go-git/go-billy/v5/memfs"
	"github.com/go-git/go-billy/v5/util"
	"github.com/google/go-cmp/cmp"

	"github.com/dockgen/dockgen/internal/repo"
)

// TestReads: Go reads what is named here, and nothing else of a repository.
func TestReads(t *testing.T) {
	root := memfs.New()
	for _, f := range []string{"main.go", "go.mod", "Makefile", "README.md", "main_test.go", "vendor/x/x.go", "testdata/y.go", "secret.pem", "web/app.js"} {
		text := "package main\n\nfunc main() {}\n"
		if f == "go.mod" {
			text = "module example.com/app\n"
		}
		if err := util.WriteFile(root, f, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	v, err := repo.Open(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (Language{}).Detect(t.Context(), v); err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for f := range v.Reads() {
		got[f] = true
	}
	if diff := cmp.Diff(map[string]bool{"main.go": true, "go.mod": true, "Makefile": true}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestPortOf(t *testing.T) {
	for text, want := range map[string]int{":8080": 8080, "0.0.0.0:80": 80, "[::1]:443": 443, "9000": 9000, ":http": 0, "70000": 0, "a b:80": 0, "": 0} {
		if got := portOf(text); got != want {
			t.Errorf("portOf(%q) = %d, want %d", text, got, want)
		}
	}
}

func TestMakefile(t *testing.T) {
	text := "GO ?= go\nV := $(shell git describe)\nF = -X main.version=$(V) \\\n  -X main.name=shop\nall:\n\t@$(GO) build -tags netgo -ldflags '$(F)' -o bin/shop ./cmd/shop\n"
	got := makefile("Makefile", text)
	if len(got) != 1 || got[0].dir != "cmd/shop" || got[0].binary != "shop" || got[0].from.Line != 6 || len(got[0].stamps) != 2 || got[0].stamps[1].value != "shop" {
		t.Errorf("got %+v", got)
	}
	text = "GOCMD=go\nGOBUILD=$(GOCMD) build\nbuild:\n\tcd cmd/shop; $(GOBUILD) -tags sqlite -o ../../shop\n"
	if got = makefile("Makefile", text); len(got) != 1 || got[0].dir != "cmd/shop" || len(got[0].tags) != 1 || got[0].from.Line != 4 {
		t.Errorf("got %+v", got)
	}
	// A variable that names itself ends.
	makefile("Makefile", "A = $(A)$(A)$(A)\nall:\n\tgo build $(A)\n")
}

func TestGoreleaser(t *testing.T) {
	got := goreleaser(".goreleaser.yml", "builds:\n  - main: ./cmd/shop\n    binary: shop\n    tags: [netgo]\n    ldflags: -s -w -X main.version={{ .Version }}\n  - main: ./cmd/gui\n    goos: [windows]\n")
	if len(got) != 1 || got[0].dir != "cmd/shop" || len(got[0].stamps) != 1 || got[0].stamps[0].value != "${Version}" {
		t.Errorf("got %+v", got)
	}
}

func TestData(t *testing.T) {
	if len(cModules()) == 0 || len(tools()) == 0 || len(frameworks()) == 0 {
		t.Error("a data file is empty")
	}
	for _, c := range cModules() {
		if c.Static && (c.CXX || len(c.Run) > 0) {
			t.Errorf("%v: static, with libraries to run it", c.Paths)
		}
	}
}

func FuzzEmbeds(f *testing.F) {
	f.Add("//go:embed dist all:web/* \"a b\" `c`\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, e := range embeds("a.go", []byte(text)) {
			line := bytes.Split([]byte(text), []byte("\n"))
			if e.From.Line < 1 || e.From.Line > len(line) || !strings.HasPrefix(strings.TrimLeft(string(line[e.From.Line-1]), " \t"), "//go:embed") {
				t.Errorf("%q is said to stand in line %d", e.Value, e.From.Line)
			}
		}
	})
}

func FuzzAddress(f *testing.F) {
	f.Add(":8080")
	f.Fuzz(func(t *testing.T, text string) {
		if p := portOf(text); p < 0 || p > 65535 {
			t.Errorf("%q: %d", text, p)
		}
		if rel, ok := relative(text); ok && (path.IsAbs(rel) || rel == ".." || strings.HasPrefix(rel, "../")) {
			t.Errorf("%q leaves the working directory: %q", text, rel)
		}
	})
}

func FuzzMakefile(f *testing.F) {
	f.Add("A=$(A)\nx:\n\tgo build $(A)\n")
	f.Fuzz(func(t *testing.T, text string) {
		for _, r := range makefile("Makefile", text) {
			if r.from.Line < 1 {
				t.Errorf("%+v has no line", r)
			}
		}
	})
}
