package node

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/repo"
)

// beside are the folders of the workspace outside the package that its tools read by a relative
// path: those in its scripts and in the configuration of bundlers and compilers.
func (p *pkg) beside() []string {
	if p.space == nil || p.isRoot {
		return nil
	}
	if p.besideRead {
		return p.besideDirs
	}
	p.besideRead = true
	var texts []string
	for _, name := range p.m.order {
		if strings.HasPrefix(name, "build") || strings.HasPrefix(name, "pre") || strings.HasPrefix(name, "post") {
			texts = append(texts, strings.Fields(p.m.scripts[name].Value)...)
		}
	}
	for _, file := range p.view.In(p.dir) {
		base := path.Base(file)
		if !isConfig(base) && !strings.HasPrefix(base, "tsconfig") || p.view.Size(file) > maxSource {
			continue
		}
		text, err := p.view.Read(file)
		if err != nil {
			continue // it is evidence, not input
		}
		for _, t := range tokens(text) {
			if t.kind == quoted {
				texts = append(texts, t.text)
			}
		}
	}
	for _, text := range texts {
		if dir := p.besideFolder(strings.Trim(text, `'"`)); dir != "" {
			p.besideDirs = appendName(p.besideDirs, dir)
		}
	}
	slices.Sort(p.besideDirs)
	return p.besideDirs
}

// besideFolder is the folder to copy for a relative path that leaves the package: that of a member,
// or the first below the root; "" for none.
func (p *pkg) besideFolder(text string) string {
	if !strings.HasPrefix(text, "../") || len(text) > 200 {
		return ""
	}
	target := path.Join(p.dir, text)
	if repo.Within(p.dir, target) || !repo.Within(p.space.dir, target) || target == p.space.dir {
		return ""
	}
	for _, q := range p.space.members {
		if repo.Within(q.dir, target) && q != p {
			return q.dir
		}
	}
	first := path.Join(p.space.dir, firstPart(repo.Rel(p.space.dir, target)))
	if firstPart(repo.Rel(p.space.dir, target)) == "node_modules" || !p.view.HasDir(first) || repo.Within(first, p.dir) || slices.ContainsFunc(p.space.members, func(q *pkg) bool { return repo.Within(first, q.dir) }) {
		return ""
	}
	return first
}
