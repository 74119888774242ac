package java

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
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
	if project, ok := b.names[dir]; ok {
		name = project[strings.LastIndex(project, ":")+1:]
	}
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
		libs: p.dependencies(), uses: p.uses(), reach: b.included[1:], unnamed: dir == b.dir && !b.name.Known(),
	}
	for _, lang := range []string{"java", "kotlin", "groovy", "scala"} {
		m.sources = append(m.sources, path.Join(dir, "src/main", lang))
	}
	m.resources = []string{path.Join(dir, "src/main/resources")}
	m.packed = p.packed()
	if dir != b.dir {
		m.whole = b.name
	}
	if m.unnamed {
		m.title = "Gradle project without a name"
	}
	if m.wrapper, err = findWrapper(b.view, b.dir, gradle); err != nil {
		return nil, err
	}
	m.reach = append(m.reach, m.wrapper.above(b.dir)...)
	if v := m.wrapper.version; v.Known() {
		if l, ok := lineOf(known().Gradle, numeric(v.Value), true); ok {
			m.limits = append(m.limits, limit{l.Min, l.Max, "Gradle " + v.Value, v.From})
		}
	}
	m.platform = slices.ContainsFunc(p.settings, func(s setting) bool {
		return strings.HasPrefix(s.path, "dependencies.") && slices.ContainsFunc(s.args, func(t token) bool { return strings.Contains(t.text, "osdetector") })
	})
	_, m.desktop = p.has(known().Desktop.Plugins...)
	m.main = p.mainClass()
	m.releases = p.releases()
	if v := p.toolchain(); len(m.releases) > 0 && m.releases[0] == v {
		m.exactly = v
	}
	task := p.artifact(m)
	if m.unnamed {
		m.called = func(name string) artifact {
			named := *m
			named.name = name
			p.artifact(&named)
			return named.artifact
		}
	}
	if m.artifact.boot.Known() {
		if l, ok := lineOf(known().Boot, m.artifact.boot.Value, false); ok {
			m.limits = append(m.limits, limit{l.Min, l.Max, "Spring Boot " + m.artifact.boot.Value, m.artifact.boot.From})
		}
	}
	m.limits = append(m.limits, frameworks(func(name string) fact.Of[string] { return m.libs[name] })...)
	m.frontend = p.frontend()
	if m.executable = p.executable(m); task == "" {
		m.nothing = "no plugin that compiles for the JVM"
	}
	m.command = func(q commandRequest) command { return b.command(m, task, q) }
	return m, nil
}

// packed are the folders from which tasks take files: processResources { from("../page/dist") { … } }.
func (p *gradleProject) packed() []fact.Of[string] {
	var all []fact.Of[string]
	for _, s := range p.settings {
		if path.Ext("."+s.path) != ".from" {
			continue
		}
		for _, t := range s.args {
			if dir := p.relative(t); dir != "" {
				all = append(all, fact.New(dir, s.from()))
			}
		}
	}
	return all
}

// relative is the path of a string below the project's folder, or below the build's where it
// says so; "" for one that is computed.
func (p *gradleProject) relative(t token) string {
	dir := t.text
	for _, own := range []string{"${project.projectDir}/", "$project.projectDir/", "${projectDir}/", "$projectDir/"} {
		dir = strings.TrimPrefix(dir, own)
	}
	if t.kind != text || dir == "" {
		return ""
	} else if !strings.Contains(dir, "$") {
		return path.Join(p.dir, dir)
	}
	dir, _ = p.build.folder(t)
	if strings.Contains(dir, "$") {
		return ""
	}
	return dir
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
				if t.kind == text && t.text == "Main-Class" && i+2 < len(s.args) {
					rest := s.args[i+1:] // : "a", to "a", = "a"] up to the next pair
					if rest[0].text == "to" || rest[0].is(":") || rest[0].is("]") {
						rest = rest[1:]
					}
					if end := slices.IndexFunc(rest, func(t token) bool { return t.is(",") }); end >= 0 {
						rest = rest[:end]
					}
					return p.names.literal(rest, s.from())
				}
			}
		}
	}
	return fact.Of[string]{}
}

// toolchain is the version that the build compiles with, whatever Gradle itself runs on
// (https://docs.gradle.org/current/userguide/toolchains.html, 2026-11).
func (p *gradleProject) toolchain() fact.Of[string] {
	v, _ := fact.First(p.value("java.toolchain.languageVersion", "java.toolchain.languageVersion.set", "toolchain.languageVersion"),
		p.value("kotlin.jvmToolchain", "jvmToolchain", "kotlin.jvmToolchain.languageVersion", "kotlin.jvmToolchain.languageVersion.set"))
	return v
}

