package node

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/shell"
	"github.com/dockgen/dockgen/templates"
)

// start is how a program is started, without a package manager in between.
type start struct {
	from   fact.Source
	runner string   // node, bun, tsx, ts-node, ..., or the name of a package's binary
	flags  []string // of the runner
	file   string   // relative to the package; "" where the runner takes none
	args   []string
	env    []templates.Var
	before []string // command lines that must run once before the start: migrations
	builds []string // command lines of the start script that belong into the build
	script string   // the whole line, where only a shell can run it
	shell  string   // why a shell is needed, "" where it is not
}

func (s start) found() bool { return s.file != "" || s.script != "" || s.runner != "" }

// startNames are the scripts that start a program, the ones meant for production first.
var startNames = []string{"start:prod", "start:production", "prod", "start", "serve", "dev", "start:dev", "develop"}

// expansions of "npm run" within one another.
const maxExpansions = 12

// maxCommands is how many commands a script may come to: scripts that run others twice double with
// every step.
const maxCommands = 1000

// expansion is what a script comes to. The zero value stands for one that is being expanded.
type expansion struct {
	commands   []shell.Command
	understood bool
}

// commands are the simple commands of a script, with the scripts it runs in their place.
func (p *pkg) commands(name string) []shell.Command {
	all, _ := p.expand(name, 0)
	return all
}

// expand is commands, and whether everything in the line was understood.
func (p *pkg) expand(name string, depth int) ([]shell.Command, bool) {
	line, ok := p.m.script(name)
	if !ok || depth > maxExpansions {
		return nil, false
	}
	key := line.Value
	if kept, ok := p.expanded[key]; ok {
		return slices.Clone(kept.commands), kept.understood
	}
	if p.expanded == nil {
		p.expanded = map[string]expansion{}
	}
	p.expanded[key] = expansion{}
	all, understood := p.expandLine(line.Value, depth)
	if len(all) > maxCommands {
		all, understood = all[:maxCommands:maxCommands], false
	}
	p.expanded[key] = expansion{all, understood}
	return slices.Clone(all), understood
}

func (p *pkg) expandLine(text string, depth int) ([]shell.Command, bool) {
	parsed, err := shell.Parse(text)
	if err != nil {
		return nil, false
	}
	understood := !parsed.Complex
	var all []shell.Command
	for _, c := range parsed.Commands {
		if c.Joint == "||" {
			understood = false
			continue
		}
		c = unwrap(c)
		if script, ok := runs(c.Argv()); ok && len(c.Env) == 0 {
			if _, has := p.m.script(script); has && p.onlyDelegates(script) {
				continue // nothing of it is done here
			} else if has {
				inner, ok := p.expand(script, depth+1)
				inner = withArguments(inner, c, script)
				all, understood = append(all, inner...), understood && ok
				continue
			}
		}
		if quotedLine, ok := several(c.Argv()); ok { // run-s a b, concurrently "x" "y"
			for _, l := range quotedLine {
				inner, ok := p.expandLine(l, depth+1)
				all, understood = append(all, inner...), understood && ok
			}
			continue
		}
		all = append(all, c)
	}
	return all, understood
}

// withArguments are the commands of a script with the words that follow its name in the command that
// runs it: npm run with:env -- node server.js.
func withArguments(inner []shell.Command, c shell.Command, script string) []shell.Command {
	i := slices.IndexFunc(c.Words, func(w shell.Word) bool { return w.Text == script })
	rest := c.Words[i+1:]
	if len(rest) > 0 && rest[0].Text == "--" {
		rest = rest[1:]
	}
	if i < 0 || len(rest) == 0 || len(inner) == 0 {
		return inner
	}
	last := inner[len(inner)-1]
	last.Words = append(slices.Clone(last.Words), rest...)
	return append(slices.Clone(inner[:len(inner)-1]), unwrap(last))
}

