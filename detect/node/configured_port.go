package node

import (
	"path"
	"slices"
	"strings"

	"github.com/tailscale/hujson"
	"go.yaml.in/yaml/v3"

	"github.com/dockgen/dockgen/internal/fact"
)

// literals keeps the ports that objects of a source hold as plain numbers, which a call that listens may be given
// by the name of their property: { server: { port: 3000 } }, app.set('port', 3000).
func (f *facts) literals(file string, t []token) {
	for i := 3; i < len(t); i++ {
		if t[i].kind != number || t[i-2].kind == sign || !namesPort(t[i-2].text) {
			continue
		}
		n, ok := port(t[i].text)
		if !ok {
			continue
		}
		s := setting{port: n, names: []string{t[i-2].text}, from: fact.At(file, t[i].line, t[i-2].text)}
		switch {
		case t[i-1].text == "," && t[i-2].kind == quoted && t[i-3].text == "(" && i > 3 && t[i-4].text == "set":
		case t[i-1].text == ":" && t[i-2].kind != number && !ofClient(t, i):
			open := object(t, i)
			switch {
			case open < 1:
				continue
			case t[open-1].text == ":" && open > 1:
				s.within = t[open-2].text
			case t[open-1].text != "=" && t[open-1].text != "default":
				continue
			}
		default:
			continue
		}
		f.fixed = append(f.fixed, s)
	}
}

func namesPort(name string) bool {
	return name == "port" || name == "PORT" || strings.HasSuffix(name, "Port") || strings.HasSuffix(name, "_port")
}

// fixedPort is the only port that an object holds under a name which a call that listens is given: the one
// that lies in an object called after a server before one at the top, and that before all others.
func (f *facts) fixedPort() fact.Of[int] {
	for rank := range 3 {
		var found fact.Of[int]
		several := false
		for _, s := range f.fixed {
			if !f.passes(s.names[0]) || s.within != "" && !slices.Contains(f.owners, s.within) || rankOf(s.within) != rank {
				continue
			}
			several = several || found.Known() && found.Value != s.port
			if !found.Known() {
				found = fact.New(s.port, s.from)
			}
		}
		if several {
			break
		}
		if found.Known() {
			return found
		}
	}
	return fact.Of[int]{}
}

func rankOf(within string) int {
	switch upper := strings.ToUpper(within); {
	case within == "":
		return 1
	case slices.Contains(ownParts, upper):
		return 0
	case ofOther(upper):
		return 3
	}
	return 2
}

func (f *facts) passes(name string) bool { return slices.Contains(f.passed, name) }

// settingsFiles reads the ports of files with settings: those that sources load by name, and those of node-config,
// whose file of variables also says which one moves the port. What holds in production comes first.
// https://github.com/node-config/node-config/wiki/Configuration-Files (2026-11)
func (p *pkg) settingsFiles(f *facts, loaded []string) {
	files := slices.Clone(loaded)
	if p.m.has("config") || p.m.has("@feathersjs/configuration") {
		for _, name := range []string{"production", "default"} {
			for _, ext := range []string{".json", ".json5", ".yaml", ".yml"} {
				files = append(files, p.in("config/"+name+ext))
			}
		}
		for _, ext := range []string{".json", ".json5", ".yaml", ".yml"} {
			file := p.in("config/custom-environment-variables" + ext)
			p.leavesOf(file, func(keys []string, text string, at fact.Source) {
				if keys[len(keys)-1] == "__name" {
					keys = keys[:len(keys)-1]
				}
				if len(keys) == 0 {
					return
				}
				last := keys[len(keys)-1]
				if !namesPort(last) || !isVariable(text) {
					return
				}
				s := setting{variable: text, names: []string{last}, from: at}
				if len(keys) > 1 {
					s.within = keys[len(keys)-2]
				}
				f.moved = append(f.moved, s)
			})
		}
	}
	seen := map[string]bool{}
	for _, file := range files {
		p.leavesOf(file, func(keys []string, text string, at fact.Source) {
			last, whole := keys[len(keys)-1], strings.Join(keys, ".")
			n, ok := port(text)
			if !ok || !namesPort(last) || seen[path.Dir(file)+whole] {
				return
			}
			seen[path.Dir(file)+whole] = true
			s := setting{port: n, names: []string{last}, from: at}
			if len(keys) > 1 {
				s.within = keys[len(keys)-2]
			}
			f.fixed = append(f.fixed, s)
		})
	}
}

// moves are the variables of node-config's file that hold the port which a call that listens is given.
func (f *facts) moves() {
	for _, s := range f.moved {
		if !f.passes(s.names[0]) || s.within != "" && !slices.Contains(f.owners, s.within) {
			continue
		}
		if s.variable == "PORT" {
			if f.reads.IsZero() {
				f.reads = s.from
			}
			continue
		}
		s.passed, s.port = true, f.fixedPort().Value
		if s.port > 0 {
			f.ports = append(f.ports, s)
		}
	}
}

// leavesOf are the texts and numbers of a file with settings, with the names above them. A file that cannot be read says nothing.
func (p *pkg) leavesOf(file string, each func(keys []string, text string, at fact.Source)) {
	if !p.view.Has(file) || p.view.Size(file) > maxSource {
		return
	}
	switch path.Ext(file) {
	case ".yaml", ".yml":
		if s, err := readYAML(p.view, file); err == nil && s.exists() {
			yamlLeaves(s.file, s.node, nil, each)
		}
	case ".json", ".json5":
		if v, err := readJSON(p.view, file); err == nil {
			jsonLeaves(v, nil, each)
		}
	}
}

const maxKeys = 8 // names above one another in a file with settings

func jsonLeaves(v value, keys []string, each func([]string, string, fact.Source)) {
	if v.raw == nil || len(keys) > maxKeys {
		return
	}
	if literal, ok := v.raw.Value.(hujson.Literal); ok && len(keys) > 0 {
		each(keys, literal.String(), v.at(keys[len(keys)-1]))
		return
	}
	for name, member := range v.fields() {
		jsonLeaves(member, append(slices.Clone(keys), name), each)
	}
}

func yamlLeaves(file string, n *yaml.Node, keys []string, each func([]string, string, fact.Source)) {
	switch {
	case len(keys) > maxKeys:
	case n.Kind == yaml.ScalarNode && len(keys) > 0:
		each(keys, n.Value, fact.At(file, n.Line, keys[len(keys)-1]))
	case n.Kind == yaml.MappingNode:
		for i := 0; i+1 < len(n.Content); i += 2 {
			yamlLeaves(file, n.Content[i+1], append(slices.Clone(keys), n.Content[i].Value), each)
		}
	}
}

// loadedSettings are the JSON files beside a source that it loads by name.
func loadedSettings(file string, t []token) []string {
	var found []string
	for i := 1; i < len(t); i++ {
		if t[i].kind == quoted && strings.HasPrefix(t[i].text, ".") && path.Ext(t[i].text) == ".json" && isModuleName(t, i) && path.Base(t[i].text) != "package.json" {
			found = append(found, path.Join(path.Dir(file), t[i].text))
		}
	}
	return found
}
