// Package java is the language Java, with Kotlin, Groovy and Scala where Maven
// or Gradle builds them: modules, their programs, and how they are built.
//
// The one odd rule: build files are read, never run. A pom.xml is data and is
// read as Maven reads it; a Gradle script is a program, of which the tokens are
// read (lex.go) and everything that is computed counts as unknown.
package java

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// Language is Java and the other languages of the JVM.
type Language struct{}

// Name is "java".
func (Language) Name() string { return "java" }

// Manifests are the files by which people know a project of this language.
func (Language) Manifests() []string { return []string{"pom.xml", "build.gradle"} }

// The names of our own options.
const (
	optionJlink    = "jlink"
	optionTool     = "build-tool"
	optionProfiles = "maven-profiles"
	optionAOT      = "aot-cache"
	optionNative   = "native"
)

// Options are the flags that only this language has.
func (Language) Options() []detect.Option {
	return []detect.Option{
		{Name: optionJlink, Usage: "Java: make a runtime of only the modules that the program uses", Bool: true},
		{Name: optionAOT, Usage: "Java: start Spring Boot once during the build, so that it starts faster later", Bool: true},
		{Name: optionNative, Usage: "Java: compile with GraalVM to a native executable, where the build is set up for it", Bool: true},
		{Name: optionTool, Usage: "Java: build with maven or gradle, where a folder has both", Values: []string{string(maven), string(gradle)}},
		{Name: optionProfiles, Usage: "Java: Maven profiles to build with, separated by commas"},
	}
}

// tool is a build tool.
type tool string

const (
	maven  tool = "maven"
	gradle tool = "gradle"
)

// module is what a build tool says of one folder with a build file.
type module struct {
	tool     tool
	view     *repo.View
	root     string // folder in which the tool runs: the top of the reactor, or of the Gradle build
	dir      string
	name     string // artifactId, or name of the Gradle project
	title    string
	at       fact.Source
	nothing  string                     // why the module has no program of its own, "" if it may have one
	releases []fact.Of[string]          // Java versions that the build names, the deciding one first
	exactly  fact.Of[string]            // the one that it compiles with and takes no other, a toolchain
	libs     map[string]fact.Of[string] // dependencies by group:artifact, with their version or ""
	uses     []string                   // folders of the build's modules that it depends on: what they depend on reaches it too
	whole    fact.Of[string]            // name of the build that the module is one of
	platform bool                       // a dependency is chosen by the machine that builds
	wraps    bool                       // a war of another module that starts by itself
	desktop  bool                       // it opens windows: what a container does not run as a service
	used     bool                       // another module of the build depends on it
	unnamed  bool                       // nothing says how it is called
	artifact artifact
	// called is the artifact of an unnamed build under the name of its folder in the build stage.
	called    func(name string) artifact
	main      fact.Of[string]   // main class that the build names
	sources   []string          // folders of main sources
	resources []string          // folders of main resources
	packed    []fact.Of[string] // folders whose files the build takes as they are
	reach     []string          // folders outside dir that the build reads
	siblings  []sibling         // modules of the same build that this one does not need
	wrapper   wrapper
	notes     []detect.Note
	command   func(commandRequest) command
	property  func(name string) fact.Of[string] // of the build, as Maven writes it into resources; nil for none
	frontend  *frontend
	// executable is the native one that the build can make, nil where it is not set up for it.
	executable *executable
	private    []fact.Of[string] // repositories that may want credentials
	mirrors    string            // settings of Maven for repositories without TLS, "" for none
	limits     []limit           // of the Java version
}

// sibling is a module that the build tool must see, but of which it builds nothing.
type sibling struct {
	dir   string
	files []string // its build files, relative to the root of the view
}

// limit is a bound of the Java version that a tool or framework sets.
type limit struct {
	min, max int // 0: none
	who      string
	from     fact.Source
}

// project is one folder with build files. Where Maven and Gradle both build it, the first is the one we take.
type project struct {
	view     *repo.View
	modules  []*module
	tool     detect.Reason // why that tool, where there are two
	sources  sources
	programs []detect.Program
	mains    map[string]mainClass // by name of the program
}

// Detect reports every folder with a pom.xml or a Gradle build, sorted by folder.
func (Language) Detect(ctx context.Context, v *repo.View) ([]detect.Project, error) {
	poms, err := mavenModules(ctx, v)
	if err != nil {
		return nil, err
	}
	gradles, err := gradleModules(ctx, v)
	if err != nil {
		return nil, err
	}
	for _, m := range append(slices.Clone(poms), gradles...) {
		for _, pattern := range known().Desktop.Libraries {
			_, ok := m.has(pattern)
			m.desktop = m.desktop || ok
		}
	}
	inherit(poms)
	inherit(gradles)
	repackaged(append(slices.Clone(poms), gradles...))
	byDir := map[string]*project{}
	for _, m := range append(poms, gradles...) {
		p := byDir[m.dir]
		if p == nil {
			p = &project{view: v, mains: map[string]mainClass{}}
			byDir[m.dir] = p
		}
		p.modules = append(p.modules, m)
	}
	var found []detect.Project
	for _, p := range byDir {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		if err := p.prefer(); err != nil {
			return nil, err
		}
		if err := p.findPrograms(); err != nil {
			return nil, err
		}
		found = append(found, p)
	}
	slices.SortFunc(found, func(a, b detect.Project) int { return strings.Compare(a.Dir(), b.Dir()) })
	yield(found, byDir)
	return found, nil
}

