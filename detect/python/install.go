package python

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/templates"
)

// installing is how dependencies get into the environment.
type installing struct {
	tool      string // "poetry==2.2.1" where pip brings the tool
	uv        bool
	cache     string
	manifests []string // files that are copied first, relative to the root of the view
	folders   []string // folders of path dependencies, copied first as well
	relock    []string // what must run before, where the lock is out of step
	command   []string
}

var pip = []string{"pip", "--python", "/opt/venv", "install"}

// install is the command of the project's tool, and what it reads.
func (p *project) install() installing {
	_, drifted := p.drift()
	switch p.tool.Value {
	case "uv":
		return p.uvInstall(drifted)
	case "pylock":
		return installing{uv: true, cache: "/root/.cache/uv", manifests: []string{p.file("pylock.toml")}, command: []string{"uv", "pip", "sync", "pylock.toml"}}
	case "poetry":
		in := installing{tool: "poetry==" + p.toolVersion("poetry"), cache: "/root/.cache/pypoetry", manifests: p.existing("pyproject.toml", "poetry.lock", "poetry.toml"), folders: p.localFolders()}
		in.command = []string{"poetry", "install", "--only", strings.Join(append([]string{"main"}, p.groups...), ","), "--no-root", "--no-interaction"}
		if drifted {
			in.relock = []string{"poetry", "lock", "--no-interaction"}
		}
		return in
	case "pdm": // with the versions of its own dependencies that it was released with: newer ones have broken it
		in := installing{tool: "pdm[locked]==" + p.toolVersion("pdm"), cache: "/root/.cache/pdm", manifests: p.existing("pyproject.toml", "pdm.lock"), command: []string{"pdm", "sync", "--prod", "--no-self"}}
		if p.lock == nil || drifted {
			in.command = []string{"pdm", "install", "--prod", "--no-self"}
		}
		return in
	case "pipenv":
		in := installing{tool: "pipenv==" + p.toolVersion("pipenv"), cache: "/root/.cache/pipenv", manifests: p.existing("Pipfile", "Pipfile.lock"), command: []string{"pipenv", "sync"}}
		if p.lock == nil || drifted {
			in.command = []string{"pipenv", "install"}
		}
		return in
	case "pip":
		in := installing{cache: "/root/.cache/pip", manifests: slices.Clone(p.requirements.files), folders: p.localFolders()}
		in.command = append(slices.Clone(pip), "-r", repo.Rel(p.dir, p.requirements.file))
		for _, file := range p.requirements.more {
			in.command = append(in.command, "-r", repo.Rel(p.dir, file))
		}
		for _, index := range p.torchIndexes() {
			in.command = append(in.command, "--extra-index-url", index.Value)
		}
		return in
	case "imports":
		return p.importsInstall()
	case "inline":
		in := installing{uv: true, cache: "/root/.cache/uv"}
		if list := p.inline.Get("dependencies").Strings(); len(list) > 0 {
			in.command = append([]string{"uv", "pip", "install"}, list...)
		}
		return in
	default: // setup.py, or nothing to install
		return installing{cache: "/root/.cache/pip"}
	}
}

func (p *project) uvInstall(drifted bool) installing {
	in := installing{uv: true, cache: "/root/.cache/uv"}
	switch {
	case p.workspace != nil && p.workspace.lock != nil:
		for _, m := range p.workspace.members {
			in.manifests = append(in.manifests, m.file("pyproject.toml"))
		}
		in.manifests = append(in.manifests, p.workspace.lock.file)
		in.command = []string{"uv", "sync", "--frozen", "--no-dev", "--no-install-workspace", "--package", p.name}
	case p.lock != nil:
		in.manifests = p.existing("pyproject.toml", "uv.lock")
		in.folders = p.localFolders()
		in.command = []string{"uv", "sync", "--locked", "--no-dev", "--no-install-project"}
		if drifted {
			in.relock = []string{"uv", "lock"}
		}
	default:
		in.manifests = p.existing("pyproject.toml")
		in.command = []string{"uv", "pip", "install", "-r", "pyproject.toml"}
		if p.pyproject.Get("project") == nil { // groups alone
			in.command = []string{"uv", "pip", "install"}
		}
	}
	for _, extra := range p.extras {
		in.command = append(in.command, "--extra", extra)
	}
	for _, name := range p.groups {
		in.command = append(in.command, "--group", name)
	}
	return in
}

func (p *project) existing(names ...string) []string {
	var files []string
	for _, n := range names {
		if p.view.Has(p.file(n)) {
			files = append(files, p.file(n))
		}
	}
	return files
}

func (p *project) localFolders() []string {
	var dirs []string
	for _, l := range p.localPaths() {
		if !slices.Contains(dirs, l.Value) {
			dirs = append(dirs, l.Value)
		}
	}
	return dirs
}

