package java

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// pom is one pom.xml. Format: https://maven.apache.org/pom.html
type pom struct {
	file     string
	dir      string
	root     *element
	parent   *pom                // in the repository
	inherits string              // group:artifact of a parent that is not, "" for none
	version  string              // of that parent
	given    map[string]string   // -D of .mvn/maven.config
	on       map[*pom][]*element // active profiles of the pom and its parents, judged in this pom's folder as Maven does
}

func readPOM(v *repo.View, file string) (*pom, error) {
	source, err := v.Read(file)
	if err != nil {
		return nil, err
	}
	root, err := parseXML(file, source)
	if err != nil {
		return nil, err
	}
	if root.name != "project" {
		return nil, diag.At(fact.At(file, root.line, ""), fmt.Sprintf("has <%s> where a pom has <project>", root.name), "write a Maven project there, or rename the file")
	}
	return &pom{file: file, dir: path.Dir(file), root: root}, nil
}

// adopt finds the parent of each pom: by relativePath, if what is there is the
// pom it names (https://maven.apache.org/pom.html#inheritance).
func adopt(v *repo.View, poms map[string]*pom) {
	for _, p := range poms {
		e := p.root.at("parent")
		if e == nil {
			continue
		}
		rel := "../pom.xml"
		if r := e.at("relativePath"); r != nil {
			rel = r.text
		}
		p.inherits, p.version = e.value("groupId")+":"+e.value("artifactId"), e.value("version")
		if rel == "" {
			continue
		}
		file := path.Join(p.dir, rel)
		if !strings.HasSuffix(file, ".xml") || (!v.Has(file) && v.HasDir(file)) {
			file = path.Join(file, "pom.xml")
		}
		if q := poms[file]; q != nil && q != p && q.root.value("artifactId") == e.value("artifactId") {
			p.parent, p.inherits = q, ""
		}
	}
	for _, p := range poms { // a loop of parents is Maven's to refuse; here it must only end
		seen := map[*pom]bool{}
		for q := p; q != nil; q = q.parent {
			if seen[q.parent] {
				q.parent = nil
			}
			seen[q] = true
		}
	}
}

// ancestry are the pom and its parents in the repository, the nearest first.
func (p *pom) ancestry() []*pom {
	var all []*pom
	for q := p; q != nil; q = q.parent {
		all = append(all, q)
	}
	return all
}

// published is the parent that no file of the repository is, and what is known of it.
func (p *pom) published() (name, version string, parent knownParent, ok bool) {
	all := p.ancestry()
	top := all[len(all)-1]
	if top.inherits == "" {
		return "", "", knownParent{}, false
	}
	version, _ = top.expand(top.version)
	parent, ok = known().Parents[top.inherits]
	return top.inherits, version, parent, ok
}

// property is the value of a property as the pom sees it, with ${…} in it replaced.
// Known is false where Maven would leave ${…} standing, or a parent that we cannot read decides.
func (p *pom) property(name string) fact.Of[string] { return p.lookup(name, &budget{}) }

// budget bounds what one expansion may do: properties may name each other in a
// ring, or double at each level.
type budget struct{ depth, steps int }

const (
	maxDepth = 20
	maxSteps = 2000
)

func (p *pom) lookup(name string, b *budget) fact.Of[string] {
	b.steps++
	if b.depth > maxDepth || b.steps > maxSteps {
		return fact.Of[string]{}
	}
	raw := p.raw(name)
	if !raw.Known() {
		return raw
	}
	b.depth++
	value, ok := p.expandWith(raw.Value, b)
	b.depth--
	if !ok {
		return fact.Of[string]{}
	}
	if inner, found := strings.CutPrefix(raw.Value, "${"); found && strings.HasSuffix(inner, "}") && !strings.Contains(inner, "${") {
		if there := p.lookup(strings.TrimSuffix(inner, "}"), b); there.Known() {
			return there // one name for another: the place that holds the value
		}
	}
	return fact.New(value, raw.From)
}

