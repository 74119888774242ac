package merge

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

func TestThree(t *testing.T) {
	base := "a\nb\nc\nd\ne\n"
	for _, tt := range []struct {
		name, yours, ours, want string
		conflicts               int
	}{
		{"nothing", base, base, base, 0},
		{"only ours", base, "a\nB\nc\nd\ne\nf\n", "a\nB\nc\nd\ne\nf\n", 0},
		{"only yours", "a\nb\nmine\nc\nd\ne\n", base, "a\nb\nmine\nc\nd\ne\n", 0},
		{"apart", "mine\na\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n", "mine\na\nb\nc\nd\nE\n", 0},
		{"the same", "a\nB\nc\nd\ne\n", "a\nB\nc\nd\ne\n", "a\nB\nc\nd\ne\n", 0},
		{"one line", "a\nmine\nc\nd\ne\n", "a\nours\nc\nd\ne\n", "a\nmine\nc\nd\ne\n", 1},
		{"removed and changed", "a\nb\nd\ne\n", "a\nb\nC\nd\ne\n", "a\nb\nd\ne\n", 1},
		{"no line break at the end", "a\nb\nc\nd\nmine", "A\nb\nc\nd\ne\n", "A\nb\nc\nd\nmine", 0},
		{"no line break before ours", "a\nb\nc\nd\nmine", "a\nb\nc\nd\ne\nours\n", "a\nb\nc\nd\nmine\nours\n", 0},
		{"beside each other", "a\nb\nd\ne\n", "a\nB\nc\nd\ne\n", "a\nB\nd\ne\n", 0},
		{"inserted before a change", "a\nmine\nb\nc\nd\ne\n", "a\nB\nc\nd\ne\n", "a\nmine\nB\nc\nd\ne\n", 0},
		{"inserted after a change", "a\nb\nmine\nc\nd\ne\n", "a\nB\nc\nd\ne\n", "a\nB\nmine\nc\nd\ne\n", 0},
		{"inserted in one place", "a\nmine\nb\nc\nd\ne\n", "a\nours\nb\nc\nd\ne\n", "a\nmine\nb\nc\nd\ne\n", 1},
		{"empty", "", "a\nb\nc\nd\nE\n", "", 1},
	} {
		got, conflicts := Three(base, tt.yours, tt.ours)
		if got != tt.want || len(conflicts) != tt.conflicts {
			t.Errorf("%s: %q with %d conflicts, want %q with %d", tt.name, got, len(conflicts), tt.want, tt.conflicts)
		}
	}
}

// edit changes random lines of a text; the words of the new lines are unique.
func edit(r *rand.Rand, text, word string) (string, []string) {
	lines := split(text)
	var added []string
	for n := range 1 + r.IntN(4) {
		i := r.IntN(len(lines) + 1)
		line := fmt.Sprintf("%s %d\n", word, n)
		switch {
		case i < len(lines) && r.IntN(3) == 0:
			lines = slices.Delete(lines, i, i+1)
		case i < len(lines) && r.IntN(2) == 0:
			added = slices.DeleteFunc(added, func(a string) bool { return a == lines[i] })
			lines[i], added = line, append(added, line)
		default:
			lines, added = slices.Insert(lines, i, line), append(added, line)
		}
	}
	return strings.Join(lines, ""), slices.DeleteFunc(added, func(a string) bool { return !slices.Contains(lines, a) })
}

// TestProperties: what the user wrote survives; an unedited file becomes the new
// text; without a change of ours the user's stays; what does not conflict arrives.
func TestProperties(t *testing.T) {
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 1))
		var b strings.Builder
		for i := range 1 + r.IntN(12) {
			fmt.Fprintf(&b, "line %d\n", i%7) // some lines are alike
		}
		base := b.String()
		yours, mine := edit(r, base, "yours")
		ours, new := edit(r, base, "ours")
		if got, c := Three(base, base, ours); got != ours || c != nil {
			t.Fatalf("seed %d: an unedited file became %q, want %q", seed, got, ours)
		}
		if got, c := Three(base, yours, base); got != yours || c != nil {
			t.Fatalf("seed %d: without a change of ours: %q, want %q", seed, got, yours)
		}
		got, conflicts := Three(base, yours, ours)
		for _, line := range mine {
			if !strings.Contains(got, line) {
				t.Fatalf("seed %d: %q is lost\nbase %q\nyours %q\nours %q\ngot %q", seed, line, base, yours, ours, got)
			}
		}
		for _, line := range new {
			shown := slices.ContainsFunc(conflicts, func(c Conflict) bool { return strings.Contains(c.Ours, line) })
			if !strings.Contains(got, line) && !shown {
				t.Fatalf("seed %d: our %q is neither in the text nor shown", seed, line)
			}
		}
		if again, c := Three(ours, got, ours); again != got || c != nil {
			t.Fatalf("seed %d: the next run changes %q to %q", seed, got, again)
		}
	}
}
