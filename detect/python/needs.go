package python

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/python/syntax"
	"github.com/dockgen/dockgen/internal/repo"
)

// Needs are the folders of pages that the program serves, in each place that the
// code may mean: the core keeps those that another project's build leaves.
func (p *project) Needs(g detect.Program) []detect.Need {
	prog, ok := p.enter(g.Name)
	if !ok {
		return nil
	}
	files := p.sources.reachable(prog.file)
	if prog.django != nil {
		if f := p.sources.at(prog.root, prog.django.settings.Value); f != "" {
			files = append(files, p.sources.reachable(f)...)
		}
	}
	var needs []detect.Need
	for _, f := range files {
		if f == "" || p.view.Size(f) > maxSource {
			continue
		}
		for _, e := range p.served(prog, f) {
			if e.exact {
				if !slices.ContainsFunc(needs, func(o detect.Need) bool { return o.Path == e.path }) {
					needs = append(needs, detect.Need{Path: e.path, From: source(f, e.line, e.what), Exact: true})
				}
				continue
			}
			places := []string{p.dir, path.Dir(f), path.Dir(path.Dir(f)), prog.root, "."}
			if there := slices.DeleteFunc(slices.Clone(places), func(dir string) bool { return len(p.view.Under(path.Join(dir, e.path))) == 0 }); len(there) > 0 && e.what == "STATICFILES_DIRS" {
				places = there // those are the ones it means
			}
			for _, dir := range places {
				need := detect.Need{Path: path.Join(dir, e.path), From: source(f, e.line, e.what)}
				if e.what == "STATICFILES_DIRS" && !p.frontend(e.path) {
					continue // a folder that the program fills itself, such as one of uploads
				}
				outside := need.Path == "." || need.Path == ".." || strings.HasPrefix(need.Path, "../")
				if !outside && !slices.ContainsFunc(needs, func(o detect.Need) bool { return o.Path == need.Path }) {
					needs = append(needs, need)
				}
			}
		}
	}
	return needs
}

// Receives reports whether a folder is one of static files or pages, which the image has with
// the rest of the sources.
func (p *project) Receives(folder string) bool {
	return slices.ContainsFunc(strings.Split(repo.Rel(p.dir, folder), "/"), func(part string) bool {
		return slices.Contains(outputs, part) || part == "templates"
	})
}

// outputs are folders that builds of pages write to without being told.
var outputs = []string{"dist", "build", "out", "public", "static", "assets"}

// frontend reports whether a build of pages may write a folder: it has one of the
// usual names, or the settings of a JavaScript tool name it.
func (p *project) frontend(dir string) bool {
	base := path.Base(dir)
	if slices.Contains(outputs, base) {
		return true
	}
	return slices.ContainsFunc(p.view.Files(), func(f string) bool {
		name := path.Base(f)
		ext := strings.TrimLeft(path.Ext(name), ".cm")
		if name != "package.json" && !(strings.Contains(name, ".config.") && (ext == "js" || ext == "ts")) && name != "gulpfile.js" {
			return false
		}
		text, err := p.view.Read(f)
		return err == nil && strings.Contains(string(text), base)
	})
}

// folder is a folder that the code serves files from.
type folder struct {
	path, what string
	line       int
	exact      bool // the path is that below the root of the view, since the code begins it from its own place
}

const maxTokens = 200 // of the expressions that make one path: real ones are shorter by far

// texts are the literal parts of a path, those of the constants that it names as well.
func texts(m *syntax.Module, e syntax.Expr) []string {
	var parts []string
	budget := maxTokens
	var add func(e syntax.Expr)
	add = func(e syntax.Expr) {
		for i, t := range e {
			if budget--; budget < 0 {
				return
			}
			switch {
			case t.Kind == syntax.String && !t.Fancy:
				parts = append(parts, t.Text)
			case t.Kind == syntax.Name && (i == 0 || !e[i-1].Is(".")):
				add(m.ConstExpr(t.Text))
			}
		}
	}
	add(e)
	return parts
}

// served are the folders of static files and pages that a file of a program names.
func (p *project) served(g program, file string) []folder {
	m := p.sources.module(file)
	var found []folder
	exact := func(e syntax.Expr, what, fn string) bool {
		text, ok := m.Path(e, p.where(&storeReader{p: p, g: g}, file, fn, 0))
		rel, below := strings.CutPrefix(text, here+"/")
		if rel = path.Clean(rel); !ok || !below || rel == "." || strings.HasPrefix(rel, "..") {
			return false
		}
		found = append(found, folder{path: rel, what: what, line: e[0].Line, exact: true})
		return true
	}
	add := func(e syntax.Expr, what, fn string) {
		if len(e) == 0 || exact(e, what, fn) {
			return
		}
		if c := m.ConstExpr(e.Name()); c != nil {
			e = c
		}
		parts := texts(m, e)
		if joined := path.Clean(strings.Join(parts, "/")); len(parts) > 0 && !path.IsAbs(joined) && joined != "." && len(joined) < 200 {
			found = append(found, folder{path: joined, what: what, line: e[0].Line})
		}
	}
	for _, c := range m.Calls {
		name := c.Callee[strings.LastIndex(c.Callee, ".")+1:]
		switch name {
		case "frontend": // of FastAPI: app.frontend("/", directory=…)
			add(c.Arg("directory", 1), name, c.Func)
		case "StaticFiles", "Jinja2Templates":
			add(c.Arg("directory", 0), name, c.Func)
		case "Flask", "Quart", "APIFlask":
			add(c.Arg("static_folder", -1), "static_folder", c.Func)
			add(c.Arg("template_folder", -1), "template_folder", c.Func)
		case "send_from_directory", "FileResponse":
			add(c.Arg("directory", 0), name, c.Func)
		}
	}
	for _, a := range m.Assigns {
		switch {
		case a.Target == "STATICFILES_DIRS":
			for _, item := range a.Value.Items() {
				add(item, a.Target, a.Func)
			}
		case len(a.Value) > 0 && names(a.Value, builtFolders): // page = Path(__file__).parent / "frontend" / "dist"
			if exact(a.Value, a.Target, a.Func) && !slices.Contains(builtFolders, path.Base(found[len(found)-1].path)) {
				found = found[:len(found)-1]
			}
		}
	}
	return found
}

// builtFolders are the names of folders that only builds of pages write to.
var builtFolders = []string{"dist", "build", "out"}

// names reports whether a literal of an expression names one of the folders.
func names(e syntax.Expr, folders []string) bool {
	return slices.ContainsFunc(e, func(t syntax.Token) bool {
		return t.Kind == syntax.String && slices.Contains(folders, path.Base(t.Text))
	})
}