// toolVersion is the release to install: our own of the major version that wrote
// the lockfile, since old ones stop at old Pythons; a newer one than ours as it is.
func (p *project) toolVersion(tool string) string {
	ours := tools().Tools[tool]
	if p.lock == nil {
		return ours
	}
	if w := p.lock.writer.Value; w != "" && catalogue.Compare(w, ours) > 0 {
		return w
	}
	old := strings.HasPrefix(p.lock.writer.Value, "1.") || !p.lock.writer.Known() && (strings.HasPrefix(p.lock.format, "1.") || p.lock.format == "2.0")
	if tool == "poetry" && old {
		return tools().Tools["poetry1"]
	}
	return ours
}

// projectInstall installs the project itself, where its program needs that, and
// the workspace members that it depends on.
func (p *project) projectInstall(g program) []string {
	if p.workspace != nil && p.workspace.lock != nil {
		sync := []string{"uv", "sync", "--frozen", "--no-dev", "--no-editable", "--package", p.name}
		for _, extra := range p.extras {
			sync = append(sync, "--extra", extra)
		}
		return sync
	}
	switch {
	case p.tool.Value == "setup", p.tool.Value == "pip" && slices.ContainsFunc(p.requirements.local, func(l fact.Of[string]) bool { return l.Value == p.dir }):
		if len(p.extras) > 0 {
			return append(slices.Clone(pip), ".["+strings.Join(p.extras, ",")+"]")
		}
		return append(slices.Clone(pip), ".")
	case g.kind == "console":
		return append(slices.Clone(pip), "--no-deps", ".")
	}
	return nil
}

// sourceCopies are the COPY lines of the code: the context, or, in a workspace whose
// root is no package that the project needs, the members that it depends on.
func (p *project) sourceCopies(r detect.Request, root string) []templates.Files {
	whole := []templates.Files{{From: []string{"."}, To: root + "/"}}
	if p.workspace == nil || p.workspace.lock == nil || len(r.Supplies) > 0 {
		return whole
	}
	var all []templates.Files
	for _, m := range p.workspace.closure(p) {
		if m.dir == p.workspace.root || repo.Within(m.dir, p.workspace.root) || len(m.localPaths()) > len(p.workspace.closure(m)) {
			return whole
		}
		dir := r.InContext(m.dir)
		all = append(all, templates.Files{From: []string{dir + "/"}, To: path.Join("/app", dir) + "/"})
	}
	return all
}

// versioned are build requirements that take the version from git, and the variable
// that gives it to them where there is no .git.
// https://setuptools-scm.readthedocs.io/en/latest/overrides/,
// https://backend.pdm-project.org/metadata/#dynamic-version, read 2026-11-24
var versioned = map[string]string{
	"setuptools-scm": "SETUPTOOLS_SCM_PRETEND_VERSION", "hatch-vcs": "SETUPTOOLS_SCM_PRETEND_VERSION", "vcs-versioning": "SETUPTOOLS_SCM_PRETEND_VERSION", "pdm-backend": "PDM_BUILD_SCM_VERSION",
}

// versionVariable is the variable that gives a project its version where building
// it would ask git.
func (p *project) versionVariable() fact.Of[string] {
	for _, v := range p.pyproject.Get("build-system", "requires").Items() {
		d, ok := parseRequirement(v.Str(), v.From("requires"))
		name := versioned[d.name]
		if !ok || name == "" || d.name == "pdm-backend" && p.pyproject.Get("tool", "pdm", "version", "source").Str() != "scm" {
			continue
		}
		return fact.New(name, d.from)
	}
	if p.setup != nil && p.setup.module != nil {
		for _, c := range p.setup.module.Calls {
			if e := c.Arg("use_scm_version", -1); e != nil && !e[0].Is("False") {
				return fact.New("SETUPTOOLS_SCM_PRETEND_VERSION", fact.At(p.setup.file, c.Line, "use_scm_version"))
			}
		}
	}
	return fact.Of[string]{}
}

// copies groups files by folder, as COPY takes them.
func copies(r detect.Request, dir string, in installing) []templates.Files {
	var all []templates.Files
	for _, f := range in.manifests {
		to := repo.Rel(dir, path.Dir(f)) + "/"
		if to == "./" {
			to = "./"
		}
		if i := slices.IndexFunc(all, func(c templates.Files) bool { return c.To == to }); i >= 0 {
			all[i].From = append(all[i].From, r.InContext(f))
			continue
		}
		all = append(all, templates.Files{From: []string{r.InContext(f)}, To: to})
	}
	for _, d := range in.folders {
		all = append(all, templates.Files{From: []string{r.InContext(d) + "/"}, To: repo.Rel(dir, d) + "/"})
	}
	return all
}
