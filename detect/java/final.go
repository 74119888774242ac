package java

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/templates"
)

// final is the chosen final image.
type final struct {
	variant  string
	image    string
	user     string
	java     string // how the entry point names java
	jlink    string // image that links the runtime, "" for none
	template templates.Template[runView]
	reason   detect.Reason
}

var finalTemplates = map[string]templates.Template[runView]{
	detect.Slim:       templates.Must[runView]("java/slim.tmpl"),
	detect.Alpine:     templates.Must[runView]("java/alpine.tmpl"),
	detect.Distroless: templates.Must[runView]("java/distroless.tmpl"),
}

const noScratch = "a JVM needs the C library, and a place to find certificates, fonts and time zones"

// final chooses the image the program runs in. The automatic one is the JRE image:
// it has the libraries that fonts, images and native code of a Java program ask for,
// and every version has one; a smaller one is the user's choice.
func (d *planning) final() (final, error) {
	c := d.Catalogue
	name, from := d.Settings.Base.Value, d.Settings.Base.From
	_, link := d.Settings.Option(optionJlink)
	auto := name == "" || name == detect.Auto
	note := ""
	if auto {
		name, from = detect.Slim, fact.Default("the JRE image has what fonts, images and native libraries ask for; --base distroless is smaller")
		if link {
			name, from = detect.Distroless, d.Settings.Options[optionJlink].From
			note = "a runtime of our own needs only the C library and fonts"
		}
	}
	if d.native != nil {
		return d.nativeFinal()
	}
	if d.m.artifact.shape == war {
		return d.tomcat(name, auto, link, from)
	}
	f := final{variant: name, java: "java", template: finalTemplates[name]}
	switch name {
	case detect.Slim:
		f.image, f.user = d.line.Ref("jre"), "10001"
	case detect.Alpine:
		f.image, f.user = d.line.Ref("jre-alpine"), "10001"
	case detect.Distroless:
		image := c.Image("distroless-java")
		f.user = image.User
		if l, ok := image.Line(d.line.Version); ok {
			f.image = l.Ref("base")
		} else if !link {
			return final{}, detect.Impossible(name, fmt.Sprintf("there is no distroless image of Java %s", d.line.Version), detect.Slim, detect.Alpine)
		}
	case detect.Scratch:
		return final{}, detect.Impossible(name, noScratch, detect.Slim, detect.Distroless, detect.Alpine)
	default:
		return final{}, detect.UnknownBase(name)
	}
	if link {
		if err := d.linked(&f, c); err != nil {
			return final{}, err
		}
	}
	f.reason = detect.Reason{ID: "base", What: "final image", Value: f.image, From: from, Note: note}
	return f, nil
}

// linked replaces the image of a JRE by the plain one of the same C library.
func (d *planning) linked(f *final, c *catalogue.Catalogue) error {
	if !d.atLeast("9") {
		return detect.Impossible(f.variant, "Java 8 has no modules, so --jlink has nothing to choose from", detect.Slim, detect.Alpine)
	}
	f.java, f.jlink = "/opt/jre/bin/java", d.line.Ref("jdk")
	switch f.variant {
	case detect.Slim:
		f.image = c.DefaultLine(c.Image("debian")).Ref("slim")
	case detect.Alpine:
		f.image, f.jlink = c.DefaultLine(c.Image("alpine")).Ref("base"), d.line.Ref("jdk-alpine")
	case detect.Distroless:
		f.image = c.DefaultLine(c.Image("distroless-java-base")).Ref("base")
	}
	return nil
}

// bases are the choices, for people.
func (d *planning) bases() []detect.BaseOption {
	c := d.Catalogue
	distroless := detect.BaseOption{Base: detect.Distroless, Says: fmt.Sprintf("%d MB, safest: no shell; fonts and certificates", c.Image("distroless-java").MiB["base"])}
	if l, ok := c.Image("distroless-java").Line(d.line.Version); ok {
		distroless.Image = l.Ref("base")
	} else {
		distroless.RuledOut = fmt.Sprintf("there is no distroless image of Java %s", d.line.Version)
	}
	alpine := detect.BaseOption{Base: detect.Alpine, Image: d.line.Ref("jre-alpine"), Says: fmt.Sprintf("%d MB, a shell; musl: some native libraries do not run", c.Image("temurin").MiB["jre-alpine"])}
	if !d.atLeast("21") {
		alpine.Says += "; amd64 only"
	}
	return []detect.BaseOption{
		{Base: detect.Slim, Image: d.line.Ref("jre"), Says: fmt.Sprintf("%d MB, Ubuntu with a shell; runs everything", c.Image("temurin").MiB["jre"]), Auto: true},
		distroless, alpine,
		{Base: detect.Scratch, RuledOut: noScratch},
	}
}

