package rust

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/templates"
)

// readers are calls that read a file or folder while the program runs, by the tokens
// before the parenthesis. Read from the crates' documentation, 2026-11.
var readers = [][]string{
	{"ServeDir", "::", "new"}, {"ServeFile", "::", "new"}, {"Files", "::", "new"}, {"NamedFile", "::", "open"}, {"NamedFile", "::", "open_async"},
	{"FileServer", "::", "from"}, {"FileServer", "::", "new"}, {"StaticDir", "::", "new"}, {"StaticFilesEndpoint", "::", "new"}, {"StaticFileEndpoint", "::", "new"},
	{"fs", "::", "dir"}, {"fs", "::", "file"}, {"Tera", "::", "new"}, {"Tera", "::", "parse"}, {"path_loader"}, {"File", "::", "open"},
	{"fs", "::", "read"}, {"fs", "::", "read_to_string"}, {"fs", "::", "read_dir"}, {"read_to_string"}, {"File", "::", "with_name"}, {"File", "::", "from"},
	{"Toml", "::", "file"}, {"Yaml", "::", "file"}, {"Json", "::", "file"}, {"Path", "::", "new"}, {"PathBuf", "::", "from"}, {"from_file"}, {"serve_dir"}, {"serve_file"},
	{"register_templates_directory"}, {"register_template_file"}, {".", "append_index"}, {"relative", "!"}, {"glob"},
}

// servers are the readers of files that a build of a page may leave.
var servers = [][]string{
	{"ServeDir", "::", "new"}, {"ServeFile", "::", "new"}, {"Files", "::", "new"}, {"FileServer", "::", "from"}, {"FileServer", "::", "new"}, {"NamedFile", "::", "open"}, {"NamedFile", "::", "open_async"},
	{"StaticDir", "::", "new"}, {"StaticFilesEndpoint", "::", "new"}, {"StaticFileEndpoint", "::", "new"}, {"fs", "::", "dir"}, {"fs", "::", "file"}, {"serve_dir"}, {"serve_file"},
}

// reading is a file or folder that a program opens by a path that its sources name.
type reading struct {
	path    string // relative to the root of the view
	base    string // the working directory in which the name holds
	tracked bool   // the repository has it; else a build would have to leave it
	named   bool   // … a folder of settings, of which the name without its ending is one
	alone   bool   // the whole of an argument, not joined to what only running tells
	from    fact.Source
}

// readAtRunTime are the files and folders, relative to the root of the view, that the
// program opens by a path that its sources name and that the repository holds.
func (c *crate) readAtRunTime(p *program) []reading {
	var found []reading
	for _, r := range c.readings(p) {
		if !r.tracked || slices.ContainsFunc(found, func(o reading) bool { return repo.Within(o.path, r.path) }) {
			continue
		}
		found = slices.DeleteFunc(found, func(o reading) bool { return repo.Within(r.path, o.path) })
		found = append(found, r)
	}
	slices.SortFunc(found, func(a, b reading) int { return strings.Compare(a.path, b.path) })
	return found
}

// readings are what the calls that read, and the framework, say of files.
func (c *crate) readings(p *program) []reading {
	if p.readingsRead {
		return p.read
	}
	p.readingsRead = true
	for _, s := range p.files {
		for i := 1; i < len(s.tokens); i++ {
			if !s.tokens[i].is("(") || s.partner[i] < 0 || !s.after(i, ".", "join") && !readsAt(s, i) {
				continue
			}
			for j := i + 1; j < s.partner[i]; j++ {
				value, ok := constant(p.files, s, j)
				if !ok {
					continue
				}
				if r, ok := c.tracked(value, isServer(s, i)); ok && (readsAt(s, i) || r.named || c.isSettings(r.path)) {
					r.from = s.from(j, "read at run time")
					p.read = append(p.read, r)
				} else if !ok && isServer(s, i) && !strings.HasPrefix(value, "/") {
					for _, r := range c.toBuild(value, s.from(j, "read at run time")) {
						r.alone = s.tokens[j-1].is("(") && j-1 == i || s.tokens[j-1].is(",")
						p.read = append(p.read, r)
					}
				}
			}
		}
		for i, t := range s.tokens {
			if t.kind != text || !isDefault(s, i) && !isArgument(s, i) {
				continue
			}
			if r, ok := c.tracked(t.text, false); ok && c.isSettings(r.path) {
				r.from = s.from(i, "default of a setting")
				if !isDefault(s, i) {
					r.from.What = "read at run time"
				}
				p.read = append(p.read, r)
			}
		}
	}
	p.read = append(p.read, c.frameworkFiles()...)
	return p.read
}

