package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/dockgen/dockgen/internal/document"
)

// TestExplainEach: every instruction of every golden tree has a fact, a practice or a
// comment above it.
func TestExplainEach(t *testing.T) {
	for _, tr := range trees(t) {
		status, stdout, _ := runIn(tr.repository(t), append([]string{"explain", "--json"}, tr.args()...)...)
		if status != 0 {
			continue // a refusal, or flags that only init has
		}
		var doc document.Explained
		if err := json.Unmarshal([]byte(stdout), &doc); err != nil {
			t.Fatal(err)
		}
		for i, in := range doc.Instructions {
			above := i > 0 && strings.HasPrefix(doc.Instructions[i-1].Text, "#")
			if len(in.Values)+len(in.Practices) == 0 && !above && !strings.HasPrefix(in.Text, "#") {
				t.Errorf("%s: nothing explains line %d: %s", tr.name, in.First, in.Text)
			}
		}
	}
}

// TestExplainStage: a stage of another project's is explained by that project's facts.
func TestExplainStage(t *testing.T) {
	root := files(t, map[string]string{
		"pyproject.toml":    "[project]\nname = \"app\"\nversion = \"1\"\nrequires-python = \">=3.13\"\ndependencies = [\"flask\", \"gunicorn\"]\n",
		"app.py":            "from flask import Flask\napp = Flask(__name__, static_folder=\"static\")\n",
		"package.json":      `{"name": "page", "private": true, "engines": {"node": "22"}, "scripts": {"build": "vite build --outDir static"}, "devDependencies": {"vite": "7.0.0"}}`,
		"index.html":        "<script type=module src=/main.js></script>",
		"main.js":           "1",
		".gitignore":        "static\n",
		"package-lock.json": `{"name": "page", "lockfileVersion": 3, "packages": {}}`,
	})
	_, stdout, stderr := runIn(root, "explain", "--entry", "app:app")
	_, stage, ok := strings.Cut(stdout, "FROM node:22")
	if !ok {
		t.Fatalf("no stage of Node.js:\n%s%s", stdout, stderr)
	}
	stage, _, _ = strings.Cut(stage, "\n\n")
	if !strings.Contains(stage, "Node.js version: 22") || strings.Contains(stage, "Python") {
		t.Errorf("the stage of Node.js is explained with\n%s", stage)
	}
}
