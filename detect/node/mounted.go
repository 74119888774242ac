package node

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
)

// wire keeps how the routers of a source are made and mounted.
func (f *facts) wire(file string, t []token) {
	if f.wired == nil {
		f.wired = map[string]*wiring{}
	}
	w := wire(file, t)
	f.wired[file] = w
	for _, m := range w.mounts {
		below := m.unknown || m.folder != "" || strings.Trim(m.prefix, "/") != ""
		f.mounts, f.plugged = f.mounts || below, f.plugged || below && m.plugin
	}
	for _, r := range w.made {
		f.mounts = f.mounts || r.prefix != ""
	}
}

// address is the whole address of a route, below what its router is mounted on; false where that is not known.
func (f *facts) address(r route) (string, bool) {
	if r.guarded || f.guarded(r.from.File, r.on, r.at) {
		return "", false
	}
	prefix, known := f.below(r.from.File, r.on, r.at, 0)
	if !known && !f.mounts && !f.wired[r.from.File].made[r.on].client { // nothing has a prefix
		prefix, known = "", r.path != "/"
	}
	address := prefix + "/" + strings.Trim(r.path, "/")
	if len(address) > 1 {
		address = strings.TrimSuffix(address, "/")
	}
	return address, known
}

// guarded reports whether what stands at a place of a router is only for those who say who they are.
func (f *facts) guarded(file, name string, at int) bool {
	w := f.wired[file]
	return w != nil && slices.ContainsFunc(w.guards, func(g guard) bool { return g.on == name && g.at < at })
}

// below is the prefix of a router of a file, as seen at a place in it; false where it is not known, or where the
// router is a part that nothing is known to mount.
func (f *facts) below(file, name string, at, depth int) (string, bool) {
	w := f.wired[file]
	f.steps++
	if depth > maxMounts || w == nil || name == "" || f.steps > maxSteps {
		return "", false
	}
	if m, ok := w.around(name, at); ok {
		return f.onto(file, m, depth)
	}
	own := w.made[name].prefix
	found := false
	for _, where := range f.mountsOf(file, name) {
		found = true
		if base, ok := f.onto(where.file, where.mount, depth); ok {
			return base + own, true
		}
	}
	if found {
		return "", false
	}
	made, isMade := w.made[name]
	switch {
	case made.client:
		return "", false
	case made.fetch && f.mounts: // a server, or a part of one
		return own, f.serves(file, name)
	case made.server:
		return own, true
	case isMade:
		return "", false
	}
	if file, h, ok := f.handing(file); ok && !w.own[name] {
		return f.below(file, h.on, h.at, depth+1)
	}
	mounts := slices.ContainsFunc(w.mounts, func(m mount) bool { return m.on == name })
	return "", slices.Contains(serverNames, name) && (!f.plugged || mounts)
}

// serves reports whether a file has what listens on a router, or what is mounted on it, or no other file imports it.
func (f *facts) serves(file, name string) bool {
	w := f.wired[file]
	imported := false
	for other, from := range f.wired {
		for _, i := range from.modules {
			imported = imported || other != file && f.module(other, i.module) == file
		}
	}
	if !imported {
		return true
	}
	here := func(at fact.Source) bool { return at.File == file }
	return slices.ContainsFunc(f.calls, here) || slices.ContainsFunc(f.fetches, here) ||
		slices.ContainsFunc(w.mounts, func(m mount) bool {
			return m.on == name && (m.prefix != "" || len(m.targets) > 0 && w.modules[m.targets[0].name].module != "")
		}) ||
		slices.ContainsFunc(w.handed, func(h handed) bool { return h.on == name })
}

// onto is the prefix of what a mount mounts.
func (f *facts) onto(file string, m mount, depth int) (string, bool) {
	if m.unknown || f.guarded(file, m.on, m.from) {
		return "", false
	}
	base, ok := f.below(file, m.on, m.from, depth+1)
	return strings.TrimSuffix(base+m.prefix, "/"), ok
}

// around is the innermost mount whose function has the router as its parameter.
func (w *wiring) around(name string, at int) (mount, bool) {
	var found mount
	for _, m := range w.mounts {
		if m.param == name && m.from < at && at < m.to && m.from > found.from {
			found = m
		}
	}
	return found, found.from > 0
}

