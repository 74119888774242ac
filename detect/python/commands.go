package python

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/python/syntax"
	"github.com/dockgen/dockgen/internal/fact"
)

// startsOthers are the functions that start other programs, or look for them.
var startsOthers = []string{
	"run", "Popen", "call", "check_call", "check_output", "getoutput", "getstatusoutput", "system", "popen", "which",
	"create_subprocess_exec", "create_subprocess_shell", "execv", "execvp", "subprocess_run", "run_command", "run_cmd",
}

// commands are the programs that the code starts and that come as a system package, each
// once, in the order of the files.
func (p *project) commands(g program) []fact.Of[string] {
	files := p.loaded(g)
	if g.django != nil || g.kind == "celery" || g.kind == "beat" { // they load modules by name
		files = p.sources.files()
	}
	var all []fact.Of[string]
	for _, f := range files {
		text, err := p.view.Read(f)
		if f == "" || err != nil || !strings.Contains(string(text), "subprocess") && !strings.Contains(string(text), "import shutil") && !strings.Contains(string(text), "os.") && !strings.Contains(string(text), "FFmpeg") {
			continue
		}
		m := p.sources.module(f)
		if at := plays(m, f); !at.IsZero() && !slices.ContainsFunc(all, func(o fact.Of[string]) bool { return o.Value == "ffmpeg" }) {
			all = append(all, fact.New("ffmpeg", at))
		}
		for _, c := range m.Calls {
			name := commandOf(m, c)
			_, known := natives().Commands[name]
			if known && !slices.ContainsFunc(all, func(o fact.Of[string]) bool { return o.Value == name }) {
				all = append(all, fact.New(name, source(f, c.Line, c.Callee)))
			}
		}
	}
	return all
}

// plays is a call that starts ffmpeg by the hand of a library: the voice of a bot, or what a download
// is converted with.
// https://discordpy.readthedocs.io/en/stable/api.html#discord.FFmpegPCMAudio,
// https://github.com/yt-dlp/yt-dlp#embedding-yt-dlp (2026-11)
func plays(m *syntax.Module, file string) fact.Source {
	_, downloads := m.Imported("yt_dlp")
	if _, old := m.Imported("youtube_dl"); old {
		downloads = true
	}
	for _, c := range m.Calls {
		last := c.Callee[strings.LastIndex(c.Callee, ".")+1:]
		if strings.HasPrefix(last, "FFmpeg") && strings.HasSuffix(last, "Audio") {
			return source(file, c.Line, c.Callee)
		}
	}
	for _, a := range m.Assigns {
		for _, t := range a.Value {
			if downloads && t.Kind == syntax.String && strings.HasPrefix(t.Text, "FFmpeg") {
				return source(file, t.Line, t.Text)
			}
		}
	}
	return fact.Source{}
}

// commandOf is the program that a call starts, as far as it is written there.
func commandOf(m *syntax.Module, c syntax.Call) string {
	if !slices.Contains(startsOthers, c.Callee[strings.LastIndex(c.Callee, ".")+1:]) {
		return ""
	}
	first := c.Arg("args", 0)
	if i := slices.IndexFunc(first, func(t syntax.Token) bool { return t.Is("+") }); i > 0 {
		first = first[:i] // PROBE + ["-v", name]
	}
	if list := m.ConstExpr(first.Name()); len(list.Items()) > 0 {
		first = list
	}
	if items := first.Items(); len(items) > 0 {
		first = items[0]
	}
	words := strings.Fields(m.Value(first).Text)
	if len(words) == 0 {
		return ""
	}
	return path.Base(words[0])
}

// browsers are what the packages that steer a browser start, by the code: "chromium".
// Empty where it only connects to one that runs elsewhere.
func (p *project) browsers() fact.Of[string] {
	at, ok := p.installs(p.steers())
	if !ok {
		return fact.Of[string]{}
	}
	connects := false
	for _, f := range p.sources.holding(".launch", ".connect") {
		for _, c := range p.sources.module(f).Calls {
			for _, kind := range []string{"chromium", "firefox", "webkit"} {
				if strings.HasSuffix(c.Callee, kind+".launch") || strings.HasSuffix(c.Callee, kind+".launch_persistent_context") {
					return fact.New(kind, source(f, c.Line, c.Callee))
				}
				connects = connects || strings.HasSuffix(c.Callee, kind+".connect") || strings.HasSuffix(c.Callee, kind+".connect_over_cdp")
			}
		}
	}
	if connects {
		return fact.Of[string]{}
	}
	return fact.New("chromium", at)
}

// steers is the package that steers a browser and brings its installer.
func (p *project) steers() string {
	if _, ok := p.installs("patchright"); ok {
		return "patchright"
	}
	return "playwright"
}

// browserFolder is where the browsers are installed for every user.
// https://playwright.dev/python/docs/browsers#managing-browser-binaries (2026-11)
const browserFolder = "/opt/browsers"

// withCommands adds the system packages of the programs that the code starts.
func (n *needed) withCommands(alpine bool, commands []fact.Of[string]) {
	for _, c := range commands {
		want := natives().Commands[c.Value]
		run := want.Run
		if alpine {
			run = want.ApkRun
		}
		n.run = append(n.run, run...)
		if !n.from.Known() {
			n.from = fact.New("starts "+c.Value, c.From)
		}
		if !n.runs.Known() {
			n.runs = fact.New("starts "+c.Value+", which distroless does not have", c.From)
		}
	}
	slices.Sort(n.run)
	n.run = slices.Compact(n.run)
}

// addChainlit adds the files with the handlers of a chat that Chainlit runs.
func (p *project) addChainlit() {
	for _, f := range p.sources.holding("chainlit") {
		m := p.sources.module(f)
		imported, ok := m.Imported("chainlit")
		if !ok || !slices.ContainsFunc(m.Funcs, func(fn syntax.Func) bool {
			return slices.ContainsFunc(fn.Decorators, func(d syntax.Expr) bool { return strings.HasPrefix(m.Qualified(d.Name()), "chainlit.on_") })
		}) {
			continue
		}
		g := program{kind: "chainlit", framework: "Chainlit", file: f, root: path.Dir(f), listens: listening{port: fact.New(8000, fact.Default("Chainlit's port"))}}
		g.Program = detect.Program{Name: p.relative(f), Kind: detect.Service, At: source(f, imported.Line, "import chainlit")}
		p.add(g)
	}
}
