package main

import (
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/go-git/go-billy/v5"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	dockershell "github.com/moby/buildkit/frontend/dockerfile/shell"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
	"github.com/spf13/pflag"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/all"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/render"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/templates"
)

// generated is what came out of one golden tree.
type generated struct {
	tree
	dockerfile string // text
	ignore     string
	context    string
	files      map[string]string // of the whole repository
}

// outputs are the generated files of every golden tree that does not end in an error.
func outputs(t *testing.T) []generated {
	t.Helper()
	var found []generated
	for _, tr := range trees(t) {
		if g, status, _ := generate(t, tr.repository(t), tr.args()); status == 0 {
			g.tree = tr
			found = append(found, g)
		}
	}
	return found
}

// generate runs init and finds what it wrote by the build command that it prints last.
func generate(t *testing.T, root billy.Filesystem, args []string) (g generated, status int, stderr string) {
	t.Helper()
	if status, _, stderr = runIn(root, args...); status != 0 {
		return g, status, stderr
	}
	g.files = written(t, root)
	var name string
	g.context, name = built(stderr[strings.LastIndex(strings.TrimSpace(stderr), "\n")+1:])
	g.dockerfile = g.files[name]
	g.ignore = g.files[name+".dockerignore"]
	if g.ignore == "" {
		g.ignore = g.files[path.Join(g.context, ".dockerignore")]
	}
	if g.dockerfile == "" || g.ignore == "" {
		t.Fatalf("%q: no output found by\n%s", args, stderr)
	}
	return g, 0, stderr
}

// built are the context and the Dockerfile that a build command names.
func built(command string) (context, dockerfile string) {
	words := strings.Fields(command)
	context = words[len(words)-1]
	for i, w := range words {
		switch w {
		case "-f", "--dockerfile":
			dockerfile = words[i+1]
		case "--context":
			context = words[i+1]
		}
	}
	if context = strings.Trim(context, "'"); dockerfile == "" {
		dockerfile = path.Join(context, "Dockerfile")
	}
	return context, strings.Trim(dockerfile, "'")
}

func (g generated) stages(t *testing.T) []instructions.Stage {
	t.Helper()
	result, err := parser.Parse(strings.NewReader(g.dockerfile))
	if err != nil {
		t.Fatalf("%s: %v", g.name, err)
	}
	stages, _, err := instructions.Parse(result.AST, nil)
	if err != nil {
		t.Fatalf("%s: %v", g.name, err)
	}
	return stages
}

// TestShape: multi-stage or served as it is, non-root by number, exec form, no
// holes in the text, no floating tag.
func TestShape(t *testing.T) {
	numeric := regexp.MustCompile(`^[1-9]\d*:\d+$`)
	for _, g := range outputs(t) {
		if strings.Contains(g.dockerfile, "\n\n\n") || strings.Contains(g.dockerfile, " \n") || !strings.HasSuffix(g.dockerfile, "\n") || strings.HasSuffix(g.dockerfile, "\n\n") {
			t.Errorf("%s: doubled blank lines, trailing spaces or no final newline:\n%s", g.name, g.dockerfile)
		}
		usual := !slices.Contains(strings.Fields(strings.Join(g.keys["flags"], " ")), "--compat")
		if usual != strings.HasPrefix(g.dockerfile, "# syntax=docker/dockerfile:1\n") {
			t.Errorf("%s: the syntax line is not the first", g.name)
		}
		stages := g.stages(t)
		names := map[string]bool{}
		user := ""
		for i, s := range stages {
			if !names[s.BaseName] && s.BaseName != "scratch" && !regexp.MustCompile(`:[^:/]*\d|:nonroot$|:trixie-slim$`).MatchString(s.BaseName) {
				t.Errorf("%s: %s has no tag with a version", g.name, s.BaseName)
			}
			names[s.Name] = true
			for _, c := range s.Commands {
				switch c := c.(type) {
				case *instructions.UserCommand:
					if i == len(stages)-1 {
						user = c.User
					}
				case *instructions.EntrypointCommand:
					if c.PrependShell {
						t.Errorf("%s: the entry point is in shell form", g.name)
					}
				case *instructions.CmdCommand:
					if c.PrependShell {
						t.Errorf("%s: the command is in shell form", g.name)
					}
				}
			}
		}
		if !numeric.MatchString(user) {
			t.Errorf("%s: the final stage runs as %q, not as a numeric user that is not root", g.name, user)
		}
	}
}

// TestCopySources: every path that COPY takes from the context exists in it and
// survives the ignore file.
func TestCopySources(t *testing.T) {
	for _, g := range outputs(t) {
		for _, source := range g.missing(t) {
			t.Errorf("%s: COPY %s finds nothing in the context", g.name, source)
		}
	}
}

