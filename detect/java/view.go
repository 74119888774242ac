package java

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/templates"
)

// buildView is what the build templates print.
type buildView struct {
	Platform string
	Builder  string
	Data     bool // an empty folder to copy from is wanted
	Node     *nodeView
	Tool     *toolView // the build tool, where the build image has none
	Native   bool
	Static   bool // the executable is to have all but the C library in it
	Scripts  []scriptView
	Files    []templates.Files // build files of modules whose sources are left out
	Exclude  []string
	Supplies []templates.Files
	Fix      string // script with Windows line ends
	In       string // absolute folder in which the command runs, "" for the context itself
	Cache    string
	Settings *secretView
	Command  []string
	Artifact string // relative to /src
	Folder   string // of it, where the name is computed
	Name     string // pattern of it there
	Jar      string // where it goes
	Libs     string
	Launcher string
	War      bool
}

// toolView is a build tool that comes from another image.
type toolView struct {
	Image string
	Name  string // of the stage
	Home  string
}

type nodeView struct {
	Image string
	To    string // folder that the plugin expects Node in, "" for the path
}

// scriptView is a file of ours that the build reads, and what it is for, "" where its name says it.
type scriptView struct{ Path, Text, Says string }

type secretView struct{ ID, Target string }

// runView is what the templates of the final stage print.
type runView struct {
	Base       string
	Jlink      *jlinkView
	Data       []templates.Files // what the program writes to
	Owner      string            // of them
	Volumes    []string          // those of them that outlast a container
	Linked     string            // "--link " where layers may be
	Layers     []templates.Files
	Env        []templates.Var
	User       string
	Port       int
	Train      []string // a start that makes an archive of classes, nil for none
	Root       bool     // the base image's user could not write it
	Probe      []string // command of the health check, nil for none
	Entrypoint []string
	Arguments  []string
}

type jlinkView struct {
	Image    string
	Release  string
	Roots    []string // what jdeps starts from
	Path     string   // class path
	Modules  []string
	Compress string
	From     []templates.Files
}

var buildTemplates = map[shape]templates.Template[buildView]{
	thin:        templates.Must[buildView]("java/build-thin.tmpl"),
	fat:         templates.Must[buildView]("java/build-fat.tmpl"),
	bootJar:     templates.Must[buildView]("java/build-boot.tmpl"),
	quarkusFast: templates.Must[buildView]("java/build-folder.tmpl"),
	war:         templates.Must[buildView]("java/build-war.tmpl"),
	installed:   templates.Must[buildView]("java/build-folder.tmpl"),
}

var (
	layertoolsTemplate = templates.Must[buildView]("java/build-layertools.tmpl")
	explodedTemplate   = templates.Must[buildView]("java/build-exploded.tmpl")
	jlinkTemplate      = templates.Must[jlinkView]("java/jlink.tmpl")
	nativeTemplate     = templates.Must[buildView]("java/build-native.tmpl")
	tomcatTemplate     = templates.Must[runView]("java/tomcat.tmpl")
)

// stages writes down the build, the linked runtime if there is one, and the final image.
func (d *planning) stages(sources sources) {
	build := buildTemplates[d.m.artifact.shape]
	run := d.run()
	d.writable(&run, d.writes(sources))
	if d.native != nil {
		build = nativeTemplate
	} else if d.m.artifact.shape == bootJar {
		switch how, _ := d.m.artifact.layering(); how {
		case layertools:
			build = layertoolsTemplate
		case exploded:
			build = explodedTemplate
		case whole:
			build = buildTemplates[fat]
		}
	}
	made := d.build()
	made.Data = slices.ContainsFunc(run.Data, func(v templates.Files) bool { return v.From[0] == emptyFolder })
	d.plan.Stages = []detect.Stage{{Name: "build", Text: build.With(made)}}
	if run.Jlink != nil {
		d.plan.Stages = append(d.plan.Stages, detect.Stage{Name: "jre", Text: jlinkTemplate.With(*run.Jlink)})
		d.plan.Reasons = append(d.plan.Reasons, d.linkReason(run.Jlink))
	}
	d.plan.Stages = append(d.plan.Stages, detect.Stage{Name: "runtime", Text: d.base.template.With(run)})
	d.plan.Image = detect.Final{Base: run.Base, Variant: d.base.variant, User: run.User, Port: d.port, Command: append(slices.Clone(run.Entrypoint), run.Arguments...)}
}

