package check

import (
	"bytes"
	"errors"
	"io/fs"
	"path"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// ignoreFile is the .dockerignore that a build reads.
type ignoreFile struct {
	path    string // "" where there is none
	matcher *patternmatcher.PatternMatcher
}

// readIgnoreFile reads the ignore file as BuildKit does: NAME.dockerignore beside
// the Dockerfile, else .dockerignore of the context.
func readIgnoreFile(v *repo.View, file, context string) (ignoreFile, error) {
	for _, p := range []string{file + ".dockerignore", path.Join(context, ".dockerignore")} {
		text, err := v.Read(p)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return ignoreFile{}, err
		}
		patterns, err := ignorefile.ReadAll(bytes.NewReader(text))
		if err != nil {
			return ignoreFile{}, &diag.Error{At: fact.Source{File: p}, What: "cannot be read as an ignore file", Err: err}
		}
		m, err := patternmatcher.New(patterns)
		if err != nil {
			return ignoreFile{}, &diag.Error{At: fact.Source{File: p}, What: "has a pattern that Docker cannot read", Err: err}
		}
		return ignoreFile{path: p, matcher: m}, nil
	}
	return ignoreFile{}, nil
}

// hides reports whether the build does not see a path of the context.
func (f ignoreFile) hides(rel string) bool {
	if f.matcher == nil {
		return false
	}
	ok, err := f.matcher.MatchesOrParentMatches(rel)
	return err == nil && ok
}
