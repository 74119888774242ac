package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/render"
	"github.com/dockgen/dockgen/templates"
)

func (a app) templateCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "template",
		Short: "List, show or copy the templates, to change them",
		Long: "dockgen prints Dockerfiles with Go templates. Copy those that you want to change\n" +
			"into a folder of your own with eject, and name it with --template DIR: a file there\n" +
			"takes the place of the one with its name, a partial too; all others stay. Files\n" +
			"places/NAME.Dockerfile in it add lines to what any template prints; the names are\n" +
			strings.Join(render.Places, ", ") + ".",
		Args: noSuchCommand,
		RunE: func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(
		&cobra.Command{Use: "list", Short: "List the templates", Args: noArgs, RunE: func(*cobra.Command, []string) error {
			for _, name := range a.templates.Names() {
				fmt.Fprintln(a.out, name)
			}
			return nil
		}},
		&cobra.Command{Use: "show NAME", Short: "Print a template", Args: needs("the name of a template", "dockgen template list", 1), ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return a.templates.Names(), cobra.ShellCompDirectiveNoFileComp
		}, RunE: func(_ *cobra.Command, args []string) error {
			text, err := a.template(args[0])
			if err != nil {
				return err
			}
			_, err = fmt.Fprint(a.out, text)
			return err
		}},
		&cobra.Command{Use: "eject DIR [NAME...]", Short: "Copy templates into a folder", Args: needs("a folder", "dockgen template eject templates", 1000), ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) == 0 {
				return nil, cobra.ShellCompDirectiveFilterDirs
			}
			return a.templates.Names(), cobra.ShellCompDirectiveNoFileComp
		}, RunE: func(_ *cobra.Command, args []string) error {
			return a.eject(args[0], args[1:])
		}},
	)
	return c
}

// needs asks for a first argument, and takes no more than most.
func needs(what, try string, most int) cobra.PositionalArgs {
	return func(_ *cobra.Command, args []string) error {
		if len(args) > most {
			return &diag.Error{What: fmt.Sprintf("%q is one argument too many", args[most]), Code: diag.Usage}
		}
		if len(args) == 0 {
			return &diag.Error{What: what + " is missing", Try: try, Code: diag.Usage}
		}
		return nil
	}
}

func (a app) template(name string) (string, error) {
	if !slices.Contains(a.templates.Names(), name) {
		e := unknown(fact.Source{}, "there is no template "+name, name, a.templates.Names())
		if strings.Contains(e.Try, ", ") {
			e.Try = "dockgen template list"
		}
		return "", e
	}
	return a.templates.Read(name)
}

// eject copies templates, all if none is named. A file that is there is never replaced.
func (a app) eject(dir string, names []string) error {
	if len(names) == 0 {
		names = a.templates.Names()
	}
	for _, name := range names {
		text, err := a.template(name)
		if err != nil {
			return err
		}
		if err := a.create(dir, name, text); err != nil {
			return err
		}
	}
	version := filepath.Join(dir, templates.VersionFile)
	if _, err := os.Lstat(version); err == nil {
		return nil // it says what the templates there were made for
	}
	return a.create(dir, templates.VersionFile, fmt.Sprintln(templates.ViewVersion))
}

// create writes a file that is not there yet.
func (a app) create(dir, name, text string) error {
	to := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
		return &diag.Error{At: fact.Source{File: dir}, What: "cannot be written", Err: err}
	}
	f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return &diag.Error{At: fact.Source{File: to}, What: "cannot be written", Try: "dockgen template show " + name, Err: errors.Unwrap(err)}
	}
	if _, err := f.WriteString(text); err != nil {
		f.Close()
		return &diag.Error{At: fact.Source{File: to}, What: "cannot be written", Err: err}
	}
	if err := f.Close(); err != nil {
		return err
	}
	fmt.Fprintf(a.err, "wrote %s\n", to)
	return nil
}
