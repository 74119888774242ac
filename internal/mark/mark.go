// Package mark recognises dockgen's own output: a short header line with a
// checksum of the rest. A marked file whose checksum holds was not edited; it may be
// updated without asking and is never evidence for detection.
package mark

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/dockgen/dockgen/internal/pattern"
)

var line = pattern.New(`(?m)^# Written by dockgen \(catalogue (\d{4}-\d\d-\d\d), sum ([0-9a-f]{12})\); yours to edit\.\n`)

// Placeholder is the line a renderer puts where the mark belongs.
const Placeholder = "# dockgen-mark"

// Put replaces the placeholder line of a text with its mark.
func Put(text, date string) string {
	before, after, found := strings.Cut(text, Placeholder+"\n")
	if !found {
		return text
	}
	return before + "# Written by dockgen (catalogue " + date + ", sum " + sum(before+after) + "); yours to edit.\n" + after
}

// Own reports whether a text carries the mark, and whether nobody edited it since.
func Own(text string) (own, untouched bool) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	at := line.FindStringSubmatchIndex(text)
	if at == nil {
		return false, false
	}
	return true, text[at[4]:at[5]] == sum(text[:at[0]]+text[at[1]:])
}

// Alike reports whether two texts carry the mark of the same output: what dockgen
// wrote of each was equal, whatever was edited since.
func Alike(a, b string) bool {
	x, y := line.FindStringSubmatch(strings.ReplaceAll(a, "\r\n", "\n")), line.FindStringSubmatch(strings.ReplaceAll(b, "\r\n", "\n"))
	return x != nil && y != nil && x[2] == y[2]
}

func sum(text string) string {
	s := sha256.Sum256([]byte(text))
	return hex.EncodeToString(s[:])[:12]
}

// Copy is a text with the mark of another, so that their marks are no difference
// between the two. A text without a mark stays as it is.
func Copy(from, to string) string {
	ours := line.FindString(from)
	at := line.FindStringIndex(to)
	if ours == "" || at == nil {
		return to
	}
	return to[:at[0]] + ours + to[at[1]:]
}
