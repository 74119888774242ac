package rust

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// tokenKind is what a token is. Comments and blanks are no tokens.
type tokenKind int

const (
	ident      tokenKind = iota + 1
	lifetime             // 'a, without the quote
	character            // 'x', b'x'
	text                 // any string, its escapes undone
	number               // as written
	punctuator           // one character, or ::
)

// token is one token of Rust. https://doc.rust-lang.org/reference/tokens.html
type token struct {
	kind tokenKind
	text string
	line int // 1-based, where it begins
	off  int // in bytes
}

func (t token) is(p string) bool    { return t.kind == punctuator && t.text == p }
func (t token) named(n string) bool { return t.kind == ident && t.text == n }

// tokenize never fails: a string or comment that does not end takes the rest of the file.
func tokenize(src []byte) []token {
	l := lexer{src: src, line: 1}
	if strings.HasPrefix(string(src[:min(3, len(src))]), "#!") && !strings.HasPrefix(strings.TrimLeft(string(src[2:min(64, len(src))]), " \t\r\n"), "[") {
		l.skipLine()
	}
	for l.next() {
	}
	return l.tokens
}

type lexer struct {
	src    []byte
	pos    int
	line   int
	tokens []token
}

// at is the byte n after the position, 0 past the end.
func (l *lexer) at(n int) byte {
	if l.pos+n < len(l.src) {
		return l.src[l.pos+n]
	}
	return 0
}

func (l *lexer) skipLine() {
	for l.pos < len(l.src) && l.src[l.pos] != '\n' {
		l.pos++
	}
}

// advance moves over n bytes and counts lines.
func (l *lexer) advance(n int) {
	for ; n > 0 && l.pos < len(l.src); n-- {
		if l.src[l.pos] == '\n' {
			l.line++
		}
		l.pos++
	}
}

func (l *lexer) emit(kind tokenKind, text string, line, off int) {
	l.tokens = append(l.tokens, token{kind, text, line, off})
}

func (l *lexer) next() bool {
	if l.pos >= len(l.src) {
		return false
	}
	c := l.src[l.pos]
	line, off := l.line, l.pos
	switch {
	case c == '\n' || c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v':
		l.advance(1)
	case c == '/' && l.at(1) == '/':
		l.skipLine()
	case c == '/' && l.at(1) == '*':
		l.comment()
	case c == '"':
		l.advance(1)
		l.emit(text, l.quoted(), line, off)
	case c == '\'':
		l.quote(line, off)
	case c >= '0' && c <= '9':
		l.emit(number, l.number(), line, off)
	case l.prefixed(line, off):
	case isIdentStart(c):
		l.emit(ident, l.word(), line, off)
	case c == ':' && l.at(1) == ':':
		l.advance(2)
		l.emit(punctuator, "::", line, off)
	default:
		_, size := utf8.DecodeRune(l.src[l.pos:])
		l.advance(size)
		l.emit(punctuator, string(l.src[off:l.pos]), line, off)
	}
	return true
}

// comment skips a block comment; they nest.
func (l *lexer) comment() {
	depth := 0
	for l.pos < len(l.src) {
		switch {
		case l.at(0) == '/' && l.at(1) == '*':
			depth++
			l.advance(2)
		case l.at(0) == '*' && l.at(1) == '/':
			depth--
			l.advance(2)
			if depth == 0 {
				return
			}
		default:
			l.advance(1)
		}
	}
}

// prefixed takes r"", r#""#, b"", br"", c"", cr"", b” and r#name.
func (l *lexer) prefixed(line, off int) bool {
	n := 0
	if c := l.at(0); c == 'b' || c == 'c' {
		n = 1
		if c == 'b' && l.at(1) == '\'' {
			l.advance(1)
			l.quote(line, off)
			return true
		}
	}
	raw := l.at(n) == 'r'
	if raw {
		n++
	}
	if n == 0 {
		return false
	}
	hashes := 0
	for raw && l.at(n+hashes) == '#' {
		hashes++
	}
	if l.at(n+hashes) == '"' {
		l.advance(n + hashes + 1)
		if raw {
			l.emit(text, l.raw(hashes), line, off)
		} else {
			l.emit(text, l.quoted(), line, off)
		}
		return true
	}
	if n == 1 && raw && hashes == 1 && isIdentStart(l.at(2)) {
		l.advance(2)
		l.emit(ident, l.word(), line, off)
		return true
	}
	return false
}

