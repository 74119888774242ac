package java

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/repo"
)

// convention are the statements of a plugin that a build of the repository's own
// makes: a script named like it, below the package that it names
// (https://docs.gradle.org/current/userguide/implementing_gradle_plugins_precompiled.html),
// or a class that the build's scripts register under the id.
func (b *gradleBuild) convention(build, id string) ([]setting, error) {
	var all []setting
	last := id[strings.LastIndex(id, ".")+1:]
	for _, name := range slices.Compact([]string{id, last}) {
		for _, ext := range []string{".gradle", ".gradle.kts"} {
			for _, f := range b.view.Named(name + ext) {
				if !repo.Within(build, f) || !strings.Contains(f, "/src/main/") {
					continue
				}
				more, err := b.read(f)
				if err != nil {
					return nil, err
				}
				if name == id || slices.ContainsFunc(more, func(s setting) bool { return s.path == "package" && s.words()+"."+last == id }) {
					all = append(all, more...)
				}
			}
		}
	}
	if len(all) > 0 {
		return all, nil
	}
	return b.pluginClass(build, id)
}

// pluginClass are the plugins that a class applies which is registered as
//
//	gradlePlugin { plugins { register("any") { id = "the.id"; implementationClass = "com.example.Convention" } } }
func (b *gradleBuild) pluginClass(build, id string) ([]setting, error) {
	for _, name := range []string{"build.gradle", "build.gradle.kts"} {
		for _, file := range b.view.Named(name) {
			if !repo.Within(build, file) {
				continue
			}
			script, err := b.read(file)
			if err != nil {
				return nil, err
			}
			if class := registered(script, id); class != "" {
				return b.appliedBy(build, class)
			}
		}
	}
	return nil, nil
}

// registered is the class that a script registers under the id of a plugin.
func registered(script []setting, id string) string {
	const block = "gradlePlugin.plugins."
	for _, s := range script {
		if list := s.strings(); !strings.HasPrefix(s.path, block) || !strings.HasSuffix(s.path, ".id") || len(list) != 1 || list[0] != id {
			continue
		}
		want := strings.TrimSuffix(s.path, "id") + "implementationClass"
		for _, o := range script {
			if o.path == want && len(o.strings()) == 1 {
				return o.strings()[0]
			}
		}
	}
	return ""
}

// appliedBy are the plugins that a class applies by name: apply("…"), apply(plugin = "…").
func (b *gradleBuild) appliedBy(build, class string) ([]setting, error) {
	var all []setting
	for _, ext := range []string{".kt", ".java", ".groovy"} {
		for _, file := range b.view.Named(class[strings.LastIndex(class, ".")+1:] + ext) {
			if !repo.Within(build, file) {
				continue
			}
			source, err := b.view.Read(file)
			if err != nil {
				return nil, err
			}
			tokens := lex(string(source))
			for i, t := range tokens {
				if t.text != "apply" || t.kind != word {
					continue
				}
				for _, arg := range tokens[i+1 : min(i+5, len(tokens))] {
					if arg.kind == text && !arg.open {
						all = append(all, setting{path: "pluginManager.apply", args: []token{arg}, file: file, line: arg.line})
						break
					}
				}
			}
		}
	}
	return all, nil
}

// declare adds to the catalog what the settings script declares itself
// (https://docs.gradle.org/current/userguide/version_catalogs.html).
func (c *gradleCatalog) declare(settings []setting) {
	for _, s := range settings {
		list := s.strings()
		if len(list) < 2 {
			continue
		}
		key := list[0]
		switch path.Ext("." + s.path) {
		case ".library":
			name := list[1]
			if !strings.Contains(name, ":") && len(list) > 2 {
				name += ":" + list[2]
			}
			c.Libraries = put(c.Libraries, key, any(name))
		case ".plugin":
			c.Plugins = put(c.Plugins, key, any(list[1]))
		case ".version":
			c.Versions = put(c.Versions, key, any(list[1]))
		case ".bundle":
			c.Bundles = put(c.Bundles, key, list[1:])
		}
	}
}

// put sets a key that the map does not have yet.
func put[T any](m map[string]T, key string, value T) map[string]T {
	if m == nil {
		m = map[string]T{}
	}
	if _, ok := m[key]; !ok {
		m[key] = value
	}
	return m
}

const maxApplied = 4 // scripts within scripts

// withApplied are the statements of a script, with those of the scripts that it applies
// after each: apply from: "$rootDir/gradle/java.gradle"
// (https://docs.gradle.org/current/userguide/plugins.html#sec:script_plugins).
func (b *gradleBuild) withApplied(file, dir string, depth int) ([]setting, error) {
	statements, err := b.read(file)
	if err != nil {
		return nil, err
	}
	var all []setting
	for _, s := range statements {
		more, err := b.applied(s, dir, depth)
		if err != nil {
			return nil, err
		}
		all = append(append(all, s), more...)
	}
	return all, nil
}

// applied are the statements of the script that a statement applies, none where it
// applies none, or one that is not in the repository.
func (b *gradleBuild) applied(s setting, dir string, depth int) ([]setting, error) {
	if s.path != "apply" || len(s.args) < 3 || !slices.ContainsFunc(s.args[:2], func(t token) bool { return t.text == "from" && t.kind == word }) || depth >= maxApplied {
		return nil, nil
	}
	for _, t := range s.args {
		if t.kind != text {
			continue
		}
		file, ok := b.folder(t) // what begins with $rootDir
		if own := path.Join(dir, strings.TrimPrefix(strings.TrimPrefix(t.text, "$projectDir/"), "${projectDir}/")); !strings.Contains(own, "$") && b.view.Has(own) {
			file, ok = own, true
		}
		if !ok || !b.view.Has(file) {
			return nil, nil
		}
		more, err := b.withApplied(file, dir, depth+1)
		if s.maybe {
			more = slices.Clone(more)
			for i := range more {
				more[i].maybe = true
			}
		}
		return more, err
	}
	return nil, nil
}
