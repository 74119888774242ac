package rust

import (
	"errors"
	"io/fs"
	"path"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/toml"
)

// cargoConfig is what .cargo/config.toml says, of the folders from the one in which
// cargo runs up to the root; the nearest wins. https://doc.rust-lang.org/cargo/reference/config.html
type cargoConfig struct {
	target     fact.Of[string]   // build.target
	tools      []setting         // packages of what links: "clang", "mold"
	natives    []setting         // target-cpu=native: the image would run only where it is built
	registries []fact.Of[string] // private ones, by name
	instead    fact.Of[string]   // source that stands in for the public registry
	gitCommand fact.Source       // net.git-fetch-with-cli
	dynamic    fact.Source       // target-feature=-crt-static
}

// setting is what a table of the configuration says: of [target.…-gnu] or -musl only where
// that C library is built with.
type setting struct {
	libc string // "gnu", "musl", "" for any
	fact.Of[string]
}

// libcs are the C libraries of the build images.
var libcs = map[string]string{"debian": "gnu", "alpine": "musl"}

// in are the settings that hold in a distribution's image.
func in(all []setting, distribution string) []fact.Of[string] {
	var holding []fact.Of[string]
	for _, s := range all {
		if s.libc == "" || s.libc == libcs[distribution] {
			holding = append(holding, s.Of)
		}
	}
	return holding
}

// libcOf is the C library of a target's triple, "" where a condition names the target.
func libcOf(target string) string {
	for _, libc := range libcs {
		if !strings.HasPrefix(target, "cfg(") && strings.Contains(target, "-"+libc) {
			return libc
		}
	}
	return ""
}

func (c *crate) config() (cargoConfig, error) {
	var config cargoConfig
	for dir := c.top(); ; dir = path.Dir(dir) {
		for _, name := range []string{".cargo/config.toml", ".cargo/config"} {
			file := path.Join(dir, name)
			text, err := c.all.view.Read(file)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return config, err
			}
			doc, err := toml.Parse(file, text)
			if err != nil {
				return config, err
			}
			config.read(doc)
			break
		}
		if dir == "." {
			return config, nil
		}
	}
}

func (c *cargoConfig) read(doc *toml.Value) {
	setFirst(&c.target, doc.Get("build", "target").Fact("build.target"))
	c.flags(doc.Get("build", "rustflags"), "")
	for _, name := range doc.Get("target").Keys() {
		t := doc.Get("target", name)
		if !onLinux(name) {
			continue
		}
		c.flags(t.Get("rustflags"), libcOf(name))
		if linker := t.Get("linker").Fact("linker"); linker.Known() {
			c.tool(linker, libcOf(name))
		}
	}
	for _, name := range doc.Get("registries").Keys() {
		if name != "crates-io" {
			c.registries = append(c.registries, fact.New(name, doc.Get("registries", name).From("registry "+name)))
		}
	}
	setFirst(&c.instead, doc.Get("source", "crates-io", "replace-with").Fact("source.crates-io"))
	if v := doc.Get("net", "git-fetch-with-cli"); v.True() {
		c.gitCommand = v.From("net.git-fetch-with-cli")
	}
}

// flags reads rustflags, a list or one string.
func (c *cargoConfig) flags(v *toml.Value, libc string) {
	words := v.Strings()
	if s := v.Str(); s != "" {
		words = strings.Fields(s)
	}
	for _, w := range words {
		switch {
		case strings.Contains(w, "target-cpu=native"):
			c.natives = append(c.natives, setting{libc, fact.New(w, v.From("target-cpu=native"))})
		case strings.Contains(w, "-crt-static") && libc != "gnu": // which is dynamic anyway
			c.dynamic = v.From(w)
		case strings.HasPrefix(w, "linker="):
			c.tool(fact.New(strings.TrimPrefix(w, "linker="), v.From("linker")), libc)
		case strings.Contains(w, "fuse-ld="):
			_, linker, _ := strings.Cut(w, "fuse-ld=")
			c.tool(fact.New(path.Base(linker), v.From("linker")), libc)
		}
	}
}

// linkerPackages are the packages, of the same name in Debian and Alpine, of linkers
// that a configuration may name. https://packages.debian.org/trixie, 2026-11
var linkerPackages = map[string]string{"clang": "clang", "mold": "mold", "lld": "lld", "ld.lld": "lld", "rust-lld": "", "gcc": "", "cc": "", "clang++": "clang"}

func (c *cargoConfig) tool(linker fact.Of[string], libc string) {
	if p := linkerPackages[path.Base(linker.Value)]; p != "" {
		c.tools = append(c.tools, setting{libc, fact.New(p, linker.From)})
	}
}
