package python

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"deps.dev/util/semver"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/toml"
)

// versions is what the repository says about its Python version.
type versions struct {
	pins   []fact.Of[string] // one version that the team uses: "3.12", in order of precedence
	ranges []fact.Of[string] // what the code accepts, PEP 440
}

// A pin: "3.12", "3.12.4", "python-3.11.4", "cpython@3.12", "cpython-3.12.1-linux-…".
var pin = pattern.New(`^(?:python-?|cpython[-@]|py)?(\d+)\.(\d+)(?:\.\d+)?(?:(?:a|b|rc)\d+)?(?:-.*)?t?$`)

// minor is the version line of a pin: "3.12".
func minor(text string) (string, bool) {
	match := pin.FindStringSubmatch(strings.TrimSpace(text))
	if match == nil {
		return "", false
	}
	return match[1] + "." + match[2], true
}

func (p *project) versions() (versions, error) {
	var v versions
	dirs := []string{p.dir}
	if p.workspace != nil {
		dirs = append(dirs, p.workspace.root)
	}
	dirs = append(dirs, ".")
	slices.Sort(dirs[1:])
	for _, dir := range slices.Compact(dirs) {
		if err := v.files(p, dir); err != nil {
			return v, err
		}
	}
	if p.pipfile != nil {
		for _, key := range []string{"python_full_version", "python_version"} {
			v.pin(p.pipfile.Get("requires", key).Fact(key))
		}
	}
	if h, ok := hints.Host(p.view, p.dir); ok {
		for _, e := range h.Env {
			if version, says := strings.CutPrefix(e.Value, "PYTHON_VERSION="); says {
				v.pin(fact.New(version, e.From))
			}
		}
	}
	if named, _ := p.condaPackages(); p.tool.Value == "imports" {
		if version := strings.TrimSuffix(strings.TrimPrefix(named["python"].spec, "=="), ".*"); pin.MatchString(version) {
			v.pin(fact.New(version, named["python"].from))
		}
	}
	v.within(p.inline.Get("requires-python").Fact("requires-python"))
	v.within(p.pyproject.Get("project", "requires-python").Fact("requires-python"))
	poetry := p.pyproject.Get("tool", "poetry", "dependencies", "python")
	if poetry != nil && poetry.Kind == toml.Table {
		poetry = poetry.Get("version")
	}
	if f := poetry.Fact("python"); f.Known() {
		v.within(fact.New(fromPoetry(f.Value), f.From))
	}
	if p.setup != nil {
		v.within(p.setup.python)
	}
	if p.lock != nil && p.lock.tool != "poetry" {
		v.within(p.lock.python)
	}
	return v, nil
}

func (v *versions) pin(f fact.Of[string]) {
	if f.Known() && f.Value != "" {
		v.pins = append(v.pins, f)
	}
}

func (v *versions) within(f fact.Of[string]) {
	if f.Known() && strings.TrimSpace(f.Value) != "" {
		v.ranges = append(v.ranges, f)
	}
}

// files are the pins of tools: .python-version (pyenv, uv), .tool-versions (asdf),
// mise.toml, runtime.txt (Heroku).
func (v *versions) files(p *project, dir string) error {
	for _, name := range []string{".python-version", "runtime.txt"} {
		file := path.Join(dir, name)
		text, err := p.view.Read(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			line, _, _ = strings.Cut(line, "#")
			words := strings.Fields(line)
			if len(words) == 0 {
				continue
			}
			// A file may name several; the first is the one that runs. A virtual environment's name is no version.
			if strings.ContainsAny(words[0], "0123456789") {
				v.pin(fact.New(words[0], fact.At(file, n, "")))
			}
			break
		}
	}
	pins, err := hints.Tools(p.view, dir, "python")
	for _, pin := range pins {
		v.pin(pin)
	}
	return err
}

var (
	caret = pattern.New(`\^\s*(\d+)(?:\.(\d+))?((?:\.\d+)*)`)
	tilde = pattern.New(`(^|[\s,|])~\s*(\d+)(?:\.(\d+))?((?:\.\d+)*)`)
)

// fromPoetry turns Poetry's own operators into PEP 440's.
// https://python-poetry.org/docs/dependency-specification/#version-constraints
func fromPoetry(text string) string {
	text = caret.ReplaceAllStringFunc(text, func(s string) string {
		m := caret.FindStringSubmatch(s)
		version := strings.TrimSpace(strings.TrimPrefix(s, "^"))
		if m[1] == "0" && m[2] != "" {
			return fmt.Sprintf(">=%s,<0.%s", version, next(m[2]))
		}
		return fmt.Sprintf(">=%s,<%s", version, next(m[1]))
	})
	text = tilde.ReplaceAllStringFunc(text, func(s string) string {
		m := tilde.FindStringSubmatch(s)
		version := m[2]
		if m[3] == "" {
			return fmt.Sprintf("%s>=%s,<%s", m[1], version, next(m[2]))
		}
		return fmt.Sprintf("%s>=%s.%s%s,<%s.%s", m[1], version, m[3], m[4], m[2], next(m[3]))
	})
	return strings.TrimSpace(text)
}

