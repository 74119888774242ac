package policy

import (
	"io/fs"
	"strings"
	"testing"
)

const sum = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

func parse(t *testing.T, text string) (*Policy, error) {
	t.Helper()
	return Parse("policy.yaml", []byte(text), func(name string) ([]byte, error) {
		if name != "digests.txt" {
			return nil, fs.ErrNotExist
		}
		return []byte("# pins\nalpine:3.24 " + sum + "\nregistry.example.com/hub/node:24-slim@" + sum + "\n"), nil
	})
}

func TestRef(t *testing.T) {
	p, err := parse(t, "registry: registry.example.com/hub\nmirrors:\n  gcr.io: registry.example.com/gcr/\ndigests: digests.txt\nimages: [alpine:*, 'gcr.io/distroless/*', node:24-slim]\n")
	if err != nil {
		t.Fatal(err)
	}
	for image, want := range map[string]string{
		"scratch":                           "scratch",
		"alpine:3.24":                       "registry.example.com/hub/alpine:3.24@" + sum,
		"node:24-slim":                      "registry.example.com/hub/node:24-slim@" + sum,
		"gcr.io/distroless/static-debian13": "registry.example.com/gcr/distroless/static-debian13",
		"ghcr.io/astral-sh/uv:0.11":         "registry.example.com/hub/astral-sh/uv:0.11",
	} {
		got := p.Ref(image)
		if got != want {
			t.Errorf("Ref(%s) = %s, want %s", image, got, want)
		}
		if again := p.Ref(got); again != got {
			t.Errorf("Ref of %s is %s", got, again)
		}
		if back := p.Original(got); back != image && !strings.HasPrefix(image, "ghcr.io") {
			t.Errorf("Original(%s) = %s", got, back)
		}
	}
	for image, want := range map[string]bool{"alpine:3.24": true, "scratch": true, "node:22-slim": false, "registry.example.com/gcr/distroless/x:y": true, "debian:13": false} {
		if p.Allowed(image) != want {
			t.Errorf("Allowed(%s) is %v", image, !want)
		}
	}
	if none := (*Policy)(nil); none.Ref("a") != "a" || !none.Allowed("a") {
		t.Error("no policy changes an image")
	}
}

func TestRefused(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "is no policy",
		"a: [":                       "is not YAML",
		"regstry: x.example":         "regstry is no key of a policy",
		"registry: [a]":              "must be one word",
		"registry: 'a b'":            "is not the address of a registry",
		"registry: hub":              "is not the address of a registry",
		"images: node":               "must be a list",
		"images: [[a]]":              "must be one word",
		"forbid-bases: [alpin]":      "alpin is no value of --base",
		"digests: none.txt":          "none.txt cannot be read",
		"labels: {'a b': c}":         "is not a label",
		"labels: {a: \"b\\nRUN x\"}": "is not a label",
	} {
		if _, err := parse(t, text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}
