package check

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/pattern"
)

// reference is what FROM names, in its parts.
type reference struct {
	repository string // without docker.io/ and library/
	tag        string
	digest     string
}

func parseReference(ref string) reference {
	var r reference
	ref, r.digest, _ = strings.Cut(ref, "@")
	if i := strings.LastIndex(ref, ":"); i > strings.LastIndex(ref, "/") {
		ref, r.tag = ref[:i], ref[i+1:]
	}
	for _, prefix := range []string{"docker.io/", "index.docker.io/", "library/"} {
		ref = strings.TrimPrefix(ref, prefix)
	}
	r.repository = ref
	return r
}

// known is an image of the catalogue that a reference names, and its version line.
type known struct {
	image *catalogue.Image
	key   string
	line  *catalogue.Line // nil for a version that the catalogue does not list
	said  string          // the version as the tag has it, "" where it has none
}

var leadingVersion = pattern.New(`^\d+(\.\d+)*`)

// identify finds the image of the catalogue that a reference names.
func identify(c *catalogue.Catalogue, ref string) (known, bool) {
	r := parseReference(ref)
	for _, key := range c.Keys() {
		image := c.Image(key)
		if before, after, in := strings.Cut(image.Repository, "{version}"); in {
			version, ok := strings.CutPrefix(r.repository, before)
			if ok {
				version, ok = strings.CutSuffix(version, after)
			}
			if ok && leadingVersion.FindString(version) == version && version != "" {
				k := known{image: image, key: key, said: version}
				k.line, _ = image.Line(version)
				return k, true
			}
			continue
		}
		if image.Repository == r.repository {
			k := known{image: image, key: key, said: leadingVersion.FindString(r.tag)}
			k.line = lineOf(image, r.tag, k.said)
			return k, true
		}
	}
	return known{}, false
}

// lineOf is the line that a tag belongs to: "20.11.1-slim" to "20", "iron" to the line of that name.
func lineOf(image *catalogue.Image, tag, version string) *catalogue.Line {
	word, _, _ := strings.Cut(tag, "-")
	for _, l := range image.Lines {
		if version != "" && (version == l.Version || strings.HasPrefix(version, l.Version+".")) || l.Name != "" && word == l.Name {
			return l
		}
	}
	return nil
}

// suiteOf is the release of the distribution that a reference names, if it says so.
func suiteOf(ref string) (suite, bool) {
	r := parseReference(ref)
	word := ""
	if s, ok := data().Releases.Suite[r.repository+":"+leadingVersion.FindString(r.tag)]; ok {
		word = s
	}
	parts := strings.FieldsFunc(r.repository+"-"+r.tag, func(c rune) bool { return c == '-' || c == '/' || c == '_' })
	if alpine := data().Bases.Alpine; r.repository == alpine {
		parts = append(parts, alpine+majorMinor(r.tag))
	}
	for _, s := range data().Suites.List {
		if s.Word == word || slices.Contains(parts, s.Word) {
			return s, true
		}
	}
	return suite{}, false
}

// alpineRelease is the release of Alpine that a reference names by its number.
func alpineRelease(ref string) (number string, ok bool) {
	r := parseReference(ref)
	name := data().Bases.Alpine
	if r.repository == name {
		number = majorMinor(r.tag)
	}
	for _, word := range strings.Split(r.tag, "-") {
		if rest, cut := strings.CutPrefix(word, name); cut && r.repository != name {
			number = majorMinor(rest)
		}
	}
	return number, strings.Contains(number, ".")
}

func majorMinor(tag string) string {
	parts := strings.SplitN(leadingVersion.FindString(tag), ".", 3)
	return strings.Join(parts[:min(2, len(parts))], ".")
}

// libc is "musl", "glibc", or "" where the reference does not tell.
func libc(ref string) string {
	r := parseReference(ref)
	parts := strings.FieldsFunc(r.tag, func(c rune) bool { return c == '-' })
	name := data().Bases.Alpine
	alpine := func(s string) bool { return strings.HasPrefix(s, name) }
	switch {
	case r.repository == name || strings.HasSuffix(r.repository, "/"+name) || slices.ContainsFunc(parts, alpine):
		return "musl"
	case r.bare():
		return "glibc"
	case slices.ContainsFunc(parts, func(s string) bool { return s == "slim" }):
		return "glibc"
	}
	if s, ok := suiteOf(ref); ok && s.Family != name {
		return "glibc"
	}
	if slices.Contains(data().Bases.Debian, r.repository) && r.tag != "" {
		return "glibc"
	}
	return ""
}

// kind is what a base has on board: "alpine", "slim", "none" or "" for more, or unknown.
func kind(ref string) string {
	r := parseReference(ref)
	parts := strings.Split(r.tag, "-")
	bases := data().Bases
	switch {
	case ref == "scratch" || r.bare() && !slices.Contains(parts, "debug"):
		return "none"
	case libc(ref) == "musl" && slices.Contains(bases.OnAlpine, r.repository):
		return "alpine"
	case slices.Contains(parts, "slim") && slices.Contains(bases.OnSlim, r.repository):
		return "slim"
	}
	return ""
}

// bare reports whether a repository's images have no shell, but for debugging.
func (r reference) bare() bool {
	return slices.ContainsFunc(data().Bases.Bare, func(prefix string) bool { return strings.HasPrefix(r.repository, prefix) })
}
