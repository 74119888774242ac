// Package check holds a Dockerfile, ours or anybody's, to the repository it
// builds and to what is known of images.
//
// A rule reports only what is so: where the evidence does not decide, it is silent.
// Rules know no language: what a repository asks for comes from the plan that
// dockgen would make, and what package managers do from data.json.
package check

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/mark"
	"github.com/dockgen/dockgen/internal/policy"
	"github.com/dockgen/dockgen/internal/render"
	"github.com/dockgen/dockgen/internal/repo"
)

// Level is how much a finding matters.
type Level string

// Levels, the gravest first.
const (
	Error   Level = "error"   // it does not build, does not run, or leaks
	Warning Level = "warning" // it works today, and should not stay so
	Note    Level = "note"    // it could be better
)

// Levels are all levels, the gravest first.
var Levels = []Level{Error, Warning, Note}

// Finding is one thing that a rule found.
type Finding struct {
	Code    string        `json:"code"` // DG301
	Name    string        `json:"name"` // floating-base
	Level   Level         `json:"level"`
	File    string        `json:"file"`
	Line    int           `json:"line"` // from 1
	Last    int           `json:"last"`
	Text    string        `json:"text"`
	Because []fact.Source `json:"because,omitempty"` // places elsewhere that say so
	Try     string        `json:"try,omitempty"`
	Fix     *Fix          `json:"fix,omitempty"`     // a change that is safe to make
	Ignored string        `json:"ignored,omitempty"` // the reason of the comment that ignores it
}

// Fix replaces whole lines of the Dockerfile.
type Fix struct {
	First int    `json:"first"` // lines, from 1
	Last  int    `json:"last"`
	Text  string `json:"text"` // without the last line break
}

// Input is what a Dockerfile is held to.
type Input struct {
	File      string // relative to the root
	Text      string
	View      *repo.View
	Catalogue *catalogue.Catalogue
	Policy    *policy.Policy // nil for none
	// Plan is what init would do where the Dockerfile stands, nil where it stops.
	Plan *Plan
	// Replan plans the same with other settings.
	Replan func(func(detect.Settings) (detect.Settings, error)) (*Plan, error)
}

// Plan is a decision and the files that init would write for it.
type Plan struct {
	Decision detect.Decision
	Output   render.Output
	Sure     bool // false where a question was open, and only what holds for each answer may be used
}

// checker runs the rules over one Dockerfile.
type checker struct {
	Input
	file     *dockerfile
	planned  *dockerfile // what init would write, nil without a plan
	context  string      // build context, relative to the root
	others   []string    // other folders that may be it
	ignore   ignoreFile
	rule     *Rule
	findings []Finding
}

// Run applies all rules. The findings are sorted by line and code; those that a
// comment in the Dockerfile ignores say so. A file that is no Dockerfile is an error.
func Run(in Input) ([]Finding, error) {
	d, err := parse(in.File, in.Text)
	if err != nil {
		return nil, err
	}
	c := &checker{Input: in, file: d}
	d.known(in.Policy)
	c.context, c.others = c.findContext()
	if c.Plan != nil && !c.sees(c.Plan.Decision.Image.Project.Dir()) {
		c.Plan = nil // the image is of something else, which stands in the same repository
	}
	if c.Plan != nil {
		if c.planned, err = parse(in.Plan.Output.Dockerfile, in.Plan.Output.Files[0].Text); err != nil {
			return nil, err
		}
		c.planned.known(in.Policy)
	}
	if c.ignore, err = readIgnoreFile(in.View, d.path, c.context); err != nil {
		return nil, err
	}
	all := rules()
	for i := range all {
		c.rule = &all[i]
		c.rule.find(c)
	}
	c.comments()
	slices.SortStableFunc(c.findings, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Code, b.Code))
	})
	return c.findings, nil
}

// found adds a finding of the running rule at a step or stage.
func (c *checker) found(first, last int, try, text string, args ...any) *Finding {
	c.findings = append(c.findings, Finding{
		Code: c.rule.Code, Name: c.rule.Name, Level: c.rule.Level, File: c.file.path,
		Line: first, Last: max(first, last), Text: fmt.Sprintf(text, args...), Try: try,
	})
	return &c.findings[len(c.findings)-1]
}

