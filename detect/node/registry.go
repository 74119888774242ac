package node

import (
	"path"
	"regexp"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
)

var (
	tokenLine = regexp.MustCompile(`(?i)(_authToken|_auth|_password|npmAuthToken|npmAuthIdent)\s*[=:]\s*["']?([^"'\s]+)`)
	variable  = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)[^}]*\}`)
)

// holdsToken reports whether a file of settings holds a token as it is.
func (p *pkg) holdsToken(file string) bool {
	text, err := p.view.Read(file)
	if err != nil {
		return true
	}
	for _, match := range tokenLine.FindAllStringSubmatch(string(text), -1) {
		if !strings.Contains(match[2], "${") {
			return true
		}
	}
	return false
}

// secrets are the tokens that the package manager's settings ask for: a variable becomes a
// secret of that name in the environment, a file with a token in it a mounted file.
func (p *pkg) secrets(m *manager) []detect.Secret {
	var all []detect.Secret
	for _, name := range []string{".npmrc", ".yarnrc.yml"} {
		file := path.Join(m.dir, name)
		text, err := p.view.Read(file)
		if err != nil {
			continue
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			match := tokenLine.FindStringSubmatch(line)
			if match == nil || strings.HasPrefix(strings.TrimSpace(line), "#") || strings.HasPrefix(strings.TrimSpace(line), ";") {
				continue
			}
			at := fact.At(file, n, match[1])
			v := variable.FindStringSubmatch(match[2])
			switch {
			case v != nil:
				all = append(all, detect.Secret{ID: v[1], From: at})
			case name == ".npmrc":
				all = append(all, detect.Secret{ID: "npmrc", Source: "$HOME/.npmrc", From: at})
			}
		}
	}
	return all
}
