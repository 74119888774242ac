package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestSides(t *testing.T) {
	got := sides("FROM a\nRUN x\nCMD [\"a\"]\n# gone\n", "FROM a\nRUN much longer than a column is\n\tRUN y\nCMD [\"a\"]\n", 41)
	want := []string{
		"FROM a                FROM a",
		"RUN x               | RUN much longer th…",
		"                    >     RUN y",
		`CMD ["a"]             CMD ["a"]`,
		"# gone              <",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s\n%s", diff, strings.Join(got, "\n"))
	}
	if got := sides("", "", 41); len(got) != 0 {
		t.Errorf("of nothing: %q", got)
	}
}
