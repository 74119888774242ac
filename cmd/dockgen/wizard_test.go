package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/creack/pty"
	"github.com/go-git/go-billy/v5"
	"github.com/go-git/go-billy/v5/memfs"
	"github.com/go-git/go-billy/v5/util"
	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/all"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/prompt"
	"github.com/dockgen/dockgen/templates"
)

// scripted answers the questions it expects, in order, and fails the test on any other.
type scripted struct {
	t     *testing.T
	lines []line
}

// line is an expected question and its answer. Ask is the start of the sentence;
// the answer must be one of the choices, by value or by label.
type line struct{ ask, answer string }

const interrupt = "^C"

func (s *scripted) Ask(_ context.Context, q detect.Question) (string, error) {
	s.t.Helper()
	if len(s.lines) == 0 {
		s.t.Fatalf("unexpected question %q with %v", q.Ask, q.Choices)
	}
	next := s.lines[0]
	s.lines = s.lines[1:]
	if !strings.HasPrefix(q.Ask, next.ask) {
		s.t.Fatalf("the question is %q, want %q", q.Ask, next.ask)
	}
	if next.answer == interrupt {
		return "", prompt.ErrInterrupted
	}
	if next.answer == "" { // Enter
		return q.Default, nil
	}
	if len(q.Choices) == 0 {
		return next.answer, nil
	}
	i := slices.IndexFunc(q.Choices, func(c detect.Choice) bool { return c.Value == next.answer || c.Label == next.answer })
	if i < 0 {
		s.t.Fatalf("%q has no choice %q: %v", q.Ask, next.answer, q.Choices)
	}
	return q.Choices[i].Value, nil
}

// converse runs init with a scripted person.
func converse(t *testing.T, root billy.Filesystem, lines []line, args ...string) (status int, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	s := &scripted{t, lines}
	a := app{
		in: strings.NewReader(""), out: &out, err: &errs, prompter: s,
		languages: all.Languages(), catalogue: catalogue.Embedded(), templates: templates.Embedded(),
		locate: func(dir, _ string) (place, error) {
			return place{root: root, name: "app", project: path.Clean(dir), path: func(p string) string { return p }}, nil
		},
	}
	status = a.run(t.Context(), append([]string{"init"}, args...))
	if len(s.lines) > 0 {
		t.Errorf("never asked: %q", s.lines[0].ask)
	}
	if out.Len() > 0 {
		t.Errorf("the wizard printed to standard output:\n%s", out.String())
	}
	return status, errs.String()
}

func server(port int) string {
	return fmt.Sprintf("package main\n\nimport \"net/http\"\n\nfunc main() { http.ListenAndServe(\":%d\", nil) }\n", port)
}

