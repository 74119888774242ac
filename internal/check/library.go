package check

import (
	"errors"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/debian"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// runtimeLibraryMissing finds libraries that init would install in the last stage,
// for a dependency of the project, and that this last stage has nothing of. It is
// silent where a package that the rule does not know may bring them along.
func runtimeLibraryMissing(c *checker) {
	final := c.file.final()
	planned, reasons, err := c.plannedOn(kind(final.image()))
	if err != nil || !sameImage(c, planned.final().image(), final.image()) || slices.ContainsFunc(c.file.stages, (*stage).links) {
		return
	}
	installed, known := c.installed(final)
	if !known {
		return
	}
	has := func(library string) bool {
		return slices.ContainsFunc(installed, func(p string) bool {
			return stem(p) == stem(library) || slices.Contains(data().Libraries.Providers[stem(library)], p)
		})
	}
	release := debian.Release(final.image())
	if k, ok := identify(c.Catalogue, final.image()); ok && release == "" && k.line != nil {
		if kind := likeTag(k.line, k.image, parseReference(final.image()).tag); kind != "" {
			release = debian.Release(k.line.Ref(kind)) // where the last images of an ended version stand
		}
	}
	var missing []string
	var because []fact.Source
	for _, p := range planned.final().all() {
		for _, library := range packages(p) {
			at, said := reasonFor(reasons, library)
			if strings.HasPrefix(library, "lib") && said && !has(library) {
				missing, because = append(missing, debian.Name(release, library)), append(because, at)
			}
		}
	}
	if len(missing) == 0 {
		return
	}
	f := c.found(final.line, final.line, "install "+strings.Join(missing, " ")+" in the last stage", "neither %s nor a step brings %s, which a dependency of the project loads", final.image(), strings.Join(missing, ", "))
	slices.SortFunc(because, func(a, b fact.Source) int { return strings.Compare(a.String(), b.String()) })
	f.Because = slices.Compact(because)
}

// plannedOn is what init would write with a final image of the kind (alpine, slim).
func (c *checker) plannedOn(base string) (*dockerfile, []detect.Reason, error) {
	if c.planned == nil || !c.Plan.Sure || base != detect.Alpine && base != detect.Slim {
		return nil, nil, errors.New("there is no such plan")
	}
	if c.Plan.Decision.Plan.Image.Variant == base {
		return c.planned, c.Plan.Decision.Plan.Reasons, nil
	}
	other, err := c.Replan(func(s detect.Settings) (detect.Settings, error) { return s.With("--base", base) })
	if err != nil {
		return nil, nil, err
	}
	d, err := parse(other.Output.Dockerfile, other.Output.Files[0].Text)
	if err == nil {
		d.known(c.Policy)
	}
	return d, other.Decision.Plan.Reasons, err
}

// sameImage reports whether two references name the same image of the catalogue.
func sameImage(c *checker, a, b string) bool {
	ka, ok := identify(c.Catalogue, a)
	kb, ok2 := identify(c.Catalogue, b)
	return ok && ok2 && ka.key == kb.key
}

// installed are the packages of the distribution that the steps of a stage install;
// known is false where that cannot be told, or one may bring others along.
func (c *checker) installed(s *stage) (names []string, known bool) {
	for _, p := range s.all() {
		if _, to, from, ok := p.copied(); ok && from != "" && (path.Clean(to) == "/" || slices.Contains([]string{"/usr", "/lib", "/usr/lib", "/usr/local", "/usr/local/lib"}, path.Clean(to)) || strings.HasPrefix(to, "/usr/lib/")) {
			return nil, false // libraries may be among what is copied
		}
		for _, words := range calls(p.shell()) {
			if words[0] == "dpkg" || slices.Contains(words, "") && slices.Contains([]string{"apt-get", "apt", "apk"}, words[0]) {
				return nil, false
			}
		}
		names = append(names, packages(p)...)
	}
	for _, n := range names {
		if !strings.HasPrefix(n, "lib") && !slices.Contains(data().Libraries.Alone, n) && !providesAny(n) {
			return nil, false
		}
	}
	return names, true
}

func providesAny(name string) bool {
	for _, by := range data().Libraries.Providers {
		if slices.Contains(by, name) {
			return true
		}
	}
	return false
}

var libraryStem = pattern.New(`^lib[a-z_+]*`)

// stem is what the packages of one library have in common: libpq of libpq5 and libpq-dev.
func stem(name string) string { return libraryStem.FindString(name) }

// reasonFor is where the repository says that a package is needed.
func reasonFor(reasons []detect.Reason, name string) (fact.Source, bool) {
	for _, r := range reasons {
		if r.From.File != "" && slices.Contains(strings.Fields(r.Value), name) {
			return r.From, true
		}
	}
	return fact.Source{}, false
}
