//go:build man

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/go-git/go-billy/v5/memfs"
)

func TestManPages(t *testing.T) {
	dir := t.TempDir()
	status, out, errs := runIn(memfs.New(), "man", dir)
	if status != 0 {
		t.Fatalf("status %d: %s%s", status, out, errs)
	}
	page, err := os.ReadFile(filepath.Join(dir, "dockgen-init.1"))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(page, []byte(".SH SYNOPSIS")) || !bytes.Contains(page, []byte("--base")) {
		t.Errorf("dockgen-init.1 lacks the synopsis or a flag:\n%s", page)
	}
}
