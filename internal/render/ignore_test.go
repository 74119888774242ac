package render

import (
	"math/rand/v2"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/moby/patternmatcher"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/repo/repotest"
)

// ignored are the patterns for a repository and a plan, as one matcher.
func ignored(t *testing.T, files map[string]string, context string, plan detect.Plan) (*patternmatcher.PatternMatcher, []string) {
	t.Helper()
	v := repotest.View(t, files)
	groups, hidden, err := ignoreGroups(detect.Decision{Image: detect.Image{Context: context, Scope: context}, Plan: plan}, v, nil)
	if err != nil {
		t.Fatal(err)
	}
	var patterns []string
	for _, g := range groups {
		patterns = append(patterns, g.Patterns...)
	}
	m, err := patternmatcher.New(patterns)
	if err != nil {
		t.Fatal(err)
	}
	return m, hidden
}

func hides(t *testing.T, m *patternmatcher.PatternMatcher, p string) bool {
	t.Helper()
	hidden, err := m.MatchesOrParentMatches(p)
	if err != nil {
		t.Fatal(err)
	}
	return hidden
}

// TestSecretsAreHidden: whatever is tracked and whatever a plan wants to ignore, a
// developer's secrets reach no builder, at any depth.
func TestSecretsAreHidden(t *testing.T) {
	m, _ := ignored(t, map[string]string{"main.go": "", "api/.env.example": "", "api/main.go": ""}, ".", detect.Plan{Ignore: []string{"!**", "/dist"}})
	for _, dir := range []string{"", "api", "a/b/c"} {
		for _, name := range []string{".env", ".env.local", ".env.production", "id_rsa", "id_ed25519.pub", "server.key", "tls.pem", ".npmrc", ".netrc", ".pypirc", "store.jks", "x.p12", ".aws/credentials", ".ssh/config", "prod.tfstate", "gcp-credentials.json"} {
			if p := path.Join(dir, name); !hides(t, m, p) {
				t.Errorf("%s reaches the builder", p)
			}
		}
	}
	if hides(t, m, "api/.env.example") {
		t.Error("an example of an environment file is no secret")
	}
}

// TestPublicCertificates: a committed certificate without a private key is let
// through, one with a key is not and is reported.
func TestPublicCertificates(t *testing.T) {
	m, hidden := ignored(t, map[string]string{
		"ca/root.pem": "-----BEGIN CERTIFICATE-----\nx\n", "ca/server.pem": "-----BEGIN CERTIFICATE-----\n-----BEGIN PRIVATE KEY-----\n", "bad.pem": "text",
	}, ".", detect.Plan{})
	if hides(t, m, "ca/root.pem") || !hides(t, m, "ca/server.pem") || !hides(t, m, "bad.pem") {
		t.Error("certificates and keys are mixed up")
	}
	if !slices.Equal(hidden, []string{"bad.pem", "ca/server.pem"}) {
		t.Errorf("reported as hidden: %q", hidden)
	}
}

// TestNamedLikeSecrets: what shows that it holds no secret is let through, the rest is
// hidden and reported.
func TestNamedLikeSecrets(t *testing.T) {
	m, hidden := ignored(t, map[string]string{
		".env.production.example": "A=1", ".env.test.sample": "A=1", "api/.env.dist": "A=1", "api/.env.template": "A=1",
		"schema/credentials.json": `{"$schema": "x", "properties": {"password": {"type": "string"}}}`, "locales/de/credentials.json": `{"password": "Das Kennwort", "token": "Token"}`,
		"lib/aws-credentials.json": `{"client_secret": "s3cr3t"}`, "service-account.json": `{"private_key": "-----BEGIN PRIVATE KEY-----"}`, "credentials.json": "{", "x.tfstate.json": "{}", ".env.staging": "A=1", ".github/credentials.json": "{}",
	}, ".", detect.Plan{})
	for _, p := range []string{".env.production.example", ".env.test.sample", "api/.env.dist", "api/.env.template", "schema/credentials.json", "locales/de/credentials.json"} {
		if hides(t, m, p) {
			t.Errorf("%s does not reach the builder", p)
		}
	}
	want := []string{".env.staging", "credentials.json", "lib/aws-credentials.json", "service-account.json", "x.tfstate.json"}
	if !slices.Equal(hidden, want) || !hides(t, m, ".github/credentials.json") {
		t.Errorf("reported as hidden: %q, want %q", hidden, want)
	}
}

// TestNeverHidesWhatIsNeeded: on random trees, a tracked file is hidden only as a
// secret or as what no build reads, and never if the plan keeps it.
func TestNeverHidesWhatIsNeeded(t *testing.T) {
	names := []string{"main.go", "dist", "build", "tmp", "coverage", "vendor", "a.log", "x.test", ".env", "tls.key", "Dockerfile", "[a]*.js", "lib", "bin"}
	for seed := range 300 {
		r := rand.New(rand.NewPCG(uint64(seed), 3))
		files := map[string]string{}
		for range 10 {
			parts := make([]string, 1+r.IntN(3))
			for i := range parts {
				parts[i] = names[r.IntN(len(names))]
			}
			files[path.Join(parts...)] = ""
		}
		for p := range files {
			for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
				delete(files, dir)
			}
		}
		var plan detect.Plan
		for p := range files {
			if r.IntN(3) == 0 {
				plan.Keep = append(plan.Keep, p)
			}
		}
		for range 4 {
			plan.Ignore = append(plan.Ignore, []string{"**/", "/", ""}[r.IntN(3)]+names[r.IntN(len(names)-3)])
		}
		m, _ := ignored(t, files, ".", plan)
		for p := range files {
			wanted := !matchesAny(append(slices.Clone(always.Patterns), secrets.Patterns...), p)
			if kept := slices.Contains(plan.Keep, p); (kept || wanted) && hides(t, m, p) {
				t.Errorf("seed %d: %s is hidden (kept: %v, ignore: %q, tree: %s)", seed, p, kept, plan.Ignore, strings.Join(plan.Keep, " "))
			}
		}
	}
}
