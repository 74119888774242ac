package main

import (
	"fmt"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dockgen/dockgen/internal/config"
	"github.com/dockgen/dockgen/internal/diag"
)

// release is set by the linker for a release.
var release = ""

// version is the release, or the version of the module that was built.
func version() string {
	if release != "" {
		return release
	}
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}

// noSuchCommand names the nearest command to a mistyped one.
func noSuchCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var known []string
	for _, sub := range c.Commands() {
		if !sub.Hidden {
			known = append(known, sub.Name())
		}
	}
	e := &diag.Error{What: fmt.Sprintf("there is no command %q", args[0]), Try: c.CommandPath() + " --help", Code: diag.Usage}
	if near := diag.Nearest(args[0], known); near != "" {
		e.Try = c.CommandPath() + " " + near
	}
	return e
}

func noArgs(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return &diag.Error{What: fmt.Sprintf("%q is one argument too many", args[0]), Code: diag.Usage}
	}
	return nil
}

func atMostOneArg(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return &diag.Error{What: fmt.Sprintf("%q is one argument too many", args[1]), Try: "name one folder", Code: diag.Usage}
	}
	return nil
}

// flagError names the nearest flag to a mistyped one.
func flagError(c *cobra.Command, err error) error {
	e := &diag.Error{What: err.Error(), Try: c.CommandPath() + " --help", Code: diag.Usage}
	if name, ok := strings.CutPrefix(err.Error(), "unknown flag: --"); ok {
		var known []string
		c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
		if near := diag.Nearest(name, known); near != "" {
			e.Try = "--" + near
		}
	}
	return e
}

// initFlags are the flags of init.
type initFlags struct {
	*choiceFlags
	yes, dryRun, force bool
	exitCode           bool
	diff, json, quiet  bool
	save               bool
	print              string
}

func (a app) addInitFlags(fs *pflag.FlagSet) *initFlags {
	f := &initFlags{}
	fs.SortFlags = false
	fs.BoolVarP(&f.yes, "yes", "y", false, "ask nothing")
	fs.StringVar(&f.print, "print", "", `print the Dockerfile and write nothing; "all" prints every file as txtar`)
	fs.Lookup("print").NoOptDefVal = "dockerfile"
	fs.BoolVar(&f.dryRun, "dry-run", false, "show what would change, as a diff, and write nothing")
	fs.BoolVar(&f.exitCode, "exit-code", false, "with --dry-run: exit with 4 if something would change")
	fs.BoolVar(&f.diff, "diff", false, "print what changes as a diff, also when writing")
	fs.BoolVar(&f.json, "json", false, "print the plan as JSON: every value, its source and the alternatives; asks nothing")
	fs.BoolVarP(&f.quiet, "quiet", "q", false, "say nothing but warnings and errors")
	fs.BoolVar(&f.save, "save", false, "keep the answers in "+config.Name+", for the next run")
	fs.BoolVar(&f.force, "force", false, "replace files that dockgen did not write; the old ones stay as NAME.bak")
	f.choiceFlags = a.addChoiceFlags(fs)
	return f
}

// check refuses flags that contradict each other.
func (f *initFlags) check() error {
	wrong := func(what, try string) error { return &diag.Error{What: what, Try: try, Code: diag.Usage} }
	switch {
	case f.print != "" && f.print != "dockerfile" && f.print != "all":
		return wrong("--print="+f.print+" is unknown", "--print\n--print=all")
	case f.exitCode && !f.dryRun:
		return wrong("--exit-code says something only with --dry-run", "--dry-run --exit-code")
	case f.json && f.print != "":
		return wrong("--json and --print both write to stdout", "--json, which has the text of every file")
	case f.json && f.diff:
		return wrong("--json and --diff both write to stdout", "--json --dry-run, which has the diff of every file")
	}
	return nil
}
