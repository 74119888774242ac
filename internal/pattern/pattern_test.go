package pattern

import "testing"

func TestNewPanicsInTests(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a pattern that does not compile was taken")
		}
	}()
	New(`(`)
}

func TestGroups(t *testing.T) {
	p := New(`v(\d+)`)
	if got := p.FindStringSubmatch("go v12"); len(got) != 2 || got[1] != "12" {
		t.Errorf("FindStringSubmatch = %q", got)
	}
	if p.MatchString("v") {
		t.Error("a version without a number matches")
	}
	if got := p.ReplaceAllString("v1 v2", "<$1>"); got != "<1> <2>" {
		t.Errorf("ReplaceAllString = %q", got)
	}
}