// yield takes from the programs of modules that another program's module depends on what
// speaks for them by name: that one holds them.
func yield(found []detect.Project, byDir map[string]*project) {
	for _, f := range found {
		p := byDir[f.Dir()]
		if len(p.programs) == 0 {
			continue
		}
		seen := map[string]bool{p.Dir(): true}
		for queue := slices.Clone(p.first().uses); len(queue) > 0; queue = queue[1:] {
			other := byDir[queue[0]]
			if other == nil || seen[queue[0]] {
				continue
			}
			seen[queue[0]] = true
			other.heldBy(p.programs[0].Kind)
			queue = append(queue, other.first().uses...)
		}
	}
}

// heldBy makes the programs of a module second to one of that kind, which has the module in it.
func (p *project) heldBy(kind detect.Kind) {
	for i := range p.programs {
		g := &p.programs[i]
		g.Claims = slices.DeleteFunc(g.Claims, func(c detect.Claim) bool { return c.Rank != detect.Declared })
		if kind == detect.Service {
			g.Kind = detect.Command
		}
	}
}

// inherit adds to each module's dependencies those of the modules that it depends on.
func inherit(all []*module) {
	byDir := map[string]*module{}
	for _, m := range all {
		byDir[m.dir] = m
	}
	for _, m := range all {
		seen := map[*module]bool{m: true}
		for queue := slices.Clone(m.uses); len(queue) > 0; queue = queue[1:] {
			other := byDir[queue[0]]
			if other == nil || seen[other] {
				continue
			}
			other.used = true
			seen[other] = true
			for name, v := range other.libs {
				if _, ok := m.libs[name]; !ok {
					m.libs[name] = v
				}
			}
			queue = append(queue, other.uses...)
		}
	}
}

// repackaged marks the wars that have no code of their own: what they pack for a
// servlet container is a module that brings its own.
func repackaged(all []*module) {
	for _, m := range all {
		if m.artifact.shape != war || slices.ContainsFunc(m.sources, func(dir string) bool { return len(m.view.Under(dir)) > 0 }) {
			continue
		}
		for _, other := range all {
			m.wraps = m.wraps || other.tool == m.tool && other.artifact.shape == bootJar && slices.Contains(m.uses, other.dir)
		}
	}
}

func (p *project) first() *module { return p.modules[0] }

func (p *project) Language() string { return "java" }

func (p *project) Dir() string { return p.first().dir }

func (p *project) Title() string { return p.first().title }

func (p *project) At() fact.Source { return p.first().at }

func (p *project) Programs() []detect.Program { return p.programs }

func (p *project) Nothing() string {
	switch {
	case len(p.programs) > 0:
		return ""
	case p.first().nothing != "":
		return p.first().nothing
	default:
		return "a library, without a main class"
	}
}

// Gathers reports whether the folder has build files, and no code of its own.
func (p *project) Gathers() bool {
	return !slices.ContainsFunc(p.modules, func(m *module) bool {
		return slices.ContainsFunc(m.sources, func(dir string) bool { return len(p.view.Under(dir)) > 0 })
	})
}

// Reach are the folders outside the module that its build reads: the top of the
// reactor, parents, included builds.
func (p *project) Reach(detect.Program) []string {
	var reach []string
	for _, m := range p.modules {
		reach = append(append(reach, m.root), m.reach...)
	}
	return reach
}

// Needs are folders that the build packs, as far as it does not fill them itself: where
// the repository lacks one, another project's build may leave it.
func (p *project) Needs(detect.Program) []detect.Need {
	m := p.first()
	if m.frontend != nil {
		return nil
	}
	var needs []detect.Need
	for _, dir := range m.packed {
		needs = append(needs, detect.Need{Path: dir.Value, From: dir.From})
	}
	return needs
}

// prefer puts the module of the tool to build with first. Both describe the same
// sources, so the choice changes how the image is built and not what it runs.
func (p *project) prefer() error {
	if len(p.modules) < 2 {
		return nil
	}
	mavenOne, gradleOne := p.modules[0], p.modules[1]
	take := func(m *module, from fact.Source, note string) error {
		if m == gradleOne {
			p.modules = []*module{gradleOne, mavenOne}
		}
		p.tool = detect.Reason{ID: "tool", What: "build tool", Value: string(m.tool), From: from, Note: note}
		return nil
	}
	switch {
	case mavenOne.wrapper.script != "" && gradleOne.wrapper.script == "":
		return take(mavenOne, fact.At(mavenOne.wrapper.script, 0, "wrapper"), "Gradle has none here; --build-tool gradle takes it all the same")
	case gradleOne.wrapper.script != "" && mavenOne.wrapper.script == "":
		return take(gradleOne, fact.At(gradleOne.wrapper.script, 0, "wrapper"), "Maven has none here; --build-tool maven takes it all the same")
	default:
		return take(mavenOne, mavenOne.at, fmt.Sprintf("%s builds the same sources; a pom is data and names its jar exactly; --build-tool gradle takes the other", path.Base(gradleOne.at.File)))
	}
}