// runs is the script that "npm run x", "yarn x" or "pnpm x" runs.
func runs(argv []string) (string, bool) {
	if len(argv) < 2 || !slices.Contains([]string{npm, pnpm, yarn, bun}, argv[0]) {
		return "", false
	}
	if slices.ContainsFunc(argv[1:], func(a string) bool {
		option, _, _ := strings.Cut(a, "=")
		return slices.Contains(elsewhereOptions, option)
	}) {
		return "", false // of another package
	}
	rest := argv[1:]
	for len(rest) > 0 && strings.HasPrefix(rest[0], "-") {
		rest = rest[1:]
	}
	if len(rest) > 1 && (rest[0] == "run" || rest[0] == "run-script") {
		rest = rest[1:]
	} else if argv[0] == npm && len(rest) > 0 && rest[0] != "start" && rest[0] != "test" {
		return "", false
	}
	for len(rest) > 0 && (rest[0] == "-s" || rest[0] == "--silent") {
		rest = rest[1:]
	}
	if len(rest) == 0 || argv[0] == bun && slices.Contains(ofBun, rest[0]) && !slices.Contains(argv, "run") {
		return "", false
	}
	return rest[0], true
}

// ofBun are commands of Bun's own, which hold before scripts of the same name. https://bun.com/docs/runtime (2026-11)
var ofBun = []string{"build", "test", "init", "create", "exec", "repl", "publish", "link", "unlink", "pm", "outdated", "audit", "patch", "upgrade"}

// several are the lines that npm-run-all's run-s runs one after another.
func several(argv []string) ([]string, bool) {
	if len(argv) < 2 || (argv[0] != "run-s" && argv[0] != "npm-run-all") {
		return nil, false
	}
	var lines []string
	for _, a := range argv[1:] {
		if a == "-p" || a == "--parallel" || strings.Contains(a, "*") {
			return nil, false
		}
		if !strings.HasPrefix(a, "-") {
			lines = append(lines, "npm run "+a)
		}
	}
	return lines, true
}

// wrappers run the command that follows them; the number is how many words of their own
// come before it besides options, and "--" ends those of dotenv and its kin.
var wrappers = map[string]bool{
	"exec": true, "npx": true, "bunx": true, "cross-env": true, "cross-env-shell": true, "env": true, "dotenv": true, "dotenvx": true, "env-cmd": true, "with-env": true,
	"infisical": true, "doppler": true, "op": true, "dumb-init": true, "tini": true, "nice": true, "time": true,
}

// unwrap removes what only sets the environment or finds a binary, and keeps the variables.
func unwrap(c shell.Command) shell.Command {
	for len(c.Words) > 1 {
		first := c.Words[0].Text
		if (first == pnpm || first == npm || first == yarn || first == bun) && (c.Words[1].Text == "exec" || c.Words[1].Text == "dlx" || first == bun && c.Words[1].Text == "x") && len(c.Words) > 2 {
			c.Words = c.Words[2:]
			if c.Words[0].Text == "--" && len(c.Words) > 1 {
				c.Words = c.Words[1:]
			}
			continue
		}
		if !wrappers[first] {
			return c
		}
		rest := c.Words[1:]
		if i := slices.IndexFunc(rest, func(w shell.Word) bool { return w.Text == "--" }); i >= 0 && i+1 < len(rest) {
			c.Words = rest[i+1:]
			continue
		}
		for len(rest) > 0 {
			text := rest[0].Text
			name, v, isVar := strings.Cut(text, "=")
			switch {
			case strings.HasPrefix(text, "-"):
				takes := (text == "-e" || text == "-f" || text == "-c" || text == "-p") && first != "npx" && len(rest) > 1
				if rest = rest[1:]; takes {
					rest = rest[1:]
				}
				continue
			case isVar && isName(name) && first != "npx":
				w := rest[0]
				w.Text = v
				c.Env = append(slices.Clone(c.Env), shell.Assignment{Name: name, Value: w})
				rest = rest[1:]
				continue
			case first == "dotenvx" && text == "run":
				rest = rest[1:]
				continue
			}
			break
		}
		c.Words = rest
	}
	return c
}

