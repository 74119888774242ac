package java

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
)

// shape is how what a build leaves is laid out and started.
type shape int

const (
	thin        shape = iota + 1 // a jar of the module's own classes, its dependencies beside it
	fat                          // one jar with everything, started with java -jar
	bootJar                      // a Spring Boot jar or executable war: taken apart into layers
	quarkusFast                  // the folder quarkus-app
	war                          // a web application for a servlet container
	installed                    // Gradle's installDist: a folder of jars
)

// artifact is what the build of a module leaves.
type artifact struct {
	shape shape
	path  string      // of the jar, war or folder, relative to the root of the view
	from  fact.Source // what says so
	boot  fact.Of[string]
	// inexact is true where a part of the name is computed by the build: path is then its folder.
	inexact bool
	war     bool // the file is a war
	// merged is true of a jar that a plugin puts together for any purpose: it is a
	// program only if something names its main class.
	merged bool
}

// artifact settles which file the build leaves, by packaging, names and the plugins that repackage it.
func (r *reactor) artifact(p *pom, packaging string) artifact {
	target, _ := p.expand(p.setting("target", "build", "directory").Value)
	target = path.Join(p.dir, strings.TrimPrefix(target, "./"))
	final := p.property("project.build.finalName")
	a := artifact{shape: thin, from: final.From}
	ext := ".jar"
	if packaging == "war" {
		a.shape, a.war, ext = war, true, ".war"
	}
	a.path = path.Join(target, final.Value+ext)
	if !final.Known() {
		a.path, a.inexact = target, true
	}
	switch packaging {
	case "pom", "ear", "rar", "ejb", "maven-plugin", "maven-archetype", "bom", "aar", "apk":
		return artifact{from: final.From}
	}
	if b, ok := p.springBoot(a, target, final, ext); ok {
		return b
	}
	if b, ok := p.quarkus(r, target, final); ok {
		return b
	}
	for _, repack := range []func(artifact, string, fact.Of[string]) (artifact, bool){p.shaded, p.assembled, p.micronaut} {
		if b, ok := repack(a, target, final); ok {
			return b
		}
	}
	a.boot = p.bootVersion()
	return a
}

// bootVersion is the version of Spring Boot, wherever it is written.
func (p *pom) bootVersion() fact.Of[string] {
	if name, version, _, ok := p.published(); ok && name == "org.springframework.boot:spring-boot-starter-parent" {
		all := p.ancestry()
		return fact.New(version, all[len(all)-1].root.at("parent").from("spring-boot-starter-parent"))
	}
	if v := p.managedVersion("org.springframework.boot:spring-boot-dependencies"); v.Known() {
		return v
	}
	for _, e := range p.plugin("spring-boot-maven-plugin") {
		if v := p.of(e.at("version"), "spring-boot-maven-plugin"); v.Known() {
			return v
		}
	}
	libs := p.dependencies()
	for _, name := range slices.Sorted(maps.Keys(libs)) {
		if strings.HasPrefix(name, "org.springframework.boot:spring-boot-starter") && libs[name].Value != "" {
			return libs[name]
		}
	}
	return fact.Of[string]{}
}

func (p *pom) springBoot(a artifact, target string, final fact.Of[string], ext string) (artifact, bool) {
	plugin := p.plugin("spring-boot-maven-plugin")
	if len(plugin) == 0 {
		return a, false
	}
	goal, repackages := hasGoal(plugin, "repackage")
	_, _, parent, known := p.published()
	if !repackages && !(known && parent.Repackage) {
		return a, false
	}
	if skip := p.configured(plugin, "skip"); skip.Value == "true" {
		return a, false
	}
	a.shape, a.from, a.boot = bootJar, plugin[0].from("spring-boot-maven-plugin"), p.bootVersion()
	if repackages {
		a.from = goal.from("spring-boot-maven-plugin repackage")
	}
	if own := p.configured(plugin, "finalName"); own.Known() {
		final = own
	}
	name := final.Value
	if c := p.configured(plugin, "classifier"); c.Known() {
		name += "-" + c.Value
	}
	if out := p.configured(plugin, "outputDirectory"); out.Known() {
		target = path.Join(p.dir, out.Value)
	}
	if final.Known() {
		a.path = path.Join(target, name+ext)
	}
	return a, true
}

