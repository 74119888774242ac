package node

import (
	"bytes"
	"path"
	"slices"
	"strings"
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
		s := p.resolve(name)
		if s.file == "" || s.file == "." {
			continue
		}
		add(s.file)
		if _, rest, below := strings.Cut(s.file, "/"); below && !p.present(s.file) { // compiled: dist/main
			add("src/" + withoutExtension(rest))
			add(withoutExtension(rest))
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
	itself := slices.Contains(p.toolFiles(), rel) || bytes.HasPrefix(text, []byte("#!")) || slices.Contains([]string{"bin", "scripts", "script", "tools", "tool", "hack", "tasks", "generators"}, firstPart(rel)) && firstPart(rel) != rel
	return itself && !slices.Contains(p.startedFiles(), file) && !p.loaded(file)
}

// toolFiles are the files, relative to the package, that node runs in scripts which do not start the program.
func (p *pkg) toolFiles() []string {
	var files []string
	for _, name := range p.m.order {
		if slices.Contains(startNames, name) {
			continue
		}
		for _, c := range p.commands(name) {
			if argv := c.Argv(); len(argv) > 1 && argv[0] == "node" {
				i := slices.IndexFunc(argv[1:], func(a string) bool { return !strings.HasPrefix(a, "-") })
				files = append(files, path.Clean(argv[max(i+1, 1)]))
			}
		}
	}
	return files
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

// reaches reports whether the program loads a source of the package: from a file that starts it, by
// names that sources import, require or join to a folder. Where no source starts it, every one counts.
func (p *pkg) reaches(file string) bool {
	if p.reached == nil {
		p.reached = map[string]bool{}
		var next []string
		if !p.framed || p.fw.command == nil {
			next = p.startedFiles()
		}
		index := indexed(p.sources())
		for len(next) > 0 {
			f := next[0]
			next = next[1:]
			if !p.reached[f] {
				p.reached[f] = true
				next = append(next, p.names(f, index)...)
			}
		}
	}
	return len(p.reached) < 2 || p.reached[file]
}

// indexed are sources by their names without extension, and by each folder above them.
func indexed(sources []string) map[string][]string {
	index := map[string][]string{}
	for _, s := range sources {
		index[withoutExtension(s)] = append(index[withoutExtension(s)], s)
		for dir := path.Dir(s); dir != "." && dir != "/"; dir = path.Dir(dir) {
			index[dir] = append(index[dir], s)
		}
	}
	return index
}

// names are the sources of the package that one of them can load: files it imports, also below an
// alias of the source folder, and all in a folder that it names.
func (p *pkg) names(file string, index map[string][]string) []string {
	text, err := p.view.Read(file)
	if err != nil || p.view.Size(file) > maxSource {
		return nil // it is evidence, not input
	}
	var found []string
	for _, t := range tokens(text) {
		name := strings.TrimLeft(t.text, "@~#")
		if t.kind != quoted || name == "" || len(name) > 200 || strings.ContainsAny(name, " \n*?") {
			continue
		}
		name = strings.TrimPrefix(name, "/")
		for _, at := range []string{path.Join(path.Dir(file), name), p.in(name), p.in("src/" + name)} {
			if at = withoutExtension(at); at != p.dir && at != p.in("src") {
				found = append(found, index[at]...)
			}
		}
	}
	return found
}
