// Package toml reads TOML into values that know their line.
//
// The grammar is go-toml's. It decodes a document first, which finds what is
// wrong with it as a whole (a key given twice), and its parser then gives the
// places. Keys keep their order.
package toml

import (
	"errors"
	"strconv"
	"strings"

	gotoml "github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
)

// Kind is what a value is.
type Kind int

// Kinds of values. Other is a float, date or time, which Text holds as written.
const (
	String Kind = iota + 1
	Integer
	Bool
	Array
	Table
	Other
)

// Value is one value. A nil *Value is "not there": every method takes it.
type Value struct {
	Kind Kind
	Line int    // 1-based, of its key or header; of an element of an array, of the element
	Text string // of a String, Integer, Bool ("true") or Other
	List []*Value

	keys   []string
	fields map[string]*Value
	file   string
}

// Parse reads a document. The error is a *diag.Error with the line.
func Parse(file string, text []byte) (*Value, error) {
	var whole map[string]any
	if err := gotoml.Unmarshal(text, &whole); err != nil {
		return nil, problem(file, err)
	}
	d := document{file: file, lines: lineStarts(text), root: newTable(file, 1)}
	d.parser.Reset(text)
	at := d.root
	for d.parser.NextExpression() {
		e := d.parser.Expression()
		switch e.Kind {
		case unstable.KeyValue:
			d.set(at, e)
		case unstable.Table:
			at = d.open(e.Key(), false)
		case unstable.ArrayTable:
			at = d.open(e.Key(), true)
		}
	}
	if err := d.parser.Error(); err != nil {
		return nil, problem(file, err)
	}
	return d.root, nil
}

func problem(file string, err error) error {
	var decode *gotoml.DecodeError
	line := 0
	what := err.Error()
	if errors.As(err, &decode) {
		line, _ = decode.Position()
		what = strings.TrimPrefix(decode.Error(), "toml: ")
	}
	return diag.At(fact.At(file, line, ""), "is not TOML: "+what, "correct the line; the grammar is https://toml.io/en/v1.0.0")
}

type document struct {
	parser unstable.Parser
	file   string
	lines  []int // offset of each line
	root   *Value
}

func lineStarts(text []byte) []int {
	starts := []int{0}
	for i, c := range text {
		if c == '\n' {
			starts = append(starts, i+1)
		}
	}
	return starts
}

func newTable(file string, line int) *Value {
	return &Value{Kind: Table, Line: line, fields: map[string]*Value{}, file: file}
}

// line is the 1-based line of an offset.
func (d *document) line(offset int) int {
	low, high := 0, len(d.lines)
	for low+1 < high {
		if mid := (low + high) / 2; d.lines[mid] <= offset {
			low = mid
		} else {
			high = mid
		}
	}
	return low + 1
}

func (d *document) at(n *unstable.Node) int { return d.line(int(n.Raw.Offset)) }

// open is the table that a header names.
func (d *document) open(keys unstable.Iterator, list bool) *Value {
	t := d.root
	for keys.Next() {
		k := keys.Node()
		t = d.child(t, string(k.Data), d.at(k), list && keys.IsLast())
	}
	return t
}

func (d *document) child(t *Value, key string, line int, list bool) *Value {
	old := t.fields[key]
	switch {
	case old == nil && list:
		item := newTable(d.file, line)
		t.put(key, &Value{Kind: Array, Line: line, List: []*Value{item}, file: d.file})
		return item
	case old == nil:
		sub := newTable(d.file, line)
		t.put(key, sub)
		return sub
	case old.Kind == Array && list:
		item := newTable(d.file, line)
		old.List = append(old.List, item)
		return item
	case old.Kind == Array && len(old.List) > 0:
		return old.List[len(old.List)-1]
	default:
		return old // a table; Unmarshal has refused everything else
	}
}

func (t *Value) put(key string, v *Value) {
	if t.fields == nil {
		t.fields = map[string]*Value{}
	}
	if _, twice := t.fields[key]; !twice {
		t.keys = append(t.keys, key)
	}
	t.fields[key] = v
}

func (d *document) set(t *Value, e *unstable.Node) {
	keys := e.Key()
	for keys.Next() {
		k := keys.Node()
		if !keys.IsLast() {
			t = d.child(t, string(k.Data), d.at(k), false)
			continue
		}
		t.put(string(k.Data), d.value(e.Value(), d.at(k)))
	}
}

func (d *document) value(n *unstable.Node, line int) *Value {
	v := &Value{Line: line, Text: string(n.Data), file: d.file}
	switch n.Kind {
	case unstable.String:
		v.Kind = String
	case unstable.Integer:
		v.Kind = Integer
	case unstable.Bool:
		v.Kind = Bool
	case unstable.Array:
		v.Kind, v.Text = Array, ""
		for items := n.Children(); items.Next(); {
			item := items.Node()
			at := line
			if item.Raw.Length > 0 {
				at = d.at(item)
			}
			v.List = append(v.List, d.value(item, at))
		}
	case unstable.InlineTable:
		v = newTable(d.file, line)
		for fields := n.Children(); fields.Next(); {
			d.set(v, fields.Node())
		}
	default:
		v.Kind = Other
	}
	return v
}

// Get follows keys into tables; nil where one is missing.
func (v *Value) Get(keys ...string) *Value {
	for _, k := range keys {
		if v == nil {
			return nil
		}
		v = v.fields[k]
	}
	return v
}

// Keys are the keys of a table in the order of the file.
func (v *Value) Keys() []string {
	if v == nil {
		return nil
	}
	return v.keys
}

// Items are the elements of an array.
func (v *Value) Items() []*Value {
	if v == nil {
		return nil
	}
	return v.List
}

// Str is the text of a string, "" for everything else.
func (v *Value) Str() string {
	if v == nil || v.Kind != String {
		return ""
	}
	return v.Text
}

// Strings are the strings of an array, without its other elements.
func (v *Value) Strings() []string {
	var all []string
	for _, i := range v.Items() {
		if i.Kind == String {
			all = append(all, i.Text)
		}
	}
	return all
}

// Int is the value of an integer.
func (v *Value) Int() (int, bool) {
	if v == nil || v.Kind != Integer {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.ReplaceAll(v.Text, "_", ""), 0, 64)
	return int(n), err == nil
}

// True reports whether the value is the boolean true; False whether it is false.
func (v *Value) True() bool { return v != nil && v.Kind == Bool && v.Text == "true" }

// False reports whether the value is the boolean false.
func (v *Value) False() bool { return v != nil && v.Kind == Bool && v.Text == "false" }

// From is the place of the value; the zero Source for nil.
func (v *Value) From(what string) fact.Source {
	if v == nil {
		return fact.Source{}
	}
	return fact.At(v.file, v.Line, what)
}

// Fact is a string with its place, not known where the value is no string.
func (v *Value) Fact(what string) fact.Of[string] {
	if v == nil || v.Kind != String {
		return fact.Of[string]{}
	}
	return fact.New(v.Text, v.From(what))
}
