package golang

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// looseFiles are the folders that hold a package main in a repository without any
// go.mod: the go tool builds such files when they are named, as far as they import
// nothing but the standard library.
func looseFiles(v *repo.View) []*module {
	var found []*module
	for _, file := range v.Files() {
		if path.Ext(file) != ".go" || vendored(file) || strings.HasSuffix(file, "_test.go") {
			continue
		}
		dir := path.Dir(file)
		if slices.ContainsFunc(found, func(m *module) bool { return m.dir == dir }) {
			continue
		}
		text, err := v.Read(file)
		if err != nil || lineOf(text, "package main") == 0 || lineOf(text, "func main()") == 0 {
			continue // too large, or no program
		}
		found = append(found, &module{view: v, dir: dir})
	}
	return found
}

// loose is the error for a program without go.mod that imports a module from
// elsewhere: nothing says which version of it.
func (m *module) loose(p *pkg) error {
	if m.file != nil {
		return nil
	}
	name, at := imported([]*pkg{p}, func(name string) bool {
		first, _, _ := strings.Cut(name, "/")
		return strings.Contains(first, ".")
	})
	if name == "" {
		return nil
	}
	return diag.At(fact.At(at.File, at.Line, ""), "imports "+name+", and there is no go.mod that says which version", "go mod init example.com/app && go mod tidy")
}
