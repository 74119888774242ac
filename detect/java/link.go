package java

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/templates"
)

func portText(d *planning) string {
	if d.portEnv != "" {
		return "${" + d.portEnv + "}"
	}
	return strconv.Itoa(d.port.Value)
}

// link is the stage that makes a runtime of the modules that the program uses.
func (d *planning) link(how layering, jar string) *jlinkView {
	v := &jlinkView{Image: d.base.jlink, Release: d.line.Version, Modules: d.modules(), Compress: "2", Path: "lib/*", Roots: []string{"app.jar"}}
	if d.atLeast("21") {
		v.Compress = "zip-6"
	}
	layer := func(names ...string) {
		for _, n := range names {
			v.From = append(v.From, templates.Files{From: []string{"/out/" + n + "/"}, To: "./"})
		}
	}
	switch shape := d.m.artifact.shape; {
	case shape == bootJar && how == tools:
		layer("dependencies", "snapshot-dependencies", "application")
	case shape == bootJar && (how == layertools || how == exploded):
		kind := "BOOT-INF"
		if d.m.artifact.war {
			kind = "WEB-INF"
		}
		layer("dependencies", "application")
		v.Roots, v.Path = []string{kind + "/classes"}, kind+"/lib/*"
	case shape == thin:
		layer("dependencies", "application")
	case shape == installed:
		layer("dependencies", "application")
		v.Roots = []string{"lib/*.jar"}
	case shape == quarkusFast:
		layer("dependencies", "application")
		v.Roots, v.Path = []string{"app/*.jar"}, "lib/main/*:lib/boot/*"
	default:
		v.From = []templates.Files{{From: []string{"/out/app.jar"}, To: "./"}}
		v.Path = ""
	}
	return v
}

func (d *planning) linkReason(v *jlinkView) detect.Reason {
	return detect.Reason{
		ID: "jlink", What: "Java modules", Value: strings.Join(v.Modules, ","), From: d.Settings.Options[optionJlink].From,
		Note: "reached by name only, by what the program depends on; jdeps adds those that it sees",
	}
}

// arguments are what people's own Dockerfile gives the program, or what a framework's program
// takes to run as a server, and the files of the repository that they name.
func (d *planning) arguments() given {
	g := d.givenArguments()
	at, ok := d.m.has("io.dropwizard:dropwizard-core")
	if !ok || len(g.arguments) > 0 {
		return g
	}
	g.arguments = []string{"server"}
	if file, _, ok := d.dropwizard(); ok {
		g.arguments = append(g.arguments, path.Base(file))
		g.carry(carried{file, "./"})
		d.plan.Reasons = append(d.plan.Reasons, detect.Reason{ID: "arguments", What: "arguments", Value: strings.Join(g.arguments, " "), From: fact.At(file, 0, ""), Note: "Dropwizard reads its configuration at run time"})
		return g
	}
	d.plan.Notes = append(d.plan.Notes, detect.Note{At: at, Text: "Dropwizard runs with its defaults: no configuration lies beside the build file"})
	return g
}

// webapp is where pages lie that a servlet container compiles. No jar holds them, but Spring
// Boot looks for this folder where it is started
// (https://github.com/spring-projects/spring-boot, DocumentRoot.java, COMMON_DOC_ROOTS, 2026-11).
const webapp = "src/main/webapp"

// jspFolder is that folder of a Spring Boot jar with an engine for JSP, "" for none.
func (d *planning) jspFolder() string {
	at, compiles := d.m.has("org.apache.tomcat.embed:tomcat-embed-jasper")
	dir := path.Join(d.m.dir, webapp)
	if !compiles || d.m.artifact.shape != bootJar || d.m.artifact.war || !slices.ContainsFunc(d.m.view.Under(dir), func(file string) bool { return path.Ext(file) == ".jsp" }) {
		return ""
	}
	d.plan.Reasons = append(d.plan.Reasons, detect.Reason{ID: "pages", What: "pages", Value: d.InContext(dir), From: at, Note: "no jar holds JSP; Spring Boot finds them where it is started"})
	return dir
}

// givesNode reports whether a stage gives the Node that the page is built with. A version of it
// that the catalogue does not have is left to a plugin that downloads what it is told to.
func (d *planning) givesNode() bool {
	f := d.m.frontend
	return f != nil && f.given(d.Catalogue)
}

// given: see givesNode.
func (f *frontend) given(c *catalogue.Catalogue) bool {
	if !f.provided || f.install == "" || !f.version.Known() {
		return f.provided
	}
	number, _, _ := strings.Cut(strings.TrimPrefix(f.version.Value, "v"), ".")
	_, ok := c.Image("node").Line(number)
	return ok
}

// nodeImage is the Node that the page is built with.
func (d *planning) nodeImage(f *frontend) string {
	image := d.Catalogue.Image("node")
	line := d.Catalogue.DefaultLine(image)
	if f.version.Known() {
		number, _, _ := strings.Cut(strings.TrimPrefix(f.version.Value, "v"), ".")
		if l, ok := image.Line(number); ok {
			line = l
		}
	}
	d.plan.Reasons = append(d.plan.Reasons, detect.Reason{ID: "node", What: "Node for the page", Value: line.Version, From: nodeFrom(f), Note: "a stage gives it"})
	return line.Ref("slim")
}

func nodeFrom(f *frontend) fact.Source {
	if f.version.Known() {
		return f.version.From
	}
	return f.from
}
