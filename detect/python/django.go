package python

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/templates"
)

// django is what a Django project's settings say.
type django struct {
	manage   string // manage.py, "" where there is none
	settings fact.Of[string]
	static   fact.Source     // of STATIC_ROOT: static files can be collected
	compress fact.Source     // of COMPRESS_OFFLINE: pages want what `manage.py compress` writes
	folder   string          // STATIC_ROOT where it is a literal
	media    fact.Of[string] // MEDIA_ROOT: where uploads are kept, "" below the code
	styles   fact.Source     // of django-tailwind-cli, whose style sheet a command of it writes
	messages fact.Source     // a translation whose compiled form git ignores
	white    bool            // whitenoise serves them
	wants    []setting       // variables that the settings read and have no default for, sorted
	other    bool            // manage.py names other settings than the server loads
	set      bool            // the settings are those of the environment that people deploy with
}

// addDjango adds the application of each Django project: WSGI, or ASGI where only
// an ASGI server is there or channels are used.
func (p *project) addDjango(apps []app) {
	asgi := false
	for _, name := range []string{"channels", "daphne"} {
		_, ok := p.has(name)
		asgi = asgi || ok
	}
	_, gunicorn := p.installs("gunicorn")
	_, uvicorn := p.installs("uvicorn")
	asgi = asgi || uvicorn && !gunicorn
	var chosen []app
	for _, a := range apps {
		if a.Framework != "Django" {
			continue
		}
		i := slices.IndexFunc(chosen, func(o app) bool { return path.Dir(o.file) == path.Dir(a.file) })
		switch {
		case i < 0:
			chosen = append(chosen, a)
		case p.startsApp(chosen[i]) != p.startsApp(a):
			if p.startsApp(a) {
				chosen[i] = a
			}
		case (a.Kind == "asgi") == asgi:
			chosen[i] = a
		}
	}
	for _, manage := range p.sources.holding("DJANGO_SETTINGS_MODULE") {
		inside := func(a app) bool { return repo.Within(path.Dir(manage), a.file) }
		if path.Base(manage) == "manage.py" && !slices.ContainsFunc(chosen, inside) {
			chosen = append(chosen, p.namedBySettings(manage, asgi)...)
		}
	}
	for _, a := range chosen {
		if _, own := p.sources.module(a.file).Func("application"); own {
			a.name = "application" // a function of the authors' around Django's
		}
		g := program{kind: a.Kind, framework: "Django", file: a.file, attribute: a.name, django: p.readDjango(a)}
		g.root, g.module = p.sources.where(a.file)
		if g.django.manage != "" {
			g.root = path.Dir(g.django.manage)
			name := strings.TrimSuffix(strings.TrimSuffix(repo.Rel(g.root, a.file), ".py"), "/__init__")
			g.module = strings.ReplaceAll(name, "/", ".")
		}
		g.Program = detect.Program{Name: g.target(), Also: []string{p.relative(a.file), "manage.py"}, Kind: detect.Service, At: source(a.file, a.line, "Django application")}
		p.add(g)
	}
}

// namedBySettings is the application that WSGI_APPLICATION or ASGI_APPLICATION
// names, for a project that makes it in a way of its own.
func (p *project) namedBySettings(manage string, asgi bool) []app {
	d := p.readDjango(app{file: manage})
	root := path.Dir(manage)
	file := p.sources.at(root, d.settings.Value)
	if file == "" {
		return nil
	}
	names := []string{"WSGI_APPLICATION", "ASGI_APPLICATION"}
	if asgi {
		slices.Reverse(names)
	}
	for _, name := range names {
		for _, f := range p.sources.reachable(file) {
			v, ok := p.sources.module(f).Const(name)
			i := strings.LastIndex(v.Text, ".")
			if !ok || i < 0 {
				continue
			}
			kind := strings.ToLower(name[:4])
			if target := p.sources.at(root, v.Text[:i]); target != "" {
				return []app{{framework: framework{Framework: "Django", Kind: kind}, file: target, line: 1, name: v.Text[i+1:]}}
			}
		}
	}
	return nil
}

