package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPluginArgs(t *testing.T) {
	for _, tt := range []struct {
		program string
		args    []string
		want    []string
	}{
		{"/usr/libexec/docker/cli-plugins/docker-dockgen", []string{"dockgen", "init", "--yes"}, []string{"init", "--yes"}},
		{"docker-dockgen", []string{"--debug", "--context", "x", "dockgen", "detect", "dockgen"}, []string{"detect", "dockgen"}},
		{"docker-dockgen", []string{"__complete", "dockgen", "init", "--base", ""}, []string{"__complete", "init", "--base", ""}},
		{"docker-dockgen", []string{"init", "dockgen"}, []string{"init", "dockgen"}},
		{"docker-dockgen.exe", []string{"dockgen"}, []string{}},
		{"docker-dockgen", []string{"docker-cli-plugin-metadata"}, []string{"docker-cli-plugin-metadata"}},
		{"/usr/bin/dockgen", []string{"dockgen"}, []string{"dockgen"}},
	} {
		if diff := cmp.Diff(tt.want, pluginArgs(tt.program, tt.args)); diff != "" {
			t.Errorf("%s %v: -want +got\n%s", tt.program, tt.args, diff)
		}
	}
}
