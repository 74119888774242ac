package java

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
)

// mainClass is the class that the pom says is run, the plugin that writes the manifest first.
func (p *pom) mainClass() fact.Of[string] {
	boot := p.plugin("spring-boot-maven-plugin")
	jar := p.plugin("maven-jar-plugin")
	var shade fact.Of[string]
	for _, name := range []string{"maven-shade-plugin", "maven-assembly-plugin"} {
		for _, e := range p.plugin(name) {
			for _, c := range append(e.find("mainClass"), e.find("Main-Class")...) {
				if v := p.of(c, name+" mainClass"); v.Known() && !shade.Known() {
					shade = v
				}
			}
		}
	}
	exec := p.plugin("exec-maven-plugin")
	if slices.ContainsFunc(exec, func(e *element) bool { return len(e.find("phase")) > 0 }) {
		exec = nil // a step of the build, not the program
	}
	main, _ := fact.First(p.configured(boot, "mainClass"), p.property("start-class"), shade,
		p.configured(own(jar), "archive", "manifest", "mainClass"), p.property("exec.mainClass"),
		p.configured(exec, "mainClass"), p.property("mainClass"), p.property("main.class"))
	return main
}

// own are a plugin's elements without the executions that make an artifact of another
// classifier: the jar of a library's examples.
func own(plugin []*element) []*element {
	var all []*element
	for _, e := range plugin {
		one := *e
		one.kids = slices.Clone(e.kids)
		for i, kid := range one.kids {
			if kid.name == "executions" {
				left := *kid
				left.kids = slices.DeleteFunc(slices.Clone(kid.kids), func(x *element) bool { return x.at("configuration", "classifier") != nil })
				one.kids[i] = &left
			}
		}
		all = append(all, &one)
	}
	return all
}

// releases are the Java versions the pom names, what the compiler is given first.
// https://maven.apache.org/plugins/maven-compiler-plugin/compile-mojo.html
func (p *pom) releases() []fact.Of[string] {
	compiler := p.plugin("maven-compiler-plugin")
	kotlin := p.plugin("kotlin-maven-plugin")
	toolchains := p.plugin("maven-toolchains-plugin")
	candidates := []fact.Of[string]{
		p.configured(toolchains, "toolchains", "jdk", "version"),
		p.configured(compiler, "release"), p.property("maven.compiler.release"),
		p.configured(compiler, "target"), p.property("maven.compiler.target"),
		p.configured(compiler, "source"), p.property("maven.compiler.source"),
		p.property("java.version"), p.property("jdk.version"),
		p.configured(kotlin, "jvmTarget"), p.property("kotlin.compiler.jvmTarget"),
	}
	var known []fact.Of[string]
	for _, c := range candidates {
		if _, ok := major(c.Value); c.Known() && ok {
			known = append(known, c)
		}
	}
	return known
}

// fullServer warns of a war that is written for a server with more than servlets.
func (p *pom) fullServer(m *module) []detect.Note {
	if m.artifact.shape != war {
		return nil
	}
	note := func(at fact.Source, what string) []detect.Note {
		return []detect.Note{{Warning: true, At: at, Text: what + " is more than Tomcat has: if the program asks for it, take the image of the server that it is written for"}}
	}
	for _, name := range known().FullServers.Plugins {
		if plugin := p.plugin(name); len(plugin) > 0 && !p.startsServlets(plugin) {
			return note(plugin[0].from(name), "the server of "+name)
		}
	}
	for _, pattern := range known().FullServers.Libraries {
		if at, ok := m.has(pattern); ok {
			return note(at, "Jakarta EE or MicroProfile")
		}
	}
	return nil
}

// startsServlets reports whether a plugin starts one of the containers that have servlets
// only, or any that it is told to (https://codehaus-cargo.github.io/cargo/Container.html, 2026-11).
func (p *pom) startsServlets(plugin []*element) bool {
	for _, e := range plugin {
		for _, id := range e.find("containerId") {
			if name, ok := p.expand(id.text); !ok || strings.HasPrefix(name, "tomcat") || strings.HasPrefix(name, "jetty") {
				return true
			}
		}
	}
	return false
}

// production is the profile that a pom has for what is deployed, where nothing turns
// it on by itself: Vaadin's is needed, or the program would build its page at run time
// (https://vaadin.com/docs/latest/flow/production/production-build); another is the user's choice.
func (p *pom) production() fact.Of[string] {
	for _, q := range p.ancestry() {
		for _, e := range q.root.all("profiles", "profile") {
			if id := e.value("id"); slices.Contains(productionNames, id) && !slices.Contains(p.on[q], e) {
				return fact.New(id, e.from("profile"))
			}
		}
	}
	return fact.Of[string]{}
}

// developmentNames are those of profiles for the work on the code.
var developmentNames = []string{"dev", "development"}

// insteadOfDevelopment is the profile for what is deployed beside one for development
// that is on by default: naming the one turns the other off
// (https://maven.apache.org/guides/introduction/introduction-to-profiles.html, 2026-11).
func (r *reactor) insteadOfDevelopment() fact.Of[string] {
	for _, p := range r.poms {
		var development bool
		var production fact.Of[string]
		for _, e := range p.root.all("profiles", "profile") {
			switch id := e.value("id"); {
			case slices.Contains(developmentNames, id) && e.value("activation", "activeByDefault") == "true":
				development = true
			case slices.Contains(productionNames, id) && e.value("activation", "activeByDefault") != "true":
				production = fact.New(id, e.from("profile"))
			}
		}
		if development && production.Known() {
			return production
		}
	}
	return fact.Of[string]{}
}