func isName(s string) bool {
	return s != "" && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == ""
}

// resolve is how a script starts a program.
func (p *pkg) resolve(name string) start {
	line, ok := p.m.script(name)
	if !ok {
		return start{}
	}
	s := p.resolveLine(line.Value, line.From)
	if s.found() {
		p.hook(&s, "pre"+name)
	}
	return s
}

// hook sorts the commands that package managers run before a script: what builds goes into
// the build, what is not known must have run before the start.
func (p *pkg) hook(s *start, name string) {
	for _, c := range p.commands(name) {
		switch argv := c.Argv(); {
		case isHousekeeping(argv):
		case isBuild(argv):
			s.builds = append(s.builds, strings.Join(argv, " "))
		default:
			s.before = append(s.before, strings.Join(argv, " "))
		}
	}
}

// resolveLine is resolve for a command line from anywhere.
func (p *pkg) resolveLine(text string, from fact.Source) start {
	s := start{from: from}
	commands, understood := p.expandLine(text, 0)
	if !understood || len(commands) == 0 {
		return start{from: from, script: text, shell: "the start script needs a shell"}
	}
	commands = withoutManaging(commands)
	last := commands[len(commands)-1]
	serves := len(last.Words) > 0 && staticServers[path.Base(last.Words[0].Text)]
	build := p.commands(p.buildScript())
	for _, c := range commands[:len(commands)-1] {
		switch {
		case serves: // whatever comes before makes the files
		case isMigration(c.Argv()):
			s.before = append(s.before, strings.Join(c.Argv(), " "))
		case isBuild(c.Argv()):
			s.builds = append(s.builds, strings.Join(c.Argv(), " "))
		case slices.ContainsFunc(build, func(b shell.Command) bool { return slices.Equal(b.Argv(), c.Argv()) }): // done by then
		case isHousekeeping(c.Argv()):
		default:
			return start{from: from, script: text, shell: "the start script runs several commands"}
		}
	}
	if isBuild(last.Argv()) && len(commands) > 1 {
		return start{from: from}
	}
	p.command(&s, last, text)
	return s
}

// command reads the command that stays running.
func (p *pkg) command(s *start, c shell.Command, text string) {
	for _, a := range c.Env {
		if a.Value.Literal() {
			s.env = append(s.env, templates.Var{Name: a.Name, Value: a.Value.Text})
		} else {
			s.script, s.shell = text, "the start script sets a variable from another"
		}
	}
	argv := c.Argv()
	if len(argv) == 0 {
		return
	}
	if i := slices.IndexFunc(c.Words, func(w shell.Word) bool { return !w.Literal() }); i >= 0 {
		if argv = withoutPort(c); argv == nil {
			s.script, s.shell = text, "the start script expands a variable"
			return
		}
	}
	switch runner := path.Base(argv[0]); runner {
	case "node", "nodejs":
		s.runner = "node"
		s.nodeArguments(argv[1:])
	case "nodemon", "supervisor", "node-dev":
		p.nodemon(s, argv[1:], text)
	case "tsx", "ts-node", "ts-node-dev", "tsnd", "ts-node-esm", "esno", "babel-node", "vite-node", "swc-node", "jiti", "esr", "node-ts":
		s.runner = runner
		s.nodeArguments(slices.DeleteFunc(slices.Clone(argv[1:]), func(a string) bool { return a == "watch" }))
	case "bun":
		s.runner = bun
		s.nodeArguments(slices.DeleteFunc(slices.Clone(argv[1:]), func(a string) bool { return a == "run" }))
	case "pm2-runtime", "pm2":
		p.pm2(s, argv[1:], text)
	case "sh", "bash", "zsh":
		s.script, s.shell = text, "the start script is run by "+runner
	default:
		if strings.Contains(argv[0], "/") && !strings.Contains(argv[0], "node_modules/") {
			s.script, s.shell = text, "the start script runs "+argv[0]
			return
		}
		s.runner, s.args = runner, argv[1:]
	}
}