func files(t testing.TB, texts map[string]string) billy.Filesystem {
	t.Helper()
	root := memfs.New()
	for name, text := range texts {
		if err := util.WriteFile(root, name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return root
}

func twoServers(t testing.TB) billy.Filesystem {
	return files(t, map[string]string{"go.mod": "module example.com/shop\n\ngo 1.26\n", "cmd/api/main.go": server(8080), "cmd/worker/main.go": server(8081)})
}

const (
	askProgram = "Which program"
	askBase    = "Which final image?"
	askWrite   = "Write Dockerfile and .dockerignore?"
)

func TestWizard(t *testing.T) {
	oneServer := map[string]string{"go.mod": "module example.com/shop\n\ngo 1.26\n", "main.go": server(8080)}
	for _, tt := range []struct {
		name   string
		args   []string
		lines  []line
		status int
		again  string // the command the wizard ends with
		says   string
	}{
		{"Enter throughout", nil, []line{{askProgram, ""}, {askBase, ""}, {askWrite, ""}}, 0, "dockgen init --yes --base auto --entry ./cmd/api", ""},
		{"a flag leaves less to ask", []string{"--entry", "./cmd/worker", "--base", "scratch"}, []line{{askWrite, ""}}, 0, "dockgen init --yes --base scratch --entry ./cmd/worker", ""},
		{"back to the program", nil, []line{{askProgram, "./cmd/worker"}, {askBase, "back"}, {askProgram, "./cmd/api"}, {askBase, "alpine"}, {askWrite, "write"}}, 0, "dockgen init --yes --base alpine --entry ./cmd/api", ""},
		{"back from the preview", nil, []line{{askProgram, ""}, {askBase, "slim"}, {askWrite, "back"}, {askBase, "scratch"}, {askWrite, ""}}, 0, "dockgen init --yes --base scratch --entry ./cmd/api", ""},
		{"show, then write", nil, []line{{askProgram, ""}, {askBase, ""}, {askWrite, "show"}, {askWrite, ""}}, 0, "dockgen init --yes --base auto --entry ./cmd/api", "HEALTHCHECK NONE"},
		{"change the port", nil, []line{{askProgram, ""}, {askBase, ""}, {askWrite, "change an answer"}, {"Change what?", "port"}, {"Which port", "9000"}, {askWrite, ""}}, 0, "dockgen init --yes --base auto --entry ./cmd/api --port 9000", ""},
		{"change nothing after all", nil, []line{{askProgram, ""}, {askBase, ""}, {askWrite, "change an answer"}, {"Change what?", "back"}, {askWrite, ""}}, 0, "dockgen init --yes --base auto --entry ./cmd/api", ""},
		{"a bad answer is shown and taken back", nil, []line{{askProgram, ""}, {askBase, ""}, {askWrite, "change an answer"}, {"Change what?", "language-version"}, {"Which version", "another"}, {"Which version", "1.x"}, {askWrite, ""}}, 0, "dockgen init --yes --base auto --entry ./cmd/api", `"1.x" is not a Go version`},
		{"cancel", nil, []line{{askProgram, ""}, {askBase, ""}, {askWrite, "cancel"}}, 130, "", "cancelled; nothing was written"},
		{"Ctrl-C at the first question", nil, []line{{askProgram, interrupt}}, 130, "", "interrupted; nothing was written"},
		{"Ctrl-C at the last question", nil, []line{{askProgram, ""}, {askBase, ""}, {askWrite, interrupt}}, 130, "", "interrupted; nothing was written"},
		{"--yes asks nothing", []string{"--yes", "--entry", "./cmd/api"}, nil, 0, "", ""},
		{"--yes turns the question into an error", []string{"--yes"}, nil, 3, "", "two programs can be run"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			root := twoServers(t)
			before := written(t, root)
			status, stderr := converse(t, root, tt.lines, tt.args...)
			if status != tt.status {
				t.Errorf("status %d, want %d\n%s", status, tt.status, stderr)
			}
			if !strings.Contains(stderr, tt.says) {
				t.Errorf("it does not say %q:\n%s", tt.says, stderr)
			}
			if tt.status != 0 {
				if diff := cmp.Diff(before, written(t, root)); diff != "" {
					t.Errorf("something was left behind: %s", diff)
				}
				return
			}
			if tt.again == "" {
				return
			}
			if !strings.HasSuffix(stderr, "\n  "+tt.again+"\n") {
				t.Fatalf("it does not end with %q:\n%s", tt.again, stderr)
			}
			// The command does the same as the answers did.
			other := twoServers(t)
			if status, _, stderr := runIn(other, strings.Fields(tt.again)[1:]...); status != 0 {
				t.Fatalf("%s: status %d\n%s", tt.again, status, stderr)
			}
			if diff := cmp.Diff(written(t, root), written(t, other)); diff != "" {
				t.Errorf("-wizard +command\n%s", diff)
			}
		})
	}
	t.Run("one program is no question", func(t *testing.T) {
		if status, stderr := converse(t, files(t, oneServer), []line{{askBase, ""}, {askWrite, ""}}); status != 0 {
			t.Errorf("status %d\n%s", status, stderr)
		}
	})
}

// A Dockerfile that somebody wrote is shown as a diff, and replaced only on request.
func TestWizardOtherDockerfile(t *testing.T) {
	const theirs = "FROM golang:1.20\nCOPY . .\n"
	tree := func() billy.Filesystem {
		return files(t, map[string]string{"go.mod": "module example.com/shop\n\ngo 1.26\n", "main.go": server(8080), "Dockerfile": theirs})
	}
	inTheWay := "Dockerfile was not written by dockgen"
	t.Run("beside", func(t *testing.T) {
		root := tree()
		status, stderr := converse(t, root, []line{{askBase, ""}, {inTheWay, ""}, {"Name of the Dockerfile", ""}, {"Write Dockerfile.dockgen and Dockerfile.dockgen.dockerignore?", ""}})
		got := written(t, root)
		if status != 0 || got["Dockerfile"] != theirs || got["Dockerfile.dockgen"] == "" {
			t.Errorf("status %d, files %v\n%s", status, got, stderr)
		}
		if !strings.Contains(stderr, "-FROM golang:1.20") {
			t.Errorf("the difference is not shown:\n%s", stderr)
		}
		if !strings.HasSuffix(stderr, "dockgen init --yes --base auto --file Dockerfile.dockgen\n") {
			t.Errorf("the command is missing:\n%s", stderr)
		}
	})
	t.Run("replace", func(t *testing.T) {
		root := tree()
		status, stderr := converse(t, root, []line{{askBase, ""}, {inTheWay, "replace"}})
		got := written(t, root)
		if status != 0 || got["Dockerfile.bak"] != theirs || got["Dockerfile"] == theirs {
			t.Errorf("status %d, files %v\n%s", status, got, stderr)
		}
		if !strings.HasSuffix(stderr, "dockgen init --yes --base auto --force\n") {
			t.Errorf("the command is missing:\n%s", stderr)
		}
	})
	t.Run("cancel", func(t *testing.T) {
		root := tree()
		before := written(t, root)
		if status, _ := converse(t, root, []line{{askBase, ""}, {inTheWay, "cancel"}}); status != 130 {
			t.Errorf("status %d", status)
		}
		if diff := cmp.Diff(before, written(t, root)); diff != "" {
			t.Error(diff)
		}
	})
}

// TestEveryQuestionIsAFlag: each setting is a flag and a line of the wizard's
// list, and each flag that is no setting is one of those that only scripts need.
func TestEveryQuestionIsAFlag(t *testing.T) {
	a := app{languages: all.Languages(), catalogue: catalogue.Embedded(), templates: templates.Embedded()}
	set := pflag.NewFlagSet("init", pflag.ContinueOnError)
	a.addInitFlags(set)
	var settings []string
	for _, s := range a.settings() {
		settings = append(settings, s.name)
		if set.Lookup(s.name) == nil {
			t.Errorf("the setting %s has no flag", s.name)
		}
		if s.ask == "" || s.usage == "" {
			t.Errorf("the setting %s has no sentence to ask or no help", s.name)
		}
	}
	how := []string{"yes", "print", "dry-run", "exit-code", "diff", "json", "quiet", "set", "root", "template", "catalogue", "policy", "save"}
	asked := []string{"force", "file"} // by the menu that follows the preview
	set.VisitAll(func(f *pflag.Flag) {
		if !slices.Contains(slices.Concat(settings, how, asked), f.Name) {
			t.Errorf("the flag --%s is no question of the wizard", f.Name)
		}
	})
	var offered []string
	prompter := &scripted{t: t}
	catch := catching{prompter, &offered}
	var errs bytes.Buffer
	root := twoServers(t)
	a.prompter, a.err, a.out = catch, &errs, io.Discard
	a.locate = func(string, string) (place, error) {
		return place{root: root, name: "app", project: ".", path: func(p string) string { return p }}, nil
	}
	prompter.lines = []line{{askWrite, "change an answer"}, {"Change what?", interrupt}}
	if status := a.run(t.Context(), []string{"init", "--entry", "./cmd/api", "--base", "auto"}); status != 130 {
		t.Fatalf("status %d\n%s", status, errs.String())
	}
	for _, s := range a.settings() {
		if (s.language == "" || s.language == "go") && !slices.Contains(offered, s.name) {
			t.Errorf("the wizard does not offer to change %s", s.name)
		}
	}
}

// catching notes the choices of each question.
type catching struct {
	prompt.Prompter
	offered *[]string
}

func (c catching) Ask(ctx context.Context, q detect.Question) (string, error) {
	for _, choice := range q.Choices {
		*c.offered = append(*c.offered, choice.Value)
	}
	return c.Prompter.Ask(ctx, q)
}

// TestTerminal drives the program under a pseudo-terminal of 80 columns from the
// first to the last question.
func TestTerminal(t *testing.T) {
	for _, tt := range []struct {
		name string
		env  []string
		keys []string // what is typed after each text appears: text, keys, text, keys, ...
		fail bool
	}{
		{"lists", []string{"TERM=xterm"}, []string{askProgram, "\x1b[B\r", askBase, "\r", askWrite, "\r"}, false},
		{"no colour", []string{"TERM=xterm", "NO_COLOR=1"}, []string{askProgram, "\r", askBase, "\r", askWrite, "\r"}, false},
		{"dumb terminal", []string{"TERM=dumb"}, []string{askProgram, "2\n", askBase, "\n", askWrite, "\n"}, false},
		{"Ctrl-C", []string{"TERM=xterm"}, []string{askProgram, "\r", askBase, "\x03"}, true},
		{"Ctrl-C at the first question", []string{"TERM=xterm"}, []string{askProgram, "\x03"}, true},
		{"Ctrl-C at the last question", []string{"TERM=xterm"}, []string{askProgram, "\r", askBase, "\r", askWrite, "\x03"}, true},
		{"Ctrl-C at a change", []string{"TERM=xterm"}, []string{askProgram, "\r", askBase, "\r", askWrite, "change an\r", "Change what?", "\x03"}, true},
		{"Ctrl-C at a value", []string{"TERM=xterm"}, []string{askProgram, "\r", askBase, "\r", askWrite, "change an\r", "Change what?", "compat\r", "Which builder", "\x03"}, true},
		{"another builder", []string{"TERM=xterm"}, []string{askProgram, "\r", askBase, "\r", askWrite, "change an\r", "Change what?", "compat\r", "Which builder", "classic\r", askWrite, "\r"}, false},
		{"Ctrl-C on a dumb terminal", []string{"TERM=dumb"}, []string{askProgram, "\x03"}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			for name, text := range written(t, twoServers(t)) {
				if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			screen, err := play(t, dir, tt.env, tt.keys)
			_, statErr := os.Stat(filepath.Join(dir, "Dockerfile"))
			if tt.fail {
				// In the terminal's own mode Ctrl-C also throws away what was not read yet
				// (NOFLSH is off), after the signal: the message may go with it.
				said := strings.Contains(screen, "interrupted; nothing was written") || strings.Contains(tt.env[0], "dumb")
				var exit *exec.ExitError
				if !errors.As(err, &exit) || exit.ExitCode() != 130 || !said || statErr == nil {
					t.Errorf("%v, Dockerfile %v\n%s", err, statErr, screen)
				}
				left := map[string]string{}
				if err := filepath.WalkDir(dir, func(p string, e fs.DirEntry, err error) error {
					if err == nil && !e.IsDir() {
						rel, _ := filepath.Rel(dir, p)
						left[filepath.ToSlash(rel)] = ""
					}
					return err
				}); err != nil || len(left) != len(written(t, twoServers(t))) {
					t.Errorf("it left something behind: %v, %v", left, err)
				}
				return
			}
			if err != nil || statErr != nil || !strings.Contains(screen, "The same again, without questions") {
				t.Errorf("%v, Dockerfile: %v\n%q", err, statErr, screen)
			}
			if coloured := strings.Contains(screen, "\x1b[0;3"); slices.Contains(tt.env, "NO_COLOR=1") && coloured {
				t.Errorf("colours in spite of NO_COLOR:\n%q", screen)
			}
			if strings.Contains(tt.env[0], "dumb") && strings.Contains(screen, "\x1b") {
				t.Errorf("escape sequences on a dumb terminal:\n%q", screen)
			}
		})
	}
}

// play types keys as soon as the text before them is on the screen, and returns
// all that was on it.
func play(t *testing.T, dir string, env, keys []string) (string, error) {
	t.Helper()
	command := exec.CommandContext(t.Context(), os.Args[0], "init")
	dockgen, err := exec.LookPath("dockgen") // testscript puts this program under that name into PATH
	if err != nil {
		dockgen = linked(t)
	}
	command.Path, command.Args = dockgen, []string{"dockgen", "init"}
	command.Dir = dir
	command.Env = append(os.Environ(), env...)
	terminal, err := pty.StartWithSize(command, &pty.Winsize{Rows: 24, Cols: 80})
	if err != nil {
		t.Skipf("no pseudo-terminal here: %v", err)
	}
	defer terminal.Close()
	chunks := make(chan string)
	go func() {
		defer close(chunks)
		for buffer := make([]byte, 4096); ; {
			n, err := terminal.Read(buffer)
			if n > 0 {
				chunks <- string(buffer[:n])
			}
			if err != nil {
				return
			}
		}
	}()
	screen, seen := "", 0
	late := time.After(30 * time.Second)
	for {
		select {
		case chunk, more := <-chunks:
			screen += chunk
			if strings.Contains(chunk, "\x1b[6n") { // it asks where the cursor is
				io.WriteString(terminal, "\x1b[10;1R")
			}
			if len(keys) > 0 && strings.Contains(screen[seen:], keys[0]) && asking(screen) {
				seen = len(screen)
				io.WriteString(terminal, keys[1])
				keys = keys[2:]
			}
			if !more {
				return screen, command.Wait()
			}
		case <-late:
			command.Process.Kill()
			return screen, errors.Join(errors.New("it did not end"), command.Wait())
		}
	}
}

// asking reports whether a prompt is complete, so that keys do not come too early.
func asking(screen string) bool {
	return strings.Contains(screen, "to filter") || strings.HasSuffix(screen, "] ")
}

// linked is this test binary under the name dockgen, which TestMain runs as the command.
func linked(t *testing.T) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "dockgen")
	if err := os.Symlink(self, name); err != nil {
		t.Skipf("no links here: %v", err)
	}
	return name
}
