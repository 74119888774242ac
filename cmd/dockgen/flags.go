package main

import (
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/dockgen/dockgen/detect"
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
	yes, dryRun, force bool
	exitCode           bool
	print              string
	root, file         string
	values             map[string]*string // flags that become settings, by name
	options            map[string]*bool   // switches of one language
}

// settingFlags are the flags that answer what a wizard could ask, with their help.
var settingFlags = []struct{ name, usage string }{
	{"base", "final image: " + strings.Join(detect.Bases, ", ")},
	{"language", "build this language's project, where there are several"},
	{"project", "build the project in this folder, relative to the root"},
	{"entry", "program to run, where there are several"},
	{"language-version", "version of the language to build and run with"},
	{"port", "port that the program listens on"},
}

func (a app) addInitFlags(fs *pflag.FlagSet) *initFlags {
	f := &initFlags{values: map[string]*string{}, options: map[string]*bool{}}
	fs.SortFlags = false
	fs.BoolVarP(&f.yes, "yes", "y", false, "ask nothing")
	fs.StringVar(&f.print, "print", "", `print the Dockerfile and write nothing; "all" prints every file as txtar`)
	fs.Lookup("print").NoOptDefVal = "dockerfile"
	fs.BoolVar(&f.dryRun, "dry-run", false, "show what would change, as a diff, and write nothing")
	fs.BoolVar(&f.exitCode, "exit-code", false, "with --dry-run: exit with 4 if something would change")
	fs.BoolVar(&f.force, "force", false, "replace files that dockgen did not write; the old ones stay as NAME.bak")
	for _, s := range settingFlags {
		f.values[s.name] = fs.String(s.name, "", s.usage)
	}
	fs.StringVar(&f.root, "root", "", "root of the repository (default: the nearest folder above with .git, else DIR)")
	fs.StringVar(&f.file, "file", "", "name of the Dockerfile; its ignore file is NAME.dockerignore")
	for _, l := range a.languages {
		if o, ok := l.(detect.Optioner); ok {
			for _, option := range o.Options() {
				if option.Bool {
					f.options[option.Name] = fs.Bool(option.Name, false, option.Usage)
				} else {
					f.values[option.Name] = fs.String(option.Name, "", option.Usage)
				}
			}
		}
	}
	return f
}

// settings are the flags that were given, checked as far as no repository is needed.
func (f *initFlags) settings(set *pflag.FlagSet, languages []detect.Language) (detect.Settings, error) {
	var s detect.Settings
	var err error
	names := make([]string, 0, len(f.values)+len(f.options))
	for name := range f.values {
		names = append(names, name)
	}
	for name := range f.options {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		flag := set.Lookup(name)
		if !flag.Changed {
			continue
		}
		if s, err = s.With("--"+name, flag.Value.String()); err != nil {
			return s, err
		}
	}
	if s.Base.Known() && !slices.Contains(detect.Bases, s.Base.Value) {
		return s, detect.UnknownBase(s.Base.Value)
	}
	if s.Language.Known() {
		var known []string
		for _, l := range languages {
			if !detect.Refused(l) {
				known = append(known, l.Name())
			}
		}
		if !slices.Contains(known, s.Language.Value) {
			e := &diag.Error{What: fmt.Sprintf("--language %s is unknown", s.Language.Value), Try: "--language " + strings.Join(known, "|"), Code: diag.Usage}
			if near := diag.Nearest(s.Language.Value, known); near != "" {
				e.Try = "--language " + near
			}
			return s, e
		}
	}
	if f.print != "" && f.print != "dockerfile" && f.print != "all" {
		return s, &diag.Error{What: "--print=" + f.print + " is unknown", Try: "--print\n--print=all", Code: diag.Usage}
	}
	if f.exitCode && !f.dryRun {
		return s, &diag.Error{What: "--exit-code says something only with --dry-run", Try: "--dry-run --exit-code", Code: diag.Usage}
	}
	return s, nil
}
