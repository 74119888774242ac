package node

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/templates"
)

// A schema's generator that writes into node_modules; the later one writes into the sources.
// https://www.prisma.io/docs/orm/prisma-schema/overview/generators (2026-11)
var (
	clientInModules = pattern.New(`(?m)^\s*provider\s*=\s*"prisma-client-js"`)
	clientOutput    = pattern.New(`(?m)^\s*output\s*=\s*"([^"\n]+)"`)
	clientSources   = pattern.New(`(?m)^\s*provider\s*=\s*"prisma-client(-js)?"`)
)

// schema is the Prisma schema of the package, relative to the root, or "".
func (p *pkg) schema() string {
	if !p.m.has("prisma") && !p.m.has("@prisma/client") {
		return ""
	}
	if v := p.m.root.get("prisma", "schema").text(""); v.Known() {
		return p.in(v.Value)
	}
	for _, name := range []string{"prisma/schema.prisma", "schema.prisma"} {
		if p.view.Has(p.in(name)) {
			return p.in(name)
		}
	}
	for _, f := range p.view.Under(p.in("prisma")) {
		if path.Ext(f) == ".prisma" {
			return f
		}
	}
	return ""
}

// prismaClient reports whether the program uses a client that "prisma generate" writes into node_modules.
func (p *pkg) prismaClient() bool {
	schema := p.schema()
	if schema == "" || !p.m.has("prisma") {
		return false
	}
	text, err := p.view.Read(schema)
	return err == nil && clientInModules.Match(text) && !clientOutput.Match(text)
}

// prismaSources reports whether the build needs a client that "prisma generate" writes into the
// sources, where no file of it is tracked.
func (p *pkg) prismaSources() bool {
	schema := p.schema()
	if schema == "" || !p.m.has("prisma") {
		return false
	}
	text, err := p.view.Read(schema)
	if err != nil || !clientSources.Match(text) {
		return false
	}
	out := clientOutput.FindStringSubmatch(string(text))
	if out == nil {
		return false
	}
	dir := path.Join(path.Dir(schema), out[1])
	return !p.view.HasDir(dir) && !strings.Contains(dir, "node_modules")
}

// generatesItself reports whether a script that runs anyway calls "prisma generate".
func (p *pkg) generatesItself(hooks []string) bool {
	for _, name := range append(slices.Clone(hooks), p.buildScript(), "pre"+p.buildScript()) {
		for _, c := range p.commands(name) {
			if isGenerate(c.Argv()) {
				return true
			}
		}
	}
	return false
}

// noDatabase is the address of a database that nothing connects to.
const noDatabase = "postgresql://none:none@localhost:5432/none"

func isGenerate(argv []string) bool {
	return slices.Contains(argv, "prisma") && slices.Contains(argv, "generate")
}

// generate is the command that generates the client: as the start script has it, or the plain one.
func (c *recipe) generate() []string {
	if i := slices.IndexFunc(c.launch.builds, isGenerate); i >= 0 {
		return c.launch.builds[i]
	}
	return []string{"prisma", "generate"}
}

// generateEnv is what "prisma generate" wants to be set, although it connects to nothing.
func (p *pkg) generateEnv() []templates.Var {
	for _, name := range []string{"prisma.config.ts", "prisma.config.js", "prisma.config.mjs"} {
		if p.view.Has(p.in(name)) {
			return []templates.Var{{Name: "DATABASE_URL", Value: noDatabase}}
		}
	}
	return nil
}
