package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/dockgen/dockgen/internal/check"
	"github.com/dockgen/dockgen/internal/policy"
)

// examplePolicy is the policy of the page; what init writes by it stands below it.
var examplePolicy = map[string]string{
	"policy.yaml": `registry: registry.example.com/hub
mirrors:
  gcr.io: registry.example.com/gcr
images: ["golang:*", "gcr.io/distroless/*"]
forbid-bases: [alpine]
digests: digests.txt
labels:
  org.opencontainers.image.vendor: Example Ltd.
`,
	"digests.txt":   "# looked at in November\ngcr.io/distroless/static-debian13:nonroot sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\n",
	"go.mod":        "module example.com/app\n\ngo 1.27\n",
	"main.go":       "package main\n\nfunc main() {}\n",
	".dockgen.yaml": "policy: policy.yaml\n",
}

// TestDocsPolicy holds docs/policy.md to the keys of a policy, to the rules that
// enforce it, and to what init writes by the example.
func TestDocsPolicy(t *testing.T) {
	root := files(t, examplePolicy)
	status, dockerfile, stderr := runIn(root, "init", "--yes", "--quiet", "--print")
	if status != 0 {
		t.Fatalf("the example: %s", stderr)
	}
	var b strings.Builder
	b.WriteString("# The rules of an organisation\n\n`--policy FILE`, or `policy: FILE` in `.dockgen.yaml` (a path beside it, in the repository), names a file with what holds\nfor all images. `init` writes by it, and `check` holds any Dockerfile to it.\n\n```yaml\n" + examplePolicy["policy.yaml"] + "```\n\nThe file `digests.txt` beside it:\n\n```\n" + examplePolicy["digests.txt"] + "```\n\n## Keys\n\n")
	for _, k := range policy.Keys {
		fmt.Fprintf(&b, "### `%s`: %s\n\n%s\n\n", k.Name, k.Form(), k.Says)
		if !strings.Contains(examplePolicy["policy.yaml"], "\n"+k.Name+":") && !strings.HasPrefix(examplePolicy["policy.yaml"], k.Name+":") {
			t.Errorf("the example has no %s", k.Name)
		}
	}
	b.WriteString("Another key is an error that names the nearest one; so is a file that cannot be read in full. A policy never makes more\npossible than without it.\n\n## What `init` does\n\nIt renames the images, adds digests and labels, and refuses a final image or an image that is not allowed, with those that\nare. With the policy above, a Go program gets:\n\n```dockerfile\n" + dockerfile + "```\n\n## What `check` does\n\n")
	for _, r := range check.Rules() {
		if strings.HasPrefix(r.Name, "policy-") {
			fmt.Fprintf(&b, "- [%s %s](rules/%s.md): %s\n", r.Code, r.Name, r.Code, r.Short)
		}
	}
	b.WriteString("\nIts other rules know the images behind your registry by their public names.\n")
	published(t, "../../docs/policy.md", b.String())
}