// missing are the sources of COPY that the context lacks or its ignore file hides.
func (g generated) missing(t *testing.T) (sources []string) {
	t.Helper()
	patterns, err := ignorefile.ReadAll(strings.NewReader(g.ignore))
	if err != nil {
		t.Fatal(err)
	}
	ignored, err := patternmatcher.New(patterns)
	if err != nil {
		t.Fatalf("%s: %v", g.name, err)
	}
	var context []string
	for f := range g.files {
		if repo.Within(g.context, f) {
			context = append(context, repo.Rel(g.context, f))
		}
	}
	words := dockershell.NewLex('\\')
	for _, s := range g.stages(t) {
		for _, c := range s.Commands {
			cp, ok := c.(*instructions.CopyCommand)
			if !ok || cp.From != "" {
				continue
			}
			if err := cp.Expand(func(word string) (string, error) {
				word, _, err := words.ProcessWord(word, dockershell.EnvsFromSlice(nil))
				return word, err
			}); err != nil {
				t.Fatalf("%s: %v", g.name, err)
			}
			for _, source := range cp.SourcePaths {
				if !arrives(source, context, ignored) {
					sources = append(sources, source)
				}
			}
		}
	}
	return sources
}

// arrives reports whether a file that the pattern or folder names is sent to the builder.
func arrives(source string, context []string, ignored *patternmatcher.PatternMatcher) bool {
	source = path.Clean(source)
	for _, f := range context {
		taken := repo.Within(source, f)
		for p := f; p != "." && !taken; p = path.Dir(p) {
			taken, _ = path.Match(source, p)
		}
		if !taken {
			continue
		}
		if hidden, err := ignored.MatchesOrParentMatches(f); err == nil && !hidden {
			return true
		}
	}
	return false
}

// decided calls do with what is decided for each golden tree that does not end in an error.
func decided(t *testing.T, do func(tr tree, v *repo.View, d detect.Decision)) {
	t.Helper()
	for _, tr := range trees(t) {
		v, err := repo.Open(t.Context(), tr.repository(t))
		if err != nil {
			continue
		}
		a := app{languages: all.Languages(), catalogue: catalogue.Embedded(), templates: templates.Embedded()}
		set := pflag.NewFlagSet("init", pflag.ContinueOnError)
		f := a.addInitFlags(set)
		if err := set.Parse(tr.args()[1:]); err != nil {
			continue
		}
		s, err := f.over(detect.Settings{}, set)
		if err != nil {
			continue
		}
		if dirs := tr.keys["dir"]; len(dirs) > 0 {
			s, _ = s.With("--project", dirs[0])
		}
		projects, err := detect.Projects(t.Context(), v, a.languages)
		if err != nil {
			continue
		}
		if d, err := detect.Decide(projects, v, s, a.catalogue); err == nil {
			do(tr, v, d)
		}
	}
}

// TestChoices: the choice of final image that a plan took is listed among its
// choices with the very image, is not ruled out, and at most one is automatic.
func TestChoices(t *testing.T) {
	decided(t, func(tr tree, _ *repo.View, d detect.Decision) {
		automatic := 0
		for _, b := range d.Bases() {
			if b.Auto {
				automatic++
			}
			if b.Base != d.Plan.Image.Variant {
				continue
			}
			if b.RuledOut != "" {
				t.Errorf("%s: %s was taken although %s", tr.name, b.Base, b.RuledOut)
			}
			if b.Image != "" && b.Image != d.Plan.Image.Base {
				t.Errorf("%s: the choice %s says %s, the Dockerfile %s", tr.name, b.Base, b.Image, d.Plan.Image.Base)
			}
		}
		if automatic > 1 {
			t.Errorf("%s: %d choices are automatic", tr.name, automatic)
		}
	})
}

// TestTemplates renders every plan and holds that a tree reaches each template.
func TestTemplates(t *testing.T) {
	reached := map[string]bool{}
	decided(t, func(tr tree, v *repo.View, d detect.Decision) {
		if _, err := render.Image(d, v, render.Options{Templates: templates.Embedded(), Catalogue: catalogue.Embedded()}); err != nil {
			t.Errorf("%s: %v", tr.name, err)
		}
		for _, stage := range d.Plan.Stages {
			reached[stage.Text.Name] = true
		}
	})
	for _, name := range templates.Embedded().Names() {
		text, err := templates.Embedded().Read(name)
		if err != nil {
			t.Fatal(err)
		}
		onlyPartials := !strings.Contains(regexp.MustCompile(`(?s)\{\{define.*\{\{-? ?end ?-?\}\}`).ReplaceAllString(text, ""), "FROM")
		if strings.Contains(name, "/") && !onlyPartials && !reached[name] {
			t.Errorf("no golden tree reaches the template %s", name)
		}
	}
}
