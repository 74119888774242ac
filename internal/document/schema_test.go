package document

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/invopop/jsonschema"
)

var update = flag.Bool("update", false, "rewrite docs/schema")

// TestSchemas holds the published schemas to the Go types.
func TestSchemas(t *testing.T) {
	for name, doc := range Documents {
		file := "../../docs/schema/" + name + ".json"
		r := jsonschema.Reflector{DoNotReference: true, AllowAdditionalProperties: true, Mapper: mapper}
		schema := r.ReflectFromType(reflect.TypeOf(doc))
		schema.ID = jsonschema.ID("https://raw.githubusercontent.com/dockgen/dockgen/main/docs/schema/" + name + ".json")
		schema.Title = "dockgen " + strings.ReplaceAll(name, "-", " ")
		var got bytes.Buffer
		e := json.NewEncoder(&got)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		if err := e.Encode(schema); err != nil {
			t.Fatal(err)
		}
		if *update {
			if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got.String()); diff != "" {
			t.Errorf("%s is not current (go test ./internal/document -update): -published +types\n%s", file, diff)
		}
	}
}

// mapper gives a type with MarshalText its JSON form.
func mapper(t reflect.Type) *jsonschema.Schema {
	if t.Implements(reflect.TypeFor[interface{ MarshalText() ([]byte, error) }]()) {
		return &jsonschema.Schema{Type: "string"}
	}
	return nil
}
