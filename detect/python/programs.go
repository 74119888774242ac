package python

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/python/syntax"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// program is something the project can run, and how.
type program struct {
	detect.Program
	kind      string // wsgi, asgi, sanic, streamlit, script, module, console, celery, beat
	framework string
	file      string // the file that is loaded
	root      string // folder that its imports start from, relative to the root of the view
	module    string // dotted, from root
	attribute string // of the module; the name of a factory
	factory   bool
	required  int
	arguments []string // the subcommand that listens, or what people give it where it is deployed
	argued    fact.Source
	listens   listening
	django    *django
}

// target is MODULE:NAME.
func (g program) target() string { return g.module + ":" + g.attribute }

// findPrograms lists what can be run: services first; only where nothing listens
// the console scripts, and only where there are none the scripts.
func (p *project) findPrograms() error {
	if err := p.readStarts(); err != nil {
		return err
	}
	all := p.apps()
	apps := slices.DeleteFunc(slices.Clone(all), p.without)
	p.addDjango(apps)
	p.addApps(apps)
	p.addStreamlit()
	if len(p.programs) == 0 {
		p.addChainlit()
	}
	if len(p.programs) == 0 {
		p.addPages()
	}
	p.addListeners()
	uncallable := p.dropUncallable()
	services := len(p.programs)
	p.addCelery(apps)
	if p.library().IsZero() {
		if services == 0 {
			p.addConsole()
		}
		if len(p.programs) == 0 {
			p.addScripts()
		}
	}
	if len(uncallable) > 0 { // the module of a factory defines, and does nothing when it is run
		p.programs = slices.DeleteFunc(p.programs, func(g program) bool { return g.kind == "script" && !p.sources.runs(g.file) })
	}
	if len(apps) < len(all) && !slices.ContainsFunc(p.programs, func(g program) bool {
		return !slices.ContainsFunc(all, func(a app) bool { return a.file == g.file })
	}) {
		p.programs = nil // there is nothing else that the dependencies could be for
		p.addApps(all)
	}
	if err := p.addDeclared(); err != nil {
		return err
	}
	if len(p.programs) == 0 {
		p.programs = uncallable
	}
	return nil
}

// add appends a program whose name is not taken. One of the same name in another folder is named by
// its file.
func (p *project) add(g program) {
	if slices.ContainsFunc(p.programs, func(o program) bool { return o.Name == g.Name && o.file != g.file && g.file != "" && o.root != g.root }) {
		g.Name = p.relative(g.file)
	}
	if !slices.ContainsFunc(p.programs, func(o program) bool { return o.Name == g.Name }) {
		p.programs = append(p.programs, g)
	}
}

// addApps adds the applications of web frameworks, one a file.
func (p *project) addApps(apps []app) {
	web := slices.DeleteFunc(slices.Clone(apps), func(a app) bool {
		return a.Kind == "celery" || a.Framework == "Django" && len(p.programs) > 0
	})
	web = best(web)
	if served := slices.DeleteFunc(slices.Clone(web), forWorkers); len(served) > 0 {
		web = served // an application that a worker makes for its tasks is not what serves
	}
	made := slices.ContainsFunc(web, func(a app) bool { return !a.factory })
	if made { // a factory that the project itself calls needs no server to call it
		web = slices.DeleteFunc(web, func(a app) bool { return a.factory })
	}
	for _, a := range web {
		g := program{kind: a.Kind, framework: a.Framework, file: a.file, attribute: a.name, factory: a.factory, required: a.required}
		if a.Attribute != "" {
			g.attribute += "." + a.Attribute
		}
		g.root, g.module = p.sources.where(a.file)
		g.listens = p.listening(g)
		g.Program = detect.Program{Name: g.target(), Also: []string{p.relative(a.file)}, Kind: detect.Service, At: source(a.file, a.line, a.Framework+" application")}
		if inner, ok := strings.CutPrefix(g.target(), p.sources.itself()+"."); ok && p.sources.itself() != "" {
			g.Also = append(g.Also, inner)
		}
		if s, ok := p.startedBeside(g); ok {
			g = s
		} else {
			p.completed(&g)
		}
		p.add(g)
	}
	p.claimUsual(web)
}

// adding are methods that add pages to an application, or to what was made for it.
var adding = map[string]bool{"route": true, "get": true, "post": true, "put": true, "delete": true, "patch": true, "add_url_rule": true, "register_blueprint": true, "add_resource": true, "add_namespace": true, "include_router": true, "add_api_route": true, "mount": true, "websocket": true}

