package main

import (
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
)

// Under the name docker-dockgen, in a folder of Docker's plugins, the program is
// the command "docker dockgen". Docker asks it who it is, and puts the command's
// name before the arguments
// (https://github.com/docker/cli/blob/master/cli-plugins/metadata/metadata.go, read 2026-11).
const pluginName = "docker-dockgen"

// pluginArgs are the arguments of a run without what Docker puts before them.
func pluginArgs(program string, args []string) []string {
	name := strings.TrimSuffix(filepath.Base(filepath.ToSlash(program)), ".exe")
	if name == pluginName && len(args) > 0 && args[0] == "dockgen" {
		return args[1:]
	}
	return args
}

func (a app) pluginCommand() *cobra.Command {
	return &cobra.Command{
		Use:    "docker-cli-plugin-metadata",
		Hidden: true,
		Args:   noArgs,
		RunE: func(*cobra.Command, []string) error {
			return a.printJSON(map[string]string{
				"SchemaVersion": "0.1.0", "Vendor": "dockgen", "Version": version(),
				"ShortDescription": "Write the Dockerfile that fits a repository", "URL": "https://github.com/dockgen/dockgen",
			})
		},
	}
}
