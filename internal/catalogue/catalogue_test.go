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
