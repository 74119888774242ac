package templates

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// ViewVersion is the version of what the templates get. It rises when a field that a
// template of somebody else's may print changes its name, its type or its meaning.
const ViewVersion = 1

// VersionFile is the file of a user's folder of templates with the version of the
// views that they were written for.
const VersionFile = "VIEWS"

// views are the types that the templates were written for, by name. Must fills it
// while the program starts.
var views = map[string]reflect.Type{}

// Viewed are the names of the templates that get a view, sorted; the others are
// partials of theirs.
func Viewed() []string { return slices.Sorted(maps.Keys(views)) }

// View is the type of what a template gets, nil for a partial.
func View(name string) reflect.Type { return views[name] }

// CheckVersion refuses a folder of templates that was written for other views.
func (s Set) CheckVersion(folder string) error {
	text, err := s.Read(VersionFile)
	if err != nil {
		return nil // none says so: lines at places need no view
	}
	version, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil || version != ViewVersion {
		return &diag.Error{At: fact.Source{File: folder + "/" + VersionFile}, What: fmt.Sprintf("the templates here are for views of version %q, and this dockgen has version %d", strings.TrimSpace(text), ViewVersion), Try: "compare them with dockgen template show NAME, then write " + strconv.Itoa(ViewVersion) + " into " + VersionFile, Code: diag.Usage}
	}
	return nil
}

// place is how text/template begins its errors: template: go/build.tmpl:12:5: ...
var place = pattern.New(`^template: ([^\s:]+):(\d+)(?::\d+)?: (?s:(.*))$`)

// failed is an error of text/template with its template and line as a place, and the
// fields that there are where one does not exist.
func failed(name string, view any, err error) error {
	m := place.FindStringSubmatch(err.Error())
	if m == nil {
		return fmt.Errorf("template %s: %w", name, err)
	}
	line, _ := strconv.Atoi(m[2]) // only digits
	e := &diag.Error{At: fact.At(m[1], line, ""), What: m[3]}
	if u := (*unfit)(nil); errors.As(err, &u) {
		return &diag.Error{What: u.Error(), Try: "give the file or folder another name; " + e.At.Place() + " prints it"}
	}
	if strings.Contains(m[3], "can't evaluate field") && view != nil {
		e.Try = "fields of " + name + ": " + strings.Join(FieldNames(reflect.TypeOf(view)), ", ")
	}
	return e
}

// FieldNames are the names of the fields of a view, and of its methods.
func FieldNames(t reflect.Type) []string {
	var names []string
	if t.Kind() == reflect.Struct {
		for f := range fields(t) {
			names = append(names, f.Name)
		}
	}
	for i := range t.NumMethod() {
		names = append(names, t.Method(i).Name)
	}
	return names
}

func fields(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for i := range t.NumField() {
			if f := t.Field(i); f.IsExported() && !yield(f) {
				return
			}
		}
	}
}
