package check

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dockgen/dockgen/internal/catalogue"
)

// eachBase calls do for each stage that names an image.
func (c *checker) eachBase(do func(s *stage)) {
	for _, s := range c.file.stages {
		if s.parent == nil && s.base != "" && s.base != "scratch" {
			do(s)
		}
	}
}

// baseEnded finds images and releases that get no fixes any more, at the date of the catalogue.
func baseEnded(c *checker) {
	c.eachBase(func(s *stage) {
		if what, ok := c.ended(s.base); ok {
			c.found(s.line, s.line, c.suggest(s.base), "%s: %s", s.base, what)
		}
	})
}

// ended says since when an image gets no fixes; ok is false where it does, or nobody knows.
func (c *checker) ended(ref string) (what string, ok bool) {
	r := parseReference(ref)
	for _, image := range data().Retired.List {
		if match, _ := path.Match(image.Image, r.repository); match && image.Since <= c.Catalogue.Date && (image.But == "" || !slices.Contains(strings.Split(r.tag, "-"), image.But)) {
			return r.repository + " is retired since " + image.Since + ", and gets no fixes", true
		}
	}
	k, listed := identify(c.Catalogue, ref)
	if listed && k.line != nil && c.Catalogue.Ended(k.line) {
		return fmt.Sprintf("version %s gets no fixes since %s", k.line.Version, k.line.EOL), true
	}
	if listed && k.line == nil && k.said != "" {
		oldest := slices.MinFunc(k.image.Lines, func(a, b *catalogue.Line) int { return catalogue.Compare(a.Version, b.Version) })
		if c.Catalogue.Ended(oldest) && catalogue.Below(k.said, oldest.Version) {
			return fmt.Sprintf("version %s is older than %s, which gets no fixes since %s", k.said, oldest.Version, oldest.EOL), true
		}
	}
	if rel, known := suiteOf(ref); known && rel.EOL <= c.Catalogue.Date {
		return fmt.Sprintf("%s %s gets no fixes since %s", rel.Family, strings.TrimPrefix(rel.Word, rel.Family), rel.EOL), true
	}
	// Releases of Alpine are numbered: what comes before the first of the list has ended with it.
	if number, alpine := alpineRelease(ref); alpine {
		for _, first := range data().Suites.List {
			if first.Family == data().Bases.Alpine && first.EOL <= c.Catalogue.Date && catalogue.Below(number, strings.TrimPrefix(first.Word, first.Family)) {
				return fmt.Sprintf("%s %s is older than %s, which gets no fixes since %s", first.Family, number, strings.TrimPrefix(first.Word, first.Family), first.EOL), true
			}
		}
	}
	return "", false
}

// floats reports whether a tag names no version: all its words name a kind of image, a
// moving release, or the distribution below an image of something else.
func floats(r reference) bool {
	// Of an image that is not well known, a release may be all the version that it has.
	distribution := slices.Contains(data().Others.Distributions, r.repository) || strings.Contains(r.repository, "/")
	_, released := suiteOf(r.repository)
	for _, word := range strings.Split(r.tag, "-") {
		_, release := suiteOf("any:" + word)
		if word != "" && !slices.Contains(data().Others.Floating, word) && !slices.Contains(data().Others.Kinds, word) && (distribution || !release) {
			return false
		}
	}
	return !released // the repository names the version: static-debian13
}

// baseFloating finds images whose tag may be another version tomorrow.
func baseFloating(c *checker) {
	c.eachBase(func(s *stage) {
		r := parseReference(s.base)
		k, listed := identify(c.Catalogue, s.base)
		if listed && (strings.Contains(k.image.Repository, "{version}") || k.line != nil) {
			return // the repository names the version, or the tag does in a word: iron-alpine
		}
		published := listed || strings.Contains(r.repository, "/") || slices.Contains(data().Root.Images, r.repository) // else somebody built it before
		if r.digest == "" && published && floats(r) {
			c.found(s.line, s.line, c.suggest(s.base), "%s names no version: the next build may get another one", s.base)
		}
	})
}

// eachHandover calls do for each COPY from another stage into the last one.
func (c *checker) eachHandover(do func(p step, from *stage, sources []string, to string)) {
	final := c.file.final()
	for _, p := range final.steps {
		sources, to, name, ok := p.copied()
		if !ok || name == "" {
			continue
		}
		if from := c.file.named(name); from != nil && from != final {
			do(p, from, sources, to)
		}
	}
}