// isDefault reports whether a string is what holds where nobody sets another: of an option of
// clap, or of a variable.
func isDefault(s *source, i int) bool {
	for _, call := range [][]string{{"default_value", "="}, {"default_value", "("}, {"default_value_t", "="}, {"default_value_os", "="}, {"default_value_os", "("}, {"unwrap_or", "("}, {"unwrap_or_else", "(", "|", "_", "|"}, {"unwrap_or_else", "(", "|", "|"}} {
		if s.after(i, call...) {
			return true
		}
	}
	return s.after(i, "String", "::", "from", "(") && isDefault(s, i-4) || s.after(i, "PathBuf", "::", "from", "(") && isDefault(s, i-4)
}

// isArgument reports whether a string alone is an argument of a function: load("settings.toml"). Macros put
// files into the program, or print their names.
func isArgument(s *source, i int) bool {
	if i == 0 || i+1 >= len(s.tokens) || !s.tokens[i-1].is("(") && !s.tokens[i-1].is(",") || !s.tokens[i+1].is(")") && !s.tokens[i+1].is(",") {
		return false
	}
	open := i - 1
	for open > 0 && !s.tokens[open].is("(") {
		if p := s.partner[open]; p >= 0 && p < open {
			open = p
		} else if p > open {
			return false // of a list, or of a block
		}
		open--
	}
	return open > 0 && s.tokens[open-1].kind == ident && !slices.Contains(ofNames, s.tokens[open-1].text)
}

// ofNames are functions that make a path of a name, or compare one.
var ofNames = []string{"join", "push", "with_file_name", "set_file_name", "with_extension", "ends_with", "starts_with", "strip_prefix", "strip_suffix", "contains", "eq", "expect"}

// constant is the string that a token is, or that it is the name of: const DIST: &str = "dist".
func constant(files []*source, s *source, i int) (string, bool) {
	t := s.tokens[i]
	if t.kind != ident {
		return t.text, t.kind == text
	}
	if strings.ToUpper(t.text) != t.text {
		return "", false
	}
	for _, f := range files {
		for j := 0; j+1 < len(f.tokens); j++ {
			if !f.tokens[j].named(t.text) || !f.after(j, "const") && !f.after(j, "static") {
				continue
			}
			if from := skipTo(f, j+1, "="); from > 0 && from+2 < len(f.tokens) && f.tokens[from+1].kind == text && f.tokens[from+2].is(";") {
				return f.tokens[from+1].text, true
			}
		}
	}
	return "", false
}

// toBuild are the places that the name of a folder may mean which the repository does not hold.
func (c *crate) toBuild(value string, from fact.Source) []reading {
	value = path.Clean(fromManifest(value))
	if value == "." || strings.ContainsAny(value, "\n\x00*{:") {
		return nil
	}
	var all []reading
	for _, base := range slices.Compact([]string{c.dir, c.top()}) {
		if p := path.Join(base, value); p != "." && p != ".." && !strings.HasPrefix(p, "../") {
			all = append(all, reading{path: p, base: base, from: from})
		}
	}
	return all
}

func isServer(s *source, i int) bool {
	return slices.ContainsFunc(servers, func(r []string) bool { return s.after(i, r...) })
}

// readsAt reports whether the parenthesis at i is that of a call that reads a path: one of
// the readers, or a path put together from the working directory.
func readsAt(s *source, i int) bool {
	return slices.ContainsFunc(readers, func(r []string) bool { return s.after(i, r...) }) || (s.after(i, ".", "join") && s.mentions("current_dir"))
}

// settingsEnds are how the names of files end that programs read when they start. What
// another name is joined to a folder for may as well be about a folder elsewhere.
var settingsEnds = []string{".toml", ".yaml", ".yml", ".json", ".json5", ".ini", ".conf", ".cfg", ".ron"}

// isSettings reports whether a path is a tracked file of settings, not one of a tool.
func (c *crate) isSettings(p string) bool {
	base := path.Base(p)
	return c.all.view.Has(p) && slices.Contains(settingsEnds, path.Ext(base)) && base != "package.json" && base != "tsconfig.json" && !strings.HasPrefix(base, ".")
}

// testFolders hold what only tests read.
var testFolders = []string{"tests", "test", "benches", "testdata", "fixtures"}

