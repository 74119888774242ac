package node

import (
	"path"
	"slices"
	"strings"
)

// wiring is what a source says of the routers in it: how they are made and where they are mounted.
type wiring struct {
	modules map[string]imported // what a name of the file is imported from
	exports map[string]imported // what the file exports of another; "*" + module for all of it
	named   map[string]string   // names of the file by those under which it exports them: module.exports = { api: apiRouter }
	export  string              // the name that the file exports as its default, "" where that is not told
	made    map[string]router   // by their names
	own     map[string]bool     // names that the file gives something itself
	mounts  []mount
	guards  []guard
	handed  []handed
}

// imported is a name of another module: "" for its default, or all of it.
type imported struct{ module, name string }

// router is a server or a part of one, by what makes it.
type router struct {
	server bool   // it listens itself, unless something mounts it
	client bool   // it asks others
	prefix string // of its own
	fetch  bool   // it has a method fetch
	line   int
}

// mount puts a part below a prefix of another one.
type mount struct {
	from, to int    // tokens of the call
	on       string // name of what it is put on
	prefix   string
	unknown  bool     // only running tells the prefix, or something asks who the user is
	targets  []target // what is put there
	param    string   // name that a function written there has for the part
	folder   string   // whose files are mounted, each below the names of its folders; "" for none
	plugin   bool     // what is there is a function that is given the part
}

// target is a name of the file, perhaps with what it is of that: routes.api; or a module that is loaded on the spot.
type target struct{ name, module, part string }

// guard is a call that has everything after it on a router ask who the user is.
type guard struct {
	at int
	on string
}

// handed is a router that a function is given first: routes(app).
type handed struct {
	to target
	on string
	at int
}

const (
	maxMounts = 8         // parts below one another
	maxSteps  = 1_000_000 // from mount to mount and from file to file, for all addresses of a program
)

var mountCalls = map[string]bool{"use": true, "register": true, "route": true, "group": true, "mount": true}

// wire reads how the routers of a source are made and mounted.
func wire(file string, t []token) *wiring {
	w := &wiring{modules: map[string]imported{}, exports: map[string]imported{}, made: map[string]router{}, named: map[string]string{}, own: map[string]bool{}}
	w.imports(t)
	for i := 1; i+1 < len(t); i++ {
		switch {
		case t[i].text == "=" && t[i].kind == sign && t[i+1].text != "=" && t[i+1].text != ">":
			w.makes(t, i)
		case t[i].text == "default" && t[i-1].text == "export" && t[i+1].kind == word:
			w.export = exported(t, i+1)
		case t[i].kind == word && mountCalls[t[i].text] && t[i-1].text == "." && t[i+1].text == "(":
			w.mount(file, t, i)
		case t[i].text == "(" && (t[i-1].kind == word || t[i-1].text == ")") && t[i+1].kind == word && (follows(t, i+2, ")") || follows(t, i+2, ",")):
			w.hands(t, i)
		}
	}
	return w
}

// exported is the name that stands alone at i, "" for an expression.
func exported(t []token, i int) string {
	if i+1 == len(t) || t[i+1].text == ";" || t[i+1].line > t[i].line && t[i+1].text != "." && t[i+1].text != "(" {
		return t[i].text
	}
	return ""
}

// imports reads what names of the file stand for: import … from, const … = require(…), export … from.
func (w *wiring) imports(t []token) {
	for i := 1; i < len(t); i++ {
		switch {
		case t[i].kind != quoted:
		case t[i-1].text == "from":
			w.imported(t, i, statement(t, i-1, "import", "export"))
		case t[i-1].text == "(" && i > 3 && t[i-2].text == "require":
			if t[i-3].text == ":" && t[i-4].kind == word { // module.exports = { api: require('./api') }
				w.exports[t[i-4].text] = imported{module: t[i].text}
			}
			if t[i-3].text == "=" && i > 6 && t[i-5].text == "." && t[i-6].text == "exports" {
				w.exports[t[i-4].text] = imported{module: t[i].text}
			}
			if t[i-3].text == "=" && t[i-4].text == "exports" { // module.exports = require('./routes')
				w.exports["*"+t[i].text] = imported{module: t[i].text}
			}
			if assigned := t[i-3].text == "=" || t[i-3].text == "await" && t[i-4].text == "="; assigned {
				w.imported(t, i, statement(t, i-3, "const", "let", "var"))
			}
		}
	}
}

// statement is what lies between one of the words and the token at end; nil where none begins there.
func statement(t []token, end int, words ...string) []token {
	for i := end - 1; i >= 0 && i > end-200; i-- {
		if t[i].kind == word && slices.Contains(words, t[i].text) {
			return t[i:end]
		}
		if t[i].kind == quoted || t[i].text == ";" {
			return nil
		}
	}
	return nil
}

