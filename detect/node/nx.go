package node

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/page"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// nxApp is an application of an Nx workspace: a project.json whose target build has an executor
// that is known. https://nx.dev/docs/reference/project-configuration (14 to 22, 2026-11)
type nxApp struct {
	name string
	dir  string // relative to the root of the view
	from fact.Source
	fw   framework
}

// nxRoot is the folder of the nearest nx.json at or above the package, and whether there is one.
func (p *pkg) nxRoot() (string, bool) {
	for dir := p.dir; ; dir = path.Dir(dir) {
		if p.view.Has(path.Join(dir, "nx.json")) {
			return dir, true
		}
		if dir == "." || dir == "/" {
			return "", false
		}
	}
}

// nxApps are the applications that the package builds: of the project.json beside its
// package.json and, for the root of the workspace, of those in folders without a package.json.
func (p *pkg) nxApps() ([]nxApp, error) {
	root, ok := p.nxRoot()
	if !ok {
		return nil, nil
	}
	var apps []nxApp
	for _, file := range p.view.Named("project.json") {
		dir := path.Dir(file)
		below := root == p.dir && repo.Within(p.dir, dir) && !slices.ContainsFunc(p.nested, func(n string) bool { return repo.Within(n, dir) })
		if dir != p.dir && !below || detect.IsSetAside(p.dir, dir) {
			continue
		}
		project, err := readJSON(p.view, file)
		if err != nil {
			return nil, err
		}
		if project.get("projectType").text("").Value == "library" {
			continue
		}
		app := nxApp{name: project.get("name").text("").Value, dir: dir, from: fact.At(file, 1, "")}
		if app.name == "" {
			app.name = path.Base(dir)
		}
		if ok, err := p.nxBuild(&app, project, root); err != nil {
			return nil, err
		} else if ok {
			apps = append(apps, app)
		}
	}
	if root == p.dir && len(apps) == 0 {
		return p.nxListed()
	}
	return apps, nil
}

// nxListed are the applications of an older workspace, which lists its projects in one file: workspace.json,
// or Angular's where one of them is a program for Node.js.
// https://github.com/nrwl/nx/blob/15.9.7/docs/generated/devkit/WorkspaceJsonConfiguration.md (2026-11)
func (p *pkg) nxListed() ([]nxApp, error) {
	for _, name := range []string{"workspace.json", "angular.json"} {
		if !p.view.Has(p.in(name)) {
			continue
		}
		list, err := readJSON(p.view, p.in(name))
		if err != nil {
			return nil, err
		}
		var apps []nxApp
		serves := name == "workspace.json"
		for called, project := range list.get("projects").fields() {
			if project.get("projectType").text("").Value != "application" {
				continue
			}
			app := nxApp{name: called, dir: path.Join(p.dir, project.get("root").text("").Value), from: project.at("project " + called)}
			ok, err := p.nxBuild(&app, project, p.dir)
			if err != nil {
				return nil, err
			}
			if ok {
				apps, serves = append(apps, app), serves || nxServes(project)
			}
		}
		if serves {
			return apps, nil
		}
	}
	return nil, nil
}

// nxTargets are the targets of a project, nxExecutor what runs one: older workspaces call them as Angular does.
func nxTargets(project value) value {
	if v := project.get("targets"); v.exists() {
		return v
	}
	return project.get("architect")
}

func nxExecutor(target value) fact.Of[string] {
	if v := target.get("executor").text("executor"); v.Known() {
		return v
	}
	return target.get("builder").text("builder")
}

