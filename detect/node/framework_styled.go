package node

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/page"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/shell"
)

// styleTools write style sheets, or pack scripts, beside pages that nobody builds.
var styleTools = []string{"tailwindcss", "@tailwindcss/cli", "tailwind", "sass", "node-sass", "postcss", "lessc", "stylus", "cleancss", "csso", "uglifyjs", "terser"}

// styledPages are pages that people write by hand, beside a package.json that is there for their styles: the
// build writes some of their files, or they load files of packages from node_modules.
func (p *pkg) styledPages() (framework, bool) {
	index := p.in("index.html")
	folder := "."
	if !p.view.Has(index) {
		index, folder = p.in("public/index.html"), "public"
	}
	if name, _ := p.m.firstOf(append(slices.Clone(servers), workers...)...); !p.view.Has(index) || name != "" && !staticServers[name] || p.isLibrary() {
		return framework{}, false
	}
	at := fact.Source{File: index}
	build, name := p.styleBuild()
	loads := folder == "." && p.loadsModules()
	if name == "" && (!loads || p.buildScript() != "") || name != p.buildScript() && p.buildScript() != "" {
		return framework{}, false
	}
	site := page.Site{Fallback: eachPage("pages that people write by hand")}
	if p.view.Has(p.in(path.Join(folder, "404.html"))) {
		site.NotFound = "404.html"
	}
	f := p.asPage("static files", at, fact.New(folder, at), site)
	f.build = build
	if folder == "." {
		f.drop = []string{"package.json", "package-lock.json"} // npm writes one where there is none
		for _, l := range lockfiles {
			if p.view.Has(p.in(l.name)) {
				f.drop = appendName(f.drop, l.name)
			}
		}
		if !loads {
			f.drop = append(f.drop, "node_modules")
		}
	}
	return f, true
}

// loadsModules reports whether a page at the top loads files of packages.
func (p *pkg) loadsModules() bool {
	for _, f := range p.view.In(p.dir) {
		if path.Ext(f) != ".html" || p.view.Size(f) > maxSource {
			continue
		}
		if text, err := p.view.Read(f); err == nil && (bytes.Contains(text, []byte("\"node_modules/")) || bytes.Contains(text, []byte("'node_modules/")) || bytes.Contains(text, []byte("/node_modules/"))) {
			return len(p.m.deps) > 0
		}
	}
	return false
}

// styleBuild is the script that only writes style sheets, and its command where the script would go on
// watching; nil where the script is run as it is. Of scripts that are not the build one counts whose file is not committed.
func (p *pkg) styleBuild() ([]string, string) {
	for _, name := range append([]string{p.buildScript()}, p.m.order...) {
		all := p.commands(name)
		if len(all) == 0 || slices.ContainsFunc(all, func(c shell.Command) bool { return !isStyle(c.Argv()) && !isHousekeeping(c.Argv()) }) {
			continue
		}
		i := slices.IndexFunc(all, func(c shell.Command) bool { return isStyle(c.Argv()) })
		if i < 0 || strings.HasPrefix(name, "pre") || strings.HasPrefix(name, "post") {
			continue
		}
		argv := all[i].Argv()
		if name != p.buildScript() && (p.committed(argv) || !p.m.has(binaryPackage(argv[0]))) {
			continue
		}
		watched := slices.DeleteFunc(slices.Clone(argv), func(a string) bool { return a == "--watch" || a == "-w" || strings.HasPrefix(a, "--watch=") })
		if len(watched) == len(argv) && name == p.buildScript() {
			return nil, name
		}
		return watched, name
	}
	return nil, ""
}

func isStyle(argv []string) bool {
	return len(argv) > 1 && slices.Contains(styleTools, argv[0])
}

// committed reports whether the file that a command writes is in the repository, or is not known.
func (p *pkg) committed(argv []string) bool {
	out := flagOf(argv, fact.Source{}, "-o", "--output").Value
	if out == "" {
		for _, a := range argv[1:] {
			if from, to, ok := strings.Cut(a, ":"); ok && from != "" && !strings.HasPrefix(a, "-") { // sass scss:css
				out = to
			}
		}
	}
	return out == "" || p.view.Has(p.in(out)) || p.view.HasDir(p.in(out))
}
