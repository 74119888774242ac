// Package started knows the programs that others start by their name, and the packages
// that bring them into an image.
//
// The one odd rule: a program without packages is in both base images already.
package started

import (
	_ "embed"
	"encoding/json"
	"slices"
	"sync"

	"github.com/dockgen/dockgen/internal/fact"
)

// program is one that others start, and the packages that bring it.
type program struct {
	Alpine []string `json:"alpine,omitempty"` // none: in the base image already
	Debian []string `json:"debian,omitempty"`
	Skip   bool     `json:"skip,omitempty"` // for a desktop or a developer, not for a container
}

//go:embed programs.json
var data []byte

// known are the programs that we know packages of. Source and date are in the file.
var known = sync.OnceValue(func() map[string]program {
	var file struct {
		Date, Source string
		Programs     map[string]program
	}
	if err := json.Unmarshal(data, &file); err != nil {
		panic("programs.json: " + err.Error()) // our own data: a test reads it
	}
	return file.Programs
})

// Known reports whether the packages of a program are known.
func Known(name string) bool {
	_, ok := known()[name]
	return ok
}

// Wanted are the programs, each once, without those that only a desktop or a developer has.
func Wanted(programs []fact.Of[string]) []fact.Of[string] {
	var all []fact.Of[string]
	for _, p := range programs {
		if !known()[p.Value].Skip && !slices.ContainsFunc(all, func(o fact.Of[string]) bool { return o.Value == p.Value }) {
			all = append(all, p)
		}
	}
	return all
}

// Packages are the packages of the programs for a base image, sorted, and the programs
// that nothing is known of.
func Packages(programs []fact.Of[string], debian bool) (packages []string, unknown []fact.Of[string]) {
	for _, p := range programs {
		c, ok := known()[p.Value]
		switch {
		case !ok:
			unknown = append(unknown, p)
		case debian:
			packages = append(packages, c.Debian...)
		default:
			packages = append(packages, c.Alpine...)
		}
	}
	slices.Sort(packages)
	return slices.Compact(packages), unknown
}

// media are programs, and packages of their name, that a program starts by way of scripts, settings or
// modules of others, so that its own code need not name them.
var media = []string{"ffmpeg", "chromium", "graphviz", "imagemagick", "pandoc", "ghostscript", "exiftool", "mediainfo", "yt-dlp", "wkhtmltopdf", "libreoffice"}

// Brought is the program that a package brings which people install in the image they deliver, where it is one
// that code need not name.
func Brought(added string) (name string, ok bool) {
	if !slices.Contains(media, added) {
		return "", false
	}
	name = added
	switch added {
	case "graphviz":
		name = "dot"
	case "imagemagick":
		name = "magick"
	case "ghostscript":
		name = "gs"
	}
	return name, Known(name)
}
