package check

import (
	"bytes"
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"mvdan.cc/sh/v3/syntax"

	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

// shellForm finds an entry point that runs under a shell, which does not pass on
// the signal of docker stop.
func shellForm(c *checker) {
	final := c.file.final()
	if c.aside() || final.builds() {
		return
	}
	entry, cmd := final.command()
	for _, run := range []execution{entry, cmd} {
		if run.step == nil || !run.shell || run.step.first < final.line || c.changedShell(final) {
			continue
		}
		text := strings.Join(run.words, " ")
		if strings.HasPrefix(text, "exec ") || run.step == cmd.step && entry.step != nil && !entry.shell {
			continue // the shell is replaced, or it is another matter: arguments of an entry point
		}
		name := strings.ToUpper(run.step.Name())
		one := oneCommand(text)
		// BusyBox's shell, and bash, give way to a single command: then it does get the signal.
		// Debian's, which is dash, stays.
		if one && libc(final.image()) != "glibc" {
			f := c.found(run.step.first, run.step.last, name+" in exec form: a JSON array", "%s in shell form: whether the program gets the signal of docker stop depends on the shell of the image", name)
			f.Level = Note
			c.execForm(f, run, name, text, one)
			continue
		}
		f := c.found(run.step.first, run.step.last, name+" in exec form: a JSON array", "%s in shell form: a shell is process 1, and the program does not get the signal of docker stop", name)
		c.execForm(f, run, name, text, one)
	}
}

// execForm gives a finding what to write instead: the exec form, or exec in front of a
// command that needs the shell for its variables.
func (c *checker) execForm(f *Finding, run execution, name, text string, one bool) {
	fix := ""
	if words := plainWords(text); words != nil {
		if array, err := json.Marshal(words); err == nil {
			fix = name + " " + strings.ReplaceAll(string(array), `","`, `", "`)
		}
	} else if one && run.step.first == run.step.last {
		fix = name + " exec " + text
	}
	switch {
	case fix != "":
		f.Fix = &Fix{First: run.step.first, Last: run.step.last, Text: fix}
		f.Try = fix
	case one:
		f.Try = name + " exec " + text + ": the shell fills in the variables and gives way to the program"
	default:
		f.Try = "put exec before the last command, or all of it into a script that ends with exec, and " + name + " [\"./script\"]"
	}
}

// oneCommand reports whether a text is a single command of a program, with nothing that
// the shell has to stay for.
func oneCommand(text string) bool {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), "")
	if err != nil || len(file.Stmts) != 1 || file.Stmts[0].Background || file.Stmts[0].Negated {
		return false
	}
	call, ok := file.Stmts[0].Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) == 0 || len(call.Assigns) > 0 {
		return false
	}
	name := call.Args[0].Lit()
	return name != "" && !slices.Contains(shellOnly, name)
}

// shellOnly are commands of the shell itself.
var shellOnly = []string{"cd", "export", "source", ".", "exec", "set", "eval", "trap", "wait", "ulimit", "umask", ":"}

func (c *checker) changedShell(s *stage) bool {
	return slices.ContainsFunc(s.all(), func(p step) bool { _, ok := p.Command.(*instructions.ShellCommand); return ok })
}

var plain = pattern.New(`^[A-Za-z0-9_@%+=:,./ -]+$`)

// plainWords are the words of a command that means the same without a shell, nil
// for one that does not.
func plainWords(text string) []string {
	all := calls(text)
	words := strings.Fields(text)
	if !plain.MatchString(text) || len(all) != 1 || len(words) == 0 || strings.Contains(words[0], "=") || slices.Contains(shellOnly, words[0]) {
		return nil
	}
	return words
}

// aside reports whether the name of the Dockerfile, or of a folder it lies in, says
// that the image is for developers or tests: it may then have what those need.
func (c *checker) aside() bool {
	words := strings.FieldsFunc(strings.ToLower(c.file.path), func(r rune) bool { return strings.ContainsRune("/-_. ", r) })
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(data().Aside.Words, w) })
}

