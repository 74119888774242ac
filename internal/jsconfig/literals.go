package jsconfig

import (
	"strconv"
	"strings"

	"github.com/tdewolff/parse/v2/js"
)

// object reads { a: 1, "b": 2, c, ...d, [e]: 3, f() {} }.
func (r *reader) object(i, depth int) (Value, int) {
	v := Value{Kind: Object, Line: r.at(i).line}
	end := r.end(i)
	for i++; i < end-1; {
		t := r.at(i)
		switch {
		case t.kind == js.EllipsisToken:
			var spread Value
			spread, i = r.value(i+1, depth+1)
			v.Open = v.Open || spread.Kind != Object || spread.Open
			if spread.Kind == Object {
				v.Fields = append(v.Fields, spread.Fields...)
			}
		case t.kind == js.OpenBracketToken:
			v.Open = true
			i = r.skip(r.end(i))
		case r.is(i+1, js.ColonToken):
			var f Field
			f.Name = key(t)
			f.Value, i = r.value(i+2, depth+1)
			v.Fields = append(v.Fields, f)
		case js.IsIdentifierName(t.kind) && (r.is(i+1, js.CommaToken) || i+1 == end-1): // shorthand
			v.Fields = append(v.Fields, Field{t.text, r.constant(t.text, i, depth+1)})
			i++
		default: // a method, a getter
			if name := r.method(i); name != "" {
				v.Fields = append(v.Fields, Field{name, r.unknown(i)})
			}
			i = r.skip(i)
		}
		if !r.is(i, js.CommaToken) {
			if i < end-1 {
				v.Open = true // something here was not understood
			}
			break
		}
		i++
	}
	return v, end
}

// method is the name of the method at i.
func (r *reader) method(i int) string {
	for r.word(i, "async") || r.word(i, "get") || r.word(i, "set") || r.is(i, js.MulToken) {
		if r.is(i+1, js.OpenParenToken) {
			break
		}
		i++
	}
	if r.is(i+1, js.OpenParenToken) {
		return key(r.at(i))
	}
	return ""
}

func key(t token) string {
	if t.kind == js.StringToken {
		return unquote(t.text)
	}
	return t.text
}

func (r *reader) array(open, depth int) (Value, int) {
	v := Value{Kind: Array, Line: r.at(open).line}
	end := r.list(&v, open, depth, func(i int) int {
		spread, next := r.value(i, depth+1)
		if spread.Kind == Array {
			v.Items = append(v.Items, spread.Items...)
			v.Open = v.Open || spread.Open
		} else {
			v.Open = true
		}
		return next
	})
	return v, end
}

// isFunction reports whether a function starts at i.
func (r *reader) isFunction(i int) bool {
	if r.word(i, "async") && r.at(i+1).kind != js.CommaToken {
		i++
	}
	switch {
	case r.is(i, js.FunctionToken):
		return true
	case js.IsIdentifierName(r.at(i).kind):
		return r.is(i+1, js.ArrowToken)
	case r.is(i, js.OpenParenToken):
		return r.arrow(r.end(i)) > 0
	}
	return false
}

// arrow is the => after parameters and an optional return type, or 0.
func (r *reader) arrow(i int) int {
	if r.is(i, js.ArrowToken) {
		return i
	}
	if !r.is(i, js.ColonToken) {
		return 0
	}
	for j := i + 1; j < len(r.all) && j < i+40; j++ {
		switch k := r.at(j).kind; {
		case k == js.ArrowToken:
			return j
		case k == js.OpenBraceToken || k == js.OpenBracketToken:
			j = r.end(j) - 1
		case js.IsIdentifierName(k) || k == js.DotToken || k == js.LtToken || k == js.GtToken || k == js.BitOrToken || k == js.CommaToken || k == js.StringToken:
		default:
			return 0
		}
	}
	return 0
}

// function is what a function returns.
func (r *reader) function(i, depth int) (Value, int) {
	start := i
	if r.word(i, "async") {
		i++
	}
	body := i + 1
	switch {
	case r.is(i, js.FunctionToken):
		for body < len(r.all) && !r.is(body, js.OpenParenToken) {
			body++
		}
		for body = r.end(body); body < len(r.all) && !r.is(body, js.OpenBraceToken); body++ {
		}
	case r.is(i, js.OpenParenToken):
		body = r.arrow(r.end(i)) + 1
	default:
		body = i + 2
	}
	if !r.is(body, js.OpenBraceToken) {
		return r.value(body, depth+1)
	}
	end := r.end(body)
	returned := r.returns(body, end, depth)
	switch len(returned) {
	case 0:
		return r.unknown(start), end
	case 1:
		return returned[0], end
	default:
		return Value{Kind: Either, Items: returned, Line: r.at(start).line}, end
	}
}

// returns are the values of a function's own return statements.
func (r *reader) returns(body, end, depth int) []Value {
	var all []Value
	for i := body + 1; i < end-1; {
		switch {
		case r.is(i, js.ReturnToken):
			var v Value
			v, i = r.value(i+1, depth+1)
			all = append(all, v)
		case r.is(i, js.FunctionToken):
			for i < end && !r.is(i, js.OpenBraceToken) {
				i++
			}
			i = r.end(i)
		case r.is(i, js.OpenBraceToken) && !r.block(i):
			i = r.end(i)
		default:
			i++
		}
	}
	return all
}

// block reports whether the brace at i opens a block of statements, and no
// function, object or class.
func (r *reader) block(i int) bool {
	switch r.at(i - 1).kind {
	case js.ElseToken, js.TryToken, js.FinallyToken, js.DoToken, js.SemicolonToken, js.OpenBraceToken, js.CloseBraceToken:
		return true
	case js.CloseParenToken:
	default:
		return false
	}
	switch r.at(r.opener(i-1) - 1).kind {
	case js.IfToken, js.ForToken, js.WhileToken, js.SwitchToken, js.CatchToken, js.WithToken:
		return true
	}
	return false
}

// opener is the bracket that the one at i closes, -1 where there is none near.
func (r *reader) opener(i int) int {
	depth := 0
	for j := i; j >= 0 && j > i-5000; j-- {
		switch k := r.at(j).kind; {
		case closes(k):
			depth++
		case opens(k):
			if depth--; depth == 0 {
				return j
			}
		}
	}
	return -1
}

// unquote is the text of a string literal.
func unquote(s string) string {
	if len(s) >= 2 {
		s = s[1 : len(s)-1]
	}
	return unescape(s)
}

func unescape(s string) string {
	if !strings.Contains(s, `\`) {
		return s
	}
	if text, err := strconv.Unquote(`"` + strings.NewReplacer(`\'`, `'`, `"`, `\"`, `\"`, `\"`, "\\`", "`", "\n", `\n`, `\/`, `/`, `\$`, `$`).Replace(s) + `"`); err == nil {
		return text
	}
	return s
}