// frameworkFiles are what frameworks read without being told.
func (c *crate) frameworkFiles() []reading {
	var names []string
	if d, ok := c.uses("rocket"); ok && d.from.File != "" {
		names = append(names, "Rocket.toml")
	}
	if _, ok := c.uses("rocket_dyn_templates", "rocket_contrib"); ok {
		names = append(names, "templates")
	}
	if _, ok := c.uses("loco-rs"); ok {
		names = append(names, "config", "assets")
	}
	var found []reading
	for _, name := range names {
		if r, ok := c.tracked(name, false); ok {
			r.from = fact.At(r.path, 0, "read by the framework")
			found = append(found, r)
		}
	}
	return found
}

// tracked is the file or folder of the repository that a path in the sources names: below
// the package, or below the folder in which cargo runs. One beside those is meant as seen from
// the package: ../web/dist. With anywhere, one in the root of the repository will do, from
// where people may start the program too.
func (c *crate) tracked(value string, anywhere bool) (reading, bool) {
	value = strings.TrimPrefix(fromManifest(value), "/")
	if at := strings.IndexAny(value, "*{"); at >= 0 { // "templates/**/*.html"
		value = value[:at]
		if !strings.HasSuffix(value, "/") {
			return reading{}, false
		}
	}
	value = path.Clean(value)
	if value == "." || value == ".." || value == "src" || strings.ContainsAny(value, "\n\x00") {
		return reading{}, false
	}
	v := c.all.view
	dirs := []string{c.dir, c.top()}
	if anywhere {
		dirs = append(dirs, ".")
	}
	for _, dir := range slices.Compact(dirs) {
		p := path.Join(dir, value)
		if p == "." || strings.HasPrefix(p, "..") || c.all.byDir[p] != nil {
			continue
		}
		first := strings.Split(strings.TrimLeft(value, "./"), "/")[0]
		if slices.Contains(testFolders, first) || (strings.HasPrefix(value, ".") && !strings.HasPrefix(value, "../") && !v.Has(p)) {
			continue
		}
		if c.isCode(p, path.Join(dir, "src")) || strings.HasSuffix(p, ".rs") || path.Base(p) == "Cargo.toml" {
			continue
		}
		if v.Has(p) || v.HasDir(p) {
			return reading{path: p, base: dir, tracked: true}, true
		}
		for _, ext := range []string{".toml", ".yaml", ".yml", ".json"} { // config's File::with_name
			if strings.Contains(value, "/") && v.Has(p+ext) {
				return reading{path: path.Dir(p), base: dir, tracked: true, named: true}, true
			}
		}
	}
	return reading{}, false
}

// isCode reports whether a path below the folder of the sources is more than settings and pages that
// people keep there.
func (c *crate) isCode(p, src string) bool {
	if !repo.Within(src, p) {
		return false
	}
	return p == src || slices.ContainsFunc(c.all.view.Under(p), func(f string) bool { return path.Ext(f) == ".rs" })
}

// disk is what the program finds in its image, and where it stands in it.
type disk struct {
	files    []templates.Files
	filesWhy []fact.Of[string]
	data     []dataView
	dataWhy  []fact.Of[string]
	workdir  string // "" where it does not matter
}

func (c *crate) disk(f facts, n settled) disk {
	var d disk
	c.takeRead(f, &d)
	c.takeCopied(f, n, &d)
	d.dropHeld()
	c.takeData(f, n, &d)
	d.files = slices.DeleteFunc(d.files, func(file templates.Files) bool {
		return slices.ContainsFunc(d.data, func(o dataView) bool { return o.To == file.To })
	})
	return d
}

// dropHeld leaves out what lies in a folder that is copied whole to the same place.
func (d *disk) dropHeld() {
	held := func(i int) bool {
		return slices.ContainsFunc(d.files, func(o templates.Files) bool {
			from, to := d.files[i].From[0], d.files[i].To
			return o.Stage == d.files[i].Stage && from != o.From[0] && repo.Within(o.From[0], from) && to == path.Join(o.To, strings.TrimPrefix(from, o.From[0]))
		})
	}
	for i := len(d.files) - 1; i >= 0; i-- {
		if held(i) {
			d.files, d.filesWhy = slices.Delete(d.files, i, i+1), slices.Delete(d.filesWhy, i, i+1)
		}
	}
}

func (d *disk) add(why fact.Of[string], files templates.Files) {
	d.files, d.filesWhy = append(d.files, files), append(d.filesWhy, why)
}

