package config

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockgen/dockgen/internal/fact"
)

func TestParse(t *testing.T) {
	got, err := Parse(".dockgen.yaml", []byte("# ours\nbase: alpine\n\nlanguage-version: \"1.20\"\nport: 8080\n"))
	want := []Entry{
		{"base", "alpine", fact.At(".dockgen.yaml", 2, "base")},
		{"language-version", "1.20", fact.At(".dockgen.yaml", 4, "language-version")},
		{"port", "8080", fact.At(".dockgen.yaml", 5, "port")},
	}
	if diff := cmp.Diff(want, got); err != nil || diff != "" {
		t.Errorf("%v\n-want +got\n%s", err, diff)
	}
}

func TestParseErrors(t *testing.T) {
	for text, want := range map[string]string{
		"base: [a\n":         ".dockgen.yaml: is not YAML",
		"- base\n":           ".dockgen.yaml:1: must be a list",
		"base: a\nbase: b\n": ".dockgen.yaml:2: is there twice",
		"port: [1, 2]\n":     ".dockgen.yaml:1: must be one word or number",
		"port:\n":            ".dockgen.yaml:1: must be one word or number",
	} {
		if _, err := Parse(".dockgen.yaml", []byte(text)); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

// Set keeps what it does not set, and what it writes is read back.
func TestSet(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", header + "port: 9000\nlanguage-version: \"1.20\"\n"},
		{"# mine\nport: 8080 # the old one\nbase: slim\n", "# mine\nport: 9000 # the old one\nbase: slim\nlanguage-version: \"1.20\"\n"},
	} {
		got, err := Set(".dockgen.yaml", []byte(tt.text), []Entry{{Key: "port", Value: "9000"}, {Key: "language-version", Value: "1.20"}})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
		again, err := Set(".dockgen.yaml", []byte(got), []Entry{{Key: "port", Value: "9000"}, {Key: "language-version", Value: "1.20"}})
		if err != nil || again != got {
			t.Errorf("the second time: %v\n%s", err, again)
		}
	}
}

func FuzzSet(f *testing.F) {
	f.Add("port: 1\n", "value")
	f.Fuzz(func(t *testing.T, text, value string) {
		if strings.ContainsAny(value, "\x00\r") {
			return
		}
		got, err := Set("f", []byte(text), []Entry{{Key: "entry", Value: value}})
		if err != nil {
			return
		}
		all, err := Parse("f", []byte(got))
		if err != nil {
			t.Fatalf("what it wrote cannot be read: %v\n%s", err, got)
		}
		for _, e := range all {
			if e.Key == "entry" && e.Value != value {
				t.Errorf("%q became %q\n%s", value, e.Value, got)
			}
		}
	})
}