func (w *wiring) imported(t []token, i int, list []token) {
	if len(list) == 0 {
		return
	}
	into := w.modules
	if list[0].text == "export" {
		into = w.exports
	}
	braces := false
	for k := 1; k < len(list); k++ {
		switch {
		case list[k].text == "{":
			braces = true
		case list[k].text == "*" && into != nil && list[0].text == "export" && !follows(list, k+1, "as"):
			into["*"+t[i].text] = imported{module: t[i].text}
		case list[k].kind != word || list[k].text == "type" || list[k].text == "as":
		case k+2 < len(list) && (list[k+1].text == "as" || list[k+1].text == ":"):
			name := list[k].text
			if name == "default" || !braces {
				name = ""
			}
			into[list[k+2].text] = imported{t[i].text, name}
			k += 2
		case braces:
			into[list[k].text] = imported{t[i].text, list[k].text}
		default:
			into[list[k].text] = imported{module: t[i].text}
		}
	}
}

// assignee is the name that the value after the sign at k is given, past a type.
func assignee(t []token, k int) string {
	for i := k - 1; i > 0 && i > k-12; i-- {
		if t[i].text == ":" {
			return t[i-1].text
		}
		if t[i].kind != word && t[i].text != "." && t[i].text != "<" && t[i].text != ">" && t[i].text != "," {
			break
		}
	}
	return t[k-1].text
}

var (
	makesServer = []string{"express", "fastify", "Fastify", "Koa", "Hono", "OpenAPIHono", "Elysia", "polka", "restana", "uWS", "H3", "createApp"}
	makesFetch  = []string{"Hono", "OpenAPIHono", "Elysia"}
	makesClient = []string{"axios", "ky", "got", "wretch", "request", "supertest", "fetch"}
)

// makes keeps a router that is made after the sign at k.
func (w *wiring) makes(t []token, k int) {
	if t[k-1].text == "exports" && k > 2 && t[k-3].text == "module" && t[k+1].kind == word { // module.exports = router
		w.export = exported(t, k+1)
	}
	if t[k-1].text == "exports" && t[k+1].text == "{" {
		end := closing(t, k+2)
		for j := k + 2; j+2 < len(t) && j < end; j++ {
			if t[j].kind == word && t[j+1].text == ":" && t[j+2].kind == word && (t[j-1].text == "{" || t[j-1].text == ",") {
				w.named[t[j].text] = t[j+2].text
			}
		}
	}
	w.own[assignee(t, k)] = true
	i := k + 1
	for i < len(t) && (t[i].text == "new" || t[i].text == "await") {
		i++
	}
	first := i
	for i+2 < len(t) && t[i].kind == word && t[i+1].text == "." && t[i+2].kind == word {
		i += 2
	}
	open := i + 1
	if follows(t, open, "<") {
		for open < len(t) && open < i+40 && t[open].text != "(" {
			open++
		}
	}
	if i >= len(t) || t[i].kind != word || !follows(t, open, "(") {
		return
	}
	r := router{server: slices.Contains(makesServer, t[i].text), client: slices.Contains(makesClient, t[first].text), fetch: slices.Contains(makesFetch, t[i].text), line: t[i].line}
	if !r.server && !r.client && !strings.HasSuffix(t[i].text, "Router") {
		return
	}
	end := closing(t, open+1)
	for j := open; j < end; j++ {
		if (t[j].text == "prefix" || t[j].text == "basePath") && follows(t, j+1, ":") && t[j+2].kind == quoted {
			r.prefix = "/" + strings.Trim(t[j+2].text, "/")
		}
	}
	if end > 0 && follows(t, end+1, ".") && (follows(t, end+2, "basePath") || follows(t, end+2, "prefix")) && end+4 < len(t) && t[end+4].kind == quoted {
		r.prefix = "/" + strings.Trim(t[end+4].text, "/")
	}
	w.made[assignee(t, k)] = r
}

// hands keeps what a function is given first: routes(app), require('./routes')(app).
func (w *wiring) hands(t []token, i int) {
	h := handed{on: t[i+1].text, at: i}
	switch {
	case t[i-1].kind == word && (i < 2 || t[i-2].text != "." && t[i-2].text != "function"):
		h.to.name = t[i-1].text
	case t[i-1].text == ")" && i > 3 && t[i-2].kind == quoted && t[i-3].text == "(" && t[i-4].text == "require":
		h.to.module = t[i-2].text
	default:
		return
	}
	w.handed = append(w.handed, h)
}

