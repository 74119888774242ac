// Package builder says what the programs that build images understand of a
// Dockerfile. It is data with a date; internal/render writes by it.
package builder

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
)

//go:embed builders.json
var text []byte

// Ability is something that not every builder understands.
type Ability string

// All abilities; builders.json gives each builder its own.
const (
	Syntax          Ability = "syntax"           // the line # syntax=, which chooses a version of the language
	Link            Ability = "link"             // COPY --link
	Chmod           Ability = "chmod"            // COPY --chmod
	Exclude         Ability = "exclude"          // COPY --exclude
	Heredocs        Ability = "heredocs"         // COPY <<EOF and RUN <<EOF
	CacheMounts     Ability = "cache-mounts"     // RUN --mount=type=cache
	Secrets         Ability = "secrets"          // RUN --mount=type=secret
	SecretVariables Ability = "secret-variables" // RUN --mount=type=secret,env=
	OtherMounts     Ability = "other-mounts"     // RUN --mount of another type
	Platforms       Ability = "platforms"        // $BUILDPLATFORM, $TARGETARCH and the like
	NamedIgnore     Ability = "named-ignore"     // NAME.dockerignore beside the Dockerfile NAME
)

// abilities are what builders.json may say.
var abilities = []Ability{Syntax, Link, Chmod, Exclude, Heredocs, CacheMounts, Secrets, SecretVariables, OtherMounts, Platforms, NamedIgnore}

// Builder is a program that builds images from Dockerfiles.
type Builder struct {
	Name  string    `json:"name"`  // the value of --compat
	Title string    `json:"title"` // as it stands in a sentence
	Says  string    `json:"says"`  // who has it
	Able  []Ability `json:"can"`
	// Command builds an image: {file}, {tag} and {context} stand for themselves in a word,
	// {-f} for -f and the file where it is not the usual one, {secrets} for a --secret each.
	Command []string `json:"command"`
	Source  string   `json:"source"`
}

// Can reports whether the builder understands something.
func (b Builder) Can(a Ability) bool { return slices.Contains(b.Able, a) }

type file struct {
	Date     string    `json:"date"`
	Builders []Builder `json:"builders"`
}

var data = sync.OnceValue(func() file {
	f, err := parse(text)
	if err != nil {
		panic("builder: builders.json: " + err.Error()) // our own data: every test of this package reads it
	}
	return f
})

func parse(text []byte) (file, error) {
	var f file
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return f, err
	}
	for _, b := range f.Builders {
		for _, a := range b.Able {
			if !slices.Contains(abilities, a) {
				return f, fmt.Errorf("%s: %q is no ability", b.Name, a)
			}
		}
	}
	return f, nil
}

// All are the builders, the usual one first.
func All() []Builder { return data().Builders }

// Date is the day on which the data was looked up.
func Date() string { return data().Date }

// Usual is the builder that dockgen writes for where nothing says otherwise.
func Usual() Builder { return All()[0] }

// Find is the builder of a name; the usual one for "".
func Find(name string) (Builder, bool) {
	if name == "" {
		return Usual(), true
	}
	i := slices.IndexFunc(All(), func(b Builder) bool { return b.Name == name })
	if i < 0 {
		return Builder{}, false
	}
	return All()[i], true
}

// Names are the values of --compat.
func Names() []string {
	var names []string
	for _, b := range All() {
		names = append(names, b.Name)
	}
	return names
}
