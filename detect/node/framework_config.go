package node

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/jsconfig"
)

// config is a configuration file in JavaScript or TypeScript. The zero value is a
// file that is not there, whose values are all None.
type config struct {
	file string
	jsconfig.File
	object jsconfig.Value // what the export is or wraps
}

var configExtensions = []string{".js", ".mjs", ".cjs", ".ts", ".mts", ".cts"}

// config reads the first of the configuration files of these names, given without extension.
func (p *pkg) config(names ...string) (config, error) {
	for _, name := range names {
		for _, ext := range configExtensions {
			file := p.in(name + ext)
			if !p.view.Has(file) {
				continue
			}
			text, err := p.view.Read(file)
			if err != nil {
				return config{}, err
			}
			c := config{file: file, File: jsconfig.Read(text)}
			c.object = c.Export.Object()
			return c, nil
		}
	}
	return config{}, nil
}

// at is the source of a value of the file.
func (c config) at(v jsconfig.Value, what string) fact.Source { return fact.At(c.file, v.Line, what) }

// text is the string at a path of the exported object; unknown where it is not a literal.
func (c config) text(keys ...string) fact.Of[string] {
	v := c.object.Get(keys...)
	if s, ok := v.Str(); ok {
		return fact.New(s, c.at(v, strings.Join(keys, ".")))
	}
	return fact.Of[string]{}
}

// folder is text for a folder, which may also be written path.join(__dirname, "x").
func (c config) folder(keys ...string) fact.Of[string] {
	v := c.object.Get(keys...)
	if s, ok := joined(v); ok {
		return fact.New(path.Clean(s), c.at(v, strings.Join(keys, ".")))
	}
	return fact.Of[string]{}
}

// joined is a string, or the literal parts of path.join(…), path.resolve(…) and
// fileURLToPath(new URL("x", import.meta.url)), which start at the file's own folder.
func joined(v jsconfig.Value) (string, bool) {
	if s, ok := v.Str(); ok {
		return s, true
	}
	if v.Kind != jsconfig.Call {
		return "", false
	}
	name := v.Text[strings.LastIndex(v.Text, ".")+1:]
	if !slices.Contains([]string{"join", "resolve", "fileURLToPath", "URL"}, name) {
		return "", false
	}
	var parts []string
	for _, item := range v.Items {
		if s, ok := joined(item); ok {
			parts = append(parts, s)
		}
	}
	return path.Join(parts...), len(parts) > 0
}

// call is the call of a function imported from a module, anywhere in a value.
func (c config) call(v jsconfig.Value, module func(string) bool) (jsconfig.Value, string, bool) {
	if v.Kind == jsconfig.Call {
		name, _, _ := strings.Cut(v.Text, ".")
		if m, ok := c.Imports[name]; ok && module(m) {
			return v, m, true
		}
	}
	for _, item := range v.Items {
		if found, m, ok := c.call(item, module); ok {
			return found, m, true
		}
	}
	for _, f := range v.Fields {
		if found, m, ok := c.call(f.Value, module); ok {
			return found, m, true
		}
	}
	return jsconfig.Value{}, "", false
}

// startScript is how the package says that it is started: the Procfile or a script that is no
// tool for writing code and no server of static files.
func (p *pkg) startScript() (start, bool) {
	if web, ok, err := hints.Web(p.view, p.dir); err == nil && ok {
		if s := p.resolveParsed(web); p.starts(s, true) && !staticServers[s.runner] {
			return s, true
		}
	}
	names := []string{"start:prod", "start:production", "prod", "start", "serve"}
	if name, _ := p.m.firstOf(servers...); name != "" && !staticServers[name] {
		names = append(names, "dev", "start:dev")
	}
	for _, name := range names {
		if s := p.resolve(name); p.starts(s, strings.HasPrefix(name, "start") || name == "prod") && !staticServers[s.runner] {
			return s, true
		}
	}
	return start{}, false
}