// native reports whether what is copied was compiled for one libc: a folder of
// installed packages. With program, also the file that the image runs.
func (c *checker) native(p step, sources []string, to string, program bool) bool {
	for _, source := range append(slices.Clone(sources), to) {
		if slices.Contains(data().NativeFolders.Names, path.Base(source)) {
			return true
		}
	}
	if !program {
		return false
	}
	entry, cmd := c.file.final().command()
	run := entry
	if run.step == nil {
		run = cmd
	}
	if len(run.words) == 0 || run.shell {
		return false
	}
	name := path.Base(run.words[0])
	return name == path.Base(to) || slices.ContainsFunc(sources, func(s string) bool { return path.Base(s) == name })
}

// otherLibc finds compiled dependencies that are taken from a musl stage into a
// glibc one, or the reverse.
func otherLibc(c *checker) {
	runs := libc(c.file.final().image())
	c.eachHandover(func(p step, from *stage, sources []string, to string) {
		built := libc(from.image())
		if built != "" && runs != "" && built != runs && c.native(p, sources, to, false) {
			c.found(p.first, p.last, "build and run on the same distribution", "%s was installed on %s (%s), and is copied to %s (%s): no compiled part of it will load", strings.Join(sources, " "), from.image(), built, c.file.final().image(), runs)
		} else if built == "glibc" && (runs == "musl" || c.withoutLibc()) && c.native(p, sources, to, true) && !from.links() {
			c.linked(p, from, sources)
		}
	})
}

// withoutLibc reports whether the last stage has no C library, and gets none.
func (c *checker) withoutLibc() bool {
	final := c.file.final()
	name := parseReference(final.image()).repository
	if !slices.ContainsFunc(data().Linkers.Without, func(w string) bool { return strings.HasPrefix(name, w) }) {
		return false
	}
	return !slices.ContainsFunc(final.all(), func(p step) bool {
		sources, to, _, ok := p.copied()
		return ok && slices.ContainsFunc(append(slices.Clone(sources), to), func(s string) bool { return strings.Contains("/"+s, "/lib") })
	})
}

// linked finds a program that a compiler linked to glibc, where the last stage has none.
func (c *checker) linked(p step, from *stage, sources []string) {
	final := c.file.final()
	for _, q := range final.all() {
		if slices.ContainsFunc(packages(q), func(name string) bool { return slices.Contains(data().Linkers.Bridges, name) }) {
			return
		}
	}
	for _, l := range data().Linkers.List {
		if !slices.ContainsFunc(from.all(), func(q step) bool {
			return slices.ContainsFunc(calls(q.shell()), func(words call) bool {
				return slices.ContainsFunc(l.Build, func(w string) bool { return strings.HasPrefix(strings.Join(words, " ")+" ", w+" ") })
			})
		}) {
			continue
		}
		where := ""
		if !l.Certain {
			where = l.Where + ", "
		}
		f := c.found(p.first, p.last, l.Try, "%s is linked to glibc on %s, %sand %s has none: the program does not start there (no such file or directory)", strings.Join(sources, " "), from.image(), where, final.image())
		if l.Certain {
			f.Level = Error
		}
		return
	}
}

// olderSuite finds programs that are linked on a later release of the
// distribution than the one they run on.
func olderSuite(c *checker) {
	runs, ok := suiteOf(c.file.final().image())
	if !ok {
		return
	}
	c.eachHandover(func(p step, from *stage, sources []string, to string) {
		built, ok := suiteOf(from.image())
		if !ok || !built.later(runs) || !c.native(p, sources, to, true) || from.links() {
			return
		}
		if built.Family != runs.Family {
			c.found(p.first, p.last, "the same distribution in both stages", "built on %s %s with glibc 2.%d and run on %s %s with 2.%d: it may ask for a later one than there is", built.Family, built.Word, built.Libc, runs.Family, runs.Word, runs.Libc)
			return
		}
		c.found(p.first, p.last, "the same release in both stages", "built on %s and run on the older %s: it may ask for a later libc than there is", built.Word, runs.Word)
	})
}

// later reports whether a program linked on one release may not start on the other:
// of one distribution by their order, else by their C libraries.
func (s suite) later(than suite) bool {
	if s.Libc == 0 || than.Libc == 0 {
		return false // not glibc
	}
	if s.Family == than.Family {
		return s.Order > than.Order
	}
	return s.Libc > than.Libc
}

// links reports whether a stage says that its program is static.
func (s *stage) links() bool {
	for _, p := range s.all() {
		text := p.shell()
		if e, ok := p.Command.(*instructions.EnvCommand); ok {
			text = e.String()
		}
		if slices.ContainsFunc(data().Linkers.Static, func(w string) bool { return strings.Contains(text, w) }) {
			return true
		}
	}
	return false
}
