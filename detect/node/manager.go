package node

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/shell"
)

// The package managers.
const (
	npm  = "npm"
	pnpm = "pnpm"
	yarn = "yarn"
	bun  = "bun"
)

// lockfiles are the names of lockfiles by package manager, the ones to prefer where
// several lie side by side first: npm's comes last, since any stray "npm install" leaves one.
var lockfiles = []struct{ manager, name string }{
	{pnpm, "pnpm-lock.yaml"}, {yarn, "yarn.lock"}, {bun, "bun.lock"}, {bun, "bun.lockb"}, {npm, "package-lock.json"}, {npm, "npm-shrinkwrap.json"},
}

// manager is the package manager of a package or workspace, and its lockfile.
type manager struct {
	name     string
	dir      string // where it installs: the workspace root or the package
	berry    bool   // yarn 2 and later
	version  string // exact release, "" for the one that the image brings
	release  string // path of a committed yarn release, "" for none
	lockfile string // its path, "" for none
	format   string // version of the lockfile's format, "" if it says none
	from     fact.Source
	lost     []fact.Said
	notes    []detect.Note
	// versionFrom is what named the release.
	versionFrom fact.Source
	zeroInstall bool // yarn's cache is committed
	drifted     bool // the lockfile does not hold what package.json asks for
	focuses     bool // yarn can install without development dependencies: from 4 on, before with a plug-in
	pnp         bool // yarn resolves modules without node_modules
}

// declared is one claim about the package manager: its name and, maybe, version.
type declared struct {
	name fact.Of[string]
	spec string
}

// findManager settles the package manager: what the manifest declares, then the
// lockfiles, then engines, then npm.
func (p *pkg) findManager(option fact.Of[string]) (*manager, error) {
	if p.space.isRush() {
		return p.rushManager(), nil
	}
	m := &manager{dir: p.installDir()}
	claims, err := p.declarations(option)
	if err != nil {
		return nil, err
	}
	locks := p.locks(m)
	if len(claims) == 0 {
		if locks, err = p.fittingFirst(m, locks); err != nil {
			return nil, err
		}
	}
	var all []fact.Of[string]
	for _, c := range claims {
		all = append(all, c.name)
	}
	for _, l := range locks {
		all = append(all, fact.New(l.manager, fact.At(l.file, 0, "")))
	}
	if len(all) == 0 {
		all = []fact.Of[string]{p.spoken()}
	}
	name, lost := fact.First(all...)
	if !name.Known() {
		name = fact.New(npm, fact.Default("no lockfile and no packageManager field"))
	}
	m.name, m.from, m.lost = name.Value, name.From, fact.Text(lost...)
	for _, l := range locks {
		if l.manager == m.name {
			m.lockfile = l.file
			break
		}
	}
	if len(lost) > 0 && len(claims) == 0 {
		m.notes = append(m.notes, detect.Note{Warning: true, At: lost[0].From, Text: fmt.Sprintf("a second lockfile: %s is used; remove the other, or add \"packageManager\" to package.json", path.Base(m.lockfile))})
	}
	if m.lockfile == "" && p.needsInstall() {
		m.notes = append(m.notes, p.withoutLockfile(m))
	}
	return m, p.managerVersion(m, claims)
}

// spoken is the package manager that the scripts call, where all that call one call the same: they run in
// the build, which has no other. Only pnpm's own file says it as well.
func (p *pkg) spoken() fact.Of[string] {
	var found fact.Of[string]
	for _, m := range p.manifests() {
		for _, name := range m.order {
			line, err := shell.Parse(m.scripts[name].Value)
			if err != nil {
				continue
			}
			for _, c := range line.Commands {
				argv := unwrap(c).Argv()
				if len(argv) == 0 || !slices.Contains([]string{npm, pnpm, yarn, bun}, argv[0]) {
					continue
				}
				if found.Known() && found.Value != argv[0] {
					return fact.Of[string]{}
				}
				found = fact.New(argv[0], m.scripts[name].From)
			}
		}
	}
	if file := path.Join(p.installDir(), "pnpm-workspace.yaml"); !found.Known() && p.view.Has(file) {
		return fact.New(pnpm, fact.At(file, 1, ""))
	}
	if found.Value == npm {
		return fact.Of[string]{} // as without them
	}
	return found
}

// withoutLockfile is the note on a package without a lockfile that counts.
func (p *pkg) withoutLockfile(m *manager) detect.Note {
	const so = "each build may install other versions"
	var names []string
	for _, l := range lockfiles {
		names = append(names, path.Join(m.dir, l.name))
	}
	if note, ok := detect.Uncounted(p.view, so, names...); ok {
		return note
	}
	return detect.Note{Warning: true, At: fact.Source{File: p.m.file}, Text: "there is no lockfile of " + m.name + ", so " + so}
}