// withoutPort is a command without an option that only passes the variable PORT on, which
// servers read by themselves; nil where another variable is expanded.
func withoutPort(c shell.Command) []string {
	var argv []string
	for i := 0; i < len(c.Words); i++ {
		w := c.Words[i]
		if w.Literal() {
			argv = append(argv, w.Text)
			continue
		}
		if w.Opaque || len(w.Vars) != 1 || w.Vars[0].Name != "PORT" {
			return nil
		}
		if strings.HasPrefix(w.Text, "-") {
			continue
		}
		if n := len(argv); n > 0 && (argv[n-1] == "-p" || argv[n-1] == "--port" || argv[n-1] == "-l") {
			argv = argv[:n-1]
			continue
		}
		return nil
	}
	return argv
}

// valued are options of node and its like that take the next word as their value.
var valued = map[string]bool{
	"-r": true, "--require": true, "--import": true, "--loader": true, "--experimental-loader": true, "-C": true, "--conditions": true, "--env-file": true,
	"--env-file-if-exists": true, "--watch-path": true, "--title": true, "--tsconfig": true, "-P": true, "--project": true, "--preload": true, "-O": true, "--config": true, "-x": true, "--extensions": true,
}

// development are options that only serve while writing code.
func development(flag string) bool {
	if flag == "-w" { // of vite-node: --watch
		return true
	}
	for _, d := range []string{"--inspect", "--watch", "--hot", "--respawn", "--clear-screen", "--no-clear", "--env-file", "--exit-child", "--poll"} {
		if strings.HasPrefix(flag, d) {
			return true
		}
	}
	return false
}

// nodeArguments splits the words after node into its options, the file and the program's arguments.
func (s *start) nodeArguments(argv []string) {
	for i := 0; i < len(argv); i++ {
		a := argv[i]
		if !strings.HasPrefix(a, "-") || a == "-" {
			s.file, s.args = cleanFile(a), argv[i+1:]
			return
		}
		take := []string{a}
		if valued[a] && i+1 < len(argv) {
			i++
			take = append(take, argv[i])
		}
		if !development(a) && !isPnP(take[len(take)-1]) {
			s.flags = append(s.flags, take...)
		}
	}
}

// isPnP reports whether a module that node is to load first is Yarn's Plug'n'Play: images have node_modules.
// https://yarnpkg.com/features/pnp (4, 2026-11)
func isPnP(module string) bool { return strings.HasPrefix(path.Base(module), ".pnp.") }

func cleanFile(file string) string {
	if file == "." || file == "./" {
		return "."
	}
	return path.Clean(file)
}

// nodemon runs a file, or a command given with --exec, whenever a file changes.
func (p *pkg) nodemon(s *start, argv []string, text string) {
	for i := 0; i < len(argv); i++ {
		switch a := argv[i]; {
		case (a == "-x" || a == "--exec") && i+1 < len(argv):
			line := argv[i+1]
			if parsed, err := shell.Parse(line); err == nil && len(parsed.Commands) == 1 && !parsed.Complex {
				c := unwrap(parsed.Commands[0])
				if len(c.Words) == 1 && i+2 < len(argv) {
					for _, w := range argv[i+2:] {
						c.Words = append(c.Words, shell.Word{Text: w})
					}
				}
				if len(c.Words) > 0 && c.Words[0].Text != "nodemon" {
					p.command(s, c, text)
				}
			}
			return
		case a == "-w" || a == "--watch" || a == "-e" || a == "--ext" || a == "-i" || a == "--ignore" || a == "--delay" || a == "--signal" || a == "--config":
			i++
		case a == "-r" || a == "--require":
			i++
			if i < len(argv) {
				s.flags = append(s.flags, "-r", argv[i])
			}
		case !strings.HasPrefix(a, "-"):
			s.runner, s.file, s.args = "node", cleanFile(a), argv[i+1:]
			return
		}
	}
	s.runner, s.file = "node", "."
}
