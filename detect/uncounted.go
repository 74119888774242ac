package detect

import (
	"fmt"
	"path"

	"github.com/dockgen/dockgen/internal/repo"
)

// Uncounted is the warning about a file that people have and that does not count, since
// their .gitignore matches it: of several, the first. So says what comes of that; ok is
// false where none of the files is in that case.
func Uncounted(v *repo.View, so string, files ...string) (note Note, ok bool) {
	for _, file := range files {
		if at, ok := v.Uncounted(file); ok {
			return Note{Warning: true, At: at, Text: fmt.Sprintf("matches %s, so the file here does not count and %s: take it out of .gitignore and commit the file", path.Base(file), so)}, true
		}
	}
	return Note{}, false
}