func (p *project) readDjango(a app) *django {
	d := &django{}
	for dir := path.Dir(a.file); repo.Within(p.dir, dir) && d.manage == ""; dir = path.Dir(dir) {
		if f := path.Join(dir, "manage.py"); p.view.Has(f) {
			d.manage = f
		}
		if dir == "." {
			break
		}
	}
	for _, f := range []string{a.file, d.manage} {
		if f == "" {
			continue
		}
		m := p.sources.module(f)
		for _, c := range m.Calls {
			v := m.Value(c.Arg("", 1))
			if d.settings.Known() && f == d.manage && v.Known && strings.HasSuffix(c.Callee, "environ.setdefault") {
				d.other = d.other || v.Text != d.settings.Value
				continue
			}
			if strings.HasSuffix(c.Callee, "environ.setdefault") && v.Known && m.Value(c.Arg("", 0)).Text == "DJANGO_SETTINGS_MODULE" {
				d.settings = fact.New(v.Text, source(f, c.Line, "DJANGO_SETTINGS_MODULE"))
			}
		}
	}
	root := path.Dir(d.manage)
	if said := p.deployedSettings(root); said.Known() && said.Value != d.settings.Value {
		d.settings, d.set = said, true
	}
	file := p.sources.at(root, d.settings.Value)
	if file == "" {
		return d
	}
	if d.manage != "" {
		d.messages = p.messages()
	}
	d.require(p, p.sources.reachable(file))
	for _, f := range p.sources.reachable(file) {
		for _, as := range p.sources.module(f).Assigns {
			v := p.sources.module(f).Value(as.Value)
			switch {
			case as.Target == "STATIC_ROOT" && d.static.IsZero() && !(v.Known && (v.Text == "" || v.Text == "None")):
				d.static, d.folder = source(f, as.Line, "STATIC_ROOT"), v.Text
			case as.Target == "MEDIA_ROOT" && d.media.From.IsZero() && v.Text != "None" && (v.Text != "" || !v.Known && v.Env == "") && !ofSystem(v.Text):
				d.media.From = source(f, as.Line, "MEDIA_ROOT")
				if outside(v.Text) {
					d.media.Value = path.Clean(v.Text)
				}
			case as.Target == "COMPRESS_OFFLINE" && v.Text == "True":
				d.compress = source(f, as.Line, "COMPRESS_OFFLINE")
			}
		}
		text, err := p.view.Read(f)
		if err != nil {
			continue // it is evidence, not input
		}
		d.white = d.white || strings.Contains(string(text), "whitenoise.middleware")
		if i := strings.Index(string(text), "django_tailwind_cli"); i >= 0 && d.styles.IsZero() {
			if _, ok := p.installs("django-tailwind-cli"); ok {
				d.styles = source(f, 1+strings.Count(string(text[:i]), "\n"), "django-tailwind-cli")
			}
		}
	}
	return d
}

// deployedSettings are the settings that people's Dockerfile or compose file name in the environment,
// where the project has them and they are not for developers.
func (p *project) deployedSettings(root string) fact.Of[string] {
	var all []fact.Of[string]
	for _, d := range p.dockerfiles() {
		all = append(all, d.Env...)
	}
	if s, ok := p.service(); ok {
		all = append(all, s.Env...)
	}
	for _, e := range all {
		module, ok := strings.CutPrefix(e.Value, "DJANGO_SETTINGS_MODULE=")
		words := strings.FieldsFunc(module, func(r rune) bool { return r == '.' || r == '_' })
		if ok && p.sources.at(root, module) != "" && !slices.ContainsFunc(words, func(w string) bool { return forDevelopers[w] }) {
			return fact.New(module, e.From)
		}
	}
	return fact.Of[string]{}
}

// forDevelopers are words in the names of settings that no deployment wants.
var forDevelopers = map[string]bool{"dev": true, "develop": true, "development": true, "local": true, "debug": true, "test": true, "tests": true, "testing": true, "ci": true}

// outside reports whether a folder is a place of its own in the image, beside the code.
func outside(folder string) bool {
	return path.IsAbs(folder) && !repo.Within("/app", folder) && !ofSystem(folder)
}

// systemFolders hold what the base image brings, or the kernel makes: nothing copies or owns them.
var systemFolders = []string{"/", "/home", "/opt", "/opt/venv", "/root", "/run", "/tmp", "/usr", "/usr/lib", "/usr/local", "/usr/share", "/var", "/var/lib", "/var/log"}

// ofSystem reports whether an absolute path is one of them, or lies where there is only what is the system's.
func ofSystem(folder string) bool {
	clean := path.Clean(folder)
	return slices.Contains(systemFolders, clean) ||
		slices.ContainsFunc([]string{"/bin", "/boot", "/dev", "/etc", "/lib", "/lib64", "/opt/venv", "/proc", "/sbin", "/sys", "/usr/bin"}, func(dir string) bool { return repo.Within(dir, clean) })
}

