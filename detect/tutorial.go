package detect

import (
	"slices"
	"strings"
)

// Names of the folders in which a tutorial keeps what its reader begins with, and
// what comes out at its end.
var (
	beginnings = []string{"initial", "start", "starter", "starting", "begin", "before", "exercise"}
	endings    = []string{"complete", "completed", "final", "finish", "finished", "end", "after", "solution"}
)

// finished leaves out what a tutorial begins with, where its end lies beside it, and
// of its ends in several variants the plain one: complete of initial, complete,
// initial-kotlin, complete-kotlin.
func finished(all []candidate) []candidate {
	var ended, plain []string // folder with a slash at its end
	for _, c := range all {
		for above, name := range segments(c.project.Dir()) {
			if slices.Contains(endings, stem(name)) {
				ended = append(ended, above)
				if name == stem(name) {
					plain = append(plain, above)
				}
			}
		}
	}
	return preferred(all, func(c candidate) bool {
		for above, name := range segments(c.project.Dir()) {
			begun := slices.Contains(beginnings, stem(name)) && slices.Contains(ended, above)
			variant := name != stem(name) && slices.Contains(endings, stem(name)) && slices.Contains(plain, above)
			if begun || variant {
				return false
			}
		}
		return true
	})
}

// stem is a folder's name without what tells variants apart: complete-kotlin.
func stem(name string) string {
	name, _, _ = strings.Cut(strings.ToLower(name), "-")
	return name
}

// segments are the names on a path, each with the folder that it is in.
func segments(dir string) func(func(above, name string) bool) {
	return func(yield func(above, name string) bool) {
		at := 0
		for name := range strings.SplitSeq(dir, "/") {
			if !yield(dir[:at], name) {
				return
			}
			at += len(name) + 1
		}
	}
}
