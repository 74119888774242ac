package checks

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/tools/txtar"
)

// official is the schema of SARIF 2.1.0 that OASIS published
// (https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json).
// go-sarif carries it as a constant that nobody else can name, so it is read there.
func official(t *testing.T) *jsonschema.Schema {
	t.Helper()
	_ = sarif.NewReport // keeps the module that holds the schema among ours
	dir, err := exec.Command("go", "list", "-f", "{{.Dir}}", "github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif").Output()
	if err != nil {
		t.Fatal(err)
	}
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(strings.TrimSpace(string(dir)), "schema.go"), nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	text := ""
	ast.Inspect(file, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			text, err = strconv.Unquote(l.Value)
		}
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	const id = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	if doc.(map[string]any)["id"] != id {
		t.Fatalf("the schema is %v, not %s", doc.(map[string]any)["id"], id)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(id, doc); err != nil {
		t.Fatal(err)
	}
	return c.MustCompile(id)
}

// TestSARIF holds the log of check to the official schema: for the bad example of
// every rule, one below a folder whose name no address can hold as it is, with an
// ignored finding, and for nothing found.
func TestSARIF(t *testing.T) {
	schema := official(t)
	dockgen := filepath.Join(t.TempDir(), "dockgen")
	build := exec.Command("go", "build", "-o", dockgen, "./cmd/dockgen")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	rules, err := filepath.Glob("../check/rules/*.txtar")
	if err != nil || len(rules) == 0 {
		t.Fatalf("no rules: %v", err)
	}
	found := 0
	for _, rule := range rules {
		archive, err := txtar.ParseFile(rule)
		if err != nil {
			t.Fatal(err)
		}
		tree := map[string]string{}
		for _, f := range archive.Files {
			if name, ok := strings.CutPrefix(f.Name, "bad/"); ok {
				tree[name] = string(f.Data)
			}
		}
		if strings.TrimSpace(tree["Dockerfile"]) == "@ours" {
			tree["Dockerfile"] = "FROM debian\n" // stands for what init writes
		}
		found += valid(t, schema, dockgen, tree, filepath.Base(rule))
	}
	if found < len(rules) {
		t.Errorf("%d findings of %d rules", found, len(rules))
	}
	odd := map[string]string{"a b/ü%#?/Dockerfile": "# dockgen ignore=DG302 -- a test \"of\" <words>\nFROM debian\nUSER root\n"}
	if valid(t, schema, dockgen, odd, "a name") == 0 {
		t.Error("nothing found below a folder with an odd name")
	}
	if n := valid(t, schema, dockgen, map[string]string{"Dockerfile": "FROM scratch\nCOPY a /\nUSER 1000\nENTRYPOINT [\"/a\"]\n", "a": ""}, "nothing"); n != 0 {
		t.Errorf("%d findings", n)
	}
}

// valid runs check over a tree, validates the log, and counts its results.
func valid(t *testing.T, schema *jsonschema.Schema, dockgen string, tree map[string]string, name string) int {
	t.Helper()
	dir := t.TempDir()
	for file, text := range tree {
		file = filepath.Join(dir, filepath.FromSlash(file))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	command := exec.Command(dockgen, "check", "--format", "sarif", "--fail-on", "never", dir)
	out, err := command.Output()
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(string(out)))
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, out)
	}
	if err := schema.Validate(doc); err != nil {
		t.Errorf("%s: %v\n%s", name, err, out)
	}
	run := doc.(map[string]any)["runs"].([]any)[0].(map[string]any)
	return len(run["results"].([]any))
}
