package java

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

// versionText is a Java version as people write it: 21, 1.8, 21.0.2, 17.0.9-tem,
// temurin-21.0.1+12, openjdk64-17.0.9, semeru-openj9-21, VERSION_17, JDK_21.
var versionText = pattern.New(`^(?:[A-Za-z][A-Za-z0-9_-]*[-_])?(?:1\.)?(\d{1,2})(?:[._+-].*)?$`)

// major is the feature release in a version, "21" of "21.0.2-tem".
func major(version string) (string, bool) {
	match := versionText.FindStringSubmatch(strings.TrimSpace(version))
	if match == nil {
		return "", false
	}
	return match[1], true
}

// pins are the versions that tools install: .sdkmanrc, .java-version, the files of asdf
// and mise, system.properties (Heroku), beside the module and above it.
func pins(v *repo.View, dir string) ([]fact.Of[string], error) {
	var found []fact.Of[string]
	for {
		for _, name := range []string{".sdkmanrc", ".java-version"} {
			pin, err := pinIn(v, path.Join(dir, name))
			if err != nil {
				return nil, err
			}
			found = append(found, pin...)
		}
		tools, err := hints.Tools(v, dir, "java")
		if err != nil {
			return nil, err
		}
		heroku, err := pinIn(v, path.Join(dir, "system.properties"))
		if err != nil {
			return nil, err
		}
		found = append(append(found, tools...), heroku...)
		if dir == "." {
			return found, nil
		}
		dir = path.Dir(dir)
	}
}

// pinIn is the version in a file of NAME=VALUE, or in one that holds nothing else; none if
// there is no such file. The formats: https://sdkman.io/usage/#env-command,
// https://www.jenv.be, https://devcenter.heroku.com/articles/java-support#specifying-a-java-version
func pinIn(v *repo.View, file string) ([]fact.Of[string], error) {
	source, err := v.Read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	names := map[string]string{".sdkmanrc": "java", "system.properties": "java.runtime.version"}
	var found []fact.Of[string]
	n := 0
	for line := range strings.Lines(string(source)) {
		n++
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		key, value, _ := strings.Cut(line, "=")
		if want := names[path.Base(file)]; want == "" {
			value = line
		} else if strings.TrimSpace(key) != want {
			continue
		}
		found = append(found, fact.New(strings.Trim(strings.TrimSpace(value), `"'`), fact.At(file, n, "")))
	}
	return found, nil
}

// javaVersion is the line to build and run with. A version that a tool file or a
// toolchain names is a pin. One that the compiler is given is a minimum of the bytecode:
// the image has the oldest long-term release that is at least that.
func (m *module) javaVersion(s detect.Settings, c *catalogue.Catalogue) (*catalogue.Line, detect.Reason, []detect.Note, error) {
	image := c.Image("temurin")
	pinned, err := pins(m.view, m.dir)
	if err != nil {
		return nil, detect.Reason{}, nil, err
	}
	all := append([]fact.Of[string]{s.Version}, m.compiles(pinned)...)
	var sources []fact.Of[string]
	for _, v := range append(all, m.releases...) {
		if !v.Known() {
			continue
		}
		number, ok := major(v.Value)
		if !ok {
			return nil, detect.Reason{}, nil, diag.At(v.From, fmt.Sprintf("%q is not a Java version", v.Value), "write 21 there, or pass --language-version 21")
		}
		if one := fact.New(number, v.From); !slices.Contains(sources, one) {
			sources = append(sources, one)
		}
	}
	chosen, lost := fact.First(sources...)
	reason := detect.Reason{ID: "version", What: "Java version", From: chosen.From, Lost: fact.Text(lost...)}
	want := c.DefaultLine(image).Version
	if chosen.Known() {
		want = chosen.Value
	} else {
		reason.From = fact.Default("catalogue of " + c.Date)
	}
	want, reason = m.within(image, want, chosen, s, reason)
	l := longTerm(image, want)
	if l.Version != want && reason.Note == "" {
		reason.Note = fmt.Sprintf("Java %s has no long-term support; %s runs what it compiles", want, l.Version)
	}
	reason.Value = l.Version
	notes := m.above(want)
	if l.Unlisted {
		notes = append(notes, detect.Note{At: reason.From, Text: fmt.Sprintf("Java %s is not in the catalogue of %s: its image tag follows the usual pattern, unproven", l.Version, c.Date)})
	} else if c.Ended(l) {
		notes = append(notes, detect.Note{Warning: true, At: reason.From, Text: fmt.Sprintf("Java %s is no longer supported (catalogue of %s)", l.Version, c.Date)})
	}
	return l, reason, notes, nil
}

