package python

import (
	"fmt"
	"strings"

	"deps.dev/util/semver"

	"github.com/dockgen/dockgen/detect"
)

// drift is where the lockfile no longer follows the manifest: a dependency that it
// lacks, or holds at a version that the manifest excludes.
func (p *project) drift() (detect.Note, bool) {
	if p.lock == nil || p.tool.Value == "pip" || p.tool.Value == "pylock" || p.tool.Value == "setup" {
		return detect.Note{}, false
	}
	for _, d := range p.deps {
		if d.url != "" || d.marker != "" || p.member(d.name) {
			continue // a marker may leave it out of the lock
		}
		versions := p.lock.packages[d.name]
		if len(versions) == 0 {
			return detect.Note{Warning: true, At: d.from, Text: fmt.Sprintf("%s is not in %s: the build resolves anew until you lock again", d.name, p.lock.file)}, true
		}
		spec := strings.ReplaceAll(fromPoetry(d.spec), " ", "")
		if spec == "" || spec == "*" || spec == "latest" {
			continue
		}
		if spec[0] >= '0' && spec[0] <= '9' {
			spec = "==" + spec
		}
		c, err := semver.PyPI.ParseConstraint(spec)
		if err != nil || strings.Contains(spec, "|") {
			continue
		}
		fits := false
		for _, l := range versions {
			fits = fits || l.version == "" || l.local != "" || c.Match(l.version)
		}
		if !fits {
			return detect.Note{Warning: true, At: d.from, Text: fmt.Sprintf("asks for %s %s, but %s holds %s (%s): the build resolves anew until you lock again", d.name, d.spec, p.lock.file, versions[0].version, versions[0].from.Place())}, true
		}
	}
	return detect.Note{}, false
}

// member reports whether a name is a member of the project's workspace.
func (p *project) member(name string) bool {
	if p.workspace == nil {
		return false
	}
	for _, m := range p.workspace.members {
		if m.name == name {
			return true
		}
	}
	return false
}
