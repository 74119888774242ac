package templates

import (
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	buildkitshell "github.com/moby/buildkit/frontend/dockerfile/shell"
	"mvdan.cc/sh/v3/syntax"
)

// hostile are texts that would be something else where they are not quoted.
var hostile = []string{
	"plain", "with space", "", "a'b", `a"b`, `a\b`, "$HOME", "${x:-y}", "`id`", "$(id)", "a;b", "a&&b", "a|b", "#x", "-rf", "--from=x",
	"a\nRUN id", "a\rb", "a\x00b", "\u2028RUN id", "\x1b[31m", "*.go", "[a-z]", "a?b", "{a,b}", "~/x", "<<EOF", `a\`, "é", "\xff", "<&>", "%s", "!x", "{{.}}", "a=b", "\ttab",
}

// parse gives the commands of the only stage that a Dockerfile has.
func parse(t *testing.T, text string) []instructions.Command {
	t.Helper()
	result, err := parser.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	stages, _, err := instructions.Parse(result.AST, nil)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	if len(stages) != 1 {
		t.Fatalf("%q has %d stages", text, len(stages))
	}
	return stages[0].Commands
}

// one is the only command after FROM: more would be an instruction that a text added.
func one[C instructions.Command](t *testing.T, line string) C {
	t.Helper()
	commands := parse(t, "FROM scratch\n"+line+"\n")
	if len(commands) != 1 {
		t.Fatalf("%q is %d instructions", line, len(commands))
	}
	c, ok := commands[0].(C)
	if !ok {
		t.Fatalf("%q is %T", line, commands[0])
	}
	return c
}

func seed(f *testing.F) {
	for _, s := range hostile {
		f.Add(s)
	}
}

// FuzzWord: the shell reads back exactly the word, whatever it is.
func FuzzWord(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		quoted, err := Word(s)
		if err != nil {
			return // refused: nothing reaches the page
		}
		c := one[*instructions.RunCommand](t, "RUN printf "+quoted+" end")
		if len(c.Files) > 0 || len(c.CmdLine) != 1 {
			t.Fatalf("%q: %+v", s, c)
		}
		file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(c.CmdLine[0]), "")
		if err != nil || len(file.Stmts) != 1 {
			t.Fatalf("%q: %q: %v", s, c.CmdLine[0], err)
		}
		call, ok := file.Stmts[0].Cmd.(*syntax.CallExpr)
		if !ok || len(call.Args) != 3 || len(call.Assigns) > 0 || len(file.Stmts[0].Redirs) > 0 {
			t.Fatalf("%q is no single word in %q", s, c.CmdLine[0])
		}
		if got := literal(t, call.Args[1]); got != s {
			t.Fatalf("the shell reads %q, want %q", got, s)
		}
	})
}

func literal(t *testing.T, w *syntax.Word) string {
	t.Helper()
	var text strings.Builder
	var add func(parts []syntax.WordPart)
	add = func(parts []syntax.WordPart) {
		for _, p := range parts {
			switch p := p.(type) {
			case *syntax.Lit:
				text.WriteString(p.Value)
			case *syntax.SglQuoted:
				text.WriteString(p.Value)
			case *syntax.DblQuoted:
				add(p.Parts)
			default:
				t.Fatalf("%T: the shell would expand something", p)
			}
		}
	}
	add(w.Parts)
	return text.String()
}

// FuzzExec: the exec form has exactly these arguments.
func FuzzExec(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		quoted, err := Exec([]string{"/app", s})
		if err != nil {
			return
		}
		c := one[*instructions.EntrypointCommand](t, "ENTRYPOINT "+quoted)
		if c.PrependShell || !slices.Equal(c.CmdLine, []string{"/app", s}) {
			t.Fatalf("%q became %q", s, c.CmdLine)
		}
	})
}

// FuzzEnv: Docker expands the value to exactly the text.
func FuzzEnv(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		quoted, err := Envs([]Var{{Name: "A", Value: s}, {Name: "B", Value: "end"}})
		if err != nil {
			return
		}
		c := one[*instructions.EnvCommand](t, "ENV "+quoted)
		lexer := buildkitshell.NewLex('\\')
		for i := range c.Env {
			value, _, err := lexer.ProcessWord(c.Env[i].Value, buildkitshell.EnvsFromSlice([]string{"HOME=leak", "x=leak"}))
			if err != nil {
				t.Fatalf("%q: %v", s, err)
			}
			c.Env[i].Value = value
		}
		if len(c.Env) != 2 || c.Env[0].Key != "A" || c.Env[0].Value != s || c.Env[1].Value != "end" {
			t.Fatalf("%q became %+v", s, c.Env)
		}
	})
}

// FuzzCopy: COPY has exactly these sources, each a name and no pattern.
func FuzzCopy(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		if s == "" {
			return
		}
		quoted, err := Copy([]string{"go.mod", s}, "./")
		if err != nil {
			return
		}
		c := one[*instructions.CopyCommand](t, "COPY "+quoted)
		if c.From != "" || c.DestPath != "./" || len(c.SourcePaths) != 2 || len(c.SourceContents) > 0 {
			t.Fatalf("%q became %+v", s, c)
		}
		source, _, err := buildkitshell.NewLex('\\').ProcessWord(c.SourcePaths[1], buildkitshell.EnvsFromSlice([]string{"HOME=leak"}))
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		if match, err := path.Match(strings.TrimPrefix(source, "./"), strings.TrimPrefix(s, "./")); err != nil || !match {
			t.Fatalf("%q became the pattern %q, which does not match it (%v)", s, source, err)
		}
	})
}

// FuzzComment: a comment stays one comment.
func FuzzComment(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, s string) {
		if got := parse(t, "FROM scratch\n# x "+Comment(s)+"\nUSER 1\n"); len(got) != 1 {
			t.Fatalf("%q added an instruction", s)
		}
	})
}

// TestRefused: what no place can hold is an error, never a guess.
func TestRefused(t *testing.T) {
	for _, s := range []string{"a\nb", "a\rb", "a\x00b", "\u2028", "\xff", "\x1b[2J"} {
		if _, err := Word(s); err == nil {
			t.Errorf("Word(%q) is no error", s)
		}
		if _, err := Exec([]string{s}); err == nil {
			t.Errorf("Exec(%q) is no error", s)
		}
		if _, err := Env(s); err == nil {
			t.Errorf("Env(%q) is no error", s)
		}
		if _, err := Copy([]string{s}, "."); err == nil {
			t.Errorf("Copy(%q) is no error", s)
		}
	}
	for _, s := range []string{"a*b", "a?b"} {
		if _, err := Copy([]string{s}, "."); err == nil {
			t.Errorf("Copy(%q) is no error", s)
		}
	}
	for s, want := range map[string]string{"[id].js": `["[[]id].js", "."]`, "d$z": `["d\\$z", "."]`, "a'b": `["a\\'b", "."]`, "<<EOF": `["./<<EOF", "."]`} {
		if got, err := Copy([]string{s}, "."); err != nil || got != want { // forms that real builds were seen to take
			t.Errorf("Copy(%q) = %s, %v, want %s", s, got, err, want)
		}
	}
	if _, err := Envs([]Var{{Name: "A B", Value: "x"}}); err == nil {
		t.Error("a name with a space is no error")
	}
	for _, empty := range []func() (string, error){func() (string, error) { return Exec(nil) }, func() (string, error) { return Copy(nil, ".") }} {
		if _, err := empty(); err == nil {
			t.Error("nothing is no error")
		}
	}
}
