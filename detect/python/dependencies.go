package python

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/toml"
)

// servers are packages that serve an application for good.
var servers = []string{"gunicorn", "uvicorn", "hypercorn", "granian", "daphne", "waitress", "uwsgi"}

// chooseExtras takes the optional dependencies that production wants: those of that
// name and those that people's Dockerfile installs, and, where nothing else brings a server, the one extra that does.
func (p *project) chooseExtras() {
	table := p.pyproject.Get("project", "optional-dependencies")
	served := slices.ContainsFunc(servers, func(s string) bool { _, ok := p.has(s); return ok })
	var with []string
	said := p.built().extras
	for _, extra := range table.Keys() {
		switch name := normal(extra); {
		case name == "prod" || name == "production" || slices.ContainsFunc(said, func(s fact.Of[string]) bool { return s.Value == name }):
			p.extras = append(p.extras, extra)
		case name == "all" || name == "dev" || name == "docs" || strings.Contains(name, "test"):
		case slices.ContainsFunc(table.Get(extra).Items(), func(v *toml.Value) bool {
			d, ok := parseRequirement(v.Str(), v.From(extra))
			return ok && slices.Contains(servers, d.name)
		}):
			with = append(with, extra)
		}
	}
	if !served && len(p.extras) == 0 && len(with) == 1 {
		p.extras = with
	}
	for _, extra := range p.extras {
		for _, v := range table.Get(extra).Items() {
			if d, ok := parseRequirement(v.Str(), v.From(extra)); ok && onLinux(d.marker) {
				p.addNew([]dependency{d})
			}
		}
	}
}

// gatherDependencies collects what production needs, from the manifest that the tool reads.
func (p *project) gatherDependencies() error {
	add := func(v *toml.Value, what string) {
		if d, ok := parseRequirement(v.Str(), v.From(what)); ok && onLinux(d.marker) {
			p.addNew([]dependency{d})
		}
	}
	if p.requirements != nil && p.tool.Value == "pip" {
		p.addNew(p.requirements.deps) // what is installed: its versions are the ones that count
	}
	for _, v := range p.inline.Get("dependencies").Items() {
		add(v, "dependencies")
	}
	for _, v := range p.pyproject.Get("project", "dependencies").Items() {
		add(v, "dependencies")
	}
	p.chooseGroups()
	for _, group := range p.groups {
		if p.tool.Value == "poetry" {
			p.poetryTable(p.pyproject.Get("tool", "poetry", "group", group, "dependencies"))
		}
		for _, v := range p.grouped(group, map[string]bool{}) {
			add(v, "dependency-groups")
		}
	}
	if p.tool.Value == "poetry" || len(p.deps) == 0 {
		p.poetryTable(p.pyproject.Get("tool", "poetry", "dependencies"))
	}
	if p.tool.Value == "pipenv" {
		p.poetryTable(p.pipfile.Get("packages"))
	}
	if p.setup != nil {
		p.addNew(p.setup.deps)
	}
	if p.requirements != nil && len(p.deps) == 0 {
		p.addNew(p.requirements.deps)
	}
	if p.tool.Value == "uv" || p.tool.Value == "setup" {
		p.chooseExtras()
	}
	if p.tool.Value == "pylock" && p.lock != nil {
		for _, name := range p.lock.names() {
			l := p.lock.packages[name][0]
			p.addNew([]dependency{{name: name, spec: "==" + l.version, marker: l.marker, from: l.from}})
		}
	}
	if p.lock != nil {
		p.lock.asked = p.deps
	}
	return nil
}

// chooseGroups takes the groups of dependencies that production wants: those of that name and
// those that people's Dockerfile installs; without a project of its own, the main one.
// https://packaging.python.org/en/latest/specifications/dependency-groups/
func (p *project) chooseGroups() {
	table := p.pyproject.Get("dependency-groups")
	switch {
	case p.tool.Value == "poetry":
		table = p.pyproject.Get("tool", "poetry", "group")
	case p.tool.Value != "uv" || p.lock == nil && p.pyproject.Get("project") != nil:
		return // what is installed then is the project's own list
	}
	if p.groups = p.wantedGroups(table); p.lock != nil {
		p.lock.wanted = p.groups
	}
}

