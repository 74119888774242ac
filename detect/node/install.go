package node

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/shell"
	"github.com/dockgen/dockgen/templates"
)

// script are the words that run a script of a package of the workspace, from the folder that
// the package manager works in.
func (m *manager) script(q *pkg, name string) []string {
	rel := repo.Rel(m.dir, q.dir)
	switch {
	case m.name == npm && rel != ".":
		return []string{npm, "run", name, "-w", rel}
	case m.name == pnpm && rel != ".":
		return []string{pnpm, "-C", rel, "run", name}
	case m.name == bun && rel != ".":
		return []string{bun, "run", "--cwd", rel, name}
	case m.name == yarn && rel != ".":
		return append(m.yarn(), "workspace", q.m.name, "run", name)
	case m.name == yarn:
		return append(m.yarn(), "run", name)
	default:
		return []string{m.name, "run", name}
	}
}

// exec are the words that run a command of an installed package in a package's folder.
func (m *manager) exec(q *pkg, argv []string) []string {
	rel := repo.Rel(m.dir, q.dir)
	switch {
	case m.name == npm && rel != ".":
		return append([]string{npm, "exec", "-w", rel, "--"}, argv...)
	case m.name == npm:
		return append([]string{"npx", "--no-install"}, argv...)
	case m.name == pnpm && rel != ".":
		return append([]string{pnpm, "-C", rel, "exec"}, argv...)
	case m.name == pnpm:
		return append([]string{pnpm, "exec"}, argv...)
	case m.name == bun:
		return append([]string{"bunx", "--no-install"}, argv...)
	case m.berry && rel != ".":
		return append(append(m.yarn(), "workspace", q.m.name, "exec"), argv...)
	case m.berry:
		return append(append(m.yarn(), "exec"), argv...)
	case rel != ".":
		return append([]string{yarn, "workspace", q.m.name, "exec", "--"}, argv...)
	default:
		return append([]string{yarn, "-s", "run"}, argv...)
	}
}

// yarn are the words that start yarn: the release that the repository holds, or the installed one.
func (m *manager) yarn() []string {
	if m.release != "" {
		return []string{"node", repo.Rel(m.dir, m.release)}
	}
	return []string{yarn}
}

// installed is what npm must install for the package manager to be there, "" where the image has it.
func (m *manager) installed(line string) string {
	switch {
	case m.name == npm && m.version != "":
		return npm + "@" + m.version
	case m.name == pnpm:
		return pnpm + "@" + m.version
	case m.name == rush:
		return "@microsoft/rush@" + m.version
	case m.name == yarn && m.release != "":
		return ""
	case m.name == yarn && m.berry && major(m.version) == 2: // few of its releases are packages
		return "@yarnpkg/cli-dist@" + byFormat(yarn, "4")
	case m.name == yarn && m.berry:
		return "@yarnpkg/cli-dist@" + m.version
	case m.name == yarn && major(line) >= firstWithoutYarn:
		return yarn + "@" + m.version
	default:
		return ""
	}
}

// firstWithoutYarn is the first line of the node image that brings no yarn.
// https://github.com/nodejs/docker-node (2026-11)
const firstWithoutYarn = 26

// manifestFiles are the files that an install reads, by the folder they lie in: those of
// the package, or of every member of the workspace.
func (p *pkg) manifestFiles(m *manager) []string {
	if m.name == rush {
		return p.rushFiles()
	}
	names := []string{"package.json", ".npmrc", ".pnpmfile.cjs", ".pnpmfile.mjs", "pnpm-workspace.yaml", ".yarnrc.yml", ".yarnrc", "bunfig.toml"}
	if m.lockfile != "" {
		names = append(names, path.Base(m.lockfile))
	}
	var files []string
	for _, name := range names {
		if f := path.Join(m.dir, name); p.view.Has(f) {
			files = append(files, f)
		}
	}
	dirs := []string{}
	if p.space != nil {
		for _, q := range p.space.members {
			dirs = append(dirs, q.dir)
		}
	}
	for _, q := range p.closure(false) {
		dirs = append(dirs, q.dir)
	}
	slices.Sort(dirs)
	for _, dir := range slices.Compact(dirs) {
		if f := path.Join(dir, "package.json"); dir != m.dir && p.view.Has(f) {
			files = append(files, f)
			if rc := path.Join(dir, ".npmrc"); m.name != npm && p.view.Has(rc) {
				files = append(files, rc)
			}
		}
	}
	return slices.DeleteFunc(files, func(f string) bool { return path.Base(f) == ".npmrc" && p.holdsToken(f) })
}