// receiver is the name of what a method is called on, whose point is at dot: past other calls in a row, and
// past what made it on the spot.
func receiver(t []token, dot int) string {
	j := dot - 1
	for n := 0; j > 0 && n < maxLiteral; n++ {
		if t[j].text == ")" {
			j = opening(t, j) - 1
			for k := j; k > 0 && k > j-30 && t[j].text == ">"; k-- { // types of a call
				if t[k].text == "<" {
					j = k - 1
				}
			}
		}
		if j < 1 || t[j].kind != word {
			return ""
		}
		switch {
		case t[j-1].text == "." && t[j+1].text == "(" && j > 1: // another call of the row
			j -= 2
			continue
		case t[j+1].text != "(" && t[j].text != "express":
			return t[j].text
		}
		for j > 1 && (t[j-1].text == "new" || t[j-1].text == "await") {
			j--
		}
		if t[j-1].text == "=" {
			return assignee(t, j-1)
		}
		return ""
	}
	if j == 0 && t[0].kind == word {
		return t[0].text
	}
	return ""
}

// arguments are the first and the last but one token of each argument of the call whose bracket is at i.
func arguments(t []token, i int) [][2]int {
	var all [][2]int
	depth, from := 0, i+1
	for j := i; j < len(t) && j < i+maxLiteral; j++ {
		if t[j].kind != sign {
			continue
		}
		switch t[j].text {
		case "(", "[", "{":
			depth++
		case ")", "]", "}":
			depth--
		}
		if depth == 0 || depth == 1 && t[j].text == "," {
			if j > from {
				all = append(all, [2]int{from, j})
			}
			from = j + 1
		}
		if depth == 0 {
			return all
		}
	}
	return nil // it has no end
}

// mount keeps a call at i that mounts something, or guards it.
func (w *wiring) mount(file string, t []token, i int) {
	args := arguments(t, i+1)
	if len(args) == 0 {
		return
	}
	m := mount{from: i, to: args[len(args)-1][1], on: receiver(t, i-1)}
	switch {
	case t[i].text == "register":
		m.plugin = true
		w.plugin(file, t, &m, args)
	case len(args) == 1:
		m.takes(t, args[0])
		if guards(t[args[0][0]:args[0][1]]) {
			w.guards = append(w.guards, guard{i, m.on})
		}
	default:
		if w.table(t, m, args) {
			return
		}
		prefix, isPath := w.text(t, args[0])
		if isPath {
			m.prefix, m.unknown = "/"+strings.Trim(prefix, "/"), prefix == ""
			args = args[1:]
		}
		for _, a := range args {
			m.takes(t, a)
			m.unknown = m.unknown || guards(t[a[0]:a[1]]) && m.param == ""
		}
	}
	w.mounts = append(w.mounts, m)
}

// takes keeps what an argument of a call is as something that the call mounts.
func (m *mount) takes(t []token, arg [2]int) {
	a := t[arg[0]:arg[1]]
	if a[0].text == "await" && len(a) > 1 {
		a = a[1:]
	}
	switch {
	case len(a) > 3 && (a[0].text == "require" || a[0].text == "import") && a[2].kind == quoted:
		m.targets = append(m.targets, target{module: a[2].text})
	case parameter(a) != "":
		m.param = parameter(a)
	case a[0].kind == word && len(a) == 3 && a[1].text == ".":
		m.targets = append(m.targets, target{name: a[0].text, part: a[2].text})
	case a[0].kind == word:
		m.targets = append(m.targets, target{name: a[0].text})
	}
}

// parameter is the first one of a function that is written as an argument: async (app, options) => {, app => {.
func parameter(a []token) string {
	i := 0
	if a[0].text == "async" && len(a) > 1 {
		i++
	}
	if a[i].text == "function" {
		for i < len(a) && a[i].text != "(" {
			i++
		}
		if i+1 < len(a) {
			return a[i+1].text
		}
		return ""
	}
	if a[i].kind == word && follows(a, i+1, "=") && follows(a, i+2, ">") {
		return a[i].text
	}
	if end := closing(a, i+1); a[i].text == "(" && end > 0 && i+1 < end && (follows(a, end+1, "=") || follows(a, end+1, ":")) {
		return a[i+1].text
	}
	return ""
}

