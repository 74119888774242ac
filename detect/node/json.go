package node

import (
	"encoding/json"
	"errors"
	"io/fs"
	"iter"
	"sort"
	"strings"

	"github.com/tailscale/hujson"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// document is a JSON file whose values keep their places. Comments and trailing
// commas are allowed, as the tools that read tsconfig.json allow them.
type document struct {
	file  string
	lines []int // offset at which each line starts
}

// value is a JSON value in a document. The zero value is "not there".
type value struct {
	doc *document
	raw *hujson.Value
}

// readJSON is the value in a file. A missing file gives the zero value; one that is
// not JSON is an error with its line.
func readJSON(v *repo.View, file string) (value, error) {
	text, err := v.Read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return value{}, nil
	}
	if err != nil {
		return value{}, err
	}
	return parseJSON(file, text)
}

func parseJSON(file string, text []byte) (value, error) {
	doc := &document{file: file, lines: []int{0}}
	for i, b := range text {
		if b == '\n' {
			doc.lines = append(doc.lines, i+1)
		}
	}
	if strings.TrimSpace(string(text)) == "" {
		return value{}, diag.At(fact.At(file, 1, ""), "is empty", "write {} there, or remove the file")
	}
	raw, err := hujson.Parse(text)
	if err != nil {
		line, what := place(err.Error())
		return value{}, diag.At(fact.At(file, line, ""), "is not JSON: "+what, "correct the line")
	}
	return value{doc, &raw}, nil
}

// place splits hujson's "hujson: line 3, column 1: what" into the line and the rest.
func place(message string) (int, string) {
	rest, ok := strings.CutPrefix(message, "hujson: line ")
	if !ok {
		return 1, strings.TrimPrefix(message, "hujson: ")
	}
	line := 0
	for len(rest) > 0 && rest[0] >= '0' && rest[0] <= '9' {
		line = line*10 + int(rest[0]-'0')
		rest = rest[1:]
	}
	if _, what, ok := strings.Cut(rest, ": "); ok {
		return line, what
	}
	return line, rest
}

func (v value) exists() bool { return v.raw != nil }

// at is the place of the value; what names it.
func (v value) at(what string) fact.Source {
	if v.raw == nil {
		return fact.Source{}
	}
	line := sort.SearchInts(v.doc.lines, v.raw.StartOffset+1)
	return fact.At(v.doc.file, line, what)
}

// fields are the members of an object in their order; none for any other value.
func (v value) fields() iter.Seq2[string, value] {
	return func(yield func(string, value) bool) {
		if v.raw == nil {
			return
		}
		object, ok := v.raw.Value.(*hujson.Object)
		if !ok {
			return
		}
		for i := range object.Members {
			m := &object.Members[i]
			name, ok := m.Name.Value.(hujson.Literal)
			if ok && !yield(name.String(), value{v.doc, &m.Value}) {
				return
			}
		}
	}
}

// get is the member at a path of names, or the zero value.
func (v value) get(names ...string) value {
	for _, name := range names {
		found := value{}
		for n, member := range v.fields() {
			if n == name {
				found = member // the last one wins, as for JavaScript
			}
		}
		v = found
	}
	return v
}

// items are the elements of an array; none for any other value.
func (v value) items() []value {
	if v.raw == nil {
		return nil
	}
	array, ok := v.raw.Value.(*hujson.Array)
	if !ok {
		return nil
	}
	var all []value
	for i := range array.Elements {
		all = append(all, value{v.doc, &array.Elements[i]})
	}
	return all
}

func (v value) isObject() bool {
	if v.raw == nil {
		return false
	}
	_, ok := v.raw.Value.(*hujson.Object)
	return ok
}

// text is the value of a string, and where it stands.
func (v value) text(what string) fact.Of[string] {
	if v.raw == nil {
		return fact.Of[string]{}
	}
	literal, ok := v.raw.Value.(hujson.Literal)
	if !ok || literal.Kind() != '"' {
		return fact.Of[string]{}
	}
	var s string
	if json.Unmarshal(literal, &s) != nil {
		return fact.Of[string]{}
	}
	return fact.New(s, v.at(what))
}

// isTrue reports whether the value is the literal true.
func (v value) isTrue() bool {
	if v.raw == nil {
		return false
	}
	literal, ok := v.raw.Value.(hujson.Literal)
	return ok && literal.Kind() == 't'
}
