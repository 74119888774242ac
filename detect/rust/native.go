package rust

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"

	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
)

//go:embed native.json
var nativeJSON []byte

// table is native.json: what crates need that Cargo does not bring.
type table struct {
	Date   string
	Source string
	Crates []native
	// Implies are crates that, without a lockfile, are known to bring others of the table.
	Implies []implied
	// Held are the Debian packages of shared libraries in a final image, by its catalogue key.
	Held map[string][]string
	// Limits are releases of crates that later compilers refuse.
	Limits  []limit
	Desktop []string
	// Gates are crates that a lockfile lists for some member of a workspace, and that a
	// build compiles only where it asks for a feature with one of the words.
	Gates []gate
}

type gate struct {
	Crate string
	Of    []string // the packages whose dependency it is so; all, where empty
	Words []string
}

// native is one crate. Packages are by distribution, "debian" and "alpine".
type native struct {
	Crate   string
	Library string              // what it is, for people
	Unless  string              // a dependency of the crate that means it builds its own copy
	Own     map[string][]string // packages to build that copy
	Build   map[string][]string // packages to build with the system's library
	Run     map[string][]string // packages with the shared library
	Env     map[string]string   // for a static build
	Static  bool                // musl can link it statically
	Glibc   bool                // the build works with glibc only
	Shared  bool                // better shared: the base image brings its security fixes
	Why     string              // of Glibc, or what else to know
}

type implied struct {
	Crate   string
	Feature string // that must be asked for; "" for none, "default" for default features
	Brings  []string
	From    string // first version that does
	Below   string // first version that does not
}

type limit struct {
	Crate, From, Below string
	Rust               string // last release that compiles it
	Try                string
}

var natives = sync.OnceValue(func() table {
	var t table
	if err := json.Unmarshal(nativeJSON, &t); err != nil {
		panic("native.json: " + err.Error()) // our own data: TestNative reads it
	}
	return t
})

// requirement is a crate of the table that the program is built of.
type requirement struct {
	native
	own  bool // it builds its own copy
	from fact.Source
}

// requirements are the crates of the table in the closure; without a lockfile those that
// the direct dependencies are known to bring.
func (c *crate) requirements(lock *lockfile, closure []*locked, features []string) []requirement {
	var all []requirement
	if lock != nil {
		for _, p := range closure {
			for _, n := range natives().Crates {
				if n.Crate == p.name {
					own := n.Unless != "" && slices.ContainsFunc(p.needs, func(need string) bool { return strings.Fields(need)[0] == n.Unless })
					all = append(all, requirement{n, own, fact.At(lock.file, p.line, p.name)})
				}
			}
		}
		return all
	}
	for _, d := range c.closure(features) {
		for _, name := range brings(d.dependency) {
			for _, n := range natives().Crates {
				if n.Crate == name && !slices.ContainsFunc(all, func(r requirement) bool { return r.Crate == name }) {
					own := slices.Contains(d.features, "vendored") || slices.Contains(d.features, "bundled") || slices.Contains(d.features, "vendored-openssl")
					all = append(all, requirement{n, own, d.from})
				}
			}
		}
	}
	return all
}

// gated reports whether the table knows that a crate is compiled as a dependency of another only with
// a feature that the build does not ask for.
func (c *crate) gated(name, of string, features []string) bool {
	for _, g := range natives().Gates {
		if g.Crate == name && (len(g.Of) == 0 || slices.Contains(g.Of, of)) {
			return !c.asks(g, features)
		}
	}
	return false
}

// asks reports whether a build with the features opens a gate: by a dependency on the crate
// itself, or by a feature of one.
func (c *crate) asks(g gate, features []string) bool {
	return slices.ContainsFunc(c.closure(features), func(d needed) bool {
		return d.name == g.Crate || slices.ContainsFunc(d.features, func(f string) bool {
			return slices.ContainsFunc(g.Words, func(word string) bool { return strings.Contains(f, word) })
		})
	})
}

// brings are the crates of the table that a direct dependency leads to.
func brings(d dependency) []string {
	names := []string{d.name}
	version := strings.TrimLeft(d.version, "^~=>v ")
	for _, i := range natives().Implies {
		if i.Crate != d.name || (i.From != "" && catalogue.Compare(version, i.From) < 0) || (i.Below != "" && catalogue.Compare(version, i.Below) >= 0) {
			continue
		}
		if i.Feature == "" || slices.Contains(d.features, i.Feature) || (i.Feature == "default" && !d.bare) {
			names = append(names, i.Brings...)
		}
	}
	return names
}

// lastFor is the limit that a package of the closure sets to the compiler.
func lastFor(closure []*locked, lock *lockfile) (*limit, fact.Source) {
	for _, p := range closure {
		for _, l := range natives().Limits {
			if l.Crate == p.name && catalogue.Compare(p.version, l.From) >= 0 && catalogue.Compare(p.version, l.Below) < 0 {
				return &l, fact.At(lock.file, p.line, p.name+" "+p.version)
			}
		}
	}
	return nil, fact.Source{}
}

// packages are the packages of a distribution that the build needs, and why.
func packages(all []requirement, distribution string) ([]string, fact.Source) {
	var names []string
	var from fact.Source
	for _, r := range all {
		list := r.Build[distribution]
		if r.own {
			list = r.Own[distribution]
		}
		if len(list) > 0 && from.IsZero() {
			from = r.from
		}
		names = append(names, list...)
	}
	slices.Sort(names)
	return slices.Compact(names), from
}

// shared are the packages with the shared libraries of a program that is not static.
func shared(all []requirement, distribution string) []string {
	var names []string
	for _, r := range all {
		if !r.own {
			names = append(names, r.Run[distribution]...)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// firstWhere is the first requirement for which ok holds.
func firstWhere(all []requirement, ok func(requirement) bool) *requirement {
	for _, r := range all {
		if ok(r) {
			return &r
		}
	}
	return nil
}
