package mark

import (
	"strings"
	"testing"
)

func TestOwn(t *testing.T) {
	text := Put("# syntax=docker/dockerfile:1\n"+Placeholder+"\n\nFROM scratch\n", "2026-11-23")
	if own, untouched := Own(text); !own || !untouched {
		t.Errorf("fresh output: own %v, untouched %v\n%s", own, untouched, text)
	}
	if own, untouched := Own(strings.ReplaceAll(text, "\n", "\r\n")); !own || !untouched {
		t.Errorf("a checkout with CRLF is no edit: own %v, untouched %v", own, untouched)
	}
	if own, untouched := Own(text + "USER 1\n"); !own || untouched {
		t.Errorf("edited output: own %v, untouched %v", own, untouched)
	}
	if own, _ := Own("FROM scratch\n"); own {
		t.Error("a hand-written file is taken for ours")
	}
}
