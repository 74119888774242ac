//go:build man

package main

import (
	"os"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
)

// manCommands are the command that writes the man pages. Packagers alone have it
// (go run -tags man ./cmd/dockgen man DIR): the library behind it takes a tenth of
// what the program takes to start.
func (a app) manCommands() []*cobra.Command {
	return []*cobra.Command{{
		Use:    "man DIR",
		Short:  "Write the man pages into a folder",
		Hidden: true,
		Args:   cobra.ExactArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return &diag.Error{At: fact.Source{File: args[0]}, What: "cannot be made", Err: err}
			}
			date, err := time.Parse(time.DateOnly, a.catalogue.Date) // not the clock's: the same pages on every day
			if err != nil {
				return err
			}
			root := c.Root()
			root.DisableAutoGenTag = true
			return doc.GenManTree(root, &doc.GenManHeader{Title: "DOCKGEN", Section: "1", Source: "dockgen", Manual: "dockgen", Date: &date}, args[0])
		},
	}}
}
