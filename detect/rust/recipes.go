package rust

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/shell"
)

// recipe is a release build that people wrote down: the cargo build of a Dockerfile, or
// one with --release of a Makefile or justfile.
type recipe struct {
	features []string
	bare     bool // --no-default-features
	from     fact.Source
}

// recipe is the first one for a binary that names features; the zero recipe where none does.
func (c *crate) recipe(b bin) recipe {
	for _, dir := range slices.Compact([]string{c.dir, c.top(), "."}) {
		for _, d := range hints.Dockerfiles(c.all.view, dir) {
			for _, run := range d.Runs {
				if r, ok := c.recipeIn(d.Fill(run.Value), run.From, b, false); ok {
					return r
				}
			}
		}
		for _, name := range []string{"Makefile", "justfile", "Justfile"} {
			file := path.Join(dir, name)
			data, err := c.all.view.Read(file)
			if err != nil {
				continue // evidence, not input
			}
			for n, line := range linesForLinux(string(data)) {
				if r, ok := c.recipeIn(strings.TrimLeft(line, " \t@-"), fact.At(file, n, "cargo build"), b, true); ok {
					return r
				}
			}
		}
	}
	return recipe{}
}

// linesForLinux are the lines of a Makefile or justfile, from 1, without the recipes that an
// attribute above them keeps for other systems. https://just.systems/man/en/attributes.html, 2026-11
func linesForLinux(text string) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		n, ahead, elsewhere := 0, false, false // whether the next recipe, and this one, are for another system
		for line := range strings.Lines(text) {
			n++
			indented := strings.HasPrefix(line, " ") || strings.HasPrefix(line, "\t")
			switch attribute := strings.HasPrefix(line, "["); {
			case attribute:
				ahead = ahead || systems.MatchString(line) && !oursToo.MatchString(line)
			case !indented && strings.TrimSpace(line) != "":
				elsewhere, ahead = ahead, false
			}
			if !elsewhere && !yield(n, line) {
				return
			}
		}
	}
}

var (
	systems = pattern.New(`\b(windows|macos|openbsd)\b`)
	oursToo = pattern.New(`\b(linux|unix)\b`)
)

// recipeIn is what a line's cargo build says of the binary's features. With release, only
// one with --release counts: others are for the people who work on it.
func (c *crate) recipeIn(line string, at fact.Source, b bin, release bool) (recipe, bool) {
	if !strings.Contains(line, "cargo") || !strings.Contains(line, "features") && !strings.Contains(line, "-F") {
		return recipe{}, false
	}
	parsed, err := shell.Parse(line)
	if err != nil {
		return recipe{}, false
	}
	for _, command := range parsed.Commands {
		argv := command.Argv()
		at1 := slices.IndexFunc(argv, func(w string) bool { return strings.HasSuffix(path.Base(w), "cargo") })
		if at1 < 0 || !slices.ContainsFunc(argv[at1+1:], func(w string) bool { return w == "build" || w == "install" }) {
			continue
		}
		if release && !slices.Contains(argv, "--release") {
			continue
		}
		if r, ok := c.options(argv[at1+1:], at, b); ok {
			return r, true
		}
	}
	return recipe{}, false
}

// options are the features among the arguments of cargo build.
func (c *crate) options(argv []string, at fact.Source, b bin) (recipe, bool) {
	r := recipe{from: fact.At(at.File, at.Line, "cargo build")}
	for i, word := range argv {
		name, value, given := strings.Cut(word, "=")
		if !given && i+1 < len(argv) {
			value = argv[i+1]
		}
		switch name {
		case "--bin":
			if value != b.name {
				return recipe{}, false
			}
		case "-p", "--package":
			if value != c.name.Value {
				return recipe{}, false
			}
		case "--target":
			if strings.Contains(value, "windows") || strings.Contains(value, "apple") {
				return recipe{}, false
			}
		case "--no-default-features":
			r.bare = true
		case "-F", "--features":
			for f := range strings.FieldsFuncSeq(value, func(r rune) bool { return r == ',' || r == ' ' }) {
				name, _, _ := strings.Cut(strings.TrimPrefix(f, c.name.Value+"/"), "/")
				if _, ours := c.features[name]; !ours && !c.optional(name) {
					return recipe{}, false // of another package, or not known before it runs
				}
				r.features = append(r.features, f)
			}
		}
	}
	return r, r.bare || len(r.features) > 0
}

// optional reports whether a dependency is one that a feature of its name turns on.
func (c *crate) optional(key string) bool {
	return slices.ContainsFunc(c.dependencies, func(d dependency) bool { return d.key == key && d.optional })
}
