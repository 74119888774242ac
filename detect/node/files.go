package node

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/templates"
)

// files are what the final image holds: packages first, since they change least.
func (c *recipe) files(b buildView) []templates.Files {
	p := c.p
	if c.manager.name == rush {
		return c.deployed(b)
	}
	if p.framed && p.fw.copies != nil {
		files := c.modules(b)
		if len(files) > 0 {
			for _, q := range p.closure(true) {
				if q != p { // node_modules links to it
					files = append(files, c.packageFiles(q)...)
				}
			}
		}
		return append(files, c.copied(b)...)
	}
	files := c.modules(b)
	holdsYarn := c.manager.zeroInstall || c.manager.release != ""
	if len(c.steps) == 0 && p.space == nil && len(c.supplies) == 0 && !holdsYarn {
		// Nothing is built: the sources are the program.
		return append(files, templates.Files{From: []string{c.at.InContext(p.dir)}, To: "./"})
	}
	beside := c.compiledBeside()
	if beside && p.space == nil {
		files = nil // they lie there too
	}
	for _, q := range p.closure(true) {
		if q == p && beside {
			files = append(files, templates.Files{Stage: b.Name, From: []string{path.Join(source, c.at.InContext(p.dir))}, To: "./"})
			continue
		}
		files = append(files, c.packageFiles(q)...)
	}
	return files
}

// compiledBeside reports whether the build leaves the file that node starts among the sources at the top of
// the package, and not in a folder of its own.
func (c *recipe) compiledBeside() bool {
	f := c.launched()
	return f != "" && firstPart(f) == f && !c.p.present(f) && !slices.Contains(c.p.outputs(), f)
}

// launched is the file that node starts, relative to the package; "" for one that is
// installed, or none.
func (c *recipe) launched() string {
	for i, a := range c.launch.node {
		if !strings.HasPrefix(a, "-") && (i == 0 || !valued[c.launch.node[i-1]]) {
			if a = path.Clean(a); !strings.HasPrefix(a, "node_modules/") && !strings.HasPrefix(a, "..") {
				return a
			}
			return ""
		}
	}
	return ""
}

// modules are the installed packages that the program needs.
func (c *recipe) modules(b buildView) []templates.Files {
	if !b.Install || c.p.framed && !c.p.fw.needsModules || !c.hasRun() && c.launch.needs == "" {
		return nil
	}
	stage := b.Name
	if b.Production {
		stage = "prod-deps"
	}
	root := c.at.dir()
	rel := repo.Rel(c.p.dir, c.manager.dir)
	if c.p.space != nil && b.Production && (c.manager.name == yarn || c.manager.name == bun) {
		// Manifests and packages of all members: some lie beside a member.
		return []templates.Files{{Stage: stage, From: []string{root}, To: rel + "/"}}
	}
	files := []templates.Files{{Stage: stage, From: []string{path.Join(root, "node_modules")}, To: path.Join(rel, "node_modules")}}
	if b.Production && c.p.prismaClient() {
		from := path.Join(root, "node_modules/.prisma")
		files = append(files, templates.Files{Stage: b.Name, From: []string{from}, To: path.Join(rel, "node_modules/.prisma")})
	}
	if c.p.space == nil {
		return files
	}
	for _, q := range c.p.closure(true) {
		has := c.manager.name == pnpm && len(q.m.deps) > 0 || c.manager.name == npm && c.lock != nil && c.lock.nested[repo.Rel(c.manager.dir, q.dir)]
		if has && q.dir != c.manager.dir {
			files = append(files, templates.Files{Stage: stage, From: []string{path.Join(source, c.at.InContext(q.in("node_modules")))}, To: path.Join(repo.Rel(c.p.dir, q.dir), "node_modules")})
		}
	}
	return files
}

// copied are the files that a framework names, and those that the sources read.
func (c *recipe) copied(b buildView) []templates.Files {
	var files []templates.Files
	var has []string
	for _, f := range c.p.fw.copies {
		v := templates.Files{Stage: b.Name, From: []string{path.Join(source, c.at.InContext(c.p.in(f.from)))}, To: f.to}
		if f.owned {
			v.Owner = c.final.user + ":" + c.final.user
		}
		files = append(files, v)
		has = append(has, f.to)
	}
	if c.p.fw.needsModules || c.p.space == nil {
		files = append(files, c.readFiles(has)...)
	}
	return files
}

