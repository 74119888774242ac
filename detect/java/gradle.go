package java

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// gradleBuild is one Gradle build: a settings file, or a build file that none includes.
type gradleBuild struct {
	view     *repo.View
	dir      string
	name     fact.Of[string] // rootProject.name
	projects []string        // folders, the root first
	included []string        // folders of included builds and of buildSrc
	catalog  gradleCatalog
	scripts  map[string][]setting // by file
	settings []setting            // of the settings file
	names    map[string]string    // of projects, by folder, where it is not the folder's
	given    *config              // gradle.properties, nil before it is read
	// switches are the properties that the build is given on its command line, and why.
	switches map[string]fact.Source
}

// gradleCatalog is gradle/libs.versions.toml (https://docs.gradle.org/current/userguide/version_catalogs.html).
type gradleCatalog struct {
	Versions  map[string]any      `toml:"versions"`
	Libraries map[string]any      `toml:"libraries"`
	Plugins   map[string]any      `toml:"plugins"`
	Bundles   map[string][]string `toml:"bundles"`
}

// gradleModules are the projects of every Gradle build, sorted by folder.
func gradleModules(ctx context.Context, v *repo.View) ([]*module, error) {
	var roots []string
	for _, f := range append(slices.Clone(v.Named("settings.gradle")), v.Named("settings.gradle.kts")...) {
		if !notBuilt(f) {
			roots = append(roots, path.Dir(f))
		}
	}
	for _, f := range append(slices.Clone(v.Named("build.gradle")), v.Named("build.gradle.kts")...) {
		above := slices.ContainsFunc(roots, func(r string) bool { return repo.Within(r, path.Dir(f)) })
		if !above && !notBuilt(f) {
			roots = append(roots, path.Dir(f))
		}
	}
	slices.Sort(roots)
	var all []*module
	for _, dir := range slices.Compact(roots) {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		b, err := readGradle(v, dir)
		if err != nil {
			return nil, err
		}
		if path.Base(dir) == "buildSrc" || slices.Contains([]string{"build-logic", "build-plugins"}, path.Base(dir)) {
			continue
		}
		for _, project := range b.projects {
			if slices.ContainsFunc(all, func(m *module) bool { return m.dir == project }) {
				continue
			}
			m, err := b.module(project)
			if err != nil {
				return nil, err
			}
			if m != nil {
				all = append(all, m)
			}
		}
	}
	slices.SortFunc(all, func(a, b *module) int { return strings.Compare(a.dir, b.dir) })
	shareFrontend(all)
	return all, nil
}

func readGradle(v *repo.View, dir string) (*gradleBuild, error) {
	b := &gradleBuild{view: v, dir: dir, projects: []string{dir}, included: []string{path.Join(dir, "buildSrc")}, scripts: map[string][]setting{}, names: map[string]string{}}
	if file := gradleFile(v.Has, dir, "settings"); file != "" {
		var err error
		if b.settings, err = b.read(file); err != nil {
			return nil, err
		}
		b.structure()
	}
	file := path.Join(dir, "gradle/libs.versions.toml")
	if v.Has(file) {
		source, err := v.Read(file)
		if err != nil {
			return nil, err
		}
		if err := toml.Unmarshal(source, &b.catalog); err != nil {
			return nil, diag.At(fact.At(file, 0, ""), "is no version catalog: "+err.Error(), "correct it; its format is https://docs.gradle.org/current/userguide/version_catalogs.html")
		}
	}
	b.catalog.declare(b.settings)
	return b, b.deployed()
}

// deployed turns on what a build asks for to be one of what is deployed.
func (b *gradleBuild) deployed() error {
	file := gradleFile(b.view.Has, b.dir, "build")
	if file == "" {
		return nil
	}
	source, err := b.view.Read(file)
	if err != nil {
		return err
	}
	if name, from := b.production(script(file, string(source))); name != "" {
		b.switches = map[string]fact.Source{name: from}
	}
	return nil
}

