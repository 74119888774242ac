package node

import (
	"bytes"
	"path"
	"slices"
)

// startedFiles are the files, relative to the root, that scripts which start the program or main name.
func (p *pkg) startedFiles() []string {
	var files []string
	add := func(file string) {
		if f := p.resolveFile(file); f != "" {
			files = appendName(files, p.in(f))
		}
	}
	for _, name := range startNames {
		if s := p.resolve(name); s.file != "" && s.file != "." {
			add(s.file)
		}
	}
	if main := p.mainFile(); main != "" {
		add(main)
	}
	return files
}

// standsAlone reports whether a source is a program of its own that the package's program does not
// load: a generator, a migration, a tool of those who write the code.
func (p *pkg) standsAlone(file string, text []byte) bool {
	rel := file[len(p.dir)+1:]
	if p.dir == "." {
		rel = file
	}
	itself := bytes.HasPrefix(text, []byte("#!")) || slices.Contains([]string{"bin", "scripts", "script", "tools", "tool", "hack", "tasks", "generators"}, firstPart(rel)) && firstPart(rel) != rel
	return itself && !slices.Contains(p.startedFiles(), file) && !p.loaded(file)
}

// loaded reports whether another source of the package imports or requires a file.
func (p *pkg) loaded(file string) bool {
	if p.imported == nil {
		p.imported = map[string]bool{}
		for _, f := range p.sources() {
			if !sourceExtensions[path.Ext(f)] && !slices.Contains(p.startedFiles(), f) || p.setAside(f) || p.view.Size(f) > maxSource {
				continue
			}
			text, err := p.view.Read(f)
			if err != nil {
				continue // it is evidence, not input
			}
			t := tokens(text)
			for i := range t {
				if t[i].kind == quoted && isModuleName(t, i) && len(t[i].text) > 1 && t[i].text[0] == '.' {
					p.imported[withoutExtension(path.Join(path.Dir(f), t[i].text))] = true
				}
			}
		}
	}
	name := withoutExtension(file)
	return p.imported[name] || path.Base(name) == "index" && p.imported[path.Dir(name)]
}

func withoutExtension(file string) string {
	if sourceExtensions[path.Ext(file)] {
		return file[:len(file)-len(path.Ext(file))]
	}
	return file
}