// compiles reports whether a stage builds a program, or its command does.
func (s *stage) compiles() bool {
	entry, cmd := s.command()
	all := []call{entry.words, cmd.words}
	for _, p := range s.all() {
		all = append(all, calls(p.shell())...)
	}
	return slices.ContainsFunc(all, func(c call) bool {
		for len(c) > 1 && strings.Contains(c[0], "=") {
			c = c[1:] // env NAME=value go build
		}
		return slices.ContainsFunc(data().Compilers.Words, func(w string) bool { return strings.HasPrefix(strings.Join(c, " ")+" ", w+" ") })
	})
}

// buildToolsInImage finds compilers in the last stage of an image that runs something
// else. One without a command is a tool, or another image's base.
func buildToolsInImage(c *checker) {
	final := c.file.final()
	if entry, cmd := final.command(); c.aside() || entry.step == nil && cmd.step == nil || final.builds() {
		return
	}
	r := parseReference(final.image())
	if slices.Contains(data().Compilers.Images, r.repository) {
		if !final.compiles() {
			return
		}
		c.found(final.line, final.line, "a last stage that takes only the program from this one", "the image is based on %s and carries its compilers", r.repository)
		return
	}
	steps := final.all()
	for i, p := range steps {
		var tools, with []string
		for _, name := range packages(p) {
			if slices.Contains(data().Compilers.Packages, name) {
				tools = append(tools, name)
			} else if slices.Contains(data().Compilers.With, name) {
				with = append(with, name)
			}
		}
		if len(tools) == 0 || removes(p) {
			continue
		}
		tools = append(tools, with...)
		if later := slices.IndexFunc(steps[i+1:], removes); later >= 0 {
			c.found(max(p.first, 1), p.last, "install and remove them in one RUN, or in a stage of its own and COPY --from it", "compilers or headers stay in a layer of the image, although line %d removes packages: %s", steps[i+1+later].first, strings.Join(tools, ", "))
			continue
		}
		c.found(max(p.first, 1), p.last, "install them in a stage of its own and COPY --from it", "compilers or headers stay in the image: %s", strings.Join(tools, ", "))
	}
}

// removes reports whether a step removes packages of the distribution.
func removes(p step) bool {
	return slices.ContainsFunc(calls(p.shell()), func(c call) bool {
		return slices.Contains([]string{"apt-get", "apt", "apk", "dpkg"}, c[0]) && slices.ContainsFunc(c, func(w string) bool {
			return slices.Contains([]string{"del", "remove", "purge", "autoremove", "autopurge", "-r", "-P", "--purge"}, w)
		})
	})
}

// builds reports whether the image is for building: what it starts compiles, and runs nothing.
func (s *stage) builds() bool {
	entry, cmd := s.command()
	words := call(append(slices.Clone(entry.words), cmd.words...))
	text := strings.Join(words, " ") + " "
	named := func(list []string) bool {
		return slices.ContainsFunc(list, func(w string) bool { return strings.HasPrefix(text, w+" ") })
	}
	return named(data().Compilers.Words) && !slices.ContainsFunc(words, func(w string) bool {
		return slices.ContainsFunc(data().Compilers.Runs, func(r string) bool { return strings.Contains(strings.ToLower(w), r) })
	})
}

// developmentDependencies finds installations in the last stage that bring what
// only development needs.
func developmentDependencies(c *checker) {
	final := c.file.final()
	if entry, cmd := final.command(); c.aside() || entry.step == nil && cmd.step == nil {
		return
	}
	chain := final.chain()
	for _, in := range c.installations() {
		if !slices.Contains(chain, in.stage) || !slices.ContainsFunc(in.installer.Development, in.call.is) || !c.declares(in) {
			continue
		}
		said := false
		for _, p := range final.all() {
			text := p.shell()
			for _, w := range in.installer.Production {
				key, value, isVariable := strings.Cut(w, "=")
				if strings.Contains(text, w) || isVariable && p.env[key] == value && p.first <= in.step.first {
					said = true
				}
			}
		}
		if !said {
			try := strings.Join(in.call, " ") + " " + in.installer.Production[0]
			if tool := c.developmentTool(final, in); tool != "" {
				try = "start the program without " + tool + ", which is a development dependency: build in a stage of its own what has to be built, then install here with " + in.installer.Production[0]
			} else if c.scriptsRun(final, in) { // what the build needs is among the development dependencies
				try = "build in a stage of its own; install in the last one with " + in.installer.Production[0] + ", and COPY --from what was built"
			}
			c.found(in.step.first, in.step.last, try, "%s in the last stage installs development dependencies too", strings.Join(in.call, " "))
		}
	}
}

