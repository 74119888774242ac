package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/dockgen/dockgen/templates"
)

var viewsBlock = regexp.MustCompile(`(?s)<!-- begin views -->\n.*<!-- end views -->`)

// TestDocsViews holds docs/templates.md to what the templates get. A change there
// shows up in what people's own templates print: see templates.ViewVersion.
func TestDocsViews(t *testing.T) {
	const file = "../../docs/templates.md"
	old, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p := viewsPage{comments: map[string]string{}, seen: map[reflect.Type]bool{}, t: t}
	fmt.Fprintf(&p.text, "<!-- begin views -->\nVersion %d of the views.\n", templates.ViewVersion)
	byType := map[reflect.Type][]string{}
	var order []reflect.Type
	for _, name := range templates.Viewed() {
		v := templates.View(name)
		if byType[v] == nil {
			order = append(order, v)
		}
		byType[v] = append(byType[v], name)
	}
	for _, v := range order {
		fmt.Fprintf(&p.text, "\n### `%s`\n\n", strings.Join(byType[v], "`, `"))
		p.view(v)
	}
	p.text.WriteString("<!-- end views -->")
	if !viewsBlock.Match(old) {
		t.Fatalf("%s has no block of views", file)
	}
	want := viewsBlock.ReplaceAllLiteralString(string(old), p.text.String())
	published(t, file, want)
}

// viewsPage writes the tables of the views.
type viewsPage struct {
	text     strings.Builder
	comments map[string]string // of fields, by folder, type and field
	seen     map[reflect.Type]bool
	t        *testing.T
}

func (p *viewsPage) view(v reflect.Type) {
	if v.Kind() != reflect.Struct {
		fmt.Fprintf(&p.text, "%s\n", kindOf(v))
		return
	}
	if v.NumField() == 0 {
		p.text.WriteString("It gets nothing.\n")
		return
	}
	p.read(v)
	p.text.WriteString("| field | holds | |\n|---|---|---|\n")
	p.rows(v, "")
}

func (p *viewsPage) rows(v reflect.Type, prefix string) {
	for i := range v.NumField() {
		f := v.Field(i)
		if !f.IsExported() {
			continue
		}
		comment := strings.ReplaceAll(p.comments[v.PkgPath()+"."+v.Name()+"."+f.Name], "|", "\\|")
		fmt.Fprintf(&p.text, "| `%s%s` | %s | %s |\n", prefix, f.Name, kindOf(f.Type), comment)
		inner := f.Type
		for inner.Kind() == reflect.Slice || inner.Kind() == reflect.Pointer {
			inner = inner.Elem()
		}
		if inner.Kind() == reflect.Struct && !strings.Contains(prefix, ".") {
			p.read(inner)
			p.rows(inner, prefix+f.Name+".")
		}
	}
}

func kindOf(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice:
		if t.Elem().Kind() == reflect.String {
			return "list of text"
		}
		return "list"
	case reflect.Pointer:
		return "one or none"
	case reflect.Struct:
		return "group"
	case reflect.Bool:
		return "true or false"
	case reflect.Int:
		return "number"
	default:
		return "text"
	}
}

// read takes the comments of a type's fields from its source.
func (p *viewsPage) read(v reflect.Type) {
	if p.seen[v] || v.PkgPath() == "" {
		return
	}
	p.seen[v] = true
	dir := filepath.Join("../..", strings.TrimPrefix(v.PkgPath(), "github.com/dockgen/dockgen/"))
	files, err := filepath.Glob(dir + "/*.go")
	if err != nil {
		p.t.Fatal(err)
	}
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			p.t.Fatal(err)
		}
		ast.Inspect(f, func(n ast.Node) bool {
			spec, ok := n.(*ast.TypeSpec)
			if !ok || spec.Name.Name != v.Name() {
				return true
			}
			if s, ok := spec.Type.(*ast.StructType); ok {
				for _, field := range s.Fields.List {
					text := strings.TrimSpace(field.Comment.Text())
					if text == "" {
						text = strings.TrimSpace(field.Doc.Text())
					}
					for _, n := range field.Names {
						p.comments[v.PkgPath()+"."+v.Name()+"."+n.Name] = strings.ReplaceAll(text, "\n", " ")
					}
				}
			}
			return false
		})
	}
}
