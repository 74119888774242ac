package hints

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo/repotest"
)

func shown(all []Start) []string {
	var lines []string
	for _, s := range all {
		lines = append(lines, s.From.Place()+" "+strings.Join(s.Argv, " "))
	}
	return lines
}

func TestScripts(t *testing.T) {
	v := repotest.View(t, map[string]string{
		"bin/start":  "#!/usr/bin/env bash\n\nexec serve --port ${PORT:-90}\n",
		"bin/server": "not a script: serve --port 1\n",
		"run.sh":     "a() { prepare; }\na && serve -b 0.0.0.0:91\n",
		"broken.sh":  "if then",
	})
	all := Scripts(v, ".")
	want := []string{"bin/start:3 serve --port 90", "run.sh:1 prepare", "run.sh:2 a", "run.sh:2 serve -b 0.0.0.0:91"}
	if diff := cmp.Diff(want, shown(all)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if all[0].Port() != 90 || all[3].Port() != 91 || all[1].Port() != 0 {
		t.Errorf("ports %d, %d, %d", all[0].Port(), all[3].Port(), all[1].Port())
	}
}

func TestPort(t *testing.T) {
	for text, want := range map[string]int{
		"serve --port=80": 80, "serve -b [::]:81": 81, "serve 0.0.0.0:82": 82, "serve localhost:83": 83, "serve app:84": 0, "serve --port x": 0, "serve --port 70000": 0, ":85": 0,
	} {
		if got := (Start{Argv: strings.Fields(text)}).Port(); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

func TestAtAnotherPort(t *testing.T) {
	for text, want := range map[string]string{
		"serve --port=80 -v": "serve --port=8000 -v", "serve -b 0.0.0.0:81": "serve -b 0.0.0.0:8000", "serve app:84": "serve app:84", "serve --port": "serve --port", "serve --port x --listen=:9": "serve --port x --listen=:8000",
	} {
		if got := strings.Join(Start{Argv: strings.Fields(text)}.At(8000), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestRecipes(t *testing.T) {
	v := repotest.View(t, map[string]string{
		"Makefile":     "BIN := ./serve\nexport ENV ?= dev\ndev run: build # both\n\t@$(BIN) $(FLAGS) \\\n\t  --x\n\nstart:: build\n\t-$(BIN) --port 9 $$HOME\nrun_all = 1\nbuild:\n\tmake it\n",
		"justfile":     "bin := \"serve\"\nserve port='8': build\n  {{bin}} --port {{port}}\nbuild:\n  make\n",
		"Taskfile.yml": "version: '3'\ntasks:\n  run:\n    cmds:\n      - task: build\n      - cmd: serve one\n      - serve two\n  prod: serve three\n",
	})
	want := []string{
		"Makefile:8 ./serve --port 9 ${HOME}", "Taskfile.yml:6 serve one", "Taskfile.yml:7 serve two",
		"justfile:3 serve --port ${port}", "Taskfile.yml:8 serve three", "Makefile:4 ./serve ${FLAGS} --x",
	}
	if diff := cmp.Diff(want, shown(Recipes(v, "."))); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

const workflow = `env:
  VERSION: "3.12"
jobs:
  a:
    strategy:
      matrix:
        go: [1, "${{ x }}"]
        include:
          - go: 2
    steps:
      - uses: setup
        with: {go-version: "${{ matrix.go }}"}
      - uses: setup
        with:
          go-version: ${{ env.VERSION }}
      - run: one
      - run: |
          two
          serve --port 7 &
`

func TestWorkflows(t *testing.T) {
	v := repotest.View(t, map[string]string{".github/workflows/ci.yml": workflow, ".github/workflows/x.txt": "run: no", ".gitlab-ci.yml": "image: {name: python:3.11}\na:\n  image: node:24\n"})
	at := func(line int, what string) fact.Source { return fact.At(".github/workflows/ci.yml", line, what) }
	want := []fact.Of[string]{fact.New("3.12", at(2, "VERSION")), fact.New("1", at(7, "go")), fact.New("2", at(9, "go"))}
	if diff := cmp.Diff(want, WorkflowValues(v, "go-version")); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	runs := []string{".github/workflows/ci.yml:16 one", ".github/workflows/ci.yml:18 two", ".github/workflows/ci.yml:19 serve --port 7"}
	if diff := cmp.Diff(runs, shown(WorkflowRuns(v))); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	images := []fact.Of[string]{fact.New("node:24", fact.At(".gitlab-ci.yml", 3, "image")), fact.New("python:3.11", fact.At(".gitlab-ci.yml", 1, "image"))}
	if diff := cmp.Diff(images, Jobs(v)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