// takeRead adds what is read at run time, and the working directory in which the paths hold.
// What another stage leaves comes after what the repository has.
func (c *crate) takeRead(f facts, d *disk) {
	workdir := ""
	add := func(r reading, files templates.Files) {
		if workdir == "" || r.base == c.dir {
			workdir = r.base
		}
		d.workdir = path.Join(root, f.request.InContext(workdir))
		d.add(fact.New(r.path, r.from), files)
	}
	for _, r := range c.readAtRunTime(f.program) {
		if _, ok := suppliedAt(f.request, r.path); !ok {
			at := path.Join(root, f.request.InContext(r.path))
			add(r, templates.Files{Stage: "build", From: []string{at}, To: at})
		}
	}
	var taken []string
	for _, r := range c.readings(f.program) {
		s, ok := suppliedWith(f.request, r.path)
		if !ok || slices.Contains(taken, s.Path) {
			continue
		}
		taken = append(taken, s.Path)
		to := path.Join(root, f.request.InContext(s.Path))
		if s.Need.Build { // the build stage has it already
			add(r, templates.Files{Stage: "build", From: []string{to}, To: to})
		} else {
			add(r, templates.Files{Stage: s.Stage, From: []string{s.From}, To: to})
		}
	}
}

// takeCopied adds what the image that people build so far copies beside the program.
func (c *crate) takeCopied(f facts, n settled, d *disk) {
	workdir := d.workdir
	if workdir == "" {
		workdir = root
	}
	words := slices.Clone(n.arguments)
	for _, e := range n.env {
		words = append(words, e.Value)
	}
	for _, file := range c.copied(f.image) {
		covered := slices.ContainsFunc(c.readings(f.program), func(r reading) bool { return repo.Within(r.path, file.path) })
		embedded := slices.ContainsFunc(c.embeds(), func(e fact.Of[string]) bool { return repo.Within(e.Value, file.path) })
		if covered || embedded {
			continue
		}
		to := f.image.placed(file.to, workdir, f.program, words)
		if repo.Within(workdir, to) {
			d.workdir = workdir
		}
		d.add(fact.New(file.path, file.from), templates.Files{Stage: "build", From: []string{path.Join(root, f.request.InContext(file.path))}, To: to})
	}
}

// suppliedAt is the supply that is a path, or holds it; suppliedWith also one within it.
func suppliedAt(r detect.Request, p string) (detect.Supply, bool) {
	return firstSupply(r, func(s detect.Supply) bool { return repo.Within(s.Path, p) })
}

func suppliedWith(r detect.Request, p string) (detect.Supply, bool) {
	return firstSupply(r, func(s detect.Supply) bool { return overlaps(s.Path, p) })
}

func firstSupply(r detect.Request, ok func(detect.Supply) bool) (detect.Supply, bool) {
	if i := slices.IndexFunc(r.Supplies, ok); i >= 0 {
		return r.Supplies[i], true
	}
	return detect.Supply{}, false
}

// overlaps reports whether one path is the other or holds it.
func overlaps(a, b string) bool { return repo.Within(a, b) || repo.Within(b, a) }

// sqlx: its query macros ask a database while they compile, or read what cargo sqlx prepare
// has left. https://docs.rs/sqlx/latest/sqlx/macro.query.html#offline-mode, 2026-11
func (c *crate) sqlx(p *program) (offline fact.Of[bool], missing fact.Source) {
	if _, ok := c.uses("sqlx"); !ok {
		return offline, missing
	}
	var at fact.Source
	for _, s := range p.files {
		for i := 0; i+1 < len(s.tokens) && at.IsZero(); i++ {
			if s.tokens[i].kind == ident && s.tokens[i+1].is("!") && sqlxMacros[s.tokens[i].text] {
				at = s.from(i, s.tokens[i].text+"!")
			}
		}
	}
	for _, dir := range slices.Compact([]string{c.dir, c.top()}) {
		for _, name := range []string{".sqlx", "sqlx-data.json"} {
			if file := path.Join(dir, name); c.all.view.Has(file) || c.all.view.HasDir(file) {
				return fact.New(true, fact.At(file, 0, "prepared queries")), fact.Source{}
			}
		}
	}
	return offline, at
}

var sqlxMacros = map[string]bool{
	"query": true, "query_as": true, "query_scalar": true, "query_file": true, "query_file_as": true, "query_file_scalar": true,
	"query_unchecked": true, "query_as_unchecked": true, "query_scalar_unchecked": true,
}

var _ detect.Needer = (*crate)(nil)
