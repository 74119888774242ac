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
	packages   []fact.Of[string] // tools that it names: "clang", "mold"
	native     fact.Source       // target-cpu=native: the image would run only where it is built
	registries []fact.Of[string] // private ones, by name
	instead    fact.Of[string]   // source that stands in for the public registry
	gitCommand fact.Source       // net.git-fetch-with-cli
	dynamic    fact.Source       // target-feature=-crt-static
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
	c.flags(doc.Get("build", "rustflags"))
	for _, name := range doc.Get("target").Keys() {
		t := doc.Get("target", name)
		if !onLinux(name) {
			continue
		}
		c.flags(t.Get("rustflags"))
		if linker := t.Get("linker").Fact("linker"); linker.Known() {
			c.tool(linker)
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
func (c *cargoConfig) flags(v *toml.Value) {
	words := v.Strings()
	if s := v.Str(); s != "" {
		words = strings.Fields(s)
	}
	for _, w := range words {
		switch {
		case strings.Contains(w, "target-cpu=native"):
			c.native = v.From("target-cpu=native")
		case strings.Contains(w, "-crt-static"):
			c.dynamic = v.From(w)
		case strings.HasPrefix(w, "linker="):
			c.tool(fact.New(strings.TrimPrefix(w, "linker="), v.From("linker")))
		case strings.Contains(w, "fuse-ld="):
			_, linker, _ := strings.Cut(w, "fuse-ld=")
			c.tool(fact.New(path.Base(linker), v.From("linker")))
		}
	}
}

// linkerPackages are the packages, of the same name in Debian and Alpine, of linkers
// that a configuration may name. https://packages.debian.org/trixie, 2026-11
var linkerPackages = map[string]string{"clang": "clang", "mold": "mold", "lld": "lld", "ld.lld": "lld", "rust-lld": "", "gcc": "", "cc": "", "clang++": "clang"}

func (c *cargoConfig) tool(linker fact.Of[string]) {
	if p := linkerPackages[path.Base(linker.Value)]; p != "" {
		c.packages = append(c.packages, fact.New(p, linker.From))
	}
}
