package java

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
)

// executable is the native executable that GraalVM makes of a program, where the
// build is set up for it: nothing of it is guessed.
type executable struct {
	at     fact.Source // what sets it up
	path   string      // relative to the root of the view
	args   []string    // of the build tool: switches and goals, or properties and the task
	only   bool        // the build makes nothing else
	linked fact.Source // an argument of its own that says how it is linked
	musl   bool        // … against musl
	why    string      // why it cannot be made here, "" if it can
	try    string
}

const nativePlugin = "native-maven-plugin"

// executable: the plugin of GraalVM's build tools, Quarkus' own, or Micronaut's packaging.
// https://graalvm.github.io/native-build-tools/latest/maven-plugin.html, 2026-11
func (r *reactor) executable(p *pom, a artifact) *executable {
	if a.path == "" {
		return nil
	}
	target, _ := p.expand(p.setting("target", "build", "directory").Value)
	target = path.Join(p.dir, target)
	x := p.quarkusNative(target)
	if x == nil {
		x = p.micronautNative(target)
	}
	if x == nil {
		x = p.graalNative(r, target)
	}
	return x
}

// graalNative is what native-maven-plugin makes, which the pom, one of its profiles or
// that of a published parent runs. Where no execution is bound to the build, the goal is
// named, which runs in every module.
func (p *pom) graalNative(r *reactor, target string) *executable {
	plugin, profile := p.nativePlugin()
	_, _, parent, known := p.published()
	bound := false
	x := &executable{}
	switch {
	case len(plugin) > 0:
		_, bound = hasGoal(plugin, "compile-no-fork", "compile", "build")
		x.at = plugin[0].from(nativePlugin)
		if profile == "" && known {
			profile = parent.Native.Profile
		}
	case known && parent.Native.Bound:
		all := p.ancestry()
		x.at, bound, profile = all[len(all)-1].root.at("parent").from("profile "+parent.Native.Profile), true, parent.Native.Profile
	default:
		return nil
	}
	name := p.property("project.artifactId")
	if own := p.configured(plugin, "imageName"); own.Known() {
		name = own
	}
	x.path = path.Join(target, name.Value)
	if profile != "" {
		x.args = []string{"-P", profile}
	}
	x.args = append(x.args, map[bool]string{true: "package", false: "native:compile"}[bound])
	if !bound && p != r.top {
		x.why, x.try = "no execution binds native-maven-plugin to the build, and its goal would run in every module", "bind compile-no-fork to the phase package in a profile of "+p.file
	}
	for _, e := range plugin {
		for _, arg := range e.find("buildArg") {
			x.link(arg.text, arg.from("buildArg"))
		}
	}
	return x
}

// nativePlugin are the elements of native-maven-plugin, and the profile that has the
// nearest of them, "" for one that is on.
func (p *pom) nativePlugin() (plugin []*element, profile string) {
	if plugin = p.plugin(nativePlugin); len(plugin) > 0 {
		return plugin, ""
	}
	for _, q := range p.ancestry() {
		for _, e := range q.root.all("profiles", "profile") {
			for _, in := range e.all("build", "plugins", "plugin") {
				if in.value("artifactId") == nativePlugin && e.value("id") != "" && !strings.Contains(strings.ToLower(e.value("id")), "test") {
					return []*element{in}, e.value("id")
				}
			}
		}
	}
	return nil, ""
}

// link notes an argument that says how the executable is linked.
func (x *executable) link(arg string, at fact.Source) {
	if strings.Contains(arg, "--static") || strings.Contains(arg, "StaticExecutable") {
		x.linked = at
	}
	x.musl = x.musl || strings.Contains(arg, "--libc=musl")
}

