package main

import (
	"encoding/json"
	"strings"
	"testing"
)

// oddNames are names of folders that mean something to a shell, a template, an
// ignore file, BuildKit or a terminal.
var oddNames = []string{
	"a b", "it's", `q"q`, "d$HOME", "${x}", `b\s`, "#x", "-x", "!x", "[a]", "<<EOF", "ünï", "a*", "x;y", "`id`",
	"a\tb", "a\nb", "a\x1b[1mb", "%s", "a,b", "~x", "a:b", "a&&b", "a|b", "(a)", "a\u2028b",
}

// oddTrees are small repositories in which NAME is the folder of the program or of
// what it reads; NAME in the text of a file is the name as a JSON string has it.
var oddTrees = map[string]map[string]string{
	"node workspace": {
		"package.json":            `{"name": "r", "private": true, "workspaces": ["apps/*"]}`,
		"package-lock.json":       `{"name": "r", "lockfileVersion": 3, "packages": {"": {"name": "r", "workspaces": ["apps/*"]}}}`,
		"apps/NAME/package.json":  `{"name": "web", "scripts": {"start": "node index.js"}}`,
		"apps/NAME/index.js":      "require('http').createServer((q, s) => s.end('x')).listen(3000)\n",
		"apps/NAME/lib/NAME/a.js": "",
	},
	"python reads": {
		"requirements.txt": "flask==3.1.0\n",
		"app.py":           "from flask import Flask\napp = Flask(__name__)\nopen(\"NAME/x.txt\")\n",
		"NAME/x.txt":       "x",
	},
	"go reads": {
		"go.mod":     "module example.com/x\n\ngo 1.26\n",
		"main.go":    "package main\n\nimport (\n\t\"net/http\"\n\t\"os\"\n)\n\nfunc main() {\n\tos.ReadFile(\"NAME/x.txt\")\n\thttp.ListenAndServe(\":8080\", nil)\n}\n",
		"NAME/x.txt": "x",
	},
	"go program": {
		"go.mod":           "module example.com/x\n\ngo 1.26\n",
		"cmd/NAME/main.go": "package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\":8080\", nil) }\n",
	},
	"rust workspace": {
		"Cargo.toml":              "[workspace]\nmembers = [\"crates/*\"]\n",
		"Cargo.lock":              "version = 4\n\n[[package]]\nname = \"x\"\nversion = \"0.1.0\"\n",
		"crates/NAME/Cargo.toml":  "[package]\nname = \"x\"\nversion = \"0.1.0\"\nedition = \"2024\"\n",
		"crates/NAME/src/main.rs": "fn main() {}\n",
	},
	"static page": {
		"NAME/index.html": "<!doctype html><p>x",
		"other/a.txt":     "",
	},
	"built page": {
		"package.json":   `{"name": "a", "scripts": {"build": "vite build"}, "devDependencies": {"vite": "7.0.0"}}`,
		"vite.config.js": "export default {build: {outDir: \"NAME\"}}\n",
		"index.html":     "<!doctype html>",
	},
}

// TestOddNames: whatever a folder is called, the Dockerfile parses, has no instruction
// more than with a plain name, and its COPY lines find their files; or the name is refused.
func TestOddNames(t *testing.T) {
	build := func(tree map[string]string, name string) (generated, int, string) {
		quoted, _ := json.Marshal(name) // a string has a JSON form
		named := map[string]string{}
		for file, text := range tree {
			named[strings.ReplaceAll(file, "NAME", name)] = strings.ReplaceAll(text, "NAME", string(quoted[1:len(quoted)-1]))
		}
		return generate(t, files(t, named), []string{"init", "--yes"})
	}
	for what, tree := range oddTrees {
		plain, status, stderr := build(tree, "plain")
		if status != 0 {
			t.Fatalf("%s: %s", what, stderr)
		}
		for _, name := range oddNames {
			g, status, stderr := build(tree, name)
			if status != 0 {
				if !strings.Contains(stderr, "cannot stand in") || !strings.Contains(stderr, "try: ") {
					t.Errorf("%s in %q: %s", what, name, stderr)
				}
				continue
			}
			g.name = what + " in " + name
			// A name that is a pattern too, or none a program would have in its text, may be left alone.
			doubtful := strings.ContainsAny(name, "*[\\\n\x1b")
			if got, want := commands(t, g), commands(t, plain); got != want && (!doubtful || len(got) > len(want)) {
				t.Errorf("%s: instructions %s, want %s\n%s", g.name, got, want, g.dockerfile)
			}
			for _, source := range g.missing(t) {
				t.Errorf("%s: COPY %s finds nothing in the context", g.name, source)
			}
		}
	}
}

// commands are the names of the instructions, a stage a line.
func commands(t *testing.T, g generated) string {
	t.Helper()
	var b strings.Builder
	for _, s := range g.stages(t) {
		b.WriteString("FROM")
		for _, c := range s.Commands {
			b.WriteString(" " + strings.ToUpper(c.Name()))
		}
		b.WriteString("\n")
	}
	return b.String()
}
