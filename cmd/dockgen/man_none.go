//go:build !man

package main

import "github.com/spf13/cobra"

// manCommands are none: see man.go.
func (a app) manCommands() []*cobra.Command { return nil }