func (d *planning) build() buildView {
	v := buildView{
		Platform: "--platform=$BUILDPLATFORM ", Builder: d.builder(), Fix: d.cmd.fix, In: d.cmd.folder(), Cache: d.cmd.cache, Command: d.cmd.words,
		Artifact: d.InContext(d.m.artifact.path), Jar: "/out/app.jar", Exclude: d.siblings(), War: d.m.artifact.war,
	}
	if d.m.platform || d.native != nil { // what the machine that builds chooses must fit the one that runs
		v.Platform = ""
	}
	if x := d.native; x != nil {
		v.Native, v.Static, v.Artifact = true, x.linked.IsZero(), d.InContext(x.path)
		if d.cmd.home != "" {
			tool := string(d.m.tool)
			v.Tool = &toolView{Image: d.toolImage(), Name: tool, Home: d.cmd.home}
		}
	}
	_, v.Launcher = d.m.artifact.layering()
	switch how, _ := d.m.artifact.layering(); {
	case d.m.artifact.shape == thin:
		v.Jar = "/out/application/app.jar"
	case d.m.artifact.shape == war, d.m.artifact.shape == bootJar && how != whole:
		v.Jar = "/tmp/app.jar"
	}
	if d.m.artifact.inexact && d.native == nil {
		v.Folder, v.Name = v.Artifact, "*.jar"
		if d.m.artifact.war {
			v.Name = "*.war"
		}
	}
	if d.cmd.libs != "" {
		v.Libs = d.InContext(d.cmd.libs)
	}
	if len(d.m.private) > 0 {
		v.Settings = &secretView{"maven-settings", "/root/.m2/settings.xml"}
		if d.m.tool == gradle {
			v.Settings = &secretView{"gradle-properties", "/root/.gradle/gradle.properties"}
		}
	}
	if d.cmd.script != "" {
		v.Scripts = []scriptView{{Path: d.cmd.scriptFile, Text: d.cmd.script}}
		if d.cmd.scriptFile == mirrorsFile {
			v.Scripts[0].Says = "Maven refuses repositories without TLS: asked with it, they answer."
		}
	}
	for _, s := range d.m.siblings {
		c := templates.Files{To: d.InContext(s.dir) + "/"}
		for _, f := range s.files {
			c.From = append(c.From, d.InContext(f))
		}
		if rel := d.InContext(s.dir); !strings.HasPrefix(rel, "..") && len(c.From) > 0 {
			v.Files = append(v.Files, c)
		}
	}
	for _, s := range d.Supplies {
		v.Supplies = append(v.Supplies, templates.Files{Stage: s.Stage, From: []string{s.From}, To: "./" + d.InContext(s.Path)})
	}
	if d.givesNode() {
		f := d.m.frontend
		v.Node = &nodeView{Image: d.nodeImage(f)}
		if f.install != "" {
			v.Node.To = path.Join("/src", repo.Rel(d.Context, f.install), "node")
		}
	}
	return v
}

// run is the view of the final stage.
func (d *planning) run() runView {
	a := d.m.artifact
	v := runView{Base: d.base.image, User: d.base.user + ":" + d.base.user, Port: d.port.Value}
	for _, e := range d.environment() {
		v.Env = append(v.Env, templates.Var{Name: e.name, Value: e.value})
	}
	if d.base.variant == detect.Alpine && d.health.Known() {
		v.Probe = []string{"wget", "-q", "--spider", "http://127.0.0.1:" + portText(d) + d.health.Value}
		if d.portEnv != "" { // only a shell can expand it; the path is its $0, so that it stays data
			v.Probe = []string{"sh", "-c", `exec wget -q --spider "http://127.0.0.1:` + portText(d) + `$0"`, d.health.Value}
		}
	}
	how, launcher := a.layering()
	jar := "/app/app.jar"
	layer := func(names ...string) {
		for _, n := range names {
			v.Layers = append(v.Layers, templates.Files{From: []string{"/out/" + n + "/"}, To: "./"})
		}
	}
	start := []string{"-jar", "app.jar"}
	if d.native != nil {
		v.Layers = []templates.Files{{From: []string{"/out/app"}, To: "./"}}
		v.Entrypoint = []string{"/app/app"}
		return v
	}
	switch {
	case a.shape == war:
		v.Env = []templates.Var{{Name: "CATALINA_OPTS", Value: jvmOptions}}
		v.Entrypoint = []string{"catalina.sh", "run"}
		return v
	case a.shape == bootJar && how == tools:
		layer("dependencies", "snapshot-dependencies", "application")
	case a.shape == bootJar && how == layertools:
		layer("dependencies", "spring-boot-loader", "snapshot-dependencies", "application")
		start = []string{launcher}
	case a.shape == bootJar && how == exploded:
		layer("dependencies", "application")
		start = []string{launcher}
	case a.shape == thin:
		layer("dependencies", "application")
		start = []string{"-cp", "app.jar:lib/*", d.program.name}
	case a.shape == installed:
		layer("dependencies", "application")
		start = []string{"-cp", "lib/*", d.program.name}
	case a.shape == quarkusFast:
		layer("dependencies", "application")
		start = []string{"-Djava.util.logging.manager=org.jboss.logmanager.LogManager", "-jar", "quarkus-run.jar"}
	default:
		v.Layers = []templates.Files{{From: []string{"/out/app.jar"}, To: "./"}}
		if d.program.name != "" && !d.m.main.Known() && d.several {
			start = []string{"-cp", "app.jar", d.program.name}
		}
	}
	v.Entrypoint = append([]string{d.base.java}, start...)
	d.train(&v)
	g := d.arguments()
	v.Entrypoint = slices.Insert(v.Entrypoint, 1, g.properties...)
	v.Arguments = append(slices.Clone(d.openArgs), g.arguments...)
	for _, f := range d.config.beside(d.m) {
		g.carry(f)
	}
	for _, f := range g.files {
		v.Layers = append(v.Layers, templates.Files{From: []string{"/src/" + d.InContext(f.file)}, To: f.to})
	}
	if dir := d.jspFolder(); dir != "" {
		v.Layers = append(v.Layers, templates.Files{From: []string{"/src/" + d.InContext(dir) + "/"}, To: "./" + webapp + "/"})
	}
	if d.base.jlink != "" {
		v.Jlink = d.link(how, jar)
	}
	return v
}
