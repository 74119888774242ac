package java

import (
	"fmt"
	"path"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
)

// chosen is the module that the tool of the user's choice describes.
func (p *project) chosen(s detect.Settings) (*module, detect.Reason, error) {
	want := s.Options[optionTool]
	if !want.Known() {
		return p.first(), p.tool, nil
	}
	if want.Value != string(maven) && want.Value != string(gradle) {
		e := &diag.Error{What: fmt.Sprintf("--%s %s is unknown", optionTool, want.Value), Try: "--build-tool maven\n--build-tool gradle", Code: diag.Usage}
		return nil, detect.Reason{}, e
	}
	for _, m := range p.modules {
		if string(m.tool) == want.Value {
			return m, detect.Because("tool", "build tool", want), nil
		}
	}
	return nil, detect.Reason{}, &diag.Error{At: fact.Source{File: p.At().File}, What: fmt.Sprintf("there is no %s build in %s", want.Value, p.Dir()), Try: "leave --build-tool out", Code: diag.Usage}
}

// planning is what Plan gathers step by step.
type planning struct {
	detect.Request
	m       *module
	program mainClass
	several bool // the module has other programs too
	line    *catalogue.Line
	native  *executable // what runs in the place of a JVM, nil for none
	// nativeFrom is what asks for it.
	nativeFrom fact.Source
	cmd        command
	config     config // of the program, read by network
	base       final
	port       fact.Of[int]
	portEnv    string // variable that changes the port, "" for none
	health     fact.Of[string]
	open       envVar   // opens a server that its settings bind to the loopback address
	openArgs   []string // do so, where no variable does
	profile    envVar   // names the profiles that people's own Dockerfile starts the program with
	plan       detect.Plan
}

// Plan decides how the module is built and what runs.
func (p *project) Plan(r detect.Request) (detect.Plan, error) {
	m, toolReason, err := p.chosen(r.Settings)
	if err != nil {
		return detect.Plan{}, err
	}
	if m.called != nil { // Gradle calls it after its folder: what it is in the stage
		named := *m
		named.artifact = m.called(path.Base(path.Join("/src", r.InContext(m.root))))
		m = &named
	}
	d := &planning{Request: r, m: m, program: p.mains[r.Program.Name], several: len(p.programs) > 1}
	if m.artifact.shape == thin && d.program.name == "" {
		return detect.Plan{}, diag.At(m.at, "no main class is known", "--entry com.example.Main")
	}
	line, version, notes, err := m.javaVersion(r.Settings, r.Catalogue)
	if err != nil {
		return detect.Plan{}, err
	}
	d.line = line
	if err := d.nativeBuild(&version); err != nil {
		return detect.Plan{}, err
	}
	if err := d.canTrain(); err != nil {
		return detect.Plan{}, err
	}
	d.cmd = m.command(commandRequest{request: r, line: d.line, main: d.startClass(), native: d.native})
	if d.base, err = d.final(); err != nil {
		return detect.Plan{}, err
	}
	d.plan = detect.Plan{
		Ignore: []string{"**/target", "**/.gradle", "**/build", "**/out", "**/bin", "**/*.class", "**/*.iml"},
		Notes:  append(append(notes, m.notes...), d.cmd.notes...), Bases: d.bases(),
	}
	if toolReason.ID != "" {
		d.plan.Reasons = append(d.plan.Reasons, toolReason)
	}
	d.plan.Reasons = append(d.plan.Reasons, version, d.base.reason)
	d.network(p)
	d.secrets()
	d.stages(p.sources)
	d.reasons()
	return d.plan, nil
}

// startClass is the main class that Spring Boot's plugin must be told, "" where it finds the only one.
func (d *planning) startClass() string {
	if d.several && d.m.artifact.shape == bootJar && !d.m.main.Known() {
		return d.program.name
	}
	return ""
}

