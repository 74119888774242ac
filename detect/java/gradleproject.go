package java

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// module is what the scripts say of one project; nil for a folder without a build file of its own.
func (b *gradleBuild) module(dir string) (*module, error) {
	file := gradleFile(b.view.Has, dir, "build")
	if file == "" {
		return nil, nil
	}
	p, err := b.project(dir, file)
	if err != nil {
		return nil, err
	}
	name := path.Base(dir)
	if dir == b.dir {
		name = b.name.Value
		if name == "" {
			// Gradle takes the folder's name; the build stage's folder is ours.
			name = "src"
			if dir != "." {
				name = path.Base(dir)
			}
		}
	}
	m := &module{
		tool: gradle, view: b.view, root: b.dir, dir: dir, name: name, title: "Gradle project " + name, at: fact.At(file, 1, ""),
		libs: p.dependencies(), reach: b.included[1:],
	}
	for _, lang := range []string{"java", "kotlin", "groovy", "scala"} {
		m.sources = append(m.sources, path.Join(dir, "src/main", lang))
	}
	m.resources = []string{path.Join(dir, "src/main/resources")}
	if m.wrapper, err = findWrapper(b.view, b.dir, gradle); err != nil {
		return nil, err
	}
	if v := m.wrapper.version; v.Known() {
		if l, ok := lineOf(known().Gradle, numeric(v.Value), true); ok {
			m.limits = append(m.limits, limit{l.Min, l.Max, "Gradle " + v.Value, v.From})
		}
	}
	m.main = p.mainClass()
	m.releases = p.releases()
	task := p.artifact(m)
	if m.artifact.boot.Known() {
		if l, ok := lineOf(known().Boot, m.artifact.boot.Value, false); ok {
			m.limits = append(m.limits, limit{l.Min, l.Max, "Spring Boot " + m.artifact.boot.Value, m.artifact.boot.From})
		}
	}
	if task == "" {
		m.nothing = "no plugin that compiles for the JVM"
	}
	m.command = func(q commandRequest) command { return b.command(m, task, q) }
	return m, nil
}

func (p *gradleProject) has(ids ...string) (fact.Source, bool) {
	for _, id := range ids {
		if v, ok := p.plugins[id]; ok {
			return v.From, true
		}
	}
	return fact.Source{}, false
}

func (p *gradleProject) mainClass() fact.Of[string] {
	v := p.value("springBoot.mainClass", "bootJar.mainClass", "mainClass", "application.mainClass", "mainClassName", "application.mainClassName")
	if v.Known() {
		return v
	}
	for _, s := range p.settings {
		if strings.HasSuffix(s.path, "manifest.attributes") {
			for i, t := range s.args {
				if t.kind == text && t.text == "Main-Class" {
					for _, next := range s.args[i+1:] {
						if next.kind == text {
							if next.open {
								return fact.Of[string]{}
							}
							return fact.New(next.text, s.from())
						}
					}
				}
			}
		}
	}
	return fact.Of[string]{}
}

// releases: https://docs.gradle.org/current/userguide/building_java_projects.html#sec:java_cross_compilation
func (p *gradleProject) releases() []fact.Of[string] {
	var all []fact.Of[string]
	for _, v := range []fact.Of[string]{
		p.value("java.toolchain.languageVersion", "java.toolchain.languageVersion.set", "toolchain.languageVersion"),
		p.value("kotlin.jvmToolchain", "jvmToolchain", "kotlin.jvmToolchain.languageVersion", "kotlin.jvmToolchain.languageVersion.set"),
		p.value("compileJava.options.release", "options.release", "withType.options.release", "compileJava.options.release.set"),
		p.value("java.targetCompatibility", "targetCompatibility"), p.value("java.sourceCompatibility", "sourceCompatibility"),
		p.value("kotlin.compilerOptions.jvmTarget", "compileKotlin.kotlinOptions.jvmTarget", "kotlinOptions.jvmTarget", "withType.kotlinOptions.jvmTarget"),
	} {
		if _, ok := major(v.Value); v.Known() && ok {
			all = append(all, v)
		}
	}
	return all
}

