package check

import (
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dockgen/dockgen/internal/pattern"
)

// shellForm finds an entry point that runs under a shell, which does not pass on
// the signal of docker stop.
func shellForm(c *checker) {
	if c.aside() {
		return
	}
	final := c.file.final()
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
		f := c.found(run.step.first, run.step.last, name+" in exec form: a JSON array", "%s in shell form: a shell is process 1, and the program does not get the signal of docker stop", name)
		if words := plainWords(text); words != nil {
			if array, err := json.Marshal(words); err == nil {
				f.Fix = &Fix{First: run.step.first, Last: run.step.last, Text: name + " " + strings.ReplaceAll(string(array), `","`, `", "`)}
				f.Try = f.Fix.Text
			}
		}
	}
}

func (c *checker) changedShell(s *stage) bool {
	return slices.ContainsFunc(s.all(), func(p step) bool { _, ok := p.Command.(*instructions.ShellCommand); return ok })
}

var plain = pattern.New(`^[A-Za-z0-9_@%+=:,./ -]+$`)

// plainWords are the words of a command that means the same without a shell, nil
// for one that does not.
func plainWords(text string) []string {
	all := calls(text)
	words := strings.Fields(text)
	if !plain.MatchString(text) || len(all) != 1 || len(words) == 0 || strings.Contains(words[0], "=") || slices.Contains([]string{"cd", "export", "source", "."}, words[0]) {
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
	if entry, cmd := final.command(); c.aside() || entry.step == nil && cmd.step == nil {
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
	for _, p := range final.all() {
		var tools, with []string
		for _, name := range packages(p) {
			if slices.Contains(data().Compilers.Packages, name) {
				tools = append(tools, name)
			} else if slices.Contains(data().Compilers.With, name) {
				with = append(with, name)
			}
		}
		if len(tools) > 0 {
			tools = append(tools, with...)
		}
		text := p.shell()
		removed := strings.Contains(text, "apk del") || strings.Contains(text, "purge") || strings.Contains(text, "autoremove") || strings.Contains(text, "apt-get remove")
		if len(tools) > 0 && !removed {
			first := max(p.first, 1)
			c.found(first, p.last, "install them in a stage of its own and COPY --from it", "compilers or headers stay in the image: %s", strings.Join(tools, ", "))
		}
	}
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
			c.found(in.step.first, in.step.last, strings.Join(in.call, " ")+" "+in.installer.Production[0], "%s in the last stage installs development dependencies too", strings.Join(in.call, " "))
		}
	}
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
		c.found(in.step.first, in.step.last, "COPY "+strings.Join(in.installer.Manifests, " ")+" and the lockfile first, install, then COPY the rest", "%s comes after COPY of all sources (line %d): each change of a source installs again", strings.Join(in.call, " "), before[copied].first)
	}
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