// packageFiles are the files of a package that its program may read at run time, from the build
// stage: what the build leaves, and what is tracked and neither source, test nor tooling.
func (c *recipe) packageFiles(q *pkg) []templates.Files {
	at := path.Join(source, c.at.InContext(q.dir))
	to := repo.Rel(c.p.dir, q.dir)
	var names []string
	for _, f := range q.sources() {
		rel := repo.Rel(q.dir, f)
		name := firstPart(rel)
		if !slices.Contains(names, name) && !c.leftOut(q, rel) {
			names = append(names, name)
		}
	}
	for _, out := range q.outputs() {
		names = appendName(names, out)
	}
	if q != c.p {
		for _, out := range q.exported() {
			names = appendName(names, out)
		}
	}
	if f := c.launched(); q == c.p && f != "" && firstPart(f) != f && !q.present(f) {
		names = appendName(names, firstPart(f))
	}
	slices.Sort(names)
	var loose []string
	var files []templates.Files
	for _, name := range names {
		if q.view.Has(q.in(name)) {
			loose = append(loose, path.Join(at, name))
			continue
		}
		files = append(files, templates.Files{Stage: "build", From: []string{path.Join(at, name)}, To: path.Join(to, name)})
	}
	if q == c.p {
		files = append(files, c.readFiles(names)...)
	}
	if len(loose) > 0 {
		into := "./"
		if to != "." {
			into = to + "/"
		}
		files = append([]templates.Files{{Stage: "build", From: loose, To: into}}, files...)
	}
	return files
}

// forPeople reports whether a file at the root of a workspace only serves those who write its code,
// by its name: documents, settings of editors, linters, tests and of hosts that build themselves.
func forPeople(base string) bool {
	for _, prefix := range []string{"LICENSE", "COPYING", "Dockerfile", "docker-compose", "compose.", ".git", ".eslint", "eslint.", ".prettier", "prettier.", ".lintstaged", "lint-staged", ".husky", ".commitlint", "commitlint.",
		".stylelint", "stylelint.", ".editorconfig", ".watchman", "vitest.", "jest.", "playwright.", "cypress.", ".mocharc", ".c8rc", ".nycrc", "crowdin", "renovate", "vercel.json", "netlify.toml", "fly.toml", "render.yaml", "Makefile", "Procfile",
		".dockerignore", ".mailmap", ".changeset", "knip.", ".knip", "CODEOWNERS", ".travis", ".nvmrc", ".node-version", ".tool-versions", "skaffold", "Tiltfile", "CNAME", "biome.json", ".oxlint", ".env.test", ".env.example", ".env.sample", "appveyor", "tslint", "sonar-project", "bitbucket-pipelines", "azure-pipelines", "cloudbuild", "buildspec", "codecov", "Jenkinsfile"} {
		if strings.HasPrefix(base, prefix) {
			return true
		}
	}
	return strings.HasSuffix(base, ".md")
}

// toolSettings are files at the top of a package that only its tools read.
var toolSettings = []string{"nest-cli.json", "turbo.json", "nx.json", "nodemon.json", "package-lock.json", "pnpm-workspace.yaml", "lerna.json", "moon.yml", "package-scripts.js", "jsconfig.json"}

// shellExtensions are those of scripts that a program runs only where its sources or its start name them.
var shellExtensions = []string{".sh", ".bash", ".bat", ".cmd", ".ps1"}

// namesFile reports whether a source or the script that starts the package holds the name of a file.
func (p *pkg) namesFile(base string) bool {
	if strings.Contains(p.start.script, base) {
		return true
	}
	return slices.ContainsFunc(p.sources(), func(file string) bool {
		if !sourceExtensions[path.Ext(file)] || p.setAside(file) || p.view.Size(file) > maxSource {
			return false
		}
		text, err := p.view.Read(file)
		return err == nil && bytes.Contains(text, []byte(base))
	})
}

// leftOut reports whether a tracked file is of no use to the running program.
func (c *recipe) leftOut(q *pkg, rel string) bool {
	first, base := firstPart(rel), path.Base(rel)
	if q == c.p && slices.ContainsFunc(c.launch.node, func(a string) bool { return path.Clean(a) == rel }) {
		return false // an argument of the command
	}
	if first == "config" && first != rel && q.m.depends("config") {
		return false // settings of every kind, which that package loads from here
	}
	if strings.HasPrefix(first, ".") || isConfig(rel) && first == rel || q.setAside(q.in(rel)) && first != rel {
		return true
	}
	if first == rel { // a file at the top
		switch {
		case base == "package.json":
			return false
		case base == path.Base(c.manager.lockfile), isPnP(base), slices.Contains(toolSettings, base), strings.HasPrefix(base, "tsconfig"), strings.HasSuffix(base, ".d.ts"):
			return true
		case sourceExtensions[path.Ext(base)]:
			return q.setAside(q.in(rel)) || !c.launch.sources && isTypeScript(base)
		}
		return (forPeople(base) || strings.HasSuffix(base, ".Dockerfile") || slices.Contains(shellExtensions, path.Ext(base))) && !q.namesFile(base)
	}
	if !c.launch.sources && (first == "src" || isTypeScript(base)) {
		return true // compiled
	}
	return first == "docs"
}

func isTypeScript(name string) bool {
	return slices.Contains([]string{".ts", ".tsx", ".mts", ".cts"}, path.Ext(name))
}
