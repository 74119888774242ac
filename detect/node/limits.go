package node

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
)

//go:embed data/limits.json
var limitsText []byte

// limit is the newest major version of Node.js on which a package can be compiled, or that has what the
// sources use. The zero limit is none.
type limit struct {
	node    int
	what    string // the package and its release, or what the sources use, for people
	name    string // of the package, "" for the sources' limit
	asserts bool   // of import assertions, which compilers and bundlers may take away
	from    fact.Source
}

// upTo is the limit of the releases of a package before one of them.
type upTo struct {
	Before string `json:"before"`
	Node   int    `json:"node"`
}

var newestNode = sync.OnceValue(func() map[string][]upTo {
	var list struct {
		Date, Source string
		Limits       map[string][]upTo `json:"limits"`
	}
	if err := json.Unmarshal(limitsText, &list); err != nil {
		panic("node: data/limits.json: " + err.Error()) // our own data: a test reads it
	}
	return list.Limits
})

//go:embed data/removed.json
var removedText []byte

// gone is what Node.js had once, by the first major version without it.
type gone struct {
	Date, Source        string
	Assertions          int `json:"assertions"`          // import x from "./x.json" assert { type: "json" }
	SpecifierResolution int `json:"specifierResolution"` // --experimental-specifier-resolution
	Calls               []struct {
		Of, Name string
		Since    int
	} `json:"calls"`
}

var removed = sync.OnceValue(func() gone {
	var g gone
	if err := json.Unmarshal(removedText, &g); err != nil {
		panic("node: data/removed.json: " + err.Error()) // our own data: a test reads it
	}
	return g
})

// isRemoved is the first version without the function of a module of Node.js that is called at i, 0 for others.
func isRemoved(t []token, i int) int {
	for _, c := range removed().Calls {
		if c.Name == t[i].text && i > 1 && t[i-1].text == "." && t[i-2].text == c.Of && (i < 3 || t[i-3].text != ".") && isModule(t, c.Of) {
			return c.Since
		}
	}
	return 0
}

// isModule reports whether a name stands for the module of Node.js of that name: const util = require('util'),
// import * as util from 'node:util'.
func isModule(t []token, name string) bool {
	for i := 2; i < len(t); i++ {
		if t[i].kind != quoted || strings.TrimPrefix(t[i].text, "node:") != name {
			continue
		}
		if t[i-1].text == "from" && t[i-2].text == name || i > 3 && t[i-1].text == "(" && t[i-2].text == "require" && t[i-3].text == "=" && t[i-4].text == name {
			return true
		}
	}
	return false
}

// sourceLimit is the lowest limit of what the program's sources and its start script use.
func (p *pkg) sourceLimit() limit {
	var lowest limit
	bundled := p.framed && p.fw.name != "NestJS" || !p.present(p.start.file) && !p.buildRuns("tsc")
	for _, g := range p.facts().gone {
		ext := path.Ext(g.from.File)
		isModule := ext == ".mjs" || ext == ".mts" || p.m.module && ext != ".cjs" && ext != ".cts"
		if !g.asserts || !bundled && isModule && p.start.runner != bun {
			lowest = lower(lowest, g)
		}
	}
	for _, f := range p.start.flags {
		if name, how, _ := strings.Cut(f, "="); strings.HasSuffix(name, "specifier-resolution") && how == "node" {
			lowest = lower(lowest, limit{node: removed().SpecifierResolution - 1, what: name, from: p.start.from})
		}
	}
	return lowest
}

// limit is the lowest limit of the packages that are compiled, and of the sources.
func (p *pkg) limit(l *locked, rebuilt []string) limit {
	all := p.packages(l)
	lowest := p.sourceLimit()
	for _, i := range all {
		if slices.Contains(rebuilt, i.name) {
			lowest = lower(lowest, i.limit(all))
		}
	}
	return lowest
}

// limit is that of a package itself, or of the nan that it is compiled with.
func (i installed) limit(all []installed) limit {
	found := limitOf(i, i.name+" "+i.version)
	if slices.Contains(i.needs, "nan") {
		found = lower(found, compiledWith(i, all))
	}
	return found
}

// compiledWith is the limit of the newest nan that is installed, for a package that is compiled with one.
func compiledWith(i installed, all []installed) limit {
	var newest limit
	for _, n := range all {
		if n.name != "nan" {
			continue
		}
		found := limitOf(n, fmt.Sprintf("%s %s, compiled with nan %s,", i.name, i.version, n.version))
		if found.node == 0 {
			return limit{}
		}
		if found.name = i.name; found.node > newest.node {
			newest = found
		}
	}
	return newest
}

func limitOf(i installed, what string) limit {
	for _, u := range newestNode()[i.name] {
		if exact(i.version) && catalogue.Compare(i.version, u.Before) < 0 {
			return limit{node: u.Node, what: what, name: i.name, from: i.from}
		}
	}
	return limit{}
}

func lower(a, b limit) limit {
	if a.node == 0 || b.node > 0 && b.node < a.node {
		return b
	}
	return a
}

// within is the version where a package sets a limit: the newest line that the range of the repository, if
// there is one, and the limit allow. A version that the user or the team named stays, with a warning.
func (v chosenVersion) within(most limit, spec fact.Of[string], isRange bool, image *catalogue.Image) (chosenVersion, error) {
	if most.node == 0 || major(v.line.Version) <= most.node {
		return v, nil
	}
	says, fails := fmt.Sprintf("%s works up to Node.js %d", most.what, most.node), "compile"
	if most.name == "" {
		fails = "work"
	}
	oldest := image.Lines[len(image.Lines)-1]
	if (!spec.Known() || isRange) && major(oldest.Version) > most.node {
		return v, diag.At(most.from, says+", and there is no maintained image of that", fmt.Sprintf("take a newer release of %s, or pass --language-version", most.name))
	}
	for _, l := range image.Lines {
		if l.LTS && major(l.Version) <= most.node && (!spec.Known() || isRange && covers(spec.Value, l.Version)) {
			v.line = l
			v.reason = detect.Reason{ID: "version", What: "Node.js version", Value: l.Version, From: most.from, Note: says}
			return v, nil
		}
	}
	v.notes = append(v.notes, detect.Note{Warning: true, At: most.from, Text: fmt.Sprintf("%s, so it will not %s on %s (%s)", says, fails, v.line.Version, spec.From)})
	return v, nil
}
