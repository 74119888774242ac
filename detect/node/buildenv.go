package node

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/shell"
)

// builtByHand learns from the Dockerfile that people wrote how they build the package: which of
// its scripts does it where that is not the usual one, and what they put in its environment.
func (p *pkg) builtByHand() {
	usual := p.buildScript()
	var found []string
	var env []hints.Variable
	for _, d := range hints.Dockerfiles(p.view, p.dir) {
		if hints.Developing(path.Base(d.File)) {
			continue
		}
		for _, run := range d.Runs {
			for _, name := range p.builtIn(run.Value) {
				if !slices.Contains(found, name) {
					found = append(found, name)
				}
				env = run.Env
			}
		}
	}
	if len(found) == 1 && (found[0] == usual || p.ordered == "") {
		p.buildEnv = env
		if found[0] != usual {
			p.ordered = found[0]
		}
	}
}

// builtIn are the scripts of the package with a builder in them that the line of a RUN starts.
func (p *pkg) builtIn(text string) []string {
	line, err := shell.Parse(text)
	if err != nil {
		return nil
	}
	var names []string
	for _, c := range line.Commands {
		name, ok := runs(unwrap(c).Argv())
		if !ok {
			continue
		}
		if _, has := p.m.script(name); has && (name == p.buildScript() || slices.ContainsFunc(p.commands(name), func(c shell.Command) bool { return makesProgram(c.Argv()) })) {
			names = append(names, name)
		}
	}
	return names
}

// makesProgram reports whether a command makes what runs, and not only code or types to build with.
func makesProgram(argv []string) bool {
	return isBuild(argv) && !slices.Contains([]string{"prisma", "graphql-codegen", "vue-tsc"}, path.Base(argv[0])) && !slices.Contains(argv, "--noEmit")
}

// ofTools are variables that a Dockerfile sets for Node.js, its package managers and servers, and
// for which our own Dockerfile has its own way.
var ofTools = pattern.New(`^(NODE_ENV|PATH|HOME|CI|PORT|HOST|HOSTNAME|USER|TZ|LANG|LC_ALL|DEBIAN_FRONTEND|HUSKY|.*TELEMETRY.*|(?i:npm|pnpm|yarn|corepack|bun|turbo|nx|playwright|puppeteer|cypress|prisma)_.*)$`)

// standsIn is in a value that nobody could mistake for a secret.
var standsIn = pattern.New(`(?i)dummy|placeholder|fake|example|mock|build|change[_-]?me|not[_-]?needed|localhost|127\.0\.0\.1|^(secret|password|test|user|x+|0+)$`)

// wantedByBuild are the variables of the build's command: those that people set for it and the
// code reads, and the one that has the code not ask for the others.
func (p *pkg) wantedByBuild() []hints.Variable {
	var wanted []hints.Variable
	for _, v := range p.buildEnv {
		if ofTools.MatchString(v.Name) || looksSecret(v.Name) && !standsIn.MatchString(v.Value) || v.Value == "" {
			continue
		}
		if slices.ContainsFunc(p.fw.variables, func(prefix string) bool { return strings.HasPrefix(v.Name, prefix) }) {
			continue // an ARG, which the user sets
		}
		if v.Name == "NODE_OPTIONS" || p.readsAnywhere(v.Name) {
			wanted = append(wanted, v)
		}
	}
	if v, ok := p.unvalidated(); ok && !slices.ContainsFunc(wanted, func(o hints.Variable) bool { return o.Name == v.Name }) {
		wanted = append(wanted, v)
	}
	return wanted
}

// readsAnywhere reports whether a file of the package names the variable: its code, Prisma's schema.
func (p *pkg) readsAnywhere(name string) bool {
	for _, q := range p.closure(false) {
		for _, file := range p.view.Under(q.dir) {
			code := sourceExtensions[path.Ext(file)] || path.Ext(file) == ".prisma"
			if !code || p.view.Size(file) > maxSource {
				continue
			}
			text, err := p.view.Read(file)
			if err == nil && strings.Contains(string(text), name) {
				return true
			}
		}
	}
	return false
}

// unvalidated is the variable that switches off the check of all others in a schema of t3-env:
// nothing of what a running server needs is there when the image is built.
// https://env.t3.gg/docs/customization#skipping-validation (2026-11)
func (p *pkg) unvalidated() (hints.Variable, bool) {
	for _, q := range p.closure(false) {
		for _, file := range q.sources() {
			if !sourceExtensions[path.Ext(file)] || q.setAside(file) || p.view.Size(file) > maxSource {
				continue
			}
			text, err := p.view.Read(file)
			if err != nil || !strings.Contains(string(text), "skipValidation") {
				continue
			}
			if v, ok := skipsValidation(tokens(text)); ok {
				v.From.File = file
				return v, true
			}
		}
	}
	return hints.Variable{}, false
}

// skipsValidation finds skipValidation: !!process.env.NAME, also with a value that it is compared with.
func skipsValidation(t []token) (v hints.Variable, ok bool) {
	for i := range t {
		if t[i].text != "skipValidation" || t[i].kind != word || i+1 >= len(t) || t[i+1].text != ":" {
			continue
		}
		for j := i + 2; j+4 < len(t) && t[j].text != "," && t[j].text != "}"; j++ {
			name := t[j+4]
			if t[j].text != "process" || t[j+2].text != "env" || name.kind != word || name.text == "NODE_ENV" || strings.HasPrefix(name.text, "npm_") {
				continue
			}
			v = hints.Variable{Name: name.text, Value: "1", From: fact.At("", name.line, "skipValidation")}
			for k := j + 5; k < len(t) && t[k].text == "="; k++ {
				if k+1 < len(t) && t[k+1].kind == quoted {
					v.Value = t[k+1].text
				}
			}
			return v, true
		}
	}
	return v, false
}