// reasons are those of the lines that the templates print.
func (d *planning) reasons() {
	m := d.m
	builder := detect.Reason{ID: "builder", What: "build image", Value: d.builder(), From: d.cmd.from, Note: "no wrapper"}
	if m.wrapper.script != "" && d.cmd.builder == string(maven) {
		builder.Note = fmt.Sprintf("has the line of Maven %s, which the wrapper would download", m.wrapper.version.Value)
	} else if m.wrapper.script != "" {
		builder.Note = "the wrapper brings the build tool"
		if v := m.wrapper.version; v.Known() {
			builder.Note = fmt.Sprintf("the wrapper brings version %s", v.Value)
		}
	}
	if !m.wrapper.broken.IsZero() {
		builder.From, builder.Note = m.wrapper.broken, "it cannot run"
		if v := m.wrapper.version; v.Known() {
			builder.From, builder.Note = v.From, fmt.Sprintf("the wrapper would bring version %s, and cannot run", v.Value)
		}
		d.plan.Notes = append(d.plan.Notes, detect.Note{At: m.wrapper.broken, Text: "the wrapper lacks a file and cannot run, so the image brings the build tool"})
	}
	artifact := detect.Reason{ID: "artifact", What: "artifact", Value: d.InContext(m.artifact.path), From: m.artifact.from, Note: d.shapeNote()}
	if m.artifact.inexact {
		artifact.Note = "its name is computed by the build, which must leave exactly one"
	}
	if d.native != nil {
		builder.Note = "GraalVM's compiler, with the C compiler it needs"
		artifact = d.nativeArtifact()
	}
	memory := detect.Reason{ID: "memory", What: "JVM options", Value: jvmOptions, From: fact.Default("a share of the container's memory; replaced by -e JAVA_TOOL_OPTIONS=…")}
	if d.native != nil { // https://www.graalvm.org/latest/reference-manual/native-image/optimizations-and-performance/MemoryManagement/, 2026-11
		memory = detect.Reason{ID: "memory", What: "memory", Value: "80 % of the container's", From: fact.Default("what a native executable takes by itself; -XX:MaximumHeapSizePercent=… as its argument changes it")}
	}
	d.plan.Reasons = append(d.plan.Reasons, builder, artifact,
		detect.Reason{ID: "command", What: "build command", Value: strings.Join(d.cmd.words, " "), From: d.cmd.from},
		detect.Reason{ID: "user", What: "user", Value: d.base.user, From: fact.Default("never root; a number, so that Kubernetes can check it")},
		memory)
	d.offersNative()
	if len(d.siblings()) > 0 {
		d.plan.Reasons = append(d.plan.Reasons, detect.Reason{ID: "siblings", What: "left out", Value: strings.Join(d.siblings(), " "), From: m.at, Note: "modules that this one does not need"})
	}
	for i, s := range d.Supplies {
		if i == 0 {
			d.plan.Reasons = append(d.plan.Reasons, detect.Reason{ID: "supply", What: "built by " + s.By.Title(), Value: d.InContext(s.Path), From: s.Need.From})
		}
	}
}

func (d *planning) shapeNote() string {
	switch d.m.artifact.shape {
	case bootJar:
		how, _ := d.m.artifact.layering()
		return map[layering]string{whole: "run as it is: its Spring Boot version is not known", exploded: "unpacked", layertools: "taken apart by its own layertools", tools: "taken apart by its own tools mode"}[how]
	case thin:
		return "its dependencies stay beside it, in a layer of their own"
	case fat:
		return "holds its dependencies"
	case quarkusFast:
		return "Quarkus' fast-jar layout"
	default:
		return ""
	}
}

// siblings are the folders, relative to the context, whose sources this image does not need.
func (d *planning) siblings() []string {
	var dirs []string
	for _, s := range d.m.siblings {
		if rel := d.InContext(s.dir); !strings.HasPrefix(rel, "..") {
			dirs = append(dirs, rel)
		}
	}
	return dirs
}

// secrets mounts the user's own settings where a repository may ask who they are.
func (d *planning) secrets() {
	if len(d.m.private) == 0 {
		return
	}
	first := d.m.private[0]
	secret := detect.Secret{ID: "maven-settings", Source: "$HOME/.m2/settings.xml", From: first.From}
	if d.m.tool == gradle {
		secret = detect.Secret{ID: "gradle-properties", Source: "$HOME/.gradle/gradle.properties", From: first.From}
	}
	d.plan.Secrets = append(d.plan.Secrets, secret)
	d.plan.Notes = append(d.plan.Notes, detect.Note{At: first.From, Text: fmt.Sprintf("if %s asks for credentials, add --secret id=%s,src=%s", first.Value, secret.ID, secret.Source)})
	d.plan.Reasons = append(d.plan.Reasons, detect.Reason{ID: "secret", What: "credentials", Value: secret.ID, From: first.From, Note: "mounted while the build runs, in no layer"})
}