func next(number string) string {
	n := 0
	fmt.Sscanf(number, "%d", &n)
	return fmt.Sprint(n + 1)
}

// allows reports whether a range admits any release of a version line.
func allows(specifier, line string) (bool, error) {
	for _, part := range strings.FieldsFunc(specifier, func(r rune) bool { return r == '|' }) {
		part = strings.TrimSpace(strings.Join(strings.Fields(part), ""))
		if part == "*" || part == "" {
			return true, nil
		}
		if part[0] >= '0' && part[0] <= '9' {
			part = "==" + part
			if strings.Count(part, ".") < 2 && !strings.HasSuffix(part, "*") {
				part += ".*"
			}
		}
		c, err := semver.PyPI.ParseConstraint(part)
		if err != nil {
			return false, err
		}
		for patch := range 40 {
			if c.Match(fmt.Sprintf("%s.%d", line, patch)) {
				return true, nil
			}
		}
	}
	return false, nil
}

// admitted are the catalogue's lines that every range admits, newest first, and
// the ranges as one text.
func (v versions) admitted(image *catalogue.Image) ([]*catalogue.Line, error) {
	lines := slices.Clone(image.Lines)
	for _, r := range v.ranges {
		for _, l := range slices.Clone(lines) {
			ok, err := allows(r.Value, l.Version)
			if err != nil {
				return nil, diag.At(r.From, fmt.Sprintf("%q is not a range of Python versions", r.Value), `write ">=3.12" there, or pass --language-version 3.13`)
			}
			if !ok {
				lines = slices.DeleteFunc(lines, func(o *catalogue.Line) bool { return o == l })
			}
		}
	}
	return lines, nil
}

var errPython2 = "Python 2 has had no support since 2020-01-01, and no base image that is still built has it"

// settled is the Python version to build with.
type settled struct {
	line   *catalogue.Line
	free   bool // nothing pins it: another admitted line would do
	lines  []*catalogue.Line
	reason detect.Reason
	notes  []detect.Note
	tested *catalogue.Line // the line that people use in their Dockerfile or CI, where it is not the usual one
}

// version settles the Python version: a pin of the user or of the team, else a
// line inside the ranges that is supported and that the locked wheels exist for.
func (p *project) version(r detect.Request) (settled, error) {
	v, err := p.versions()
	if err != nil {
		return settled{}, err
	}
	c := r.Catalogue
	image := c.Image("python")
	for _, pinned := range append([]fact.Of[string]{r.Settings.Version}, v.pins...) {
		if strings.HasPrefix(strings.TrimPrefix(pinned.Value, "python-"), "2.") || pinned.Value == "2" {
			return settled{}, diag.At(pinned.From, errPython2, "port the code to Python 3, then write 3.13 there")
		}
		if _, ok := minor(pinned.Value); pinned.Known() && !ok && !anyPython3(pinned.Value) {
			return settled{}, diag.At(pinned.From, fmt.Sprintf("%q is not a CPython version", pinned.Value), "write 3.13 there, or pass --language-version 3.13")
		}
	}
	admitted, err := v.admitted(image)
	if err != nil {
		return settled{}, err
	}
	chosen, lost := fact.First(append([]fact.Of[string]{r.Settings.Version}, v.pins...)...)
	if chosen.Known() && !anyPython3(chosen.Value) {
		return p.pinnedVersion(r, v, chosen, lost)
	}
	if len(admitted) == 0 {
		at := v.ranges[0]
		if only, _ := allows(at.Value, "2.7"); only {
			return settled{}, diag.At(at.From, errPython2, "port the code to Python 3")
		}
		return settled{}, diag.At(at.From, fmt.Sprintf("no Python version of the catalogue of %s is in %q", c.Date, at.Value), "--language-version 3.13")
	}
	return p.freeVersion(r, v, admitted), nil
}

// anyPython3 reports whether a pin leaves the line open, as tool files do with "latest".
func anyPython3(pin string) bool { return pin == "3" || pin == "latest" || pin == "system" }

func (p *project) pinnedVersion(r detect.Request, v versions, chosen fact.Of[string], lost []fact.Of[string]) (settled, error) {
	c := r.Catalogue
	line, _ := minor(chosen.Value)
	lost = slices.DeleteFunc(lost, func(f fact.Of[string]) bool { other, _ := minor(f.Value); return other == line })
	s := settled{line: c.Image("python").Pin(line), reason: detect.Reason{ID: "version", What: "Python version", Value: line, From: chosen.From, Lost: fact.Text(lost...)}}
	if s.line.Unlisted {
		s.notes = append(s.notes, detect.Note{At: chosen.From, Text: fmt.Sprintf("Python %s is not in the catalogue of %s: its image tag follows the usual pattern, unproven", line, c.Date)})
	}
	if !s.line.Unlisted && c.Ended(s.line) {
		s.notes = append(s.notes, detect.Note{Warning: true, At: chosen.From, Text: fmt.Sprintf("Python %s has had no security fixes since %s", line, s.line.EOL)})
	}
	for _, rng := range v.ranges {
		if ok, err := allows(rng.Value, line); err == nil && !ok {
			s.reason.Lost = append(s.reason.Lost, fact.Text(rng)...)
			s.notes = append(s.notes, detect.Note{Warning: true, At: rng.From, Text: fmt.Sprintf("Python %s, which %s asks for, is not in %q", line, chosen.From, rng.Value)})
		}
	}
	s.lines = []*catalogue.Line{s.line}
	return s, nil
}

