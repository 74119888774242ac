// Command dockgen writes the Dockerfile that fits a repository.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"syscall"

	"github.com/spf13/cobra"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/all"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/policy"
	"github.com/dockgen/dockgen/internal/prompt"
	"github.com/dockgen/dockgen/templates"
)

func main() { os.Exit(Main()) }

// Main runs the program with the arguments and streams of the process and
// returns its exit status; the scripts in testdata run it too.
func Main() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	a := app{
		in: os.Stdin, out: os.Stdout, err: os.Stderr,
		languages: all.Languages(), catalogue: catalogue.Embedded(), templates: templates.Embedded(), locate: locate,
	}
	if prompt.At(os.Stdin, os.Stderr) {
		a.prompter = prompt.For(os.Stdin, os.Stderr, os.Getenv("TERM"))
	}
	a.progress = progressOn(os.Stderr, os.Getenv("TERM"))
	return a.run(ctx, pluginArgs(os.Args[0], os.Args[1:]))
}

// app is what the commands share.
type app struct {
	in        io.Reader
	out       io.Writer // what was asked for
	err       io.Writer // everything else
	languages []detect.Language
	catalogue *catalogue.Catalogue
	templates templates.Set
	policy    *policy.Policy  // nil for none
	again     []string        // flags that repeat what changed this program
	prompter  prompt.Prompter // nil where nobody can be asked
	progress  io.Writer       // nil where none is shown
	locate    func(dir, root string) (place, error)
}

func (a app) run(ctx context.Context, args []string) int {
	root := a.command()
	root.SetArgs(args)
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	refuseUnknown(root)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return diag.OK
	case errors.Is(err, context.Canceled):
		err = prompt.ErrInterrupted
	}
	fmt.Fprint(a.err, diag.Text(err))
	return diag.Status(err)
}

// refuseUnknown makes the library's own commands refuse what they do not know. They print
// to the output that the root has by now.
func refuseUnknown(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	root.InitDefaultHelpCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "completion":
			c.Args, c.RunE = noSuchCommand, func(c *cobra.Command, _ []string) error { return c.Help() }
		case "help":
			c.Args = func(c *cobra.Command, args []string) error {
				if len(args) > 0 && !slices.ContainsFunc(root.Commands(), func(sub *cobra.Command) bool { return sub.Name() == args[0] }) {
					return noSuchCommand(root, args)
				}
				return nil
			}
		}
	}
}

func (a app) command() *cobra.Command {
	root := &cobra.Command{
		Use:           "dockgen",
		Short:         "Write the Dockerfile that fits a repository",
		Long:          "dockgen looks at a repository and writes the Dockerfile a careful colleague\nwould have written: multi-stage, cached well, small, non-root, every line with a reason.",
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noSuchCommand,
		RunE:          func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	root.SetFlagErrorFunc(func(c *cobra.Command, err error) error { return flagError(c, err) })
	root.AddCommand(a.initCommand(), a.detectCommand(), a.explainCommand(), a.checkCommand(), a.templateCommand(), a.pluginCommand(), a.versionCommand())
	root.AddCommand(a.manCommands()...)
	root.Version = version()
	root.SetVersionTemplate(fmt.Sprintf("dockgen {{.Version}}\ncatalogue %s\n", a.catalogue.Date))
	return root
}

func (a app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version of dockgen and the date of its catalogue",
		Args:  noArgs,
		RunE: func(*cobra.Command, []string) error {
			fmt.Fprintf(a.out, "dockgen %s\ncatalogue %s\n", version(), a.catalogue.Date)
			return nil
		},
	}
}
