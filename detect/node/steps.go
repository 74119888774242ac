package node

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/shell"
	"github.com/dockgen/dockgen/templates"
)

// buildSteps are the commands that run once the sources are there.
func (c *recipe) buildSteps(p *pkg) error {
	m := c.manager
	hooks, _ := p.lifecycle()
	if (p.prismaClient() || p.prismaSources()) && !p.generatesItself(hooks) {
		c.steps = append(c.steps, stepView{Env: p.generateEnv(), Words: m.exec(p, c.generate()), Why: "build"})
	}
	for _, q := range p.hooked() {
		scripts, _ := q.lifecycle()
		for _, name := range scripts {
			c.steps = append(c.steps, c.scriptSteps(q, name)...)
		}
	}
	for _, q := range p.closure(false) {
		if name := q.buildScript(); q != p && name != "" {
			c.steps = append(c.steps, c.scriptSteps(q, name)...)
		}
	}
	switch name := p.buildScript(); {
	case p.framed && p.fw.build != nil:
		c.steps = append(c.steps, stepView{Env: c.buildEnv(), Secrets: c.fixed(), Words: m.exec(p, p.fw.build), Why: "build"})
	case name != "" && (p.buildStrays() || !c.legacyOpenSSL().IsZero() && p.setsOptions(name)):
		c.onlyBuilds(name)
	case name != "":
		if dirs := p.besideItself(); len(dirs) > 0 {
			c.steps = append(c.steps, stepView{Words: append([]string{"mkdir", "-p"}, dirs...), Why: "build"})
		}
		steps := c.scriptSteps(p, name)
		env, secrets := c.buildEnv(), c.fixed()
		for i := range steps {
			steps[i].Env, steps[i].Secrets = env, secrets
		}
		c.steps = append(c.steps, steps...)
	}
	for _, b := range c.launch.builds {
		words := m.exec(p, b)
		if !slices.ContainsFunc(c.steps, func(s stepView) bool { return slices.Equal(s.Words, words) }) {
			c.steps = append(c.steps, stepView{Words: words, Why: "build"})
		}
	}
	return nil
}

// buildStrays reports whether the build script also does what no build of an image can: bring a
// database up to date, make an image, deploy.
func (p *pkg) buildStrays() bool {
	return slices.ContainsFunc(p.commands(p.buildScript()), func(c shell.Command) bool { return isMigration(c.Argv()) || isDeploy(c.Argv()) })
}

// onlyBuilds are the commands of a build script that make files; the others are told.
func (c *recipe) onlyBuilds(name string) {
	at, env, secrets := c.p.m.scripts[name].From, c.buildEnv(), c.fixed()
	for _, command := range c.p.commands(name) {
		argv := command.Argv()
		switch {
		case isMigration(argv) && slices.Contains(argv, "reset"):
			c.notes = append(c.notes, detect.Note{Warning: true, At: at, Text: strings.Join(argv, " ") + " empties the database; the build of the image leaves it out"})
		case isMigration(argv):
			c.launch.before = append(c.launch.before, strings.Join(argv, " "))
		case isDeploy(argv):
			c.notes = append(c.notes, detect.Note{At: at, Text: strings.Join(argv, " ") + ": the build of the image leaves it out"})
		case len(argv) > 0:
			step := stepView{Env: slices.Clone(env), Secrets: secrets, Words: c.manager.exec(c.p, argv), Why: "build"}
			for _, a := range command.Env {
				step.Env = slices.DeleteFunc(step.Env, func(e templates.Var) bool { return e.Name == a.Name }) // the command's own hold
				step.Env = append(step.Env, templates.Var{Name: a.Name, Value: a.Value.Text})
			}
			if !c.legacyOpenSSL().IsZero() {
				step.Env = withLegacyOpenSSL(step.Env)
			}
			c.steps = append(c.steps, step)
		}
	}
}

// buildEnv is the environment of the framework's build. It adds to the reasons, so it is asked once.
func (c *recipe) buildEnv() []templates.Var {
	env := slices.Clone(c.p.fw.buildEnv)
	for _, v := range c.p.wantedByBuild() {
		if !slices.ContainsFunc(env, func(e templates.Var) bool { return e.Name == v.Name }) {
			env = append(env, templates.Var{Name: v.Name, Value: v.Value})
			c.reasons = append(c.reasons, detect.Reason{ID: "build-env", What: "for the build", Value: v.Name + "=" + v.Value, From: v.From})
		}
	}
	if at := c.legacyOpenSSL(); !at.IsZero() {
		env = withLegacyOpenSSL(env)
		c.reasons = append(c.reasons, detect.Reason{ID: "openssl", What: "NODE_OPTIONS of the build", Value: legacyProvider, From: at, Note: "its bundler hashes with MD4"})
	}
	return env
}

const legacyProvider = "--openssl-legacy-provider"