// releases: https://docs.gradle.org/current/userguide/building_java_projects.html#sec:java_cross_compilation
func (p *gradleProject) releases() []fact.Of[string] {
	var all []fact.Of[string]
	for _, v := range []fact.Of[string]{
		p.toolchain(),
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
	add := func(name, version string, from fact.Source) {
		if _, seen := found[name]; name != "" && !seen {
			found[name] = fact.New(version, from)
		}
	}
	for _, s := range p.settings {
		if !reaches(s.path) {
			continue
		}
		literal := false
		for _, t := range s.args { // one, or several: implementation("a:b", "c:d:1")
			if name, version := p.coordinates(t); name != "" {
				add(name, version, s.from())
				literal = true
			}
		}
		words := s.words()
		named := s.named()
		switch {
		case literal:
		case named["group"] != "" && named["name"] != "":
			add(named["group"]+":"+named["name"], named["version"], s.from())
		case strings.HasPrefix(words, "libs."):
			for name, version := range p.build.catalog.libraries(words) {
				add(name, version, s.from())
			}
		case len(s.strings()) == 0:
			add(known().publishedLibrary(words), "", s.from())
		}
	}
	// https://micronaut-projects.github.io/micronaut-gradle-plugin/latest/#_micronaut_runtimes, 2026-11
	if v := p.value("micronaut.runtime", "micronaut.runtime.set"); slices.Contains([]string{"netty", "tomcat", "jetty", "undertow"}, v.Value) {
		if v.Value == "netty" {
			add("io.micronaut:micronaut-http-server-netty", "", v.From)
		} else {
			add("io.micronaut.servlet:micronaut-http-server-"+v.Value, "", v.From)
		}
	}
	return found
}

// named are the literal values of named arguments: group: 'a', name: 'b' in Groovy,
// group = "a", name = "b" in Kotlin.
func (s setting) named() map[string]string {
	found := map[string]string{}
	for i := 0; i+2 < len(s.args); i++ {
		if key, value := s.args[i], s.args[i+2]; key.kind == word && (s.args[i+1].is(":") || s.args[i+1].is("=")) && value.kind == text && !value.open {
			found[key.text] = value.text
		}
	}
	return found
}

// coordinates are the group:artifact and the version in a string: "group:artifact:$version"
// names its artifact all the same.
func (p *gradleProject) coordinates(t token) (name, version string) {
	parts := strings.Split(t.text, ":")
	if t.kind != text || len(parts) < 2 || parts[0] == "" || strings.Contains(parts[0]+parts[1], "$") {
		return "", ""
	}
	if len(parts) > 2 && !t.open {
		version = parts[2]
	} else if len(parts) > 2 {
		version, _ = p.names.interpolate(parts[2], 0)
	}
	return parts[0] + ":" + parts[1], version
}

// reaches reports whether a statement names what reaches the program at run time.
func reaches(statement string) bool {
	configuration, ok := strings.CutPrefix(statement, "dependencies.")
	return ok && slices.Contains([]string{"implementation", "api", "compile", "runtime", "runtimeOnly", "compileOnly", "providedCompile", "developmentOnly"}, configuration)
}

// uses are the folders of the build's projects that this one depends on:
// project(":api"), projects.api.
func (p *gradleProject) uses() []string {
	byAccessor := map[string]string{}
	for _, dir := range p.build.projects {
		byAccessor[p.build.projectPath(dir)] = dir
		byAccessor["projects."+accessorOf(p.build.projectPath(dir))] = dir
	}
	var dirs []string
	for _, s := range p.settings {
		if !reaches(s.path) {
			continue
		}
		words := strings.ReplaceAll(s.words(), "()", "")
		if dir, ok := byAccessor[words]; ok {
			dirs = append(dirs, dir)
		} else if list := s.strings(); len(list) > 0 && strings.HasPrefix(words, "project") {
			if dir, ok := byAccessor[list[0]]; ok {
				dirs = append(dirs, dir)
			}
		}
	}
	return dirs
}

// accessorOf is a project's path as a typesafe accessor: ":plugin-api:core" is pluginApi.core.
func accessorOf(project string) string {
	var b strings.Builder
	upper := false
	for _, r := range strings.TrimPrefix(project, ":") {
		switch {
		case r == ':':
			b.WriteByte('.')
		case r == '-' || r == '_' || r == '.':
			upper = true
			continue
		case upper:
			b.WriteString(strings.ToUpper(string(r)))
		default:
			b.WriteRune(r)
		}
		upper = false
	}
	return b.String()
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
			if strings.HasSuffix(s.path, "plugins.id") && len(list) > 0 && list[0] == id {
				if len(list) > 1 {
					return fact.New(list[1], s.from())
				}
				if at := slices.IndexFunc(s.args, func(t token) bool { return t.text == "version" }); at >= 0 {
					if v := p.names.literal(s.args[at+1:], s.from()); v.Known() {
						return v
					}
				}
			}
			if strings.Contains(strings.ToLower(s.path), "springbootversion") && len(list) > 0 {
				return fact.New(list[0], s.from())
			}
			for _, coordinates := range list { // classpath "org.springframework.boot:spring-boot-gradle-plugin:3.4.0"
				if v, ok := strings.CutPrefix(coordinates, id+":spring-boot-gradle-plugin:"); ok {
					return fact.New(v, s.from())
				}
			}
			if strings.HasSuffix(s.path, "plugins.alias") {
				if found, version := p.build.catalog.plugin(strings.TrimSuffix(s.words(), "applyfalse")); found == id && version != "" {
					return fact.New(version, s.from())
				}
			}
		}
	}
	return p.names.named("springBootVersion", fact.Source{}, 0)
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
	_, shadow := p.has("com.gradleup.shadow", "com.github.johnrengelman.shadow", "io.ktor.plugin")
	described := slices.IndexFunc(p.settings, func(s setting) bool { return strings.HasPrefix(s.path, "shadowJar.manifest") })
	if shadow && described >= 0 { // what is in its manifest is needed to start: Main-Verticle
		m.artifact = artifact{shape: fat, from: p.settings[described].from()}
		m.artifact.path, m.artifact.inexact = jar(".jar", "shadowJar")
		return "shadowJar"
	}
	if at, ok := p.has("application", "io.ktor.plugin", "io.micronaut.application", "io.micronaut.minimal.application"); ok {
		name, _ := fact.First(p.value("distributions.main.distributionBaseName", "distributionBaseName"), p.value("applicationName"), fact.New(m.name, at))
		m.artifact = artifact{shape: installed, path: path.Join(p.dir, "build/install", name.Value), from: at}
		return "installDist"
	}
	if at, ok := p.has("com.gradleup.shadow", "com.github.johnrengelman.shadow"); ok {
		m.artifact = artifact{shape: fat, from: at, merged: true}
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
	if at, ok := p.bootConvention(m); ok {
		m.artifact = artifact{shape: bootJar, from: at, path: p.archives("bootJar"), inexact: true}
		return "bootJar"
	}
	return ""
}

