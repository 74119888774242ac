package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts run this program as the command dockgen.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"dockgen": func() { os.Exit(Main()) }})
}

// TestScript runs the scripts of testdata/script: exit statuses, messages and
// refusals, as a user meets them. Besides testscript's own commands they have:
//
//	refuses STATUS ARGUMENT...   dockgen ends with that status and one error, and changes nothing
//	sparse FILE BYTES            a file of that size that takes no room
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		RequireExplicitExec: true,
		Cmds:                map[string]func(*testscript.TestScript, bool, []string){"refuses": refuses, "sparse": sparse},
	})
}

func refuses(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: refuses STATUS ARGUMENT...")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	work := ts.MkAbs(".")
	before := snapshot(ts, work)
	status := 0
	var exit *exec.ExitError
	switch err := ts.Exec("dockgen", args[1:]...); {
	case errors.As(err, &exit):
		status = exit.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if status != want {
		ts.Fatalf("exit status %d, want %d", status, want)
	}
	if err := oneError(ts.ReadFile("stderr")); err != nil {
		ts.Fatalf("%v", err)
	}
	if out := ts.ReadFile("stdout"); out != "" {
		ts.Fatalf("a refusal printed to standard output:\n%s", out)
	}
	if diff := cmp.Diff(before, snapshot(ts, work)); diff != "" {
		ts.Fatalf("a refusal changed the tree: -before +after\n%s", diff)
	}
}

// oneError holds an error output to its form: one line that says where and what,
// then lines that say what to try. Below an empty line may stand how files differ.
func oneError(text string) error {
	text, _, _ = strings.Cut(text, "\n\n---")
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if !strings.HasPrefix(lines[0], "dockgen: ") {
		return fmt.Errorf("the first line is no error of dockgen: %q", lines[0])
	}
	for _, l := range lines[1:] {
		if !strings.HasPrefix(l, "    try: ") {
			return fmt.Errorf("this line is neither the error nor what to try: %q", l)
		}
	}
	return nil
}

// snapshot is what a run could change: names, kinds, modes, sizes, and the text of small files.
func snapshot(ts *testscript.TestScript, dir string) map[string]string {
	found := map[string]string{}
	ts.Check(filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		state := info.Mode().String()
		if info.Mode().IsRegular() {
			state += fmt.Sprintf(" %d bytes %v", info.Size(), info.ModTime())
			if info.Size() < 1<<20 {
				data, err := os.ReadFile(p)
				if err != nil {
					return err
				}
				state += "\n" + string(data)
			}
		}
		found[p] = state
		return nil
	}))
	return found
}

func sparse(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sparse FILE BYTES")
	}
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	f, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(f.Truncate(size))
	ts.Check(f.Close())
}
