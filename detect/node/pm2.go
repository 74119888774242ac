package node

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/jsconfig"
	"github.com/dockgen/dockgen/internal/shell"
	"github.com/dockgen/dockgen/templates"
)

// pm2Starts are the commands of pm2 that start something; the others look after what runs.
// https://pm2.keymetrics.io/docs/usage/quick-start/ (6, 2026-11)
var pm2Starts = []string{"start", "restart", "reload", "startOrRestart", "startOrReload", "startOrGracefulReload"}

// pm2Valued are options of pm2 that take the next word as their value.
var pm2Valued = map[string]bool{
	"-n": true, "--name": true, "-i": true, "--instances": true, "--only": true, "--env": true, "-o": true, "--output": true, "-e": true, "--error": true, "-l": true, "--log": true,
	"-p": true, "--pid": true, "--cwd": true, "--interpreter": true, "--node-args": true, "--interpreter-args": true, "--max-memory-restart": true, "--restart-delay": true,
	"--exp-backoff-restart-delay": true, "--cron": true, "-c": true, "--namespace": true, "-u": true, "--user": true, "--ignore-watch": true, "--kill-timeout": true, "--max-restarts": true,
}

// withoutManaging are the commands of a start script without what only looks after a process manager
// that another of them starts: pm2 delete api && pm2 start api.js && pm2 logs. Neither does a node
// without a file, at the end of such a line, run anything.
func withoutManaging(commands []shell.Command) []shell.Command {
	is := func(c shell.Command, starts bool) bool {
		argv := c.Argv()
		return len(argv) > 1 && argv[0] == "pm2" && slices.Contains(pm2Starts, argv[1]) == starts
	}
	if !slices.ContainsFunc(commands, func(c shell.Command) bool { return is(c, true) }) {
		return commands
	}
	return slices.DeleteFunc(slices.Clone(commands), func(c shell.Command) bool {
		argv := c.Argv()
		return is(c, false) || len(argv) > 0 && argv[0] == "node" && !slices.ContainsFunc(argv[1:], func(a string) bool { return !strings.HasPrefix(a, "-") })
	})
}

// pm2 reads the command of a process manager: in a container the program itself is the process. What it
// is may stand in a file of settings.
func (p *pkg) pm2(s *start, argv []string, text string) {
	given := map[string]string{}
	var words, rest []string
	for i := 0; i < len(argv); i++ {
		name, v, has := strings.Cut(argv[i], "=")
		switch {
		case argv[i] == "--":
			rest = argv[i+1:]
			i = len(argv)
		case pm2Valued[name] && !has && i+1 < len(argv):
			i++
			given[name] = argv[i]
		case strings.HasPrefix(name, "-"):
			given[name] = v
		default:
			words = append(words, argv[i])
		}
	}
	if len(words) > 0 && slices.Contains(pm2Starts, words[0]) {
		words = words[1:]
	}
	if len(words) == 0 {
		return
	}
	if !isPM2Config(words[0]) {
		p.managed(s, jsconfig.Value{}, words[0], given["--interpreter"], rest, text)
		return
	}
	app, file := p.pm2App(words[0], given["--only"])
	script, _ := app.Get("script").Str()
	if cwd, ok := joined(app.Get("cwd")); script == "" || ok && path.Clean(cwd) != "." {
		return
	}
	s.from = fact.At(file, app.Line, "script")
	interpreter, _ := app.Get("interpreter").Str()
	if interpreter == "" {
		interpreter, _ = app.Get("exec_interpreter").Str()
	}
	env := app.Get("env").Fields
	if name := given["--env"]; name != "" {
		env = append(slices.Clone(env), app.Get("env_"+name).Fields...)
	}
	for _, f := range env {
		if f.Value.Sure() && f.Value.Text != "" && isName(f.Name) && (f.Value.Kind == jsconfig.String || f.Value.Kind == jsconfig.Number) {
			s.env = slices.DeleteFunc(s.env, func(v templates.Var) bool { return v.Name == f.Name })
			s.env = append(s.env, templates.Var{Name: f.Name, Value: f.Value.Text})
		}
	}
	p.managed(s, app, script, interpreter, pm2Words(app.Get("args")), text)
}

func isPM2Config(file string) bool {
	return strings.HasSuffix(file, ".json") || strings.HasSuffix(file, ".config.js") || strings.HasSuffix(file, ".config.cjs") || strings.HasSuffix(file, ".yml") || strings.HasSuffix(file, ".yaml") || strings.Contains(path.Base(file), "ecosystem")
}

// managed is the start of a script with an interpreter of its own, or the one that its kind of file has.
func (p *pkg) managed(s *start, app jsconfig.Value, script, interpreter string, args []string, text string) {
	argv := append([]string{script}, args...)
	flags := pm2Words(app.Get("node_args"))
	if len(flags) == 0 {
		flags = pm2Words(app.Get("interpreter_args"))
	}
	switch name := path.Base(interpreter); {
	case interpreter == "" || name == "node":
		if slices.Contains([]string{npm, yarn, pnpm, bun}, script) {
			if name, ok := runs(argv); ok {
				env := s.env
				*s = p.resolve(name)
				s.env = append(env, s.env...)
			}
			return
		}
		if path.Ext(script) == ".ts" && !slices.ContainsFunc(flags, func(f string) bool { return strings.Contains(f, "tsx") || strings.Contains(f, "ts-node") }) {
			argv = append(append([]string{"ts-node"}, flags...), argv...)
			break
		}
		argv = append(append([]string{"node"}, flags...), argv...)
	case name != "none":
		argv = append(append([]string{name}, flags...), argv...)
	}
	words := make([]shell.Word, len(argv))
	for i, a := range argv {
		words[i] = shell.Word{Text: a}
	}
	p.command(s, shell.Command{Words: words}, text)
}

// pm2Words are words that settings hold as a list or as one text.
func pm2Words(v jsconfig.Value) []string {
	if s, ok := v.Str(); ok {
		return strings.Fields(s)
	}
	var all []string
	for _, item := range v.Items {
		if s, ok := item.Str(); ok {
			all = append(all, s)
		}
	}
	return all
}

// pm2App is the one program that a file of settings starts, or the one of that name, and the file.
// https://pm2.keymetrics.io/docs/usage/application-declaration/ (6, 2026-11)
func (p *pkg) pm2App(name, only string) (jsconfig.Value, string) {
	file := p.in(name)
	text, err := p.view.Read(file)
	if err != nil {
		return jsconfig.Value{}, file // it is evidence, not input
	}
	if path.Ext(name) == ".json" {
		text = append([]byte("module.exports = "), text...)
	}
	settings := jsconfig.Read(text).Export.Object()
	apps := settings.Get("apps").Items
	if len(apps) == 0 && settings.Get("script").Kind == jsconfig.String {
		apps = []jsconfig.Value{settings}
	}
	if only != "" {
		apps = slices.DeleteFunc(slices.Clone(apps), func(a jsconfig.Value) bool {
			called, _ := a.Get("name").Str()
			return called != only
		})
	}
	if len(apps) != 1 {
		return jsconfig.Value{}, file
	}
	return apps[0], file
}
