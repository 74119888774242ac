package started

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockgen/dockgen/internal/fact"
)

func TestPackages(t *testing.T) {
	var programs []fact.Of[string]
	for _, name := range []string{"git", "sh", "git", "xdg-open", "wg", "wg", "own-tool"} {
		programs = append(programs, fact.New(name, fact.At("main.go", 1, "")))
	}
	wanted := Wanted(programs)
	for debian, want := range map[bool][]string{false: {"git", "wireguard-tools-wg"}, true: {"git", "wireguard-tools"}} {
		packages, unknown := Packages(wanted, debian)
		if diff := cmp.Diff(want, packages); diff != "" {
			t.Errorf("debian %v: packages (-want +got):\n%s", debian, diff)
		}
		if len(unknown) != 1 || unknown[0].Value != "own-tool" {
			t.Errorf("debian %v: not known: %v", debian, unknown)
		}
	}
}
