package shell

import (
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Placed is a command of a script and its line, 1-based.
type Placed struct {
	Command
	Line int
}

// Script are the simple commands of a shell script in its order, those within
// conditions, loops and functions as well: all that it may run. Words that it gives
// a variable at the top are filled in where the variable stands for itself. Bash is
// read, which POSIX scripts mostly are too.
func Script(text string) ([]Placed, error) {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil {
		return nil, err
	}
	var all []Placed
	set := map[string]Word{}
	syntax.Walk(file, func(n syntax.Node) bool {
		call, ok := n.(*syntax.CallExpr)
		if !ok {
			return true
		}
		p := Placed{Line: int(call.Pos().Line())}
		for _, a := range call.Assigns {
			if a.Name == nil || a.Value == nil {
				continue
			}
			p.Env = append(p.Env, Assignment{a.Name.Value, word(a.Value)})
			if v := p.Env[len(p.Env)-1].Value; len(call.Args) == 0 && (v.Literal() || len(v.Vars) == 1 && v.Vars[0].Default != "") {
				set[a.Name.Value] = v
			}
		}
		for _, w := range call.Args {
			p.Words = append(p.Words, filled(word(w), set))
		}
		if len(p.Words) > 0 {
			all = append(all, p)
		}
		return true
	})
	return all, nil
}

// filled is a word with the variables that the script itself sets to words filled in.
func filled(w Word, set map[string]Word) Word {
	var left []Var
	for _, v := range w.Vars {
		value, ok := set[v.Name]
		if !ok {
			left = append(left, v)
			continue
		}
		w.Text = strings.ReplaceAll(w.Text, "${"+v.Name+"}", value.Text)
		left = append(left, value.Vars...)
	}
	w.Vars = left
	return w
}

// Default is the word with the defaults of its variables filled in: what it is where
// nothing is set. A variable without one stays.
func (w Word) Default() string {
	text := w.Text
	for _, v := range w.Vars {
		if v.Default != "" {
			text = strings.ReplaceAll(text, "${"+v.Name+"}", v.Default)
		}
	}
	return text
}
