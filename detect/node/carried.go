package node

import (
	"path"
	"slices"
	"strings"
)

// carried are the folders, relative to the package, to which the build script brings what it has made:
// react-scripts build && mv build ../server/web, vite build && cp -r dist/. ../api/static.
func (p *pkg) carried() []string {
	var all []string
	for _, c := range p.commands(p.buildScript()) {
		argv := c.Argv()
		if len(argv) > 0 && path.Base(argv[0]) == "shx" {
			argv = argv[1:]
		}
		if len(argv) == 0 || argv[0] != "mv" && argv[0] != "cp" {
			continue
		}
		words := slices.DeleteFunc(slices.Clone(argv[1:]), func(w string) bool { return strings.HasPrefix(w, "-") })
		if len(words) < 2 || strings.ContainsAny(words[len(words)-1], "$*[") {
			continue
		}
		to := path.Clean(words[len(words)-1])
		for _, from := range words[:len(words)-1] {
			switch {
			case path.IsAbs(to) || !slices.Contains(p.outputs(), firstPart(path.Clean(from))):
			case strings.ContainsAny(from, "*") || strings.HasSuffix(from, "/."): // what is in it
				all = append(all, to)
			case p.view.HasDir(p.in(to)) || strings.HasSuffix(words[len(words)-1], "/") || len(words) > 2:
				all = append(all, path.Join(to, path.Base(from)))
			default:
				all = append(all, to)
			}
		}
	}
	return all
}

// besideItself are the folders outside of the package that must be there before its build can bring
// something into them.
func (p *pkg) besideItself() []string {
	var all []string
	for _, to := range p.carried() {
		if dir := path.Dir(to); isOutside(dir) && strings.Trim(dir, "./") != "" && !isOutside(p.in(dir)) {
			all = appendName(all, dir)
		}
	}
	return all
}
