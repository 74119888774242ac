package java

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
)

// guard is the condition of an if, and whether it must fail: in the block of its else.
type guard struct {
	tokens []token
	not    bool
}

// branches are the conditions around the statement that a script has come to.
type branches struct {
	within [][]guard // of each open block, with those of the blocks around it before its own
	failed [][]guard // at each depth, the conditions before an else, as they must be there
}

// guards are all of them, the outermost first; the statements of a block share them.
func (b *branches) guards() []guard {
	if len(b.within) == 0 {
		return nil
	}
	return b.within[len(b.within)-1]
}

const maxFailed = 32 // conditions before an else; of more, nothing is known

// open enters the block that a statement opens.
func (b *branches) open(s setting) {
	depth := len(b.within)
	for len(b.failed) <= depth {
		b.failed = append(b.failed, nil)
	}
	condition := s.args
	own := b.failed[depth]
	switch name := s.path[strings.LastIndex(s.path, ".")+1:]; {
	case name == "else" && len(condition) > 0 && condition[0].text == "if":
		condition = condition[1:]
	case name == "else":
		condition = nil
	case name == "if":
		own = nil
	default:
		own, condition = nil, nil
	}
	if len(own) > maxFailed {
		own = []guard{{}}
	}
	b.failed[depth] = nil
	if condition != nil {
		b.failed[depth] = append(slices.Clone(own), guard{condition, true})
		own = append(slices.Clone(own), guard{condition, false})
	}
	b.within = append(b.within, slices.Concat(b.guards(), own))
}

// close leaves a block.
func (b *branches) close() {
	if len(b.within) > 0 {
		b.failed = b.failed[:min(len(b.failed), len(b.within))]
		b.within = b.within[:len(b.within)-1]
	}
}

// truth is what is known of a condition. Its zero value is "nothing".
type truth int

const (
	holds truth = 1
	fails truth = -1
)

// properties says of a property of a build whether it has a value.
type properties func(name string) truth

// decided leaves out the statements under conditions that fail in a build which is
// given no property on its command line but those of the switches.
func (b *gradleBuild) decided(statements []setting) []setting {
	set := b.sets(statements)
	var left []setting
	for _, s := range statements {
		switch set.all(s.guards) {
		case holds:
			s.maybe = false
		case fails:
			continue
		}
		left = append(left, s)
	}
	return left
}

// sets judges properties for the statements of one script: those of gradle.properties
// and of the switches have a value; those that the script gives a value, or whose name
// is that of a block as plugins bring them, may have one.
func (b *gradleBuild) sets(statements []setting) properties {
	return func(name string) truth {
		if _, ok := b.switches[name]; ok {
			return holds
		}
		value, readable := b.property(name)
		if value.Known() {
			return holds
		}
		if !readable || slices.ContainsFunc(statements, func(s setting) bool {
			given, _ := constant(s)
			return given == name || strings.HasPrefix(s.path, name+".")
		}) {
			return 0
		}
		return fails
	}
}

// all judges conditions that must hold together.
func (set properties) all(guards []guard) truth {
	result := holds
	for _, g := range guards {
		t := set.judge(g.tokens, 0)
		if g.not {
			t = -t
		}
		result = min(result, t)
	}
	return result
}

// judge is the truth of a condition, as far as it asks for properties.
func (set properties) judge(tokens []token, depth int) truth {
	if depth > maxNested || len(tokens) == 0 {
		return 0
	}
	if either := split(tokens, "|"); len(either) > 1 {
		result := fails
		for _, part := range either {
			result = max(result, set.judge(part, depth+1))
		}
		return result
	}
	if both := split(tokens, "&"); len(both) > 1 {
		result := holds
		for _, part := range both {
			result = min(result, set.judge(part, depth+1))
		}
		return result
	}
	switch {
	case tokens[0].is("!"):
		return -set.judge(tokens[1:], depth+1)
	case len(tokens) > 1 && tokens[0].is("(") && closing(tokens, 0) == len(tokens)-1:
		return set.judge(tokens[1:len(tokens)-1], depth+1)
	}
	return set.asks(tokens)
}

// split are the parts of a condition between two marks that stand outside parentheses: a || b.
func split(tokens []token, mark string) [][]token {
	var parts [][]token
	start, depth := 0, 0
	for i, t := range tokens {
		switch {
		case t.is("("):
			depth++
		case t.is(")"):
			depth--
		case depth == 0 && t.is(mark) && i+1 < len(tokens) && tokens[i+1].is(mark):
			parts = append(parts, tokens[start:i])
			start = i + 2
		}
	}
	return append(parts, tokens[start:])
}

// asks judges hasProperty("x"), findProperty("x") with what is compared to it, and
// providers.gradleProperty("x").isPresent
// (https://docs.gradle.org/current/userguide/build_environment.html#sec:project_properties, 2026-11).
func (set properties) asks(tokens []token) truth {
	call, i := chain(tokens, 0)
	if i+2 >= len(tokens) || !tokens[i].is("(") || tokens[i+1].kind != text || tokens[i+1].open || !tokens[i+2].is(")") {
		return 0
	}
	t := set(tokens[i+1].text)
	var marks strings.Builder
	for _, r := range tokens[i+3:] {
		marks.WriteString(r.text)
	}
	rest := marks.String()
	switch call[strings.LastIndex(call, ".")+1:] {
	case "hasProperty":
		if rest == "" || rest == "==true" {
			return t
		}
	case "gradleProperty":
		if rest == ".isPresent" || rest == ".isPresent()" {
			return t
		}
	case "findProperty":
		switch {
		case rest == "" || rest == "!=null":
			return t
		case rest == "==null":
			return -t
		case t == fails && strings.HasPrefix(rest, "!="):
			return holds
		case t == fails && !strings.Contains(rest, "?:"):
			return fails
		}
	}
	return 0
}

// productionNames are the properties that people ask for to build what is deployed.
var productionNames = []string{"prod", "production"}

// production is the property that turns a build for development into one of what is
// deployed: with it, the root's script does one thing, and without it another in its place.
func (b *gradleBuild) production(statements []setting) (name string, from fact.Source) {
	for _, name := range productionNames {
		var gained, lost fact.Source
		without := b.sets(statements)
		with := properties(func(asked string) truth {
			if asked == name {
				return holds
			}
			return without(asked)
		})
		for _, s := range statements {
			switch before, after := without.all(s.guards), with.all(s.guards); {
			case before == fails && after == holds && gained.IsZero():
				gained = s.from()
			case before == holds && after == fails && lost.IsZero():
				lost = s.from()
			}
		}
		if !gained.IsZero() && !lost.IsZero() {
			return name, gained
		}
	}
	return "", fact.Source{}
}
