package main

import (
	"os/exec"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dockgen/dockgen/internal/builder"
)

// outcome is what a Dockerfile says of the image, whatever builder it is written for.
type outcome struct {
	Stages []string // name and base of each
	Copies []string // stage, source stage, owner, sources and destination
	Writes []string // stage and path of files whose text is in the Dockerfile
	Env    []string
	Args   []string
	Last   []string // the last USER, CMD, ENTRYPOINT and the like of each stage
}

var (
	writesFile  = regexp.MustCompile(`(?s)^(?:mkdir -p \S+ && )?(printf '%s\\n'.*) > (\S+)$`)
	copiesFirst = regexp.MustCompile(`^mkdir \S+ && cp -R (\S+) (\S+/)(\S+) && chmod -R `)
	continued   = regexp.MustCompile(`\\\n\s*`)
	platformArg = regexp.MustCompile(`^(BUILD|TARGET)(PLATFORM|OS|ARCH|VARIANT)$`)
)

func (g generated) outcome(t *testing.T) outcome {
	t.Helper()
	var o outcome
	moved := map[string][2]string{} // source and name by the folder that is copied in their place
	for _, s := range g.stages(t) {
		o.Stages = append(o.Stages, s.Name+" from "+s.BaseName)
		last := map[string]string{}
		for _, c := range s.Commands {
			switch c := c.(type) {
			case *instructions.CopyCommand:
				if len(c.SourcePaths) == 0 {
					c.SourcePaths = []string{""}
				}
				for _, f := range c.SourceContents {
					o.Writes = append(o.Writes, s.Name+" "+c.DestPath+"\n"+f.Data)
				}
				if m, ok := moved[c.SourcePaths[0]]; ok && len(c.SourceContents) == 0 {
					c.SourcePaths[0], c.DestPath = m[0], c.DestPath+m[1]
				}
				if len(c.SourceContents) == 0 {
					o.Copies = append(o.Copies, strings.Join([]string{s.Name, c.From, c.Chown, strings.Join(c.SourcePaths, " "), c.DestPath}, "|"))
				}
			case *instructions.RunCommand:
				if m := copiesFirst.FindStringSubmatch(strings.Join(c.CmdLine, " ")); m != nil {
					moved[m[2]] = [2]string{m[1], m[3]}
				}
				line := continued.ReplaceAllString(strings.Join(c.CmdLine, " "), "")
				if m := writesFile.FindStringSubmatch(line); m != nil {
					o.Writes = append(o.Writes, s.Name+" "+m[2]+"\n"+shell(t, m[1]))
				}
			case *instructions.EnvCommand:
				for _, e := range c.Env {
					o.Env = append(o.Env, s.Name+" "+e.Key+"="+e.Value)
				}
			case *instructions.ArgCommand:
				for _, a := range c.Args {
					if !platformArg.MatchString(a.Key) {
						o.Args = append(o.Args, s.Name+" "+a.Key)
					}
				}
			case interface{ String() string }:
				word, rest, _ := strings.Cut(c.String(), " ")
				last[word] = rest
			}
		}
		for _, word := range slices.Sorted(func(yield func(string) bool) {
			for w := range last {
				if !yield(w) {
					return
				}
			}
		}) {
			o.Last = append(o.Last, s.Name+" "+word+" "+last[word])
		}
	}
	return o
}

// shell is what a command prints: the shell reads the text back as it was.
func shell(t *testing.T, command string) string {
	t.Helper()
	sh, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("there is no shell here")
	}
	out, err := exec.Command(sh, "-c", command).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, out)
	}
	return string(out)
}

// foreign are the words in a Dockerfile that only some builders understand.
func (g generated) foreign(t *testing.T) map[builder.Ability]bool {
	t.Helper()
	result, err := parser.Parse(strings.NewReader(g.dockerfile))
	if err != nil {
		t.Fatalf("%s: %v", g.name, err)
	}
	found := map[builder.Ability]bool{
		builder.Syntax:    strings.HasPrefix(g.dockerfile, "# syntax"),
		builder.Platforms: regexp.MustCompile(`\$\{?(BUILD|TARGET)(PLATFORM|OS|ARCH)`).MatchString(g.dockerfile),
	}
	for _, n := range result.AST.Children {
		if len(n.Heredocs) > 0 {
			found[builder.Heredocs] = true
		}
		for _, f := range n.Flags {
			for part, ability := range map[string]builder.Ability{
				"--link": builder.Link, "--chmod": builder.Chmod, "--exclude": builder.Exclude, "--parents": builder.Exclude,
				"--mount=type=cache": builder.CacheMounts, "--mount=type=secret": builder.Secrets, ",env=": builder.SecretVariables, "--mount=type=bind": builder.OtherMounts,
			} {
				if strings.Contains(f, part) {
					found[ability] = true
				}
			}
		}
	}
	return found
}

// TestCompat: for every builder each golden tree gives a Dockerfile with nothing in
// it that the builder does not understand, and with the same stages, files,
// variables, users and commands as BuildKit's; only required secrets are refused.
func TestCompat(t *testing.T) {
	for _, tr := range trees(t) {
		usual, ok := tr.with(t)
		if !ok || slices.Contains(strings.Fields(strings.Join(tr.keys["flags"], " ")), "--compat") {
			continue
		}
		want := usual.outcome(t)
		for _, b := range builder.All()[1:] {
			got, ok := tr.with(t, "--compat", b.Name)
			if !ok {
				if b.Can(builder.Secrets) || !strings.Contains(got.dockerfile, "has no build secrets") {
					t.Errorf("%s, %s: %s", tr.name, b.Name, got.dockerfile)
				}
				continue
			}
			for ability, is := range got.foreign(t) {
				if is && !b.Can(ability) {
					t.Errorf("%s: %s does not understand %s:\n%s", tr.name, b.Name, ability, got.dockerfile)
				}
			}
			if diff := cmp.Diff(want, got.outcome(t)); diff != "" {
				t.Errorf("%s: -buildkit +%s\n%s", tr.name, b.Name, diff)
			}
			if strings.Contains(got.dockerfile, "\n\n\n") || strings.Contains(got.dockerfile, " \n") || strings.HasSuffix(got.dockerfile, "\n\n") {
				t.Errorf("%s, %s: doubled blank lines or trailing spaces:\n%s", tr.name, b.Name, got.dockerfile)
			}
			if _, ok := got.files[path.Join(got.context, ".dockerignore")]; !ok && !b.Can(builder.NamedIgnore) {
				t.Errorf("%s: %s reads no ignore file of another name", tr.name, b.Name)
			}
		}
	}
}

// with is what init writes with more flags; without an output its text is the error.
func (tr tree) with(t *testing.T, flags ...string) (generated, bool) {
	t.Helper()
	root := tr.repository(t)
	args := append(append([]string{"init", "--force"}, flags...), tr.args()[1:]...)
	status, _, stderr := runIn(root, args...)
	if status != 0 {
		return generated{tree: tr, dockerfile: stderr}, false
	}
	g := generated{tree: tr, context: ".", files: written(t, root)}
	for _, line := range strings.Split(stderr, "\n") {
		name, ok := strings.CutPrefix(line, "wrote ")
		if name, _, _ = strings.Cut(name, " ("); ok && !strings.Contains(name, ".dockerignore") && g.dockerfile == "" {
			g.dockerfile = g.files[name]
		}
	}
	g.context, _ = built(stderr[strings.LastIndex(strings.TrimSpace(stderr), "\n")+1:])
	return g, g.dockerfile != ""
}
