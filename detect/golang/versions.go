package golang

import (
	"fmt"
	"slices"
	"strconv"
	"sync"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// releaseTags are the go1.N build tags that hold for every release we build with.
var releaseTags = sync.OnceValue(func() []string {
	var tags []string
	for n := 1; n <= 40; n++ {
		tags = append(tags, "go1."+strconv.Itoa(n))
	}
	return tags
})

// release is a Go version: 1.26, 1.26.3, 1.26rc1.
var release = pattern.New(`^(\d+\.\d+)(?:\.\d+|rc\d+|beta\d+)?$`)

func line(version string) (string, bool) {
	match := release.FindStringSubmatch(version)
	if match == nil {
		return "", false
	}
	return match[1], true
}

// builder is the version line to build with, its reason, and what to tell the user.
//
// The go directive is a minimum and golang images refuse to build below it
// (GOTOOLCHAIN=local), so: a pin of the user or the team as it is; else the line of
// the toolchain or go directive while it is supported; else the newest, since newer
// releases build old code (https://go.dev/doc/go1compat).
func (m *module) builder(s detect.Settings, c *catalogue.Catalogue) (*catalogue.Line, detect.Reason, []detect.Note, error) {
	image := c.Image("golang")
	sources := append([]fact.Of[string]{s.Version}, m.pinned...)
	sources = append(sources, m.toolchain, m.goVersion)
	if m.work != nil {
		sources = append(sources, m.work.toolchain, m.work.goVersion)
	}
	for _, v := range sources {
		if _, ok := line(v.Value); v.Known() && !ok {
			return nil, detect.Reason{}, nil, diag.At(v.From, fmt.Sprintf("%q is not a Go version", v.Value), "write 1.26 there, or pass --language-version 1.26")
		}
	}
	minimum := m.minimum()
	chosen, lost := fact.First(sources...)
	reason := detect.Reason{ID: "version", What: "Go version", From: chosen.From, Lost: fact.Text(lost...)}
	var notes []detect.Note
	l := c.DefaultLine(image)
	if chosen.Known() {
		version, _ := line(chosen.Value)
		l = image.Pin(version)
		isPin := chosen == s.Version || slices.Contains(m.pinned, chosen)
		if !isPin && minimum.Known() && catalogue.Compare(minimum.Value, version) > 0 {
			l, reason.From = image.Pin(minimum.Value), minimum.From
		}
		if older := minimum.Known() && catalogue.Compare(minimum.Value, version) > 0; older && chosen != s.Version {
			// A file for the developers' machines that nobody raised with go.mod: Go fetches what that asks for there.
			l, reason.From, isPin = image.Pin(minimum.Value), minimum.From, false
			others := slices.DeleteFunc(append([]fact.Of[string]{chosen}, lost...), func(o fact.Of[string]) bool { return o.From == minimum.From })
			reason.Lost = fact.Text(others...)
		} else if older {
			return nil, detect.Reason{}, nil, detect.Older(chosen.From, fmt.Sprintf("Go %s is older than the %s that %s asks for", chosen.Value, minimum.Value, minimum.From), "--language-version "+minimum.Value)
		}
		old := !l.Unlisted && c.Ended(l) || l.Unlisted && catalogue.Compare(l.Version, c.Supported(image)[0].Version) < 0
		if old && !isPin {
			reason.Note = fmt.Sprintf("Go %s is a minimum and has ended; newer releases build it", l.Version)
			l = c.DefaultLine(image)
		} else if old {
			notes = append(notes, detect.Note{Warning: true, At: chosen.From, Text: fmt.Sprintf("Go %s is no longer supported (catalogue of %s)", l.Version, c.Date)})
		}
	} else {
		reason.From = fact.Default("newest release, catalogue of " + c.Date)
	}
	if l.Unlisted && catalogue.Compare(l.Version, image.Lines[0].Version) > 0 {
		notes = append(notes, detect.Note{At: chosen.From, Text: fmt.Sprintf("Go %s is newer than the catalogue of %s: its image tag follows the usual pattern, unproven", l.Version, c.Date)})
	}
	reason.Value = l.Version
	return l, reason, notes, nil
}

// minimum is the highest go directive of the module, its workspace and the modules
// that it takes from the repository, as a line.
func (m *module) minimum() fact.Of[string] {
	var highest fact.Of[string]
	var all []fact.Of[string]
	for _, local := range m.local {
		all = append(all, local.goVersion)
	}
	if m.work != nil {
		all = append(all, m.work.goVersion)
	}
	for _, v := range all {
		if version, ok := line(v.Value); ok && (!highest.Known() || catalogue.Compare(version, highest.Value) > 0) {
			highest = fact.New(version, v.From)
		}
	}
	return highest
}
