package render

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/parser"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/policy"
	"github.com/dockgen/dockgen/templates"
)

// The places at which a user's folder of templates may add lines.
const (
	AfterBase     = "after-base"     // after the FROM of each stage that runs something, but the last
	BeforeInstall = "before-install" // before the first RUN with a cache mount, which fetches dependencies
	BeforeBuild   = "before-build"   // before the first RUN after the sources are copied
	LastStage     = "last-stage"     // in the last stage, before USER
	Labels        = "labels"         // in the last stage, after USER
)

// Places are all places, in the order in which they stand in a Dockerfile.
var Places = []string{AfterBase, BeforeInstall, BeforeBuild, LastStage, Labels}

// instruction is an instruction of the Dockerfile: lines from first up to end, from 0.
type instruction struct {
	word, text string
	first, end int
}

func instructionsOf(lines []Line) ([]instruction, error) {
	parsed, err := parser.Parse(strings.NewReader(text(lines)))
	if err != nil {
		return nil, err
	}
	var all []instruction
	for _, n := range parsed.AST.Children {
		all = append(all, instruction{strings.ToUpper(n.Value), n.Original, n.StartLine - 1, n.EndLine})
	}
	return all, nil
}

// indices are the line numbers before which the lines of a place go.
func indices(lines []Line, place string) ([]int, error) {
	all, err := instructionsOf(lines)
	if err != nil {
		return nil, err
	}
	last := 0 // the FROM of the last stage
	for i, in := range all {
		if in.word == "FROM" {
			last = i
		}
	}
	switch place {
	case AfterBase:
		return afterBase(all[:last]), nil
	case BeforeInstall:
		i := slices.IndexFunc(all[:last], func(in instruction) bool {
			return in.word == "RUN" && strings.Contains(in.text, "type=cache")
		})
		if i >= 0 {
			return []int{above(lines, all[i].first)}, nil
		}
	case BeforeBuild:
		copied := -1
		for i, in := range all[:last] {
			if in.word == "COPY" && !strings.Contains(in.text, "--from=") {
				copied = i
			}
		}
		for i := copied + 1; copied >= 0 && i < last; i++ {
			if all[i].word == "RUN" {
				return []int{above(lines, all[i].first)}, nil
			}
		}
	case LastStage, Labels:
		for _, in := range all[last:] {
			switch {
			case in.word != "USER":
			case place == Labels:
				return []int{in.end}, nil
			default:
				return []int{above(lines, in.first)}, nil
			}
		}
		return []int{all[last].end}, nil
	}
	return nil, nil // a Dockerfile without such a step has no such place
}

// afterBase are the places after the FROM of each stage that runs something.
func afterBase(all []instruction) []int {
	var at []int
	from := -1
	for i, in := range all {
		if in.word == "FROM" {
			from = i
		}
		if in.word == "RUN" && from >= 0 {
			at, from = append(at, all[from].end), -1
		}
	}
	return at
}

// above is the first line of the comment above a line.
func above(lines []Line, i int) int {
	for i > 0 && strings.HasPrefix(lines[i-1].Text, "#") {
		i--
	}
	return i
}

// insert puts lines of somebody else at a place.
func insert(lines []Line, place string, added []string) ([]Line, error) {
	at, err := indices(lines, place)
	if err != nil {
		return nil, err
	}
	var more []Line
	for _, a := range added {
		more = append(more, Line{Text: a})
	}
	slices.Reverse(at)
	for _, i := range at {
		lines = slices.Insert(lines, i, more...)
	}
	return lines, nil
}

// added checks the lines of a place: instructions that can stand in a stage, and run
// in a final image of the variant.
func added(place, text, variant string) ([]string, error) {
	text = strings.Trim(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if text == "" {
		return nil, nil
	}
	parsed, err := parser.Parse(strings.NewReader("FROM scratch\n" + text + "\n"))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", templates.PlaceFile(place), err)
	}
	for _, n := range parsed.AST.Children[1:] {
		if word := strings.ToUpper(n.Value); word == "FROM" {
			return nil, fmt.Errorf("%s:%d: FROM begins another stage: the lines of a place stay in theirs", templates.PlaceFile(place), n.StartLine-1)
		}
		in, err := instructions.ParseInstruction(n)
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", templates.PlaceFile(place), n.StartLine-1, err)
		}
		last := place == LastStage || place == Labels
		if run, ok := in.(*instructions.RunCommand); ok && last && run.PrependShell && (variant == detect.Distroless || variant == detect.Scratch) {
			return nil, &diag.Error{At: fact.Source{File: templates.PlaceFile(place), Line: n.StartLine - 1}, What: "RUN needs a shell, and the final image (" + variant + ") has none", Try: "COPY --from=build what a RUN at after-base made\n--base slim"}
		}
	}
	return strings.Split(text, "\n"), nil
}

// places adds what a user's folder of templates and the policy add.
func places(lines []Line, o Options, variant string) ([]Line, error) {
	for _, place := range Places {
		text, err := o.Templates.Place(place)
		if err != nil {
			return nil, err
		}
		more, err := added(place, text, variant)
		if err != nil {
			return nil, err
		}
		if place == Labels && o.Policy != nil {
			label, err := labels(o.Policy)
			if err != nil {
				return nil, err
			}
			more = append(label, more...)
		}
		if len(more) > 0 {
			if lines, err = insert(lines, place, more); err != nil {
				return nil, err
			}
		}
	}
	return lines, nil
}

// labels are the labels that the policy asks for and gives a value.
func labels(p *policy.Policy) ([]string, error) {
	var all []string
	for _, l := range p.Labels {
		if l.Value == "" {
			continue
		}
		value, err := templates.Env(l.Value)
		if err != nil {
			return nil, err
		}
		all = append(all, "LABEL "+l.Key+"="+value)
	}
	return all, nil
}

var (
	fromLine   = pattern.New(`(?i)^(FROM\s+(?:--platform=\S+\s+)?)(\S+)`)
	fromFlag   = pattern.New(`(?i)^(COPY\s.*?--from=|RUN\s.*?,from=)([^\s,]+)`)
	syntaxLine = pattern.New(`^(# syntax=)(\S+)`)
)

// images makes every image the one that the policy names, and refuses those that it
// does not allow.
func images(lines []Line, p *policy.Policy) error {
	if p == nil {
		return nil
	}
	for i := range lines {
		for _, re := range []*pattern.Pattern{fromLine, fromFlag, syntaxLine} {
			m := re.FindStringSubmatch(lines[i].Text)
			if m == nil {
				continue
			}
			if stageNamed(lines, m[2]) || strings.Contains(m[2], "$") {
				continue
			}
			if re != syntaxLine && !p.Allowed(m[2]) {
				return notAllowed(p, m[2])
			}
			lines[i].Text = m[1] + p.Ref(m[2]) + lines[i].Text[len(m[1])+len(m[2]):]
		}
	}
	return nil
}

// stageNamed reports whether a FROM gives a stage that name.
func stageNamed(lines []Line, name string) bool {
	named := regexp.MustCompile(`(?i)\sAS\s+` + regexp.QuoteMeta(name) + `\s*$`)
	return slices.ContainsFunc(lines, func(l Line) bool {
		return strings.HasPrefix(strings.ToUpper(l.Text), "FROM ") && named.MatchString(l.Text)
	})
}

func notAllowed(p *policy.Policy, image string) error {
	return &diag.Error{At: p.At, What: image + " is not among the images that the policy allows", Try: "allowed: " + strings.Join(p.AllowedNames(), ", ")}
}
