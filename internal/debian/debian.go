// Package debian knows what a package of Debian was called in earlier releases. The
// tables of dockgen have the names of the newest release; an image that a version of a
// language was last made for may stand on an older one.
package debian

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"
	"sync"
)

//go:embed debian.json
var dataJSON []byte

type table struct {
	Date   string              `json:"date"`
	Source string              `json:"source"`
	Newest string              `json:"newest"`
	Older  []string            `json:"older"` // releases before it, the latest first
	Names  map[string][]string `json:"names"` // by the newest name, in the order of Older
}

var data = sync.OnceValue(func() table {
	var t table
	if err := json.Unmarshal(dataJSON, &t); err != nil {
		panic("debian: debian.json: " + err.Error()) // our own data: TestNames reads it
	}
	return t
})

// Release is the release, older than the newest, that the tag of an image names; "" for
// the newest one and for everything else.
func Release(ref string) string {
	words := strings.FieldsFunc(ref, func(c rune) bool { return strings.ContainsRune(" :/-@", c) })
	for _, r := range data().Older {
		if slices.Contains(words, r) {
			return r
		}
	}
	return ""
}

// Name is what a package of the newest release is called in an older one.
func Name(release, name string) string {
	i := slices.Index(data().Older, release)
	if i < 0 {
		return name
	}
	if names := data().Names[name]; i < len(names) {
		return names[i]
	}
	if strings.HasPrefix(name, "lib") {
		return strings.Replace(name, "t64", "", 1)
	}
	return name
}

// Names is Name for each word of a text.
func Names(release, text string) string {
	words := strings.Fields(text)
	changed := false
	for i, w := range words {
		words[i] = Name(release, w)
		changed = changed || words[i] != w
	}
	if !changed {
		return text
	}
	return text[:len(text)-len(strings.TrimLeft(text, " "))] + strings.Join(words, " ")
}
