package jsconfig

import (
	"strings"

	"github.com/tdewolff/parse/v2/js"
)

const maxSteps = 400_000 // over all constants that are followed

func (r *reader) unknown(i int) Value { return Value{Kind: Unknown, Line: r.at(i).line} }

// value reads the expression at i and gives the index after it.
func (r *reader) value(i, depth int) (Value, int) {
	if r.steps++; depth > maxDepth || r.steps > maxSteps || i >= len(r.all) {
		return r.unknown(i), r.skip(i)
	}
	v, next := r.operand(i, depth)
	for {
		switch {
		case r.word(next, "as") || r.word(next, "satisfies"):
			next = r.skipType(next + 1)
		case r.is(next, js.NotToken): // TypeScript's "not null"
			next++
		case r.is(next, js.OrToken) || r.is(next, js.NullishToken):
			other, end := r.value(next+1, depth+1)
			return fallback(v, other, r.at(i).line), end
		case r.is(next, js.QuestionToken):
			return r.condition(i, next, depth)
		case r.ends(next):
			return v, next
		case r.startsStatement(next):
			return v, next
		default: // an operator whose result would have to be computed
			end := r.skip(next)
			if q := r.question(next, end); q > 0 {
				return r.condition(i, q, depth)
			}
			return r.unknown(i), end
		}
	}
}

// fallback is a || b and a ?? b: b where a is an environment variable, since a
// build sets none.
func fallback(a, b Value, line int) Value {
	switch {
	case a.Env != "" && a.Kind == Unknown:
		b.Env = a.Env
		return b
	case a.Kind == Nothing:
		return b
	case a.Sure() && !a.IsFalse() && a.Text != "":
		return a
	default:
		return Value{Kind: Either, Items: []Value{a, b}, Line: line}
	}
}

// condition is a ? b : c, with the question mark at q.
func (r *reader) condition(i, q, depth int) (Value, int) {
	yes, colon := r.value(q+1, depth+1)
	if !r.is(colon, js.ColonToken) {
		return r.unknown(i), r.skip(i)
	}
	no, end := r.value(colon+1, depth+1)
	return Value{Kind: Either, Items: []Value{yes, no}, Line: r.at(i).line}, end
}

// question is the question mark of a condition between two indices, or 0.
func (r *reader) question(from, to int) int {
	for j := from; j < to; j++ {
		switch k := r.at(j).kind; {
		case k == js.QuestionToken:
			return j
		case opens(k):
			j = r.end(j) - 1
		}
	}
	return 0
}

// ends reports whether the expression is over at i.
func (r *reader) ends(i int) bool {
	k := r.at(i).kind
	return i >= len(r.all) || closes(k) || k == js.CommaToken || k == js.SemicolonToken || k == js.ColonToken || k == js.TemplateMiddleToken
}

// startsStatement reports whether a token on a new line cannot go on with an expression.
func (r *reader) startsStatement(i int) bool {
	t := r.at(i)
	return t.line > r.at(i-1).line && (js.IsIdentifierName(t.kind) && t.kind != js.InToken && t.kind != js.InstanceofToken)
}

// skip is the index after an expression of any kind.
func (r *reader) skip(i int) int {
	for i < len(r.all) {
		k := r.at(i).kind
		switch {
		case opens(k):
			i = r.end(i)
		case closes(k) || k == js.CommaToken || k == js.SemicolonToken:
			return i
		default:
			i++
		}
	}
	return i
}

// skipType is the index after a TypeScript type.
func (r *reader) skipType(i int) int {
	angles := 0
	for i < len(r.all) {
		k := r.at(i).kind
		switch {
		case k == js.LtToken:
			angles++
		case k == js.GtToken:
			angles--
		case k == js.GtGtToken:
			angles -= 2
		case opens(k):
			i = r.end(i)
			continue
		case closes(k) || k == js.SemicolonToken || (k == js.CommaToken && angles <= 0):
			return i
		case angles <= 0 && r.startsStatement(i):
			return i
		}
		i++
	}
	return i
}

// operand reads an expression without operators, with the calls and members after it.
func (r *reader) operand(i, depth int) (Value, int) {
	if depth > maxDepth {
		return r.unknown(i), r.skip(i)
	}
	t := r.at(i)
	line := Value{Line: t.line}
	switch {
	case r.isFunction(i):
		return r.function(i, depth)
	case t.kind == js.StringToken:
		line.Kind, line.Text = String, unquote(t.text)
		return r.members(line, i+1, depth)
	case t.kind == js.TemplateToken:
		line.Kind, line.Text = String, unescape(strings.Trim(t.text, "`"))
		return line, i + 1
	case t.kind == js.TemplateStartToken:
		return r.unknown(i), r.end(i)
	case t.kind == js.TrueToken || t.kind == js.FalseToken:
		line.Kind, line.Text = Bool, t.text
		return line, i + 1
	case t.kind == js.NotToken && (r.at(i+1).text == "0" || r.at(i+1).text == "1"): // !0 and !1, as minifiers write
		line.Kind, line.Text = Bool, map[string]string{"0": "true", "1": "false"}[r.at(i+1).text]
		return line, i + 2
	case js.IsNumeric(t.kind):
		line.Kind, line.Text = Number, t.text
		return line, i + 1
	case t.kind == js.NullToken || t.text == "undefined":
		line.Kind = Nothing
		return line, i + 1
	case t.kind == js.OpenBraceToken:
		return r.object(i, depth)
	case t.kind == js.OpenBracketToken:
		return r.array(i, depth)
	case t.kind == js.OpenParenToken:
		v, _ := r.value(i+1, depth+1)
		return r.members(v, r.end(i), depth)
	case t.kind == js.AwaitToken || t.kind == js.NewToken:
		return r.operand(i+1, depth+1)
	case js.IsIdentifierName(t.kind):
		return r.name(i, depth)
	default:
		return r.unknown(i), r.skip(i)
	}
}

