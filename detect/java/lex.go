package java

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is the kind of a token.
type kind byte

const (
	word    kind = iota + 1 // identifier or keyword
	text                    // string literal, without its quotes
	number                  // 21, 1.8
	mark                    // one character of punctuation
	newline                 // the end of a line, outside comments and strings
)

// token is one token of a Groovy, Kotlin, Java or Scala file.
type token struct {
	kind kind
	text string
	line int  // 1-based
	open bool // of a string: it holds a ${…} or $name, so its value is not what it says
}

func (t token) is(m string) bool { return t.kind == mark && t.text == m }

const maxTokens = 400_000 // far above build scripts people write

// lex splits a file into tokens. It accepts anything: an unclosed string or comment
// ends with the file. Groovy's slashy strings are read as punctuation and words.
func lex(source string) []token {
	l := lexer{src: source, line: 1}
	for l.pos < len(l.src) && len(l.out) < maxTokens {
		l.next()
	}
	return l.out
}

type lexer struct {
	src  string
	pos  int
	line int
	out  []token
}

func (l *lexer) add(k kind, s string, line int) {
	l.out = append(l.out, token{kind: k, text: s, line: line})
}

func (l *lexer) next() {
	rest := l.src[l.pos:]
	c := rest[0]
	switch {
	case c == '\n':
		l.add(newline, "\n", l.line)
		l.line++
		l.pos++
	case c == ' ' || c == '\t' || c == '\r' || c == '\f':
		l.pos++
	case c == '\\' && strings.HasPrefix(rest[1:], "\n"):
		l.pos += 2
		l.line++
	case strings.HasPrefix(rest, "//") || (l.pos == 0 && strings.HasPrefix(rest, "#!")):
		if i := strings.IndexByte(rest, '\n'); i >= 0 {
			l.pos += i
		} else {
			l.pos = len(l.src)
		}
	case strings.HasPrefix(rest, "/*"):
		end := strings.Index(rest[2:], "*/")
		if end < 0 {
			end = len(rest) - 4
		}
		l.line += strings.Count(rest[:min(len(rest), end+4)], "\n")
		l.pos += max(2, end+4)
	case strings.HasPrefix(rest, `"""`) || strings.HasPrefix(rest, `'''`):
		l.block(rest[:3])
	case c == '"' || c == '\'':
		l.quoted(c)
	case c >= '0' && c <= '9':
		l.span(number, func(r rune) bool { return r == '.' || r == '_' || unicode.IsLetter(r) || unicode.IsDigit(r) })
	case c == '_' || c == '$' || c == '`' || unicode.IsLetter(first(rest)):
		l.span(word, func(r rune) bool {
			return r == '_' || r == '$' || r == '`' || unicode.IsLetter(r) || unicode.IsDigit(r)
		})
	default:
		_, size := utf8.DecodeRuneInString(rest)
		l.add(mark, rest[:size], l.line)
		l.pos += size
	}
}

func first(s string) rune {
	r, _ := utf8.DecodeRuneInString(s)
	return r
}

func (l *lexer) span(k kind, in func(rune) bool) {
	rest := l.src[l.pos:]
	end := strings.IndexFunc(rest, func(r rune) bool { return !in(r) })
	if end < 0 {
		end = len(rest)
	}
	end = max(end, 1)
	// 1..10 is two numbers, and 8.toString a number and a call: a dot is a part of a number only before a digit.
	if k == number {
		for i := 0; i < end; i++ {
			if rest[i] == '.' && (i+1 >= len(rest) || rest[i+1] < '0' || rest[i+1] > '9') {
				end = max(i, 1)
			}
		}
	}
	l.add(k, strings.Trim(rest[:end], "`"), l.line)
	l.pos += end
}

// block is a string in three quotes.
func (l *lexer) block(quote string) {
	start := l.line
	rest := l.src[l.pos+3:]
	end := strings.Index(rest, quote)
	next := l.pos + 3 + end + 3
	if end < 0 {
		end, next = len(rest), len(l.src)
	}
	body := rest[:end]
	l.out = append(l.out, token{kind: text, text: body, line: start, open: quote == `"""` && strings.Contains(body, "$")})
	l.line += strings.Count(body, "\n")
	l.pos = next
}

// quoted is a string in single or double quotes. It ends with its line at the latest.
func (l *lexer) quoted(quote byte) {
	var b strings.Builder
	open, depth := false, 0 // depth of ${…}, in which quotes may stand
	i := l.pos + 1
loop:
	for ; i < len(l.src); i++ {
		c := l.src[i]
		switch {
		case c == '\n':
			break loop
		case c == '\\' && i+1 < len(l.src) && l.src[i+1] != '\n':
			i++
			b.WriteByte(unescaped(l.src[i]))
			continue
		case c == quote && depth == 0:
			i++
			break loop
		case quote == '"' && c == '$' && i+1 < len(l.src) && (l.src[i+1] == '{' || unicode.IsLetter(rune(l.src[i+1]))):
			open = true
			if l.src[i+1] == '{' {
				depth++
			}
		case c == '}' && depth > 0:
			depth--
		}
		b.WriteByte(c)
	}
	l.out = append(l.out, token{kind: text, text: b.String(), line: l.line, open: open})
	l.pos = i
}

func unescaped(c byte) byte {
	switch c {
	case 'n':
		return '\n'
	case 't':
		return '\t'
	case 'r':
		return '\r'
	default:
		return c
	}
}
