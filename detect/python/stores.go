package python

import (
	_ "embed"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/python/syntax"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

//go:embed data/stores.json
var storesJSON []byte

// storing is a call that makes a file or folder, or opens one for writing.
type storing struct {
	Argument string `json:"argument"`
	Position int    `json:"position"` // 0-based, -1 for keyword only
	Folder   bool   `json:"folder"`
	Literal  bool   `json:"literal"` // what is no path is no file either: a stream
	Default  string `json:"default"` // where the call names none
}

var storings = decoded[struct{ Calls map[string]storing }](storesJSON)

// store is a file or folder that a program writes.
type store struct {
	path     string // below here in the project, else as the code says; "" where that is not known
	folder   bool
	database bool
	from     fact.Source
}

// here stands for the root of the view in a path that is begun from __file__ or the working directory.
const here = "/{root}"

// inside is a path of the repository that a store stands for.
func (s store) inside() (string, bool) {
	rel, ok := strings.CutPrefix(s.path, here)
	return strings.TrimPrefix(rel, "/"), ok && (rel == "" || rel[0] == '/')
}

// beside reports whether a store lies beside the code, or may.
func (s store) beside() bool {
	return s.path == "" || repo.Within(here, s.path) || repo.Within("/app", s.path)
}

// stores are the files and folders that what a program loads writes, in the order of the files:
// databases of SQLite, logs, uploads, and what it makes or opens by name.
func (p *project) stores(g program) []store {
	if all, ok := p.stored[g.Name]; ok {
		return all
	}
	all := []store{}
	for _, f := range p.loaded(g) {
		all = append(all, (&storeReader{p: p, g: g, m: p.sources.module(f), file: f}).read()...)
	}
	if g.django != nil && !g.django.media.From.IsZero() {
		f := g.django.media.From.File
		r := &storeReader{p: p, g: g, m: p.sources.module(f), file: f}
		r.add(r.m.ConstExpr("MEDIA_ROOT"), store{folder: true, from: g.django.media.From}, syntax.Place{})
		all = append(all, r.all...)
	}
	if p.stored == nil {
		p.stored = map[string][]store{}
	}
	p.stored[g.Name] = all
	return all
}

type storeReader struct {
	p    *project
	g    program
	m    *syntax.Module
	file string
	all  []store
}

// uploads are the names by which Flask's applications keep the folder of uploads.
// https://flask.palletsprojects.com/en/stable/patterns/fileuploads/ (2026-11)
var uploads = pattern.New(`^UPLOAD(?:S|ED)?_(?:FOLDER|DIR|PATH|DIRECTORY)$`)

func (r *storeReader) read() []store {
	for _, a := range r.m.Assigns {
		r.value(a.Target, a.Value, a.Place)
	}
	for _, a := range slices.Concat(r.m.Assigns, r.m.Unpacks) {
		if made, ok := class(r.m, a.Value); ok && made.Writes {
			r.all = append(r.all, store{from: source(r.file, a.Line, made.Framework)})
		}
	}
	for _, s := range r.m.Sets {
		r.value(s.Key, s.Value, s.Place)
	}
	for _, c := range r.m.Calls {
		r.call(c)
	}
	if text, err := r.p.view.Read(r.file); err == nil && !slices.ContainsFunc(r.all, func(s store) bool { return s.database }) {
		if i := strings.Index(string(text), "django.db.backends.sqlite3"); i >= 0 {
			r.all = append(r.all, store{database: true, from: source(r.file, 1+strings.Count(string(text[:i]), "\n"), "SQLite")})
		}
	}
	slices.SortStableFunc(r.all, func(a, b store) int { return a.from.Line - b.from.Line })
	return r.all
}

// value reads what a name, a key or an argument is given.
func (r *storeReader) value(name string, e syntax.Expr, at syntax.Place) {
	if len(e) == 0 || at.Types {
		return
	}
	at.Line = e[0].Line
	if uploads.MatchString(name) {
		r.add(e, store{folder: true, from: source(r.file, at.Line, name)}, at)
		return
	}
	pairs := e.Pairs()
	for _, pair := range pairs {
		r.pair(pairs, pair, at)
	}
	if slices.ContainsFunc(e, func(t syntax.Token) bool { return t.Kind == syntax.String && strings.HasPrefix(t.Text, "sqlite") }) {
		text, _ := r.m.Path(e, r.where(at))
		if file, ok := ofAddress(text); ok {
			s := store{database: true, from: source(r.file, at.Line, "SQLite")}
			if root, ok := r.flaskRoot(name); ok && !path.IsAbs(file) {
				file = path.Join(root, file)
			}
			r.put(file, s)
		}
	}
}

// pair reads an element of a dictionary: a database of Django's, a handler of logging's.
func (r *storeReader) pair(all []syntax.Pair, pair syntax.Pair, at syntax.Place) {
	key := r.m.Value(pair.Key).Text
	switch {
	case key == "NAME" && slices.ContainsFunc(all, func(o syntax.Pair) bool {
		return r.m.Value(o.Key).Text == "ENGINE" && strings.HasSuffix(r.m.Value(o.Value).Text, "sqlite3")
	}):
		r.add(pair.Value, store{database: true, from: source(r.file, pair.Value[0].Line, "SQLite")}, at)
	case key == "filename" && slices.ContainsFunc(all, func(o syntax.Pair) bool {
		return strings.HasSuffix(r.m.Value(o.Value).Text, "FileHandler")
	}):
		r.add(pair.Value, store{from: source(r.file, pair.Value[0].Line, "log file")}, at)
	default:
		r.value(key, pair.Value, at)
	}
}

func (r *storeReader) call(c syntax.Call) {
	if c.Types {
		return
	}
	for _, a := range c.Args {
		r.value(a.Name, a.Value, c.Place)
	}
	full := r.m.Qualified(c.Callee)
	last := full[strings.LastIndex(full, ".")+1:]
	from := source(r.file, c.Line, full)
	if s, ok := storings().Calls[full]; ok {
		e := c.Arg(s.Argument, s.Position)
		switch {
		case e != nil:
			r.add(e, store{folder: s.Folder, database: strings.Contains(full, "qlite"), from: from}, c.Place, s.Literal)
		case s.Default != "":
			r.put(s.Default, store{folder: true, from: from})
		}
		return
	}
	switch {
	case full == "open", last == "open" && len(c.Receiver) > 0 && strings.ContainsAny(r.m.Value(c.Arg("mode", 0)).Text, "wax+"):
		e, mode := c.Arg("file", 0), r.m.Value(c.Arg("mode", 1)).Text
		if full != "open" {
			e, mode = c.Receiver, "w"
		}
		if strings.ContainsAny(mode, "wax+") {
			r.add(e, store{from: source(r.file, c.Line, "open for writing")}, c.Place)
		}
	case last == "mkdir" && len(c.Receiver) > 0:
		r.add(c.Receiver, store{folder: true, from: source(r.file, c.Line, "mkdir")}, c.Place)
	case (last == "write_text" || last == "write_bytes") && len(c.Receiver) > 0:
		r.add(c.Receiver, store{from: source(r.file, c.Line, last)}, c.Place)
	}
}

// add keeps the store at the path that an expression makes.
func (r *storeReader) add(e syntax.Expr, s store, at syntax.Place, literal ...bool) {
	text, ok := r.m.Path(e, r.where(at))
	if !ok && (len(literal) > 0 && literal[0]) {
		return
	}
	r.put(text, s)
}

func (r *storeReader) put(text string, s store) {
	if text == ":memory:" || strings.HasPrefix(text, "file:") {
		return
	}
	if text != "" {
		if s.path = path.Clean(text); !path.IsAbs(s.path) {
			s.path = path.Join(here, r.p.dir, s.path)
		}
		if repo.Within("/app", s.path) { // where people's images have the code as well
			s.path = path.Join(here, r.p.dir, repo.Rel("/app", s.path))
		}
	}
	if path.IsAbs(s.path) && (repo.Within("/tmp", s.path) || repo.Within("/dev", s.path)) {
		return
	}
	r.all = append(r.all, s)
}

// ofAddress is the file of an address of SQLite, with SQLAlchemy's three slashes before a
// relative path or the two of others.
func ofAddress(text string) (string, bool) {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok || scheme != "sqlite" && !strings.HasPrefix(scheme, "sqlite+") && scheme != "sqlite3" {
		return "", false
	}
	rest, _, _ = strings.Cut(strings.TrimPrefix(rest, "/"), "?")
	return rest, rest != "" && rest != ":memory:" && !strings.HasPrefix(rest, "file:")
}

// flaskRoot is the folder that Flask-SQLAlchemy begins relative paths from: since its 3.0 the
// instance folder, before the one of the application.
// https://flask-sqlalchemy.readthedocs.io/en/stable/config/#connection-url-format (2026-11)
func (r *storeReader) flaskRoot(name string) (string, bool) {
	if !strings.HasPrefix(name, "SQLALCHEMY_") {
		return "", false
	}
	if _, ok := r.p.installs("flask-sqlalchemy"); !ok {
		return "", false
	}
	if d, ok := r.p.has("flask-sqlalchemy"); ok && d.below("3") {
		return path.Join(here, path.Dir(r.g.file)), true
	}
	return r.instance(), true
}

// instance is Flask's instance folder, beside the package of the application.
// https://flask.palletsprojects.com/en/stable/config/#instance-folders (2026-11)
func (r *storeReader) instance() string { return path.Join(here, r.g.root, "instance") }

func (r *storeReader) where(at syntax.Place) syntax.Where {
	return r.p.where(r, r.file, at.Func, 0)
}

const maxModules = 5 // that a path is followed through

func (p *project) where(r *storeReader, file, fn string, depth int) syntax.Where {
	m := p.sources.module(file)
	return syntax.Where{File: path.Join(here, file), Dir: path.Join(here, p.dir), Func: fn, Name: func(name string) (string, bool) {
		switch {
		case strings.HasSuffix(name, ".instance_path"):
			return r.instance(), true
		case strings.HasSuffix(name, ".root_path"):
			return path.Join(here, path.Dir(r.g.file)), true
		case depth == maxModules:
			return "", false
		}
		for _, full := range m.Meanings(name) {
			if rest, ok := strings.CutPrefix(full, "django.conf.settings."); ok && r.g.django != nil {
				full = r.g.django.settings.Value + "." + rest
			}
			if text, ok := p.named(r, file, full, depth); ok {
				return text, true
			}
		}
		return "", false
	}}
}

// named is the path that a qualified name stands for, in a module of the project: a constant, or
// what the class of an object there gives the name.
func (p *project) named(r *storeReader, file, full string, depth int) (string, bool) {
	parts := strings.Split(full, ".")
	for n := len(parts) - 1; n > 0 && n >= len(parts)-2; n-- {
		module := strings.Join(parts[:n], ".")
		if strings.Trim(module, ".") == "" { // from . import settings
			module += "."
		}
		f := p.sources.resolve(file, module)
		if f == "" || f == file && n == len(parts)-1 && len(parts) == 1 {
			continue
		}
		m, at := p.sources.module(f), p.where(r, f, "", depth+1)
		if n == len(parts)-1 {
			if e := m.ConstExpr(parts[n]); e != nil {
				return m.Path(e, at)
			}
			for _, i := range m.Imports { // what it imports itself
				if i.As == parts[n] && depth < maxModules || i.Name == "*" {
					if text, ok := at.Name(parts[n]); ok {
						return text, true
					}
				}
			}
			continue
		}
		if c, ok := m.ConstExpr(parts[n]).Call(); ok { // settings = Settings()
			if text, ok := m.Member(c.Callee, parts[n+1], at); ok {
				return text, true
			}
		}
		if text, ok := m.Member(parts[n], parts[n+1], at); ok {
			return text, true
		}
	}
	return "", false
}

// markers keep an empty folder in git.
var markers = []string{".gitkeep", ".keep", ".gitignore", ".placeholder", ".empty", "README.md", "README", "README.txt"}

// kept are the folders that a program fills and the repository has not, or has empty: inside the
// project relative to the root of the view, the outer ones only.
func (p *project) kept(g program) []fact.Of[string] {
	var outer []fact.Of[string]
	static, collects := "", false // what is collected there belongs to the image
	if g.django != nil && !g.django.static.IsZero() {
		f := g.django.static.File
		static, collects = p.sources.module(f).Path(p.sources.module(f).ConstExpr("STATIC_ROOT"), p.where(&storeReader{p: p, g: g}, f, "", 0))
	}
	for _, s := range p.stores(g) {
		dir, ok := s.inside()
		if !s.folder {
			dir = path.Dir(dir)
		}
		if rel := repo.Rel(p.dir, dir); !ok || collects && repo.Within(path.Join(here, dir), static) || rel == "." || strings.HasPrefix(rel, "..") || !dataFolder.MatchString("/"+dir) || p.view.Has(dir) ||
			slices.ContainsFunc(p.view.Under(dir), func(f string) bool { return !slices.Contains(markers, path.Base(f)) }) {
			continue
		}
		if slices.ContainsFunc(outer, func(o fact.Of[string]) bool { return repo.Within(o.Value, dir) }) {
			continue
		}
		outer = slices.DeleteFunc(outer, func(o fact.Of[string]) bool { return repo.Within(dir, o.Value) })
		outer = append(outer, fact.New(dir, s.from))
	}
	return outer
}

// keptIn are the same as they are in the image.
func (p *project) keptIn(r detect.Request, g program) []fact.Of[string] {
	all := p.kept(g)
	for i := range all {
		all[i].Value = path.Join(p.imageRoot(g), r.InContext(all[i].Value))
	}
	return all
}

// unkept are patterns of what a program made on the machine of a developer: the folders that it fills
// and its databases.
func (p *project) unkept(r detect.Request, g program) []string {
	var all []string
	kept := p.kept(g)
	for _, f := range kept {
		all = append(all, "/"+r.InContext(f.Value))
	}
	for _, s := range p.stores(g) {
		if file, ok := s.inside(); ok && s.database && file != "" && !strings.HasPrefix(repo.Rel(p.dir, file), "..") && plainFile.MatchString(file) && !slices.ContainsFunc(kept, func(f fact.Of[string]) bool { return repo.Within(f.Value, file) }) {
			all = append(all, "/"+r.InContext(file))
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

var plainFile = pattern.New(`^[A-Za-z0-9_./-]+\.[A-Za-z0-9]+$`)
