package rust

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// lockfile is a Cargo.lock. Cargo writes it line by line in one form only, so it is
// read that way: it can have a hundred thousand lines.
type lockfile struct {
	file    string
	version fact.Of[int] // of the format; 0 in the first two, which do not say
	byName  map[string][]*locked
}

// locked is one [[package]] of it.
type locked struct {
	name, version, source string
	needs                 []string // "name", "name version" or "name version (source)"
	line                  int
}

// lock is the Cargo.lock beside the workspace's manifest; nil where there is none.
func (c *crate) lock() (*lockfile, error) {
	dir := c.top()
	if l, ok := c.all.locks[dir]; ok {
		return l, nil
	}
	l, err := readLock(c.all.view, path.Join(dir, "Cargo.lock"))
	if err != nil {
		return nil, err
	}
	c.all.locks[dir] = l
	return l, nil
}

func readLock(v *repo.View, file string) (*lockfile, error) {
	text, err := v.ReadUpTo(file, repo.MaxLockfile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	l := &lockfile{file: file, byName: map[string][]*locked{}}
	var p *locked
	inNeeds := false
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "<<<<<<<"), strings.HasPrefix(line, ">>>>>>>"):
			return nil, diag.At(fact.At(file, n, ""), "has a merge conflict", "resolve it, or run cargo generate-lockfile")
		case line == "[[package]]":
			p = &locked{line: n}
		case inNeeds && line == "]":
			inNeeds = false
		case inNeeds && p != nil:
			p.needs = append(p.needs, unquote(strings.TrimSuffix(line, ",")))
		case strings.HasPrefix(line, "["):
			p = nil
		default:
			key, value, ok := strings.Cut(line, " = ")
			switch {
			case !ok:
			case key == "version" && p == nil:
				if format, err := strconv.Atoi(value); err == nil {
					l.version = fact.New(format, fact.At(file, n, "version of the lockfile"))
				}
			case p == nil:
			case key == "name":
				p.name = unquote(value)
				l.byName[p.name] = append(l.byName[p.name], p)
			case key == "version":
				p.version = unquote(value)
			case key == "source":
				p.source = unquote(value)
			case key == "dependencies" && value == "[":
				inNeeds = true
			}
		}
	}
	return l, nil
}

func unquote(s string) string { return strings.Trim(strings.TrimSpace(s), `"`) }

// find is the package that an entry of a dependencies list names.
func (l *lockfile) find(need string) *locked {
	name, rest, _ := strings.Cut(need, " ")
	version, _, _ := strings.Cut(rest, " ")
	for _, p := range l.byName[name] {
		if version == "" || p.version == version {
			return p
		}
	}
	return nil
}

// closure is every package of the lockfile that a build of the crate with the features
// given compiles. Cargo.lock also lists what only tests, other
// members and unused options need.
func (l *lockfile) closure(c *crate, features []string) []*locked {
	seen := map[*locked]bool{}
	var all []*locked
	var add func(p *locked, of string)
	add = func(p *locked, of string) {
		if p == nil || seen[p] || c.gated(p.name, of, features) {
			return
		}
		seen[p] = true
		all = append(all, p)
		for _, need := range p.needs {
			add(l.find(need), p.name)
		}
	}
	for _, d := range c.closure(features) {
		if own := l.own(d.of.name.Value); own != nil {
			for _, need := range own.needs {
				if name, _, _ := strings.Cut(need, " "); name == d.name {
					add(l.find(need), own.name)
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b *locked) int { return a.line - b.line })
	return all
}

// needed is a dependency on something that is not in the repository, and the crate that has it.
type needed struct {
	dependency
	of *crate
}

// closure are the outside dependencies of a build of the crate: its own, and those
// of the repository's crates that it is built of, with the features they are asked for.
func (c *crate) closure(features []string) []needed {
	type request struct {
		crate    *crate
		features []string
	}
	var all []needed
	queue := []request{{c, features}}
	seen := map[string]bool{}
	for len(queue) > 0 {
		r := queue[0]
		queue = queue[1:]
		key := r.crate.dir + "\x00" + strings.Join(r.features, ",")
		if seen[key] {
			continue
		}
		seen[key] = true
		for _, d := range r.crate.active(r.features) {
			next := c.all.byDir[d.path]
			if d.path == "" || next == nil {
				all = append(all, needed{d, r.crate})
				continue
			}
			wanted := slices.Clone(d.features)
			if !d.bare {
				wanted = append(wanted, "default")
			}
			slices.Sort(wanted)
			queue = append(queue, request{next, slices.Compact(wanted)})
		}
	}
	return all
}
