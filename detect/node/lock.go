package node

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// entry is one package of a lockfile.
type entry struct {
	name    string
	version string
	script  bool     // the lockfile says that it has an install script
	needs   []string // names of the packages it depends on
	only    bool     // it is for some systems or processors only: a binary that another package chose
	dropped bool     // only an optional dependency asks for it: an install goes on where it fails
	host    string   // of the address it is fetched from, "" where the lockfile does not say
	git     bool     // it is fetched with git
	line    int      // 1-based, 0 where not known
}

// locked is what a lockfile installs.
type locked struct {
	file    string
	entries []entry
	byName  map[string][]int  // indexes of entries
	known   bool              // install scripts are marked in it
	root    map[string]string // what the root manifest asked for when it was written (npm, pnpm)
	nested  map[string]bool   // folders of members that have packages of their own at run time, and these packages' own (npm)
	asked   map[string]bool   // "name@range" of every entry (yarn)
	unheld  [2]string         // a package, and an optional dependency of its that the lockfile has no entry for (npm)
}

// readLock is the text of a lockfile.
func (p *pkg) readLock(file string) (string, error) {
	text, err := p.view.ReadUpTo(file, repo.MaxLockfile)
	return string(text), err
}

// locked reads the lockfile of the package manager; nil where there is none that is text.
func (p *pkg) locked(m *manager) (*locked, error) {
	if m.lockfile == "" || path.Ext(m.lockfile) == ".lockb" {
		return nil, nil
	}
	text, err := p.readLock(m.lockfile)
	if err != nil {
		return nil, err
	}
	l := &locked{file: m.lockfile, byName: map[string][]int{}, root: map[string]string{}, asked: map[string]bool{}, nested: map[string]bool{}}
	switch {
	case m.name == npm:
		err = l.npm(text)
	case m.name == pnpm || m.name == rush:
		l.pnpm(text)
	case m.name == bun:
		err = l.bun(text)
	default:
		l.yarn(text)
	}
	if err != nil {
		return nil, err
	}
	for i, e := range l.entries {
		l.byName[e.name] = append(l.byName[e.name], i)
	}
	return l, nil
}

// npm reads package-lock.json. Format: https://docs.npmjs.com/cli/configuring-npm/package-lock-json (2026-11)
func (l *locked) npm(text string) error {
	type old struct {
		Version      string                     `json:"version"`
		Requires     json.RawMessage            `json:"requires"`
		Dependencies map[string]json.RawMessage `json:"dependencies"`
	}
	var file struct {
		Packages map[string]struct {
			Name             string            `json:"name"`
			Version          string            `json:"version"`
			Resolved         string            `json:"resolved"`
			HasInstallScript bool              `json:"hasInstallScript"`
			IsDev            bool              `json:"dev"`
			IsOptional       bool              `json:"optional"`
			OS               []string          `json:"os"`
			CPU              []string          `json:"cpu"`
			Link             bool              `json:"link"`
			Dependencies     map[string]string `json:"dependencies"`
			Dev              map[string]string `json:"devDependencies"`
			Optional         map[string]string `json:"optionalDependencies"`
		} `json:"packages"`
		Dependencies map[string]json.RawMessage `json:"dependencies"`
	}
	if err := json.Unmarshal([]byte(text), &file); err != nil {
		line := 1
		if syntax, ok := err.(*json.SyntaxError); ok {
			line += strings.Count(text[:min(int(syntax.Offset), len(text))], "\n")
		}
		return &diag.Error{At: fact.At(l.file, line, ""), What: "is not a lockfile of npm", Try: "make it again with npm install --package-lock-only", Err: err}
	}
	for _, list := range []map[string]string{file.Packages[""].Dependencies, file.Packages[""].Dev, file.Packages[""].Optional} {
		for name, spec := range list {
			l.root[name] = spec
		}
	}
	for key, e := range file.Packages {
		i := strings.LastIndex(key, "node_modules/")
		if i < 0 || e.Link {
			continue
		}
		if first := strings.Index(key, "/node_modules/"); first > 0 && !strings.HasPrefix(key, "node_modules/") && !e.IsDev && !limits(e.OS, e.CPU) {
			l.nested[key[:first]], l.nested[key] = true, true
		}
		one := entry{name: key[i+len("node_modules/"):], version: e.Version, script: e.HasInstallScript, needs: names(e.Dependencies, e.Optional), only: limits(e.OS, e.CPU), dropped: e.IsOptional}
		one.host, one.git = origin(e.Resolved)
		if e.HasInstallScript {
			one.line = 1 + strings.Count(text[:max(0, strings.Index(text, `"`+key+`"`))], "\n")
		}
		l.entries = append(l.entries, one)
	}
	for key, e := range file.Packages {
		for name := range e.Optional {
			if from := [2]string{path.Base(key), name}; !holdsBelow(file.Packages, key, name) && (l.unheld[0] == "" || from[0]+from[1] < l.unheld[0]+l.unheld[1]) {
				l.unheld = from
			}
		}
	}
	l.known = len(file.Packages) > 0
	var walk func(map[string]json.RawMessage, int)
	walk = func(all map[string]json.RawMessage, depth int) {
		for name, raw := range all {
			var o old
			if json.Unmarshal(raw, &o) != nil || depth > 64 {
				continue
			}
			one := entry{name: name, version: o.Version}
			var requires map[string]string
			if json.Unmarshal(o.Requires, &requires) == nil {
				one.needs = names(requires)
			}
			l.entries = append(l.entries, one)
			walk(o.Dependencies, depth+1)
		}
	}
	if !l.known {
		walk(file.Dependencies, 0)
	}
	l.sort()
	return nil
}

