// Package syntax reads Python far enough to know what a file imports, defines,
// assigns and calls. It never runs anything.
//
// The tokens follow the language reference (https://docs.python.org/3/reference/lexical_analysis.html,
// read 2026-11): strings with their prefixes, f-strings with nested quotes (PEP 701),
// comments, brackets that join lines, and indentation. Tokens of what is no
// Python still come out; Err then says where it stopped making sense.
package syntax

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind is what a token is.
type Kind int

// Kinds of tokens.
const (
	Name Kind = iota + 1
	Number
	String
	Op
	Newline // end of a logical line
	Indent
	Dedent
)

// Token is one token.
type Token struct {
	Kind  Kind
	Text  string // of a String: its value, escapes decoded; of an f-string: as written between the quotes
	Line  int    // 1-based, where it starts
	Fancy bool   // an f-string, t-string or bytes: its text is no plain value
}

// Is reports whether the token is this operator or name.
func (t Token) Is(text string) bool { return (t.Kind == Op || t.Kind == Name) && t.Text == text }

// Problem is where a file stops being Python.
type Problem struct {
	Line int
	What string
}

func (p *Problem) Error() string { return p.What }

const (
	maxIndents = 200 // deeper than CPython's own limit of 100
	maxNesting = 50  // of brackets in replacement fields of f-strings
)

type scanner struct {
	text    string
	at      int
	line    int
	depth   int   // of open brackets
	indents []int // columns
	tokens  []Token
	problem *Problem
}

// Tokens are the tokens of a file, and the first problem or nil.
func Tokens(text string) ([]Token, *Problem) {
	s := &scanner{text: text, line: 1, indents: []int{0}}
	for s.at < len(s.text) {
		if s.lineStart() {
			s.indentation()
		}
		if s.at < len(s.text) {
			s.token()
		}
	}
	s.endLine()
	for range s.indents[1:] {
		s.emit(Dedent, "", s.line)
	}
	return s.tokens, s.problem
}

func (s *scanner) emit(k Kind, text string, line int) {
	s.tokens = append(s.tokens, Token{Kind: k, Text: text, Line: line})
}

func (s *scanner) fail(line int, what string) {
	if s.problem == nil {
		s.problem = &Problem{line, what}
	}
}

// lineStart reports whether a new logical line begins here.
func (s *scanner) lineStart() bool {
	if s.depth > 0 {
		return false
	}
	if len(s.tokens) == 0 {
		return s.at == 0 || s.text[s.at-1] == '\n'
	}
	last := s.tokens[len(s.tokens)-1].Kind
	return (last == Newline || last == Dedent || last == Indent) && s.at > 0 && s.text[s.at-1] == '\n'
}

// endLine ends a logical line that holds anything.
func (s *scanner) endLine() {
	if n := len(s.tokens); n > 0 {
		if last := s.tokens[n-1].Kind; last != Newline && last != Indent && last != Dedent {
			s.emit(Newline, "", s.line)
		}
	}
}

// indentation compares the columns of a line that holds code with those before.
func (s *scanner) indentation() {
	column, i := 0, s.at
	for ; i < len(s.text); i++ {
		switch s.text[i] {
		case ' ':
			column++
		case '\t':
			column += 8 - column%8
		case '\f':
			column = 0
		default:
			goto measured
		}
	}
measured:
	s.at = i
	if i >= len(s.text) || s.text[i] == '\n' || s.text[i] == '\r' || s.text[i] == '#' {
		return // a blank line
	}
	switch top := s.indents[len(s.indents)-1]; {
	case column > top && len(s.indents) < maxIndents:
		s.indents = append(s.indents, column)
		s.emit(Indent, "", s.line)
	case column < top:
		for len(s.indents) > 1 && column < s.indents[len(s.indents)-1] {
			s.indents = s.indents[:len(s.indents)-1]
			s.emit(Dedent, "", s.line)
		}
		if column != s.indents[len(s.indents)-1] {
			s.fail(s.line, "the indentation matches no line before it")
		}
	}
}

func (s *scanner) token() {
	c := s.text[s.at]
	switch {
	case c == '\n':
		if s.depth == 0 {
			s.endLine()
		}
		s.at++
		s.line++
	case c == ' ' || c == '\t' || c == '\r' || c == '\f':
		s.at++
	case c == '#':
		for s.at < len(s.text) && s.text[s.at] != '\n' {
			s.at++
		}
	case c == '\\':
		s.continued()
	case c == '"' || c == '\'':
		s.str("")
	case c >= '0' && c <= '9', c == '.' && s.at+1 < len(s.text) && isDigit(s.text[s.at+1]):
		s.number()
	default:
		if word := s.word(); word != "" {
			s.name(word)
			return
		}
		s.op()
	}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// continued is a backslash, which joins two lines at the end of one.
func (s *scanner) continued() {
	rest := strings.TrimPrefix(s.text[s.at+1:], "\r")
	if strings.HasPrefix(rest, "\n") {
		s.at = len(s.text) - len(rest) + 1
		s.line++
		return
	}
	s.fail(s.line, "a backslash in the middle of a line")
	s.at++
}

// word is the identifier that starts here, or "".
func (s *scanner) word() string {
	end := s.at
	for end < len(s.text) {
		r, size := utf8.DecodeRuneInString(s.text[end:])
		if r == '_' || unicode.IsLetter(r) || (end > s.at && (unicode.IsDigit(r) || unicode.Is(unicode.Mn, r))) {
			end += size
			continue
		}
		break
	}
	return s.text[s.at:end]
}

func (s *scanner) name(word string) {
	after := s.at + len(word)
	if len(word) <= 2 && after < len(s.text) && (s.text[after] == '"' || s.text[after] == '\'') && isPrefix(word) {
		s.at = after
		s.str(strings.ToLower(word))
		return
	}
	s.emit(Name, word, s.line)
	s.at = after
}

func isPrefix(word string) bool {
	switch strings.ToLower(word) {
	case "r", "u", "b", "f", "t", "br", "rb", "fr", "rf", "tr", "rt":
		return true
	}
	return false
}

func (s *scanner) number() {
	start := s.at
	for s.at < len(s.text) {
		c := s.text[s.at]
		exponent := (c == '+' || c == '-') && s.at > start && (s.text[s.at-1] == 'e' || s.text[s.at-1] == 'E') && !strings.HasPrefix(s.text[start:], "0x")
		if !isDigit(c) && c != '.' && c != '_' && !(c|0x20 >= 'a' && c|0x20 <= 'z') && !exponent {
			break
		}
		s.at++
	}
	s.emit(Number, s.text[start:s.at], s.line)
}

// operators of more than one character, the longest first.
var operators = []string{"**=", "//=", ">>=", "<<=", "...", "!=", "->", ":=", "==", "<=", ">=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "@=", "**", "//", "<<", ">>"}

func (s *scanner) op() {
	for _, o := range operators {
		if strings.HasPrefix(s.text[s.at:], o) {
			s.emit(Op, o, s.line)
			s.at += len(o)
			return
		}
	}
	r, size := utf8.DecodeRuneInString(s.text[s.at:])
	switch r {
	case '(', '[', '{':
		s.depth++
	case ')', ']', '}':
		if s.depth > 0 {
			s.depth--
		}
	case '$', '?', '`', utf8.RuneError, 0:
		s.fail(s.line, "a character that is no Python")
	}
	s.emit(Op, s.text[s.at:s.at+size], s.line)
	s.at += size
}