// text is an argument that says a path: a string, or a constant of the file; it is "" where only running
// tells which one. The second value reports whether it says one at all.
func (w *wiring) text(t []token, arg [2]int) (string, bool) {
	a := t[arg[0]:arg[1]]
	last := a[len(a)-1]
	switch {
	case len(a) == 1 && a[0].kind == quoted:
		return a[0].text, true
	case len(a) == 1 && a[0].kind == word:
		for i := 1; i+1 < arg[0]; i++ {
			if t[i].text == "=" && t[i+1].kind == quoted && strings.HasPrefix(t[i+1].text, "/") && assignee(t, i) == a[0].text {
				return t[i+1].text, true
			}
		}
		fallthrough
	case last.kind == word:
		name := strings.ToLower(last.text)
		return "", isVariable(last.text) || slices.ContainsFunc([]string{"prefix", "path", "base", "version", "url", "route_"}, func(s string) bool { return strings.Contains(name, s) })
	}
	return "", a[0].kind == template || a[0].kind == quoted || a[0].text == "["
}

// table keeps the mounts of a list: routes.forEach((r) => router.use(r.path, r.route)).
func (w *wiring) table(t []token, m mount, args [][2]int) bool {
	key := func(a [2]int) string {
		if a[1]-a[0] == 3 && t[a[0]+1].text == "." {
			return t[a[0]+2].text
		}
		return ""
	}
	last := args[len(args)-1]
	at, part := key(args[0]), key(last)
	if at == "" || part == "" || t[args[0][0]].text != t[last[0]].text {
		return false
	}
	found := false
	for i := range t {
		if t[i].text != at || !follows(t, i+1, ":") || i+2 >= len(t) || t[i+2].kind != quoted {
			continue
		}
		for j := i + 3; j+2 < len(t) && j < i+40 && t[j].text != "}" && t[j].text != "{"; j++ {
			if t[j].text == part && follows(t, j+1, ":") && t[j+2].kind == word {
				row := m
				row.prefix, row.targets, found = "/"+strings.Trim(t[i+2].text, "/"), []target{{name: t[j+2].text}}, true
				w.mounts = append(w.mounts, row)
			}
		}
	}
	return found
}

// plugin reads fastify.register(plugin, { prefix }), and the plugin that loads a folder.
// https://fastify.dev/docs/latest/Reference/Routes/#route-prefixing, https://github.com/fastify/fastify-autoload (2026-11)
func (w *wiring) plugin(file string, t []token, m *mount, args [][2]int) {
	m.takes(t, args[0])
	if len(args) < 2 {
		return
	}
	loads := len(m.targets) == 1 && strings.HasSuffix(strings.ToLower(w.modules[m.targets[0].name].module+m.targets[0].module), "autoload")
	from, to := args[1][0], args[1][1]
	for i := from; i < to; i++ {
		switch {
		case t[i].text == "prefix" && t[i].kind == word && t[i-1].text != ".":
			if i+2 < to && t[i+1].text == ":" {
				m.prefix, _ = w.text(t, [2]int{i + 2, i + 3})
			}
			m.unknown = m.prefix == "" || i+3 < to && t[i+3].text != "," && t[i+3].text != "}"
			m.prefix = "/" + strings.Trim(m.prefix, "/")
		case t[i].text == "dir" && loads && follows(t, i+1, ":"):
			parts := []string{path.Dir(file)}
			for j := i + 2; j < to && (t[j].text != "," || t[j-1].kind != quoted && t[j-1].text != ")") && t[j].text != "}"; j++ {
				if t[j].kind == quoted {
					parts = append(parts, t[j].text)
				}
			}
			m.folder = path.Join(parts...)
		case t[i].text == "dirNameRoutePrefix", t[i].text == "autoHooks":
			m.unknown = true
		}
	}
	if loads && m.folder == "" {
		m.unknown = true
	}
}

// asking are parts of the names of functions that turn away who has not said who they are.
var asking = []string{"authentic", "authoriz", "requireauth", "isauth", "ensureauth", "checkauth", "authmiddleware", "authguard", "verifytoken", "verifyjwt", "checkjwt", "requirelogin", "loggedin", "apikey", "requireuser"}

// guards reports whether one of the words before a function is the name of what asks who the user is.
func guards(words []token) bool {
	for i, t := range words {
		if t.text == "=" && follows(words, i+1, ">") || t.text == "function" {
			return false
		}
		name := strings.ToLower(t.text)
		if t.kind == word && (name == "auth" || name == "protect" || slices.ContainsFunc(asking, func(a string) bool { return strings.Contains(name, a) })) {
			return true
		}
	}
	return false
}

// guardedCall reports whether one of the arguments after the path of a call asks who the user is.
func guardedCall(t []token, open int) bool {
	args := arguments(t, open)
	return len(args) > 1 && guards(t[args[1][0]:args[len(args)-1][1]])
}
