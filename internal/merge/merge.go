// Package merge puts a change of dockgen's into a file that its user edited.
// Where both changed the same lines, the user's stay.
package merge

import (
	"cmp"
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// Conflict is a place where both changed, and where the user's lines stayed.
type Conflict struct {
	Line  int    // of the merged text, from 1
	Yours string // what stayed
	Ours  string // what dockgen would have written
}

// hunk replaces the lines [first, last) of the base, counted from 0.
type hunk struct {
	first, last int
	text        []string
}

// Three is the user's text with the changes that lead from the base to the new text.
func Three(base, yours, ours string) (string, []Conflict) {
	lines := split(base)
	left, right := hunks(lines, base, yours), hunks(lines, base, ours)
	var merged []string
	var conflicts []Conflict
	at := 0
	for len(left) > 0 || len(right) > 0 {
		first, last := next(left, right)
		l, r := 0, 0
		for more := true; more; { // take in all that overlaps
			more = false
			for ; l < len(left) && left[l].meets(first, last); l++ {
				last, more = max(last, left[l].last), true
			}
			for ; r < len(right) && right[r].meets(first, last); r++ {
				last, more = max(last, right[r].last), true
			}
		}
		merged = append(merged, lines[at:first]...)
		stay, want := apply(lines, left[:l], first, last), apply(lines, right[:r], first, last)
		switch {
		case l == 0:
			merged = append(merged, want...)
		case r == 0 || slices.Equal(stay, want):
			merged = append(merged, stay...)
		default:
			conflicts = append(conflicts, Conflict{Line: len(merged) + 1, Yours: strings.Join(stay, ""), Ours: strings.Join(want, "")})
			merged = append(merged, stay...)
		}
		at, left, right = last, left[l:], right[r:]
	}
	merged = append(merged, lines[at:]...)
	for i := range max(0, len(merged)-1) { // the last line of a text may have no line break
		if !strings.HasSuffix(merged[i], "\n") {
			merged[i] += "\n"
		}
	}
	return strings.Join(merged, ""), conflicts
}

// meets reports whether a hunk replaces a line of [first, last), or inserts where
// that is an insertion too. Lines beside each other are not the same lines.
func (h hunk) meets(first, last int) bool {
	return h.first < last || h.first == first && h.last == last
}

// next is the hunk that comes first in either list: what is inserted before a line
// comes before what replaces the line.
func next(left, right []hunk) (first, last int) {
	if len(right) == 0 || len(left) > 0 && cmp.Or(cmp.Compare(left[0].first, right[0].first), cmp.Compare(left[0].last, right[0].last)) <= 0 {
		return left[0].first, left[0].last
	}
	return right[0].first, right[0].last
}

// apply is the part of the base with the hunks that lie in it.
func apply(lines []string, hunks []hunk, first, last int) []string {
	var out []string
	for _, h := range hunks {
		out = append(out, lines[first:h.first]...)
		out = append(out, h.text...)
		first = h.last
	}
	return append(out, lines[first:last]...)
}

// hunks are the differences in whole lines, in their order.
func hunks(lines []string, base, text string) []hunk {
	starts := map[int]int{} // line by byte offset
	offset := 0
	for i, l := range lines {
		starts[offset] = i
		offset += len(l)
	}
	starts[offset] = len(lines)
	var all []hunk
	for _, e := range udiff.Lines(base, text) {
		first, okFirst := starts[e.Start]
		last, okLast := starts[e.End]
		if !okFirst || !okLast { // not whole lines: take the text as one change
			return []hunk{{0, len(lines), split(text)}}
		}
		all = append(all, hunk{first, last, split(e.New)})
	}
	return all
}

// split are the lines of a text, each with its line break.
func split(text string) []string {
	lines := strings.SplitAfter(text, "\n")
	if lines[len(lines)-1] == "" {
		lines = lines[:len(lines)-1]
	}
	return lines
}