// holdsBelow reports whether a package-lock.json has the package that one at a key of it gets by a name: its
// own, or that of a folder above. https://nodejs.org/api/modules.html#loading-from-node_modules-folders (2026-11)
func holdsBelow[P any](packages map[string]P, key, name string) bool {
	for {
		if _, ok := packages[path.Join(key, "node_modules", name)]; ok || key == "" {
			return ok
		}
		if i := strings.LastIndex(key, "/node_modules/"); i >= 0 {
			key = key[:i]
		} else {
			key = ""
		}
	}
}

// lacks are packages that an entry chooses from by system and processor and of which the lockfile has some,
// but not the one for Linux: it was written on another system by a package manager that
// leaves the others out (npm: https://github.com/npm/cli/issues/4828). The musl variants
// count only with musl set.
func (l *locked) lacks(musl bool) []string {
	var missing []string
	for _, e := range l.entries {
		var linux, others []string
		for _, name := range e.needs {
			switch {
			case !forLinux(name):
				if strings.Contains(name, "darwin") || strings.Contains(name, "win32") {
					others = append(others, name)
				}
			case strings.Contains(name, "musl") == musl:
				linux = append(linux, name)
			}
		}
		has := func(name string) bool { return len(l.byName[name]) > 0 }
		if len(linux) > 0 && !slices.ContainsFunc(linux, has) && slices.ContainsFunc(append(others, e.needs...), func(n string) bool { return n != e.name && has(n) && platformName(n) }) {
			missing = append(missing, linux[0])
		}
	}
	slices.Sort(missing)
	return slices.Compact(missing)
}

// forLinux reports whether a package is the binary of another for Linux on the usual processor.
func forLinux(name string) bool {
	return strings.Contains(name, "linux") && strings.Contains(name, "x64")
}

func platformName(name string) bool {
	return strings.Contains(name, "darwin") || strings.Contains(name, "win32") || strings.Contains(name, "linux")
}

// limits reports whether lists of systems and processors name some, and not only those that
// are left out ("!win32").
func limits(lists ...[]string) bool {
	return slices.ContainsFunc(lists, func(list []string) bool {
		return slices.ContainsFunc(list, func(name string) bool { return name != "" && name != "any" && name[0] != '!' })
	})
}