// quarkus: https://quarkus.io/guides/maven-tooling#build-tool-maven
func (p *pom) quarkus(r *reactor, target string, final fact.Of[string]) (artifact, bool) {
	plugin := p.plugin("quarkus-maven-plugin")
	if len(plugin) == 0 {
		return artifact{}, false
	}
	if _, builds := hasGoal(plugin, "build"); !builds && !slices.ContainsFunc(plugin, func(e *element) bool { return e.value("extensions") == "true" }) {
		return artifact{}, false
	}
	setting := func(name string) fact.Of[string] {
		if v := p.property(name); v.Known() {
			return v
		}
		if v := p.configured(plugin, "properties", name); v.Known() {
			return v
		}
		return settings(r.view, p.property, fact.Of[string]{}, path.Join(p.dir, "src/main/resources")).value(name)
	}
	a := artifact{shape: quarkusFast, path: path.Join(target, "quarkus-app"), from: plugin[0].from("quarkus-maven-plugin")}
	kind, _ := fact.First(setting("quarkus.package.jar.type"), setting("quarkus.package.type"))
	if kind.Value == "uber-jar" || setting("quarkus.package.uber-jar").Value == "true" {
		suffix := "-runner"
		if s, _ := fact.First(setting("quarkus.package.jar.runner-suffix"), setting("quarkus.package.runner-suffix")); s.Known() {
			suffix = s.Value
		}
		a.shape, a.path, a.inexact = fat, path.Join(target, final.Value+suffix+".jar"), !final.Known()
		if kind.Known() {
			a.from = kind.From
		}
	}
	return a, true
}

// shaded: https://maven.apache.org/plugins/maven-shade-plugin/shade-mojo.html
func (p *pom) shaded(a artifact, target string, final fact.Of[string]) (artifact, bool) {
	plugin := p.plugin("maven-shade-plugin")
	goal, ok := hasGoal(plugin, "shade")
	if !ok || a.war {
		return a, false
	}
	a.shape, a.from, a.merged = fat, goal.from("maven-shade-plugin"), true
	if own := p.configured(plugin, "finalName"); own.Known() {
		final = own
	}
	name := final.Value
	if p.configured(plugin, "shadedArtifactAttached").Value == "true" {
		c := p.configured(plugin, "shadedClassifierName")
		if !c.Known() {
			c.Value = "shaded"
		}
		name += "-" + c.Value
	}
	a.path, a.inexact = path.Join(target, name+".jar"), !final.Known()
	if out := p.configured(plugin, "outputFile"); out.Known() {
		a.path, a.inexact = path.Join(p.dir, strings.TrimPrefix(out.Value, "./")), false
	}
	return a, true
}

// assembled: https://maven.apache.org/plugins/maven-assembly-plugin/single-mojo.html
// Only the descriptor jar-with-dependencies is a program; others are for people.
func (p *pom) assembled(a artifact, target string, final fact.Of[string]) (artifact, bool) {
	plugin := p.plugin("maven-assembly-plugin")
	if _, ok := hasGoal(plugin, "single"); !ok || a.war {
		return a, false
	}
	var ref *element
	for _, e := range plugin {
		for _, d := range e.find("descriptorRef") {
			if d.text == "jar-with-dependencies" {
				ref = d
			}
		}
	}
	if ref == nil {
		return a, false
	}
	if own := p.configured(plugin, "finalName"); own.Known() {
		final = own
	}
	name := final.Value + "-jar-with-dependencies"
	if p.configured(plugin, "appendAssemblyId").Value == "false" {
		name = final.Value
	}
	a.merged = true
	a.shape, a.from, a.path, a.inexact = fat, ref.from("maven-assembly-plugin"), path.Join(target, name+".jar"), !final.Known()
	return a, true
}

// micronaut: the plugin's lifecycle shades the jar of packaging jar
// (https://micronaut-projects.github.io/micronaut-maven-plugin/latest/examples/package.html).
func (p *pom) micronaut(a artifact, target string, final fact.Of[string]) (artifact, bool) {
	plugin := p.plugin("micronaut-maven-plugin")
	if len(plugin) == 0 || a.war {
		return a, false
	}
	a.shape, a.from = fat, plugin[0].from("micronaut-maven-plugin")
	return a, true
}

// layering is how a Spring Boot archive is taken apart: its own tool mode, by version.
// https://docs.spring.io/spring-boot/reference/packaging/container-images/efficient-images.html, 2026-11
type layering int

const (
	whole      layering = iota // not at all
	exploded                   // unpacked, started with its launcher
	layertools                 // 2.4 to 3.2
	tools                      // since 3.3
)

func (a artifact) layering() (how layering, launcher string) {
	kind := "Jar"
	if a.war {
		kind = "War"
	}
	version := numeric(a.boot.Value)
	switch {
	case version == "":
		return whole, ""
	case catalogue.Compare(version, "3.3") >= 0:
		return tools, ""
	case catalogue.Compare(version, "3.2") >= 0:
		return layertools, "org.springframework.boot.loader.launch." + kind + "Launcher"
	case catalogue.Compare(version, "2.4") >= 0 && (!a.war || catalogue.Compare(version, "2.5") >= 0):
		return layertools, "org.springframework.boot.loader." + kind + "Launcher"
	default:
		return exploded, "org.springframework.boot.loader." + kind + "Launcher"
	}
}
