package rust

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

// writers are calls that write to the file or folder they are given, by the tokens before
// the parenthesis. Read from the crates' documentation, 2026-11.
var writers = []struct {
	path   []string
	folder bool
}{
	{[]string{"create_dir_all"}, true}, {[]string{"create_dir"}, true}, {[]string{"File", "::", "create"}, false}, {[]string{"fs", "::", "write"}, false},
	{[]string{"Connection", "::", "open"}, false}, {[]string{"sled", "::", "open"}, true}, {[]string{"Database", "::", "create"}, false},
	{[]string{"DB", "::", "open_default"}, true}, {[]string{"rolling", "::", "daily"}, true}, {[]string{"rolling", "::", "hourly"}, true},
}

// writesTo are the folders that the program writes to: absolute, or below its working
// directory, which itself is ".". An address of SQLite counts wherever it stands.
func (p *program) writesTo() []fact.Of[string] {
	var found []fact.Of[string]
	add := func(value string, folder bool, at fact.Source) {
		dir, ok := storedIn(value, folder)
		if ok && !slices.ContainsFunc(found, func(o fact.Of[string]) bool { return o.Value == dir }) {
			found = append(found, fact.New(dir, at))
		}
	}
	for _, s := range p.files {
		for i, t := range s.tokens {
			if t.kind != text {
				continue
			}
			if rest, ok := strings.CutPrefix(t.text, "sqlite:"); ok {
				add(strings.TrimPrefix(rest, "//"), false, s.from(i, "database"))
				continue
			}
			if s.after(i, "default_value", "=") && dataName.MatchString(optionAt(s, i)) {
				add(t.text, path.Ext(t.text) == "", s.from(i, "default of "+optionAt(s, i)))
				continue
			}
			for _, w := range writers {
				if s.tokens[max(0, i-1)].is("(") && s.after(i-1, w.path...) {
					add(t.text, w.folder, s.from(i, "written to"))
				}
			}
		}
	}
	slices.SortFunc(found, func(a, b fact.Of[string]) int { return strings.Compare(a.Value, b.Value) })
	return found
}

// dataName is the name of an option for where data is kept.
var dataName = pattern.New(`^(data|storage|upload|uploads|database|db)(_?(dir|path|folder|directory|root|file))?$`)

// optionAt is the field that the attribute around a token stands on, "" outside of one.
func optionAt(s *source, i int) string {
	for ; i < len(s.tokens) && !s.tokens[i].is(";"); i++ {
		if s.tokens[i].is("]") {
			return fieldAfter(s, i+1)
		}
	}
	return ""
}

// storedIn is the folder of a path that is written.
func storedIn(p string, folder bool) (string, bool) {
	p, _, _ = strings.Cut(p, "?")
	if p == "" || strings.ContainsAny(p, " \n\x00{}<>|\"'$~%:") {
		return "", false
	}
	if !folder {
		p = path.Dir(p)
	}
	p = path.Clean(p)
	if p == "/" || p == ".." || strings.HasPrefix(p, "../") {
		return "", false
	}
	for _, system := range []string{"/tmp", "/dev", "/proc", "/sys", "/run", "/etc", "/root", "/home", "/usr", "/bin"} {
		if repo.Within(system, p) {
			return "", false
		}
	}
	return p, p != "/var"
}

const (
	dataFolder  = "/data"     // working directory of a program that only writes
	emptyFolder = "/out/data" // in the build stage
)

// dataView is a folder that the program writes to.
type dataView struct {
	From string // in the build stage
	To   string
}

// data are the folders that a service writes to and its working directory, given the one
// that its files want.
func (c *crate) data(f facts, workdir string) ([]dataView, string, []fact.Of[string]) {
	var all []dataView
	var why []fact.Of[string]
	if k := f.request.Program.Kind; k != detect.Service && k != detect.Worker {
		return nil, workdir, nil // what a command writes is its user's business
	}
	for _, d := range f.program.writesTo() {
		switch {
		case d.Value == ".":
			if workdir == "" {
				workdir = dataFolder
			}
			all = append(all, dataView{emptyFolder, workdir})
		case path.IsAbs(d.Value):
			all = append(all, dataView{emptyFolder, d.Value})
		default:
			if workdir == "" {
				workdir = root
			}
			view := dataView{emptyFolder, path.Join(workdir, d.Value)}
			if seed := path.Join(c.dir, d.Value); c.all.view.HasDir(seed) {
				view.From = path.Join(root, f.request.InContext(seed))
			}
			all = append(all, view)
		}
		why = append(why, d)
	}
	return all, workdir, why
}

// zones is what makes the program read the system's time zones: the local time of chrono or
// time, and jiff. https://docs.rs/chrono, https://docs.rs/jiff, 2026-11
func (c *crate) zones(p *program) fact.Source {
	if d, ok := c.uses("jiff", "tzfile"); ok {
		return d.from
	}
	if _, ok := c.uses("chrono"); ok {
		return mentioned(p.files, "Local")
	}
	return fact.Source{}
}
