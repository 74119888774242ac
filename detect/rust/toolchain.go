package rust

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/toml"
)

// toolchain is what builds: a version of the rust image, or what rustup installs in it.
type toolchain struct {
	line   *catalogue.Line
	exact  string          // "1.75.0" where the repository names a patch release
	file   string          // rust-toolchain file that overrides the image's toolchain, "" for none
	rustup fact.Of[string] // channel that rustup has to install: "nightly-2026-10-01"
	reason detect.Reason
	notes  []detect.Note
}

// release is a version of Rust: 1.85, 1.85.0.
var release = pattern.New(`^(1\.\d+)(\.\d+)?$`)

// oldest is the first version whose images stand on a Debian that shares its
// libraries with the final images (bookworm). https://hub.docker.com/_/rust, 2026-11
const oldest = "1.70"

// toolchain settles the version. A pin of the user's or the team's is obeyed;
// rust-version, edition and lockfile are minimums, and newer releases build old code
// (https://doc.rust-lang.org/edition-guide/editions/), so the newest is taken without one.
func (c *crate) toolchain(s detect.Settings, cat *catalogue.Catalogue, lock *lockfile, closure []*locked) (toolchain, error) {
	file, channel, err := c.toolchainFile()
	if err != nil {
		return toolchain{}, err
	}
	pins, err := c.pinnedVersions()
	if err != nil {
		return toolchain{}, err
	}
	minimum := c.minimum(lock)
	image := cat.Image("rust")
	t := toolchain{file: file, line: cat.DefaultLine(image)}
	pin, lost := fact.First(append([]fact.Of[string]{s.Version, channel}, pins...)...)
	if pin.Value == "stable" {
		pin = fact.Of[string]{}
	}
	t.reason = detect.Reason{ID: "version", What: "Rust version", From: pin.From, Lost: fact.Text(lost...)}
	match := release.FindStringSubmatch(pin.Value)
	switch {
	case !pin.Known():
		t.reason.From = fact.Default("newest release, catalogue of " + cat.Date)
		if broken, at := lastFor(closure, lock); broken != nil {
			t.line, t.reason.From = image.Pin(broken.Rust), at
			t.notes = append(t.notes, detect.Note{At: at, Text: fmt.Sprintf("%s cannot be compiled by Rust later than %s: %s", at.What, broken.Rust, broken.Try)})
		}
		if minimum.Known() && catalogue.Compare(minimum.Value, t.line.Version) > 0 {
			t.line, t.reason.From = image.Pin(minimum.Value), minimum.From
		}
	case match == nil:
		if pin.From == s.Version.From {
			return toolchain{}, diag.At(pin.From, fmt.Sprintf("%q is not a version of Rust", pin.Value), "--language-version 1.98")
		}
		t.rustup = pin
	case catalogue.Compare(match[1], oldest) < 0 && channel == pin:
		t.rustup = pin
	default:
		t.line = image.Pin(match[1])
		if match[2] != "" {
			t.exact = pin.Value
		}
		if minimum.Known() && catalogue.Compare(minimum.Value, match[1]) > 0 {
			return toolchain{}, detect.Older(pin.From, fmt.Sprintf("Rust %s is older than the %s that %s asks for", pin.Value, minimum.Value, minimum.From), "--language-version "+minimum.Value)
		}
	}
	t.reason.Value = t.line.Version
	if t.exact != "" {
		t.reason.Value = t.exact
	}
	if t.rustup.Known() {
		t.reason.Value = t.rustup.Value
		t.reason.Note = "rustup installs it in the image of Rust " + t.line.Version
	}
	if t.line.Unlisted && catalogue.Compare(t.line.Version, image.Lines[0].Version) > 0 {
		t.notes = append(t.notes, detect.Note{At: t.reason.From, Text: fmt.Sprintf("Rust %s is newer than the catalogue of %s: its image tag follows the usual pattern, unproven", t.line.Version, cat.Date)})
	}
	return t, nil
}

// ref is what FROM names in a variant of the image.
func (t toolchain) ref(variant string) string {
	if t.exact != "" {
		return t.line.At(variant, t.exact)
	}
	return t.line.Ref(variant)
}

// toolchainFile is the nearest rust-toolchain file at or above the folder in which cargo
// runs, and its channel. https://rust-lang.github.io/rustup/overrides.html#the-toolchain-file
func (c *crate) toolchainFile() (string, fact.Of[string], error) {
	for dir := c.top(); ; dir = path.Dir(dir) {
		for _, name := range []string{"rust-toolchain", "rust-toolchain.toml"} {
			file := path.Join(dir, name)
			data, err := c.all.view.Read(file)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil {
				return "", fact.Of[string]{}, err
			}
			if word := strings.TrimSpace(string(data)); name == "rust-toolchain" && !strings.ContainsAny(word, "[=\n") {
				return file, fact.New(word, fact.At(file, 1, "")), nil
			}
			doc, err := toml.Parse(file, data)
			if err != nil {
				return "", fact.Of[string]{}, err
			}
			return file, doc.Get("toolchain", "channel").Fact("toolchain.channel"), nil
		}
		if dir == "." {
			return "", fact.Of[string]{}, nil
		}
	}
}

// pinnedVersions are the versions that other tools install: .tool-versions (asdf) and
// mise.toml. A "1" there is any release.
func (c *crate) pinnedVersions() ([]fact.Of[string], error) {
	var pins []fact.Of[string]
	for _, dir := range slices.Compact([]string{c.dir, c.top(), "."}) {
		found, err := hints.Tools(c.all.view, dir, "rust")
		if err != nil {
			return nil, err
		}
		for _, pin := range found {
			if pin.Value != "1" {
				pins = append(pins, pin)
			}
		}
	}
	return pins, nil
}

// editions are the first releases that know an edition; lockFormats those that read a
// format of Cargo.lock. https://doc.rust-lang.org/edition-guide/, https://doc.rust-lang.org/cargo/CHANGELOG.html, 2026-11
var (
	editions    = map[string]string{"2018": "1.31", "2021": "1.56", "2024": "1.85"}
	lockFormats = map[int]string{3: "1.53", 4: "1.78"}
)

// minimum is the least version that the manifests and the lockfile allow.
func (c *crate) minimum(lock *lockfile) fact.Of[string] {
	var highest fact.Of[string]
	raise := func(v fact.Of[string]) {
		if match := release.FindStringSubmatch(v.Value); match != nil && (!highest.Known() || catalogue.Compare(match[1], highest.Value) > 0) {
			highest = fact.New(match[1], v.From)
		}
	}
	for _, local := range c.local() {
		raise(local.inherited("rust-version"))
		edition := local.inherited("edition")
		raise(fact.New(editions[edition.Value], edition.From))
	}
	if lock != nil {
		raise(fact.New(lockFormats[lock.version.Value], lock.version.From))
	}
	return highest
}
