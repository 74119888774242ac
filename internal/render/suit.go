package render

import (
	"fmt"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/builder"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/pattern"
)

// Templates are written for BuildKit. For a builder that understands less, suit puts
// what it does not understand into other words with the same result; what has none
// is refused. It is the only place that knows of builders, so it holds for the
// templates and lines of a user's folder too.

// suited is one instruction on its way to another builder.
type suited struct {
	*parser.Node
	word    string // in upper case
	stage   int    // counted from 0, -1 before the first FROM
	text    string // its lines, "" for none
	add     string // instructions after it
	why     []string
	changed bool
	caches  []string // targets of the cache mounts that it lost
}

// suiting is a whole Dockerfile on its way.
type suiting struct {
	builder builder.Builder
	all     []*suited
	from    []*suited // FROM of each stage
}

// suit rewrites the lines for the builder of a decision.
func suit(lines []Line, d detect.Decision) ([]Line, error) {
	b := d.Builder()
	if b.Name == builder.Usual().Name {
		return lines, nil
	}
	if !b.Can(builder.Syntax) && strings.HasPrefix(lines[0].Text, "# syntax=") {
		lines = lines[1:]
	}
	s, err := newSuiting(lines, b)
	if err != nil {
		return nil, err
	}
	for _, in := range s.all {
		s.flags(in)
		s.heredoc(in)
		s.platforms(in)
	}
	s.modes()
	s.clean()
	mark := []string{}
	if slices.ContainsFunc(d.Plan.Reasons, func(r detect.Reason) bool { return r.ID == detect.CompatID }) {
		mark = []string{detect.CompatID}
	}
	lines = s.lines(lines, mark)
	return lines, understood(lines, b)
}

func newSuiting(lines []Line, b builder.Builder) (*suiting, error) {
	parsed, err := parser.Parse(strings.NewReader(text(lines)))
	if err != nil {
		return nil, err
	}
	s := &suiting{builder: b}
	for _, n := range parsed.AST.Children {
		in := &suited{Node: n, word: strings.ToUpper(n.Value)}
		for i := n.StartLine - 1; i < n.EndLine; i++ {
			in.text += lines[i].Text + "\n"
			in.why = append(in.why, lines[i].Why...)
		}
		in.text = strings.TrimSuffix(in.text, "\n")
		if in.word == "FROM" {
			s.from = append(s.from, in)
		}
		in.stage = len(s.from) - 1
		s.all = append(s.all, in)
	}
	return s, nil
}

var ofCaches = pattern.New(`^#.*\b(caches?|mounts?)\b`)

// withoutCaches are lines without the comments at their end that speak of cache mounts.
func withoutCaches(lines []Line) []Line {
	var comments []Line
	n := above(lines, len(lines))
	for _, l := range lines[n:] {
		if !ofCaches.MatchString(l.Text) {
			comments = append(comments, l)
		}
	}
	return append(slices.Clone(lines[:n]), comments...)
}

// lines are the lines of the Dockerfile with the changed instructions in it.
func (s *suiting) lines(old []Line, mark []string) []Line {
	var out []Line
	next := 0
	for _, in := range s.all {
		before := old[next : in.StartLine-1]
		if in.changed && len(in.caches) > 0 {
			before = withoutCaches(before)
		}
		out = append(out, before...)
		next = in.EndLine
		if !in.changed {
			out = append(out, old[in.StartLine-1:in.EndLine]...)
			continue
		}
		first := len(out)
		for _, text := range strings.Split(strings.Trim(in.text+"\n"+in.add, "\n"), "\n") {
			if text != "" {
				out = append(out, Line{Text: text})
			}
		}
		if len(out) > first {
			out[first].Why = append(slices.Clone(in.why), mark...)
		}
	}
	return tidy(append(out, old[next:]...))
}

// tidy leaves one blank line between groups, where an instruction between two is gone.
func tidy(lines []Line) []Line {
	return slices.CompactFunc(lines, func(a, b Line) bool { return a.Text == "" && b.Text == "" })
}

// stageOf is the stage that a FROM or --from names, or -1 for an image.
func (s *suiting) stageOf(name string) int {
	for i, from := range s.from {
		words := strings.Fields(from.Original)
		if n := len(words); n > 2 && strings.EqualFold(words[n-2], "AS") && strings.EqualFold(words[n-1], name) {
			return i
		}
	}
	return -1
}

// parent is the stage that a stage goes on from, or -1.
func (s *suiting) parent(stage int) int {
	if n := s.from[stage].Next; n != nil {
		return s.stageOf(n.Value)
	}
	return -1
}

// understood refuses what is left of other builders' words.
func understood(lines []Line, b builder.Builder) error {
	parsed, err := parser.Parse(strings.NewReader(text(lines)))
	if err != nil {
		return err
	}
	for _, n := range parsed.AST.Children {
		word := strings.ToUpper(n.Value)
		if len(n.Heredocs) > 0 && !b.Can(builder.Heredocs) {
			return notUnderstood(n, b, "a heredoc")
		}
		for _, f := range n.Flags {
			if a, foreign := abilityOf(word, f); foreign && !b.Can(a) {
				name, _, _ := strings.Cut(f, "=")
				return notUnderstood(n, b, word+" "+name)
			}
		}
	}
	return nil
}

func notUnderstood(n *parser.Node, b builder.Builder, what string) error {
	text, _, _ := strings.Cut(n.Original, "\n")
	return &diag.Error{
		What: fmt.Sprintf("%s does not understand %s, and there are no other words for it here: %s", b.Title, what, text),
		Try:  "--compat " + builder.Usual().Name, Code: diag.Usage,
	}
}

// abilityOf is what a flag of an instruction asks of a builder, if not every builder has it.
func abilityOf(word, flag string) (builder.Ability, bool) {
	name, value, _ := strings.Cut(flag, "=")
	switch {
	case word == "RUN" && name == "--mount":
		m := parseMount(value)
		switch {
		case m["type"] == "cache":
			return builder.CacheMounts, true
		case m["type"] == "secret" && m["env"] != "":
			return builder.SecretVariables, true
		case m["type"] == "secret":
			return builder.Secrets, true
		}
		return builder.OtherMounts, true
	case word == "RUN":
		return builder.OtherMounts, true // --network, --security
	case name == "--link":
		return builder.Link, true
	case name == "--chmod":
		return builder.Chmod, true
	case name == "--exclude" || name == "--parents":
		return builder.Exclude, true
	case word == "FROM" && strings.Contains(value, "$"):
		return builder.Platforms, true
	}
	return "", false
}

// parseMount are the keys of a --mount.
func parseMount(value string) map[string]string {
	m := map[string]string{"type": "bind"}
	for _, pair := range strings.Split(strings.Trim(value, `"`), ",") {
		key, v, _ := strings.Cut(pair, "=")
		m[key] = v
	}
	if m["target"] == "" {
		m["target"] = m["dst"] + m["destination"]
	}
	return m
}
