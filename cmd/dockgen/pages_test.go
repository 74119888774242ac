package main

import (
	"bytes"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/cobra/doc"

	"github.com/dockgen/dockgen/detect/all"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/templates"
)

// TestDocsCommands holds docs/commands to the commands: a page each, with every flag.
func TestDocsCommands(t *testing.T) {
	a := app{languages: all.Languages(), catalogue: catalogue.Embedded(), templates: templates.Embedded(), out: &bytes.Buffer{}}
	root := a.command()
	root.DisableAutoGenTag = true
	root.InitDefaultCompletionCmd()
	pages := map[string]string{}
	var each func(c *cobra.Command)
	each = func(c *cobra.Command) {
		if c.Hidden || c.Name() == "help" {
			return
		}
		var b bytes.Buffer
		if err := doc.GenMarkdown(c, &b); err != nil {
			t.Fatal(err)
		}
		pages[strings.ReplaceAll(c.CommandPath(), " ", "_")+".md"] = b.String()
		for _, sub := range c.Commands() {
			each(sub)
		}
	}
	each(root)
	const dir = "../../docs/commands/"
	for name, want := range pages {
		published(t, dir+name, want)
	}
	there, err := filepath.Glob(dir + "*.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range there {
		if pages[filepath.Base(p)] == "" {
			t.Errorf("%s is the page of no command", p)
		}
	}
}
