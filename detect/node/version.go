package node

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"deps.dev/util/semver"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
)

// chosenVersion is the version line to use, why, and what to tell the user.
type chosenVersion struct {
	line   *catalogue.Line
	reason detect.Reason
	notes  []detect.Note
}

// nodeVersion settles the line of Node.js: the user, then what the team installs
// (.nvmrc and its kin), then what the manifest asks for, then what people build and test with, then the
// default line; all but the first two stay within what the packages that are compiled can take.
func (p *pkg) nodeVersion(s detect.Settings, c *catalogue.Catalogue, most limit) (chosenVersion, error) {
	image := c.Image("node")
	sources := []fact.Of[string]{s.Version}
	pins, err := p.pins()
	if err != nil {
		return chosenVersion{}, err
	}
	sources = append(sources, pins...)
	spec, lost := fact.First(sources...)
	spec, lost = overruled(spec, lost, image, c)
	if !spec.Known() {
		l := c.DefaultLine(image)
		chosen := chosenVersion{line: l, reason: detect.Reason{ID: "version", What: "Node.js version", Value: l.Version, From: fact.Default("long-term support, catalogue of " + c.Date)}}
		chosen, err = p.asTested(chosen, "", image, c).within(most, spec, false, image)
		return chosen.told(image, c), err
	}
	l, note, err := nodeLine(spec, image, c)
	if err != nil {
		return chosenVersion{}, err
	}
	chosen := chosenVersion{line: l, reason: detect.Reason{ID: "version", What: "Node.js version", Value: l.Version, From: spec.From, Note: note}}
	for _, other := range lost {
		if o, _, err := nodeLine(other, image, c); err != nil || !covers(other.Value, l.Version) && o.Version != l.Version {
			chosen.reason.Lost = append(chosen.reason.Lost, fact.Text(other)...)
		}
	}
	if note != "" {
		chosen = p.asTested(chosen, spec.Value, image, c)
	}
	if chosen, err = chosen.within(most, spec, note != "", image); err != nil {
		return chosenVersion{}, err
	}
	return chosen.told(image, c), nil
}

// overruled puts what the manifest asks for before a version file that was left behind: it names an older
// version than the manifest allows, or one that there is no image of.
func overruled(spec fact.Of[string], lost []fact.Of[string], image *catalogue.Image, c *catalogue.Catalogue) (fact.Of[string], []fact.Of[string]) {
	i := slices.IndexFunc(lost, func(o fact.Of[string]) bool { return o.From.What == "engines.node" })
	if i < 0 || spec.From.File == "" || spec.From.What != "" {
		return spec, lost
	}
	asked, _, err := nodeLine(lost[i], image, c)
	if err != nil {
		return spec, lost
	}
	pinned, _, err := nodeLine(spec, image, c)
	if err == nil && (covers(lost[i].Value, pinned.Version) || catalogue.Compare(pinned.Version, asked.Version) > 0) {
		return spec, lost
	}
	wins := lost[i]
	lost = slices.Clone(lost)
	lost[i] = spec
	return wins, lost
}

// told is a version with what the user should know of it.
func (v chosenVersion) told(image *catalogue.Image, c *catalogue.Catalogue) chosenVersion {
	l, at := v.line, v.reason.From
	switch {
	case l.Unlisted && catalogue.Compare(l.Version, image.Lines[0].Version) > 0:
		v.notes = append(v.notes, detect.Note{At: at, Text: fmt.Sprintf("Node.js %s is newer than the catalogue of %s: its image tag follows the usual pattern, unproven", l.Version, c.Date)})
	case c.Ended(l):
		v.notes = append(v.notes, detect.Note{Warning: true, At: at, Text: fmt.Sprintf("support of Node.js %s ended on %s; Node.js %s is the one to move to", l.Version, l.EOL, c.DefaultLine(image).Version)})
	}
	return v
}

// nodeLine is the line that a version, range or code name stands for, and how it was read.
func nodeLine(spec fact.Of[string], image *catalogue.Image, c *catalogue.Catalogue) (*catalogue.Line, string, error) {
	text := strings.ToLower(strings.TrimSpace(spec.Value))
	text = strings.TrimPrefix(strings.TrimPrefix(text, "node-"), "node@")
	if l, ok := alias(text, image, c); ok {
		return l, "", nil
	}
	if exact(strings.TrimPrefix(text, "v")) || isNumber(strings.TrimPrefix(text, "v")) {
		version := fmt.Sprint(major(text))
		l, listed := image.Line(version)
		if !listed && catalogue.Compare(version, image.Lines[0].Version) < 0 {
			return nil, "", diag.At(spec.From, fmt.Sprintf("there is no maintained image of Node.js %s", spec.Value), "--language-version "+c.DefaultLine(image).Version)
		}
		if !listed {
			l = image.Pin(version)
		}
		return l, "", nil
	}
	if _, err := semver.NPM.ParseConstraint(text); err != nil || text == "" || !strings.ContainsAny(text, "0123456789*x") {
		return nil, "", diag.At(spec.From, fmt.Sprintf("%q is not a Node.js version", spec.Value), fmt.Sprintf("write %s there, or pass --language-version %[1]s", c.DefaultLine(image).Version))
	}
	l := newestIn(text, image, c)
	if l == nil {
		return nil, "", diag.At(spec.From, fmt.Sprintf("no known line of Node.js is in the range %q", spec.Value), "--language-version "+c.DefaultLine(image).Version)
	}
	return l, fmt.Sprintf("the range is %s", spec.Value), nil
}

