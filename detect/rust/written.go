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
	for _, f := range c.copied(c.imageOf(p)) {
		if c.isSettings(f.path) {
			if port := c.portIn(f.path); port.Known() {
				return port
			}
		}
	}
	dirs := slices.Compact([]string{c.dir, c.top()})
	for _, dir := range dirs {
		if sample := hints.Samples(c.all.view, dir)[p.network.portEnv.Value]; p.network.portEnv.Known() && sample.Known() {
			if port, err := strconv.Atoi(sample.Value); err == nil && port > 0 && port < 65536 {
				return fact.New(port, sample.From)
			}
		}
	}
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
	if c.all.view.Has(p) {
		return []string{p}
	}
	files := c.all.view.In(p)
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
	_, port, _ := c.addressIn(file)
	return port
}

// addressIn is the table of a file of settings that gives the server its port, that port, and the host
// beside it.
func (c *crate) addressIn(file string) (table string, port fact.Of[int], host fact.Of[string]) {
	values, ok := c.values(file)
	if !ok {
		return "", port, host
	}
	for _, table := range serverTables {
		for _, name := range addressFields {
			value := values(table, name)
			before, digits, ok := strings.Cut(value.Value, ":")
			if n, err := strconv.Atoi(digits); ok && err == nil && n > 0 && n < 65536 {
				if host = fact.New(before, value.From); before == "" {
					host.Value = anyAddress
				}
				return table, fact.New(n, value.From), host
			}
		}
		for _, name := range portFields {
			value := values(table, name)
			n, err := strconv.Atoi(strings.ReplaceAll(value.Value, "_", ""))
			if err != nil || n <= 0 || n > 65535 {
				continue
			}
			port = fact.New(n, value.From)
			for _, name := range hostFields {
				if host = values(table, name); host.Known() {
					host.From.What = name
					break
				}
			}
			return table, port, host
		}
	}
	return "", port, host
}

// values gives the values of a file of settings by table and key.
func (c *crate) values(file string) (func(table, key string) fact.Of[string], bool) {
	text, err := c.all.view.Read(file)
	if err != nil {
		return nil, false
	}
	switch path.Ext(file) {
	case ".toml":
		doc, err := toml.Parse(file, text)
		if err != nil {
			return nil, false
		}
		return func(table, key string) fact.Of[string] {
			at := doc
			if table != "" {
				at = doc.Get(table)
			}
			if n, ok := at.Get(key).Int(); ok {
				return fact.New(strconv.Itoa(n), at.Get(key).From(key))
			}
			return at.Get(key).Fact(key)
		}, true
	case ".yaml", ".yml", ".json":
		var doc yaml.Node
		if yaml.Unmarshal(text, &doc) != nil || len(doc.Content) == 0 {
			return nil, false
		}
		return func(table, key string) fact.Of[string] {
			n := doc.Content[0]
			if table != "" {
				n = entry(n, table)
			}
			if n = entry(n, key); n == nil || n.Kind != yaml.ScalarNode || n.Value == "" {
				return fact.Of[string]{}
			}
			return fact.New(n.Value, fact.At(file, n.Line, key))
		}, true
	}
	return nil, false
}

// writtenHost adds the host that stands beside a port in the settings, and the variable that is read over it.
func (c *crate) writtenHost(n *network, p *program, port fact.Of[int]) {
	told := n.host.Known() || n.hostEnv.Known() || n.addrEnv.Known() || n.hostArg.Known() || n.addrArg.Known()
	if table, at, host := c.addressIn(port.From.File); !told && host.Known() && at == port {
		if n.host = host; host.From == port.From {
			return // one value for both
		}
		e, ok := environmentSource(p.files)
		if ok && (table == "" || e.separator != "") {
			name := strings.ToUpper(e.prefix + e.between + strings.TrimPrefix(table+e.separator, e.separator) + host.From.What)
			if variableName.MatchString(name) {
				n.hostEnv = fact.New(name, e.at)
			}
		}
	}
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