// completed takes the file that starts an application which it imports and adds pages to, for the
// one that makes it: loaded by that alone, it would have none of them.
func (p *project) completed(g *program) {
	reached := p.sources.reachable(g.file)
	for _, f := range g.listens.starts {
		if slices.Contains(reached, f) || g.kind != "wsgi" && g.kind != "asgi" || g.factory {
			continue
		}
		m := p.sources.module(f)
		for _, i := range m.Imports {
			if i.Func != "" || i.Name == "" || i.As == "" || !p.refers(f, i.As, app{file: g.file, name: g.attribute}) {
				continue
			}
			if !slices.ContainsFunc(m.Calls, func(c syntax.Call) bool {
				return !c.Guard && adding[c.Callee[strings.LastIndex(c.Callee, ".")+1:]] && strings.Contains(c.Callee, ".") && c.Func == ""
			}) {
				continue
			}
			g.Also = append(g.Also, g.Name, p.relative(f))
			g.file, g.attribute = f, i.As
			g.root, g.module = p.sources.where(f)
			g.Name, g.At = g.target(), source(f, i.Line, g.framework+" application")
			return
		}
	}
}

// forWorkers reports whether the file's name says that a worker loads it.
func forWorkers(a app) bool {
	base := path.Base(a.file)
	return strings.Contains(base, "celery") || strings.Contains(base, "worker")
}

// claimUsual speaks for the file whose name says that servers load it, if one does best.
func (p *project) claimUsual(web []app) {
	if len(web) < 2 {
		return
	}
	score := func(a app) int { return entryRank(a.file)*10 + strings.Count(p.relative(a.file), "/") }
	ranked := slices.Clone(web)
	slices.SortStableFunc(ranked, func(a, b app) int { return score(a) - score(b) })
	if score(ranked[0]) == score(ranked[1]) || entryRank(ranked[0].file) == 99 {
		return
	}
	for i := range p.programs {
		if g := &p.programs[i]; g.file == ranked[0].file && g.Kind == detect.Service {
			g.Claims = append(g.Claims, detect.Claim{Rank: detect.Named, What: path.Base(g.file) + " is the name of the file that servers load", From: g.At})
		}
	}
}

func (p *project) relative(file string) string { return repo.Rel(p.dir, file) }

// addStreamlit adds the page that streamlit runs: not those below pages/, which it finds itself.
func (p *project) addStreamlit() {
	if len(p.programs) > 0 {
		return
	}
	var pages []string
	for _, f := range p.sources.holding("import streamlit", "from streamlit") {
		m := p.sources.module(f)
		_, ok := m.Imported("streamlit")
		calls := slices.ContainsFunc(m.Calls, func(c syntax.Call) bool {
			return strings.HasPrefix(m.Qualified(c.Callee), "streamlit.") && c.Func == ""
		})
		if ok && (calls || m.Guard > 0) && path.Base(path.Dir(f)) != "pages" {
			pages = append(pages, f)
		}
	}
	pages = append(pages, p.throughModules(pages)...)
	pages = p.firstPages(pages)
	names := []string{"streamlit_app.py", "app.py", "main.py", "Home.py", "home.py", "Hello.py", "index.py"}
	order := func(f string) int { return strings.Count(f, "/")*100 + index(names, path.Base(f)) }
	slices.SortStableFunc(pages, func(a, b string) int { return order(a) - order(b) })
	for i, f := range pages {
		imported := p.importsOf(f, "streamlit")
		g := program{kind: "streamlit", framework: "Streamlit", file: f, root: path.Dir(f), listens: listening{port: fact.New(8501, fact.Default("Streamlit's port"))}}
		g.Program = detect.Program{Name: p.relative(f), Kind: detect.Service, At: source(f, imported.Line, "import "+imported.Module)}
		if i == 0 && len(pages) > 1 && index(names, path.Base(f)) < len(names) && order(f) < order(pages[1]) {
			g.Claims = []detect.Claim{{Rank: detect.Named, What: path.Base(f) + " is the usual name of the first page", From: g.At}}
		}
		p.add(g)
	}
}

// firstPages leaves out the pages that another one names, st.Page("reports/chat.py"), or imports.
func (p *project) firstPages(pages []string) []string {
	later := map[string]bool{}
	for _, f := range pages {
		m := p.sources.module(f)
		for _, c := range m.Calls {
			switch m.Qualified(c.Callee) {
			case "streamlit.Page", "streamlit.switch_page", "streamlit.page_link":
				named := path.Join(path.Dir(f), m.Value(c.Arg("page", 0)).Text)
				later[named] = named != f
			}
		}
		for _, imported := range p.sources.reachable(f)[1:] {
			later[imported] = later[imported] || p.sources.module(imported).Guard == 0
		}
	}
	if first := slices.DeleteFunc(slices.Clone(pages), func(f string) bool { return later[f] }); len(first) > 0 {
		return first
	}
	return pages
}

