package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v3"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/dockgen/dockgen/detect/all"
)

// TestDocsConfigSchema holds the published schema of .dockgen.yaml to the settings,
// and what --save writes to the schema.
func TestDocsConfigSchema(t *testing.T) {
	const file = "../../docs/schema/config.json"
	a := app{languages: all.Languages()}
	properties := map[string]any{}
	for _, s := range a.settings() {
		p := map[string]any{"description": s.usage, "type": []string{"string", "number"}}
		switch {
		case s.isSwitch:
			p["type"] = "boolean"
		case s.values != nil:
			p["type"], p["enum"] = "string", s.values
		case s.name == "port":
			p["type"], p["minimum"], p["maximum"] = "integer", 1, 65535
		}
		properties[s.name] = p
	}
	for _, own := range ownFiles {
		properties[own.name] = map[string]any{"description": own.usage + "; relative to this file", "type": "string"}
	}
	var want bytes.Buffer
	e := json.NewEncoder(&want)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(map[string]any{
		"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://raw.githubusercontent.com/dockgen/dockgen/main/docs/schema/config.json",
		"title": "dockgen answers (.dockgen.yaml)", "type": "object", "additionalProperties": false, "properties": properties,
	}); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, want.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), want.String()); diff != "" {
		t.Fatalf("%s is not current (go test ./cmd/dockgen -run TestDocsConfigSchema -update): -published +settings\n%s", file, diff)
	}
	schema, err := jsonschema.NewCompiler().Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	root := twoServers(t)
	if status, stderr := converse(t, root, []line{{askProgram, ""}, {askBase, "scratch"}, {askWrite, "change an answer"}, {"Change what?", "port"}, {"Which port", "9000"}, {askWrite, "write, and keep the answers"}}); status != 0 || !strings.HasSuffix(stderr, "--port 9000 --save\n") {
		t.Fatalf("status %d\n%s", status, stderr)
	}
	var doc any
	if err := yaml.Unmarshal([]byte(written(t, root)[".dockgen.yaml"]), &doc); err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	valid(t, schema, string(text))
	if status, _, stderr := runIn(root, "init", "--yes"); status != 0 || strings.Contains(stderr, "wrote") {
		t.Errorf("the next run: status %d\n%s", status, stderr)
	}
}