// freeVersion is the default line, or the nearest one that is admitted, supported
// and has wheels for what is locked.
func (p *project) freeVersion(r detect.Request, v versions, admitted []*catalogue.Line) settled {
	c := r.Catalogue
	image := c.Image("python")
	supported := slices.DeleteFunc(slices.Clone(admitted), c.Ended)
	s := settled{free: true, reason: detect.Reason{ID: "version", What: "Python version", From: fact.Default("catalogue of " + c.Date)}}
	if len(v.ranges) > 0 {
		s.reason.From = v.ranges[0].From
		s.reason.Note = v.ranges[0].Value
	}
	if len(supported) == 0 {
		s.line, s.lines = admitted[0], admitted[:1]
		s.reason.Value = s.line.Version
		s.notes = append(s.notes, detect.Note{Warning: true, At: s.reason.From, Text: fmt.Sprintf("Python %s has had no security fixes since %s, and the range admits no newer one", s.line.Version, s.line.EOL)})
		return s
	}
	// Not the newest line: many wheels follow a new Python only after months.
	usual := slices.DeleteFunc(slices.Clone(supported), func(l *catalogue.Line) bool { return catalogue.Compare(l.Version, image.Default) > 0 })
	if len(usual) == 0 {
		usual = supported[len(supported)-1:]
	}
	p.asTested(&s, usual)
	if s.tested != nil {
		usual = []*catalogue.Line{s.tested}
	}
	suits := func(lines []*catalogue.Line) []*catalogue.Line {
		return slices.DeleteFunc(slices.Clone(lines), func(l *catalogue.Line) bool { return p.unsuited(l.Version) != "" })
	}
	fits := suits(usual)
	if len(fits) == 0 {
		// An old Python installs; a newer one would compile what was never tried with it.
		fits = suits(slices.DeleteFunc(slices.Clone(admitted), func(l *catalogue.Line) bool { return catalogue.Compare(l.Version, image.Default) > 0 }))
	}
	if why := p.unsuited(usual[0].Version); why != "" {
		s.reason.Note = strings.TrimPrefix(s.reason.Note+"; "+why, "; ")
	}
	if len(fits) > 0 {
		usual = fits
	}
	if c.Ended(usual[0]) {
		s.notes = append(s.notes, detect.Note{Warning: true, At: s.reason.From, Text: fmt.Sprintf("Python %s has had no security fixes since %s: update the packages that need it", usual[0].Version, usual[0].EOL)})
	}
	s.line, s.lines = usual[0], usual
	s.reason.Value = s.line.Version
	return s
}

// unsuited is what does not work on a line, with its place: a package in a release without
// a wheel for it, or one that does not run there, or an import that it has no more. "" where nothing is known.
func (p *project) unsuited(line string) string {
	if missing, ok := p.withoutWheel(line); ok {
		return fmt.Sprintf("%s %s (%s) has no wheel for %s", missing.name, missing.version, missing.from.Place(), line)
	}
	if old, ok := p.tooOldFor(line); ok {
		return fmt.Sprintf("%s %s (%s) does not run on %s", old.name, old.version, old.from.Place(), line)
	}
	for _, gone := range p.removedImports() {
		if catalogue.Compare(line, gone.Value) >= 0 {
			return fmt.Sprintf("%s (%s) is gone since Python %s", gone.From.What, gone.From.Place(), gone.Value)
		}
	}
	return ""
}

// asTested takes the newest supported line of a Dockerfile that people wrote, else of the
// repository's CI, where nothing else limits the choice and they do not use the usual line:
// what was never tried on a newer Python may fail there.
func (p *project) asTested(s *settled, usual []*catalogue.Line) {
	for _, said := range []struct {
		by   string
		pins []fact.Of[string]
	}{{"the base of your Dockerfile", p.based()}, {"the newest that CI uses", p.tested()}} {
		l, from := newest(usual, said.pins)
		if l == nil {
			continue
		}
		if l != usual[0] {
			s.tested, s.reason.From = l, from
			s.reason.Note = strings.TrimPrefix(s.reason.Note+"; "+said.by, "; ")
		}
		return
	}
}

// newest is the first of some lines, newest first, that a pin names, and where; nil for none.
func newest(lines []*catalogue.Line, pins []fact.Of[string]) (*catalogue.Line, fact.Source) {
	for _, l := range lines {
		for _, f := range pins {
			if line, _ := minor(f.Value); line == l.Version {
				return l, f.From
			}
		}
	}
	return nil, fact.Source{}
}
