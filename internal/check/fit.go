package check

import (
	"errors"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

// finders are the functions of the rules.
var finders = map[string]func(*checker){
	"DG001": func(*checker) {}, // found by checker.comments
	"DG101": languageTooOld, "DG102": lockfileNotCopied, "DG103": lockfileNotEnforced, "DG104": otherManager,
	"DG105": sourceMissing, "DG106": sourceHidden, "DG107": otherPort, "DG108": entryMissing, "DG110": drift,
	"DG201": secretCopied, "DG202": noIgnoreFile, "DG203": secretInEnv, "DG204": root,
	"DG301": baseEnded, "DG302": baseFloating, "DG303": otherLibc, "DG304": olderSuite, "DG305": runtimeLibraryMissing,
	"DG401": shellForm, "DG402": buildToolsInImage, "DG403": developmentDependencies, "DG404": sourcesBeforeInstall,
	"DG405": healthTool, "DG406": healthPort,
	"DG501": imageNotAllowed, "DG502": digestMissing, "DG503": labelMissing,
}

// languageTooOld plans with the version that a FROM names, where init would take
// another: the language itself says whether the repository allows it.
func languageTooOld(c *checker) {
	if c.planned == nil {
		return
	}
	wanted := map[string]string{} // version by image
	for _, s := range c.planned.stages {
		// An image of another version is a tool's (uv), not the language's.
		if k, ok := identify(c.Catalogue, s.base); ok && slices.ContainsFunc(c.Plan.Decision.Plan.Reasons, func(r detect.Reason) bool {
			return r.ID == "version" && (r.Value == k.said || strings.HasPrefix(k.said, r.Value+".") || strings.HasPrefix(r.Value, k.said+"."))
		}) {
			wanted[k.key] = k.said
		}
	}
	for _, s := range c.file.stages {
		k, ok := identify(c.Catalogue, s.base)
		if !ok || s.parent != nil || k.said == "" || wanted[k.key] == "" || k.said == wanted[k.key] || !c.worksIn(s) {
			continue
		}
		other, err := c.Replan(func(s detect.Settings) (detect.Settings, error) { return s.With("--language-version", k.said) })
		if err == nil && catalogue.Compare(k.said, wanted[k.key]) < 0 {
			c.olderThanSaid(s, k.said, wanted[k.key], other.Decision.Plan.Reasons)
		}
		if !detect.IsOlder(err) {
			continue
		}
		var e *diag.Error
		errors.As(err, &e) // IsOlder holds that it is one
		f := c.found(s.line, s.line, "FROM a tag of version "+wanted[k.key], "%s: %s", s.base, e.What)
		for _, r := range c.Plan.Decision.Plan.Reasons {
			if r.ID == "version" && r.From.File != "" {
				f.Because = append(f.Because, r.From)
			}
		}
	}
}

var versionNumber = pattern.New(`\d+(\.\d+)*`)

// olderThanSaid finds places of the repository that name a later version than a FROM:
// they lose against the FROM, as against a flag.
func (c *checker) olderThanSaid(s *stage, said, wanted string, reasons []detect.Reason) {
	for _, r := range reasons {
		for _, lost := range r.Lost {
			if r.ID == "version" && lost.From.File != "" && catalogue.Compare(versionNumber.FindString(lost.Value), said) > 0 {
				f := c.found(s.line, s.line, "FROM a tag of version "+wanted, "%s: %s %s is older than what %s asks for: %s", s.base, r.What, said, lost.From, lost.Value)
				f.Level, f.Because = Warning, []fact.Source{lost.From}
				return
			}
		}
	}
}

// worksIn reports whether what a stage's image is for happens in it or in one that
// builds on it: a compiler's image may only be where a program runs that was built elsewhere.
func (c *checker) worksIn(s *stage) bool {
	if !slices.Contains(data().Compilers.Images, parseReference(s.base).repository) {
		return true
	}
	return slices.ContainsFunc(c.file.stages, func(o *stage) bool { return slices.Contains(o.chain(), s) && o.compiles() })
}

// lockfileNotCopied finds installations that do not see a lockfile which exists.
func lockfileNotCopied(c *checker) {
	for _, in := range c.installations() {
		for _, lock := range c.lockfiles(in.installer, in.folders(c)) {
			if !c.seen(in, repo.Rel(c.context, lock)) {
				so, level := "it installs other versions than were tested", c.rule.Level
				if in.installer.Verifies {
					so, level = "nothing tells whether what it downloads is what was tested", Warning
				}
				f := c.found(in.step.first, in.step.last, "COPY it beside "+strings.Join(in.installer.Manifests, ", "), "%s runs without %s, so %s", strings.Join(in.call, " "), repo.Rel(c.context, lock), so)
				f.Level = level
				f.Because = append(f.Because, fact.Source{File: lock})
			}
		}
	}
}

// seen reports whether a file of the context is copied or mounted before or for an installation.
func (c *checker) seen(in installation, rel string) bool {
	for _, p := range in.stage.all()[:in.index] {
		for _, source := range p.fromContext() {
			if ok, _ := path.Match(source, rel); ok || repo.Within(source, rel) {
				return !c.ignore.hides(rel)
			}
		}
	}
	// A mount, or a copy with a variable: the name is enough of a sign.
	if strings.Contains(strings.Join(c.file.lines[in.step.first-1:in.step.last], "\n"), path.Base(rel)) {
		return true
	}
	for _, p := range in.stage.all()[:in.index] {
		sources, _, from, ok := p.copied()
		if ok && from == "" && slices.ContainsFunc(sources, func(s string) bool { return strings.Contains(s, "$") }) {
			return true
		}
		if ok && from != "" {
			return true // whatever the other stage had
		}
	}
	return strings.Contains(in.step.original(), "type=bind")
}

// lockfileNotEnforced finds installations that may take other versions than the
// lockfile that they see names.
func lockfileNotEnforced(c *checker) {
	for _, in := range c.installations() {
		if len(c.lockfiles(in.installer, in.folders(c))) == 0 || !in.loose() {
			continue
		}
		first := c.lockfiles(in.installer, in.folders(c))[0]
		f := c.found(in.step.first, in.step.last, in.installer.Strict, "%s goes on where %s does not fit the manifest, with other versions", strings.Join(in.call, " "), path.Base(first))
		f.Because = append(f.Because, fact.Source{File: first})
	}
}

func (in installation) loose() bool {
	has := func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool {
			_, set := in.step.env[w]
			return set || slices.ContainsFunc(in.call, func(s string) bool { return s == w || strings.HasPrefix(s, w+"=") })
		})
	}
	if has(in.installer.LooseWith) {
		return true
	}
	return slices.ContainsFunc(in.installer.Loose, in.call.is) && !has(in.installer.Holds)
}

