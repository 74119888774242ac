package java

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/htmlindex"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
)

// element is an element of an XML file, with its place. Attributes and
// namespaces mean nothing in a pom and are left out, but combine.* which we follow as Maven's default does.
type element struct {
	name string
	text string // trimmed, of its own
	file string
	line int // 1-based
	kids []*element
}

const maxXMLDepth = 100

// parseXML reads a file. The error carries the line.
func parseXML(file string, source []byte) (*element, error) {
	d := xml.NewDecoder(bytes.NewReader(source))
	d.Entity = xml.HTMLEntity
	d.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if strings.HasPrefix(strings.ToLower(label), "utf") {
			return in, nil // the view has turned it into UTF-8
		}
		e, err := htmlindex.Get(label)
		if err != nil {
			return nil, err
		}
		return e.NewDecoder().Reader(in), nil
	}
	top := &element{file: file}
	open := []*element{top}
	texts := [][]byte{nil}
	for {
		t, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, xmlError(file, d, err)
		}
		last := open[len(open)-1]
		switch t := t.(type) {
		case xml.StartElement:
			if len(open) > maxXMLDepth {
				return nil, xmlError(file, d, errors.New("elements are nested too deeply"))
			}
			line, _ := d.InputPos()
			e := &element{name: t.Name.Local, file: file, line: line}
			last.kids = append(last.kids, e)
			open, texts = append(open, e), append(texts, nil)
		case xml.EndElement:
			last.text = strings.TrimSpace(string(texts[len(texts)-1]))
			open, texts = open[:len(open)-1], texts[:len(texts)-1]
		case xml.CharData:
			texts[len(texts)-1] = append(texts[len(texts)-1], t...)
		}
	}
	if len(top.kids) == 0 {
		return nil, diag.At(fact.At(file, 1, ""), "has no XML element", "write a project there, or remove the file")
	}
	return top.kids[0], nil
}

func xmlError(file string, d *xml.Decoder, err error) error {
	line, _ := d.InputPos()
	var syntax *xml.SyntaxError
	what := err.Error()
	if errors.As(err, &syntax) {
		line, what = syntax.Line, syntax.Msg
	}
	return diag.At(fact.At(file, line, ""), fmt.Sprintf("is not well-formed XML: %s", what), "correct the line; mvn validate names the place too")
}

// at is the first element on a path of names, or nil.
func (e *element) at(names ...string) *element {
	for _, n := range names {
		if e == nil {
			return nil
		}
		var next *element
		for _, k := range e.kids {
			if k.name == n {
				next = k
				break
			}
		}
		e = next
	}
	return e
}

// all are the elements at a path: every child of the last name.
func (e *element) all(names ...string) []*element {
	parent := e.at(names[:len(names)-1]...)
	if parent == nil {
		return nil
	}
	var found []*element
	for _, k := range parent.kids {
		if k.name == names[len(names)-1] {
			found = append(found, k)
		}
	}
	return found
}

// value is the text at a path, or "".
func (e *element) value(names ...string) string {
	if k := e.at(names...); k != nil {
		return k.text
	}
	return ""
}

// find are all elements of a name at any depth, in order.
func (e *element) find(name string) []*element {
	if e == nil {
		return nil
	}
	var found []*element
	for _, k := range e.kids {
		if k.name == name {
			found = append(found, k)
		}
		found = append(found, k.find(name)...)
	}
	return found
}

func (e *element) from(what string) fact.Source { return fact.At(e.file, e.line, what) }
