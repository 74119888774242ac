package builder

import (
	"slices"
	"strings"
	"testing"
)

// TestData: every builder has a name of its own, a command and a source, and the
// usual one understands everything, as the templates are written for it.
func TestData(t *testing.T) {
	if Date() == "" {
		t.Error("builders.json has no date")
	}
	for _, b := range All() {
		if found, ok := Find(b.Name); !ok || found.Title != b.Title || b.Title == "" || b.Says == "" || !strings.Contains(b.Source, "https://") || len(b.Command) == 0 {
			t.Errorf("%q is not complete: %+v", b.Name, b)
		}
	}
	for _, a := range abilities {
		if !Usual().Can(a) {
			t.Errorf("%s cannot %s", Usual().Name, a)
		}
	}
	if _, ok := Find("docker"); ok {
		t.Error("there is no builder docker")
	}
	if !slices.IsSorted([]int{len(Names()), len(All())}) || len(Names()) < 4 {
		t.Errorf("names: %v", Names())
	}
}

func TestUnknownAbility(t *testing.T) {
	_, err := parse([]byte(`{"date": "x", "builders": [{"name": "b", "can": ["fly"]}]}`))
	if err == nil || err.Error() != `b: "fly" is no ability` {
		t.Error(err)
	}
}
