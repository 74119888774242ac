package detect

import (
	"errors"
	"fmt"
	"testing"

	"github.com/dockgen/dockgen/internal/diag"
)

// An error lists the first choices of many and says how many more there are.
func TestOpenListsSome(t *testing.T) {
	q := Question{Flag: "--entry", What: "10 programs can be run"}
	for i := range 10 {
		q.Choices = append(q.Choices, Choice{Value: fmt.Sprint("p", i)})
	}
	err := &Open{Question: q}
	if got, want := err.Error(), "10 programs can be run: p0, p1, p2, p3, p4, p5, p6, p7, and 2 more"; got != want {
		t.Errorf("says %q, want %q", got, want)
	}
	var d *diag.Error
	if want := "--entry p0\n--entry p1\n--entry p2\n--entry p3\n--entry p4\n--entry p5\n--entry p6\n--entry p7\nand 2 more"; !errors.As(err, &d) || d.Try != want {
		t.Errorf("tries %q, want %q", d.Try, want)
	}
}
