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

// uploadFolders are names of served folders that fill while a program runs.
var uploadFolders = []string{"media", "upload", "uploads", "storage", "public/uploads", "static/uploads"}

// dataView is a folder that the program writes to.
type dataView struct {
	From string // in the build stage
	To   string
}

// takeData adds the folders that a service writes to, and a working directory for them: what
// a command writes is its user's business.
func (c *crate) takeData(f facts, n settled, d *disk) {
	if k := f.request.Program.Kind; k != detect.Service && k != detect.Worker {
		return
	}
	folders := f.program.writesTo()
	folders = append(folders, f.named(n)...)
	for _, folder := range f.mounted() {
		if !slices.ContainsFunc(folders, func(o fact.Of[string]) bool { return o.Value == "." || repo.Within(o.Value, folder.Value) }) {
			folders = append(folders, folder)
		}
	}
	for _, r := range c.readings(f.program) {
		if name := repo.Rel(r.base, r.path); r.alone && slices.Contains(uploadFolders, name) && !slices.ContainsFunc(folders, func(o fact.Of[string]) bool { return repo.Within(o.Value, name) }) {
			folders = append(folders, fact.New(name, r.from))
		}
	}
	if at := c.keepsFile(f); len(folders) == 0 && !at.IsZero() {
		folders = append(folders, fact.New(".", at))
	}
	for _, folder := range folders {
		view := dataView{emptyFolder, folder.Value}
		switch {
		case path.IsAbs(folder.Value):
		case folder.Value == ".":
			if d.workdir == "" {
				d.workdir = dataFolder
			}
			view.To = d.workdir
		default:
			if d.workdir == "" {
				d.workdir = root
			}
			view.To = path.Join(d.workdir, folder.Value)
			if seed := path.Join(c.dir, folder.Value); c.all.view.HasDir(seed) {
				view.From = path.Join(root, f.request.InContext(seed))
			}
		}
		if !slices.ContainsFunc(d.data, func(o dataView) bool { return o.To == view.To }) {
			d.data, d.dataWhy = append(d.data, view), append(d.dataWhy, folder)
		}
	}
}

// named are the folders of people's image that a variable or an argument names.
func (f facts) named(n settled) []fact.Of[string] {
	words := slices.Clone(n.arguments)
	for _, e := range n.env {
		words = append(words, e.Value)
	}
	var all []fact.Of[string]
	for _, word := range words {
		if _, value, ok := strings.Cut(word, "="); ok {
			word = value
		}
		word = strings.TrimPrefix(strings.TrimPrefix(word, "sqlite:"), "//")
		word, _, _ = strings.Cut(word, "?")
		folder, ok := f.image.makes(word)
		isSystem := slices.ContainsFunc([]string{"/tmp", "/dev", "/proc", "/sys"}, func(dir string) bool { return repo.Within(dir, folder.Value) })
		if ok && path.IsAbs(word) && !isSystem {
			all = append(all, folder)
		}
	}
	return all
}

// mounted are the folders that are mounted into containers of the program: those below the working directory there, which are below ours,
// and others that the sources name.
func (f facts) mounted() []fact.Of[string] {
	var all []fact.Of[string]
	for _, volume := range f.image.mounts {
		folder, ok := storedIn(volume.Value, true)
		if their := path.Clean("/" + f.image.Workdir); ok && their != "/" && repo.Within(their, folder) {
			folder = path.Clean("./" + strings.TrimPrefix(folder, their))
		} else if !ok || !f.program.says(folder) {
			continue
		}
		all = append(all, fact.New(folder, volume.From))
	}
	return all
}

// says reports whether a string of the sources is a path, or one below it.
func (p *program) says(folder string) bool {
	return slices.ContainsFunc(p.files, func(s *source) bool {
		return slices.ContainsFunc(s.tokens, func(t token) bool {
			return t.kind == text && strings.HasPrefix(t.text, "/") && repo.Within(folder, t.text)
		})
	})
}

// inProcess are crates of databases that keep a file of the program's.
var inProcess = []string{"rusqlite", "sqlx-sqlite", "libsqlite3-sys", "sled", "redb", "librocksdb-sys", "fjall", "heed", "persy", "libduckdb-sys", "native_db"}

// keepsFile is the crate of a database in a file, for a program whose sources do not say where
// that file is: mostly a name alone, in the working directory.
func (c *crate) keepsFile(f facts) fact.Source {
	for _, p := range f.closure {
		if slices.Contains(inProcess, p.name) {
			return fact.At(f.lock.file, p.line, p.name)
		}
	}
	if d, ok := c.uses(inProcess...); ok && f.lock == nil {
		return d.from
	}
	return fact.Source{}
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