// manifestFolders are what an install reads, beside the lockfile.
func (p *pkg) manifestFolders(m *manager) []string {
	if m.name == rush {
		return p.rushFolders()
	}
	names := []string{"patches", ".pnpm-patches"}
	if m.berry {
		names = append(names, ".yarn/releases", ".yarn/plugins", ".yarn/patches")
		if m.zeroInstall {
			names = append(names, ".yarn/cache")
		}
	}
	var dirs []string
	for _, name := range names {
		if d := path.Join(m.dir, name); p.view.HasDir(d) {
			dirs = append(dirs, d)
		}
	}
	return dirs
}

// copies groups paths of the view by where they go: files into their folder, folders to themselves.
func copies(r layout, files, folders []string) []templates.Files {
	var all []templates.Files
	for _, f := range files {
		to := path.Dir(r.InContext(f))
		into := "./"
		if rel := repo.Rel(r.work, to); rel != "." {
			into = rel + "/"
		}
		if n := len(all); n > 0 && all[n-1].To == into {
			all[n-1].From = append(all[n-1].From, r.InContext(f))
			continue
		}
		all = append(all, templates.Files{From: []string{r.InContext(f)}, To: into})
	}
	for _, d := range folders {
		in := r.InContext(d)
		all = append(all, templates.Files{From: []string{in}, To: repo.Rel(r.work, in)})
	}
	return all
}

// layout is the build context and the folder in it that the package manager works in.
type layout struct {
	root string // relative to the root of the view
	work string // relative to the context, "." for the context itself
}

// InContext is a path of the view relative to the context.
func (c layout) InContext(p string) string { return repo.Rel(c.root, p) }

// dir is the working directory of the build stage.
func (c layout) dir() string { return path.Join(source, c.work) }

// source is where the build stage keeps the context.
const source = "/src"

func newLayout(root string, m *manager) layout {
	return layout{root: root, work: repo.Rel(root, m.dir)}
}

// lifecycle are the scripts that an install would run for the package itself, split into
// what the image needs and what only serves the people who write the code.
func (p *pkg) lifecycle() (needed []string, patches bool) {
	for _, name := range []string{"preinstall", "install", "postinstall", "prepare"} {
		_, ok := p.m.script(name)
		if !ok {
			continue
		}
		useful := false
		for _, c := range p.commands(name) {
			argv := c.Argv()
			if isHousekeeping(argv) || isForPeople(argv) || name == "prepare" && isBuild(argv) && p.buildScript() != "" {
				continue
			}
			useful = true
			patches = patches || slices.Contains(argv, "patch-package") || slices.Contains(argv, "generate")
		}
		if useful {
			needed = append(needed, name)
		}
	}
	return needed, patches
}

// patches reports whether a script that an install runs changes files of other packages.
func (p *pkg) patches() bool {
	hooks, _ := p.lifecycle()
	return slices.ContainsFunc(hooks, func(name string) bool {
		return slices.ContainsFunc(p.commands(name), func(c shell.Command) bool { return slices.Contains(c.Argv(), "patch-package") })
	})
}

// hooked are the packages whose own scripts an install would run, in the order in which it would:
// the root of the workspace, what the package needs, the package.
func (p *pkg) hooked() []*pkg {
	all := p.closure(false)
	if p.space != nil {
		if root := p.others[p.space.dir]; root != nil && !slices.Contains(all, root) {
			all = append([]*pkg{root}, all...)
		}
	}
	return all
}

// isForPeople reports whether a command only sets up the machine of somebody who writes the code.
func isForPeople(argv []string) bool {
	if len(argv) == 0 {
		return true
	}
	switch path.Base(argv[0]) {
	case "husky", "husky-init", "lefthook", "simple-git-hooks", "git", "is-ci", "pre-commit", "ghooks", "yorkie", "electron-builder", "only-allow", "playwright", "cypress", "allow-scripts", "install-peerdeps", "npm-force-resolutions", "open", "opencollective", "opencollective-postinstall", "dotenv", "skip-ci", "node-gyp-install", "effect-language-service", "effect-tsgo", "ts-patch", "link-cli", "sherif", "sherif@latest", "syncpack", "manypkg":
		return true
	}
	return slices.ContainsFunc(argv[1:], func(a string) bool { return strings.Contains(a, "husky") })
}
