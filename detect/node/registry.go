package node

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

var (
	tokenLine = pattern.New(`(?i)(_authToken|_auth|_password|npmAuthToken|npmAuthIdent)\s*[=:]\s*["']?([^"'\s]+)`)
	variable  = pattern.New(`\$\{([A-Za-z_][A-Za-z0-9_]*)[^}]*\}`)
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

// scoped is a line of .npmrc that sends a scope to a registry of its own.
var scoped = pattern.New(`^(@[^:\s]+):registry\s*=\s*["']?([^"'\s]+)`)

// secrets are the tokens that the package manager's settings ask for: a variable becomes a
// secret of that name in the environment, a file with a token in it a mounted file. One is
// required where the lockfile fetches something from its host.
func (p *pkg) secrets(m *manager, l *locked) []detect.Secret {
	var all []detect.Secret
	for _, name := range []string{".npmrc", ".yarnrc.yml"} {
		file := path.Join(m.dir, name)
		text, err := p.view.Read(file)
		if err != nil {
			continue
		}
		scopes := map[string]string{} // host by scope
		for line := range strings.Lines(string(text)) {
			if match := scoped.FindStringSubmatch(strings.TrimSpace(line)); match != nil {
				scopes[match[1]], _ = origin(match[2])
			}
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			line = strings.TrimSpace(line)
			match := tokenLine.FindStringSubmatch(line)
			if match == nil || strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") {
				continue
			}
			host, _, _ := strings.Cut(strings.TrimPrefix(line, "//"), "/")
			s := detect.Secret{ID: "npmrc", Source: "$HOME/.npmrc", From: fact.At(file, n, match[1]), Required: l.fetches(host, scopes)}
			if v := variable.FindStringSubmatch(match[2]); v != nil {
				s.ID, s.Source = v[1], ""
			} else if name != ".npmrc" {
				continue // yarn reads its settings from the file alone
			}
			if !slices.ContainsFunc(all, func(o detect.Secret) bool { return o.ID == s.ID }) {
				all = append(all, s)
			}
		}
	}
	return all
}

// fetches reports whether a package comes from a host, by its address or by its scope.
func (l *locked) fetches(host string, scopes map[string]string) bool {
	if l == nil {
		return false
	}
	return slices.ContainsFunc(l.entries, func(e entry) bool {
		scope, _, _ := strings.Cut(e.name, "/")
		return e.host == host || scopes[scope] == host
	})
}
