package node

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/templates"
)

// reads are the tracked files and folders without code, relative to the package, that its sources name
// from the folder in which the program is started: templates, migrations, texts.
func (p *pkg) reads() []fact.Of[string] {
	var found []fact.Of[string]
	for _, file := range p.sources() {
		if !sourceExtensions[path.Ext(file)] || p.setAside(file) || isConfig(file) || p.view.Size(file) > maxSource {
			continue
		}
		text, err := p.view.Read(file)
		if err != nil {
			continue // it is evidence, not input
		}
		for _, named := range namedPaths(text) {
			rel, ok := p.fromStart(file, named)
			if ok && p.isData(rel) && !slices.ContainsFunc(found, func(f fact.Of[string]) bool { return f.Value == rel }) {
				found = append(found, fact.New(rel, fact.At(file, named.line, named.text)))
			}
		}
	}
	slices.SortFunc(found, func(a, b fact.Of[string]) int { return strings.Compare(a.Value, b.Value) })
	return found
}

// fromStart is a path that a source names from the folder in which the program is started, relative
// to the package. migrationsFolder: https://orm.drizzle.team/docs/migrations (2026-11)
func (p *pkg) fromStart(file string, named namedPath) (string, bool) {
	rel := path.Clean(named.text)
	switch {
	case named.loose || strings.HasPrefix(rel, ".."):
		return "", false
	case named.own && (named.cwd || path.Dir(file) == p.dir):
		return strings.TrimPrefix(rel, "/"), true
	case named.own:
		return "", false
	default:
		return rel, strings.HasPrefix(named.text, "./") || strings.HasPrefix(rel, "src/") || named.key == "migrationsFolder"
	}
}

// isData reports whether the repository holds a file or folder without code by that name, which the
// build is given too.
func (p *pkg) isData(rel string) bool {
	at := p.in(rel)
	if detect.LooksSecret(p.view, at) || rel == "package.json" || slices.ContainsFunc(strings.Split(rel, "/"), func(part string) bool {
		return strings.HasPrefix(part, ".") || slices.Contains([]string{"node_modules", "dist", "build", "coverage", "tmp"}, part) || strings.Contains(part, "Dockerfile") || strings.Contains(part, "compose")
	}) {
		return false
	}
	if p.view.Has(at) {
		return !sourceExtensions[path.Ext(at)] && !strings.HasSuffix(at, ".log")
	}
	return p.view.HasDir(at) && !p.holdsCode(rel)
}

// readFiles are those of reads that the final image does not have yet, where it has the files of
// these names.
func (c *recipe) readFiles(has []string) []templates.Files {
	var files []templates.Files
	var folders []string
	var read []sourced
	for _, f := range c.p.reads() {
		if slices.ContainsFunc(append(folders, has...), func(dir string) bool { return f.Value == dir || strings.HasPrefix(f.Value, dir+"/") }) {
			continue
		}
		read = append(read, f)
		to := f.Value
		if c.p.view.Has(c.p.in(f.Value)) {
			to = path.Dir(to) + "/"
		} else {
			folders = append(folders, f.Value)
		}
		from := path.Join(source, c.at.InContext(c.p.in(f.Value)))
		if n := len(files); n > 0 && files[n-1].To == to && strings.HasSuffix(to, "/") {
			files[n-1].From = append(files[n-1].From, from)
			continue
		}
		files = append(files, templates.Files{Stage: "build", From: []string{from}, To: to})
	}
	if len(read) > 0 {
		c.reasons = append(c.reasons, detect.Reason{ID: "reads", What: "files it reads", Value: strings.Join(values(read), " "), From: read[0].From})
	}
	return files
}
