package render

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/mark"
	"github.com/dockgen/dockgen/internal/repo"
)

// group is one headed part of the ignore file.
type group struct {
	Title    string
	Patterns []string
}

// always are hidden whether tracked or not: no build reads them, unless a plan
// says so with Keep.
var always = group{"Version control, editors, CI and Docker's own files", []string{
	".git", "**/.gitignore", "**/.gitattributes", ".github", ".gitlab-ci.yml", ".circleci", "**/.vscode", "**/.idea", "**/.DS_Store",
	"**/Dockerfile*", "**/*.dockerignore", "**/compose*.yaml", "**/compose*.yml", "**/docker-compose*",
}}

// secrets must reach no layer. Committed files that hold none in spite of their names,
// and what a plan keeps, are let through again.
var secrets = group{"Secrets", detect.SecretPatterns()}

// leftovers are hidden where nothing tracked has such a name.
var leftovers = []string{"**/*.log", "**/*.swp", "**/coverage", "**/tmp"}

// beside is the ignore file that BuildKit reads instead of .dockerignore, for the
// Dockerfile at the root (https://docs.docker.com/build/concepts/context/#filename-and-location).
const beside = "Dockerfile.dockerignore"

// theirsTitle is over the patterns that people wrote.
const theirsTitle = "From .dockerignore, as far as it hides nothing that is tracked"

// foreign are the patterns of a .dockerignore that dockgen did not write, and its
// name, "" where there is none. Such a file often belongs to another way of building:
// everything hidden but what was built before, which leaves a build of the sources
// nothing. Where ours took its place, its patterns are those that ours has from it.
func foreign(v *repo.View, file string) (patterns []string, name string, err error) {
	if !v.Has(file) {
		return nil, "", nil
	}
	text, err := v.Read(file)
	if err != nil {
		return nil, "", err
	}
	name = file
	if own, _ := mark.Own(string(text)); own {
		name, text = "", part(text, theirsTitle)
	}
	patterns, err = ignorefile.ReadAll(bytes.NewReader(text))
	return patterns, name, err
}

