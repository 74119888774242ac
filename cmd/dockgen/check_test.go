package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/go-git/go-billy/v5"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/tools/txtar"

	"github.com/dockgen/dockgen/internal/check"
)

// example is a tree of a rule. A Dockerfile of "@ours" stands for what init
// writes for the good tree.
func example(t *testing.T, r check.Rule, tree []txtar.File) billy.Filesystem {
	t.Helper()
	texts := map[string]string{}
	for _, f := range tree {
		texts[f.Name] = string(f.Data)
	}
	if strings.TrimSpace(texts["Dockerfile"]) == "@ours" {
		good := map[string]string{}
		for _, f := range r.Good {
			good[f.Name] = string(f.Data)
		}
		delete(good, "Dockerfile")
		_, texts["Dockerfile"], _ = runIn(files(t, good), "init", "--yes", "--print")
	}
	return files(t, texts)
}

// TestRules: each rule finds its bad example, and nothing in its good one.
func TestRules(t *testing.T) {
	for _, r := range check.Rules() {
		t.Run(r.Code, func(t *testing.T) {
			if len(r.Bad) == 0 || len(r.Good) == 0 {
				t.Fatal("a rule needs a bad and a good example")
			}
			_, bad, stderr := runIn(example(t, r, r.Bad), "check", "--fail-on", "never")
			if !strings.Contains(bad, "("+r.Code+" "+r.Name+")") {
				t.Errorf("the bad example passes:\n%s%s", bad, stderr)
			}
			status, good, stderr := runIn(example(t, r, r.Good), "check", "--fail-on", "never")
			if status != 0 || strings.Contains(good, r.Code) {
				t.Errorf("the good example fails: status %d\n%s%s", status, good, stderr)
			}
			for shows, tree := range r.Silent {
				_, stdout, stderr := runIn(example(t, r, tree), "check", "--fail-on", "never")
				if strings.Contains(stdout, r.Code) || !strings.Contains(stdout+stderr, "Dockerfile") {
					t.Errorf("%s is found, or nothing was checked:\n%s%s", shows, stdout, stderr)
				}
			}
		})
	}
}

// TestCheckOwn: check finds nothing in what init writes, in any golden tree.
func TestCheckOwn(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../docs/schema/checked.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, tr := range trees(t) {
		root := tr.repository(t)
		for name := range written(t, root) {
			if isDockerfile(name[strings.LastIndex(name, "/")+1:]) {
				root.Remove(name) // somebody else's
			}
		}
		args := tr.args()
		if status, _, _ := runIn(root, args...); status != 0 || strings.Contains(strings.Join(args, " "), "--file") {
			continue
		}
		check := append([]string{"check", "--json", "--fail-on", "note"}, args[2:]...)
		status, stdout, stderr := runIn(root, check...)
		if status != 0 {
			t.Errorf("%s: status %d\n%s%s", tr.name, status, stdout, stderr)
		}
		valid(t, schema, stdout)
	}
}

// TestDocsRules holds docs/rules to the rules.
func TestDocsRules(t *testing.T) {
	pages := map[string]string{}
	list := "# Rules of `dockgen check`\n\n| code | level | rule |\n|---|---|---|\n"
	for _, r := range check.Rules() {
		list += fmt.Sprintf("| [%s %s](%s.md) | %s | %s |\n", r.Code, r.Name, r.Code, r.Level, r.Short)
		pages[r.Code+".md"] = check.Page(r)
	}
	pages["README.md"] = list
	for name, want := range pages {
		file := "../../docs/rules/" + name
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(got), want); diff != "" {
			t.Errorf("%s is not current (go test ./cmd/dockgen -run TestDocsRules -update): -published +rule\n%s", file, diff)
		}
	}
}
