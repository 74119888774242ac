package detect

import (
	"slices"
	"sync"

	"github.com/moby/patternmatcher"
)

// secretPatterns are the names, as patterns of an ignore file, of files that hold
// secrets. They stay out of the context, unless a plan keeps one (Plan.Keep).
var secretPatterns = []string{
	"**/.env", "**/.env.*", "!**/.env.example", "**/*.pem", "**/*.key", "**/*.p12", "**/*.pfx", "**/*.jks", "**/id_rsa*", "**/id_ed25519*",
	"**/.netrc", "**/.npmrc", "**/.pypirc", "**/.aws", "**/.ssh", "**/.kube", "**/.gnupg", "**/*.tfstate*", "**/*credentials*.json", "**/service-account*.json",
}

// secretMatcher panics for a pattern of ours that is none: the tests use it.
var secretMatcher = sync.OnceValue(func() *patternmatcher.PatternMatcher {
	m, err := patternmatcher.New(secretPatterns)
	if err != nil {
		panic("detect: " + err.Error())
	}
	return m
})

// SecretPatterns are the patterns of the ignore file for files that hold secrets.
func SecretPatterns() []string { return slices.Clone(secretPatterns) }

// LooksSecret reports whether the ignore file hides a path for its name, so that a
// plan must either keep it or not copy it by name.
func LooksSecret(p string) bool {
	hidden, err := secretMatcher().MatchesOrParentMatches(p)
	return err == nil && hidden
}