// part is what stands below a title of our own ignore file, up to the next one.
func part(text []byte, title string) []byte {
	_, below, _ := bytes.Cut(bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")), []byte("\n# "+title+"\n"))
	below, _, _ = bytes.Cut(below, []byte("\n\n"))
	return below
}

// ignoreGroups are the parts of the ignore file, and the tracked files that it
// hides. Of the patterns of another file it takes those that hide nothing tracked.
func ignoreGroups(d detect.Decision, v *repo.View, theirs []string) ([]group, []string, error) {
	tree := newTree(v, d.Image.Context, d.Image.Scope)
	local := group{Title: "Made on the developer's machine, made again in the build"}
	for _, p := range append(slices.Clone(d.Plan.Ignore), leftovers...) {
		if strings.HasPrefix(p, "!") {
			continue // what a build needs in spite of a pattern is in Keep; this could let a secret through
		}
		if !slices.Contains(local.Patterns, p) && !tree.matches(p) {
			local.Patterns = append(local.Patterns, p)
		}
	}
	slices.Sort(local.Patterns)
	groups := []group{always, secrets, local}
	var all []string
	for _, g := range groups {
		all = append(all, g.Patterns...)
	}
	other := group{Title: theirsTitle}
	for _, p := range theirs {
		if !strings.HasPrefix(p, "!") && !slices.Contains(all, p) && !tree.matches(p) {
			other.Patterns = append(other.Patterns, p)
		}
	}
	if len(other.Patterns) > 0 {
		groups = append(groups, other)
	}
	hidden, err := tree.hidden(all)
	if err != nil {
		return nil, nil, err
	}
	needed := group{Title: "Needed by the build"}
	var stay []string
	for _, f := range hidden {
		unread := matchesAny(always.Patterns, f)
		if slices.Contains(d.Plan.Keep, path.Join(d.Image.Context, f)) || !unread && detect.HoldsNoSecret(v, path.Join(d.Image.Context, f)) {
			needed.Patterns = append(needed.Patterns, "!"+escape(f))
		} else if !unread && !detect.IsSample(f) {
			stay = append(stay, path.Join(d.Image.Context, f))
		}
	}
	if len(needed.Patterns) > 0 {
		groups = append(groups, needed)
	}
	return append(only(repo.Rel(d.Image.Context, d.Image.Scope)), groups...), stay, nil
}

// only lets nothing of the context through but one folder, "." for all of it.
func only(folder string) []group {
	if folder == "." {
		return nil
	}
	g := group{Title: "The rest of the repository, which this build does not read"}
	above := ""
	for _, name := range strings.Split(folder, "/") {
		g.Patterns = append(g.Patterns, above+"*", "!"+above+escape(name))
		above += escape(name) + "/"
	}
	return []group{g}
}

func matchesAny(patterns []string, f string) bool {
	ok, err := patternmatcher.MatchesOrParentMatches(f, patterns)
	return err == nil && ok
}

var escaper = strings.NewReplacer(`\`, `\\`, "*", `\*`, "?", `\?`, "[", `\[`)

// escape is a path as a pattern that matches only itself.
func escape(p string) string { return escaper.Replace(p) }

// tree are the tracked files of a context, with an index of their names: a
// pattern is only tried on files below a name that its last part matches.
type tree struct {
	files []string // relative to the context
	names map[string][]int
}

// newTree has the files of a folder in the context.
func newTree(v *repo.View, context, folder string) *tree {
	files := v.Under(folder)
	t := &tree{files: make([]string, 0, len(files)), names: make(map[string][]int, len(files))}
	for _, f := range files {
		rel := repo.Rel(context, f)
		i := len(t.files)
		t.files = append(t.files, rel)
		for name := range strings.SplitSeq(rel, "/") {
			if at := t.names[name]; len(at) == 0 || at[len(at)-1] != i {
				t.names[name] = append(at, i)
			}
		}
	}
	return t
}

// touched are the files with a name, at any depth, that the pattern's last part matches.
func (t *tree) touched(pattern string) []int {
	last := path.Base(strings.TrimPrefix(pattern, "!"))
	first := strings.IndexAny(last, special)
	if first < 0 {
		return t.names[last]
	}
	// Nearly every name is told apart by the plain text around the wildcards.
	start, end := last[:first], last[strings.LastIndexAny(last, special)+1:]
	var at []int
	for name, files := range t.names {
		if strings.HasPrefix(name, start) && strings.HasSuffix(name, end) {
			if ok, _ := path.Match(last, name); ok {
				at = append(at, files...)
			}
		}
	}
	return at
}

// special are the characters that path.Match gives a meaning.
const special = `*?[]\`

func (t *tree) matches(pattern string) bool {
	m, err := patternmatcher.New([]string{pattern})
	if err != nil {
		return true // not a pattern that could be written
	}
	for _, i := range t.touched(pattern) {
		if ok, err := m.MatchesOrParentMatches(t.files[i]); err != nil || ok {
			return true
		}
	}
	return false
}

// hidden are the files, sorted, that the patterns together hide.
func (t *tree) hidden(patterns []string) ([]string, error) {
	m, err := patternmatcher.New(patterns)
	if err != nil {
		return nil, err
	}
	candidates := map[int]bool{}
	for _, p := range patterns {
		if !strings.HasPrefix(p, "!") {
			for _, i := range t.touched(p) {
				candidates[i] = true
			}
		}
	}
	var hidden []string
	for i := range candidates {
		ok, err := m.MatchesOrParentMatches(t.files[i])
		if err != nil {
			return nil, err
		}
		if ok {
			hidden = append(hidden, t.files[i])
		}
	}
	slices.Sort(hidden)
	return hidden, nil
}