// scriptsRun reports whether the stage goes on to run tools after an installation, in a
// step or as its command: those of development may be among them.
func (c *checker) scriptsRun(s *stage, in installation) bool {
	entry, cmd := s.command()
	run := []call{entry.words, cmd.words}
	for _, p := range s.all() {
		if p.first >= in.step.first {
			run = append(run, calls(p.shell())...)
		}
	}
	return slices.ContainsFunc(run, func(words call) bool {
		return len(words) > 1 && slices.Contains(data().Installers.Runners, words[0]) && !in.installer.matches(words, in.installer.Install) && !slices.Contains([]string{"start", "ci", "prune", "cache", "config", "-g"}, words[1])
	})
}

// declares reports whether a manifest that the installation reads lists development
// dependencies.
func (c *checker) declares(in installation) bool {
	key := regexp.MustCompile(`"` + regexp.QuoteMeta(in.installer.Declared) + `"\s*:\s*\{\s*"`)
	for _, dir := range in.folders(c) {
		for _, m := range in.installer.Manifests {
			if text, err := c.View.Read(path.Join(c.context, dir, m)); err == nil && key.Match(text) {
				return true
			}
		}
	}
	return false
}

// sourcesBeforeInstall finds installations that every change of a source repeats.
func sourcesBeforeInstall(c *checker) {
	if c.aside() {
		return
	}
	buildsAfterCopy(c)
	done := map[int]bool{}
	for _, in := range c.installations() {
		if done[in.step.first] || strings.Contains(in.step.original(), "type=cache") {
			continue
		}
		if slices.ContainsFunc(in.installer.Install, func(i string) bool { return strings.HasSuffix(i, " build") && in.call.is(i) }) {
			continue // it compiles the sources, so it needs them
		}
		before := in.stage.all()[:in.index]
		copied := slices.IndexFunc(before, step.everything)
		if copied < 0 || slices.ContainsFunc(before[:copied], func(p step) bool { return c.copiesManifest(p, in.installer) }) {
			continue
		}
		done[in.step.first] = true
		c.found(in.step.first, in.step.last, "COPY "+c.manifests(in)+" first, install, then COPY the rest", "%s comes after COPY of all sources (line %d): each change of a source installs again", strings.Join(in.call, " "), before[copied].first)
	}
}

// manifests are what an installation reads, in words.
func (c *checker) manifests(in installation) string {
	folder := in.folder()
	var names []string
	for _, m := range in.installer.Manifests {
		names = append(names, path.Join(folder, m))
	}
	text := strings.Join(names, " ")
	locks := c.lockfiles(in.installer, []string{folder})
	for _, l := range locks {
		text += " " + repo.Rel(c.context, l)
	}
	if len(locks) > 0 && len(in.installer.Members) > 0 && slices.ContainsFunc(in.installer.Members, func(m string) bool { return c.declaresWorkspace(m) }) {
		text += " and the manifests of the workspace's members"
	}
	return text
}

// folder is the folder that a flag makes the installation work in, "." for none.
func (in installation) folder() string {
	for i, w := range in.call {
		name, value, joined := strings.Cut(w, "=")
		if !slices.Contains([]string{"--prefix", "--dir", "--cwd", "-C"}, name) {
			continue
		}
		if !joined && i+1 < len(in.call) {
			value = in.call[i+1]
		}
		if dir := path.Clean(value); value != "" && !path.IsAbs(dir) && !strings.HasPrefix(dir, "..") {
			return dir
		}
	}
	return "."
}

