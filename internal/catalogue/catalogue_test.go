package catalogue

import (
	"regexp"
	"slices"
	"testing"
)

func TestEmbedded(t *testing.T) {
	c := Embedded()
	day := regexp.MustCompile(`^20\d\d-\d\d-\d\d$`)
	if !day.MatchString(c.Date) {
		t.Errorf("date = %q", c.Date)
	}
	for _, key := range c.Keys() {
		image := c.Image(key)
		if image.Source == "" || len(image.Lines) == 0 || len(image.Tags) == 0 {
			t.Errorf("%s: a source, lines and tags are needed: %+v", key, image)
		}
		if !slices.IsSortedFunc(image.Lines, func(a, b *Line) int { return Compare(b.Version, a.Version) }) {
			t.Errorf("%s: lines are not newest first", key)
		}
		if c.Ended(c.DefaultLine(image)) {
			t.Errorf("%s: the default line %s has ended", key, c.DefaultLine(image).Version)
		}
		for _, l := range image.Lines {
			if l.EOL != "" && !day.MatchString(l.EOL) {
				t.Errorf("%s %s: eol = %q", key, l.Version, l.EOL)
			}
		}
	}
}

func TestRef(t *testing.T) {
	node := Embedded().Image("node")
	for _, test := range []struct{ version, variant, want string }{
		{"24", "slim", "node:24-trixie-slim"},
		{"18", "slim", "node:18-bookworm-slim"},
		{"99", "slim", "node:99-trixie-slim"},
		{"24", "no-such", ""},
	} {
		if got := node.Pin(test.version).Ref(test.variant); got != test.want {
			t.Errorf("node %s %s = %q, want %q", test.version, test.variant, got, test.want)
		}
	}
	if got, want := node.Pin("24").At("slim", "24.15.0"), "node:24.15.0-trixie-slim"; got != want {
		t.Errorf("At = %q, want %q", got, want)
	}
	if got, want := Embedded().Image("distroless-nodejs").Pin("24").Ref("base"), "gcr.io/distroless/nodejs24-debian13:nonroot"; got != want {
		t.Errorf("Ref = %q, want %q", got, want)
	}
}

func TestCompare(t *testing.T) {
	if Compare("3.9", "3.14") >= 0 || Compare("1.27", "1.27") != 0 || Compare("2", "1.99") <= 0 {
		t.Error("versions are compared number by number")
	}
}

// A newer catalogue replaces images by name; what it ends keeps its newest line.
func TestOver(t *testing.T) {
	newer := `{"date": "2099-01-01", "images": {"golang": {"repository": "golang", "source": "a test", "tags": {"alpine": "{version}-x"}, "lines": [{"version": "9.9"}]}}}`
	c, err := Embedded().Over("newer.json", []byte(newer))
	if err != nil {
		t.Fatal(err)
	}
	if got := c.DefaultLine(c.Image("golang")).Ref("alpine"); got != "golang:9.9-x" || c.Date != "2099-01-01" {
		t.Errorf("got %s of %s", got, c.Date)
	}
	for _, key := range c.Keys() {
		if c.DefaultLine(c.Image(key)) == nil {
			t.Errorf("%s has no line", key)
		}
	}
	if got := Embedded().DefaultLine(Embedded().Image("golang")).Version; got == "9.9" {
		t.Error("the embedded catalogue was changed")
	}
	for _, bad := range []string{"", "{", `{"images": {"golang": {"repository": "golang"}}}`, `{"pictures": {}}`} {
		if _, err := Embedded().Over("bad.json", []byte(bad)); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

func TestBelow(t *testing.T) {
	for _, tt := range []struct {
		tag, version string
		want         bool
	}{
		{"1.25", "1.25.4", false}, {"1.25.3", "1.25.4", true}, {"1.25", "1.26", true}, {"20", "18.1.0", false}, {"20", "", false}, {"20", "22", true},
	} {
		if got := Below(tt.tag, tt.version); got != tt.want {
			t.Errorf("Below(%q, %q) = %v", tt.tag, tt.version, got)
		}
	}
}