func (p *pom) raw(name string) fact.Of[string] {
	if value, ok := p.given[name]; ok {
		return fact.New(value, fact.At(path.Join(p.dir, ".mvn/maven.config"), 0, "-D"+name))
	}
	if e := p.ofProject(name); e.Known() {
		return e
	}
	for _, q := range p.ancestry() {
		for _, profile := range slices.Backward(p.on[q]) {
			if e := profile.at("properties", name); e != nil {
				return fact.New(e.text, e.from(name))
			}
		}
		if e := q.root.at("properties", name); e != nil {
			return fact.New(e.text, e.from(name))
		}
	}
	parent, version, data, ok := p.published()
	if ok {
		major, _, _ := strings.Cut(version, ".")
		if value, found := data.Properties[major][name]; found {
			all := p.ancestry()
			return fact.New(value, all[len(all)-1].root.at("parent").from(parent[strings.Index(parent, ":")+1:]))
		}
	}
	return fact.Of[string]{}
}

// ofProject are the values of the model itself: project.version, basedir.
func (p *pom) ofProject(name string) fact.Of[string] {
	field := strings.TrimPrefix(strings.TrimPrefix(name, "project."), "pom.")
	if field == name && name != "basedir" {
		return fact.Of[string]{}
	}
	switch field {
	case "groupId", "version":
		for _, q := range p.ancestry() {
			if e := q.root.at(field); e != nil {
				return fact.New(e.text, e.from(field))
			}
			if e := q.root.at("parent", field); e != nil {
				return fact.New(e.text, e.from("parent "+field))
			}
		}
	case "artifactId", "packaging", "name":
		if e := p.root.at(field); e != nil {
			return fact.New(e.text, e.from(field))
		}
		if field == "packaging" {
			return fact.New("jar", fact.At(p.file, p.root.line, "default packaging"))
		}
		if field == "name" {
			return p.ofProject("project.artifactId")
		}
	case "basedir":
		return fact.New(".", fact.At(p.file, 0, "basedir"))
	case "parent.basedir":
		if p.parent != nil {
			return fact.New(repo.Rel(p.dir, p.parent.dir), fact.At(p.file, 0, name))
		}
	case "build.directory":
		return fact.New(p.setting("target", "build", "directory").Value, fact.At(p.file, 0, name))
	case "build.finalName":
		return p.setting("${project.artifactId}-${project.version}", "build", "finalName")
	case "parent.version", "parent.groupId", "parent.artifactId":
		if e := p.root.at("parent", strings.TrimPrefix(field, "parent.")); e != nil {
			return fact.New(e.text, e.from(field))
		}
	}
	return fact.Of[string]{}
}

// setting is an element that children inherit (build/finalName), or the default.
func (p *pom) setting(standard string, names ...string) fact.Of[string] {
	for _, q := range p.ancestry() {
		for _, profile := range slices.Backward(p.on[q]) {
			if e := profile.at(names...); e != nil {
				return fact.New(e.text, e.from(names[len(names)-1]))
			}
		}
		if e := q.root.at(names...); e != nil {
			return fact.New(e.text, e.from(names[len(names)-1]))
		}
	}
	return fact.New(standard, fact.At(p.file, 0, "default "+names[len(names)-1]))
}

// expand replaces ${…}. It is false where one has no value that we know.
func (p *pom) expand(s string) (string, bool) { return p.expandWith(s, &budget{}) }

const maxExpanded = 1 << 12 // bytes

func (p *pom) expandWith(s string, limits *budget) (string, bool) {
	var b strings.Builder
	for {
		i := strings.Index(s, "${")
		if i < 0 {
			b.WriteString(s)
			return b.String(), b.Len() < maxExpanded
		}
		end := strings.IndexByte(s[i:], '}')
		if end < 0 || b.Len() > maxExpanded {
			return "", false
		}
		value := p.lookup(s[i+2:i+end], limits)
		if !value.Known() {
			return "", false
		}
		b.WriteString(s[:i] + value.Value)
		s = s[i+end+1:]
	}
}

