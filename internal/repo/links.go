package repo

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
)

type link struct {
	target string // resolved, relative to the root; "" when it leads out of it
	raw    string
}

func (v *View) readLink(p string) link {
	raw, err := v.files.Readlink(p)
	if err != nil || path.IsAbs(raw) || strings.Contains(raw, "\\") {
		return link{raw: raw}
	}
	target := path.Join(path.Dir(p), raw)
	if target == ".." || strings.HasPrefix(target, "../") {
		return link{raw: raw}
	}
	return link{raw: raw, target: target}
}

// resolveLinks lists a link to a tracked file as a file of that size. Links to
// folders, loops and links out of the root are not files: Read explains them.
func (v *View) resolveLinks() {
	for p := range v.links {
		if _, ok := v.size[v.resolve(p)]; ok {
			v.paths = append(v.paths, p)
			defer func() { v.size[p] = unknown }() // after the loop, so that the order of the map does not matter
		}
	}
}

// nameBrokenLinks makes Named give links to no file too. Whoever looks for a
// manifest reads it then, and Read says what is wrong: a file that cannot be read
// is never taken for one that is not there.
func (v *View) nameBrokenLinks() {
	for p := range v.links {
		if _, ok := v.size[p]; !ok && !v.dirs[v.resolve(p)] {
			name := path.Base(p)
			v.named[name] = append(v.named[name], p)
			slices.Sort(v.named[name])
		}
	}
}

// resolve follows links inside the root to the path that is no link, or "".
func (v *View) resolve(p string) string {
	for range 16 {
		at, l, found := v.linkOn(p)
		switch {
		case !found:
			return p
		case l.target == "":
			return ""
		}
		p = path.Join(l.target, strings.TrimPrefix(p, at))
	}
	return ""
}

// leadsOut reports whether a link, or one that it leads to, points out of the root.
func (v *View) leadsOut(p string) bool {
	for range 16 {
		at, l, found := v.linkOn(p)
		if !found || l.target == "" {
			return found
		}
		p = path.Join(l.target, strings.TrimPrefix(p, at))
	}
	return false
}

// linkOn is the first link among a path and the folders above it.
func (v *View) linkOn(p string) (at string, l link, found bool) {
	if len(v.links) == 0 {
		return "", link{}, false
	}
	for at = p; at != "." && at != "/"; at = path.Dir(at) {
		if l, found = v.links[at]; found {
			return at, l, true
		}
	}
	return "", link{}, false
}

// Linked reports whether a link stands at the path, wherever it leads.
func (v *View) Linked(p string) bool { _, ok := v.links[path.Clean(p)]; return ok }

func (v *View) brokenLink(p string, l link) error {
	what := fmt.Sprintf("is a link to %q, which is no file of the repository", l.raw)
	switch {
	case v.leadsOut(p):
		what = fmt.Sprintf("is a link out of the repository (%q), which dockgen does not follow", l.raw)
	case v.resolve(p) == "":
		what = "is a link that leads back to itself"
	}
	return diag.At(fact.Source{File: p}, what, "replace the link with the file it stands for")
}
