package python

import (
	"net/url"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/toml"
)

// privateIndex is a package index of the project's own, and the secret that opens it.
type privateIndex struct {
	detect.Secret
	file string // where the secret is mounted, "" for an environment variable
	host string
}

type secretView struct {
	ID, File string
	Required bool
}

// public are the names behind which anyone may fetch packages: the last but one part
// of a host's name.
var public = []string{"pypi", "python", "pythonhosted", "pytorch", "nvidia", "piwheels"}

var variable = pattern.New(`\$\{?([A-Z_][A-Z0-9_]*)\}?`)

// indexes are the secrets of the private indexes, as each tool takes them:
//
//	pip, pipenv, pdm  https://${USER}:${TOKEN}@host/: those variables; else netrc
//	uv                UV_INDEX_NAME_USERNAME and _PASSWORD
//	Poetry            POETRY_HTTP_BASIC_NAME_USERNAME and _PASSWORD
//
// https://pip.pypa.io/en/stable/topics/authentication/,
// https://docs.astral.sh/uv/concepts/indexes/#authentication,
// https://python-poetry.org/docs/repositories/#configuring-credentials
func (p *project) indexes() []privateIndex {
	var all []privateIndex
	add := func(i privateIndex) {
		if !slices.ContainsFunc(all, func(o privateIndex) bool { return o.ID == i.ID }) {
			all = append(all, i)
		}
	}
	for _, source := range p.indexURLs() {
		u, err := url.Parse(variable.ReplaceAllString(source.Value, "x"))
		if err != nil || u.Host == "" || known(u.Hostname()) {
			continue
		}
		names := variable.FindAllStringSubmatch(source.Value, -1)
		for _, n := range names {
			add(privateIndex{Secret: detect.Secret{ID: n[1], Required: true, From: source.From}, host: u.Hostname()})
		}
		prefix := map[string]string{"uv": "UV_INDEX_", "poetry": "POETRY_HTTP_BASIC_"}[p.tool.Value]
		switch {
		case len(names) > 0 || u.User != nil:
		case prefix != "" && source.name != "":
			for _, end := range []string{"_USERNAME", "_PASSWORD"} {
				add(privateIndex{Secret: detect.Secret{ID: prefix + inVariable(source.name) + end, From: source.From}, host: u.Hostname()})
			}
		default:
			add(privateIndex{Secret: detect.Secret{ID: "netrc", Source: "$HOME/.netrc", From: source.From}, file: "/root/.netrc", host: u.Hostname()})
		}
	}
	return all
}

func known(host string) bool {
	parts := strings.Split(host, ".")
	return len(parts) < 2 || slices.Contains(public, parts[len(parts)-2])
}

var notInVariable = pattern.New(`[^A-Za-z0-9]`)

// inVariable is a name as variables of the environment have it.
func inVariable(name string) string {
	return strings.ToUpper(notInVariable.ReplaceAllString(name, "_"))
}

// indexURL is the address of an index and the name that the manifest gives it.
type indexURL struct {
	fact.Of[string]
	name string
}

func (p *project) indexURLs() []indexURL {
	var all []indexURL
	if p.requirements != nil && p.tool.Value == "pip" {
		for _, i := range p.requirements.indexes {
			all = append(all, indexURL{Of: i})
		}
	}
	root := p.pyproject
	if p.workspace != nil {
		root = p.workspace.pyproject
	}
	tables := map[string]*toml.Value{
		"uv": root.Get("tool", "uv", "index"), "poetry": p.pyproject.Get("tool", "poetry", "source"),
		"pdm": p.pyproject.Get("tool", "pdm", "source"), "pipenv": p.pipfile.Get("source"),
	}
	for _, t := range tables[p.tool.Value].Items() {
		all = append(all, indexURL{Of: t.Get("url").Fact("url"), name: t.Get("name").Str()})
	}
	return all
}

func (p *project) secretViews() []secretView {
	var all []secretView
	for _, i := range p.indexes() {
		all = append(all, secretView{ID: i.ID, File: i.file, Required: i.Required})
	}
	return all
}