// wantedGroups are the keys of a table of groups that production wants.
func (p *project) wantedGroups(table *toml.Value) []string {
	said := append(p.built().groups, "prod", "production")
	if p.pyproject.Get("project") == nil && p.pyproject.Get("tool", "poetry") == nil {
		said = append(said, "main", "default")
	}
	return slices.DeleteFunc(table.Keys(), func(key string) bool { return !slices.Contains(said, normal(key)) })
}

// grouped are the requirements of a group, those of the groups that it includes as well.
func (p *project) grouped(name string, seen map[string]bool) []*toml.Value {
	if seen[name] {
		return nil
	}
	seen[name] = true
	var all []*toml.Value
	for _, v := range p.pyproject.Get("dependency-groups", name).Items() {
		if included := v.Get("include-group").Str(); included != "" {
			all = append(all, p.grouped(included, seen)...)
			continue
		}
		all = append(all, v)
	}
	return all
}

func (p *project) addNew(deps []dependency) {
	for _, d := range deps {
		if i := slices.IndexFunc(p.deps, func(o dependency) bool { return o.name == d.name }); i < 0 {
			p.deps = append(p.deps, d)
		} else {
			p.deps[i].extras = append(p.deps[i].extras, d.extras...)
		}
	}
}

// poetryTable reads a table of name = "constraint" or name = {version, extras, …},
// as Poetry and Pipfile have it. https://python-poetry.org/docs/dependency-specification/
func (p *project) poetryTable(table *toml.Value) {
	for _, key := range table.Keys() {
		v := table.Get(key)
		if normal(key) == "python" {
			continue
		}
		if v.Kind == toml.Array && len(v.Items()) > 0 {
			v = v.Items()[0]
		}
		if v.Get("optional").True() {
			continue
		}
		d := dependency{name: normal(key), spec: v.Str(), from: v.From("")}
		if v.Kind == toml.Table {
			d.spec, d.marker = v.Get("version").Str(), v.Get("markers").Str()
			d.url = first(v.Get("git").Str(), v.Get("url").Str(), v.Get("path").Str(), v.Get("file").Str())
			for _, e := range v.Get("extras").Strings() {
				d.extras = append(d.extras, normal(e))
			}
			if s := v.Get("sys_platform").Str(); s != "" {
				d.marker = "sys_platform " + s
			}
		}
		if onLinux(d.marker) {
			p.deps = append(p.deps, d)
		}
	}
}

func first(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

// localPaths are the folders of the repository, outside the project's own, that
// path dependencies name.
func (p *project) localPaths() []fact.Of[string] {
	var all []fact.Of[string]
	add := func(target string, from fact.Source) {
		dir := p.file(target)
		if target != "" && dir != ".." && !strings.HasPrefix(dir, "../") && !strings.HasPrefix(target, "/") && dir != p.dir {
			all = append(all, fact.New(dir, from))
		}
	}
	if p.requirements != nil && p.tool.Value == "pip" {
		for _, l := range p.requirements.local {
			if l.Value != p.dir {
				all = append(all, l)
			}
		}
	}
	for _, table := range []*toml.Value{p.pyproject.Get("tool", "poetry", "dependencies"), p.pyproject.Get("tool", "uv", "sources"), p.pipfile.Get("packages")} {
		for _, key := range table.Keys() {
			if v := table.Get(key).Get("path"); v != nil {
				add(v.Str(), v.From(key))
			}
		}
	}
	return all
}

// gitSource is a dependency that needs git to be fetched.
func (p *project) gitSource() fact.Source {
	if p.requirements != nil && p.tool.Value == "pip" && !p.requirements.git.IsZero() {
		return p.requirements.git
	}
	for _, d := range p.deps {
		if strings.HasPrefix(d.url, "git+") || strings.HasSuffix(d.url, ".git") {
			return d.from
		}
	}
	for _, table := range []*toml.Value{p.pyproject.Get("tool", "poetry", "dependencies"), p.pyproject.Get("tool", "uv", "sources"), p.pipfile.Get("packages")} {
		for _, key := range table.Keys() {
			if v := table.Get(key).Get("git"); v != nil {
				return v.From(key)
			}
		}
	}
	if p.lock != nil {
		return p.lock.git
	}
	return fact.Source{}
}
