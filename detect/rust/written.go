package rust

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/toml"
)

// writtenPort is the port of a program whose sources do not say it: in the settings that it
// reads at run time, in a Dockerfile, or in a compose file.
func (c *crate) writtenPort(p *program) fact.Of[int] {
	for _, f := range c.readAtRunTime(p) {
		for _, file := range c.settingsFiles(f.path) {
			if port := c.portIn(file); port.Known() {
				return port
			}
		}
	}
	dirs := slices.Compact([]string{c.dir, c.top()})
	for _, dir := range dirs {
		for _, d := range hints.Dockerfiles(c.all.view, dir) {
			if len(d.Ports) > 0 && (path.Base(d.File) == "Dockerfile" || runs(d.Command, p.bin.name)) {
				return d.Ports[0]
			}
		}
	}
	if service, ok := hints.ComposeOf(c.all.view, c.dir, append(dirs, ".")...); ok && len(service.Ports) > 0 {
		return service.Ports[0]
	}
	return fact.Of[int]{}
}

// settingsFirst are names of settings that hold for every environment, then of the one that is deployed.
var settingsFirst = []string{"base", "default", "config", "settings", "configuration", "app", "production", "release"}

// settingsFiles are the files of settings at or in a path, those of every environment first.
func (c *crate) settingsFiles(p string) []string {
	files := []string{p}
	if !c.all.view.Has(p) {
		files = c.all.view.In(p)
	}
	var all []string
	for _, name := range settingsFirst {
		for _, f := range files {
			base := strings.ToLower(path.Base(f))
			if strings.TrimSuffix(base, path.Ext(base)) == name {
				all = append(all, f)
			}
		}
	}
	return all
}

// serverTables are tables of settings that are about the server itself; "" is the top.
var serverTables = []string{"", "server", "application", "app", "http", "web", "service", "api", "listen"}

// portIn is the port that a file of settings gives the server; not known for a file of another form.
func (c *crate) portIn(file string) fact.Of[int] {
	text, err := c.all.view.Read(file)
	if err != nil {
		return fact.Of[int]{}
	}
	switch path.Ext(file) {
	case ".toml":
		doc, err := toml.Parse(file, text)
		if err != nil {
			return fact.Of[int]{}
		}
		for _, table := range serverTables {
			keys := []string{table, "port"}
			if table == "" {
				keys = keys[1:]
			}
			if port, ok := doc.Get(keys...).Int(); ok {
				return fact.New(port, doc.Get(keys...).From("port"))
			}
		}
	case ".yaml", ".yml", ".json":
		var doc yaml.Node
		if yaml.Unmarshal(text, &doc) != nil || len(doc.Content) == 0 {
			return fact.Of[int]{}
		}
		for _, table := range serverTables {
			n := doc.Content[0]
			if table != "" {
				n = entry(n, table)
			}
			if n = entry(n, "port"); n != nil {
				if port, err := strconv.Atoi(n.Value); err == nil && port > 0 && port < 65536 {
					return fact.New(port, fact.At(file, n.Line, "port"))
				}
			}
		}
	}
	return fact.Of[int]{}
}

// entry is the value of a key of a mapping, nil where there is none.
func entry(n *yaml.Node, key string) *yaml.Node {
	if n == nil || n.Kind != yaml.MappingNode {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value == key {
			return n.Content[i+1]
		}
	}
	return nil
}