// nxBuild settles what the target build of an application leaves, and reports whether it is known.
func (p *pkg) nxBuild(app *nxApp, project value, root string) (bool, error) {
	target := nxTargets(project).get("build")
	executor := nxExecutor(target)
	owner, kind, ok := strings.Cut(executor.Value, ":")
	if !ok {
		return false, nil
	}
	options := target.get("options")
	out := options.get("outputPath").text("outputPath")
	if v := options.get("outputPath"); v.isObject() {
		out = v.get("base").text("outputPath.base")
	}
	if !out.Known() {
		out = fact.New(path.Join("dist", repo.Rel(root, app.dir)), fact.Default("Nx' outputPath"))
	}
	folder := fact.New(repo.Rel(p.dir, path.Join(root, out.Value)), out.From)
	tool := owner[strings.LastIndex(owner, "/")+1:]
	switch {
	case tool == "next":
		app.fw = p.nxNext(folder.Value, executor.From)
	case tool == "angular" || tool == "build-angular" || tool == "build":
		q := angularProject{name: app.name, builder: strings.TrimPrefix(kind, "webpack-"), at: project, options: options, targets: nxTargets(project)}
		_, browser, server := q.folders()
		if server != "" {
			app.fw = p.angularServer(&q, folder, server)
			break
		}
		folder.Value = path.Join(folder.Value, browser)
		app.fw = p.asPage("Nx, Angular", executor.From, folder, page.Site{Fallback: onePage("Angular builds one page"), HashedNames: true, Base: subPath(options.get("baseHref").text("baseHref"))})
	case nxServes(project):
		app.fw = p.nxServer(folder.Value, tool, executor.From)
		app.fw.command = []string{path.Join(folder.Value, nxMain(app.dir, root, tool, options))}
	case tool == "vite" || tool == "web" || tool == "react" || tool == "webpack" || tool == "rspack" || tool == "rsbuild":
		if !p.view.Has(path.Join(app.dir, "index.html")) && !p.view.Has(path.Join(app.dir, "src/index.html")) && !options.get("index").exists() {
			return false, nil
		}
		app.fw = p.asPage("Nx, "+tool, executor.From, folder, page.Site{Fallback: onePage("one page, which routes in the browser"), HashedNames: true, Base: subPath(options.get("baseHref").text("baseHref"))})
		app.fw.variables = []string{"VITE_", "NX_PUBLIC_"}
	default:
		return false, nil
	}
	app.fw.build = []string{"nx", "build", app.name}
	if !target.get("defaultConfiguration").exists() && target.get("configurations", "production").exists() {
		app.fw.build = append(app.fw.build, "--configuration=production")
	}
	return true, nil
}

// nxServes reports whether the target serve starts a Node.js program.
func nxServes(project value) bool {
	owner, kind, _ := strings.Cut(nxExecutor(nxTargets(project).get("serve")).Value, ":")
	build, built, _ := strings.Cut(nxExecutor(nxTargets(project).get("build")).Value, ":")
	options := nxTargets(project).get("build", "options")
	return kind == "node" && (strings.HasSuffix(owner, "/js") || strings.HasSuffix(owner, "/node")) ||
		strings.HasSuffix(build, "/node") || strings.HasSuffix(build, "/esbuild") && options.get("platform").text("").Value == "node" ||
		options.get("target").text("").Value == "node" || strings.HasSuffix(build, "/js") && (built == "tsc" || built == "swc" || built == "node")
}

// nxMain is the built main file, relative to the output folder.
func nxMain(dir, root, tool string, options value) string {
	main := options.get("main").text("").Value
	base := strings.TrimSuffix(path.Base(main), path.Ext(main))
	if main == "" {
		base = "main"
	}
	if v := options.get("outputFileName").text(""); v.Known() {
		return v.Value
	}
	switch {
	case tool == "js": // the compiler keeps the layout of the project
		rel := repo.Rel(repo.Rel(root, dir), main)
		return strings.TrimSuffix(rel, path.Ext(rel)) + ".js"
	case tool == "esbuild":
		if v := options.get("esbuildOptions", "outExtension", ".js").text(""); v.Known() {
			return base + v.Value
		}
		for _, format := range options.get("format").items() {
			if format.text("").Value == "cjs" {
				return base + ".cjs"
			}
		}
		return base + ".js"
	default:
		return "main.js"
	}
}

