package node

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// writers are words one of which a source holds that makes files or folders.
var writers = [][]byte{[]byte("mkdir"), []byte("ensureDir"), []byte("multer"), []byte("diskStorage"), []byte("createWriteStream"), []byte("writeFile"), []byte("sqlite"), []byte("Sqlite")}

// writableNames are names of folders that programs keep what they are given in.
var writableNames = []string{"data", "uploads", "upload", "storage", "logs", "backups", "public/uploads"}

// writes are folders, relative to the package, that a server's sources name where they make files.
// With sources set, the program runs from them.
func (p *pkg) writes(sources bool) []fact.Of[string] {
	var found []fact.Of[string]
	for _, file := range p.sources() {
		if !sourceExtensions[path.Ext(file)] || p.setAside(file) || isConfig(file) || p.view.Size(file) > maxSource {
			continue
		}
		text, err := p.view.Read(file)
		if err != nil {
			continue // it is evidence, not input
		}
		if slices.ContainsFunc(writers, func(w []byte) bool { return bytes.Contains(text, w) }) {
			found = append(found, p.namedFolders(file, text)...)
		}
		found = append(found, p.calledFolders(file, text, sources)...)
	}
	slices.SortStableFunc(found, func(a, b fact.Of[string]) int { return strings.Compare(a.Value, b.Value) })
	var outer []fact.Of[string]
	for _, f := range found {
		if !slices.ContainsFunc(outer, func(o fact.Of[string]) bool { return repo.Within(o.Value, f.Value) }) {
			outer = append(outer, f)
		}
	}
	return outer
}

// namedFolders are the usual folders that a source names which makes files.
func (p *pkg) namedFolders(file string, text []byte) []fact.Of[string] {
	var found []fact.Of[string]
	for _, named := range namedPaths(text) {
		text := named.text
		if named.own {
			text = "./" + text
		}
		if dir := writableFolder(text); dir != "" && !named.loose && !p.holdsCode(dir) {
			found = append(found, fact.New(dir, fact.At(file, named.line, named.text)))
		}
	}
	return found
}

// calledFolders are the folders of the package that the calls of a source make or write to, where
// the program loads it.
func (p *pkg) calledFolders(file string, text []byte, sources bool) []fact.Of[string] {
	var found []fact.Of[string]
	for _, m := range madeFolders(tokens(text)) {
		if dir := p.madeFolder(file, m, sources); dir != "" {
			found = append(found, fact.New(dir, fact.At(file, m.line, m.text)))
		}
	}
	if len(found) > 0 && (p.standsAlone(file, text) || !p.reaches(file)) {
		return nil
	}
	return found
}

// writableFolder is the folder of writableNames that a relative path starts with, or "".
func writableFolder(name string) string {
	if strings.HasPrefix(name, "/") {
		return ""
	}
	rel := path.Clean(name)
	for strings.HasPrefix(rel, "../") {
		rel = rel[3:]
	}
	for _, dir := range writableNames {
		if rel == dir && (strings.ContainsAny(name, "/.") || dir == "uploads") || strings.HasPrefix(rel, dir+"/") && !sourceExtensions[path.Ext(rel)] {
			return dir
		}
	}
	return ""
}

// holdsCode reports whether a folder of the package holds sources.
func (p *pkg) holdsCode(dir string) bool {
	return slices.ContainsFunc(p.view.Under(p.in(dir)), func(f string) bool { return sourceExtensions[path.Ext(f)] })
}

// holdsFiles reports whether a folder of the package has tracked files, and not only those that keep it there.
func (p *pkg) holdsFiles(dir string) bool {
	return slices.ContainsFunc(p.view.Under(p.in(dir)), func(f string) bool { return !strings.HasPrefix(path.Base(f), ".") && path.Ext(f) != ".md" })
}

// mounted are the folders of the package, relative to it, that people mount into their image: VOLUME in a Dockerfile
// whose working directory is the package, or the volumes of a compose file.
func (p *pkg) mounted() []fact.Of[string] {
	if p.space != nil {
		return nil // which folder of the image is the package's is not known
	}
	workdir := ""
	var all []fact.Of[string]
	for _, d := range p.dockerfiles() {
		if workdir == "" {
			workdir = d.Workdir
		}
		all = append(all, d.Volumes...)
	}
	own := len(all)
	if s, ok := hints.ComposeOf(p.view, p.dir, p.dir, p.installDir(), "."); ok {
		all = append(all, s.Volumes...)
	}
	var found []fact.Of[string]
	for i, f := range all {
		rel, below := strings.CutPrefix(path.Clean(f.Value), path.Clean(workdir)+"/")
		first := firstPart(rel)
		if workdir == "" || !below || path.Clean(workdir) == "/" || strings.HasPrefix(first, ".") || first == "node_modules" || strings.ContainsAny(rel, " :*?$<>{}()\\'\"") ||
			slices.Contains(p.outputs(), first) || p.holdsCode(rel) || p.view.Has(p.in(rel)) || i >= own && p.holdsFiles(rel) {
			continue
		}
		found = append(found, fact.New(rel, f.From))
	}
	return found
}