// quarkusNative: every Quarkus application can be built so; the generated profile is used
// where it is there. https://quarkus.io/guides/building-native-image, 2026-11
func (p *pom) quarkusNative(target string) *executable {
	plugin := p.plugin("quarkus-maven-plugin")
	final := p.property("project.build.finalName")
	if len(plugin) == 0 || !final.Known() {
		return nil
	}
	x := &executable{path: path.Join(target, final.Value+"-runner")}
	for _, q := range p.ancestry() {
		for _, e := range q.root.all("profiles", "profile") {
			properties := e.at("properties")
			if properties == nil || properties.value("quarkus.native.enabled") != "true" && properties.value("quarkus.package.type") != "native" {
				continue
			}
			x.at, x.args = e.from("profile "+e.value("id")), []string{"-P", e.value("id")}
			if name := e.value("activation", "property", "name"); name != "" && !strings.HasPrefix(name, "!") {
				x.args = []string{"-D" + name} // tests and plugins of theirs ask for the property too
			}
			// The stage is the container; it has no Docker to start another.
			x.args = append(x.args, "-Dquarkus.native.container-build=false", "package")
			return x
		}
	}
	return nil
}

// micronautNative: https://micronaut-projects.github.io/micronaut-maven-plugin/latest/examples/package.html, 2026-11
func (p *pom) micronautNative(target string) *executable {
	plugin, packaging := p.plugin("micronaut-maven-plugin"), p.root.at("packaging")
	if len(plugin) == 0 || packaging == nil || packaging.text != "${packaging}" && packaging.text != "native-image" {
		return nil
	}
	x := &executable{at: packaging.from("packaging"), path: path.Join(target, p.property("project.artifactId").Value), args: []string{"-Dpackaging=native-image", "package"}}
	if own := p.configured(p.plugin(nativePlugin), "imageName"); own.Known() {
		x.path = path.Join(target, own.Value)
	}
	x.only = p.property("project.packaging").Value == "native-image"
	return x
}

// executable: https://graalvm.github.io/native-build-tools/latest/gradle-plugin.html,
// https://quarkus.io/guides/gradle-tooling#building-a-native-executable, 2026-11.
// Micronaut's application plugin brings GraalVM's along.
func (p *gradleProject) executable(m *module) *executable {
	prefix := strings.TrimSuffix(p.build.projectPath(p.dir), ":") + ":"
	if at, ok := p.has("io.quarkus"); ok {
		jar, inexact := p.archive(m.name, "jar", "")
		if inexact {
			return nil
		}
		runner := path.Join(p.dir, "build", path.Base(jar)+"-runner")
		return &executable{at: at, path: runner, args: []string{prefix + "quarkusBuild", "-Dquarkus.native.enabled=true", "-Dquarkus.native.container-build=false"}}
	}
	at, ok := p.has("org.graalvm.buildtools.native", "io.micronaut.application", "io.micronaut.minimal.application")
	if !ok {
		return nil
	}
	name, _ := fact.First(p.value("graalvmNative.binaries.main.imageName", "graalvmNative.binaries.main.imageName.set"), fact.New(m.name, at))
	x := &executable{at: at, path: path.Join(p.dir, "build/native/nativeCompile", name.Value), args: []string{prefix + "nativeCompile"}}
	for _, s := range p.settings {
		if strings.HasPrefix(s.path, "graalvmNative.binaries.main.buildArgs") {
			for _, arg := range s.strings() {
				x.link(arg, s.from())
			}
		}
	}
	return x
}

