package check

import (
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// otherPort compares EXPOSE with the port that the source names.
func otherPort(c *checker) {
	if c.Plan == nil || !c.Plan.Sure || c.Plan.Output.Dockerfile != c.file.path {
		return // another image may run another program
	}
	port := c.Plan.Decision.Plan.Image.Port
	if !port.Known() || port.From.File == "" {
		return
	}
	var exposed []string
	var at step
	final := c.file.final()
	for _, p := range final.all() {
		e, ok := p.Command.(*instructions.ExposeCommand)
		if !ok {
			continue
		}
		for _, word := range e.Ports {
			value, known := expand(word, p.env)
			if !known || strings.Contains(value, "-") {
				return
			}
			number, _, _ := strings.Cut(value, "/")
			exposed = append(exposed, number)
		}
		at = p
	}
	if len(exposed) == 0 || slices.Contains(exposed, strconv.Itoa(port.Value)) || c.namesPort(final, exposed) || at.first < final.line || !c.lineHas(port.From, port.Value) || c.sourcesName(exposed) {
		return
	}
	f := c.found(at.first, at.last, "EXPOSE "+strconv.Itoa(port.Value), "the program listens on %d, not on %s", port.Value, strings.Join(exposed, ", "))
	f.Because = append(f.Because, port.From)
}

// lineHas reports whether the line of a source holds the number: a default of a
// framework, which another file may change, does not.
func (c *checker) lineHas(at fact.Source, port int) bool {
	text, err := c.View.Read(at.File)
	lines := strings.Split(string(text), "\n")
	return err == nil && at.Line > 0 && at.Line <= len(lines) && strings.Contains(lines[at.Line-1], strconv.Itoa(port))
}

// sourcesName reports whether a source or a settings file of the repository has one
// of the ports as a word of its own, as a value or after a colon: the program may
// then listen there too.
func (c *checker) sourcesName(ports []string) bool {
	var quoted []string
	for _, p := range ports {
		quoted = append(quoted, regexp.QuoteMeta(p))
	}
	word := regexp.MustCompile(`(?m)["':=\s](` + strings.Join(quoted, "|") + `)(["',;)\s]|$)`)
	return c.anyFile(word, func(_, name string) bool {
		switch path.Ext(name) {
		case ".md", ".rst", ".txt", ".adoc", ".lock", ".svg", ".html", ".css", ".sum", "":
			return false
		}
		return !strings.Contains(name, "dockerfile") && !strings.Contains(name, "compose") && !strings.Contains(name, "lock")
	})
}

// namesPort reports whether a variable or the command of the image names a port:
// the program may then listen there.
func (c *checker) namesPort(s *stage, ports []string) bool {
	text := ""
	for k, v := range s.env {
		if strings.Contains(k, "PORT") {
			return true
		}
		text += " " + v
	}
	entry, cmd := s.command()
	text += " " + strings.Join(append(entry.words, cmd.words...), " ")
	if strings.Contains(text, ".sh") {
		return true // a script may say
	}
	return slices.ContainsFunc(ports, func(p string) bool { return strings.Contains(text, p) })
}

// entryMissing finds a file that the command names, that the build context does
// not have, and that no step could have made.
func entryMissing(c *checker) {
	final := c.file.final()
	entry, cmd := final.command()
	for _, run := range []execution{entry, cmd} {
		if run.shell || run.step == nil || run.step.workdir == "" {
			continue
		}
		for _, word := range run.words[min(1, len(run.words)):] {
			if !slices.Contains(data().Programs.Ends, path.Ext(word)) || strings.HasPrefix(word, "-") || strings.ContainsAny(word, "$:=*, ") || path.IsAbs(word) && !strings.HasPrefix(word, "/app/") {
				continue
			}
			where := path.Join(run.step.workdir, word)
			if path.IsAbs(word) {
				where = word
			}
			source, ok := c.wouldBe(final, where)
			if !ok || c.View.Has(source) || c.View.HasDir(source) || c.View.Ignored(source, false) || c.made(final, word) {
				continue
			}
			c.found(run.step.first, run.step.last, "name a file that exists", "there is no %s in the repository, and no step makes it", source)
		}
	}
}

// wouldBe is the file of the repository that a copy of the whole context puts at
// a path of the image; ok is false where no such copy, or any other, settles it.
func (c *checker) wouldBe(s *stage, where string) (string, bool) {
	found := ""
	for _, p := range s.all() {
		sources, to, from, ok := p.copied()
		if !ok {
			continue
		}
		dest := to
		if !path.IsAbs(dest) {
			if p.workdir == "" {
				return "", false
			}
			dest = path.Join(p.workdir, dest)
		}
		switch {
		case from == "" && len(sources) == 1 && p.everything() && repo.Within(strings.TrimPrefix(path.Clean(dest), "/"), strings.TrimPrefix(where, "/")):
			found = path.Join(c.context, repo.Rel(strings.TrimPrefix(path.Clean(dest), "/"), strings.TrimPrefix(where, "/")))
		case repo.Within(strings.TrimPrefix(path.Clean(dest), "/"), strings.TrimPrefix(where, "/")):
			return "", false // something else is put there too
		}
	}
	return found, found != ""
}

// harmless are commands that make no file of a program.
var harmless = []string{"apt-get", "apk", "apt", "rm", "mkdir", "chmod", "chown", "adduser", "addgroup", "useradd", "groupadd", "set", "cd", "echo", "true", "[", "test", "export"}

// made reports whether a RUN step may have made a file: one that names it, or
// that runs something else than an installation.
func (c *checker) made(s *stage, word string) bool {
	for _, p := range s.all() {
		text := p.shell()
		if text == "" {
			continue
		}
		if strings.Contains(text, path.Base(word)) {
			return true
		}
		for _, words := range calls(text) {
			installs := slices.ContainsFunc(data().Installers.List, func(in installer) bool { return in.matches(words, in.Install) })
			if !installs && !slices.Contains(harmless, words[0]) {
				return true
			}
		}
	}
	return false
}

// packages are what a step installs with the package manager of the distribution.
func packages(p step) []string {
	var all []string
	for _, words := range calls(p.shell()) {
		if len(words) < 2 || !(words[0] == "apt-get" || words[0] == "apt" || words[0] == "apk") || !slices.ContainsFunc(words, func(w string) bool { return w == "install" || w == "add" }) {
			continue
		}
		for _, w := range words[1:] {
			if w != "" && w != "install" && w != "add" && !strings.HasPrefix(w, "-") && !strings.HasPrefix(w, ".") {
				name, _, _ := strings.Cut(w, "=")
				all = append(all, name)
			}
		}
	}
	return all
}
