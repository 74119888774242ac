package java

import (
	"errors"
	"io/fs"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

// wrapper is mvnw or gradlew, with what it needs.
type wrapper struct {
	script  string // path, "" where there is none that can run
	crlf    bool   // its lines end as on Windows: sh cannot read it
	version fact.Of[string]
	broken  fact.Source // a script without the files it needs
}

// distribution is the version in a wrapper's distributionUrl.
var distribution = pattern.New(`(?:apache-maven|gradle)-([0-9][0-9A-Za-z.-]*?)-(?:bin|all)\.zip`)

// wrapperJar is the entry of a wrapper that runs from a jar, unlike one of the type only-script.
// https://maven.apache.org/tools/wrapper/ (3.3, 2026-11)
var wrapperJar = pattern.New(`(?m)^\s*wrapperUrl\s*=`)

// findWrapper looks for a wrapper in a folder and those above it.
func findWrapper(v *repo.View, dir string, t tool) (wrapper, error) {
	script, settings := "mvnw", ".mvn/wrapper/maven-wrapper.properties"
	if t == gradle {
		script, settings = "gradlew", "gradle/wrapper/gradle-wrapper.properties"
	}
	for ; ; dir = path.Dir(dir) {
		if file := path.Join(dir, script); v.Has(file) {
			return readWrapper(v, dir, file, path.Join(dir, settings), t)
		}
		if dir == "." {
			return wrapper{}, nil
		}
	}
}

// above is the folder of a wrapper that lies above a build: the context must hold it.
func (w wrapper) above(dir string) []string {
	if w.script == "" || repo.Within(dir, w.script) {
		return nil
	}
	return []string{path.Dir(w.script)}
}

func readWrapper(v *repo.View, dir, script, file string, t tool) (wrapper, error) {
	source, err := v.Read(script)
	if err != nil {
		return wrapper{}, err
	}
	w := wrapper{script: script, crlf: strings.Contains(string(source[:min(len(source), 4096)]), "\r\n")}
	source, err = v.Read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return wrapper{broken: fact.At(script, 0, "wrapper without "+path.Base(file))}, nil
	}
	if err != nil {
		return wrapper{}, err
	}
	if t == gradle && !v.Has(path.Join(dir, "gradle/wrapper/gradle-wrapper.jar")) {
		w.script, w.broken = "", fact.At(script, 0, "wrapper without gradle-wrapper.jar")
	}
	if jar := path.Join(dir, ".mvn/wrapper/maven-wrapper.jar"); t == maven && wrapperJar.Match(source) && !v.Has(jar) {
		w.script, w.broken = "", fact.At(script, 0, "wrapper without maven-wrapper.jar") // it would fetch that with a tool of the image's
	}
	n := 0
	for line := range strings.Lines(string(source)) {
		n++
		if match := distribution.FindStringSubmatch(line); match != nil {
			w.version = fact.New(match[1], fact.At(file, n, "distributionUrl"))
		}
	}
	return w, nil
}

// within reports whether an image of the build tool has the release line that the wrapper
// brings: "3.9.9" is within maven:3.9-eclipse-temurin-21. Maven keeps a line compatible, and
// nothing is downloaded then but the dependencies.
// https://maven.apache.org/docs/history.html, 2026-11
func (w wrapper) within(l *catalogue.Line) bool {
	_, tag, _ := strings.Cut(l.Ref("jdk"), ":")
	line, _, _ := strings.Cut(tag, "-")
	return w.version.Known() && strings.HasPrefix(w.version.Value+".", line+".")
}

// commandRequest is what a build command depends on.
type commandRequest struct {
	request detect.Request
	line    *catalogue.Line // Java
	main    string          // class to start, "" where the build tool knows
	native  *executable     // what is made, nil for a jar
}

// command is how the image runs the build tool.
type command struct {
	builder  string   // key of the catalogue's image with the tool in it
	words    []string // the command
	in       string   // folder, relative to the context, in which it runs; "" or "." for the context itself
	fix      string   // script whose line ends must be mended first
	cache    string   // folder for the cache mount
	home     string   // folder of the build tool, taken from its own image; "" where the build image has it
	settings bool     // it reads credentials from a secret
	libs     string   // folder, relative to the root, in which it leaves the dependencies of a thin jar; "" for none
	script   string   // a file of ours that the command reads, "" for none
	// scriptFile is where that is in the build stage.
	scriptFile string
	from       fact.Source
	notes      []detect.Note
}

// folder is where in the build stage the command runs, "" for the context itself.
func (c command) folder() string {
	if c.in == "" || c.in == "." {
		return ""
	}
	return path.Join("/src", c.in)
}