// compiles are the versions that the files of tools pin, behind the one of the build where it
// cannot be built with theirs: a toolchain is taken as it is, and no compiler makes code for a
// newer Java than its own.
func (m *module) compiles(pinned []fact.Of[string]) []fact.Of[string] {
	if len(m.releases) == 0 || len(pinned) == 0 {
		return pinned
	}
	number := func(v fact.Of[string]) int {
		text, _ := major(v.Value)
		n, _ := strconv.Atoi(text)
		return n
	}
	if pin := number(pinned[0]); m.exactly.Known() && pin > 0 || pin > 0 && pin < number(m.releases[0]) {
		return append([]fact.Of[string]{m.releases[0]}, pinned...)
	}
	return pinned
}

// frameworks are the limits of the frameworks whose version the build names: version is
// how it finds that of group:artifact.
func frameworks(version func(name string) fact.Of[string]) []limit {
	var all []limit
	for _, f := range known().Minimum.Frameworks {
		for _, name := range f.Names {
			if v := version(name); numeric(v.Value) != "" && catalogue.Compare(numeric(v.Value), f.From) >= 0 {
				all = append(all, limit{min: f.Java, who: f.Who + " " + v.Value, from: v.From})
				break
			}
		}
	}
	return all
}

// within moves a version into what the build tool and the framework can run on.
func (m *module) within(image *catalogue.Image, want string, chosen fact.Of[string], s detect.Settings, reason detect.Reason) (string, detect.Reason) {
	n, _ := strconv.Atoi(want)
	if s.Version.Known() {
		return want, reason
	}
	for _, l := range m.limits {
		switch {
		case l.min > n:
			reason.Note = fmt.Sprintf("%s needs Java %d", l.who, l.min)
			reason.From, n = l.from, l.min
		case l.max > 0 && n > l.max && !chosen.Known():
			reason.Note = fmt.Sprintf("%s runs on Java %d at most", l.who, l.max)
			reason.From, n = l.from, longTermBelow(image, l.max)
		}
	}
	return strconv.Itoa(n), reason
}

// above warns where the Java version is newer than a tool or framework can run on.
func (m *module) above(version string) []detect.Note {
	var notes []detect.Note
	n, err := strconv.Atoi(version)
	for _, l := range m.limits {
		if err == nil && l.max > 0 && n > l.max {
			notes = append(notes, detect.Note{Warning: true, At: l.from, Text: fmt.Sprintf("%s runs on Java %d at most, and the image has %d", l.who, l.max, n)})
		}
	}
	return notes
}

// longTermBelow is the newest long-term line that is at most that release, or the oldest of all.
func longTermBelow(image *catalogue.Image, most int) int {
	best := 0
	for _, l := range image.Lines { // newest first
		if n, err := strconv.Atoi(l.Version); err == nil && l.LTS {
			best = n
			if n <= most {
				break
			}
		}
	}
	return best
}

// longTerm is the oldest long-term line that is at least the version; a version
// above all of them stands for itself.
func longTerm(image *catalogue.Image, version string) *catalogue.Line {
	for _, l := range slices.Backward(image.Lines) {
		if l.LTS && catalogue.Compare(l.Version, version) >= 0 {
			return l
		}
	}
	return image.Pin(version)
}
