package rust

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockgen/dockgen/internal/fact"
)

func TestRecipesOfOtherSystems(t *testing.T) {
	justfile := "[unix]\nbuild:\n    cargo build --release\n\n[private]\n[windows]\nbuild:\n    cargo build --release --no-default-features\n\n    echo done\n# after it\n[linux, windows]\nall:\n    cargo build --release --features all\n"
	var got []string
	for n, line := range linesForLinux(justfile) {
		if strings.Contains(line, "cargo") {
			got = append(got, fact.At("justfile", n, strings.TrimSpace(line)).String())
		}
	}
	want := []string{"justfile:3 cargo build --release", "justfile:14 cargo build --release --features all"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	c := &crate{features: map[string][]string{"tls": nil}}
	for line, want := range map[string]bool{
		"cargo build --release --features tls": true, "cargo build --release --features tls --target x86_64-unknown-linux-gnu": true,
		"cargo build --release --features tls --target x86_64-pc-windows-msvc": false, "cargo build --release --target=aarch64-apple-darwin -F tls": false,
	} {
		if _, ok := c.recipeIn(line, fact.Source{}, bin{}, true); ok != want {
			t.Errorf("%s: %v", line, ok)
		}
	}
}
