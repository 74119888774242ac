package java

import (
	"fmt"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
)

// archive is how a JVM keeps what it loaded at one start for the next ones.
type archive struct{ write, read, file string }

// archiveOf is the way of a Java version: the AOT cache in one step since 25
// (https://openjdk.org/jeps/514), a dynamic class data archive before
// (https://openjdk.org/jeps/350).
func (d *planning) archiveOf() archive {
	if d.atLeast("25") {
		return archive{"-XX:AOTCacheOutput=app.aot", "-XX:AOTCache=app.aot", "app.aot"}
	}
	return archive{"-XX:ArchiveClassesAtExit=app.jsa", "-XX:SharedArchiveFile=app.jsa", "app.jsa"}
}

// train adds the run that makes the archive, and the flag that reads it. The run is
// in the final image, since a JVM takes only an archive of its own and of the same
// jars; it ends when the application context is there
// (https://docs.spring.io/spring-boot/reference/packaging/class-data-sharing.html).
func (d *planning) train(v *runView) {
	if _, on := d.Settings.Option(optionAOT); !on {
		return
	}
	a, start := d.archiveOf(), v.Entrypoint[1:]
	v.Train = append([]string{v.Entrypoint[0], a.write, "-Dspring.context.exit=onRefresh"}, start...)
	v.Root = d.base.variant == detect.Distroless
	v.Entrypoint = append([]string{v.Entrypoint[0], a.read}, start...)
	from := d.Settings.Options[optionAOT].From
	d.plan.Reasons = append(d.plan.Reasons, detect.Reason{ID: "aot", What: "kept classes", Value: a.file, From: from, Note: "made by one start during the build"})
	d.plan.Notes = append(d.plan.Notes, detect.Note{At: fact.Source{}, Text: "the application starts once during the build: it must come up without its database and without its settings of the day"})
}

// canTrain refuses --aot-cache where nothing ends the run that makes the archive.
func (d *planning) canTrain() error {
	o, on := d.Settings.Option(optionAOT)
	how, _ := d.m.artifact.layering()
	switch {
	case !on:
		return nil
	case d.m.artifact.shape != bootJar || how != tools:
		return &diag.Error{At: d.m.at, What: fmt.Sprintf("%s needs Spring Boot 3.3 or newer, which ends by itself after a start", o.From), Try: "leave --" + optionAOT + " out", Code: diag.Usage}
	case !d.atLeast("13"):
		return &diag.Error{At: d.m.at, What: fmt.Sprintf("%s needs Java 13 or newer", o.From), Try: "--language-version 21", Code: diag.Usage}
	}
	return nil
}
