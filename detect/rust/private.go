package rust

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
)

// privateRegistries are the registries of the configuration that the build fetches crates
// from: those that a dependency names, and the one that stands in for the public one.
func (c *crate) privateRegistries(f facts) []fact.Of[string] {
	var used []fact.Of[string]
	for _, r := range f.config.registries {
		named := slices.ContainsFunc(c.closure(f.wanted()), func(d needed) bool { return d.registry == r.Value })
		if named || f.config.instead.Value == r.Value {
			used = append(used, r)
		}
	}
	return used
}

// tokenName is the variable that cargo reads a registry's token from.
// https://doc.rust-lang.org/cargo/reference/registry-authentication.html#cargotoken, 2026-11
func tokenName(registry string) string {
	upper := strings.Map(func(r rune) rune {
		if (r >= 'A' && r <= 'Z') || (r >= '0' && r <= '9') {
			return r
		}
		return '_'
	}, strings.ToUpper(registry))
	return "CARGO_REGISTRIES_" + upper + "_TOKEN"
}

func (c *crate) secrets(f facts) []detect.Secret {
	var secrets []detect.Secret
	for _, r := range c.privateRegistries(f) {
		secrets = append(secrets, detect.Secret{ID: tokenName(r.Value), Required: true, From: r.From})
	}
	return secrets
}

// overSSH is the first crate that is fetched with git over SSH.
func overSSH(lock *lockfile, closure []*locked) fact.Source {
	for _, p := range closure {
		if strings.HasPrefix(p.source, "git+ssh://") {
			return fact.At(lock.file, p.line, p.name)
		}
	}
	return fact.Source{}
}