// modules are the ones that the runtime gets beside those that jdeps finds.
func (d *planning) modules() []string {
	table := known().Jlink
	wanted := slices.Clone(table.Always)
	for pattern, modules := range table.Libraries { // sorted below
		if _, ok := d.m.has(pattern); ok {
			wanted = append(wanted, modules...)
		}
	}
	slices.Sort(wanted)
	return slices.DeleteFunc(slices.Compact(wanted), func(name string) bool {
		last, ok := table.Until[name]
		return ok && catalogue.Compare(d.line.Version, fmt.Sprint(last)) > 0
	})
}

func (d *planning) builder() string {
	if d.cmd.builder == string(gradle) {
		return d.gradleImage()
	}
	line := d.Catalogue.Image(d.cmd.builder).Pin(d.line.Version)
	if d.native != nil && d.native.musl {
		return line.Ref("musl")
	}
	return line.Ref("jdk")
}

// gradleImage is the image of the Gradle that the build is written for.
func (d *planning) gradleImage() string {
	line := d.Catalogue.Image("gradle").Pin(d.line.Version)
	if older := "jdk-" + d.gradleMajor(); line.Has(older) {
		return line.Ref(older)
	}
	_, tag, _ := strings.Cut(line.Ref("jdk"), ":")
	version, _, _ := strings.Cut(tag, "-")
	if l, ok := lineOf(known().Gradle, version, true); ok && !d.atLeast(fmt.Sprint(l.Min)) {
		return line.Ref("jdk-8") // the newest Gradle runs on newer Java only
	}
	return line.Ref("jdk")
}

// gradleMajor is the major version of Gradle that the build is written for, where no
// wrapper brings it: the wrapper's own, or the newest that Spring Boot's plugin runs on.
func (d *planning) gradleMajor() string {
	if v := d.m.wrapper.version; v.Known() {
		number, _, _ := strings.Cut(v.Value, ".")
		return number
	}
	if l, ok := lineOf(known().Boot, d.m.artifact.boot.Value, false); ok && l.Gradle > 0 {
		return fmt.Sprint(l.Gradle)
	}
	return ""
}

// tomcat is the image of a servlet container for a war that brings none.
func (d *planning) tomcat(name string, auto, link bool, from fact.Source) (final, error) {
	if link || !auto && name != detect.Slim {
		return final{}, detect.Impossible(strings.TrimSpace(name), "a war without a server of its own runs in Tomcat's image", detect.Slim)
	}
	image := d.Catalogue.Image("tomcat")
	l := d.servlet(image)
	java := d.line.Version
	if least := known().Tomcat.Java[l.Version]; catalogue.Compare(java, least) < 0 {
		java = least
	}
	f := final{variant: detect.Slim, image: strings.ReplaceAll(l.Ref("jre"), "{java}", java), user: "10001", template: tomcatTemplate}
	f.reason = detect.Reason{ID: "base", What: "final image", Value: f.image, From: d.m.artifact.from, Note: "a war without a server of its own"}
	return f, nil
}

// servlet is the line of Tomcat for the servlet API of the war: javax ends with 9, jakarta begins with 10.
// https://tomcat.apache.org/whichversion.html, 2026-11
func (d *planning) servlet(image *catalogue.Image) *catalogue.Line {
	for _, old := range known().Tomcat.Javax {
		for name, v := range d.m.libs {
			if matches(old.Library, name) && (old.Below == "" || v.Value != "" && catalogue.Compare(numeric(v.Value), old.Below) < 0) {
				return image.Pin("9.0")
			}
		}
	}
	if v := d.m.artifact.boot; v.Known() && catalogue.Compare(numeric(v.Value), "3") < 0 {
		return image.Pin("9.0")
	}
	return d.Catalogue.DefaultLine(image)
}