// staticServers are commands that serve a folder of files.
var staticServers = map[string]bool{"serve": true, "http-server": true, "live-server": true, "lite-server": true, "sirv": true, "sirv-cli": true, "superstatic": true, "local-web-server": true, "ws": true, "static-server": true, "serve-handler": true, "httpster": true, "browser-sync": true, "pushstate-server": true, "five-server": true, "alive-server": true}

// tool is the first command of the build that runs a program of that name, with the words that follow.
func (p *pkg) tool(name string, sub ...string) (argv []string, from fact.Source, ok bool) {
	scripts := append([]string{p.buildScript()}, p.m.order...)
	for _, script := range scripts {
		line, has := p.m.script(script)
		if !has {
			continue
		}
		for _, c := range p.commands(script) {
			if argv := c.Argv(); len(argv) > 0 && path.Base(argv[0]) == name && (len(sub) == 0 || len(argv) > 1 && slices.Contains(sub, argv[1])) {
				return argv, line.From, true
			}
		}
	}
	return nil, fact.Source{}, false
}

// applies reports whether the package is an application of a framework, and not one that only
// extends it or tests with it: a script runs the framework's command, or its configuration
// or one of the folders of an application is there.
func (p *pkg) applies(command string, configs []string, folders ...string) bool {
	for _, script := range p.m.order {
		for _, c := range p.commands(script) {
			if argv := c.Argv(); len(argv) > 0 && path.Base(argv[0]) == command && !(len(argv) > 1 && slices.Contains(inspections, argv[1])) {
				return true
			}
		}
	}
	for _, name := range configs {
		if slices.ContainsFunc(configExtensions, func(ext string) bool { return p.view.Has(p.in(name + ext)) }) {
			return true
		}
	}
	return !p.isLibrary() && slices.ContainsFunc(folders, func(dir string) bool { return p.view.HasDir(p.in(dir)) })
}

// inspections are commands of frameworks that only look at sources.
var inspections = []string{"check", "sync", "lint", "typegen", "info", "telemetry", "add", "codemod"}

// flagOf is the value of an option: --name value or --name=value.
func flagOf(argv []string, from fact.Source, names ...string) fact.Of[string] {
	for i, a := range argv {
		for _, name := range names {
			if a == name && i+1 < len(argv) && !strings.HasPrefix(argv[i+1], "-") {
				return fact.New(argv[i+1], fact.At(from.File, from.Line, name))
			}
			if v, ok := strings.CutPrefix(a, name+"="); ok {
				return fact.New(v, fact.At(from.File, from.Line, name))
			}
		}
	}
	return fact.Of[string]{}
}

// major is the major version that a dependency asks for, 0 where the range does not say.
func (p *pkg) majorOf(name string) int {
	d, ok := p.m.dependency(name)
	if !ok {
		return 0
	}
	spec := strings.TrimPrefix(d.spec, "npm:")
	if i := strings.LastIndex(spec, "@"); i > 0 {
		spec = spec[i+1:]
	}
	return major(strings.TrimLeft(spec, "^~>=v "))
}

// installs reports whether the package, or the root of its workspace, depends on another: tools
// of all members often stand in the root's manifest.
func (p *pkg) installs(name string) bool {
	return slices.ContainsFunc(p.manifests(), func(m *manifest) bool { return m.has(name) })
}

// from is where a dependency stands in package.json.
func (p *pkg) depFrom(name string) fact.Source {
	d, _ := p.m.dependency(name)
	return d.from
}

// subPath is the path of an address that pages live under: "/app/" of "/app",
// "https://example.com/app/" and "app"; "" for the root and for relative addresses.
func subPath(base fact.Of[string]) fact.Of[string] {
	v := base.Value
	if i := strings.Index(v, "://"); i >= 0 {
		_, rest, _ := strings.Cut(v[i+3:], "/")
		v = "/" + rest
	}
	if strings.HasPrefix(v, "//") || strings.HasPrefix(v, ".") || strings.Trim(v, "/") == "" || strings.ContainsAny(v, "${}") {
		return fact.Of[string]{}
	}
	return fact.New("/"+strings.Trim(v, "/")+"/", base.From)
}
