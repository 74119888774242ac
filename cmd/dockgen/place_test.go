package main

import (
	"strings"
	"testing"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/hostpath"
)

// TestFileName: --file as people on each system write it, and what is refused before
// anything is looked at.
func TestFileName(t *testing.T) {
	posix, windows := hostpath.System{}, hostpath.System{Windows: true}
	for _, tt := range []struct {
		system hostpath.System
		name   string
		want   string // the path, or a part of the error
	}{
		{posix, "Dockerfile.prod", "Dockerfile.prod"},
		{posix, "./deploy/Dockerfile", "deploy/Dockerfile"},
		{posix, `deploy\Dockerfile`, `deploy\Dockerfile`},
		{posix, "", ""},
		{posix, "/x/Dockerfile", "is outside the repository"},
		{posix, "../Dockerfile", "is outside the repository"},
		{posix, "a/../../Dockerfile", "is outside the repository"},
		{posix, "deploy/", "names a folder"},
		{posix, ".", "names a folder"},
		{posix, ".git/Dockerfile", "is git's own"},
		{posix, "a\nb", "has a line break"},
		{posix, "a\xff", "is not UTF-8"},
		{windows, `deploy\Dockerfile`, "deploy/Dockerfile"},
		{windows, `.\deploy\..\Dockerfile`, "Dockerfile"},
		{windows, `C:\repo\Dockerfile`, "is outside the repository"},
		{windows, `\\server\share\Dockerfile`, "is outside the repository"},
		{windows, `..\Dockerfile`, "is outside the repository"},
		{windows, `deploy\`, "names a folder"},
		{windows, `.git\Dockerfile`, "is git's own"},
	} {
		got, err := fileName(tt.system, tt.name)
		if err != nil && (diag.Status(err) != diag.Usage || !strings.Contains(err.Error(), tt.want)) || err == nil && got != tt.want {
			t.Errorf("%+v %q = %q, %v, want %s", tt.system, tt.name, got, err, tt.want)
		}
	}
}
