package node

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// servedBytes are bytes one of which a file holds that serves files from a folder.
var servedBytes = [][]byte{[]byte("static"), []byte("Static"), []byte("sendFile"), []byte("readFile"), []byte("createReadStream"), []byte("existsSync")}

// Needs are the folders of other packages' builds that the program's sources name: a page that
// the server sends along.
func (p *pkg) Needs(detect.Program) []detect.Need {
	if p.needed != nil || len(p.programs) == 0 || p.programs[0].Kind == detect.Site || !p.hasNeighbours() {
		return p.needed
	}
	p.needed = []detect.Need{}
	for _, file := range p.sources() {
		if !sourceExtensions[path.Ext(file)] || p.setAside(file) || isConfig(file) || p.view.Size(file) > maxSource {
			continue
		}
		text, err := p.view.Read(file)
		if err != nil || !slices.ContainsFunc(servedBytes, func(b []byte) bool { return bytes.Contains(text, b) }) {
			continue // it is evidence, not input
		}
		for _, named := range namedPaths(text) {
			p.need(file, named)
		}
	}
	return p.needed
}

// hasNeighbours reports whether another package here builds something that is no part of this one.
func (p *pkg) hasNeighbours() bool {
	own := p.closure(false)
	for _, q := range p.others {
		if q != p && q.framed && q.fw.site != nil && !slices.Contains(own, q) {
			return true
		}
	}
	return false
}

// need adds the output of another package that a path in a source file stands for: relative to the
// file, to the package, or by the name of the other's folder, since the file may be run from
// where the compiler put it.
func (p *pkg) need(file string, named namedPath) {
	literal := strings.TrimLeft(path.Clean("/"+named.text), "/")
	for len(literal) > 0 && strings.HasPrefix(literal, "../") {
		literal = literal[3:]
	}
	for _, dir := range sortedKeys(p.others) {
		q := p.others[dir]
		if q == p || !q.framed || q.fw.site == nil {
			continue
		}
		for _, offer := range q.Offers() {
			out := repo.Rel(q.dir, offer.Path)
			byName := path.Join(path.Base(q.dir), out)
			matches := literal == byName || strings.HasPrefix(literal, byName+"/") || strings.Contains("/"+literal+"/", "/"+byName+"/") || // client/build
				offer.Path != p.dir && (repo.Within(offer.Path, path.Join(path.Dir(file), named.text)) || repo.Within(offer.Path, p.in(named.text)))
			if matches && !slices.ContainsFunc(p.needed, func(n detect.Need) bool { return n.Path == offer.Path }) {
				p.needed = append(p.needed, detect.Need{Path: offer.Path, From: fact.At(file, named.line, named.text)})
			}
		}
	}
}

func sortedKeys(m map[string]*pkg) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// namedPath is a string of a source text that can be a path.
type namedPath struct {
	text  string
	line  int
	loose bool   // it is joined to an expression that is not known
	own   bool   // it is joined to the folder of the file or of the process
	cwd   bool   // to that of the process
	key   string // of the object that it is a value of, "" for none
}

// namedPaths are literals, those that join and resolve put together (path.join(dir, "client",
// "build")) and what follows an expression in a template; not the names of modules.
func namedPaths(text []byte) []namedPath {
	var found []namedPath
	t := tokens(text)
	for i := 0; i < len(t); i++ {
		if t[i].kind != quoted && t[i].kind != template || isModuleName(t, i) {
			continue
		}
		joined := follows(t, i-1, ",") && inJoin(t, i)
		one := namedPath{text: afterExpression(t[i].text), line: t[i].line, loose: joined && !isOwnFolder(t, i-2), own: joined && isOwnFolder(t, i-2)}
		one.cwd = one.own && t[i-2].text == ")"
		if follows(t, i-1, ":") && i > 1 {
			one.key = t[i-2].text
		}
		for i+2 < len(t) && t[i+1].text == "," && t[i+2].kind == quoted && inJoin(t, i) {
			i += 2
			one.text += "/" + t[i].text
		}
		if strings.ContainsAny(one.text, " \n\t<>{}()*?:;=") || len(one.text) > 200 || strings.Trim(one.text, "./") == "" {
			continue
		}
		found = append(found, one)
	}
	return found
}

// isModuleName reports whether the string at i is what require or import loads.
func isModuleName(t []token, i int) bool {
	return i > 0 && (t[i-1].text == "from" || t[i-1].text == "import") || i > 1 && t[i-1].text == "(" && (t[i-2].text == "require" || t[i-2].text == "import")
}

// inJoin reports whether the string at i is an argument of join or resolve.
func inJoin(t []token, i int) bool {
	for j := i - 1; j > 0 && j > i-16; j-- {
		if t[j].text == "(" && t[j-1].text != "cwd" {
			return t[j-1].text == "join" || t[j-1].text == "resolve"
		}
	}
	return false
}

// isOwnFolder reports whether the expression that ends at i is the folder of the file or of the
// process: __dirname, import.meta.dirname, process.cwd().
func isOwnFolder(t []token, i int) bool {
	return i >= 0 && (t[i].text == "__dirname" || t[i].text == "dirname" || t[i].kind == quoted || i > 1 && t[i].text == ")" && t[i-2].text == "cwd")
}

// afterExpression is a template without what it starts with: "/dist" of "${root}/dist".
func afterExpression(s string) string {
	if i := strings.LastIndex(s, "}"); i >= 0 && strings.HasPrefix(s, "${") {
		return strings.TrimPrefix(s[i+1:], "/")
	}
	return s
}