// messages is a translation that `manage.py compilemessages` compiles: git ignores what
// comes of it, so that it is made where the program is installed.
// https://docs.djangoproject.com/en/5.2/topics/i18n/translation/#compiling-message-files (2026-11)
func (p *project) messages() fact.Source {
	for _, f := range p.view.Under(p.dir) {
		name, ok := strings.CutSuffix(f, ".po")
		if ok && path.Base(path.Dir(f)) == "LC_MESSAGES" && !aside(p.dir, path.Dir(f)) && p.view.Ignored(name+".mo", false) {
			return fact.At(f, 1, "translation")
		}
	}
	return fact.Source{}
}

// absent refuses a program whose settings are no file of the repository, where git
// ignores that file or one beside it shows how it is written.
func (p *project) absent(g program) error {
	d := g.django
	if d == nil || d.manage == "" || !d.settings.Known() || p.sources.at(path.Dir(d.manage), d.settings.Value) != "" {
		return nil
	}
	file := path.Join(path.Dir(d.manage), strings.ReplaceAll(d.settings.Value, ".", "/")) + ".py"
	shown := p.shows(file)
	if len(shown) == 0 && !p.view.Ignored(file, false) {
		return nil // they may come from a package
	}
	try := "commit it, with secrets read from the environment"
	if len(shown) > 0 {
		try = "make it from " + strings.Join(shown, " or ") + " and " + try
	}
	return diag.At(d.settings.From, fmt.Sprintf("names %s, but %s is not in the repository", d.settings.Value, file), try)
}

// examples are words in the names of files that show how another one is written.
var examples = []string{"template", "example", "sample", "dist", "default", "tmpl"}

// shows are the files that show how one beside them is written: settings_template.py.
func (p *project) shows(file string) []string {
	return slices.DeleteFunc(slices.Clone(p.view.Under(path.Dir(file))), func(f string) bool {
		rest, ok := strings.CutPrefix(path.Base(f), strings.TrimSuffix(path.Base(file), ".py"))
		return !ok || path.Dir(f) != path.Dir(file) || !slices.ContainsFunc(examples, func(word string) bool { return strings.Contains(rest, word) })
	})
}

// harmless are values for the variables that settings want while static files are
// collected: nothing is connected to, and no layer keeps them.
func (d *django) harmless() []templates.Var {
	all := slices.Clone(d.wants)
	for _, name := range []string{"SECRET_KEY", "DJANGO_SECRET_KEY"} {
		if !slices.ContainsFunc(all, func(s setting) bool { return s.name == name }) {
			all = append(all, setting{name: name})
		}
	}
	slices.SortFunc(all, func(a, b setting) int { return strings.Compare(a.name, b.name) })
	var vars []templates.Var
	for _, s := range all {
		vars = append(vars, templates.Var{Name: s.name, Value: s.harmless()})
	}
	if d.other || d.set {
		vars = append(vars, templates.Var{Name: "DJANGO_SETTINGS_MODULE", Value: d.settings.Value})
	}
	return vars
}

// addCelery adds the worker of a Celery application.
func (p *project) addCelery(apps []app) {
	for _, a := range apps {
		if a.Kind != "celery" || a.factory {
			continue
		}
		g := program{kind: "celery", framework: "Celery", file: a.file, attribute: a.name}
		g.root, g.module = p.sources.where(a.file)
		g.Program = detect.Program{Name: "celery", Kind: detect.Worker, At: source(a.file, a.line, "Celery application")}
		p.add(g)
		if at := p.schedule(); !at.IsZero() {
			g.kind = "beat"
			g.Program = detect.Program{Name: "celery-beat", Kind: detect.Worker, At: at}
			p.add(g)
		}
	}
}

// schedule is where tasks are given times, which only a beat process keeps.
func (p *project) schedule() fact.Source {
	if d, ok := p.has("django-celery-beat"); ok {
		return d.from
	}
	for _, f := range p.sources.holding("beat_schedule", "BEAT_SCHEDULE", "add_periodic_task") {
		m := p.sources.module(f)
		for _, a := range m.Assigns {
			if a.Target == "beat_schedule" || strings.HasSuffix(a.Target, ".beat_schedule") || strings.HasSuffix(a.Target, "BEAT_SCHEDULE") {
				return source(f, a.Line, a.Target)
			}
		}
		for _, c := range m.Calls {
			if strings.HasSuffix(c.Callee, ".add_periodic_task") {
				return source(f, c.Line, c.Callee)
			}
		}
	}
	return fact.Source{}
}
