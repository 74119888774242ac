package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/check"
)

// complete gives a command's flags the values that this repository has: its
// programs, folders, languages, and the final images that are possible.
func (a app) complete(c *cobra.Command, f *choiceFlags) {
	a.progress = nil // no progress while a shell completes
	a.completeSet(c)
	for _, s := range a.settings() {
		if s.isSwitch {
			continue
		}
		// An error would mean that the flag is not there, which TestEveryQuestionIsAFlag holds.
		_ = c.RegisterFlagCompletionFunc(s.name, func(c *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			l, err := a.look(c.Context(), args[:min(1, len(args))], f, c.Flags())
			if err != nil {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			d, err := l.decide(l.settings)
			if q, open := detect.IsOpen(err); open && len(q.Choices) > 0 {
				if s, err := l.settings.With(q.Flag, q.Choices[0].Value); err == nil {
					d, _ = l.decide(s) // what all programs share: bases, versions
				}
			}
			var words []string
			for _, v := range l.values(s.name, d) {
				words = append(words, v.Value+"\t"+printable(strings.ReplaceAll(v.Says, "\t", " ")))
			}
			return words, cobra.ShellCompDirectiveNoFileComp
		})
	}
}

// completeSet completes --set with the names of the settings, and a name's values.
func (a app) completeSet(c *cobra.Command) {
	_ = c.RegisterFlagCompletionFunc("set", func(c *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		name, _, values := strings.Cut(word, "=")
		if !values {
			var words []string
			for _, s := range a.settings() {
				words = append(words, s.name+"=\t"+s.usage)
			}
			return words, cobra.ShellCompDirectiveNoSpace | cobra.ShellCompDirectiveNoFileComp
		}
		complete, ok := c.GetFlagCompletionFunc(name)
		if !ok {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		words, directive := complete(c, args, "")
		for i := range words {
			words[i] = name + "=" + words[i]
		}
		return words, directive
	})
}

// completeWords completes a flag with fixed words.
func completeWords(c *cobra.Command, flag string, words ...string) {
	_ = c.RegisterFlagCompletionFunc(flag, cobra.FixedCompletions(words, cobra.ShellCompDirectiveNoFileComp))
}

// topics are what explain takes besides a folder.
func topics() []string {
	all := []string{"image\tcompare the final images"}
	for _, r := range check.Rules() {
		all = append(all, r.Code+"\t"+r.Short)
	}
	return slices.Clip(all)
}