// name reads a constant, an environment variable or a call.
func (r *reader) name(i, depth int) (Value, int) {
	t := r.at(i)
	if t.text == "process" && r.word(i+2, "env") {
		v := r.unknown(i)
		if r.is(i+3, js.DotToken) || r.is(i+3, js.OptChainToken) {
			v.Env = r.at(i + 4).text
			return v, i + 5
		}
		if r.is(i+3, js.OpenBracketToken) && r.is(i+4, js.StringToken) {
			v.Env = unquote(r.at(i + 4).text)
			return v, i + 6
		}
		return v, i + 3
	}
	callee, next := t.text, i+1
	for r.is(next, js.DotToken) && js.IsIdentifierName(r.at(next+1).kind) {
		callee, next = callee+"."+r.at(next+1).text, next+2
	}
	if r.is(next, js.LtToken) { // type arguments of a call: defineConfig<Options>(…)
		if after := r.skipAngles(next); r.is(after, js.OpenParenToken) {
			next = after
		}
	}
	if r.is(next, js.OpenParenToken) {
		v, after := r.call(callee, next, depth)
		v.Line = t.line
		return r.members(v, after, depth)
	}
	return r.members(r.constant(t.text, i, depth), i+1, depth)
}

func (r *reader) skipAngles(i int) int {
	angles := 0
	for j := i; j < len(r.all) && j < i+60; j++ {
		switch r.at(j).kind {
		case js.LtToken:
			angles++
		case js.GtToken:
			angles--
		case js.GtGtToken:
			angles -= 2
		}
		if angles <= 0 {
			return j + 1
		}
	}
	return i
}

// constant is the value of a name that the file declares once.
func (r *reader) constant(name string, i, depth int) Value {
	at, ok := r.names[name]
	if !ok || at < 0 || r.busy[name] {
		return r.unknown(i)
	}
	r.busy[name] = true
	defer delete(r.busy, name)
	v, _ := r.value(at, depth+1)
	if v.Kind == Object {
		for _, a := range r.fields[name] {
			value, _ := r.value(a.at, depth+1)
			v.Fields = append(v.Fields[:len(v.Fields):len(v.Fields)], Field{a.field, value})
		}
	}
	return v
}

// call reads the arguments of a call.
func (r *reader) call(callee string, open, depth int) (Value, int) {
	v := Value{Kind: Call, Text: callee, Line: r.at(open).line}
	end := r.list(&v, open, depth, r.skip)
	return v, end
}

// list reads the items between brackets, separated by commas, into v. What stands
// after "..." is left to spread, which returns where it ends.
func (r *reader) list(v *Value, open, depth int, spread func(i int) int) (end int) {
	end = r.end(open)
	for i := open + 1; i < end-1; i++ {
		if r.is(i, js.EllipsisToken) {
			i = spread(i + 1)
		} else {
			var item Value
			item, i = r.value(i, depth+1)
			v.Items = append(v.Items, item)
		}
		if !r.is(i, js.CommaToken) {
			break
		}
	}
	return end
}

// members follows what stands after an operand: .name, ["name"], (…), `…`.
func (r *reader) members(v Value, next, depth int) (Value, int) {
	for steps := 0; steps < maxDepth; steps++ {
		switch {
		case (r.is(next, js.DotToken) || r.is(next, js.OptChainToken)) && js.IsIdentifierName(r.at(next+1).kind):
			v, next = v.Get(r.at(next+1).text), next+2
		case r.is(next, js.OpenParenToken) && v.Kind == Call: // createPlugin(options)(config)
			inner, after := r.call(v.Text, next, depth)
			v, next = inner, after
		case r.is(next, js.OpenParenToken), r.is(next, js.OpenBracketToken) && r.at(next).line == r.at(next-1).line, r.is(next, js.TemplateToken), r.is(next, js.TemplateStartToken):
			v, next = r.unknown(next), r.end(next)
		default:
			if v.Kind == None {
				v = Value{Kind: Nothing, Line: r.at(next - 1).line}
			}
			return v, next
		}
	}
	return v, next
}
