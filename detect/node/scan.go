package node

// token is a word, number, string or sign of JavaScript or TypeScript.
type token struct {
	kind tokenKind
	text string // of a string: what is between the quotes, escapes as written
	line int    // 1-based
}

type tokenKind byte

const (
	sign tokenKind = iota
	word
	number
	quoted
	template // a template literal, with its expressions as written
)

// tokens splits source text without understanding it: enough to see calls and
// literals outside comments. What is no JavaScript gives tokens too, never an error.
func tokens(text []byte) []token {
	var all []token
	line := 1
	for i := 0; i < len(text); {
		c := text[i]
		start := i
		switch {
		case c == '\n':
			line++
			i++
		case c <= ' ':
			i++
		case c == '/' && i+1 < len(text) && text[i+1] == '/':
			for i < len(text) && text[i] != '\n' {
				i++
			}
		case c == '/' && i+1 < len(text) && text[i+1] == '*':
			for i += 2; i < len(text) && (text[i] != '/' || text[i-1] != '*'); i++ {
				if text[i] == '\n' {
					line++
				}
			}
			i++
		case c == '"' || c == '\'':
			for i++; i < len(text) && text[i] != c && text[i] != '\n'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
			end := min(i, len(text))
			all = append(all, token{quoted, string(text[start+1 : end]), line})
			if i < len(text) && text[i] == c {
				i++
			}
		case c == '`':
			at := line
			for i++; i < len(text) && text[i] != '`'; i++ {
				if text[i] == '\\' {
					i++
				} else if text[i] == '\n' {
					line++
				}
			}
			all = append(all, token{template, string(text[start+1 : min(i, len(text))]), at})
			i++
		case isDigit(c):
			for i < len(text) && (isWord(text[i]) || text[i] == '.') {
				i++
			}
			all = append(all, token{number, string(text[start:i]), line})
		case isWord(c):
			for i < len(text) && isWord(text[i]) {
				i++
			}
			all = append(all, token{word, string(text[start:i]), line})
		default:
			i++
			if two := string(text[start:min(i+1, len(text))]); two == "||" || two == "??" || two == "?." {
				i++
			}
			all = append(all, token{sign, string(text[start:min(i, len(text))]), line})
		}
	}
	return all
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWord(c byte) bool {
	return c == '_' || c == '$' || isDigit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c >= 0x80
}
