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

// readAtRunTime are the files and folders, relative to the root of the view, that the
// program opens by a path that its sources name: those that the repository holds, and those
// that a folder of it would be if it were built.
func (c *crate) readAtRunTime(p *program) []fact.Of[string] {
	var found []fact.Of[string]
	add := func(f fact.Of[string]) {
		if !slices.ContainsFunc(found, func(o fact.Of[string]) bool { return repo.Within(o.Value, f.Value) }) {
			found = slices.DeleteFunc(found, func(o fact.Of[string]) bool { return repo.Within(f.Value, o.Value) })
			found = append(found, f)
		}
	}
	for _, s := range p.files {
		for i := 1; i < len(s.tokens); i++ {
			if !s.tokens[i].is("(") || s.partner[i] < 0 || !s.after(i, ".", "join") && !readsAt(s, i) {
				continue
			}
			for j := i + 1; j < s.partner[i]; j++ {
				if s.tokens[j].kind != text {
					continue
				}
				if f, ok := c.tracked(s.tokens[j].text); ok && (readsAt(s, i) || c.isSettings(f)) {
					add(fact.New(f, s.from(j, "read at run time")))
				}
			}
		}
	}
	for _, f := range c.frameworkFiles(p) {
		add(f)
	}
	slices.SortFunc(found, func(a, b fact.Of[string]) int { return strings.Compare(a.Value, b.Value) })
	return found
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
func (c *crate) frameworkFiles(p *program) []fact.Of[string] {
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
	var found []fact.Of[string]
	for _, name := range names {
		if f, ok := c.tracked(name); ok {
			found = append(found, fact.New(f, fact.At(f, 0, "read by the framework")))
		}
	}
	return found
}

// tracked is the file or folder of the repository that a path in the sources names: below
// the package, or below the folder in which cargo runs.
func (c *crate) tracked(value string) (string, bool) {
	value = strings.TrimPrefix(fromManifest(value), "/")
	if at := strings.IndexAny(value, "*{"); at >= 0 { // "templates/**/*.html"
		value = value[:at]
		if !strings.HasSuffix(value, "/") {
			return "", false
		}
	}
	value = path.Clean(value)
	if value == "." || value == ".." || strings.HasPrefix(value, "../") || value == "src" || strings.ContainsAny(value, "\n\x00") {
		return "", false
	}
	v := c.all.view
	for _, dir := range slices.Compact([]string{c.dir, c.top()}) {
		p := path.Join(dir, value)
		first, _, _ := strings.Cut(repo.Rel(dir, p), "/")
		if slices.Contains(testFolders, first) || (strings.HasPrefix(first, ".") && !v.Has(p)) {
			continue
		}
		if repo.Within(path.Join(dir, "src"), p) || strings.HasSuffix(p, ".rs") || path.Base(p) == "Cargo.toml" {
			continue
		}
		if v.Has(p) || v.HasDir(p) {
			return p, true
		}
		for _, ext := range []string{".toml", ".yaml", ".yml", ".json"} { // config's File::with_name
			if strings.Contains(value, "/") && v.Has(p+ext) {
				return path.Dir(p), true
			}
		}
	}
	return "", false
}

// runFiles are the COPY lines of what is read at run time, and the working directory in which the paths hold.
func (c *crate) runFiles(f facts) ([]templates.Files, string, []fact.Of[string]) {
	files := c.readAtRunTime(f.program)
	if len(files) == 0 {
		return nil, "", nil
	}
	workdir := c.top()
	var copies []templates.Files
	for _, file := range files {
		if repo.Within(c.dir, file.Value) {
			workdir = c.dir
		}
		at := path.Join(root, f.request.InContext(file.Value))
		copies = append(copies, templates.Files{From: []string{at}, To: at})
	}
	return copies, path.Join(root, f.request.InContext(workdir)), files
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
