package syntax

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// str reads a string literal whose opening quote is at s.at.
func (s *scanner) str(prefix string) {
	line := s.line
	fancy := strings.ContainsAny(prefix, "ft")
	text, ok := s.quoted(fancy, 0)
	if !ok {
		s.fail(line, "a string that does not end")
	}
	t := Token{Kind: String, Text: text, Line: line, Fancy: fancy || strings.Contains(prefix, "b")}
	if !fancy && !strings.Contains(prefix, "r") {
		t.Text = unescape(text)
	}
	s.tokens = append(s.tokens, t)
}

// quoted moves past a literal and is what stands between its quotes. In an
// f-string the fields are skipped as expressions, so that quotes in them do not end it.
func (s *scanner) quoted(fancy bool, nesting int) (string, bool) {
	quote := s.text[s.at : s.at+1]
	if strings.HasPrefix(s.text[s.at:], strings.Repeat(quote, 3)) {
		quote = strings.Repeat(quote, 3)
	}
	s.at += len(quote)
	start := s.at
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case strings.HasPrefix(s.text[s.at:], quote):
			text := s.text[start:s.at]
			s.at += len(quote)
			return text, true
		case c == '\\' && s.at+1 < len(s.text):
			s.newline(s.at + 1)
			s.at += 2
		case c == '\n' && len(quote) == 1:
			return s.text[start:s.at], false
		case fancy && c == '{' && strings.HasPrefix(s.text[s.at:], "{{"):
			s.at += 2
		case fancy && c == '{':
			s.field(len(quote) == 1, nesting+1)
		default:
			s.newline(s.at)
			s.at++
		}
	}
	return s.text[start:s.at], false
}

func (s *scanner) newline(at int) {
	if s.text[at] == '\n' {
		s.line++
	}
}

// field moves past a replacement field, from its brace to behind the closing one.
func (s *scanner) field(oneLine bool, nesting int) {
	s.at++
	depth := 0
	spec := false // behind the colon, text again
	for s.at < len(s.text) {
		switch c := s.text[s.at]; {
		case c == '\n' && oneLine && depth == 0:
			return // left to the caller, which finds no end
		case c == '}' && depth == 0:
			s.at++
			return
		case c == '{' && spec && nesting < maxNesting:
			s.field(oneLine, nesting+1)
			continue
		case strings.IndexByte("([{", c) >= 0:
			depth++
		case strings.IndexByte(")]}", c) >= 0:
			depth--
		case c == ':' && depth == 0:
			spec = true
		case (c == '"' || c == '\'') && !spec && nesting < maxNesting:
			word := s.before()
			s.quoted(strings.ContainsAny(word, "fFtT") && isPrefix(word), nesting+1)
			continue
		case (c == '"' || c == '\'') && spec:
			return // the end of the string around an unfinished field
		}
		s.newline(s.at)
		s.at++
	}
}

// before are up to two letters before s.at: the prefix of a string.
func (s *scanner) before() string {
	start := s.at
	for start > 0 && s.at-start < 2 && (s.text[start-1]|0x20) >= 'a' && (s.text[start-1]|0x20) <= 'z' {
		start--
	}
	return s.text[start:s.at]
}

var simpleEscapes = map[byte]byte{'\\': '\\', '\'': '\'', '"': '"', 'a': '\a', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v'}

// unescape decodes the escapes of a string literal; an unknown one stands for itself.
func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			b.WriteByte(s[i])
			continue
		}
		i++
		c := s[i]
		if plain, ok := simpleEscapes[c]; ok {
			b.WriteByte(plain)
			continue
		}
		switch c {
		case '\n':
		case 'x':
			i += number(&b, s[i+1:], 2, 16)
		case 'u':
			i += number(&b, s[i+1:], 4, 16)
		case 'U':
			i += number(&b, s[i+1:], 8, 16)
		case '0', '1', '2', '3', '4', '5', '6', '7':
			n := 1
			for n < 3 && i+n < len(s) && s[i+n] >= '0' && s[i+n] <= '7' {
				n++
			}
			number(&b, s[i:], n, 8)
			i += n - 1
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
	return b.String()
}

// number writes the character of that many digits, and is how many it took.
func number(b *strings.Builder, digits string, n, base int) int {
	if len(digits) < n {
		return 0
	}
	code, err := strconv.ParseUint(digits[:n], base, 32)
	if err != nil || code > utf8.MaxRune {
		return 0
	}
	b.WriteRune(rune(code))
	return n
}
