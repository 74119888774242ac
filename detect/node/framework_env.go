package node

import (
	"bytes"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/joho/godotenv"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

// buildVariables are the variables that a page's sources read and its build writes into the
// files: those with a prefix of the framework. What may not be declared, because the name looks
// like that of a secret, is in the second list. Both are sorted.
func (p *pkg) buildVariables(prefixes []string) (declare, secret []fact.Of[string]) {
	if len(prefixes) == 0 {
		return nil, nil
	}
	seen := map[string]fact.Source{}
	variable := regexp.MustCompile(`\b(?:` + strings.Join(quotedAll(prefixes), "|") + `)[A-Z0-9_]+\b`)
	closure := p.closure(false)
	slices.Reverse(closure)
	n := 0
	for _, q := range closure {
		for _, file := range q.sources() {
			if !readsVariables(file) || q.setAside(file) && !isEnvFile(file) || p.view.Size(file) > maxSource || n > maxSources {
				continue
			}
			n++
			text, err := p.view.Read(file)
			if err != nil {
				continue // it is evidence, not input
			}
			for _, m := range variable.FindAllIndex(text, -1) {
				name := string(text[m[0]:m[1]])
				if _, ok := seen[name]; !ok && isRead(text, m[0], m[1], file) {
					seen[name] = fact.At(file, 1+bytes.Count(text[:m[0]], []byte("\n")), "")
				}
			}
		}
	}
	for name, at := range seen {
		if looksSecret(name) {
			secret = append(secret, fact.New(name, at))
		} else {
			declare = append(declare, fact.New(name, at))
		}
	}
	byName := func(a, b fact.Of[string]) int { return strings.Compare(a.Value, b.Value) }
	slices.SortFunc(declare, byName)
	slices.SortFunc(secret, byName)
	return declare, secret
}

func quotedAll(prefixes []string) []string {
	all := make([]string, len(prefixes))
	for i, s := range prefixes {
		all[i] = regexp.QuoteMeta(s)
	}
	return all
}

var variableFiles = map[string]bool{".vue": true, ".svelte": true, ".astro": true, ".html": true, ".mdx": true}

func readsVariables(file string) bool {
	return sourceExtensions[path.Ext(file)] || variableFiles[path.Ext(file)] || isEnvFile(file)
}

// isEnvFile reports whether a file shows which variables there are: .env.example, .env.production.
func isEnvFile(file string) bool { return strings.HasPrefix(path.Base(file), ".env") }

// isRead reports whether the name is read from the environment where it stands:
// import.meta.env.X, process.env.X, env.X, %X% in a page, X= in an .env file.
func isRead(text []byte, from, to int, file string) bool {
	before, after := text[max(0, from-40):from], text[to:min(len(text), to+1)]
	switch {
	case isEnvFile(file):
		line := before[bytes.LastIndexByte(before, '\n')+1:]
		return bytes.Equal(after, []byte("=")) && len(bytes.TrimSpace(line)) == 0
	case path.Ext(file) == ".html":
		return bytes.HasSuffix(before, []byte("%")) && bytes.Equal(after, []byte("%"))
	default:
		return bytes.HasSuffix(before, []byte("env.")) || bytes.HasSuffix(before, []byte("env?.")) || bytes.HasSuffix(before, []byte("env['")) || bytes.HasSuffix(before, []byte(`env["`))
	}
}

// secretParts are what makes a name look like a secret's to one of the tools that check
// images: BuildKit, hadolint, Trivy and dockle (2026-11).
var secretParts = []string{"PASS", "SECRET", "KEY", "ACCESS", "TOKEN", "CREDENTIAL", "PRIVATE", "AUTH", "USERNAME"}

func looksSecret(name string) bool {
	return slices.ContainsFunc(secretParts, func(part string) bool { return strings.Contains(name, part) })
}

// keptEnvFiles are the committed .env files that the build of a page reads and that hold
// no secret.
func (p *pkg) keptEnvFiles(prefixes []string) []string {
	var kept []string
	names := []string{".env", ".env.production"}
	if c, err := p.config("vite.config"); err == nil && c.text("envDir").Known() {
		dir := path.Clean(c.text("envDir").Value)
		names = append(names, path.Join(dir, ".env"), path.Join(dir, ".env.production"))
	}
	for _, name := range names {
		file := p.in(name)
		text, err := p.view.Read(file)
		if err != nil || !p.view.Has(file) || len(prefixes) == 0 {
			continue
		}
		if onlyPublic(text, prefixes) {
			kept = append(kept, repo.Rel(".", file))
		}
	}
	return kept
}

var (
	envSet  = pattern.New(`(?m)^\s*(?:export\s+)?([A-Z0-9_]+)\s*[=:]`)
	envUsed = pattern.New(`\$\{?([A-Z0-9_]+)\}?`)
)

// envFile is what a .env file sets. A variable that the file itself sets stands in another's value
// as a letter: of names that double one another, the values would fill the memory.
func envFile(text []byte) (map[string]string, error) {
	set := map[string]bool{}
	for _, m := range envSet.FindAllStringSubmatch(string(text), -1) {
		set[m[1]] = true
	}
	return godotenv.Unmarshal(envUsed.ReplaceAllStringFunc(string(text), func(used string) string {
		if set[strings.Trim(used, "${}")] {
			return "x"
		}
		return ""
	}))
}

// onlyPublic reports whether a .env file holds nothing that is a secret's by its name
// or by a password in an address. What has a public prefix ends in the page anyway.
func onlyPublic(text []byte, prefixes []string) bool {
	all, err := envFile(text)
	if err != nil {
		return false
	}
	for name, value := range all {
		public := slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(name, prefix) })
		if !public && (looksSecret(strings.ToUpper(name)) || withPassword.MatchString(value)) {
			return false
		}
	}
	return true
}

// withPassword is an address that names a user and a password.
var withPassword = pattern.New(`://[^/\s@]*:[^/\s@]+@`)