type lock struct{ manager, file string }

// locks are the lockfiles that hold something.
func (p *pkg) locks(m *manager) []lock {
	var all []lock
	for _, l := range lockfiles {
		file := path.Join(m.dir, l.name)
		if !p.view.Has(file) {
			continue
		}
		if p.view.Size(file) < 3 {
			m.notes = append(m.notes, detect.Note{Warning: true, At: fact.Source{File: file}, Text: "is empty, so it is taken as absent"})
			continue
		}
		all = append(all, lock{l.manager, file})
	}
	return all
}

// fittingFirst puts the lockfiles that hold what package.json asks for before those
// that do not: the one that is kept up to date is the one in use.
func (p *pkg) fittingFirst(m *manager, locks []lock) ([]lock, error) {
	if len(locks) < 2 {
		return locks, nil
	}
	var fit, out []lock
	for _, l := range locks {
		with := &manager{name: l.manager, dir: m.dir, lockfile: l.file}
		content, err := p.locked(with)
		if err != nil {
			return nil, err
		}
		if content != nil {
			if name, _ := p.drift(with, content); name != "" {
				out = append(out, l)
				continue
			}
		}
		fit = append(fit, l)
	}
	return append(fit, out...), nil
}

// declarations are the claims of packageManager, devEngines and volta, the package's own before its workspace's.
// https://nodejs.org/api/packages.html#packagemanager, https://docs.npmjs.com/cli/configuring-npm/package-json#devengines, https://docs.volta.sh (2026-11)
func (p *pkg) declarations(option fact.Of[string]) ([]declared, error) {
	var all []declared
	if option.Known() {
		if !slices.Contains([]string{npm, pnpm, yarn, bun}, option.Value) {
			return nil, &diag.Error{What: fmt.Sprintf("--package-manager %s is unknown", option.Value), Try: "--package-manager npm|pnpm|yarn|bun", Code: diag.Usage}
		}
		return []declared{{name: option}}, nil
	}
	for _, m := range p.manifests() {
		if field := m.root.get("packageManager").text("packageManager"); field.Known() && strings.TrimSpace(field.Value) != "" {
			name, spec, _ := strings.Cut(strings.TrimSpace(field.Value), "@")
			if !slices.Contains([]string{npm, pnpm, yarn, bun}, name) {
				return nil, diag.At(field.From, fmt.Sprintf("%q is not a package manager that can be used here", name), "write npm, pnpm, yarn or bun with a version there, such as pnpm@10.34.9")
			}
			all = append(all, declared{fact.New(name, field.From), spec})
		}
		engine := m.root.get("devEngines", "packageManager")
		if list := engine.items(); len(list) > 0 {
			engine = list[0]
		}
		if name := engine.get("name").text("devEngines.packageManager"); slices.Contains([]string{npm, pnpm, yarn, bun}, name.Value) {
			all = append(all, declared{name, engine.get("version").text("").Value})
		}
		for _, name := range []string{pnpm, yarn} {
			if spec := m.root.get("volta", name).text("volta." + name); spec.Known() {
				all = append(all, declared{fact.New(name, spec.From), spec.Value})
			}
		}
	}
	return all, nil
}

// manifests are the package's own manifest and, in a workspace, the root's.
func (p *pkg) manifests() []*manifest {
	all := []*manifest{p.m}
	if p.space != nil && p.space.root != p.m {
		all = append(all, p.space.root)
	}
	return all
}

// managerVersion settles the exact release. npm comes with the image, and one in
// yarn's classic line does up to Node.js 24.
func (p *pkg) managerVersion(m *manager, claims []declared) error {
	text := ""
	if m.lockfile != "" && m.name != bun {
		data, err := p.readLock(m.lockfile)
		if err != nil {
			return err
		}
		text = data
		m.format = lockFormat(m.name, text)
	}
	var specs []fact.Of[string]
	for _, c := range claims {
		if c.name.Value == m.name && c.spec != "" {
			specs = append(specs, fact.New(c.spec, c.name.From))
		}
	}
	for _, d := range p.manifests() {
		if spec := d.root.get("engines", m.name).text("engines." + m.name); spec.Known() {
			specs = append(specs, spec)
		}
	}
	specs = append(specs, p.toolVersion(m.name)...)
	for _, spec := range specs {
		if v := release(m.name, spec.Value); v != "" {
			m.version, m.versionFrom = v, spec.From
			break
		}
	}
	switch m.name {
	case npm:
		if !claimed(claims, npm, "devEngines") {
			m.version = "" // what the image brings reads every lockfile
		}
	case yarn:
		p.yarnVersion(m)
		// https://yarnpkg.com/cli/workspaces/focus (2026-11)
		m.focuses = m.berry && (major(m.version) >= 4 || p.view.Has(path.Join(m.dir, ".yarn/plugins/@yarnpkg/plugin-workspace-tools.cjs")))
	case pnpm:
		if m.version == "" {
			m.version, m.versionFrom = p.pnpmFor(m.format), fact.At(m.lockfile, 0, "lockfileVersion "+m.format)
		}
	}
	if m.lockfile == "" && m.versionFrom.File == "" {
		m.versionFrom = fact.Default("newest release, looked up " + tools().Date)
	}
	return nil
}

