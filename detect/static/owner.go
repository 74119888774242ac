package static

import (
	"path"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/repo"
)

// manifests are files that make a folder, and all below it, part of something that
// is built or run, in any ecosystem, supported here or not.
var manifests = map[string]bool{
	"package.json": true, "package.json5": true, "package.yaml": true, "deno.json": true, "deno.jsonc": true, "bower.json": true,
	"go.mod": true, "go.work": true, "Cargo.toml": true,
	"pyproject.toml": true, "requirements.txt": true, "Pipfile": true, "setup.py": true, "setup.cfg": true, "environment.yml": true, "manage.py": true,
	"pom.xml": true, "build.gradle": true, "build.gradle.kts": true, "settings.gradle": true, "settings.gradle.kts": true, "build.sbt": true, "build.xml": true,
	"Gemfile": true, "config.ru": true, "composer.json": true, "mix.exs": true, "rebar.config": true, "gleam.toml": true,
	"pubspec.yaml": true, "Package.swift": true, "project.clj": true, "deps.edn": true, "stack.yaml": true, "shard.yml": true,
	"CMakeLists.txt": true, "meson.build": true, "build.zig": true, "global.json": true, "Directory.Build.props": true,
	// Generators of pages that are not built with a package.json.
	"_config.yml": true, "_config.yaml": true, "hugo.toml": true, "hugo.yaml": true, "hugo.json": true, "mkdocs.yml": true, "book.toml": true, "elm.json": true, "antora.yml": true,
}

// manifestSuffixes are those of manifests that carry the project's name.
var manifestSuffixes = []string{".csproj", ".fsproj", ".vbproj", ".sln", ".slnx", ".cabal", ".gemspec", ".nimble", ".opam"}

// served are the extensions of sources that a server runs for an address. A page
// beside them is a part of that server's output, and would show their text.
var served = map[string]bool{
	".php": true, ".phtml": true, ".rb": true, ".erb": true, ".jsp": true, ".asp": true, ".aspx": true, ".cshtml": true, ".razor": true, ".cgi": true, ".cfm": true,
	".ex": true, ".exs": true, ".eex": true, ".heex": true, ".cs": true, ".fs": true, ".vb": true, ".pl": true, ".scala": true, ".clj": true, ".swift": true,
}

// programs are the extensions of sources of any program, scripts of pages included.
var programs = map[string]bool{
	".c": true, ".cc": true, ".cpp": true, ".h": true, ".hpp": true, ".go": true, ".rs": true, ".py": true, ".java": true, ".kt": true, ".js": true, ".mjs": true, ".cjs": true,
	".ts": true, ".tsx": true, ".jsx": true, ".lua": true, ".r": true, ".jl": true, ".hs": true, ".ml": true, ".zig": true, ".nim": true, ".d": true, ".dart": true, ".m": true,
}

// owner are the folders that belong to something else.
type owner struct {
	dirs    []string // with a manifest
	sources []string // with files that a server runs
	code    []string // with sources of any program
}

func owners(v *repo.View) owner {
	var o owner
	for _, p := range v.Files() {
		dir, name := path.Split(p)
		dir = path.Clean(dir)
		switch {
		case isManifest(name):
			o.dirs = append(o.dirs, dir)
		case served[strings.ToLower(path.Ext(name))] && !detect.IsSetAside(".", dir):
			o.sources = append(o.sources, dir)
		case programs[strings.ToLower(path.Ext(name))] && (len(o.code) == 0 || o.code[len(o.code)-1] != dir):
			o.code = append(o.code, dir)
		}
	}
	return o
}

func isManifest(name string) bool {
	if manifests[name] || (strings.HasPrefix(name, "requirements") && strings.HasSuffix(name, ".txt")) {
		return true
	}
	for _, s := range manifestSuffixes {
		if strings.HasSuffix(name, s) {
			return true
		}
	}
	return false
}

// holds reports whether the folder belongs to something else: a manifest beside it
// or above it, a server's sources beside, above or in it, or a program above it.
// What only shows or documents something belongs to any program outside it.
func (o owner) holds(dir string) bool {
	for _, d := range o.dirs {
		if repo.Within(d, dir) {
			return true
		}
	}
	for _, d := range o.sources {
		if repo.Within(d, dir) || repo.Within(dir, d) {
			return true
		}
	}
	aside := detect.IsSetAside(".", dir)
	for _, d := range o.code {
		if !repo.Within(dir, d) && (aside || repo.Within(d, dir)) {
			return true
		}
	}
	return false
}
