package node

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
)

// writers are words one of which a source holds that makes files or folders.
var writers = [][]byte{[]byte("mkdir"), []byte("ensureDir"), []byte("multer"), []byte("diskStorage"), []byte("createWriteStream"), []byte("writeFile"), []byte("sqlite"), []byte("Sqlite")}

// writableNames are names of folders that programs keep what they are given in.
var writableNames = []string{"data", "uploads", "upload", "storage", "logs", "backups", "public/uploads"}

// writes are folders, relative to the package, that a server's sources name where they make files.
func (p *pkg) writes() []fact.Of[string] {
	var found []fact.Of[string]
	for _, file := range p.sources() {
		if !sourceExtensions[path.Ext(file)] || p.setAside(file) || isConfig(file) || p.view.Size(file) > maxSource {
			continue
		}
		text, err := p.view.Read(file)
		if err != nil || !slices.ContainsFunc(writers, func(w []byte) bool { return bytes.Contains(text, w) }) {
			continue // it is evidence, not input
		}
		for _, named := range namedPaths(text) {
			text := named.text
			if named.own {
				text = "./" + text
			}
			dir := writableFolder(text)
			if dir == "" || named.loose || slices.ContainsFunc(found, func(f fact.Of[string]) bool { return f.Value == dir }) || p.holdsCode(dir) {
				continue
			}
			found = append(found, fact.New(dir, fact.At(file, named.line, named.text)))
		}
	}
	slices.SortFunc(found, func(a, b fact.Of[string]) int { return strings.Compare(a.Value, b.Value) })
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