// bootConvention is the plugin of an organisation's own that a project with starters of Spring
// Boot applies in the place of Spring Boot's: nothing else in its build compiles for the JVM.
func (p *gradleProject) bootConvention(m *module) (fact.Source, bool) {
	_, starts := m.has("org.springframework.boot:spring-boot-starter*")
	if !starts || !slices.ContainsFunc(m.sources, func(dir string) bool { return len(m.view.Under(dir)) > 0 }) {
		return fact.Source{}, false
	}
	for _, id := range slices.Sorted(maps.Keys(p.plugins)) {
		if strings.Contains(id, ".") && !strings.HasPrefix(id, "org.jetbrains.") && !strings.HasPrefix(id, "com.android.") {
			return p.plugins[id].From, true
		}
	}
	return fact.Source{}, false
}

// property is a value of gradle.properties; known is false where the file cannot be read.
func (b *gradleBuild) property(name string) (value fact.Of[string], known bool) {
	if b.given == nil {
		file := path.Join(b.dir, "gradle.properties")
		c := config{values: map[string]fact.Of[string]{}}
		if b.view.Has(file) {
			source, err := b.view.Read(file)
			if err != nil {
				return fact.Of[string]{}, false
			}
			c.properties(file, string(source))
		}
		b.given = &c
	}
	return b.given.value(name), true
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
	for name, from := range b.switches { // at most one
		c.words, c.from = append(c.words, "-P"+name), from
	}
	if x := q.native; x != nil {
		return c.toNative(x, q.request.InContext(m.wrapper.script))
	}
	prefix := strings.TrimSuffix(b.projectPath(m.dir), ":") + ":"
	c.words = append(c.words, "--no-daemon", prefix+task)
	if m.artifact.shape == thin && len(m.libs) > 0 {
		c.script, c.scriptFile = runtimeLibs, runtimeLibsFile
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