// of is the expanded text of an element, unknown where it cannot be expanded.
func (p *pom) of(e *element, what string) fact.Of[string] {
	if e == nil {
		return fact.Of[string]{}
	}
	value, ok := p.expand(e.text)
	if !ok || value == "" {
		return fact.Of[string]{}
	}
	return fact.New(value, e.from(what))
}

// plugin are the elements that configure a plugin which the build runs, the
// nearest first: those of the pom, of its active profiles, of its parents, then
// what pluginManagement adds. It is empty where nobody runs the plugin.
func (p *pom) plugin(artifact string) []*element {
	var runs, managed []*element
	for _, q := range p.ancestry() {
		for _, root := range append(slices.Clone(p.on[q]), q.root) {
			for _, e := range root.all("build", "plugins", "plugin") {
				if e.value("artifactId") == artifact {
					runs = append(runs, e)
				}
			}
			for _, e := range root.all("build", "pluginManagement", "plugins", "plugin") {
				if e.value("artifactId") == artifact {
					managed = append(managed, e)
				}
			}
		}
	}
	if len(runs) == 0 && !slices.Contains(always, artifact) {
		return nil
	}
	return append(runs, managed...)
}

// always are plugins that the life cycle of a packaging runs although nobody lists them
// (https://maven.apache.org/ref/current/maven-core/default-bindings.html).
var always = []string{"maven-compiler-plugin", "maven-jar-plugin", "maven-war-plugin"}

// configured is an element of a plugin's configuration, of the plugin as a whole
// or of one of its executions. The path may be deep: archive, manifest, mainClass.
func (p *pom) configured(plugin []*element, names ...string) fact.Of[string] {
	for _, e := range plugin {
		for _, holder := range append(slices.Clone(e.all("executions", "execution")), e) {
			if found := holder.at(append([]string{"configuration"}, names...)...); found != nil {
				if value := p.of(found, names[len(names)-1]); value.Known() {
					return value
				}
			}
		}
	}
	return fact.Of[string]{}
}

// hasGoal reports whether an execution of a plugin names the goal, and where.
func hasGoal(plugin []*element, goals ...string) (*element, bool) {
	for _, e := range plugin {
		for _, g := range e.find("goal") {
			if slices.Contains(goals, g.text) {
				return g, true
			}
		}
	}
	return nil, false
}

// dependencies are those of the pom and its parents, by group:artifact, with the version where one is written.
func (p *pom) dependencies() map[string]fact.Of[string] {
	found := map[string]fact.Of[string]{}
	for _, q := range p.ancestry() {
		for _, root := range append(slices.Clone(p.on[q]), q.root) {
			for _, e := range root.all("dependencies", "dependency") {
				if scope := e.value("scope"); scope == "test" {
					continue
				}
				group, _ := p.expand(e.value("groupId"))
				artifact, _ := p.expand(e.value("artifactId"))
				name := group + ":" + artifact
				if _, ok := found[name]; !ok {
					version, _ := p.expand(e.value("version"))
					if version == "" {
						version = p.managedVersion(name).Value
					}
					found[name] = fact.New(version, e.from(name))
				}
			}
		}
	}
	return found
}

// managedVersion is the version of a bom that dependencyManagement imports.
func (p *pom) managedVersion(name string) fact.Of[string] {
	for _, q := range p.ancestry() {
		for _, e := range q.root.all("dependencyManagement", "dependencies", "dependency") {
			group, _ := p.expand(e.value("groupId"))
			artifact, _ := p.expand(e.value("artifactId"))
			if group+":"+artifact == name {
				return p.of(e.at("version"), artifact)
			}
		}
	}
	return fact.Of[string]{}
}
