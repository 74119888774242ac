package node

import (
	_ "embed"
	"encoding/json"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/dockgen/dockgen/internal/repo"
)

//go:embed data/writers.json
var writersText []byte

// writer is which arguments of a call name what it makes: each a "file" or a "folder".
type writer struct {
	First   string            // the first one, "" where it names nothing
	Options map[string]string // of an object among them, by name
}

var writerCalls = sync.OnceValue(func() map[string]writer {
	var list struct {
		Date, Source string
		Calls        map[string]writer
	}
	if err := json.Unmarshal(writersText, &list); err != nil {
		panic("node: data/writers.json: " + err.Error()) // our own data: a test reads it
	}
	return list.Calls
})

// spot is a path of an expression, as far as it is known.
type spot struct {
	text   string
	beside bool // it starts at the folder of the file, not of the process
	open   bool // something unknown follows
}

// made is a folder that a call makes, or makes files in.
type made struct {
	spot
	line int
}

// madeFolders are the folders that the calls of a source make or write to.
func madeFolders(t []token) []made {
	var found []made
	names := pathConstants(t)
	for i := range t {
		w, ok := writerCalls()[t[i].text]
		if !ok || t[i].kind != word || !follows(t, i+1, "(") {
			continue
		}
		if w.First != "" {
			found = appendMade(found, t, i+2, w.First, names)
		}
		end := closing(t, i+2)
		for j := i + 2; j < end; j++ {
			kind := w.Options[t[j].text]
			switch {
			case kind == "" || t[j].kind != word && t[j].kind != quoted:
			case follows(t, j+1, ":") && len(appendMade(nil, t, j+2, kind, names)) > 0:
				found = appendMade(found, t, j+2, kind, names)
			case follows(t, j+1, ":") || follows(t, j+1, "("): // a function that is told what to call
				for k := j + 1; k+2 < end; k++ {
					if t[k].text == "(" && t[k+1].text == "null" && t[k+2].text == "," {
						found = appendMade(found, t, k+3, kind, names)
					}
				}
			}
		}
	}
	return found
}

// appendMade adds the folder of the path at i: itself, or that of the file.
func appendMade(all []made, t []token, i int, kind string, names map[string]spot) []made {
	p, ok := pathAt(t, i, names)
	if !ok {
		return all
	}
	switch {
	case p.open:
		p.text = p.text[:strings.LastIndex(p.text, "/")+1]
	case kind == "file":
		p.text = path.Dir(p.text)
	}
	return append(all, made{p, t[i].line})
}

// pathConstants are the names that a source gives to paths: const logs = path.join(__dirname, "logs").
func pathConstants(t []token) map[string]spot {
	names := map[string]spot{}
	for i := 1; i+2 < len(t); i++ {
		if t[i].kind == word && t[i+1].text == "=" && slices.Contains([]string{"const", "let", "var"}, t[i-1].text) {
			if p, ok := pathAt(t, i+2, names); ok {
				names[t[i].text] = p
			}
		}
	}
	return names
}

// pathAt is the path that the expression at i stands for: a string, a template, a name, or those
// put together by join and resolve.
func pathAt(t []token, i int, names map[string]spot) (spot, bool) {
	if i >= len(t) {
		return spot{}, false
	}
	switch {
	case t[i].kind == quoted:
		return spot{text: t[i].text, open: follows(t, i+1, "+")}, true
	case t[i].kind == template:
		return templatePath(t[i].text, names)
	case t[i].text == "__dirname":
		return spot{text: ".", beside: true}, true
	case strings.ToLower(t[i].text) == "path" && follows(t, i+1, ".") && i+2 < len(t):
		return pathAt(t, i+2, names)
	case (t[i].text == "join" || t[i].text == "resolve") && follows(t, i+1, "("):
		return joinedPath(t, i+2, names)
	case t[i].text == "process" && follows(t, i+2, "cwd"):
		return spot{text: "."}, true
	case t[i].kind == word && !follows(t, i+1, ".") && !follows(t, i+1, "("):
		if p, ok := names[t[i].text]; ok {
			return p, true
		}
	}
	return otherwise(t, i, names)
}

// otherwise is the path that holds where the name at i has no value: name || path, name ? other : path.
func otherwise(t []token, i int, names map[string]spot) (spot, bool) {
	j := i
	for j < len(t) && j < i+8 && (t[j].kind == word || t[j].text == ".") {
		j++
	}
	switch {
	case j == i || j >= len(t):
	case t[j].text == "||" || t[j].text == "??":
		return pathAt(t, j+1, names)
	case t[j].text == "?":
		for depth, k := 0, j+1; k < len(t) && k < j+maxExpression && t[k].text != ";"; k++ {
			if t[k].kind == sign {
				depth += strings.Count("({[", t[k].text) - strings.Count(")}]", t[k].text)
			}
			if t[k].text == ":" && depth == 0 {
				return pathAt(t, k+1, names)
			}
		}
	}
	return spot{}, false
}

const maxPath = 1 << 10 // bytes; names that double one another would fill the memory

// joinedPath is the path of the arguments from i on, up to the first that is not known.
func joinedPath(t []token, i int, names map[string]spot) (spot, bool) {
	p, ok := pathAt(t, i, names)
	if !ok || p.open {
		return p, ok
	}
	end := closing(t, i)
	depth := 0
	for j := i; j < end; j++ {
		switch t[j].text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth--
		case ",":
			if depth > 0 || t[j].kind != sign || j+1 == end {
				continue
			}
			next, known := pathAt(t, j+1, names)
			if !known || next.beside {
				p.text, p.open = p.text+"/", true
				return p, true
			}
			p.text, p.open = path.Join(p.text, next.text), next.open
			if p.open || len(p.text) > maxPath {
				return p, len(p.text) <= maxPath
			}
		}
	}
	return p, true
}

// templatePath is the path of a template: what comes before its second expression, or before its
// first where it does not start with a known one.
func templatePath(text string, names map[string]spot) (spot, bool) {
	var p spot
	if rest, ok := strings.CutPrefix(text, "${"); ok {
		expression, after, _ := strings.Cut(rest, "}")
		switch expression {
		case "__dirname":
			p.beside = true
		case "process.cwd()":
		default:
			known, ok := names[expression]
			if !ok || known.open {
				return spot{}, false
			}
			p = known
		}
		text = after
	}
	before, _, open := strings.Cut(text, "${")
	p.text, p.open = strings.TrimPrefix(p.text+before, "/"), open
	if p.text == "" {
		p.text = "."
	}
	return p, true
}

// madeFolder is a folder that a call makes as one of the package, "" where it lies elsewhere, holds
// what the image has, or is one that tools make.
func (p *pkg) madeFolder(file string, m made, sources bool) string {
	dir := path.Clean(m.text)
	if m.beside {
		dir = path.Join(repo.Rel(p.dir, path.Dir(file)), dir)
	}
	if path.IsAbs(dir) || dir == "." || strings.HasPrefix(dir, "..") || strings.ContainsAny(dir, " :*?$<>{}()\\'\"") || len(dir) > 100 {
		return ""
	}
	first := firstPart(dir)
	if strings.HasPrefix(first, ".") || first == "node_modules" || first == "src" && !sources || slices.Contains(p.outputs(), first) || p.holdsCode(dir) {
		return ""
	}
	return dir
}