// command is Maven for one module: the module and what it needs of the reactor (-pl, -am).
func (r *reactor) command(p *pom, m *module, q commandRequest) command {
	c := command{builder: "maven", in: ".", words: []string{"mvn"}, cache: "/root/.m2", settings: len(m.private) > 0, from: m.at}
	modern := true
	if m.wrapper.script != "" && m.wrapper.within(q.request.Catalogue.Image("maven").Pin(q.line.Version)) {
		c.from = m.wrapper.version.From
	} else if m.wrapper.script != "" {
		script := q.request.InContext(m.wrapper.script)
		c.in = path.Dir(script) // it looks for its files where it is started, not where it lies
		c.builder, c.words, c.from = "temurin", []string{"sh", "./" + path.Base(script)}, fact.At(m.wrapper.script, 0, "wrapper")
		if m.wrapper.crlf {
			c.fix = path.Base(script)
		}
		modern = !m.wrapper.version.Known() || catalogue.Compare(numeric(m.wrapper.version.Value), "3.6.1") >= 0
	}
	if q.native != nil { // GraalVM's image has no Maven, and not all that a wrapper asks for
		c.builder, c.home, c.fix, c.in, c.words = "graalvm", mavenHome, "", ".", []string{mavenHome + "/bin/mvn"}
		modern = true
	}
	if file := repo.Rel(c.in, q.request.InContext(r.top.file)); file != "pom.xml" {
		c.words = append(c.words, "-f", file)
	}
	if m.mirrors != "" {
		c.script, c.scriptFile = m.mirrors, mirrorsFile
		c.words = append(c.words, "-gs", mirrorsFile)
	}
	c.words = append(c.words, "-B")
	if modern {
		c.words = append(c.words, "-ntp")
	}
	if profiles := q.request.Settings.Options[optionProfiles]; profiles.Known() {
		c.words = append(c.words, "-P", profiles.Value)
	} else if r.deployed.Known() {
		c.words, c.from = append(c.words, "-P", r.deployed.Value), r.deployed.From
	} else if profile := p.production(); profile.Known() {
		if _, vaadin := m.has("com.vaadin:*"); vaadin {
			c.words, c.from = append(c.words, "-P", profile.Value), profile.From
		} else {
			c.notes = append(c.notes, detect.Note{At: profile.From, Text: "the build does not use this profile: --" + optionProfiles + " " + profile.Value + " turns it on"})
		}
	}
	c.words = append(c.words, r.skips(p)...)
	if m.frontend != nil && m.frontend.install != "" && m.frontend.given(q.request.Catalogue) {
		c.words = append(c.words, "-Dskip.installnodenpm=true")
	}
	if q.main != "" {
		c.words = append(c.words, "-Dstart-class="+q.main)
	}
	if p != r.top {
		c.words = append(c.words, "-pl", r.selected(p), "-am")
	}
	if q.native != nil {
		c.words = append(c.words, q.native.args...)
		return c
	}
	c.words = append(c.words, "package")
	if m.artifact.shape == thin && (len(m.libs) > 0 || m.artifact.boot.Known()) {
		c.words = append(c.words, p.dependencyPlugin()+":copy-dependencies", "-DincludeScope=runtime")
		target, _ := p.expand(p.setting("target", "build", "directory").Value)
		c.libs = path.Join(p.dir, target, "dependency")
	}
	return c
}

// dependencyPlugin is the plugin as the pom has it, or a version of our own.
func (p *pom) dependencyPlugin() string {
	const name = "maven-dependency-plugin"
	for _, q := range p.ancestry() {
		for _, e := range q.root.find("plugin") {
			if e.value("artifactId") == name && e.at("version") != nil {
				return "dependency"
			}
		}
	}
	if _, _, _, ok := p.published(); ok {
		return "dependency" // the known parents manage it
	}
	return "org.apache.maven.plugins:" + name + ":" + known().Plugins[name]
}

// skips are the switches that keep the build to making the artifact: no tests, and
// nothing that asks for git or Docker, which the build stage does not have.
func (r *reactor) skips(p *pom) []string {
	flags := []string{"-Dmaven.test.skip=true"}
	left := r.siblings(p)
	poms := slices.DeleteFunc(slices.Clone(r.poms), func(q *pom) bool {
		return slices.ContainsFunc(left, func(s sibling) bool { return s.dir == q.dir })
	})
	for _, q := range poms {
		for _, e := range q.root.find("dependency") {
			if e.value("type") == "test-jar" || e.value("classifier") == "tests" {
				flags = []string{"-DskipTests"} // others need this module's tests compiled
			}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(known().Skip.Flags)) {
		flag := known().Skip.Flags[name]
		if slices.Contains(flags, flag) {
			continue
		}
		for _, q := range poms {
			plugin := q.plugin(name)
			_, runs := hasGoal(plugin)
			runs = runs || slices.ContainsFunc(plugin, func(e *element) bool { return e.at("executions") != nil })
			if runs || (len(plugin) > 0 && strings.HasPrefix(name, "git-commit-id")) {
				if q.configured(plugin, "failOnNoGitDirectory").Value != "false" {
					flags = append(flags, flag)
					break
				}
			}
		}
	}
	return flags
}

// public reports whether a repository serves anybody.
func public(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme == "file" {
		return true // a folder of the repository, or nothing that a credential helps
	}
	host := u.Hostname()
	return slices.ContainsFunc(known().Public.Hosts, func(h string) bool { return host == h || strings.HasSuffix(host, "."+h) })
}

// Where the published images have their build tool, 2026-11:
// https://github.com/carlossg/docker-maven, https://github.com/keeganwitt/docker-gradle
const (
	mavenHome  = "/usr/share/maven"
	gradleHome = "/opt/gradle"
)

// toNative is Gradle in GraalVM's image: the wrapper's jar, since its script asks for
// programs that a small image lacks, or a Gradle of its own image.
func (c command) toNative(x *executable, script string) command {
	rest := c.words[1:]
	c.words = []string{gradleHome + "/bin/gradle"}
	if c.builder == "temurin" {
		c.words, rest = []string{"java", "-cp", path.Join(path.Dir(script), "gradle/wrapper/gradle-wrapper.jar"), "org.gradle.wrapper.GradleWrapperMain"}, rest[1:]
	} else {
		c.home = gradleHome
	}
	c.builder, c.fix = "graalvm", ""
	c.words = append(append(append(c.words, rest...), "--no-daemon"), x.args...)
	return c
}
