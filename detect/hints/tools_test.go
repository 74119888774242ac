package hints

import (
	"strings"
	"testing"

	"github.com/dockgen/dockgen/internal/repo/repotest"
)

func TestToolVersions(t *testing.T) {
	v := repotest.View(t, map[string]string{"app/.tool-versions": "# tools\nnodejs 24.1.0 22.0.0\npython 3.13 # the servers'\n\nnode 20\nruby\n"})
	pins, err := ToolVersions(v, "app", "nodejs", "node")
	if err != nil || len(pins) != 2 || pins[0].Value != "24.1.0" || pins[1].Value != "20" || pins[1].From.Line != 5 {
		t.Errorf("nodejs, node: %v, %v", pins, err)
	}
	if pins, err := ToolVersions(v, "app", "python"); err != nil || len(pins) != 1 || pins[0].Value != "3.13" {
		t.Errorf("python: %v, %v", pins, err)
	}
	for _, dir := range []string{".", "app"} {
		if pins, err := ToolVersions(v, dir, "ruby", "rust"); err != nil || len(pins) != 0 {
			t.Errorf("%s: %v, %v", dir, pins, err)
		}
	}
}

func TestMise(t *testing.T) {
	v := repotest.View(t, map[string]string{
		"mise.toml":                "[env]\nA = \"b\"\n\n[tools]\ngo = \"1.26\"\nrust = { version = \"1.97\", profile = \"minimal\" }\n",
		".config/mise/config.toml": "[tools]\ngo = [\"1.25\", \"1.24\"]\n",
		"broken/.mise.toml":        "[tools\n",
	})
	pins, err := Mise(v, ".", "go", "golang")
	if err != nil || len(pins) != 2 || pins[0].Value != "1.26" || pins[0].From.Line != 5 || pins[1].Value != "1.25" {
		t.Errorf("go: %v, %v", pins, err)
	}
	if pins, err := Tools(v, ".", "rust"); err != nil || len(pins) != 1 || pins[0].Value != "1.97" {
		t.Errorf("rust: %v, %v", pins, err)
	}
	if _, err := Mise(v, "broken", "go"); err == nil || !strings.Contains(err.Error(), "broken/.mise.toml:1") {
		t.Errorf("broken: %v", err)
	}
}