// otherManager finds installations with another package manager than the lockfile's.
func otherManager(c *checker) {
	for _, in := range c.installations() {
		dirs := in.folders(c)
		if len(in.installer.Lockfiles) == 0 || len(c.lockfiles(in.installer, dirs)) > 0 {
			continue
		}
		for _, other := range data().Installers.List {
			locks := c.lockfiles(other, dirs)
			shared := slices.ContainsFunc(other.Manifests, func(m string) bool { return slices.Contains(in.installer.Manifests, m) })
			if other.Manager == in.installer.Manager || !shared || len(locks) == 0 {
				continue
			}
			f := c.found(in.step.first, in.step.last, other.Install[len(other.Install)-1], "%s, but the lockfile here is %s's: its versions are not installed", strings.Join(in.call, " "), other.Manager)
			f.Because = append(f.Because, fact.Source{File: locks[0]})
			break
		}
	}
}

// eachSource calls do for each source that a COPY takes from the build context
// and that names one thing.
func (c *checker) eachSource(do func(s *stage, p step, source string)) {
	for _, s := range c.file.stages {
		for _, p := range s.steps {
			for _, source := range p.fromContext() {
				if source != "." && !strings.ContainsAny(source, "*?[") {
					do(s, p, source)
				}
			}
		}
	}
}

func sourceMissing(c *checker) {
	if c.file.windows {
		return // its paths are written in another way
	}
	anyHeld := false
	c.eachSource(func(_ *stage, _ step, source string) { anyHeld = anyHeld || c.holds(c.context, source) })
	if !anyHeld {
		return // built for a context that is not in the repository
	}
	c.eachSource(func(_ *stage, p step, source string) {
		full := path.Join(c.context, source)
		if c.holds(c.context, source) || c.View.OnDisk(full) || c.View.Ignored(full, false) || c.View.Ignored(full, true) || c.View.Ignored(path.Join(full, "x"), false) || c.submodule(full) || !c.View.HasDir(path.Dir(full)) || strings.HasPrefix(source, "..") {
			return
		}
		c.found(p.first, p.last, "remove it, or name a path that exists", "there is no %s in the build context (%s)", source, contextName(c.context))
	})
}

func contextName(dir string) string {
	if dir == "." {
		return "the root of the repository"
	}
	return dir
}

// submodule reports whether a path lies in a submodule, whose files are elsewhere.
func (c *checker) submodule(p string) bool {
	text, err := c.View.Read(".gitmodules")
	if err != nil {
		return false
	}
	for line := range strings.Lines(string(text)) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok && strings.TrimSpace(key) == "path" && repo.Within(strings.TrimSpace(value), p) {
			return true
		}
	}
	return false
}

func sourceHidden(c *checker) {
	c.eachSource(func(_ *stage, p step, source string) {
		full := path.Join(c.context, source)
		if !c.holds(c.context, source) || !c.ignore.hides(source) {
			return
		}
		for _, f := range c.View.Under(full) {
			if !c.ignore.hides(repo.Rel(c.context, f)) {
				return
			}
		}
		f := c.found(p.first, p.last, "add !"+source+" to "+c.ignore.path, "%s hides %s, so the build cannot copy it", c.ignore.path, source)
		f.Because = append(f.Because, fact.Source{File: c.ignore.path})
	})
}

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
	for _, f := range c.View.Files() {
		name := strings.ToLower(path.Base(f))
		switch path.Ext(name) {
		case ".md", ".rst", ".txt", ".adoc", ".lock", ".svg", ".html", ".css", ".sum", "":
			continue
		}
		if strings.Contains(name, "dockerfile") || strings.Contains(name, "compose") || strings.Contains(name, "lock") || c.View.Size(f) > 1<<20 {
			continue
		}
		if text, err := c.View.Read(f); err == nil && word.Match(text) {
			return true
		}
	}
	return false
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

// drift compares dockgen's untouched output with what it would write today.
func drift(c *checker) {
	if c.Plan == nil || !c.Plan.Sure || c.Plan.Output.Dockerfile != c.file.path {
		return
	}
	if _, untouched := c.own(); !untouched {
		return
	}
	want := strings.Split(strings.TrimSuffix(c.Plan.Output.Files[0].Text, "\n"), "\n")
	for i, line := range c.file.lines {
		ours := strings.HasPrefix(line, "# Written by dockgen")
		if !ours && (i >= len(want) || want[i] != line) {
			c.found(i+1, i+1, "dockgen init --dry-run shows the difference", "init would write this differently today")
			return
		}
	}
	if len(want) > len(c.file.lines) {
		c.found(len(c.file.lines), 0, "dockgen init --dry-run shows the difference", "init would write more today")
	}
}