// own reports whether the Dockerfile is dockgen's untouched output.
func (c *checker) own() (own, untouched bool) { return mark.Own(c.Text) }

// findContext is the build context that the Dockerfile was written for: of those that the
// repository's own builds name, else of its folder and those above it, the nearest that
// holds the most of what it copies. The others that hold as much are what may as well be it.
func (c *checker) findContext() (context string, others []string) {
	named := c.namedContexts()
	most := -1
	for dir := path.Dir(c.file.path); ; dir = path.Dir(dir) {
		if held := c.heldIn(dir); len(named) == 0 || slices.Contains(named, dir) {
			switch {
			case held > most:
				context, others, most = dir, nil, held
			case held == most:
				others = append(others, dir)
			}
		}
		if dir == "." {
			return context, others
		}
	}
}

// sees reports whether the build context, or one that may as well be it, holds a folder.
func (c *checker) sees(dir string) bool {
	return slices.ContainsFunc(append([]string{c.context}, c.others...), func(context string) bool { return repo.Within(context, dir) })
}

// namedContexts are the contexts at or above the Dockerfile that compose files and CI build it with.
func (c *checker) namedContexts() []string {
	var named []string
	for _, b := range hints.Builds(c.View) {
		if b.Dockerfile == c.file.path && repo.Within(b.Context, c.file.path) {
			named = append(named, b.Context)
		}
	}
	return named
}

// heldIn is how many of the things that the Dockerfile copies a context holds.
func (c *checker) heldIn(dir string) int {
	held := 0
	for _, s := range c.file.stages {
		for _, p := range s.steps {
			for _, source := range p.fromContext() {
				if source != "." && c.holds(dir, source) {
					held++
				}
			}
		}
	}
	return held
}

// holds reports whether the context has a tracked file or folder that a COPY source names.
func (c *checker) holds(context, source string) bool {
	if strings.ContainsAny(source, "*?[") {
		for _, f := range c.View.Under(context) {
			rel := repo.Rel(context, f)
			for p := rel; p != "."; p = path.Dir(p) {
				if ok, _ := path.Match(source, p); ok {
					return true
				}
			}
		}
		return false
	}
	p := path.Join(context, source)
	return c.View.Has(p) || c.View.HasDir(p) || c.View.Linked(p)
}

// comments marks what comments ignore, and reports comments that ignore nothing.
//
//	# dockgen ignore=DG203,floating-base -- the reason
func (c *checker) comments() {
	for n, line := range c.file.lines {
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "# dockgen ignore=")
		if !ok {
			continue
		}
		codes, reason, _ := strings.Cut(rest, "--")
		reason = strings.TrimSpace(reason)
		c.rule = rule("DG001")
		if reason == "" {
			c.found(n+1, n+1, strings.TrimSpace(line)+" -- WHY", "this comment ignores nothing: it gives no reason")
			continue
		}
		for _, code := range strings.FieldsFunc(codes, func(r rune) bool { return r == ',' || r == ' ' }) {
			r := rule(code)
			if r == nil {
				c.found(n+1, n+1, Nearest(code), "there is no rule %s", code)
				continue
			}
			if !c.ignoreFrom(n+1, r, reason) {
				c.found(n+1, n+1, "remove it", "nothing here breaks %s (%s)", r.Code, r.Name)
			}
		}
	}
}

// ignoreFrom marks the findings of a rule in the instruction below a line.
func (c *checker) ignoreFrom(line int, r *Rule, reason string) bool {
	first := line + 1
	for first <= len(c.file.lines) && (strings.TrimSpace(c.file.lines[first-1]) == "" || strings.HasPrefix(strings.TrimSpace(c.file.lines[first-1]), "#")) {
		first++
	}
	found := false
	for i := range c.findings {
		if f := &c.findings[i]; f.Code == r.Code && f.Line <= first && first <= f.Last {
			f.Ignored, found = reason, true
		}
	}
	return found
}

// Count is how many findings of a level or graver are not ignored.
func Count(findings []Finding, level Level) int {
	n := 0
	for _, f := range findings {
		if f.Ignored == "" && slices.Index(Levels, f.Level) <= slices.Index(Levels, level) {
			n++
		}
	}
	return n
}
