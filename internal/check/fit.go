package check

import (
	"errors"
	"path"
	"regexp"
	"slices"
	"strings"

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
	"DG405": healthTool, "DG406": healthPort, "DG407": healthPath,
	"DG501": imageNotAllowed, "DG502": digestMissing, "DG503": labelMissing,
}

// languageTooOld plans with the version that a FROM names, where init would take
// another: the language itself says whether the repository allows it.
func languageTooOld(c *checker) {
	if c.planned == nil {
		return
	}
	wanted := c.wanted()
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
// they lose against the FROM, as against a flag. A source that only names what it
// would rather have asks for nothing.
func (c *checker) olderThanSaid(s *stage, said, wanted string, reasons []detect.Reason) {
	for _, r := range reasons {
		// A plan of several languages has a version of each.
		if !slices.ContainsFunc(c.Plan.Decision.Plan.Reasons, func(now detect.Reason) bool {
			return now.ID == "version" && now.What == r.What && (now.Value == wanted || strings.HasPrefix(wanted, now.Value+".") || strings.HasPrefix(now.Value, wanted+"."))
		}) {
			continue
		}
		for _, lost := range r.Lost {
			if r.ID == "version" && lost.From.File != "" && !slices.Contains(data().Wishes.Sources, lost.From.What) && catalogue.Below(said, versionNumber.FindString(lost.Value)) {
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
	all := c.installations()
	for _, in := range all {
		for _, lock := range c.lockfiles(in.installer, in.folders(c)) {
			again := slices.ContainsFunc(all, func(o installation) bool { // the first fills a cache, the second builds the program
				return o.stage == in.stage && o.index > in.index && o.installer.Manager == in.installer.Manager && c.seen(o, repo.Rel(c.context, lock))
			})
			if !c.seen(in, repo.Rel(c.context, lock)) && !again {
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
		locks := c.lockfiles(in.installer, in.folders(c))
		if len(locks) == 0 || !in.loose() || !c.seen(in, repo.Rel(c.context, locks[0])) {
			continue
		}
		first := locks[0]
		f := c.found(in.step.first, in.step.last, in.installer.Strict, "%s does not stop where %s does not fit the manifest: it takes other versions", strings.Join(in.call, " "), path.Base(first))
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
	if c.file.windows || templated.MatchString(c.file.text) || slices.ContainsFunc(data().Assembled.Folders, func(dir string) bool { return strings.Contains("/"+c.file.path, "/"+dir+"/") }) {
		return // its paths are written in another way, or a build tool puts the context together
	}
	anyHeld := false
	c.eachSource(func(_ *stage, _ step, source string) { anyHeld = anyHeld || c.holds(c.context, source) })
	if !anyHeld {
		return // built for a context that is not in the repository
	}
	c.eachSource(func(_ *stage, p step, source string) {
		full := path.Join(c.context, source)
		if c.holds(c.context, source) || c.View.OnDisk(full) || c.View.Ignored(full, false) || c.View.Ignored(full, true) || c.View.Ignored(path.Join(full, "x"), false) || c.submodule(full) || !c.View.HasDir(path.Dir(full)) || strings.HasPrefix(source, "..") || c.scripted(source) {
			return
		}
		c.found(p.first, p.last, "remove it, or name a path that exists", "there is no %s in the build context (%s)", source, contextName(c.context))
	})
}

// templated finds values that a build tool fills in before Docker reads the file: ${project.version}.
var templated = pattern.New(`\$\{[A-Za-z_]+[.-][A-Za-z_.-]+\}|\{\{.*\}\}`)

// scripted reports whether a script of the repository names a path of the context: it may
// make it before the build.
func (c *checker) scripted(source string) bool {
	word := regexp.MustCompile(`(^|[\s"'=:;(/])` + regexp.QuoteMeta(source) + `([\s"';)/]|$)`)
	return c.anyFile(word, func(f, name string) bool {
		return slices.Contains(data().Scripts.Names, name) || slices.Contains(data().Scripts.Ends, path.Ext(name)) || strings.HasPrefix(f, ".github/workflows/")
	})
}

// maxSource are the most bytes of a file that is searched for a word.
const maxSource = 1 << 20

// anyFile reports whether a tracked file has a word, of those that are taken by their path and
// their base name in lower case.
func (c *checker) anyFile(word *regexp.Regexp, taken func(f, name string) bool) bool {
	return slices.ContainsFunc(c.View.Files(), func(f string) bool {
		if !taken(f, strings.ToLower(path.Base(f))) || c.View.Size(f) > maxSource {
			return false
		}
		text, err := c.View.Read(f)
		return err == nil && word.Match(text)
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