// declaresWorkspace reports whether the root of the context declares a workspace: a file of
// that name, or a key of a manifest (FILE#KEY).
func (c *checker) declaresWorkspace(mark string) bool {
	file, key, inside := strings.Cut(mark, "#")
	text, err := c.View.Read(path.Join(c.context, file))
	return err == nil && (!inside || regexp.MustCompile(`"`+regexp.QuoteMeta(key)+`"\s*:`).Match(text))
}

// buildsAfterCopy finds programs that are compiled after all sources are copied, with
// nothing kept of their dependencies: each change of a source fetches and compiles them again.
func buildsAfterCopy(c *checker) {
	for _, s := range c.file.stages {
		inherited := len(s.all()) - len(s.steps)
		for i, p := range s.steps {
			before := s.all()[:inherited+i]
			copied := slices.IndexFunc(before, step.everything)
			if copied < 0 || strings.Contains(p.original(), "type=cache") {
				continue
			}
			for _, b := range data().Builders.List {
				made := ""
				for _, words := range calls(p.shell()) {
					for len(words) > 1 && strings.Contains(words[0], "=") {
						words = words[1:]
					}
					if slices.ContainsFunc(b.Build, func(w string) bool { return strings.HasPrefix(strings.Join(words, " ")+" ", w+" ") }) {
						made = strings.Join(words[:min(2, len(words))], " ")
						break
					}
				}
				if made == "" || !c.View.Has(path.Join(c.context, b.Lockfile)) || slices.ContainsFunc(b.Kept, func(k string) bool {
					return c.View.Has(path.Join(c.context, k)) || c.View.HasDir(path.Join(c.context, k))
				}) || slices.ContainsFunc(before, func(e step) bool { return b.fetches(e) }) {
					continue
				}
				c.found(p.first, p.last, b.Try, "%s comes after COPY of all sources (line %d), and nothing keeps the dependencies: each change of a source %s them again", made, before[copied].first, b.Does)
				return
			}
		}
	}
}

// fetches reports whether a step brings dependencies before the sources: it copies the
// manifest, or runs what fetches them.
func (b builder) fetches(p step) bool {
	for _, source := range p.fromContext() {
		if source != "." && (path.Base(source) == path.Base(b.Manifest) || strings.Contains(source, "*")) {
			return true
		}
	}
	text := p.shell()
	if _, _, from, ok := p.copied(); ok && from != "" {
		text = p.original()
	}
	return slices.ContainsFunc(b.Fetch, func(w string) bool { return strings.Contains(text, w) })
}

func (c *checker) copiesManifest(p step, in installer) bool {
	for _, source := range p.fromContext() {
		for _, m := range in.Manifests {
			if source != "." && (strings.HasSuffix(source, m) || strings.Contains(source, "*")) {
				return true
			}
		}
	}
	return false
}

// health is the HEALTHCHECK of the image, if it has one of its own.
func (c *checker) health() (step, []string, bool) {
	final := c.file.final()
	for i := len(final.steps) - 1; i >= 0; i-- {
		if h, ok := final.steps[i].Command.(*instructions.HealthCheckCommand); ok && h.Health != nil && len(h.Health.Test) > 1 {
			return final.steps[i], h.Health.Test, true
		}
	}
	return step{}, nil, false
}

// healthTool finds a probe with a program that the image does not have.
func healthTool(c *checker) {
	p, test, ok := c.health()
	if !ok {
		return
	}
	final := c.file.final()
	installed := ""
	for _, s := range final.all() {
		installed += s.shell() + "\n"
		if sources, to, _, ok := s.copied(); ok {
			installed += strings.Join(sources, " ") + " " + to + "\n"
		}
	}
	for _, tool := range data().Tools.Missing[kind(final.image())] {
		uses := regexp.MustCompile(`(^|[\s;&|(])` + tool + `($|\s)`).MatchString(strings.Join(test[1:], " "))
		if uses && !strings.Contains(installed, tool) {
			c.found(p.first, p.last, "probe with what the image has, or install "+tool, "%s has no %s, so the container never becomes healthy", final.image(), tool)
		}
	}
	if test[0] == "CMD-SHELL" && kind(final.image()) == "none" {
		c.found(p.first, p.last, "HEALTHCHECK CMD [\"program\", \"argument\"]", "%s has no shell, so the container never becomes healthy", final.image())
	}
}

