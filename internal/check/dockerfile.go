package check

import (
	"errors"
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
	"github.com/moby/buildkit/frontend/dockerfile/shell"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// dockerfile is a parsed Dockerfile.
type dockerfile struct {
	path   string // relative to the root
	text   string
	lines  []string
	stages []*stage
	args   map[string]string // ARGs before the first FROM that have a default
	// windows is true for a Dockerfile in which a backslash parts folders (# escape=`).
	windows bool
}

// stage is one stage, with what its FROM names.
type stage struct {
	instructions.Stage
	index   int
	line    int    // of its FROM
	written string // what FROM names in the file, where that is an image
	base    string // what FROM names with variables replaced; "" where one has no value
	parent  *stage // the stage that FROM names, nil for an image
	steps   []step
	env     map[string]string // at its end
	dir     string
}

// step is an instruction of a stage.
type step struct {
	instructions.Command
	first, last int               // lines, from 1
	env         map[string]string // ARG and ENV values known before it
	workdir     string            // absolute working folder before it, "" where unknown
}

func parse(file, text string) (*dockerfile, error) {
	result, err := parser.Parse(strings.NewReader(text))
	if err != nil {
		return nil, syntaxError(file, err)
	}
	if n := len(result.AST.Children); n > maxSteps {
		return nil, diag.At(fact.Source{File: file}, fmt.Sprintf("has %d instructions, more than the %d that check reads", n, maxSteps), "name the Dockerfiles to check with --file")
	}
	stages, meta, err := instructions.Parse(result.AST, nil)
	if err != nil {
		return nil, syntaxError(file, err)
	}
	if len(stages) == 0 {
		return nil, diag.At(fact.Source{File: file}, "has no FROM", "name the Dockerfile that you mean: dockgen check FILE")
	}
	d := &dockerfile{path: file, text: text, lines: strings.Split(strings.TrimSuffix(text, "\n"), "\n"), args: map[string]string{}, windows: result.EscapeToken == '`'}
	for _, m := range meta {
		for _, a := range m.Args {
			if a.Value != nil {
				if value, ok := expand(*a.Value, d.args); ok {
					d.args[a.Key] = value
				}
			}
		}
	}
	for i, s := range stages {
		d.stages = append(d.stages, d.stage(i, s))
	}
	return d, nil
}

var lineInError = pattern.New(`line (\d+)`)

func syntaxError(file string, err error) error {
	at := fact.Source{File: file}
	var located *parser.LocationError
	if errors.As(err, &located) && len(located.Locations) > 0 && len(located.Locations[0]) > 0 {
		at.Line = located.Locations[0][0].Start.Line
	} else if match := lineInError.FindStringSubmatch(err.Error()); match != nil {
		fmt.Sscan(match[1], &at.Line) // only digits
	}
	return &diag.Error{At: at, What: "is not a Dockerfile that Docker can read", Err: err}
}

func (d *dockerfile) stage(index int, s instructions.Stage) *stage {
	st := &stage{Stage: s, index: index}
	if len(s.Location) > 0 {
		st.line = s.Location[0].Start.Line
	}
	if base, ok := expand(s.BaseName, d.args); ok {
		st.base = base
		st.parent = d.named(base)
	}
	env, dir := map[string]string{}, "" // the folder is the image's own
	switch {
	case st.parent != nil:
		env, dir = st.parent.env, st.parent.dir
	case st.base == "scratch":
		dir = "/"
	}
	for _, c := range s.Commands {
		p := step{Command: c, env: env, workdir: dir}
		for _, r := range c.Location() {
			if p.first == 0 || r.Start.Line < p.first {
				p.first = r.Start.Line
			}
			p.last = max(p.last, r.End.Line)
		}
		env, dir = after(p, d.args)
		st.steps = append(st.steps, p)
	}
	st.env, st.dir = env, dir
	return st
}

// after are the variables and the working folder once a step is done.
func after(p step, global map[string]string) (map[string]string, string) {
	env, dir := p.env, p.workdir
	switch p.Command.(type) {
	case *instructions.ArgCommand, *instructions.EnvCommand:
		env = maps.Clone(p.env)
		if env == nil {
			env = map[string]string{}
		}
	}
	switch c := p.Command.(type) {
	case *instructions.ArgCommand:
		for _, a := range c.Args {
			if a.Value != nil {
				if value, ok := expand(*a.Value, env); ok {
					keep(env, a.Key, value)
				}
			} else if value, ok := global[a.Key]; ok {
				keep(env, a.Key, value)
			}
		}
	case *instructions.EnvCommand:
		for _, kv := range c.Env {
			if value, ok := expand(kv.Value, env); ok {
				keep(env, kv.Key, value)
			} else {
				delete(env, kv.Key)
			}
		}
	case *instructions.WorkdirCommand:
		to, ok := expand(c.Path, env)
		switch {
		case !ok:
			dir = ""
		case path.IsAbs(to):
			dir = path.Clean(to)
		case dir != "":
			dir = path.Join(dir, to)
		}
	}
	return env, dir
}

type getter map[string]string

func (g getter) Get(name string) (string, bool) { v, ok := g[name]; return v, ok }
func (g getter) Keys() []string                 { return nil }

// What a hostile Dockerfile could make grow without end.
const (
	maxWord  = 8 << 10 // bytes of a word with variables in it; a longer one is not known
	maxValue = 4 << 10 // bytes of the value of a variable, likewise
	maxNames = 500     // variables of a stage
	maxSteps = 2000    // instructions
)

// keep sets a variable, unless it is one that no Dockerfile of people has.
func keep(env map[string]string, name, value string) {
	if _, known := env[name]; len(value) > maxValue || !known && len(env) >= maxNames {
		delete(env, name)
		return
	}
	env[name] = value
}

// expand replaces variables; ok is false where one has no known value.
func expand(word string, env map[string]string) (string, bool) {
	if !strings.ContainsAny(word, `$"'`) {
		return word, true
	}
	if len(word) > maxWord {
		return "", false
	}
	lex := shell.NewLex('\\')
	value, unmatched, err := lex.ProcessWord(word, getter(env))
	return value, err == nil && len(unmatched) == 0 && value != ""
}

// given are the variables at a step: those with a known value, and arguments that a
// build may set, with their name as the value.
func (s *stage) given(at step) map[string]string {
	given := map[string]string{}
	for _, p := range s.all() {
		if p.first >= at.first {
			break
		}
		if c, ok := p.Command.(*instructions.ArgCommand); ok {
			for _, a := range c.Args {
				given[a.Key] = a.Key
			}
		}
	}
	maps.Copy(given, at.env)
	return given
}

// filled is a word with its variables filled in: as in a build, one that is not given is empty.
func filled(word string, given map[string]string) string {
	if value, ok := expand(word, given); ok || len(word) > maxWord {
		return value
	}
	value, _, err := shell.NewLex('\\').ProcessWord(word, getter(given))
	if err != nil {
		return word
	}
	return value
}

// named is the stage of that name or number among those so far.
func (d *dockerfile) named(name string) *stage {
	for _, s := range d.stages {
		if strings.EqualFold(s.Name, name) && s.Name != "" || fmt.Sprint(s.index) == name {
			return s
		}
	}
	return nil
}

// final is the stage that becomes the image.
func (d *dockerfile) final() *stage { return d.stages[len(d.stages)-1] }

// chain are a stage and the stages it builds on, the first one first.
func (s *stage) chain() []*stage {
	var all []*stage
	for ; s != nil; s = s.parent {
		all = append([]*stage{s}, all...)
	}
	return all
}

// image is the image at the bottom of a stage, "" where it is not known.
func (s *stage) image() string { return s.chain()[0].base }

// all are the steps of a stage and of those it builds on.
func (s *stage) all() []step {
	var steps []step
	for _, c := range s.chain() {
		steps = append(steps, c.steps...)
	}
	return steps
}

// shell is the text of a RUN instruction, heredocs included, "" for other instructions.
func (p step) shell() string {
	run, ok := p.Command.(*instructions.RunCommand)
	if !ok {
		return ""
	}
	text := strings.Join(run.CmdLine, " ")
	for _, f := range run.Files {
		text += "\n" + f.Data
	}
	return strings.NewReplacer("\\\r\n", " ", "\\\n", " ").Replace(text)
}

// copied is what a COPY or ADD takes from the build context or, with from, from a stage.
func (p step) copied() (sources []string, to, from string, ok bool) {
	switch c := p.Command.(type) {
	case *instructions.CopyCommand:
		return c.SourcePaths, c.DestPath, c.From, true
	case *instructions.AddCommand:
		return c.SourcePaths, c.DestPath, "", true
	}
	return nil, "", "", false
}

// fromContext are the sources of the step that lie in the build context, cleaned,
// without those with a variable that has no value.
func (p step) fromContext() []string {
	sources, _, from, ok := p.copied()
	if !ok || from != "" {
		return nil
	}
	var all []string
	for _, s := range sources {
		if value, ok := expand(s, p.env); ok && !remote(value) {
			all = append(all, path.Clean(strings.TrimPrefix(value, "/")))
		}
	}
	return all
}

func remote(source string) bool {
	return strings.Contains(source, "://") || strings.HasPrefix(source, "git@")
}

// everything reports whether the step copies the whole build context.
func (p step) everything() bool { return slices.Contains(p.fromContext(), ".") }

// original is the instruction as it is written.
func (p step) original() string {
	if s, ok := p.Command.(fmt.Stringer); ok {
		return s.String()
	}
	return ""
}
