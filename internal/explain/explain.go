// Package explain says what is behind each instruction of a Dockerfile that
// dockgen writes: the facts of the repository, from the plan, and the practices
// that hold for every repository, which are data (practices.json).
package explain

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/document"
	"github.com/dockgen/dockgen/internal/render"
)

//go:embed practices.json
var practicesJSON []byte

// practice is a rule for an instruction that matches, written on one line.
type practice struct {
	Match string `json:"match"`
	Says  string `json:"says"`
	re    *regexp.Regexp
}

var practices = sync.OnceValue(func() []practice {
	var all []practice
	if err := json.Unmarshal(practicesJSON, &all); err != nil {
		panic("explain: practices.json: " + err.Error()) // our own data: any test of explain reads it
	}
	for i := range all {
		all[i].re = regexp.MustCompile(all[i].Match)
	}
	return all
})

// Instructions are the instructions and comments of the rendered Dockerfile, in
// its order, each with its reasons. Blank lines are left out.
func Instructions(out render.Output, reasons []detect.Reason) ([]document.Instruction, error) {
	texts := make([]string, len(out.Lines))
	for i, l := range out.Lines {
		texts[i] = l.Text
	}
	spans, err := spans(texts)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", out.Dockerfile, err)
	}
	var all []document.Instruction
	for _, s := range spans {
		lines := texts[s.first-1 : s.last]
		in := document.Instruction{First: s.first, Last: s.last, Text: strings.Join(lines, "\n")}
		for _, l := range out.Lines[s.first-1 : s.last] {
			for _, id := range l.Why {
				i := slices.IndexFunc(reasons, func(r detect.Reason) bool { return r.ID == id && r.Stage == l.Stage })
				if i < 0 {
					i = slices.IndexFunc(reasons, func(r detect.Reason) bool { return r.ID == id })
				}
				if i >= 0 && !slices.ContainsFunc(in.Values, func(r detect.Reason) bool { return r.ID == id }) {
					in.Values = append(in.Values, reasons[i])
				}
			}
		}
		in.Practices = Practices(lines)
		all = append(all, in)
	}
	return all, nil
}

// Practices are the sentences for an instruction or a comment.
func Practices(lines []string) []string {
	joined := strings.Join(lines, " ")
	var says []string
	for _, p := range practices() {
		if p.re.MatchString(joined) {
			says = append(says, p.Says)
		}
	}
	return says
}

type span struct{ first, last int } // lines, from 1

// spans are the lines of each instruction, and of each comment that stands alone.
func spans(lines []string) ([]span, error) {
	result, err := parser.Parse(strings.NewReader(strings.Join(lines, "\n") + "\n"))
	if err != nil {
		return nil, err
	}
	var all []span
	next := 1
	comments := func(until int) {
		for ; next < until; next++ {
			if strings.HasPrefix(strings.TrimSpace(lines[next-1]), "#") {
				all = append(all, span{next, next})
			}
		}
	}
	for _, n := range result.AST.Children {
		comments(n.StartLine)
		all = append(all, span{n.StartLine, n.EndLine})
		next = n.EndLine + 1
	}
	comments(len(lines) + 1)
	return all, nil
}