// structure reads the settings file: the projects and their folders, and the builds
// that are included (https://docs.gradle.org/current/userguide/multi_project_builds.html).
func (b *gradleBuild) structure() {
	moved := map[string]string{} // folders by project path
	for _, s := range b.settings {
		if name, ok := strings.CutPrefix(s.path, "project("); ok && strings.HasSuffix(name, ")") {
			// project(":api").projectDir = file("services/api")
			if last := s.args[len(s.args)-1]; len(s.args) > 2 && strings.Contains(s.words(), "projectDir") {
				for _, t := range slices.Backward(s.args) {
					if t.kind == text {
						last = t
						break
					}
				}
				if dir, ok := b.folder(last); ok {
					moved[name[:len(name)-1]] = dir
				}
			}
			continue
		}
		if s.path == "rootProject.name" && len(s.strings()) > 0 {
			b.name = fact.New(s.strings()[0], s.from())
		}
	}
	for _, s := range b.settings {
		switch {
		case s.path == "include" || strings.HasSuffix(s.path, ".include"):
			for _, name := range s.strings() {
				dir := path.Join(b.dir, strings.ReplaceAll(strings.TrimPrefix(name, ":"), ":", "/"))
				if to, ok := moved[":"+strings.TrimPrefix(name, ":")]; ok {
					b.names[to] = ":" + strings.TrimPrefix(name, ":")
					dir = to
				}
				b.projects = append(b.projects, dir)
			}
		case strings.HasSuffix(s.path, "includeBuild") && len(s.strings()) > 0:
			b.included = append(b.included, path.Join(b.dir, s.strings()[0]))
		}
	}
}

// folder is the folder that a string of the settings file names.
func (b *gradleBuild) folder(t token) (string, bool) {
	dir := t.text
	for _, root := range []string{"$rootDir/", "${rootDir}/", "$settingsDir/", "${settingsDir}/", "$rootProject.projectDir/", "${rootProject.projectDir}/"} {
		dir = strings.TrimPrefix(dir, root)
	}
	return path.Join(b.dir, dir), t.kind == text && !strings.Contains(dir, "$")
}

// projectPath is how Gradle names a project: ":services:api".
func (b *gradleBuild) projectPath(dir string) string {
	if name, ok := b.names[dir]; ok {
		return name
	}
	if dir == b.dir {
		return ":"
	}
	return ":" + strings.ReplaceAll(repo.Rel(b.dir, dir), "/", ":")
}

func (b *gradleBuild) read(file string) ([]setting, error) {
	if s, ok := b.scripts[file]; ok {
		return s, nil
	}
	source, err := b.view.Read(file)
	if err != nil {
		return nil, err
	}
	b.scripts[file] = b.decided(script(file, string(source)))
	return b.scripts[file], nil
}

// gradleProject is what the scripts that configure one project say together.
type gradleProject struct {
	build    *gradleBuild
	dir      string
	settings []setting
	plugins  map[string]fact.Of[string] // by id, with their version or ""
	names    constants
}

// project gathers the statements of a project: its own, those of the convention
// plugins it applies, and what the root says of all projects.
func (b *gradleBuild) project(dir, file string) (*gradleProject, error) {
	p := &gradleProject{build: b, dir: dir, plugins: map[string]fact.Of[string]{}}
	own, err := b.withApplied(file, dir, 0)
	if err != nil {
		return nil, err
	}
	p.settings = append(p.settings, own...)
	if root := gradleFile(b.view.Has, b.dir, "build"); root != "" {
		statements, err := b.withApplied(root, b.dir, 0)
		if err != nil {
			return nil, err
		}
		for _, s := range statements {
			for _, prefix := range []string{"allprojects.", "subprojects.", "project(" + b.projectPath(dir) + ")."} {
				if rest, ok := strings.CutPrefix(s.path, prefix); ok && (dir != b.dir || prefix == "allprojects.") {
					s.path = rest
					more, err := b.applied(s, dir, 1)
					if err != nil {
						return nil, err
					}
					p.settings = append(append(p.settings, s), more...)
				}
			}
		}
		p.names = newConstants(b, own, statements)
	} else {
		p.names = newConstants(b, own)
	}
	done := map[string]bool{}
	for i := 0; i < len(p.settings) && i < 20000; i++ {
		id, version, ok := p.plugin(p.settings[i])
		if !ok {
			continue
		}
		if _, seen := p.plugins[id]; !seen {
			p.plugins[id] = fact.New(version, p.settings[i].from())
		}
		if done[id] {
			continue
		}
		done[id] = true
		for _, inc := range b.included {
			more, err := b.convention(inc, id)
			if err != nil {
				return nil, err
			}
			p.settings = append(p.settings, more...)
		}
	}
	return p, nil
}

