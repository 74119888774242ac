package java

import (
	"path"
	"slices"
	"strings"
)

// archive is the file that a task of type Jar leaves, and whether a part of its name
// is computed, so that only its folder is known: NAME-VERSION-CLASSIFIER.jar
// (https://docs.gradle.org/current/dsl/org.gradle.api.tasks.bundling.Jar.html).
func (p *gradleProject) archive(name, task, ext string) (file string, inexact bool) {
	libs := p.archives(task)
	if f := p.value(task+".archiveFileName", task+".archiveFileName.set"); f.Known() {
		return path.Join(libs, f.Value), false
	}
	for id := range p.plugins {
		words := strings.FieldsFunc(id, func(r rune) bool { return r == '.' || r == '-' })
		if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(versioning, w) }) {
			return libs, true // it may compute the version
		}
	}
	parts := map[string]string{"base": name, "version": "", "classifier": ""}
	if task == "shadowJar" {
		parts["classifier"] = "all"
	}
	if inherited, known := p.build.property("version"); !known {
		return libs, true
	} else if inherited.Known() {
		parts["version"] = inherited.Value
	}
	done := map[string]bool{}
	for _, s := range p.settings {
		last := s.path[strings.LastIndex(s.path, ".")+1:]
		if last == "set" {
			last = strings.TrimSuffix(s.path, ".set")
			last = last[strings.LastIndex(last, ".")+1:]
		}
		part, specific := partOf[last], strings.HasPrefix(s.path, task+".")
		if part == "" && (last == "buildDir" || strings.HasPrefix(last, "buildDirectory") || specific && strings.HasPrefix(last, "archive")) {
			return libs, true
		}
		if part == "" || strings.Contains(s.path, ".") && !specific && !slices.Contains([]string{"base", "project", "allprojects"}, s.path[:strings.Index(s.path, ".")]) || done[part] {
			continue
		}
		value := p.names.literal(s.args, s.from())
		if s.maybe || !value.Known() && !isEmpty(s.args) {
			return libs, true
		}
		parts[part], done[part] = value.Value, specific
	}
	name = parts["base"]
	for _, part := range []string{"version", "classifier"} {
		if parts[part] != "" {
			name += "-" + parts[part]
		}
	}
	return path.Join(libs, name+ext), false
}

// versioning are words in the ids of plugins that compute a version from tags:
// com.palantir.git-version, pl.allegro.tech.build.axion-release, nebula.release.
var versioning = []string{"git", "jgitver", "nebula", "reckon", "release", "semver", "version", "versioning"}

// archives is the folder that a task of type Jar writes into.
func (p *gradleProject) archives(task string) string {
	for _, s := range p.settings {
		if last, ok := strings.CutPrefix(s.path, task+".destinationDir"); !ok || last != "" && last != "ectory" && last != "ectory.set" {
			continue
		}
		for _, t := range s.args {
			dir, own := t.text, false
			for _, here := range []string{"$projectDir/", "${projectDir}/"} {
				dir = strings.TrimPrefix(dir, here)
			}
			if own = t.kind == text && !strings.Contains(dir, "$"); own && strings.Contains(s.words(), "buildDir") {
				return path.Join(p.dir, "build", dir)
			} else if own {
				return path.Join(p.dir, dir)
			}
		}
	}
	return path.Join(p.dir, "build/libs")
}

// partOf is the part of an archive's name that a property sets.
var partOf = map[string]string{
	"archivesBaseName": "base", "archivesName": "base", "archiveBaseName": "base", "baseName": "base",
	"archiveVersion": "version", "version": "version", "archiveClassifier": "classifier", "classifier": "classifier",
}

// isEmpty reports whether the value given is the empty string: a part that is left out.
func isEmpty(tokens []token) bool {
	return slices.ContainsFunc(tokens, func(t token) bool { return t.kind == text && t.text == "" })
}
