package prompt

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/dockgen/dockgen/detect"
)

var question = detect.Question{Ask: "Which?", Default: "b", Choices: []detect.Choice{{Value: "a", Says: "the first"}, {Value: "b", Label: "Bee"}}}

func TestLines(t *testing.T) {
	for _, tt := range []struct{ typed, want string }{
		{"1\n", "a"}, {"\n", "b"}, {"b\n", "b"}, {"7\nx\n2\n", "b"},
	} {
		var out strings.Builder
		l := &Lines{In: strings.NewReader(tt.typed), Out: &out}
		got, err := l.Ask(context.Background(), question)
		if err != nil || got != tt.want {
			t.Errorf("typed %q: %q, %v; want %q\n%s", tt.typed, got, err, tt.want, out.String())
		}
		if !strings.HasPrefix(out.String(), "Which?\n  1) a - the first\n  2) Bee\n[2] ") {
			t.Errorf("typed %q: the screen is\n%s", tt.typed, out.String())
		}
	}
}

func TestLinesFreeText(t *testing.T) {
	l := &Lines{In: strings.NewReader("8080\n\n"), Out: &strings.Builder{}}
	q := detect.Question{Ask: "Port?", Default: "3000"}
	for _, want := range []string{"8080", "3000"} {
		if got, err := l.Ask(context.Background(), q); err != nil || got != want {
			t.Errorf("got %q, %v; want %q", got, err, want)
		}
	}
}

// The end of the input and a signal are both an interruption, never an answer.
func TestLinesEnd(t *testing.T) {
	if _, err := (&Lines{In: strings.NewReader(""), Out: &strings.Builder{}}).Ask(context.Background(), question); !errors.Is(err, ErrInterrupted) {
		t.Errorf("at the end of the input: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	blocked := &Lines{In: strings.NewReader(""), Out: &strings.Builder{}, lines: make(chan string)}
	if _, err := blocked.Ask(ctx, question); !errors.Is(err, ErrInterrupted) {
		t.Errorf("after a signal: %v", err)
	}
}

func TestCut(t *testing.T) {
	for _, tt := range []struct {
		text string
		most int
		want string
	}{{"short", 12, "short"}, {"a longer description", 12, "a longer de…"}, {"a longer description", 5, ""}} {
		if got := cut(tt.text, tt.most); got != tt.want {
			t.Errorf("cut(%q, %d) is %q, want %q", tt.text, tt.most, got, tt.want)
		}
	}
}
