package fact

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestFirstKeepsPrecedenceAndDisagreement(t *testing.T) {
	none := Of[string]{}
	a, b, c := New("1.24", At("go.mod", 3, "go directive")), New("1.22", At(".go-version", 1, "")), New("1.24", Default("newest"))
	got, lost := First(none, a, b, c)
	if got != a {
		t.Errorf("first = %v, want %v", got, a)
	}
	if diff := cmp.Diff([]Of[string]{b}, lost); diff != "" {
		t.Errorf("lost: -want +got\n%s", diff)
	}
	if got, lost := First(none); got.Known() || lost != nil {
		t.Errorf("First of nothing known = %v, %v", got, lost)
	}
}

func TestSourceString(t *testing.T) {
	for want, s := range map[string]Source{
		"go.mod:3 go directive": At("go.mod", 3, "go directive"),
		"go.sum":                {File: "go.sum"},
		"--port":                Flag("--port"),
		"default: newest":       Default("newest"),
	} {
		if got := s.String(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
