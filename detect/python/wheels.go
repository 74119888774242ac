package python

import (
	_ "embed"
	"strings"

	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/pattern"
)

// wheelTags are the tags of a wheel's file name.
// https://packaging.python.org/en/latest/specifications/binary-distribution-format/
type wheelTags struct{ pythons, abis, platforms []string }

func parseWheel(name string) (wheelTags, bool) {
	parts := strings.Split(strings.TrimSuffix(name, ".whl"), "-")
	if len(parts) < 5 {
		return wheelTags{}, false
	}
	n := len(parts)
	return wheelTags{strings.Split(parts[n-3], "."), strings.Split(parts[n-2], "."), strings.Split(parts[n-1], ".")}, true
}

var interpreter = pattern.New(`^(cp|py)(\d)(\d*)$`)

// fits reports whether the wheel installs on a CPython line ("3.13") and a libc
// ("manylinux" or "musllinux"), on amd64; pure wheels fit everywhere.
func (w wheelTags) fits(line, libc string) bool {
	return w.onPython(line) && w.onPlatform(libc)
}

func (w wheelTags) onPython(line string) bool {
	want := strings.ReplaceAll(line, ".", "")
	for _, p := range w.pythons {
		m := interpreter.FindStringSubmatch(p)
		if m == nil || m[2] != want[:1] {
			continue
		}
		minor, wanted := atoi(m[3]), atoi(want[1:])
		for _, abi := range w.abis {
			switch {
			case abi == "none" && (m[1] == "py" || m[3] == "") && minor <= wanted:
				return true
			case abi == "abi3" && m[1] == "cp" && minor <= wanted:
				return true
			case strings.TrimSuffix(abi, "m") == "cp"+want && p == "cp"+want, abi == "none" && p == "cp"+want:
				return true
			}
		}
	}
	return false
}

func (w wheelTags) onPlatform(libc string) bool {
	for _, p := range w.platforms {
		if p == "any" || (strings.HasPrefix(p, libc) && strings.HasSuffix(p, "_x86_64")) || (p == "linux_x86_64" && libc == "manylinux") {
			return true
		}
	}
	return false
}

func atoi(s string) int {
	n := 0
	for _, c := range s {
		n = n*10 + int(c-'0')
	}
	return n
}

// pure reports whether the package has a wheel for every platform.
func (l *locked) pure() bool {
	for _, name := range l.wheels {
		if w, ok := parseWheel(name); ok && len(w.platforms) == 1 && w.platforms[0] == "any" {
			return true
		}
	}
	return false
}

// hasWheel reports whether the locked files hold a wheel for a line and a libc.
// It is true where the lock does not list files, since then nothing is known.
func (l *locked) hasWheel(line, libc string) bool {
	if !l.lists {
		return true
	}
	for _, name := range l.wheels {
		if w, ok := parseWheel(name); ok && w.fits(line, libc) {
			return true
		}
	}
	return false
}

// binary reports whether the package has compiled code, as far as its wheels say.
func (l *locked) binary() bool { return len(l.wheels) > 0 && !l.pure() }

//go:embed data/wheels.json
var wheelsJSON []byte

// firstWheel is, by package and Python line, the first release with a wheel.
var firstWheel = decoded[struct {
	First releases `json:"first"`
}](wheelsJSON)

//go:embed data/runs.json
var runsJSON []byte

// firstRun is, by package and Python line, the first release whose code runs there.
var firstRun = decoded[struct {
	First releases `json:"first"`
}](runsJSON)

// withoutWheel is a package that has compiled wheels, none of which fits the line:
// by the files that the lock lists, or, for a pinned version, by the table.
func (p *project) withoutWheel(line string) (*locked, bool) {
	if p.lock != nil {
		production := p.lock.production(line)
		for _, name := range p.lock.names() {
			l, ok := production[name]
			if ok && l.binary() && !l.hasWheel(line, "manylinux") && l.hasAnyLinuxWheel() {
				return l, true
			}
			if ok && !l.lists && firstWheel().First.tooOld(name, l.version, line) {
				return l, true
			}
		}
		return nil, false
	}
	return p.before(firstWheel().First, line)
}

// releases is, by package and Python line, the first release that does there.
type releases map[string]map[string]string

// tooOld reports whether a release came before the package's first one for a line.
func (r releases) tooOld(name, version, line string) bool {
	first, ok := r[name][line]
	return ok && catalogue.Compare(version, first) < 0
}

// before is a dependency all of whose admitted releases came before the first one for a line.
func (p *project) before(r releases, line string) (*locked, bool) {
	for _, d := range p.deps {
		if first, ok := r[d.name][line]; ok && d.url == "" && holds(d.marker, line) && d.below(first) {
			return &locked{name: d.name, version: strings.TrimSpace(strings.TrimLeft(d.spec, "=")), from: d.from}, true
		}
	}
	return nil, false
}

// tooOldFor is a package that will be installed in a release whose code does not run on
// the line, though it installs.
func (p *project) tooOldFor(line string) (*locked, bool) {
	if p.lock == nil {
		return p.before(firstRun().First, line)
	}
	production := p.lock.production(line)
	for _, name := range p.lock.names() {
		if l, ok := production[name]; ok && firstRun().First.tooOld(name, l.version, line) {
			return l, true
		}
	}
	return nil, false
}

// hasAnyLinuxWheel reports whether there is a wheel for some Python on Linux: a
// package that has only wheels for Windows is built from source on any version.
func (l *locked) hasAnyLinuxWheel() bool {
	for _, name := range l.wheels {
		if w, ok := parseWheel(name); ok && w.onPlatform("manylinux") {
			return true
		}
	}
	return false
}
