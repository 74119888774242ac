package detect

import (
	"bytes"
	"encoding/json"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/moby/patternmatcher"

	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
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

// LooksSecret reports whether the ignore file hides a path, so that a plan must either
// keep it or not copy it by name.
func LooksSecret(v *repo.View, p string) bool { return secretName(p) && !HoldsNoSecret(v, p) }

// secretName reports whether a path has the name of a file that holds secrets.
func secretName(p string) bool {
	hidden, err := secretMatcher().MatchesOrParentMatches(p)
	return err == nil && hidden
}

// sampleEnds are how the names of files end that show people what to write.
var sampleEnds = []string{".example", ".sample", ".template", ".dist", ".defaults", ".tpl"}

// IsSample reports whether a file shows people what to write into one of their own.
func IsSample(p string) bool { return slices.Contains(sampleEnds, path.Ext(p)) }

const maxSecret = 1 << 20 // bytes; a larger file of these names is not looked into

// HoldsNoSecret reports whether a tracked file shows that it holds no secret, whatever it
// is called: a sample of an .env file, a certificate without its private key, JSON with
// no value under the name of a secret, such as a schema or a translation.
func HoldsNoSecret(v *repo.View, p string) bool {
	base, ext := path.Base(p), path.Ext(p)
	if IsSample(p) && strings.HasPrefix(base, ".env.") {
		return v.Has(p)
	}
	named := strings.Contains(base, "credentials") || strings.HasPrefix(base, "service-account") // not a state of Terraform
	if ext != ".pem" && ext != ".key" && (ext != ".json" || !named) || v.Size(p) > maxSecret {
		return false
	}
	text, err := v.Read(p)
	if err != nil || bytes.Contains(text, []byte("PRIVATE KEY")) {
		return false
	}
	if ext != ".json" {
		return onlyPublic(text)
	}
	var doc any
	if json.Unmarshal(text, &doc) != nil {
		return false
	}
	return !hasSecret("", doc, isSchema(doc))
}

// publicBlocks are how the labels of PEM blocks end that hold nothing secret
// (https://www.rfc-editor.org/rfc/rfc7468, 2026-11); OpenVPN has a static key in one of its own.
var publicBlocks = []string{"CERTIFICATE", "CERTIFICATE REQUEST", "PUBLIC KEY", "PUBLIC KEY BLOCK", "CRL", "PARAMETERS", "PKCS7", "CMS"}

var pemLabel = pattern.New(`-----BEGIN ([^\r\n]*?)-----`)

// onlyPublic reports whether a file has PEM blocks, and only such as anybody may see.
func onlyPublic(text []byte) bool {
	blocks := pemLabel.FindAllStringSubmatch(string(text), -1)
	return len(blocks) > 0 && !slices.ContainsFunc(blocks, func(b []string) bool {
		return !slices.ContainsFunc(publicBlocks, func(end string) bool { return b[1] == end || strings.HasSuffix(b[1], " "+end) })
	})
}

// isSchema reports whether a document is a JSON schema, in which the name of a secret names what describes it.
func isSchema(doc any) bool {
	object, _ := doc.(map[string]any)
	_, says := object["$schema"]
	_, has := object["properties"].(map[string]any)
	return says || has
}

var (
	// secretEnd is how the names of values end that are secrets; the short words are so only as words.
	secretEnd = pattern.New(`(?i)(key|secret|password|passwd|passphrase|token|credential)s?$|(^|[_. -])(pass|pwd|pin|auth)$|(?-i:[a-z](Pass|Pwd|Pin|Auth))$`)
	// withPassword is an address that names a user and a password.
	withPassword = pattern.New(`://[^/\s@]*:[^/\s@]+@`)
	// generated is a word that nobody says: it has a digit beside its letters.
	generated = pattern.New(`^[^\s{}]*([A-Za-z][^\s{}]*\d|\d[^\s{}]*[A-Za-z])[^\s{}]*$`)
)

// NamesSecret reports whether a value of that name is a secret: db.password, jwt_secret.
func NamesSecret(name string) bool { return secretEnd.MatchString(name) }

// hasSecret reports whether there is a value under the name of a secret, or of several. One
// with spaces is a sentence, and one that only says the name is a label.
func hasSecret(name string, value any, schema bool) bool {
	secret := secretEnd.MatchString(name)
	switch value := value.(type) {
	case map[string]any:
		several := secret && strings.HasSuffix(strings.ToLower(name), "s") && !schema
		for k, v := range value {
			text, _ := v.(string)
			if hasSecret(k, v, schema) || several && len(text) > 7 && generated.MatchString(text) {
				return true
			}
		}
	case []any:
		return slices.ContainsFunc(value, func(v any) bool { return hasSecret(name, v, schema) })
	case string:
		return withPassword.MatchString(value) || secret && value != "" && !strings.Contains(value, " ") && !strings.EqualFold(value, name)
	case float64:
		return secret && value > 999
	}
	return false
}
