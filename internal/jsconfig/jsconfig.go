// Package jsconfig reads what configuration files in JavaScript and TypeScript
// export, without running them.
//
// The one odd rule: what would have to be run is Unknown, never guessed. Literals,
// constants of the same file, wrappers such as defineConfig(...) and functions that
// return an object are followed; spreads and computed keys make an object Open.
package jsconfig

import (
	"github.com/tdewolff/parse/v2/js"
)

// Kind is what sort of value an expression is.
type Kind int

// Kinds of values. The zero Kind is a value that is not there.
const (
	None    Kind = iota
	Unknown      // it would have to be run
	Nothing      // null or undefined
	Bool         // Text is true or false
	Number       // Text is as written
	String
	Array
	Object
	Call   // Text is the function called: "adapter", "defineConfig"; Items are its arguments
	Either // one of Items, by a condition that is not known
)

// Value is an expression of a file.
type Value struct {
	Kind   Kind
	Text   string
	Items  []Value
	Fields []Field
	Line   int    // 1-based
	Open   bool   // of an Object: it may have fields that are not in Fields
	Env    string // the environment variable that wins over this value where it is set
}

// Field is one property of an object.
type Field struct {
	Name  string
	Value Value
}

// File is what a file says.
type File struct {
	Export  Value             // export default, module.exports
	Imports map[string]string // module by the name it has in the file
}

// Read reads a file. A file that exports nothing has an Export of kind None.
func Read(text []byte) File {
	r := newReader(text)
	f := File{Imports: r.imports}
	if i, ok := r.export(); ok {
		f.Export, _ = r.value(i, 0)
	}
	return f
}

// Get is the value of a field, by its path. A field of an Open object that is not
// written is Unknown; of another, None. For Either it is what all branches say, or
// Either again.
func (v Value) Get(path ...string) Value {
	for _, name := range path {
		v = v.field(name)
	}
	return v
}

func (v Value) field(name string) Value {
	switch v.Kind {
	case Object:
		for i := len(v.Fields) - 1; i >= 0; i-- { // the last one wins
			if v.Fields[i].Name == name {
				return v.Fields[i].Value
			}
		}
		if v.Open {
			return Value{Kind: Unknown, Line: v.Line}
		}
		return Value{}
	case Either:
		all := make([]Value, len(v.Items))
		same := true
		for i, item := range v.Items {
			all[i] = item.field(name)
			same = same && all[i].Kind == all[0].Kind && all[i].Text == all[0].Text && len(all[i].Items)+len(all[i].Fields) == 0
		}
		if same && len(all) > 0 {
			return all[0]
		}
		return Value{Kind: Either, Items: all, Line: v.Line}
	case Unknown, Call:
		return Value{Kind: Unknown, Line: v.Line}
	default:
		return Value{}
	}
}

// Str is the text of a String.
func (v Value) Str() (string, bool) { return v.Text, v.Kind == String }

// IsTrue and IsFalse report a Bool.
func (v Value) IsTrue() bool { return v.Kind == Bool && v.Text == "true" }

// IsFalse reports whether the value is the literal false.
func (v Value) IsFalse() bool { return v.Kind == Bool && v.Text == "false" }

// Sure reports whether the value is known: not Unknown and not one of several.
func (v Value) Sure() bool { return v.Kind != Unknown && v.Kind != Either }

// Could are the values that this may be: its branches, or itself.
func (v Value) Could() []Value {
	if v.Kind != Either {
		return []Value{v}
	}
	var all []Value
	for _, item := range v.Items {
		all = append(all, item.Could()...)
	}
	return all
}

// Object is the object that a value is or wraps: of a call such as
// withPlugin(config) the first argument that is one.
func (v Value) Object() Value {
	switch v.Kind {
	case Call:
		for _, item := range v.Items {
			if o := item.Object(); o.Kind == Object || o.Kind == Either {
				return o
			}
		}
		return Value{Kind: Unknown, Line: v.Line}
	case Either:
		objects := Value{Kind: Either, Line: v.Line}
		for _, item := range v.Items {
			objects.Items = append(objects.Items, item.Object())
		}
		return objects
	default:
		return v
	}
}

// reader holds a file while it is read.
type reader struct {
	all     []token
	pairs   map[int]int
	names   map[string]int // where a constant's value starts; -1 where the name has several
	fields  map[string][]assigned
	imports map[string]string
	busy    map[string]bool // constants being read, against loops
	steps   int
}

// assigned is a statement name.field = value.
type assigned struct {
	field string
	at    int
}

func (r *reader) at(i int) token {
	if i < 0 || i >= len(r.all) {
		return token{}
	}
	return r.all[i]
}

func (r *reader) is(i int, kind js.TokenType) bool { return r.at(i).kind == kind }

// word reports whether the token is a name or keyword of that text.
func (r *reader) word(i int, text string) bool {
	t := r.at(i)
	return t.text == text && t.kind != js.StringToken
}

// end is the index after the bracket that closes the one at i.
func (r *reader) end(i int) int {
	if j, ok := r.pairs[i]; ok && j > i {
		return min(j+1, len(r.all))
	}
	return i + 1
}