func (l *locked) sort() {
	slices.SortStableFunc(l.entries, func(a, b entry) int {
		if d := strings.Compare(a.name, b.name); d != 0 {
			return d
		}
		return strings.Compare(a.version, b.version)
	})
}

func names(lists ...map[string]string) []string {
	var all []string
	for _, list := range lists {
		for name := range list {
			all = append(all, name)
		}
	}
	slices.Sort(all)
	return all
}

// origin is the host of an address, and whether git fetches it.
func origin(address string) (string, bool) {
	git := strings.HasPrefix(address, "git") || strings.Contains(address, ".git#")
	_, rest, ok := strings.Cut(address, "://")
	if !ok {
		return "", git
	}
	host, _, _ := strings.Cut(rest, "/")
	if _, after, ok := strings.Cut(host, "@"); ok {
		host = after
	}
	return host, git
}

// pnpm reads pnpm-lock.yaml line by line: a tool writes it, with one form and indentation.
// Format: https://github.com/pnpm/spec/tree/master/lockfile (2026-11)
func (l *locked) pnpm(text string) {
	section, dependencies, peers := "", false, false
	at := map[string]int{}
	optional := map[int][]string{} // peers that an entry does without, which pnpm lists among what it needs
	current := -1
	importer, asked := "", ""
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		indent := len(line) - len(strings.TrimLeft(line, " "))
		word := strings.TrimSpace(line)
		switch {
		case word == "" || strings.HasPrefix(word, "#"):
		case indent == 0:
			section, current = strings.TrimSuffix(word, ":"), -1
		case section == "specifiers" && indent == 2:
			name, spec, _ := strings.Cut(word, ": ")
			l.root[strings.Trim(name, "'\"")] = strings.Trim(spec, "'\"")
		case section == "importers" && indent == 2:
			importer = strings.Trim(strings.TrimSuffix(word, ":"), "'\"")
		case (section == "importers" && importer == "." && indent == 6 || isDependencies(section) && indent == 2) && strings.HasSuffix(word, ":"):
			asked = strings.Trim(strings.TrimSuffix(word, ":"), "'\"")
		case (section == "importers" && importer == "." && indent == 8 || isDependencies(section) && indent == 4) && strings.HasPrefix(word, "specifier: "):
			l.root[asked] = strings.Trim(strings.TrimPrefix(word, "specifier: "), "'\"")
		case section != "packages" && section != "snapshots":
		case indent == 2:
			key := strings.Trim(strings.TrimSuffix(strings.TrimSuffix(word, " {}"), ":"), "'\"")
			name, version := pnpmKey(key)
			i, seen := at[name+"@"+version]
			if !seen {
				i = len(l.entries)
				at[name+"@"+version] = i
				l.entries = append(l.entries, entry{name: name, version: version, line: n, git: strings.Contains(key, "git+") || strings.Contains(key, "codeload.")})
			}
			current, dependencies = i, false
		case current < 0:
		case indent == 4:
			dependencies, peers = word == "dependencies:" || word == "optionalDependencies:", word == "peerDependenciesMeta:"
			switch name, list, _ := strings.Cut(word, ": "); name {
			case "requiresBuild":
				l.entries[current].script, l.known = list == "true", true
			case "os", "cpu":
				l.entries[current].only = l.entries[current].only || limits(strings.Split(strings.Trim(list, "[]"), ", "))
			case "optional":
				// pnpm 8 and before wrote requiresBuild for every optional package that it had not fetched.
				l.entries[current].dropped, l.entries[current].script = list == "true", false
			}
		case indent == 6 && dependencies:
			name, _, _ := strings.Cut(word, ": ")
			l.entries[current].needs = append(l.entries[current].needs, strings.Trim(name, "'\""))
		case indent == 6 && peers:
			optional[current] = append(optional[current], strings.Trim(strings.TrimSuffix(word, ":"), "'\""))
		}
	}
	for i, list := range optional {
		l.entries[i].needs = slices.DeleteFunc(l.entries[i].needs, func(name string) bool { return slices.Contains(list, name) })
	}
}

func isDependencies(section string) bool {
	return section == "dependencies" || section == "devDependencies" || section == "optionalDependencies"
}

