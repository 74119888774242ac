package render

import (
	"path"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/hostpath"
)

// BuildCommand is the exact command that builds the image, with the builder that the
// Dockerfile is written for. The function names a path of the view from where the
// command is run.
func (o Output) BuildCommand(d detect.Decision, tag string, named func(string) string) (string, error) {
	var words []string
	for _, w := range d.Builder().Command {
		switch w {
		case "{-f}":
			if name := path.Base(o.Dockerfile); name != "Dockerfile" || path.Dir(o.Dockerfile) != o.Context {
				words = append(words, "-f", named(o.Dockerfile))
			}
		case "{secrets}":
			words = append(words, secretFlags(d.Plan.Secrets)...)
		default:
			w = strings.NewReplacer("{file}", named(o.Dockerfile), "{tag}", tag, "{context}", named(o.Context)).Replace(w)
			words = append(words, w)
		}
	}
	quoted := make([]string, len(words))
	for i, w := range words {
		q, err := hostpath.Here.Word(w)
		if err != nil {
			return "", err
		}
		if strings.Contains(w, "$HOME/") {
			q = w // for the user's shell to expand
		}
		quoted[i] = q
	}
	return strings.Join(quoted, " "), nil
}

// secretFlags name the secrets that the build must have.
func secretFlags(secrets []detect.Secret) []string {
	var words []string
	for _, s := range secrets {
		if s.Required {
			secret := "id=" + s.ID // without a source, the environment variable of that name
			if s.Source != "" {
				secret += ",src=" + s.Source
			}
			words = append(words, "--secret", secret)
		}
	}
	return words
}
