package main

import (
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// Under the name docker-dockgen, in a folder of Docker's plugins, the program is
// the command "docker dockgen". Docker asks it who it is, and puts the command's
// name before the arguments, behind its own flags or the word that asks for completion
// (https://github.com/docker/cli/blob/master/cli-plugins/metadata/metadata.go and
// cli-plugins/manager/cobra.go, read 2026-11).
const pluginName = "docker-dockgen"

// pluginArgs are the arguments of a run without what Docker puts before them.
func pluginArgs(program string, args []string) []string {
	name := strings.TrimSuffix(filepath.Base(filepath.ToSlash(program)), ".exe")
	if name != pluginName {
		return args
	}
	before := []string{}
	for i := 0; i < len(args); i++ {
		switch {
		case args[i] == "dockgen":
			return append(before, args[i+1:]...)
		case slices.Contains([]string{cobra.ShellCompRequestCmd, cobra.ShellCompNoDescRequestCmd}, args[i]):
			before = append(before, args[i])
		case !strings.HasPrefix(args[i], "-"):
			return args
		case slices.Contains(dockerValues, args[i]):
			i++
		}
	}
	return args
}

// dockerValues are Docker's own flags that take the next word.
var dockerValues = []string{"--config", "--context", "-c", "--host", "-H", "--log-level", "-l", "--tlscacert", "--tlscert", "--tlskey"}

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