// raw is the rest of a raw string after its opening quote.
func (l *lexer) raw(hashes int) string {
	from := l.pos
	end := `"` + strings.Repeat("#", hashes)
	i := strings.Index(string(l.src[from:]), end)
	if i < 0 {
		l.advance(len(l.src))
		return string(l.src[from:])
	}
	l.advance(i + len(end))
	return string(l.src[from : from+i])
}

// quoted is the rest of a string after its opening quote, with its escapes undone.
func (l *lexer) quoted() string {
	var b strings.Builder
	for l.pos < len(l.src) {
		switch c := l.src[l.pos]; c {
		case '"':
			l.advance(1)
			return b.String()
		case '\\':
			l.advance(1)
			l.escape(&b)
		default:
			b.WriteByte(c)
			l.advance(1)
		}
	}
	return b.String()
}

var simpleEscapes = map[byte]string{'n': "\n", 't': "\t", 'r': "\r", '0': "\x00", '\\': `\`, '"': `"`, '\'': "'"}

func (l *lexer) escape(b *strings.Builder) {
	c := l.at(0)
	switch {
	case simpleEscapes[c] != "":
		b.WriteString(simpleEscapes[c])
		l.advance(1)
	case c == 'x' && l.pos+3 <= len(l.src):
		if n, err := strconv.ParseUint(string(l.src[l.pos+1:l.pos+3]), 16, 8); err == nil {
			b.WriteByte(byte(n))
		}
		l.advance(3)
	case c == 'u' && l.at(1) == '{':
		end := 2
		for end < 10 && l.at(end) != '}' && l.at(end) != 0 {
			end++
		}
		if n, err := strconv.ParseUint(strings.ReplaceAll(string(l.src[l.pos+2:l.pos+end]), "_", ""), 16, 32); err == nil {
			b.WriteRune(rune(n))
		}
		l.advance(end + 1)
	case c == '\n' || c == '\r': // the line goes on, without the blanks that begin it
		for l.pos < len(l.src) && strings.IndexByte(" \t\r\n", l.src[l.pos]) >= 0 {
			l.advance(1)
		}
	default:
		l.advance(1)
	}
}

// quote is a lifetime or a character.
func (l *lexer) quote(line, off int) {
	l.advance(1)
	if l.at(0) == '\\' {
		var b strings.Builder
		l.advance(1)
		l.escape(&b)
		if l.at(0) == '\'' {
			l.advance(1)
		}
		l.emit(character, b.String(), line, off)
		return
	}
	r, size := utf8.DecodeRune(l.src[l.pos:])
	if size > 0 && l.at(size) == '\'' {
		l.advance(size + 1)
		l.emit(character, string(r), line, off)
		return
	}
	l.emit(lifetime, l.word(), line, off)
}

func (l *lexer) word() string {
	from := l.pos
	for l.pos < len(l.src) && (isIdentStart(l.src[l.pos]) || (l.src[l.pos] >= '0' && l.src[l.pos] <= '9')) {
		l.pos++
	}
	return string(l.src[from:l.pos])
}

// number is an integer or float with its suffix; "1..2" is 1 and a range.
func (l *lexer) number() string {
	from := l.pos
	l.word()
	for l.pos < len(l.src) {
		next := rune(l.at(1))
		if l.at(0) == '.' && unicode.IsDigit(next) {
			l.pos++
			l.word()
			continue
		}
		break
	}
	return string(l.src[from:l.pos])
}

func isIdentStart(c byte) bool {
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= utf8.RuneSelf
}

// integer is the value of a number token: 8080, 8_080, 0x1f90u16.
func (t token) integer() (int, bool) {
	if t.kind != number {
		return 0, false
	}
	s := strings.ReplaceAll(t.text, "_", "")
	for _, suffix := range []string{"u8", "u16", "u32", "u64", "usize", "i8", "i16", "i32", "i64", "isize"} {
		if cut, ok := strings.CutSuffix(s, suffix); ok && cut != "" {
			s = cut
			break
		}
	}
	n, err := strconv.ParseInt(s, 0, 64)
	if err != nil {
		return 0, false
	}
	return int(n), true
}
