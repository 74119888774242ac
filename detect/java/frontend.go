package java

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// frontend is a page that the build makes with Node.
type frontend struct {
	dir      string // with the package.json, relative to the root
	install  string // where the plugin looks for Node, relative to the root: INSTALL/node/node; "" for on the path
	version  fact.Of[string]
	provided bool // a stage gives Node and npm; otherwise the plugin downloads them
	from     fact.Source
}

// nodePrograms are what the image of Node has on the path.
var nodePrograms = []string{"npm", "npx", "node"}

// frontend: https://github.com/eirslett/frontend-maven-plugin, and programs that
// exec-maven-plugin starts (https://www.mojohaus.org/exec-maven-plugin/exec-mojo.html), 2026-11
func (p *pom) frontend(v *repo.View) *frontend {
	plugin := p.plugin("frontend-maven-plugin")
	goal, ok := hasGoal(plugin, "install-node-and-npm", "install-node-and-yarn", "install-node-and-pnpm", "install-node-and-corepack")
	if !ok {
		return p.execNode(v)
	}
	at := func(name string) string {
		value := p.configured(plugin, name).Value
		if value == "" {
			return p.dir
		}
		return path.Join(p.dir, value)
	}
	f := &frontend{dir: at("workingDirectory"), install: at("workingDirectory"), from: goal.from("frontend-maven-plugin")}
	if d := p.configured(plugin, "installDirectory"); d.Known() {
		f.install = path.Join(p.dir, d.Value)
	}
	f.version = p.configured(plugin, "nodeVersion")
	f.provided = goal.text == "install-node-and-npm"
	return f
}

// execNode is a page whose npm the build starts itself.
func (p *pom) execNode(v *repo.View) *frontend {
	for _, e := range p.plugin("exec-maven-plugin") {
		for _, x := range e.find("executable") {
			if !slices.Contains(nodePrograms, x.text) {
				continue
			}
			f := &frontend{dir: p.dir, provided: true, from: x.from("exec-maven-plugin")}
			if d := p.configured([]*element{e}, "workingDirectory"); d.Known() {
				f.dir = path.Join(p.dir, d.Value)
			}
			f.version = nodeFile(v, f.dir)
			return f
		}
	}
	return nil
}

// frontend: the plugin takes the Node on the path unless it is told to download one, which is
// left to it (https://github.com/node-gradle/gradle-node-plugin/blob/main/docs/usage.md, read
// 2026-11-24); and tasks of type Exec that start npm.
func (p *gradleProject) frontend() *frontend {
	f := &frontend{dir: p.dir, provided: true}
	if at, ok := p.has("com.github.node-gradle.node", "com.moowork.node"); ok {
		f.from, f.version = at, p.value("node.version", "node.version.set")
		for _, s := range p.settings {
			switch strings.TrimSuffix(s.path, ".set") {
			case "node.download":
				f.provided = !slices.ContainsFunc(s.args, func(t token) bool { return t.text == "true" })
			case "node.nodeProjectDir":
				f.dir = p.subfolder(s)
			}
		}
	} else {
		at := slices.IndexFunc(p.settings, func(s setting) bool {
			// commandLine(if (windows) listOf("npm.cmd", "ci") else listOf("npm", "ci")), executable = "npm"
			return (strings.HasSuffix(s.path, "commandLine") || strings.HasSuffix(s.path, "executable")) && slices.ContainsFunc(s.strings(), func(text string) bool {
				words := strings.Fields(text)
				return len(words) > 0 && slices.Contains(nodePrograms, words[0])
			})
		})
		if at < 0 {
			return nil
		}
		f.from = p.settings[at].from()
	}
	if !f.version.Known() {
		f.version = nodeFile(p.build.view, f.dir)
	}
	return f
}

// subfolder is the folder in a call of file("${project.projectDir}/page"), or the project's own.
func (p *gradleProject) subfolder(s setting) string {
	for _, t := range s.args {
		if dir := p.relative(t); dir != "" {
			return dir
		}
	}
	return p.dir
}

// nodeFile is the version in a folder's .nvmrc or .node-version.
func nodeFile(v *repo.View, dir string) fact.Of[string] {
	for _, name := range []string{".nvmrc", ".node-version"} {
		file := path.Join(dir, name)
		if source, err := v.Read(file); err == nil {
			return fact.New(strings.TrimSpace(string(source)), fact.At(file, 1, ""))
		}
	}
	return fact.Of[string]{}
}

// shareFrontend gives modules without a page of their own that of another one of
// their build: a task may ask for it (processResources.dependsOn(":page:build")).
func shareFrontend(all []*module) {
	for _, m := range all {
		for _, other := range all {
			if m.frontend == nil && other.root == m.root {
				m.frontend = other.frontend
			}
		}
	}
}