func claimed(claims []declared, name, what string) bool {
	return slices.ContainsFunc(claims, func(c declared) bool {
		return c.name.Value == name && strings.HasPrefix(c.name.From.What, what)
	})
}

var (
	pnpmFormat  = pattern.New(`(?m)^lockfileVersion:\s*'?"?([0-9.]+)`)
	berryFormat = pattern.New(`(?m)^__metadata:\s*\n\s+version:\s*"?([0-9]+)`)
	npmFormat   = pattern.New(`"lockfileVersion"\s*:\s*([0-9]+)`)
)

// lockFormat is the version of a lockfile's format.
func lockFormat(manager, text string) string {
	format := map[string]*pattern.Pattern{pnpm: pnpmFormat, yarn: berryFormat, npm: npmFormat}[manager]
	if format == nil {
		return ""
	}
	if match := format.FindStringSubmatch(text); match != nil {
		return match[1]
	}
	if manager == yarn || manager == npm {
		return "1"
	}
	return ""
}

// byFormat is the release to use for a lockfile of a format; the default line where none fits.
func byFormat(manager, format string) string {
	list := tools().of(manager)
	for _, t := range list {
		if t.Default && format != "" && strings.HasPrefix(format, t.Lockfile) {
			return t.Version
		}
	}
	for _, t := range list {
		if t.Default {
			return t.Version
		}
	}
	return ""
}

// pnpmFor is the release for a lockfile that no field speaks for. Several lines write the
// same format: the oldest reads package.json's settings as all before it did; only a
// pnpm-workspace.yaml with settings needs a later one.
func (p *pkg) pnpmFor(format string) string {
	var file settings
	if p.space != nil {
		file = p.space.pnpm
	} else if read, err := readYAML(p.view, p.in("pnpm-workspace.yaml")); err == nil {
		file = read
	}
	for _, key := range file.keys() {
		if key != "packages" && key != "catalog" && key != "catalogs" {
			return byFormat(pnpm, format)
		}
	}
	oldest := ""
	for _, t := range tools().Pnpm {
		if format != "" && t.Until == 0 && strings.HasPrefix(format, t.Lockfile) {
			oldest = t.Version
		}
	}
	if oldest == "" {
		return byFormat(pnpm, format)
	}
	return oldest
}

// skipBuild is the flag of yarn 2 and later that runs no install script.
// https://yarnpkg.com/cli/install (2026-11)
func (m *manager) skipBuild() string {
	if major(m.version) == 2 {
		return "--skip-builds"
	}
	return "--mode=skip-build"
}

// yarnVersion tells yarn's classic line from the later ones, and finds a committed release.
func (p *pkg) yarnVersion(m *manager) {
	rc := path.Join(m.dir, ".yarnrc.yml")
	m.berry = p.view.Has(rc) || m.format != "" && m.format != "1" || m.version != "" && major(m.version) > 1
	if m.lockfile != "" && m.format == "1" && m.version == "" {
		m.berry = false
	}
	if m.berry {
		if settings, err := readYAML(p.view, rc); err == nil {
			linker := settings.text("nodeLinker").Value
			m.pnp = linker == "pnp" || linker == "" && m.format != "1" // what yarn does by itself, from 2 on
			m.zeroInstall = p.view.HasDir(path.Join(m.dir, ".yarn/cache"))
			if file := settings.text("yarnPath"); file.Known() && p.view.Has(path.Join(m.dir, file.Value)) {
				m.release = path.Join(m.dir, file.Value)
				if v := releaseName.FindStringSubmatch(file.Value); v != nil {
					m.version, m.versionFrom = v[1], file.From
				}
			}
		}
	}
	if m.pnp {
		m.notes = append(m.notes, detect.Note{At: fact.Source{File: rc}, Text: "Plug'n'Play serves the machines of those who write the code; the image gets the same versions in node_modules, where every package still finds what it declares"})
	}
	if m.version != "" && (major(m.version) > 1) == m.berry {
		return
	}
	format := m.format
	if m.berry && (format == "" || format == "1") {
		format = "8"
	}
	if !m.berry {
		format = "1"
	}
	m.version, m.versionFrom = byFormat(yarn, format), fact.At(m.lockfile, 0, "its format")
}

var releaseName = pattern.New(`yarn-([0-9]+\.[0-9]+\.[0-9]+[A-Za-z0-9.-]*)\.c?js$`)
