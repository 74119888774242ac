package python

import (
	"fmt"
	"slices"
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
	if note, ok := p.uvDrift(); ok {
		return note, true
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

// uvDrift is where uv.lock describes the project as it was: uv --locked refuses it for
// another version, or another range of a dependency, even where what is locked still fits.
// https://docs.astral.sh/uv/concepts/projects/sync/ (2026-11)
func (p *project) uvDrift() (detect.Note, bool) {
	if p.lock.tool != "uv" {
		return detect.Note{}, false
	}
	i := slices.IndexFunc(p.lock.packages[normal(p.name)], func(l *locked) bool { return l.local == "." })
	if i < 0 {
		return detect.Note{}, false
	}
	was := p.lock.packages[normal(p.name)][i]
	now := p.pyproject.Get("project", "version")
	if now.Str() != "" && was.version != "" && semver.PyPI.Compare(now.Str(), was.version) != 0 {
		return detect.Note{Warning: true, At: now.From("version"), Text: fmt.Sprintf("is %s, but %s was made for %s (%s): the build locks anew until you do", now.Str(), p.lock.file, was.version, was.from.Place())}, true
	}
	for _, d := range p.deps {
		j := slices.IndexFunc(was.wants, func(w dependency) bool { return w.name == d.name })
		if j >= 0 && d.url == "" && d.marker == "" && was.wants[j].marker == "" && sorted(d.spec) != sorted(was.wants[j].spec) {
			return detect.Note{Warning: true, At: d.from, Text: fmt.Sprintf("asks for %s %s, but %s was made for %q (%s): the build locks anew until you do", d.name, d.spec, p.lock.file, was.wants[j].spec, was.wants[j].from.Place())}, true
		}
	}
	return detect.Note{}, false
}

// sorted is a version specifier with its clauses in order and without spaces.
func sorted(spec string) string {
	clauses := strings.Split(strings.ReplaceAll(spec, " ", ""), ",")
	slices.Sort(clauses)
	return strings.Join(clauses, ",")
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