// legacyOpenSSL is what shows that the build hashes with OpenSSL's MD4, on a Node.js that does so on request only.
func (c *recipe) legacyOpenSSL() fact.Source {
	at := c.p.fw.legacyOpenSSL
	if at.IsZero() {
		at = c.p.oldWebpack(c.lock)
	}
	if major(c.version.line.Version) < 17 {
		return fact.Source{}
	}
	return at
}

// withLegacyOpenSSL is an environment with that request, beside the options of Node.js that are there already.
func withLegacyOpenSSL(env []templates.Var) []templates.Var {
	env = slices.Clone(env)
	for i, e := range env {
		if e.Name == "NODE_OPTIONS" {
			if !strings.Contains(e.Value, legacyProvider) {
				env[i].Value = strings.TrimSpace(e.Value + " " + legacyProvider)
			}
			return env
		}
	}
	return append(env, templates.Var{Name: "NODE_OPTIONS", Value: legacyProvider})
}

// setsOptions reports whether a command of a script has options of Node.js of its own, in the place of those
// that its environment has.
func (p *pkg) setsOptions(script string) bool {
	for _, hook := range []string{"pre", "post"} {
		if _, has := p.m.script(hook + script); has {
			return false // package managers run them too
		}
	}
	all, understood := p.expand(script, 0)
	return understood && slices.ContainsFunc(all, func(c shell.Command) bool {
		return slices.ContainsFunc(c.Env, func(a shell.Assignment) bool {
			return a.Name == "NODE_OPTIONS" && a.Value.Literal() && !strings.Contains(a.Value.Text, legacyProvider)
		})
	})
}

// firstWithoutOpenSSL is the first release of webpack that hashes with MD4 by itself.
// https://github.com/webpack/webpack/releases/tag/v5.61.0 (2026-11)
const firstWithoutOpenSSL = "5.61.0"

// oldWebpack is where the lockfile has a webpack that hashes with OpenSSL's MD4, whichever tool brings it.
func (p *pkg) oldWebpack(l *locked) fact.Source {
	if l == nil {
		return fact.Source{}
	}
	for _, i := range p.packages(l) {
		if i.name == "webpack" && exact(i.version) && catalogue.Compare(i.version, firstWithoutOpenSSL) < 0 {
			return i.from
		}
	}
	return fact.Source{}
}

// sources are the files that the build reads: the context, or of a workspace what the
// package and those it needs are made of.
func (c *recipe) sources() []templates.Files {
	rel := c.at.work
	switch {
	case c.p.space == nil && rel == ".":
		return []templates.Files{{From: []string{"."}, To: "."}}
	case c.p.space == nil && len(c.p.Reach(detect.Program{})) > 0:
		return []templates.Files{{From: []string{"."}, To: source + "/"}} // it reads what lies beside it
	case c.p.space == nil:
		return []templates.Files{{From: []string{rel}, To: "./"}}
	}
	return c.spaceSources()
}

// besideMembers are what lies in a folder of a workspace beside its members, at any depth: the
// folders without a member in them, and below the root the files (packages/tsconfig.base.json).
func (c *recipe) besideMembers(dir string) (files, folders []string) {
	for _, d := range c.p.view.Dirs(dir) {
		holds := func(q *pkg) bool { return repo.Within(d, q.dir) }
		switch members := c.p.space.members; {
		case strings.HasPrefix(path.Base(d), ".") || detect.IsSetAside(c.p.space.dir, d):
		case !slices.ContainsFunc(members, holds):
			folders = append(folders, d)
		case !slices.ContainsFunc(members, func(q *pkg) bool { return q.dir == d }):
			for _, f := range c.p.view.In(d) {
				if !forPeople(path.Base(f)) && !detect.LooksSecret(c.p.view, f) {
					files = append(files, f)
				}
			}
			inner, below := c.besideMembers(d)
			files, folders = append(files, inner...), append(folders, below...)
		}
	}
	return files, folders
}

// spaceSources are the sources of a workspace that a program needs: the files at its root,
// what lies beside its members, and the members in the program's closure.
func (c *recipe) spaceSources() []templates.Files {
	space := c.p.space
	root := c.at.InContext(space.dir)
	closure := c.p.closure(false)
	if len(closure) > len(space.members) || c.p.isRoot {
		return []templates.Files{{From: []string{root}, To: "./"}}
	}
	var files, folders []string
	installed := c.p.manifestFiles(c.manager) // there already
	kept := c.p.kept(c.manager)
	for _, f := range c.p.view.In(space.dir) {
		if detect.LooksSecret(c.p.view, f) && !slices.Contains(kept, f) {
			continue // the ignore file hides it
		}
		if !forPeople(path.Base(f)) && !slices.Contains(installed, f) {
			files = append(files, f)
		}
	}
	beside, shared := c.besideMembers(space.dir)
	files, folders = append(files, beside...), append(folders, shared...)
	for _, q := range closure {
		folders = append(append(folders, q.dir), q.beside()...)
	}
	slices.Sort(folders)
	return copies(c.at, files, slices.Compact(folders))
}