// pnpmKey splits a package's key: "/a/1.0.0_peer", "/a@1.0.0(peer)", "@s/a@1.0.0".
func pnpmKey(key string) (name, version string) {
	key = strings.TrimPrefix(key, "/")
	key, _, _ = strings.Cut(key, "(")
	slash := strings.LastIndex(key, "/")
	old, _, _ := strings.Cut(key[slash+1:], "_")
	if slash > 0 && old != "" && isDigit(old[0]) && !strings.Contains(old, "@") {
		return key[:slash], old
	}
	if i := strings.LastIndex(key, "@"); i > 0 {
		return key[:i], key[i+1:]
	}
	return key, ""
}

// yarn reads yarn.lock of either line: entries that start in the first column.
// https://classic.yarnpkg.com/en/docs/yarn-lock (2026-11)
func (l *locked) yarn(text string) {
	current, dependencies := -1, false
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		word := strings.TrimSpace(line)
		switch {
		case word == "" || strings.HasPrefix(word, "#"):
		case line[0] != ' ':
			current = -1
			name := descriptorName(strings.Trim(strings.SplitN(word, ",", 2)[0], `":`))
			if name == "__metadata" || strings.Contains(word, "@workspace:") {
				continue
			}
			current, dependencies = len(l.entries), false
			for d := range strings.SplitSeq(strings.Trim(word, `":`), ",") {
				l.asked[strings.Trim(d, ` "`)] = true
			}
			l.entries = append(l.entries, entry{name: name, line: n})
		case current < 0:
		case strings.HasPrefix(line, "    ") && dependencies:
			name, _, _ := strings.Cut(word, " ")
			l.entries[current].needs = append(l.entries[current].needs, strings.Trim(name, `":`))
		default:
			dependencies = word == "dependencies:" || word == "optionalDependencies:"
			key, rest, _ := strings.Cut(word, " ")
			switch strings.TrimSuffix(key, ":") {
			case "version":
				l.entries[current].version = strings.Trim(rest, `"`)
			case "resolved", "resolution":
				l.entries[current].host, l.entries[current].git = origin(strings.Trim(rest, `"`))
				if strings.Contains(rest, "git+") || strings.Contains(rest, ".git#") || strings.Contains(rest, "@git@") {
					l.entries[current].git = true
				}
			}
		}
	}
}

// descriptorName is the package of "name@range".
func descriptorName(d string) string {
	if i := strings.Index(d[min(1, len(d)):], "@"); i >= 0 {
		return d[:i+1]
	}
	return d
}

// bun reads bun.lock. Format: https://bun.com/docs/pm/lockfile (2026-11)
func (l *locked) bun(text string) error {
	root, err := parseJSON(l.file, []byte(text))
	if err != nil {
		return err
	}
	for _, v := range root.get("packages").fields() {
		items := v.items()
		if len(items) == 0 {
			continue
		}
		id := items[0].text("")
		i := strings.LastIndex(id.Value, "@")
		if i <= 0 {
			continue
		}
		one := entry{name: id.Value[:i], version: id.Value[i+1:], line: id.From.Line}
		for _, meta := range items[1:] {
			for _, list := range []string{"dependencies", "optionalDependencies"} {
				for name := range meta.get(list).fields() {
					one.needs = append(one.needs, name)
				}
			}
		}
		one.git = strings.HasPrefix(one.version, "git") || strings.HasPrefix(one.version, "github:")
		l.entries = append(l.entries, one)
	}
	return nil
}

// reach are the names that the given ones bring in, themselves included.
func (l *locked) reach(roots []string, but ...string) map[string]bool {
	seen := map[string]bool{}
	queue := slices.Clone(roots)
	for len(queue) > 0 {
		name := queue[0]
		queue = queue[1:]
		if seen[name] {
			continue
		}
		seen[name] = true
		if slices.Contains(but, name) {
			continue
		}
		for _, i := range l.byName[name] {
			queue = append(queue, l.entries[i].needs...)
		}
	}
	return seen
}
