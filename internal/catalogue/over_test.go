package catalogue

import (
	"strings"
	"testing"
)

// TestOverRefuses: a file of the user's cannot bring what no FROM could hold, or a date
// that the mark in a Dockerfile could not.
func TestOverRefuses(t *testing.T) {
	for text, want := range map[string]string{
		`{"date": "tomorrow", "images": {}}`: `the date "tomorrow" is not of the form 2026-11-23`,
		`{"date": "2027-01-01", "images": {"golang": {"repository": "golang\nRUN x", "lines": [{"version": "1.28"}]}}}`:                                `cannot be part of an image's name`,
		`{"date": "2027-01-01", "images": {"golang": {"repository": "golang", "lines": [{"version": "1 28"}]}}}`:                                       `cannot be part of an image's name`,
		`{"date": "2027-01-01", "images": {"golang": {"repository": "golang", "tags": {"alpine": "{version} AS x"}, "lines": [{"version": "1.28"}]}}}`: `cannot be part of an image's name`,
		`{"date": "2027-01-01", "images": {"golang": {"repository": "", "lines": [{"version": "1.28"}]}}}`:                                             `without a name`,
		`{"date": "2027-01-01", "images": {"golang": {"repository": "golang", "lines": []}}}`:                                                          `has no lines`,
	} {
		if _, err := Embedded().Over("own.json", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", text, err, want)
		}
	}
	all := Embedded()
	for _, key := range all.Keys() {
		if word := all.Image(key).unfit(); word != "" {
			t.Errorf("our own %s: %q", key, word)
		}
	}
}
