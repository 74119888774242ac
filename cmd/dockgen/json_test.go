package main

import (
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// valid holds a document that was printed to its published schema.
func valid(t *testing.T, schema *jsonschema.Schema, text string) {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatalf("it is not JSON: %v\n%s", err, text)
	}
	if err := schema.Validate(doc); err != nil {
		t.Errorf("%v\n%s", err, text)
	}
}

// TestJSON: what every golden tree prints with --json fits the published schemas,
// and writes nothing with --dry-run.
func TestJSON(t *testing.T) {
	schemas := map[string]*jsonschema.Schema{}
	for _, name := range []string{"plan", "detected", "explained"} {
		schema, err := jsonschema.NewCompiler().Compile("../../docs/schema/" + name + ".json")
		if err != nil {
			t.Fatal(err)
		}
		schemas[name] = schema
	}
	for _, tr := range trees(t) {
		root := tr.repository(t)
		before := written(t, root)
		args := tr.args()[2:] // without init --yes
		status, stdout, stderr := runIn(root, append([]string{"init", "--json", "--dry-run"}, args...)...)
		valid(t, schemas["plan"], stdout)
		if hasProblem := strings.Contains(stdout, `"problem": {`); hasProblem != (status != 0) {
			t.Errorf("%s: status %d, and the document has a problem: %v\n%s", tr.name, status, hasProblem, stderr)
		}
		if status == 0 && stderr != "" {
			t.Errorf("%s: with --json something went to standard error:\n%s", tr.name, stderr)
		}
		_, stdout, _ = runIn(root, append([]string{"detect", "--json"}, args...)...)
		valid(t, schemas["detected"], stdout)
		if status == 0 {
			_, stdout, _ = runIn(root, append([]string{"explain", "--json"}, args...)...)
			valid(t, schemas["explained"], stdout)
		}
		for p, text := range written(t, root) {
			if before[p] != text {
				t.Errorf("%s: %s was written", tr.name, p)
			}
		}
	}
}
