package hints

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// Deployed are the Dockerfiles in a folder that people wrote for what they deploy; a variant of them only
// where there is no plain one, and it is the only one that is deployed.
func Deployed(v *repo.View, dir string) []Dockerfile {
	all := Dockerfiles(v, dir)
	plain := slices.DeleteFunc(slices.Clone(all), func(d Dockerfile) bool {
		base := path.Base(d.File)
		return base != "Dockerfile" && base != "Containerfile"
	})
	if len(plain) > 0 {
		return plain
	}
	deployed := slices.DeleteFunc(all, func(d Dockerfile) bool {
		return Developing(path.Base(d.File))
	})
	if len(deployed) == 1 {
		return deployed
	}
	return nil
}

// Developing reports whether a word in the name of a file says that nobody deploys what it is for.
func Developing(name string) bool {
	return slices.ContainsFunc(strings.FieldsFunc(strings.ToLower(name), notLetter), func(w string) bool { return developing[strings.TrimRight(w, "0123456789")] })
}

// developing are words in the names of Dockerfiles that nobody deploys.
var developing = map[string]bool{
	"dev": true, "devel": true, "develop": true, "development": true, "e2e": true, "local": true, "debug": true, "test": true, "tests": true, "testing": true, "ci": true, "lint": true, "docs": true, "base": true, "devcontainer": true,
}

func notLetter(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') }

// Tags are the tags of the images of a name that a Dockerfile builds on, whatever registry they come from.
func (d Dockerfile) Tags(name string) []fact.Of[string] {
	var all []fact.Of[string]
	for _, base := range d.Bases {
		image, tag, _ := strings.Cut(d.Fill(base.Value), ":")
		tag, _, _ = strings.Cut(tag, "@")
		if path.Base(image) == name && tag != "" {
			all = append(all, fact.New(tag, base.From))
		}
	}
	return all
}
