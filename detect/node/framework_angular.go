package node

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/page"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/templates"
)

// angularProject is one application of angular.json.
type angularProject struct {
	name    string
	builder string // "application", "browser", "browser-esbuild"
	at      value
	options value // of the build target
	targets value
}

// angular is an Angular application. https://angular.dev/reference/configs/workspace-config (17 to 22, 2026-11)
func angular(p *pkg) (framework, bool, error) {
	if !p.m.has("@angular/core") {
		return framework{}, false, nil
	}
	root, err := readJSON(p.view, p.in("angular.json"))
	if err != nil || !root.exists() {
		return framework{}, false, err
	}
	if s, own := p.startScript(); own && s.runner != "ng" && !strings.Contains(s.file, "server") {
		return framework{}, false, nil
	}
	all := angularApplications(root)
	project := p.angularChoice(root, all)
	if project == nil && len(all) > 0 {
		return p.angularUndecided(all), true, nil
	}
	if project == nil {
		return framework{}, false, nil
	}
	out, browser, server := project.folders()
	if server != "" {
		return p.angularServer(project, out, server), true, nil
	}
	site := page.Site{Fallback: onePage("Angular builds one page"), HashedNames: true, Base: subPath(project.options.get("baseHref").text("baseHref"))}
	folder := fact.New(path.Join(out.Value, browser), out.From)
	f := p.asPage("Angular", project.at.at("project "+project.name), folder, site)
	f.caches = []string{".angular/cache"}
	f.buildEnv = append(f.buildEnv, templates.Var{Name: "NG_CLI_ANALYTICS", Value: "false"})
	if m := p.majorOf("@angular/core"); m > 0 && m < 12 {
		f.legacyOpenSSL = p.depFrom("@angular/core")
	}
	return f, true, nil
}

func angularApplications(root value) []angularProject {
	var all []angularProject
	for name, v := range root.get("projects").fields() {
		if v.get("projectType").text("").Value == "library" {
			continue
		}
		targets := v.get("architect")
		if !targets.exists() {
			targets = v.get("targets")
		}
		builder := targets.get("build", "builder").text("").Value
		_, kind, ok := strings.Cut(builder, ":")
		if !ok || !slices.Contains([]string{"application", "browser", "browser-esbuild"}, kind) {
			continue
		}
		all = append(all, angularProject{name: name, builder: kind, at: v, options: targets.get("build", "options"), targets: targets})
	}
	return all
}

// angularChoice is the project that the build script or defaultProject names, the one with the
// package's name, or the only one; nil where nothing says which.
func (p *pkg) angularChoice(root value, all []angularProject) *angularProject {
	argv, _, _ := p.tool("ng", "build")
	names := append(slices.Clone(argv[min(2, len(argv)):]), root.get("defaultProject").text("").Value, p.m.name)
	for _, name := range names {
		if i := slices.IndexFunc(all, func(q angularProject) bool { return q.name == name }); i >= 0 {
			return &all[i]
		}
	}
	if len(all) == 1 {
		return &all[0]
	}
	return nil
}

// angularUndecided refuses a workspace whose build script would build no or every application.
func (p *pkg) angularUndecided(all []angularProject) framework {
	var names, try []string
	for _, q := range all {
		names = append(names, q.name)
		try = append(try, "let the build script name it: ng build "+q.name)
	}
	f := p.asPage("Angular", p.depFrom("@angular/core"), fact.New("dist", fact.Default("Angular's folder")), page.Site{})
	f.refuse = diag.At(all[0].at.at(""), "angular.json has several applications ("+strings.Join(names, ", ")+"), and nothing says which one the image is for", strings.Join(try, "\n"))
	return f
}

// folders are the output of the project, and the folders in it for the browser and, where
// there is a server, for that. outputPath may be a string or an object with names of its own.
func (q *angularProject) folders() (out fact.Of[string], browser, server string) {
	v := q.options.get("outputPath")
	switch {
	case v.isObject():
		out = v.get("base").text("outputPath.base")
	case v.exists():
		out = v.text("outputPath")
	}
	out, _ = fact.First(out, fact.New("dist/"+q.name, fact.Default("Angular's outputPath")))
	if q.builder != "application" {
		if s := q.targets.get("server", "options", "outputPath").text("outputPath"); s.Known() {
			return s, "", "main.js"
		}
		return out, "", ""
	}
	browser = "browser"
	if b := v.get("browser"); v.isObject() && b.exists() {
		browser = b.text("").Value
	}
	ssr := q.options.get("ssr")
	static := q.options.get("outputMode").text("").Value == "static"
	if !static && (ssr.isObject() || ssr.isTrue()) {
		server = "server/server.mjs"
		if s := v.get("server"); v.isObject() && s.exists() {
			server = path.Join(s.text("").Value, "server.mjs")
		}
	}
	return out, browser, server
}

// angularServer renders pages on the server. Requests for host names that it does not
// know are refused: https://angular.dev/best-practices/security (2026-11)
func (p *pkg) angularServer(q *angularProject, out fact.Of[string], server string) framework {
	f := p.server("Angular", "@angular/core", 4000)
	f.from = q.at.at("project " + q.name)
	f.output = []string{out.Value}
	f.copies = []copied{{from: "package.json", to: "package.json"}, {from: out.Value, to: out.Value}}
	f.command = []string{path.Join(out.Value, server)}
	f.env = append(f.env, templates.Var{Name: "NG_ALLOWED_HOSTS", Value: "localhost,127.0.0.1"})
	f.buildEnv = append(f.buildEnv, templates.Var{Name: "NG_CLI_ANALYTICS", Value: "false"})
	f.caches = []string{".angular/cache"}
	f.signals = false
	f.notes = append(f.notes, detect.Note{Warning: true, At: f.from, Text: "Angular answers only for the hosts in NG_ALLOWED_HOSTS: run it with -e NG_ALLOWED_HOSTS=your.host"})
	return f
}