// nativeBuild settles whether the image runs a native executable: because the user asks
// for it, or because the build makes nothing else. It moves the Java version to one that
// GraalVM has, and the framework takes.
func (d *planning) nativeBuild(version *detect.Reason) error {
	from := d.Settings.Options[optionNative].From
	_, on := d.Settings.Option(optionNative)
	x := d.m.executable
	switch {
	case x == nil && on:
		return &diag.Error{At: d.m.at, What: fmt.Sprintf("%s needs a build that is set up for GraalVM's native image, and this one is not", from), Try: "add native-maven-plugin, or org.graalvm.buildtools.native in Gradle: https://graalvm.github.io/native-build-tools/\nleave --" + optionNative + " out", Code: diag.Usage}
	case x == nil || !on && !x.only:
		return nil
	case x.why != "":
		return &diag.Error{At: x.at, What: fmt.Sprintf("%s: %s", from, x.why), Try: x.try + "\nleave --" + optionNative + " out", Code: diag.Usage}
	}
	for _, other := range []string{optionJlink, optionAOT} {
		if o, also := d.Settings.Option(other); also {
			return &diag.Error{At: x.at, What: fmt.Sprintf("%s is about a JVM, and a native executable runs without one", o.From), Try: "leave one of the two out", Code: diag.Usage}
		}
	}
	if !on {
		from = x.at
	}
	d.native, d.nativeFrom = x, from
	want, _ := strconv.Atoi(d.line.Version)
	image := d.Catalogue.Image("graalvm")
	for _, l := range known().Native.Minimum {
		if at, ok := d.m.has(l.Libraries); ok && l.Java > want && (l.From == "" || catalogue.Compare(numeric(d.m.artifact.boot.Value), l.From) >= 0) {
			if l.From != "" {
				at = d.m.artifact.boot.From
			}
			want, version.From, version.Note = l.Java, at, fmt.Sprintf("native images of %s need GraalVM for Java %d", l.Who, l.Java)
		}
	}
	for _, l := range slices.Backward(image.Lines) {
		if n, _ := strconv.Atoi(l.Version); n >= want {
			d.line, version.Value = l, l.Version
			return nil
		}
	}
	return &diag.Error{At: version.From, What: fmt.Sprintf("GraalVM has no image of Java %d", want), Try: "leave --" + optionNative + " out", Code: diag.Usage}
}

// nativeFinal is the image a native executable runs in: it needs the C library, and
// nothing else, since everything but that is linked into it.
func (d *planning) nativeFinal() (final, error) {
	c, name := d.Catalogue, d.Settings.Base.Value
	f := final{variant: detect.Distroless, user: "10001"}
	from := d.Settings.Base.From
	if name == "" || name == detect.Auto {
		name, from = detect.Distroless, fact.Default("a native executable asks for the C library only")
	}
	switch name {
	case detect.Distroless:
		image := c.Image("distroless-base")
		f.image, f.user = c.DefaultLine(image).Ref("base"), image.User
	case detect.Slim:
		f.variant, f.image = detect.Slim, c.DefaultLine(c.Image("debian")).Ref("slim")
	case detect.Alpine, detect.Scratch:
		return final{}, detect.Impossible(name, "GraalVM links a native executable against glibc", detect.Distroless, detect.Slim)
	default:
		return final{}, detect.UnknownBase(name)
	}
	f.template = finalTemplates[f.variant]
	f.reason = detect.Reason{ID: "base", What: "final image", Value: f.image, From: from}
	return f, nil
}

// nativeArtifact is the reason of the executable, with a note of what it costs.
func (d *planning) nativeArtifact() detect.Reason {
	d.plan.Notes = append(d.plan.Notes, detect.Note{At: d.native.at, Text: "a native image takes minutes and several GB of memory to build, for the machine that builds it only; what is reached by reflection must be named in its metadata, and there is no JVM to tune"})
	artifact := detect.Reason{ID: "artifact", What: "native executable", Value: d.InContext(d.native.path), From: d.nativeFrom, Note: "the build makes nothing else"}
	if d.nativeFrom != d.native.at {
		artifact.Note = "set up in " + d.native.at.String()
	}
	return artifact
}

// offersNative says that the build could make a native executable, where nobody asks.
func (d *planning) offersNative() {
	if x := d.m.executable; x != nil && d.native == nil && x.why == "" {
		d.plan.Notes = append(d.plan.Notes, detect.Note{At: x.at, Text: "this build is set up for a native executable too: --" + optionNative})
	}
}

// toolImage is the image that the build tool is taken from.
func (d *planning) toolImage() string {
	if d.m.tool == gradle {
		return d.gradleImage()
	}
	return d.Catalogue.Image("maven").Pin(d.line.Version).Ref("jdk")
}