func (p *pkg) nxServer(out, tool string, from fact.Source) framework {
	f := p.server("Nx, "+tool, "nx", 3000)
	f.port = fact.Of[int]{}
	f.from, f.readsPort, f.signals = from, false, false
	f.needsModules = true
	f.output = []string{out}
	f.copies = []copied{{from: "package.json", to: "package.json"}, {from: out, to: out}}
	return f
}

// nxNext runs "next start" over the built folder, with the packages of the workspace.
func (p *pkg) nxNext(out string, from fact.Source) framework {
	f := p.server("Nx, Next.js", "next", 3000)
	f.from, f.needsModules = from, true
	f.output = []string{out}
	f.variables = []string{"NEXT_PUBLIC_"}
	f.env = append(f.env, anyAddress("HOSTNAME"), noTelemetry("NEXT_TELEMETRY_DISABLED"))
	f.buildEnv = append(f.buildEnv, noTelemetry("NEXT_TELEMETRY_DISABLED"))
	f.command = []string{"node_modules/next/dist/bin/next", "start", out}
	f.copies = []copied{{from: "package.json", to: "package.json"}, {from: out, to: out, owned: true}}
	return f
}

// findNx makes the programs of the package from its Nx applications, and reports whether it has any.
func (p *pkg) findNx() (bool, error) {
	apps, err := p.nxApps()
	if err != nil || len(apps) == 0 {
		return false, err
	}
	started := p.nxStarted()
	if started.found() && !slices.ContainsFunc(apps, func(a nxApp) bool { return a.starts(p, started.file) }) {
		return false, nil // a program of an application whose build is not known: the package's own scripts make and start it
	}
	nx, err := readJSON(p.view, p.in("nx.json"))
	if err != nil {
		return false, err
	}
	usual := nx.get("defaultProject").text("defaultProject")
	for _, app := range apps {
		program := detect.Program{Name: app.name, Also: []string{app.dir, path.Base(app.dir)}, Kind: app.fw.kind, At: app.from}
		if len(apps) == 1 && app.dir == p.dir {
			program.Also = append(program.Also, p.programName(), p.m.name)
		}
		if usual.Value == app.name {
			program.Claims = append(program.Claims, detect.Claim{Rank: detect.Declared, What: "it is the workspace's default project", From: usual.From})
		}
		if started.found() && app.starts(p, started.file) {
			program.Claims = append(program.Claims, detect.Claim{Rank: detect.Declared, What: "the start script runs it", From: started.from})
		}
		p.programs = append(p.programs, program)
	}
	p.apps = apps
	if len(apps) == 1 {
		p.fw, p.framed = apps[0].fw, true
	}
	return true, nil
}

// nxStarted is how a start script of the package runs a built file: "node dist/apps/api/main".
func (p *pkg) nxStarted() start {
	for _, name := range startNames[:4] {
		if s := p.resolve(name); s.runner == "node" && s.file != "" && s.file != "." && !p.present(s.file) && p.built(s.file) && strings.Contains(s.file, "/") {
			return s
		}
	}
	return start{}
}

// starts reports whether a file, relative to the package, is what the application's build leaves to be started.
func (a nxApp) starts(p *pkg, file string) bool {
	return slices.ContainsFunc(a.fw.output, func(out string) bool { return repo.Within(out, file) }) || a.dir == p.dir
}

// of is the package as the given program sees it: of one with several applications, with the
// framework and the sources of that one.
func (p *pkg) of(g detect.Program) *pkg {
	i := slices.IndexFunc(p.apps, func(a nxApp) bool { return a.name == g.Name })
	if i < 0 || p.only == p.apps[i].dir && p.only != "" {
		return p
	}
	q := *p
	q.expanded, q.delegated = nil, nil
	q.fw, q.framed, q.only, q.scanned, q.programs = p.apps[i].fw, true, p.apps[i].dir, nil, []detect.Program{g}
	return &q
}
