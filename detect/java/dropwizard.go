package java

import (
	"path"
	"strconv"

	"go.yaml.in/yaml/v3"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

// dropwizardConfig is a top-level key of https://www.dropwizard.io/en/stable/manual/configuration.html.
var dropwizardConfig = pattern.New(`(?m)^(server|logging|metrics|database):`)

// dropwizard is the configuration of a Dropwizard program that the repository holds, and its text.
func (d *planning) dropwizard() (file string, text []byte, ok bool) {
	for _, file := range d.besideBuild() {
		if ext := path.Ext(file); ext != ".yml" && ext != ".yaml" {
			continue
		}
		if text, err := d.m.view.Read(file); err == nil && dropwizardConfig.Match(text) {
			return file, text, true
		}
	}
	return "", nil, false
}

// besideBuild are the files beside the build file of the module, then those above it, as far as the context
// holds them: people start a module's program from the root too.
func (d *planning) besideBuild() []string {
	var all []string
	for dir := d.m.dir; repo.Within(d.Context, dir); dir = path.Dir(dir) {
		all = append(all, d.m.view.In(dir)...)
		if dir == "." {
			break
		}
	}
	return all
}

// connector is the first place where Dropwizard's configuration has the server listen.
// https://www.dropwizard.io/en/stable/manual/configuration.html#servers, 2026-11
type connector struct {
	Port     yaml.Node `yaml:"port"`
	BindHost yaml.Node `yaml:"bindHost"`
	Snake    yaml.Node `yaml:"bind_host"`
}

// substituted is a port, or the one in ${PORT:-8080}.
var substituted = pattern.New(`^(?:\$\{[^}]*:-)?(\d+)\}?$`)

// connectorPort is the port of the first connector, with a warning where it has the loopback address only.
func (d *planning) connectorPort() fact.Of[int] {
	if _, ok := d.m.has("io.dropwizard:dropwizard-core"); !ok {
		return fact.Of[int]{}
	}
	file, text, ok := d.dropwizard()
	var doc struct {
		Server struct {
			Many  []connector `yaml:"applicationConnectors"`
			Snake []connector `yaml:"application_connectors"`
			One   *connector  `yaml:"connector"`
		} `yaml:"server"`
	}
	if !ok || yaml.Unmarshal(text, &doc) != nil {
		return fact.Of[int]{}
	}
	all := append(doc.Server.Many, doc.Server.Snake...)
	if doc.Server.One != nil {
		all = append(all, *doc.Server.One)
	}
	for _, c := range all {
		for _, host := range []yaml.Node{c.BindHost, c.Snake} {
			if loopback(host.Value) {
				d.plan.Notes = append(d.plan.Notes, detect.Note{Warning: true, At: fact.At(file, host.Line, ""), Text: "listens on the loopback address only, so it will not answer from outside a container"})
			}
		}
		match := substituted.FindStringSubmatch(c.Port.Value)
		if match == nil {
			continue
		}
		if n, err := strconv.Atoi(match[1]); err == nil && n > 0 && n < 65536 {
			return fact.New(n, fact.At(file, c.Port.Line, "port"))
		}
	}
	return fact.Of[int]{}
}