// alias is the line that a name of nvm's stands for: lts/*, lts/jod, lts/-1, node.
// https://github.com/nvm-sh/nvm#usage (2026-11)
func alias(text string, image *catalogue.Image, c *catalogue.Catalogue) (*catalogue.Line, bool) {
	var lts []*catalogue.Line
	for _, l := range image.Lines {
		if l.LTS {
			lts = append(lts, l)
		}
	}
	switch text {
	case "*", "x", "lts", "lts/*", "lts/latest", "--lts":
		return c.DefaultLine(image), true
	case "node", "current", "latest", "stable":
		return image.Lines[0], true
	}
	name, isLTS := strings.CutPrefix(text, "lts/")
	if n, ok := strings.CutPrefix(name, "-"); isLTS && ok && isNumber(n) && major(n) < len(lts) {
		return lts[major(n)], true
	}
	for _, l := range image.Lines {
		if l.Name != "" && l.Name == name {
			return l, true
		}
	}
	return nil, false
}

// newestIn is the line to use within a range: the default one if it lies in it, else the
// newest supported with long-term support, else the newest supported, else the newest of all.
func newestIn(constraint string, image *catalogue.Image, c *catalogue.Catalogue) *catalogue.Line {
	supported := c.Supported(image)
	lists := [][]*catalogue.Line{{c.DefaultLine(image)}, slices.DeleteFunc(slices.Clone(supported), func(l *catalogue.Line) bool { return !l.LTS }), supported, image.Lines}
	for _, list := range lists {
		for _, l := range list {
			if covers(constraint, l.Version) {
				return l
			}
		}
	}
	return nil
}

// covers reports whether any release of a line lies in a range.
func covers(constraint, line string) bool {
	set, err := semver.NPM.ParseConstraint(strings.ToLower(constraint))
	if err != nil {
		return false
	}
	if set.Match(line+".999.999") || set.Match(line+".0.0") {
		return true
	}
	for _, part := range strings.FieldsFunc(constraint, func(r rune) bool { return strings.ContainsRune(" |<>=~^v,", r) }) {
		if major(part) == major(line) && set.Match(part) {
			return true
		}
	}
	return false
}

func isNumber(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// pins are the sources of a version, the strongest first.
func (p *pkg) pins() ([]fact.Of[string], error) {
	var pins []fact.Of[string]
	for _, dir := range p.pinDirs() {
		for _, name := range []string{".nvmrc", ".node-version"} {
			pin, err := p.firstLine(path.Join(dir, name))
			if err != nil {
				return nil, err
			}
			pins = append(pins, pin)
		}
		pins = append(pins, p.asdf(dir, "nodejs", "node")...)
		pin, err := p.mise(dir, "node", "nodejs")
		if err != nil {
			return nil, err
		}
		pins = append(pins, pin)
	}
	for _, m := range p.manifests() {
		pins = append(pins, m.root.get("volta", "node").text("volta.node"))
		runtime := m.root.get("devEngines", "runtime")
		for _, r := range append([]value{runtime}, runtime.items()...) {
			if r.get("name").text("").Value == "node" {
				pins = append(pins, r.get("version").text("devEngines.runtime"))
			}
		}
	}
	for _, m := range p.manifests() {
		pins = append(pins, m.root.get("engines", "node").text("engines.node"))
	}
	return pins, nil
}

// pinDirs are the folders whose version files hold for the package, the nearest first.
func (p *pkg) pinDirs() []string {
	dirs := []string{p.dir}
	for d := p.dir; d != "."; {
		d = path.Dir(d)
		dirs = append(dirs, d)
	}
	return dirs
}

// firstLine is the first line of a version file that is no comment.
func (p *pkg) firstLine(file string) (fact.Of[string], error) {
	text, err := p.view.Read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return fact.Of[string]{}, nil
	}
	if err != nil {
		return fact.Of[string]{}, err
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		line, _, _ = strings.Cut(line, "#")
		if line = strings.TrimSpace(line); line != "" {
			return fact.New(line, fact.At(file, n, "")), nil
		}
	}
	return fact.Of[string]{}, nil
}

// asdf is the first version of a tool in .tool-versions.
func (p *pkg) asdf(dir string, names ...string) []fact.Of[string] {
	pins, err := hints.ToolVersions(p.view, dir, names...)
	if err != nil {
		return nil
	}
	return pins[:min(1, len(pins))]
}

// mise is the version of a tool in mise's settings.
func (p *pkg) mise(dir string, names ...string) (fact.Of[string], error) {
	pins, err := hints.Mise(p.view, dir, names...)
	if len(pins) == 0 {
		return fact.Of[string]{}, err
	}
	return pins[0], err
}

// toolVersion are the versions of a package manager that asdf's and mise's files name.
func (p *pkg) toolVersion(name string) []fact.Of[string] {
	var all []fact.Of[string]
	for _, dir := range p.pinDirs() {
		all = append(all, p.asdf(dir, name)...)
		if pin, err := p.mise(dir, name); err == nil && pin.Known() {
			all = append(all, pin)
		}
	}
	return all
}
