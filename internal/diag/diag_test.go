package diag

import (
	"errors"
	"fmt"
	"testing"

	"github.com/dockgen/dockgen/internal/fact"
)

func TestTextNamesPlaceAndRemedy(t *testing.T) {
	err := fmt.Errorf("reading: %w", &Error{At: fact.At("go.mod", 3, "go directive"), What: `"1.x" is not a Go version`, Try: "write \"go 1.24\" there\npass --language-version 1.24"})
	want := "dockgen: reading: go.mod:3: \"1.x\" is not a Go version\n    try: write \"go 1.24\" there\n    try: pass --language-version 1.24\n"
	if got := Text(err); got != want {
		t.Errorf("-want +got\n-%s\n+%s", want, got)
	}
}

func TestStatus(t *testing.T) {
	for _, test := range []struct {
		err  error
		want int
	}{
		{nil, OK},
		{errors.New("x"), Failed},
		{fmt.Errorf("x: %w", &Error{What: "y", Code: Undecided}), Undecided},
		{&Error{What: "y"}, Failed},
		{&Error{At: fact.Flag("--port"), What: "y"}, Usage},
	} {
		if got := Status(test.err); got != test.want {
			t.Errorf("Status(%v) = %d, want %d", test.err, got, test.want)
		}
	}
}

func TestNearest(t *testing.T) {
	bases := []string{"auto", "distroless", "scratch", "alpine", "slim"}
	for name, want := range map[string]string{"distrolles": "distroless", "alpin": "alpine", "Slim": "slim", "smil": "slim", "windows": "", "": "", "salt": "", "slm": "slim"} {
		if got := Nearest(name, bases); got != want {
			t.Errorf("Nearest(%q) = %q, want %q", name, got, want)
		}
	}
}

// TestOneLine: a name from a repository can move no cursor and add no line.
func TestOneLine(t *testing.T) {
	err := At(fact.At("\x1b[31mred\nx/a", 2, ""), "is \u009b2Jnot\r JSON", "correct\x1b it\nor not")
	if got, want := Text(err), "dockgen: ?[31mred x/a:2: is ?2Jnot? JSON\n    try: correct? it\n    try: or not\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