// dependencies are those of the configurations that reach the program.
func (p *gradleProject) dependencies() map[string]fact.Of[string] {
	found := map[string]fact.Of[string]{}
	for _, s := range p.settings {
		configuration, ok := strings.CutPrefix(s.path, "dependencies.")
		if !ok || !slices.Contains([]string{"implementation", "api", "compile", "runtime", "runtimeOnly", "compileOnly", "providedCompile", "developmentOnly"}, configuration) {
			continue
		}
		name, version := "", ""
		if list := s.strings(); len(list) > 0 {
			parts := strings.Split(list[0], ":")
			if len(parts) > 1 {
				name = parts[0] + ":" + parts[1]
			}
			if len(parts) > 2 {
				version = parts[2]
			}
		} else if words := s.words(); strings.HasPrefix(words, "libs.") {
			name, version = p.build.catalog.library(words)
		}
		if name == "" {
			for _, t := range s.args { // "group:artifact:$version": the name is literal all the same
				if parts := strings.Split(t.text, ":"); t.kind == text && len(parts) > 1 && !strings.Contains(parts[0]+parts[1], "$") {
					name = parts[0] + ":" + parts[1]
				}
			}
		}
		if _, seen := found[name]; name != "" && !seen {
			found[name] = fact.New(version, s.from())
		}
	}
	return found
}

// bootVersion is the version of the Spring Boot plugin, wherever it is written.
func (p *gradleProject) bootVersion() fact.Of[string] {
	const id = "org.springframework.boot"
	if v := p.plugins[id]; v.Value != "" {
		return v
	}
	for _, file := range []string{gradleFile(p.build.view.Has, p.build.dir, "build"), gradleFile(p.build.view.Has, p.build.dir, "settings")} {
		if file == "" {
			continue
		}
		settings, err := p.build.read(file)
		if err != nil {
			continue // read already, with its error reported
		}
		for _, s := range settings {
			list := s.strings()
			if strings.HasSuffix(s.path, "plugins.id") && len(list) > 1 && list[0] == id {
				return fact.New(list[1], s.from())
			}
			if strings.Contains(strings.ToLower(s.path), "springbootversion") && len(list) > 0 {
				return fact.New(list[0], s.from())
			}
		}
	}
	return fact.Of[string]{}
}

// artifact settles what the build leaves, and the task that makes it.
func (p *gradleProject) artifact(m *module) (task string) {
	jar := func(ext, taskName string) (string, bool) { return p.archive(m.name, taskName, ext) }
	if at, ok := p.has("org.springframework.boot"); ok {
		m.artifact = artifact{shape: bootJar, from: at, boot: p.bootVersion()}
		task = "bootJar"
		if m.artifact.boot.Known() && catalogue.Compare(numeric(m.artifact.boot.Value), "2") < 0 {
			task = "assemble"
		}
		if _, isWar := p.has("war"); isWar && task == "bootJar" {
			task, m.artifact.war = "bootWar", true
		}
		m.artifact.path, m.artifact.inexact = jar(".jar", task)
		return task
	}
	if at, ok := p.has("io.quarkus"); ok {
		m.artifact = artifact{shape: quarkusFast, path: path.Join(p.dir, "build/quarkus-app"), from: at}
		return "quarkusBuild"
	}
	if at, ok := p.has("application", "io.ktor.plugin", "io.micronaut.application", "io.micronaut.minimal.application"); ok {
		m.artifact = artifact{shape: installed, path: path.Join(p.dir, "build/install", m.name), from: at}
		return "installDist"
	}
	if at, ok := p.has("com.gradleup.shadow", "com.github.johnrengelman.shadow"); ok {
		m.artifact = artifact{shape: fat, from: at}
		m.artifact.path, m.artifact.inexact = jar(".jar", "shadowJar")
		return "shadowJar"
	}
	if at, ok := p.has("war"); ok {
		m.artifact = artifact{shape: war, from: at, war: true}
		m.artifact.path, m.artifact.inexact = jar(".war", "war")
		return "war"
	}
	if at, ok := p.has("java", "java-library", "groovy", "scala", "org.jetbrains.kotlin.jvm", "kotlin"); ok {
		m.artifact = artifact{shape: thin, from: at}
		m.artifact.path, m.artifact.inexact = jar(".jar", "jar")
		return "jar"
	}
	return ""
}