// plugin is the plugin that a statement applies.
func (p *gradleProject) plugin(s setting) (id, version string, ok bool) {
	list := s.strings()
	applies := !strings.HasSuffix(s.words(), "applyfalse")
	switch {
	case s.path == "plugins.id" && len(list) > 0:
		if len(list) > 1 {
			version = list[1]
		}
		return list[0], version, applies
	case s.path == "plugins.kotlin" && len(list) > 0:
		return "org.jetbrains.kotlin." + list[0], "", applies
	case s.path == "plugins.alias":
		if id := known().publishedPlugin(strings.TrimSuffix(s.words(), "applyfalse")); id != "" {
			return id, "", applies
		}
		id, version := p.build.catalog.plugin(strings.TrimSuffix(s.words(), "applyfalse"))
		return id, version, id != "" && applies
	case strings.HasPrefix(s.path, "plugins.") && len(list) == 0:
		return strings.TrimPrefix(s.path, "plugins."), "", applies
	case s.path == "apply" && len(list) > 0 && strings.Contains(s.words(), "plugin"), s.path == "pluginManager.apply" && len(list) > 0:
		return list[0], "", true
	}
	return "", "", false
}

// plugin is the id and version behind an alias: libs.plugins.spring.boot.
func (c gradleCatalog) plugin(alias string) (id, version string) {
	name, ok := strings.CutPrefix(alias, "libs.plugins.")
	if !ok {
		return "", ""
	}
	for key, value := range c.Plugins {
		if accessor(key) != name {
			continue
		}
		switch value := value.(type) {
		case string:
			id, version, _ = strings.Cut(value, ":")
		case map[string]any:
			id, _ = value["id"].(string)
			version = c.version(value["version"])
		}
	}
	return id, version
}

func accessor(key string) string { return strings.NewReplacer("-", ".", "_", ".").Replace(key) }

func (c gradleCatalog) version(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case map[string]any:
		if ref, ok := value["ref"].(string); ok {
			v, _ := c.Versions[ref].(string)
			return v
		}
	}
	return ""
}

// versionOf is the version behind libs.versions.java.
func (c gradleCatalog) versionOf(alias string) string {
	key := strings.TrimPrefix(alias, "libs.versions.")
	for k, value := range c.Versions {
		if accessor(k) == key {
			switch value := value.(type) {
			case string:
				return value
			case map[string]any: // a rich version: what it asks for first
				for _, kind := range []string{"strictly", "require", "prefer"} {
					if v, ok := value[kind].(string); ok {
						return v
					}
				}
			}
		}
	}
	return ""
}

// libraries are the group:artifact, and their versions, behind libs.some.name and libs.bundles.some.
func (c gradleCatalog) libraries(alias string) map[string]string {
	found := map[string]string{}
	add := func(name, version string) {
		if name != "" {
			found[name] = version
		}
	}
	if bundle, ok := strings.CutPrefix(alias, "libs.bundles."); ok {
		for key, names := range c.Bundles {
			if accessor(key) == bundle {
				for _, n := range names {
					add(c.library("libs." + accessor(n)))
				}
			}
		}
	} else {
		add(c.library(alias))
	}
	return found
}

// library is the group:artifact and version behind libs.some.name.
func (c gradleCatalog) library(alias string) (name, version string) {
	key, ok := strings.CutPrefix(alias, "libs.")
	if !ok {
		return "", ""
	}
	for k, value := range c.Libraries {
		if accessor(k) != key {
			continue
		}
		switch value := value.(type) {
		case string:
			parts := strings.SplitN(value, ":", 3)
			if len(parts) > 1 {
				name = parts[0] + ":" + parts[1]
			}
			if len(parts) > 2 {
				version = parts[2]
			}
		case map[string]any:
			if m, ok := value["module"].(string); ok {
				name = m
			} else {
				name = fmt.Sprintf("%v:%v", value["group"], value["name"])
			}
			version = c.version(value["version"])
		}
	}
	return name, version
}

// value is what one of the settings is given, the first that is a literal or a name for one.
func (p *gradleProject) value(paths ...string) fact.Of[string] {
	for _, want := range paths {
		for _, s := range p.settings {
			at := strings.TrimSuffix(s.path, ".set")
			if s.path == want || at == want || strings.TrimPrefix(at, "application.") == want || strings.TrimPrefix(at, "java.") == want {
				if v := p.names.literal(s.args, s.from()); v.Known() {
					return v
				}
			}
		}
	}
	return fact.Of[string]{}
}
