package golang

import (
	"path"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// makeVariable is an assignment: LDFLAGS := -s -w, export GO ?= go.
var makeVariable = pattern.New(`^(?:export\s+|override\s+)*([A-Za-z_][A-Za-z0-9_.-]*)\s*(\?=|\+=|::=|:=|=)\s*(.*)$`)

// makeTarget is the head of a rule: build: deps
var makeTarget = pattern.New(`^([A-Za-z0-9_./-]+)\s*:(?:[^=]|$)`)

const (
	maxExpanded = 8 << 10 // bytes of an expanded recipe line: far above real ones
	maxNested   = 8       // variables within variables
)

// makefile are the go build commands of a Makefile. Variables are filled in as far as
// they are text; what only running make would tell stays ${…}.
func makefile(file, text string) []recipe {
	var all []recipe
	for _, l := range makeRecipes(text) {
		if strings.Contains(l.text, "build") || strings.Contains(l.text, "install") {
			for _, r := range commandRecipes(l.text, path.Dir(file), fact.At(file, l.at, "go build")) {
				r.target = l.target
				all = append(all, r)
			}
		}
	}
	return all
}

// makeRecipe is a line that a target of a Makefile runs.
type makeRecipe struct {
	text, target string
	at           int // 1-based
}

func makeRecipes(text string) []makeRecipe {
	variables := map[string]string{}
	var recipes []makeRecipe
	target := ""
	for _, l := range makeLines(text) {
		if strings.HasPrefix(l.text, "\t") {
			recipes = append(recipes, makeRecipe{strings.TrimLeft(l.text, "\t @-+"), target, l.at})
			continue
		}
		if match := makeTarget.FindStringSubmatch(l.text); match != nil {
			target = match[1]
		}
		if match := makeVariable.FindStringSubmatch(strings.TrimSpace(l.text)); match != nil {
			name, op, value := match[1], match[2], strings.TrimSpace(match[3])
			switch {
			case op == "+=" && variables[name] != "":
				variables[name] += " " + value
			case op == "?=" && variables[name] != "":
			default:
				variables[name] = value
			}
		}
	}
	if variables["GO"] == "" {
		variables["GO"] = "go"
	}
	for i := range recipes {
		recipes[i].text = expandMake(recipes[i].text, variables, 0)
	}
	return recipes
}

type makeLine struct {
	text string
	at   int // 1-based
}

// makeLines are the lines, with those that end in a backslash joined.
func makeLines(text string) []makeLine {
	var lines []makeLine
	open := false
	n := 0
	for raw := range strings.Lines(text) {
		n++
		raw = strings.TrimRight(raw, "\r\n")
		body, more := strings.CutSuffix(raw, `\`)
		if open {
			last := &lines[len(lines)-1]
			last.text += " " + strings.TrimSpace(body)
		} else {
			lines = append(lines, makeLine{body, n})
		}
		open = more
	}
	return lines
}

// expandMake fills in $(NAME) and ${NAME}. Functions and unknown names become
// ${NAME} for the shell, so that the reader of the line sees that something is missing.
func expandMake(text string, variables map[string]string, depth int) string {
	var b strings.Builder
	for i := 0; i < len(text) && b.Len() < maxExpanded; i++ {
		if text[i] != '$' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		i++
		switch text[i] {
		case '$':
			b.WriteByte('$')
		case '(', '{':
			end := closing(text, i)
			if end < 0 {
				return b.String()
			}
			name := text[i+1 : end]
			i = end
			value, ok := variables[name]
			switch {
			case ok && depth < maxNested:
				b.WriteString(expandMake(value, variables, depth+1))
			case makeName.MatchString(name):
				b.WriteString("${" + strings.ReplaceAll(name, "-", "_") + "}")
			default:
				b.WriteString("${UNKNOWN}")
			}
		default:
			b.WriteString("${" + string(text[i]) + "}")
		}
	}
	return b.String()
}

var makeName = pattern.New(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// closing is the index of the bracket that closes the one at i, or -1.
func closing(text string, i int) int {
	open, shut := text[i], byte(')')
	if open == '{' {
		shut = '}'
	}
	depth := 0
	for ; i < len(text); i++ {
		switch text[i] {
		case open:
			depth++
		case shut:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}