// archive is the file that a task of type Jar leaves, and whether a part of its name
// is computed, so that only its folder is known: NAME-VERSION-CLASSIFIER.jar
// (https://docs.gradle.org/current/dsl/org.gradle.api.tasks.bundling.Jar.html).
func (p *gradleProject) archive(name, task, ext string) (file string, inexact bool) {
	libs := path.Join(p.dir, "build/libs")
	if f := p.value(task+".archiveFileName", task+".archiveFileName.set"); f.Known() {
		return path.Join(libs, f.Value), false
	}
	for id := range p.plugins {
		if strings.Contains(id, "git") || strings.Contains(id, "release") || strings.Contains(id, "version") || strings.Contains(id, "nebula") {
			return libs, true // it may compute the version
		}
	}
	version := p.value("version")
	for _, s := range p.settings {
		last := s.path[strings.LastIndex(s.path, ".")+1:]
		literal := len(s.strings()) == 1
		switch {
		case strings.HasPrefix(s.path, task+".archive"), strings.HasPrefix(s.path, "base."), last == "archivesBaseName", last == "archivesName", last == "archiveVersion", last == "buildDir", strings.HasPrefix(last, "buildDirectory"):
			return libs, true
		case s.path == "version" && !literal, s.path == "project.version", s.path == "allprojects.version" && !literal:
			return libs, true
		}
	}
	if !version.Known() {
		inherited, known := p.build.property("version")
		if !known {
			return libs, true
		}
		version = inherited
	}
	if version.Value != "" {
		name += "-" + version.Value
	}
	if task == "shadowJar" {
		name += "-all"
	}
	return path.Join(libs, name+ext), false
}

// property is a value of gradle.properties; known is false where the file cannot be read.
func (b *gradleBuild) property(name string) (value fact.Of[string], known bool) {
	file := path.Join(b.dir, "gradle.properties")
	if !b.view.Has(file) {
		return fact.Of[string]{}, true
	}
	source, err := b.view.Read(file)
	if err != nil {
		return fact.Of[string]{}, false
	}
	c := config{values: map[string]fact.Of[string]{}}
	c.properties(file, string(source))
	return c.value(name), true
}

// command is Gradle for one task of one project.
func (b *gradleBuild) command(m *module, task string, q commandRequest) command {
	c := command{builder: "gradle", words: []string{"gradle"}, cache: "/root/.gradle", from: m.at}
	if m.wrapper.script != "" {
		script := q.request.InContext(m.wrapper.script)
		c.builder, c.words, c.from = "temurin", []string{"sh", "./" + script}, fact.At(m.wrapper.script, 0, "wrapper")
		if m.wrapper.crlf {
			c.fix = script
		}
	}
	if dir := q.request.InContext(b.dir); dir != "." {
		c.words = append(c.words, "-p", dir)
	}
	prefix := ":"
	if m.dir != b.dir {
		prefix = ":" + strings.ReplaceAll(repo.Rel(b.dir, m.dir), "/", ":") + ":"
	}
	c.words = append(c.words, "--no-daemon", prefix+task)
	if m.artifact.shape == thin && len(m.libs) > 0 {
		c.script = runtimeLibs
		c.words = append(c.words, "-I", runtimeLibsFile, prefix+"runtimeLibs")
		c.libs = path.Join(m.dir, "build/runtime-libs")
	}
	return c
}

// runtimeLibs gives every project with the java plugin a task that leaves its
// dependencies in a folder (https://docs.gradle.org/current/userguide/init_scripts.html).
const (
	runtimeLibsFile = "/tmp/runtime-libs.gradle"
	runtimeLibs     = `allprojects {
  plugins.withId("java") {
    tasks.create("runtimeLibs", Copy) {
      from configurations.runtimeClasspath
      into "${projectDir}/build/runtime-libs"
    }
  }
}`
)
