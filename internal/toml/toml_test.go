package toml

import (
	"strings"
	"testing"

	"github.com/dockgen/dockgen/internal/diag"
)

const sample = `# a comment
title = "x"

[package]
name = "app" # its name
edition.workspace = true
include = [
  "a",
  'b\c',
]

[dependencies]
serde = { version = "1", features = ["derive"] }

[[bin]]
name = "one"

[[bin]]
name = "two"
port = 0x1F90
`

func TestParse(t *testing.T) {
	v, err := Parse("Cargo.toml", []byte(sample))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		got  *Value
		text string
		line int
	}{
		{v.Get("title"), "x", 2},
		{v.Get("package", "name"), "app", 5},
		{v.Get("package", "edition", "workspace"), "true", 6},
		{v.Get("package", "include").Items()[0], "a", 8},
		{v.Get("package", "include").Items()[1], `b\c`, 9},
		{v.Get("dependencies", "serde", "version"), "1", 13},
		{v.Get("dependencies", "serde", "features").Items()[0], "derive", 13},
		{v.Get("bin").Items()[0].Get("name"), "one", 16},
		{v.Get("bin").Items()[1].Get("name"), "two", 19},
	} {
		if c.got == nil || c.got.Text != c.text || c.got.Line != c.line {
			t.Errorf("got %+v, want %q in line %d", c.got, c.text, c.line)
		}
	}
	if port, ok := v.Get("bin").Items()[1].Get("port").Int(); !ok || port != 8080 {
		t.Errorf("port is %d, %v", port, ok)
	}
	if v.Get("no", "such").Str() != "" || !v.Get("no").From("").IsZero() {
		t.Error("what is not there has a value")
	}
	if got := v.Get("bin").Items()[1].Get("name").From("name").String(); got != "Cargo.toml:19 name" {
		t.Errorf("its source is %q", got)
	}
	if got := strings.Join(v.Keys(), " "); got != "title package dependencies bin" {
		t.Errorf("the keys are %q", got)
	}
}

func TestProblems(t *testing.T) {
	for text, want := range map[string]string{
		"a = 1\nb = \n":               "Cargo.toml:2: is not TOML: ",
		"a = 1\n[b]\nc = 1\nc = 2\n":  "Cargo.toml:4: is not TOML: ",
		"[a\n":                        "Cargo.toml:1: is not TOML: ",
		"a = 1\n\n\x00\xff\x12 = 2\n": "Cargo.toml:3: is not TOML: ",
	} {
		_, err := Parse("Cargo.toml", []byte(text))
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
		if err != nil && !strings.Contains(diag.Text(err), "try: ") {
			t.Errorf("%q: nothing to try", text)
		}
	}
}

// FuzzParse: no input makes it panic, and every line exists.
func FuzzParse(f *testing.F) {
	f.Add(sample)
	f.Add("a.b.c = [[1, {x = 2}], 'y']\n[[a.d]]\n[a.d.e]\nf = 1979-05-27T07:32:00Z")
	f.Fuzz(func(t *testing.T, text string) {
		v, err := Parse("f.toml", []byte(text))
		if err != nil {
			return
		}
		lines := strings.Count(text, "\n") + 1
		var check func(*Value)
		check = func(v *Value) {
			if v.Line < 1 || v.Line > lines {
				t.Fatalf("line %d of %d", v.Line, lines)
			}
			for _, i := range v.Items() {
				check(i)
			}
			for _, k := range v.Keys() {
				check(v.Get(k))
			}
		}
		check(v)
	})
}
