// Package catalogue holds what dockgen knows of published images: their
// version lines, how long each is supported, and the tags to name in FROM.
//
// It is data with a date. End of life is judged at that date, never at the
// clock's, so that the same repository gives the same bytes next year.
package catalogue

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/dockgen/dockgen/internal/pattern"
)

//go:embed data/*.json
var data embed.FS

// Catalogue is a dated set of images.
type Catalogue struct {
	Date   string                   // ISO 8601: the day the data was looked up
	images map[string]func() *Image // decoded when first asked for: a run needs two or three of them
}

// Image is one repository of images on a registry and its version lines.
type Image struct {
	Repository string            `json:"repository"`        // what FROM names, without the tag
	Source     string            `json:"source"`            // where the facts were read
	Product    string            `json:"product,omitempty"` // its name at endoflife.date, where its lines are there
	Tags       map[string]string `json:"tags"`              // by variant, "{version}" stands for the line
	Lines      []*Line           `json:"lines"`             // newest first
	MiB        map[string]int    `json:"mib,omitempty"`     // rough unpacked size by variant, for people who choose
	User       string            `json:"user,omitempty"`    // numeric user of the image, "" where it is root
	Default    string            `json:"default,omitempty"` // the line to use where nothing says otherwise
}

// Line is one version line of an image ("24", "1.27", "3.14").
type Line struct {
	Version string            `json:"version"`
	EOL     string            `json:"eol,omitempty"` // ISO 8601: the day support ended or ends; "" where nobody says
	LTS     bool              `json:"lts,omitempty"`
	Name    string            `json:"name,omitempty"`  // code name, in lower case
	Exact   string            `json:"exact,omitempty"` // newest release of the line, where a tool is named by it
	Tags    map[string]string `json:"tags,omitempty"`  // overrides Image.Tags; "" where the variant does not exist
	image   *Image
	// Unlisted is true for a version that the catalogue does not have: its tags
	// follow the pattern of the image, unproven.
	Unlisted bool `json:"-"`
}

var embedded = sync.OnceValues(func() (*Catalogue, error) {
	entries, err := data.ReadDir("data")
	if err != nil {
		return nil, err
	}
	c := &Catalogue{images: map[string]func() *Image{}}
	for _, e := range entries {
		text, err := data.ReadFile("data/" + e.Name())
		if err != nil {
			return nil, err
		}
		f, err := read(text)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.Name(), err)
		}
		c.Date = max(c.Date, f.Date)
		for key, raw := range f.Images {
			c.images[key] = sync.OnceValue(func() *Image {
				image, err := decode(raw)
				if err != nil {
					panic("catalogue: " + key + ": " + err.Error()) // our own data: TestEmbedded reads it
				}
				return image
			})
		}
	}
	return c, nil
})

// Embedded is the catalogue that this build of dockgen carries.
func Embedded() *Catalogue {
	c, err := embedded()
	if err != nil {
		panic("catalogue: " + err.Error()) // our own data: TestEmbedded reads it
	}
	return c
}