// throughModules are the files of the names that Streamlit's own documentation gives a
// page which do something and import streamlit through modules of the project.
// https://docs.streamlit.io/deploy/streamlit-community-cloud/deploy-your-app (2026-11)
func (p *project) throughModules(pages []string) []string {
	if _, ok := p.has("streamlit"); !ok {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(p.sources.files()), func(f string) bool {
		base := path.Base(f)
		return base != "streamlit_app.py" && base != "app.py" || slices.Contains(pages, f) || !p.sources.runs(f) || p.importsOf(f, "streamlit").Module == ""
	})
}

// importsOf is the import by which a file reaches a module: directly, else through
// the first module of the project that does.
func (p *project) importsOf(file, top string) syntax.Import {
	m := p.sources.module(file)
	if i, ok := m.Imported(top); ok {
		return i
	}
	reaches := func(f string) bool { _, ok := p.sources.module(f).Imported(top); return ok }
	for _, i := range m.Imports {
		for _, module := range []string{i.Module, join(i.Module, i.Name)} {
			if f := p.sources.resolve(file, module); f != "" && !i.Types && slices.ContainsFunc(p.sources.reachable(f), reaches) {
				return i
			}
		}
	}
	return syntax.Import{}
}

func index(names []string, name string) int {
	if i := slices.Index(names, name); i >= 0 {
		return i
	}
	return len(names)
}

// runs reports whether a file does something when it is run as a script.
func (s *sources) runs(file string) bool {
	m := s.module(file)
	if m.Guard > 0 || path.Base(file) == "__main__.py" {
		return true
	}
	return slices.ContainsFunc(m.Calls, func(c syntax.Call) bool { return c.Func == "" && c.Class == "" && !c.Types })
}

// script is a file run as `python FILE`, or as `python -m PACKAGE` where it is one.
func (p *project) script(file string) program {
	g := program{kind: "script", file: file, root: path.Dir(file)}
	line := max(p.sources.module(file).Guard, 1)
	g.Program = detect.Program{Name: p.relative(file), Kind: detect.Command, At: source(file, line, "script")}
	if p.sources.root(file) == p.dir && path.Dir(file) == p.dir && p.sources.wantsItself(file) {
		g.kind, g.root = "module", p.dir
		if _, g.module = p.sources.where(file); path.Base(file) == "__main__.py" {
			g.module = p.sources.itself()
		}
		g.Also = []string{g.module}
	} else if dir := path.Dir(file); path.Base(file) == "__main__.py" && dir != "." {
		g.kind, g.root = "module", path.Dir(dir)
		g.module = path.Base(dir)
		g.Name, g.Also = g.module, []string{p.relative(file), p.relative(dir)}
		g.At.What = "__main__.py of a package"
	} else if root, module := p.sources.where(file); root != path.Dir(file) && p.inPackage(file) {
		g.kind, g.root, g.module = "module", root, module
		g.Also = []string{module}
	}
	if p.sources.stays(file) {
		g.Kind = detect.Worker
	}
	return g
}

// inPackage reports whether a file only runs as a part of its package: it has
// relative imports, or imports the package by name.
func (p *project) inPackage(file string) bool {
	root, module := p.sources.where(file)
	top, _, _ := strings.Cut(module, ".")
	for _, i := range p.sources.module(file).Imports {
		if strings.HasPrefix(i.Module, ".") {
			return true
		}
		if name, _, _ := strings.Cut(i.Module, "."); name == top && root != path.Dir(file) {
			return true
		}
	}
	return false
}

// staying are methods that bots and schedulers end in and that do not return.
var staying = []string{".run_polling", ".run_forever", ".infinity_polling", ".polling", ".start_polling", ".run_until_disconnected", ".run_pending", ".idle", ".start_consuming", ".consume_messages"}

func (s *sources) stays(file string) bool {
	m := s.module(file)
	bots := slices.ContainsFunc([]string{"discord", "disnake", "nextcord", "interactions", "pyrogram", "twitchio"}, func(library string) bool { _, ok := m.Imported(library); return ok })
	return slices.ContainsFunc(m.Calls, func(c syntax.Call) bool {
		return slices.ContainsFunc(staying, func(name string) bool { return strings.HasSuffix(c.Callee, name) }) ||
			bots && (c.Callee == "client.run" || c.Callee == "bot.run" || c.Callee == "app.run")
	})
}

// scriptNames are names that people give to what is run, the most telling first.
var scriptNames = []string{"main.py", "__main__.py", "app.py", "run.py", "server.py", "bot.py", "start.py", "index.py", "hello.py"}

