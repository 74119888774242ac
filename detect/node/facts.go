package node

import (
	"bytes"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// facts are what the sources of a program say about how it behaves.
type facts struct {
	reads       fact.Source     // of the environment variable PORT
	defaults    []fact.Of[int]  // of PORT where it is not set
	listens     []fact.Of[int]  // literal ports that something listens on
	calls       []fact.Source   // calls that listen
	loopback    fact.Source     // a call that listens on the loopback address
	fetches     []fact.Source   // what Bun serves at its own port: Bun.serve, or what a file exports
	signals     fact.Source     // SIGTERM is handled
	shell       fact.Of[string] // a command that is run through a shell or by name
	byName      fact.Source     // where node itself is started by its name
	browser     fact.Of[string] // that the program starts with Playwright: chromium
	ownBrowser  fact.Source     // where it says itself which file that is
	routes      []route         // addresses for health checks, and the first page
	used        []route         // the same, of what is mounted there
	controllers []route         // the same, of NestJS
	prefix      fact.Of[string] // of all its controllers
	anyPrefix   bool            // they have one, which may not be known
	unprefixed  []string        // addresses without it; the first says that there are any
	versioned   bool            // their addresses have a version before them
	mounts      bool            // something is mounted below a prefix, so a router's address may not be the whole one
	plugged     bool            // … a plugin, whose function has the router as its parameter
	wired       map[string]*wiring
	wiredBy     map[string][]string // its files by their last name without extension
	steps       int                 // that were taken from file to file
	hosts       []setting           // variables whose default is the loopback address
	ports       []setting           // other variables than PORT whose default is a port
	fixed       []setting           // ports that objects and files with settings hold as plain numbers
	moved       []setting           // variables that a file of settings gives them
	passed      []string            // names that calls which listen pass on
	owners      []string            // … of what these are properties of
	named       []sourced           // names of constants that are defaults of PORT
	numbers     map[string]int      // constants of the program that can be ports
	gone        []limit             // what newer releases of Node.js have no more
}

const (
	maxSource  = 512 << 10 // bytes; what is larger was made by a tool
	maxSources = 1500      // files of one program that are read
)

var sourceExtensions = map[string]bool{".js": true, ".mjs": true, ".cjs": true, ".ts": true, ".mts": true, ".cts": true, ".tsx": true, ".jsx": true}

// hintBytes are bytes one of which a file must hold to be worth splitting into tokens.
var hintBytes = [][]byte{[]byte("PORT"), []byte("HOST"), []byte("listen"), []byte("serve"), []byte("fetch"), []byte("SIGTERM"), []byte("child_process"), []byte("health"), []byte("enableShutdownHooks"), []byte("execa"), []byte("'/'"), []byte("\"/\""), []byte("prefix"), []byte("Router("), []byte("exports = require("), []byte("export * from"), []byte("export {"), []byte(".register("), []byte("Hono("), []byte("Elysia("), []byte("Prefix"), []byte("'/ping"), []byte("\"/ping"), []byte("use('/"), []byte("use(\"/"), []byte("livez"), []byte("enableVersioning"), []byte(".launch"), []byte("executablePath"), []byte("assert {"), []byte("assert{"), []byte("Cipher("), []byte("Decipher("), []byte("util."), []byte("env.port"), []byte("port:"), []byte("Port:"), []byte("PORT:")}

// facts reads the sources of the package and of the packages of this repository that it uses.
func (p *pkg) facts() *facts {
	if p.scanned != nil {
		return p.scanned
	}
	f := &facts{}
	p.scanned = f
	n := 0
	var settings []string
	closure := p.closure(true)
	slices.Reverse(closure) // the program's own sources speak first
	for _, q := range closure {
		started := q.startedFiles()
		for _, file := range q.sources() {
			if !sourceExtensions[path.Ext(file)] && !slices.Contains(started, file) || strings.HasPrefix(firstPart(repo.Rel(q.dir, file)), ".") || q.setAside(file) || isConfig(file) || p.view.Size(file) > maxSource || n >= maxSources {
				continue
			}
			n++
			text, err := p.view.Read(file)
			if err != nil || !slices.ContainsFunc(hintBytes, func(h []byte) bool { return bytes.Contains(text, h) }) {
				continue // it is evidence, not input
			}
			if q.standsAlone(file, text) {
				continue
			}
			ran, gone, ports := f.shell, len(f.gone), len(f.ports)
			t := tokens(text)
			f.read(file, t)
			settings = append(settings, loadedSettings(file, t)...)
			if q == p && (!ran.Known() && f.shell.Known() || gone < len(f.gone) || ports < len(f.ports)) && !p.reaches(file) {
				f.shell, f.gone, f.ports = ran, f.gone[:gone], f.ports[:ports] // a tool that nothing of the program loads
			}
		}
	}
	p.settingsFiles(f, settings)
	f.moves()
	for _, name := range f.named { // constants of other files
		if n, ok := f.numbers[name.Value]; ok {
			f.defaults = append(f.defaults, fact.New(n, name.From))
		}
	}
	return f
}

// isConfig reports whether a file configures a tool: vite.config.ts, .eslintrc.js. Among the sources it is
// the program's own: src/config/app.config.ts.
func isConfig(file string) bool {
	base := path.Base(file)
	among := slices.ContainsFunc(strings.Split(path.Dir(file), "/"), func(folder string) bool { return folder == "src" || folder == "config" })
	return strings.Contains(base, ".config.") && !among || strings.HasPrefix(base, ".") || base == "gulpfile.js" || base == "Gruntfile.js"
}

func (f *facts) read(file string, t []token) {
	f.addresses(file, t)
	f.literals(file, t)
	f.wire(file, t)
	f.serving(file, t)
	constants := portConstants(t)
	if f.numbers == nil {
		f.numbers = map[string]int{}
	}
	for name, n := range constants {
		if _, known := f.numbers[name]; !known {
			f.numbers[name] = n
		}
	}
	for i := range t {
		at := func(what string) fact.Source { return fact.At(file, t[i].line, what) }
		switch {
		case t[i].text == "PORT" && isEnv(t, i):
			if ofClient(t, i) {
				break
			}
			if f.reads.IsZero() {
				f.reads = at("PORT")
			}
			if n, name := fallback(fallbacks(t, i+1)); n > 0 {
				f.defaults = append(f.defaults, fact.New(n, at("default of PORT")))
			} else if name != "" {
				f.named = append(f.named, fact.New(name, at("default of PORT")))
			}
		case t[i].kind == word && listenNames[t[i].text] && follows(t, i+1, "("):
			f.listen(t, i, constants, at)
		case t[i].text == "assert" && t[i].kind == word && follows(t, i+1, "{") && i > 1 && t[i-1].kind == quoted && (t[i-2].text == "from" || t[i-2].text == "import"):
			f.gone = append(f.gone, limit{node: removed().Assertions - 1, what: "import … assert {…}", asserts: true, from: at("")})
		case t[i].kind == word && follows(t, i+1, "(") && isRemoved(t, i) > 0:
			f.gone = append(f.gone, limit{node: isRemoved(t, i) - 1, what: t[i-2].text + "." + t[i].text + "()", from: at("")})
		case t[i].text == "SIGTERM" && t[i].kind == quoted, t[i].text == "enableShutdownHooks":
			if f.signals.IsZero() {
				f.signals = at("SIGTERM is handled")
			}
		case t[i].kind == word && shellCalls[t[i].text] && follows(t, i+1, "(") && i+2 < len(t):
			f.command(t, i, file)
		case browserCalls[t[i].text] && i > 1 && browserKinds[t[i-2].text] && !f.browser.Known():
			f.browser = fact.New(t[i-2].text, at(t[i-2].text+"."+t[i].text))
		case t[i].text == "executablePath" && f.ownBrowser.IsZero():
			f.ownBrowser = at(t[i].text)
		case t[i].text == "enableVersioning":
			f.versioned = true
		case t[i].text == "setGlobalPrefix" && follows(t, i+1, "("):
			f.anyPrefix = true
		case t[i].kind == quoted && i > 0:
			f.route(t, i, at)
		}
	}
}

var listenNames = map[string]bool{"listen": true, "serve": true, "startStandaloneServer": true, "bindAsync": true, "createServer": true}

// browserCalls start one of the browserKinds. https://playwright.dev/docs/api/class-browsertype (2026-11)
var (
	browserCalls = map[string]bool{"launch": true, "launchPersistentContext": true, "launchServer": true}
	browserKinds = map[string]bool{"chromium": true, "firefox": true, "webkit": true}
)

// shellCalls run a command line through a shell, or a program by its name.
var shellCalls = map[string]bool{"exec": true, "execSync": true, "spawn": true, "spawnSync": true, "execFile": true, "execFileSync": true, "execa": true, "execaSync": true, "execaCommand": true}

// inShell are those of them that need a shell, whatever they run.
var inShell = map[string]bool{"exec": true, "execSync": true}

func (f *facts) command(t []token, i int, file string) {
	if i > 0 && (t[i-1].text == "." && i > 1 && !strings.Contains(strings.ToLower(t[i-2].text), "child") && t[i-2].text != "cp" || t[i-1].text == "function") {
		return // a method of something else: pattern.exec(text)
	}
	arg := t[i+2]
	if f.shell.Known() || arg.kind != quoted && arg.kind != template {
		return
	}
	first, _, _ := strings.Cut(strings.TrimSpace(arg.text), " ")
	if first == "node" && !inShell[t[i].text] {
		f.byName = fact.At(file, t[i].line, t[i].text)
		return
	}
	if first == "" || strings.HasPrefix(first, "${") {
		return
	}
	f.shell = fact.New(first, fact.At(file, t[i].line, t[i].text))
}

func (f *facts) listen(t []token, i int, constants map[string]int, at func(string) fact.Source) {
	name := t[i].text
	if name == "createServer" && i > 1 && t[i-1].text == "." && (t[i-2].text == "http" || t[i-2].text == "https" || t[i-2].text == "net") {
		f.calls = append(f.calls, at("createServer"))
	}
	if !isListen(t, i) {
		return
	}
	f.calls = append(f.calls, at(name))
	depth := 0
	for j := i + 1; j < len(t) && j < i+40; j++ {
		switch t[j].text {
		case "(", "{", "[":
			depth++
		case ")", "}", "]":
			if depth--; depth == 0 {
				return
			}
		}
		if t[j].text == "=>" || t[j].text == "function" {
			return
		}
		isPort := depth == 1 && t[j-1].text == "(" || t[j-1].text == ":" && j > 1 && t[j-2].text == "port"
		if isPort && t[j].kind == number {
			if n, ok := port(t[j].text); ok {
				f.listens = append(f.listens, fact.New(n, at(name)))
			}
		}
		if n, ok := constants[t[j].text]; ok && t[j].kind == word && (isPort || t[j].text == "port" && depth > 1) {
			f.listens = append(f.listens, fact.New(n, at(name)))
		}
	}
}

// portConstants are names that stand for a literal port: const PORT = 3000.
func portConstants(t []token) map[string]int {
	found := map[string]int{}
	for i := 0; i+2 < len(t); i++ {
		if t[i].kind != word || !strings.Contains(strings.ToLower(t[i].text), "port") {
			continue
		}
		j := i + 1
		if t[j].text == ":" && j+2 < len(t) && t[j+2].text == "=" { // a type
			j += 2
		}
		if t[j].text == "=" && t[j+1].kind == number {
			if n, ok := port(t[j+1].text); ok {
				found[t[i].text] = n
			}
		}
	}
	return found
}

// isEnv reports whether the name at i is read from the environment:
// process.env.PORT, env['PORT'], config.get('PORT'), a schema's PORT: z.coerce.number().
func isEnv(t []token, i int) bool {
	if i == 0 {
		return false
	}
	before := t[i-1].text
	if t[i].kind == quoted {
		if before == "(" && i > 4 && t[i-2].text == ">" && t[i-4].text == "<" {
			return strings.HasPrefix(t[i-5].text, "get") // config.get<number>("PORT")
		}
		return before == "[" || before == "(" && i > 1 && (isGetter(t[i-2]) || namesEnv(t[i-2]) ||
			i > 3 && t[i-3].text == "." && namesEnv(t[i-4])) // env.int("PORT", 3000)
	}
	if before == "." || before == "?." {
		return i > 1 && (t[i-2].text == "env" || strings.HasSuffix(strings.ToLower(t[i-2].text), "env"))
	}
	if follows(t, i+1, ":") { // a schema of the environment
		return slices.ContainsFunc(t[i+1:min(i+5, len(t))], func(n token) bool {
			return n.text == "z" || n.text == "Joi" || n.text == "num" || n.text == "port" || n.text == "str" || n.text == "host" || n.text == "t" || n.text == "v"
		})
	}
	return (before == "{" || before == ",") && envDestructured(t, i)
}

// isGetter reports whether a name is that of a function which reads something: get, getOrThrow, getWithDefault.
func isGetter(t token) bool {
	rest, ok := strings.CutPrefix(t.text, "get")
	return ok && t.kind == word && (rest == "" || rest[0] >= 'A' && rest[0] <= 'Z')
}

// namesEnv reports whether a name is that of the environment, or of a function that reads it: env, getEnvNumber.
func namesEnv(t token) bool {
	return t.kind == word && strings.Contains(strings.ToLower(t.text), "env")
}

// envDestructured reports whether the name at i stands in "const { PORT } = process.env".
func envDestructured(t []token, i int) bool {
	for j := i; j < len(t) && j < i+60; j++ {
		if t[j].text == "}" {
			return follows(t, j+1, "=") && follows(t, j+2, "process") && follows(t, j+4, "env")
		}
	}
	return false
}

// fallback is the port that holds where the variable is not set, or the name of the constant that
// stands there; 0 and "" where there is neither.
func fallback(defaults [][]token) (int, string) {
	for _, d := range defaults {
		if n, name := defaultIn(d); n > 0 || name != "" {
			return n, name
		}
	}
	return 0, ""
}

// defaultIn is the port, or the name of a constant that can be one, among the first words of a default.
func defaultIn(words []token) (int, string) {
	for _, t := range words {
		switch {
		case t.kind == number || t.kind == quoted:
			if n, ok := port(t.text); ok {
				return n, ""
			}
			return 0, ""
		case t.kind == word && t.text != "PORT" && strings.Contains(t.text, "PORT"):
			return 0, t.text
		}
	}
	return 0, ""
}

func follows(t []token, i int, text string) bool { return i >= 0 && i < len(t) && t[i].text == text }

// port is a literal that can be a port.
func port(text string) (int, bool) {
	n, err := strconv.Atoi(strings.ReplaceAll(text, "_", ""))
	return n, err == nil && n > 0 && n <= 65535 && (n >= 80 || n == 0)
}

// port is where the program listens, and what says so; unknown where nothing does.
func (f *facts) port() fact.Of[int] {
	if len(f.defaults) > 0 {
		return f.defaults[0]
	}
	if s := f.portVariable(); s.port > 0 {
		return fact.New(s.port, s.from)
	}
	if len(f.listens) > 0 {
		return f.listens[0]
	}
	return f.fixedPort()
}