var localPort = pattern.New(`(?:localhost|127\.0\.0\.1|0\.0\.0\.0):(\d+)`)

// healthPort finds a probe of a port that the image does not expose.
func healthPort(c *checker) {
	p, test, ok := c.health()
	if !ok {
		return
	}
	match := localPort.FindStringSubmatch(strings.Join(test, " "))
	if match == nil {
		return
	}
	var exposed []string
	for _, s := range c.file.final().all() {
		if e, ok := s.Command.(*instructions.ExposeCommand); ok {
			for _, word := range e.Ports {
				value, known := expand(word, s.env)
				if !known || strings.Contains(value, "-") {
					return
				}
				exposed = append(exposed, strings.TrimSuffix(value, "/tcp"))
			}
		}
	}
	if len(exposed) > 0 && !slices.Contains(exposed, match[1]) {
		c.found(p.first, p.last, "probe "+exposed[0], "the probe asks port %s, and the image exposes %s", match[1], strings.Join(exposed, ", "))
	}
}

var localPath = pattern.New(`(?:localhost|127\.0\.0\.1|0\.0\.0\.0)(?::[0-9]+|:\$\{?[A-Za-z_]+(?::-[0-9]+)?\}?)?((?:/[A-Za-z0-9_.~-]+)+)`)

const maxSources = 64 << 20 // bytes of all files that are searched; beyond, nothing is said

// healthPath finds a probe of a path that nothing in the repository names, where no framework is
// known to answer it by itself. The last part is what is looked for: routers put paths together.
func healthPath(c *checker) {
	p, test, ok := c.health()
	if !ok {
		return
	}
	match := localPath.FindStringSubmatch(strings.Join(test, " "))
	if match == nil || c.answers(match[1]) {
		return
	}
	if known, sure := c.mentions(path.Base(match[1])); sure && !known {
		c.found(p.first, p.last, "probe a path that the program answers", "the probe asks %s, which nothing in the repository names", match[1])
	}
}

// answers reports whether the program answers a path by what is known of frameworks.
func (c *checker) answers(asked string) bool {
	if c.planned != nil && strings.Contains(c.Plan.Output.Files[0].Text, asked) {
		return true
	}
	a := data().Answered
	byItself := func(p string) bool {
		return asked == p || strings.HasPrefix(asked, p) && (strings.HasSuffix(p, "/") || asked[len(p)] == '/')
	}
	return slices.ContainsFunc(a.Paths, byItself) || slices.ContainsFunc(c.file.stages, func(s *stage) bool {
		return slices.ContainsFunc(a.Bases, func(b string) bool { return strings.Contains(s.base, b) })
	})
}

// mentions reports whether a word stands in the name or the text of a tracked file; sure is false
// where there is too much to look through, or sources are fetched from elsewhere.
func (c *checker) mentions(word string) (found, sure bool) {
	left := int64(maxSources)
	code := false
	for _, f := range c.View.Files() {
		base := strings.ToLower(path.Base(f))
		if slices.Contains(data().Answered.Aside, path.Ext(base)) || strings.Contains(base, "dockerfile") {
			continue
		}
		if strings.Contains(f, word) {
			return true, true
		}
		size := c.View.Size(f)
		if size > maxSource {
			continue
		}
		if left -= size; left < 0 {
			return false, false
		}
		text, err := c.View.Read(f)
		if err != nil {
			return false, false
		}
		if bytes.Contains(text, []byte(word)) {
			return true, true
		}
		code = true
	}
	return false, code && c.planned != nil
}