// addScripts adds the script of the usual name, else every script beside it.
func (p *project) addScripts() {
	folders := []string{p.dir, path.Join(p.dir, "src"), path.Join(p.dir, "app")}
	for _, name := range scriptNames {
		for _, dir := range folders {
			f := path.Join(dir, name)
			if !slices.Contains(p.sources.files(), f) {
				continue
			}
			if by, ok := p.importedBy(f); ok {
				f = by
			}
			p.add(p.script(f))
			return
		}
	}
	var top []string
	for _, f := range p.sources.files() {
		if path.Base(f) == "manage.py" {
			continue // prints its help unless it is given a command
		}
		if path.Base(f) == "__main__.py" && !strings.Contains(path.Dir(p.relative(f)), "/") || p.sources.module(f).Guard > 0 && slices.Contains(folders, path.Dir(f)) {
			top = append(top, f)
		}
	}
	if len(top) == 0 {
		for _, f := range p.sources.files() {
			if path.Dir(f) == p.dir && path.Base(f) != "__init__.py" && path.Base(f) != "manage.py" && p.sources.runs(f) {
				top = append(top, f)
			}
		}
	}
	for _, f := range top {
		p.add(p.script(f))
	}
}

// addConsole adds the console scripts of the manifest.
// https://packaging.python.org/en/latest/specifications/entry-points/
func (p *project) addConsole() {
	for _, s := range p.consoleScripts() {
		name, target, _ := strings.Cut(s.Value, "=")
		name, target = strings.TrimSpace(name), strings.TrimSpace(target)
		target, _, _ = strings.Cut(target, "[")
		module, attribute, _ := strings.Cut(strings.TrimSpace(target), ":")
		g := program{kind: "console", module: module, attribute: attribute, root: p.sources.base(path.Join(p.dir, "src"))}
		g.file = p.sources.at(g.root, module)
		if g.file == "" {
			g.root = p.dir
			g.file = p.sources.at(p.dir, module)
		}
		if g.file == "" {
			continue // of a package that is built elsewhere
		}
		g.Program = detect.Program{Name: name, Kind: detect.Command, At: s.From}
		if normal(name) == p.name {
			g.Claims = []detect.Claim{{Rank: detect.Named, What: "the console script with the project's name", From: s.From}}
		}
		p.add(g)
	}
}

func (p *project) consoleScripts() []fact.Of[string] {
	var all []fact.Of[string]
	for _, table := range [][]string{{"project", "scripts"}, {"tool", "poetry", "scripts"}} {
		t := p.pyproject.Get(table...)
		for _, name := range t.Keys() {
			if v := t.Get(name); v.Str() != "" {
				all = append(all, fact.New(name+" = "+v.Str(), v.From("console script "+name)))
			}
		}
	}
	if p.setup != nil {
		all = append(all, p.setup.scripts...)
	}
	return all
}

// enter is a program that the user names and the list may lack: a file, MODULE:NAME or a module.
func (p *project) enter(name string) (program, bool) {
	for _, g := range p.programs {
		if g.Name == name || slices.Contains(g.Also, name) {
			return g, true
		}
	}
	if f := p.file(name); strings.HasSuffix(name, ".py") && p.view.Has(f) && repo.Within(p.dir, f) {
		return p.script(f), true
	}
	module, attribute, has := strings.Cut(name, ":")
	if !has {
		if f := p.sources.at(p.dir, module+".__main__"); f != "" {
			return p.script(f), true
		}
		for _, s := range p.consoleScripts() {
			if n, _, _ := strings.Cut(s.Value, " = "); n == name {
				q := *p
				q.programs = nil
				q.addConsole()
				i := slices.IndexFunc(q.programs, func(g program) bool { return g.Name == name })
				if i >= 0 {
					return q.programs[i], true
				}
			}
		}
		return program{}, false
	}
	return p.enterApp(module, attribute)
}

// enterApp is MODULE:NAME or MODULE:FACTORY() as servers take it.
func (p *project) enterApp(module, attribute string) (program, bool) {
	name := strings.TrimSuffix(attribute, "()")
	for _, root := range []string{p.dir, path.Join(p.dir, "src")} {
		file := p.sources.at(root, module)
		if file == "" {
			continue
		}
		g := program{kind: "wsgi", file: file, root: root, module: module, attribute: name, factory: name != attribute}
		for _, a := range append(p.appsIn(file), p.made(p.apps())...) {
			if a.file == file && (a.name == name || g.framework == "") {
				g.kind, g.framework = a.Kind, a.Framework
				g.factory = g.factory || a.factory && a.name == name
			}
		}
		if g.framework == "" && p.asgiOnly() {
			g.kind = "asgi"
		}
		g.listens = p.listening(g)
		g.Program = detect.Program{Name: module + ":" + attribute, Kind: detect.Service, At: source(file, 1, "")}
		return g, true
	}
	return program{}, false
}

// asgiOnly reports whether the dependencies speak for ASGI and not for WSGI.
func (p *project) asgiOnly() bool {
	for _, name := range []string{"fastapi", "starlette", "uvicorn", "litestar", "quart", "hypercorn"} {
		if _, ok := p.has(name); ok {
			return true
		}
	}
	return false
}
