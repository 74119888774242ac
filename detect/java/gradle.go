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
}

// gradleCatalog is gradle/libs.versions.toml (https://docs.gradle.org/current/userguide/version_catalogs.html).
type gradleCatalog struct {
	Versions  map[string]any `toml:"versions"`
	Libraries map[string]any `toml:"libraries"`
	Plugins   map[string]any `toml:"plugins"`
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
	return all, nil
}

func readGradle(v *repo.View, dir string) (*gradleBuild, error) {
	b := &gradleBuild{view: v, dir: dir, projects: []string{dir}, included: []string{path.Join(dir, "buildSrc")}, scripts: map[string][]setting{}}
	if file := gradleFile(v.Has, dir, "settings"); file != "" {
		statements, err := b.read(file)
		if err != nil {
			return nil, err
		}
		for _, s := range statements {
			switch {
			case s.path == "rootProject.name" && len(s.strings()) > 0:
				b.name = fact.New(s.strings()[0], s.from())
			case s.path == "include" || strings.HasSuffix(s.path, ".include"):
				for _, name := range s.strings() {
					b.projects = append(b.projects, path.Join(dir, strings.ReplaceAll(strings.TrimPrefix(name, ":"), ":", "/")))
				}
			case strings.HasSuffix(s.path, "includeBuild") && len(s.strings()) > 0:
				b.included = append(b.included, path.Join(dir, s.strings()[0]))
			}
		}
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
	return b, nil
}

func (b *gradleBuild) read(file string) ([]setting, error) {
	if s, ok := b.scripts[file]; ok {
		return s, nil
	}
	source, err := b.view.Read(file)
	if err != nil {
		return nil, err
	}
	b.scripts[file] = script(file, string(source))
	return b.scripts[file], nil
}

// gradleProject is what the scripts that configure one project say together.
type gradleProject struct {
	build    *gradleBuild
	dir      string
	settings []setting
	plugins  map[string]fact.Of[string] // by id, with their version or ""
}

// project gathers the statements of a project: its own, those of the convention
// plugins it applies, and what the root says of all projects.
func (b *gradleBuild) project(dir, file string) (*gradleProject, error) {
	p := &gradleProject{build: b, dir: dir, plugins: map[string]fact.Of[string]{}}
	own, err := b.read(file)
	if err != nil {
		return nil, err
	}
	p.settings = append(p.settings, own...)
	if root := gradleFile(b.view.Has, b.dir, "build"); root != "" {
		statements, err := b.read(root)
		if err != nil {
			return nil, err
		}
		for _, s := range statements {
			for _, prefix := range []string{"allprojects.", "subprojects."} {
				if rest, ok := strings.CutPrefix(s.path, prefix); ok && (dir != b.dir || prefix == "allprojects.") {
					s.path = rest
					p.settings = append(p.settings, s)
				}
			}
		}
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
			for _, ext := range []string{".gradle", ".gradle.kts"} {
				for _, f := range b.view.Named(id + ext) {
					if repo.Within(inc, f) {
						more, err := b.read(f)
						if err != nil {
							return nil, err
						}
						p.settings = append(p.settings, more...)
					}
				}
			}
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
		id, version := p.build.catalog.plugin(strings.TrimSuffix(s.words(), "applyfalse"))
		return id, version, id != "" && applies
	case strings.HasPrefix(s.path, "plugins.") && len(list) == 0:
		return strings.TrimPrefix(s.path, "plugins."), "", applies
	case s.path == "apply" && len(list) > 0 && strings.Contains(s.words(), "plugin"):
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

// value is the first literal that one of the settings is given.
func (p *gradleProject) value(paths ...string) fact.Of[string] {
	for _, want := range paths {
		for _, s := range p.settings {
			if s.path == want || strings.TrimPrefix(s.path, "application.") == want || strings.TrimPrefix(s.path, "java.") == want {
				for _, t := range s.args {
					if (t.kind == text && !t.open) || t.kind == number {
						return fact.New(t.text, s.from())
					}
					if t.kind == word && strings.HasPrefix(t.text, "VERSION_") {
						return fact.New(strings.Replace(strings.TrimPrefix(t.text, "VERSION_"), "1_", "1.", 1), s.from())
					}
					if t.kind == word && strings.HasPrefix(t.text, "JVM_") {
						return fact.New(strings.Replace(strings.TrimPrefix(t.text, "JVM_"), "1_", "1.", 1), s.from())
					}
				}
			}
		}
	}
	return fact.Of[string]{}
}
