// Package shell reads command lines as a POSIX shell would parse them: package.json
// scripts, Procfile lines, CMD in shell form. It never runs or expands anything.
package shell

import (
	"errors"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// Line is a command line: simple commands joined by &&, || or ;.
type Line struct {
	Commands []Command
	// Complex is true where the line has pipes, subshells, loops, redirections or
	// background jobs, which Commands leaves out.
	Complex bool
}

// Command is one simple command: assignments before it, then its words.
type Command struct {
	Env   []Assignment
	Words []Word
	Joint string // what joins it to the command before: "", "&&", "||", ";"
}

// Assignment is NAME=value before a command.
type Assignment struct {
	Name  string
	Value Word
}

// Word is one word. Text has the quotes removed and variables written as ${NAME}.
type Word struct {
	Text string
	Vars []Var // variables in it, in order
	// Opaque is true for a word with a command substitution or arithmetic, whose
	// value cannot be known.
	Opaque bool
}

// Var is a variable in a word, ${NAME:-Default}.
type Var struct{ Name, Default string }

// Literal reports whether the word is what it says.
func (w Word) Literal() bool { return len(w.Vars) == 0 && !w.Opaque }

// Argv are the words of a command as text.
func (c Command) Argv() []string {
	argv := make([]string, len(c.Words))
	for i, w := range c.Words {
		argv[i] = w.Text
	}
	return argv
}

// Literal reports whether every word of the command is what it says.
func (c Command) Literal() bool {
	for _, w := range c.Words {
		if !w.Literal() {
			return false
		}
	}
	for _, a := range c.Env {
		if !a.Value.Literal() {
			return false
		}
	}
	return true
}

var errEmpty = errors.New("the command is empty")

// Parse reads a command line.
func Parse(text string) (Line, error) {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangPOSIX)).Parse(strings.NewReader(text), "")
	if err != nil {
		return Line{}, err
	}
	var l Line
	for i, s := range file.Stmts {
		joint := ";"
		if i == 0 {
			joint = ""
		}
		l.statement(s, joint)
	}
	if len(l.Commands) == 0 && !l.Complex {
		return Line{}, errEmpty
	}
	return l, nil
}

func (l *Line) statement(s *syntax.Stmt, joint string) {
	if s.Background || s.Negated || s.Coprocess || len(s.Redirs) > 0 {
		l.Complex = true
	}
	switch c := s.Cmd.(type) {
	case *syntax.CallExpr:
		command := Command{Joint: joint}
		for _, a := range c.Assigns {
			if a.Name != nil && a.Value != nil {
				command.Env = append(command.Env, Assignment{a.Name.Value, word(a.Value)})
			} else if a.Name != nil {
				command.Env = append(command.Env, Assignment{Name: a.Name.Value})
			}
		}
		for _, w := range c.Args {
			command.Words = append(command.Words, word(w))
		}
		l.Commands = append(l.Commands, command)
	case *syntax.BinaryCmd:
		if c.Op != syntax.AndStmt && c.Op != syntax.OrStmt {
			l.Complex = true
			return
		}
		l.statement(c.X, joint)
		l.statement(c.Y, c.Op.String())
	default:
		l.Complex = true
	}
}

func word(w *syntax.Word) Word {
	var out Word
	out.parts(w.Parts)
	return out
}

func (w *Word) parts(parts []syntax.WordPart) {
	for _, p := range parts {
		switch p := p.(type) {
		case *syntax.Lit:
			w.Text += unescape(p.Value)
		case *syntax.SglQuoted:
			w.Text += p.Value
		case *syntax.DblQuoted:
			w.parts(p.Parts)
		case *syntax.ParamExp:
			v := Var{Name: p.Param.Value}
			if p.Exp != nil && p.Exp.Word != nil && (p.Exp.Op == syntax.DefaultUnset || p.Exp.Op == syntax.DefaultUnsetOrNull) {
				v.Default = word(p.Exp.Word).Text
			}
			w.Vars = append(w.Vars, v)
			w.Text += "${" + v.Name + "}"
		default:
			w.Opaque = true
		}
	}
}

// unescape removes the backslashes of an unquoted literal.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] == '\\' && i+1 < len(s) {
			i++
			if s[i] == '\n' {
				continue
			}
		}
		b.WriteByte(s[i])
	}
	return b.String()
}
