package check

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
)

// wanted are the versions that init would take for the images of the catalogue, by key.
func (c *checker) wanted() map[string]string {
	versions := map[string]string{}
	if c.planned == nil {
		return versions
	}
	for _, s := range c.planned.stages {
		// An image of another version is a tool's (uv), not the language's.
		if k, ok := identify(c.Catalogue, s.base); ok && slices.ContainsFunc(c.Plan.Decision.Plan.Reasons, func(r detect.Reason) bool {
			return r.ID == "version" && (r.Value == k.said || strings.HasPrefix(k.said, r.Value+".") || strings.HasPrefix(r.Value, k.said+"."))
		}) {
			versions[k.key] = k.said
		}
	}
	return versions
}

// suggest is a FROM of the same kind of image with a version that is supported: the one that
// the reference names, else the one that init would take for the repository, else the usual
// one. It is in words where no tag is known.
func (c *checker) suggest(ref string) string {
	r := parseReference(ref)
	retired := false
	for _, other := range data().Retired.List {
		ok, _ := path.Match(other.Image, r.repository)
		if retired = retired || ok; ok && other.Instead != "" {
			r.repository = other.Instead
			if !slices.ContainsFunc(data().Others.Kinds, func(word string) bool { return strings.Contains(r.tag, word) }) {
				r.tag += "-" + other.Plain
			}
			ref = r.repository + ":" + r.tag
		}
	}
	if k, ok := identify(c.Catalogue, ref); ok && k.image.Repository == r.repository {
		line := k.line
		if line == nil || c.Catalogue.Ended(line) {
			line, _ = k.image.Line(c.wanted()[k.key])
		}
		if line == nil || c.Catalogue.Ended(line) {
			line = c.Catalogue.DefaultLine(k.image)
		}
		if variant := likeTag(line, k.image, r.tag); variant != "" {
			return "FROM " + c.Policy.Ref(line.Ref(variant))
		}
	}
	if version, ok := data().Others.Version[r.repository]; ok {
		words := slices.DeleteFunc(strings.Split(r.tag, "-"), func(w string) bool {
			return w == "" || slices.Contains(data().Others.Floating, w) || leadingVersion.FindString(w) == w
		})
		return "FROM " + c.Policy.Ref(r.repository+":"+strings.Join(append([]string{version}, words...), "-"))
	}
	if repository, ok := data().Others.Named[r.repository]; ok {
		if r.tag != "" && r.tag != "latest" {
			repository += ":" + r.tag
		}
		return "FROM " + c.Policy.Ref(repository)
	}
	if s, ok := suiteOf(ref); ok {
		return "FROM a tag of a later release, such as " + newest(s).Word
	}
	if retired {
		return "FROM an image that is still made"
	}
	return "FROM a tag with a version"
}

// likeTag is the variant of a line whose tag has the words of another tag that matter, ""
// where there is none.
func likeTag(line *catalogue.Line, image *catalogue.Image, tag string) string {
	kinds := data().Others.Kinds
	for _, kinds := range [][]string{kinds, kinds[:len(kinds)-1]} { // the last one matters least
		for _, v := range slices.Sorted(maps.Keys(image.Tags)) {
			_, published, _ := strings.Cut(line.Ref(v), ":")
			if published != "" && !slices.ContainsFunc(kinds, func(word string) bool {
				return strings.Contains(published, word) != strings.Contains(tag, word)
			}) {
				return v
			}
		}
	}
	return ""
}

// newest is the latest release of the distribution, named in the same way.
func newest(old suite) suite {
	numbered := func(s suite) bool { return strings.HasPrefix(s.Word, s.Family) }
	for _, s := range data().Suites.List {
		if s.Family == old.Family && s.Order > old.Order && numbered(s) == numbered(old) {
			old = s
		}
	}
	return old
}