// placed is a mount of a file.
type placed struct {
	file string
	mount
}

// mountsOf are the mounts of a router of a file: those of the file itself, or else those of the files that
// import it, or that load its folder.
func (f *facts) mountsOf(file, name string) []placed {
	var all []placed
	for _, m := range f.wired[file].mounts {
		if m.on != name && slices.ContainsFunc(m.targets, func(t target) bool { return t.name == name }) {
			all = append(all, placed{file, m})
		}
	}
	if len(all) > 0 {
		return all
	}
	for _, other := range slices.Sorted(maps.Keys(f.wired)) {
		for _, m := range f.wired[other].mounts {
			if f.steps++; f.steps > maxSteps {
				return nil
			}
			if m.folder != "" && strings.HasPrefix(file, m.folder+"/") {
				for _, part := range strings.Split(strings.Trim(strings.TrimPrefix(path.Dir(file), m.folder), "/"), "/") {
					m.prefix += "/" + part
					m.unknown = m.unknown || strings.HasPrefix(part, "_")
				}
				m.prefix = strings.TrimRight(m.prefix, "/")
				all = append(all, placed{other, m})
			}
			if other != file && slices.ContainsFunc(m.targets, func(t target) bool { return f.leads(other, t, file, name) }) {
				all = append(all, placed{other, m})
			}
		}
	}
	return all
}

// handing is the only place where a function of a file is handed a router.
func (f *facts) handing(file string) (string, handed, bool) {
	for _, other := range slices.Sorted(maps.Keys(f.wired)) {
		for _, h := range f.wired[other].handed {
			if other != file && f.leads(other, h.to, file, "") {
				return other, h, true
			}
		}
	}
	return "", handed{}, false
}

// leads reports whether what a file names is a router of another file; "" there is what a function of it is given.
func (f *facts) leads(from string, t target, file, name string) bool {
	i := imported{module: t.module}
	if t.module == "" {
		var ok bool
		if i, ok = f.wired[from].modules[t.name]; !ok {
			return false
		}
		if i.name == "" {
			i.name = t.part
		}
	}
	return f.exports(from, i, file, name, 0)
}

func (f *facts) exports(from string, i imported, file, name string, depth int) bool {
	to := f.module(from, i.module)
	w := f.wired[to]
	f.steps++
	switch {
	case w == nil || depth > maxMounts || f.steps > maxSteps:
		return false
	case to == file:
		if !w.own[name] { // the parameter of a function
			return true
		}
		return i.name == name || w.named[i.name] == name || i.name == "" && (w.export == "" || w.export == name)
	}
	for _, exported := range slices.Sorted(maps.Keys(w.exports)) {
		of, all := w.exports[exported], strings.HasPrefix(exported, "*")
		if all {
			of.name = i.name
		}
		if (exported == i.name || all) && f.exports(to, of, file, name, depth+1) {
			return true
		}
	}
	of, ok := w.modules[i.name] // what it imports and hands on by the same name
	return ok && f.exports(to, of, file, name, depth+1)
}

// module is the file that a module's name stands for in another, "" for a package.
func (f *facts) module(from, name string) string {
	at := path.Join(path.Dir(from), name)
	if !strings.HasPrefix(name, ".") {
		at = strings.TrimLeft(name, "@~#/")
	}
	at = withoutExtension(at)
	if f.wiredBy == nil {
		f.wiredBy = map[string][]string{}
		for _, file := range slices.Sorted(maps.Keys(f.wired)) {
			base := withoutExtension(file)
			if path.Base(base) == "index" {
				f.wiredBy[path.Base(path.Dir(base))] = append(f.wiredBy[path.Base(path.Dir(base))], file)
			}
			f.wiredBy[path.Base(base)] = append(f.wiredBy[path.Base(base)], file)
		}
	}
	for _, file := range f.wiredBy[path.Base(at)] {
		base := withoutExtension(file)
		if base == at || base == path.Join(at, "index") {
			return file
		}
		if alias := !strings.HasPrefix(name, ".") && strings.Contains(at, "/"); alias && (strings.HasSuffix(base, "/"+at) || strings.HasSuffix(base, "/"+at+"/index")) {
			return file
		}
	}
	return ""
}