// Over is the catalogue with the images of another file in the place of its own:
// newer data, without a newer dockgen. The file has the form of ours.
func (c *Catalogue) Over(name string, text []byte) (*Catalogue, error) {
	f, err := read(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	if _, err := time.Parse(time.DateOnly, f.Date); err != nil {
		return nil, fmt.Errorf("%s: the date %q is not of the form 2026-11-23", name, f.Date)
	}
	other := &Catalogue{Date: max(c.Date, f.Date), images: maps.Clone(c.images)}
	for key, raw := range f.Images {
		image, err := decode(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: the image %s: %w", name, key, err)
		}
		if len(image.Lines) == 0 {
			return nil, fmt.Errorf("%s: the image %s has no lines", name, key)
		}
		if word := image.unfit(); word != "" {
			return nil, fmt.Errorf("%s: the image %s: %q cannot be part of an image's name", name, key, word)
		}
		other.images[key] = func() *Image { return image }
	}
	return other, nil
}

var inName = pattern.New(`^[A-Za-z0-9{}][A-Za-z0-9{}._:/-]*$`) // of the name of an image, with {version}

// unfit is a word of the image that no FROM could hold, "" for none.
func (i *Image) unfit() string {
	if i.Repository == "" {
		return "a repository without a name"
	}
	words := []string{i.Repository}
	for _, l := range i.Lines {
		words = append(words, l.Version)
		words = slices.AppendSeq(words, maps.Values(l.Tags))
	}
	words = slices.AppendSeq(words, maps.Values(i.Tags))
	slices.Sort(words) // the same one of several each time
	for _, w := range words {
		if w != "" && !inName.MatchString(w) { // a variant that does not exist is ""
			return fmt.Sprintf("%.40s", w)
		}
	}
	return ""
}

// file is the form of a catalogue's file.
type file struct {
	Date   string                     `json:"date"`
	Images map[string]json.RawMessage `json:"images"`
}

func read(text []byte) (f file, err error) { return f, strict(text, &f) }

func decode(text []byte) (*Image, error) {
	image := &Image{}
	if err := strict(text, image); err != nil {
		return nil, err
	}
	for _, l := range image.Lines {
		l.image = image
	}
	return image, nil
}

// strict decodes JSON and refuses fields that nobody reads.
func strict(text []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	return d.Decode(into)
}

// Image is the image of that key; an unknown key is a bug of ours.
func (c *Catalogue) Image(key string) *Image {
	if image, ok := c.images[key]; ok {
		return image()
	}
	panic("catalogue: no image " + key)
}

// Keys are the keys of all images, sorted.
func (c *Catalogue) Keys() []string {
	var keys []string
	for k := range c.images {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// Ended reports whether support of the line had ended at the catalogue's date.
func (c *Catalogue) Ended(l *Line) bool { return l.EOL != "" && l.EOL <= c.Date }

// Supported are the lines that were supported at the catalogue's date, newest first.
func (c *Catalogue) Supported(i *Image) []*Line {
	return slices.DeleteFunc(slices.Clone(i.Lines), c.Ended)
}

// DefaultLine is the line to use where the repository says nothing.
func (c *Catalogue) DefaultLine(i *Image) *Line {
	if l, ok := i.Line(i.Default); ok {
		return l
	}
	if supported := c.Supported(i); len(supported) > 0 {
		return supported[0]
	}
	return i.Lines[0] // all have ended by the date of a newer catalogue: the newest is the least old
}

// Line is the listed line of that version.
func (i *Image) Line(version string) (*Line, bool) {
	for _, l := range i.Lines {
		if l.Version == version {
			return l, true
		}
	}
	return nil, false
}

// Pin is the line of a version that the user or the repository insists on:
// a listed one, or an unlisted one whose tags follow the image's pattern.
func (i *Image) Pin(version string) *Line {
	if l, ok := i.Line(version); ok {
		return l
	}
	return &Line{Version: version, image: i, Unlisted: true}
}

// Has reports whether the line is published in that variant.
func (l *Line) Has(variant string) bool { return l.pattern(variant) != "" }

// Ref is what FROM names, or "" if the line is not published in that variant.
func (l *Line) Ref(variant string) string {
	pattern := l.pattern(variant)
	if pattern == "" {
		return ""
	}
	return strings.ReplaceAll(l.image.Repository, "{version}", l.Version) + ":" + strings.ReplaceAll(pattern, "{version}", l.Version)
}

// At is Ref for an exact release of the line ("24.15.0" of "24").
func (l *Line) At(variant, exact string) string {
	pinned := *l
	pinned.Version = exact
	return pinned.Ref(variant)
}

func (l *Line) pattern(variant string) string {
	if p, ok := l.Tags[variant]; ok {
		return p
	}
	return l.image.Tags[variant]
}

// Compare orders versions of numbers and dots: "3.9" before "3.14". What is not
// a number counts as 0.
func Compare(a, b string) int {
	as, bs := strings.Split(a, "."), strings.Split(b, ".")
	for i := range max(len(as), len(bs)) {
		if d := part(as, i) - part(bs, i); d != 0 {
			return d
		}
	}
	return 0
}

// Below reports whether every release that a tag names is older than a version: 1.25
// is not below 1.25.4, since it takes later patches.
func Below(tag, version string) bool {
	parts := strings.Split(version, ".")
	return Compare(tag, strings.Join(parts[:min(len(parts), strings.Count(tag, ".")+1)], ".")) < 0
}

func part(parts []string, i int) int {
	if i >= len(parts) {
		return 0
	}
	n, err := strconv.Atoi(parts[i])
	if err != nil {
		return 0
	}
	return n
}
