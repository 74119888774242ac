package rust

import (
	"path"
	"slices"

	"github.com/dockgen/dockgen/internal/fact"
)

// buildTools are packages of programs that build scripts start, by distribution.
// https://packages.debian.org/trixie, https://pkgs.alpinelinux.org/packages?branch=v3.24, 2026-11
var buildTools = map[string]map[string]string{
	"git":     {"debian": "git", "alpine": "git"},
	"protoc":  {"debian": "protobuf-compiler", "alpine": "protoc"},
	"cmake":   {"debian": "cmake", "alpine": "cmake"},
	"make":    {"debian": "make", "alpine": "make"},
	"perl":    {"debian": "perl", "alpine": "perl"},
	"python3": {"debian": "python3", "alpine": "python3"},
	"bash":    {"debian": "bash", "alpine": "bash"},
	"clang":   {"debian": "clang", "alpine": "clang"},
	"curl":    {"debian": "curl", "alpine": "curl"},
}

// inBuilder are programs that every build image holds.
var inBuilder = []string{"cargo", "rustc", "sh", "date", "cp", "mkdir", "echo", "uname", "cc", "gcc", "ld", "ar", "hostname", "whoami", "env"}

// scriptRuns are the programs that the build scripts of the crate, and of those of the
// repository that it is built of, start by a name that they give.
// https://doc.rust-lang.org/cargo/reference/build-scripts.html
func (c *crate) scriptRuns() []fact.Of[string] {
	var found []fact.Of[string]
	for _, local := range c.local() {
		script := local.script()
		if script == "" {
			continue
		}
		s, err := c.all.source(script)
		if s == nil || err != nil {
			continue
		}
		for _, run := range commandsIn([]*source{s}) {
			if !slices.Contains(inBuilder, run.Value) && !slices.ContainsFunc(found, func(o fact.Of[string]) bool { return o.Value == run.Value }) {
				found = append(found, run)
			}
		}
	}
	return found
}

// script is the build script, "" for none.
// https://doc.rust-lang.org/cargo/reference/manifest.html#the-build-field
func (c *crate) script() string {
	name := c.doc.Get("package", "build").Str()
	if name == "" && !c.doc.Get("package", "build").False() {
		name = "build.rs"
	}
	if file := path.Join(c.dir, name); name != "" && c.name.Known() && c.all.view.Has(file) {
		return file
	}
	return ""
}
