package node

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// onlyDev is the first of the packages that the package, or the root of its workspace, has only as a
// development dependency, or "".
func (p *pkg) onlyDev(names ...string) string {
	manifests := p.manifests()
	for _, name := range names {
		if slices.ContainsFunc(manifests, func(m *manifest) bool { return m.develops(name) }) && !slices.ContainsFunc(manifests, func(m *manifest) bool { return m.depends(name) }) {
			return name
		}
	}
	return ""
}

// needsTool keeps what is installed for development where the command needs some of it.
func (p *pkg) needsTool(l *launch) {
	if l.needs = p.onlyDev(p.commandPackages(l)...); l.needs != "" {
		l.notes = append(l.notes, detect.Note{At: l.from, Text: fmt.Sprintf("%s starts the program, so the image keeps the development dependencies; move it to dependencies for a smaller one", l.needs)})
	} else if name, at := p.loadedFirst(l); name != "" {
		l.needs = name
		l.notes = append(l.notes, detect.Note{At: at, Text: fmt.Sprintf("%s is loaded when the program runs, but is a development dependency: the image keeps them; move it to dependencies for a smaller one", name)})
	} else if at := p.typedSettings(); at != "" {
		if l.needs = p.onlyDev("ts-node"); l.needs != "" {
			l.notes = append(l.notes, detect.Note{At: p.depFrom(l.needs), Text: fmt.Sprintf("%s reads %s when the program starts, so the image keeps the development dependencies; move it to dependencies for a smaller one", l.needs, at)})
		}
	}
}

// commandPackages are the packages whose commands or modules a command names.
func (p *pkg) commandPackages(l *launch) []string {
	var names []string
	for i, a := range l.node {
		below, found := strings.CutPrefix(a, "node_modules/")
		command, isCommand := strings.CutPrefix(below, ".bin/")
		switch {
		case isCommand:
			names = append(names, binaryPackage(command))
		case found:
			names = append(names, packageName(below))
		case i > 0 && slices.Contains([]string{"-r", "--require", "--import", "--loader", "--experimental-loader"}, l.node[i-1]):
			names = append(names, packageName(a))
		}
	}
	if len(l.argv) == 0 {
		return names
	}
	commands, _ := p.expandLine(l.argv[len(l.argv)-1], 0)
	for _, c := range commands {
		if argv := c.Argv(); len(argv) > 0 {
			names = append(names, binaryPackage(path.Base(argv[0])))
		}
	}
	return names
}

// loadedFirst is a package that is installed for development only and that the file which node starts, or
// one that it imports, loads before anything else: not in a function, nor by a condition. It says where.
func (p *pkg) loadedFirst(l *launch) (string, fact.Source) {
	if l.bun || p.framed && p.fw.name != "NestJS" {
		return "", fact.Source{}
	}
	var next []string
	for _, a := range l.node {
		if f := p.resolveFile(a); f != "" && sourceExtensions[path.Ext(f)] {
			next = append(next, p.in(f))
		}
	}
	seen := map[string]bool{}
	for len(next) > 0 && len(seen) < maxSources {
		file := next[0]
		next = next[1:]
		text, err := p.view.Read(file)
		if seen[file] || err != nil || p.view.Size(file) > maxSource {
			continue
		}
		seen[file] = true
		depth := 0
		t := tokens(text)
		for i := range t {
			switch {
			case t[i].kind == sign && t[i].text == "{":
				depth++
			case t[i].kind == sign && t[i].text == "}":
				depth--
			}
			if t[i].kind != quoted || depth > 0 || !isModuleName(t, i) || isTypeImport(t, i) || follows(t, i-1, "(") && !isSure(t, i-2) {
				continue
			}
			name := t[i].text
			if strings.HasPrefix(name, ".") {
				if f := p.resolveFile(repo.Rel(p.dir, path.Join(path.Dir(file), name))); f != "" {
					next = append(next, p.in(f))
				}
				continue
			}
			if name = p.onlyDev(packageName(name)); name != "" && !isTypeScript(file) {
				return name, fact.At(file, t[i].line, "")
			}
		}
	}
	return "", fact.Source{}
}

// isSure reports whether the call at i is a require that no condition on its line guards.
func isSure(t []token, i int) bool {
	if !follows(t, i, "require") {
		return false
	}
	return i == 0 || slices.Contains([]string{"=", ";", "}"}, t[i-1].text) || t[i-1].line < t[i].line && t[i-1].text != ")" && t[i-1].text != "else"
}

// packageName is the package of a module: "@a/b" of "@a/b/c".
func packageName(module string) string {
	parts := strings.SplitN(module, "/", 3)
	if strings.HasPrefix(module, "@") && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

// typedSettings is a file of settings in TypeScript that the package config loads when the program
// starts, relative to the package, or "". https://github.com/node-config/node-config/wiki/Configuration-Files (2026-11)
func (p *pkg) typedSettings() string {
	if !p.m.depends("config") {
		return ""
	}
	for _, f := range p.view.In(p.in("config")) {
		if isTypeScript(f) {
			return path.Join("config", path.Base(f))
		}
	}
	return ""
}

// valueImports are the packages that the sources load when they run, not for their types alone.
func (p *pkg) valueImports() map[string]bool {
	if p.loads != nil {
		return p.loads
	}
	p.loads = map[string]bool{}
	for _, file := range p.sources() {
		if !sourceExtensions[path.Ext(file)] || p.setAside(file) || isConfig(file) || p.view.Size(file) > maxSource {
			continue
		}
		text, err := p.view.Read(file)
		if err != nil {
			continue // it is evidence, not input
		}
		t := tokens(text)
		for i := range t {
			if t[i].kind == quoted && isModuleName(t, i) && !isTypeImport(t, i) {
				p.loads[packageName(t[i].text)] = true
			}
		}
	}
	return p.loads
}

// isTypeImport reports whether the module at i is imported or exported for types alone, which the
// compiler removes: import type { A } from "m", import { type A } from "m".
func isTypeImport(t []token, i int) bool {
	if !follows(t, i-1, "from") {
		return false
	}
	start := i - 1
	for start > 0 && t[start].text != "import" && t[start].text != "export" {
		start--
	}
	if follows(t, start+1, "type") && !follows(t, start+2, "from") && !follows(t, start+2, ",") {
		return true
	}
	if !follows(t, start+1, "{") {
		return false
	}
	for j := start + 2; j < i-2; j++ {
		if (t[j-1].text == "{" || t[j-1].text == ",") && t[j].text != "type" {
			return false
		}
	}
	return true
}

// devMembers are the members of the workspace that the program loads although the package that loads
// them has them as development dependencies.
func (p *pkg) devMembers() []*pkg {
	var found []*pkg
	for _, q := range p.closure(true) {
		for _, name := range q.loadedInDev() {
			if next := q.local(name); !slices.Contains(found, next) {
				found = append(found, next)
			}
		}
	}
	return found
}

// loadedInDev are the names of packages of this repository among the development dependencies that
// the sources load when they run.
func (p *pkg) loadedInDev() []string {
	var names []string
	for _, name := range sortedNames(p.m.dev) {
		if !p.m.depends(name) && p.local(name) != nil && p.valueImports()[name] {
			names = append(names, name)
		}
	}
	return names
}

func sortedNames(deps map[string]dependency) []string {
	var names []string
	for name := range deps {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
