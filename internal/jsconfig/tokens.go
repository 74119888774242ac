package jsconfig

import (
	"bytes"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/js"
)

// Limits on what a file may ask for.
const (
	maxTokens = 200_000
	maxDepth  = 60 // of nested values
)

// token is one token of a file, without white space and comments.
type token struct {
	kind js.TokenType
	text string
	line int // 1-based, where it starts
}

// tokens are those of a script in JavaScript or TypeScript: TypeScript adds
// grammar, but no tokens. What the lexer cannot read ends the list.
func tokens(text []byte) []token {
	l := js.NewLexer(parse.NewInputBytes(bytes.Clone(text)))
	line := 1
	var all []token
	for len(all) < maxTokens {
		kind, data := l.Next()
		if (kind == js.DivToken || kind == js.DivEqToken) && operandNext(all) {
			kind, data = l.RegExp()
		}
		switch kind {
		case js.ErrorToken:
			return all
		case js.WhitespaceToken, js.LineTerminatorToken, js.CommentToken, js.CommentLineTerminatorToken:
		default:
			all = append(all, token{kind, string(data), line})
		}
		line += bytes.Count(data, []byte("\n"))
	}
	return all
}

// operandNext reports whether an operand, not an operator, follows: a slash starts
// a regular expression there.
func operandNext(all []token) bool {
	if len(all) == 0 {
		return true
	}
	switch last := all[len(all)-1].kind; {
	case last == js.CloseParenToken, last == js.CloseBracketToken, last == js.CloseBraceToken, last == js.TemplateToken, last == js.TemplateEndToken, last == js.StringToken:
		return false
	case js.IsNumeric(last), last == js.ThisToken, last == js.TrueToken, last == js.FalseToken, last == js.NullToken, last == js.RegExpToken:
		return false
	default:
		return !js.IsIdentifier(last)
	}
}

// opens and closes are the brackets that must balance.
func opens(k js.TokenType) bool {
	return k == js.OpenBraceToken || k == js.OpenParenToken || k == js.OpenBracketToken || k == js.TemplateStartToken
}

func closes(k js.TokenType) bool {
	return k == js.CloseBraceToken || k == js.CloseParenToken || k == js.CloseBracketToken || k == js.TemplateEndToken
}

// matching fills in, for each opening bracket, where its closing one stands: the
// end of the list where it is missing.
func matching(all []token) map[int]int {
	pairs := map[int]int{}
	var open []int
	for i, t := range all {
		switch {
		case opens(t.kind):
			open = append(open, i)
		case closes(t.kind) && len(open) > 0:
			pairs[open[len(open)-1]] = i
			open = open[:len(open)-1]
		}
	}
	for _, i := range open {
		pairs[i] = len(all)
	}
	return pairs
}
