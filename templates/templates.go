// Package templates holds the Dockerfile templates and the functions that put
// text from a repository on the page.
//
// The one odd rule: text that dockgen did not write itself reaches a template
// only through a quoting function (word, exec, env, copy, comment). Each of
// them returns an error for what its place cannot hold, so that no name, script
// or setting of a repository can add an instruction.
package templates

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strings"
	"sync"
	"text/template"
)

//go:embed *.tmpl */*.tmpl
var embedded embed.FS

// Set is where templates come from: the embedded ones, or a user's folder over them.
// Only Embedded and Over make one.
type Set struct {
	layers []fs.FS
	parsed *parsed
}

// parsed are the templates of the folders that were needed, with the partials at
// the top: each file is parsed once.
type parsed struct {
	mu      sync.Mutex // held while a template runs too, as its steps are counted
	folders map[string]*template.Template
	steps   int // of the template that runs
}

func newSet(layers ...fs.FS) Set {
	return Set{layers: layers, parsed: &parsed{folders: map[string]*template.Template{}}}
}

// Embedded are the templates that this build of dockgen carries.
func Embedded() Set { return newSet(embedded) }

// Over returns a set in which the files of a user's folder win over those of the same name.
func (s Set) Over(files fs.FS) Set { return newSet(append([]fs.FS{files}, s.layers...)...) }

// Read is the text of a template by name ("go/build.tmpl").
func (s Set) Read(name string) (string, error) {
	for _, layer := range s.layers {
		text, err := readFile(layer, name)
		if err == nil {
			return text, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return "", err
		}
	}
	return "", fmt.Errorf("template %s: %w", name, fs.ErrNotExist)
}

// PlaceFile is the file of a user's folder with the lines for a place.
func PlaceFile(place string) string { return "places/" + place + ".Dockerfile" }

// Place is what the user's folders add at a place of the Dockerfile, "" for nothing.
func (s Set) Place(place string) (string, error) {
	text, err := s.Read(PlaceFile(place))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return text, err
}

// Names are the names of all templates, partials first, sorted.
func (s Set) Names() []string {
	seen := map[string]bool{}
	for _, layer := range s.layers {
		for _, pattern := range []string{"*.tmpl", "*/*.tmpl"} {
			names, _ := fs.Glob(layer, pattern) // the pattern is well-formed
			for _, n := range names {
				seen[n] = true
			}
		}
	}
	var names []string
	for n := range seen {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int {
		if d := strings.Count(a, "/") - strings.Count(b, "/"); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return names
}

// Template is a template that takes only a V.
type Template[V any] struct{ name string }

// Must names a template of the embedded set. It panics for a name that is not
// there, when the program starts.
func Must[V any](name string) Template[V] {
	if _, err := fs.Stat(embedded, name); err != nil {
		panic("templates: " + err.Error())
	}
	views[name] = reflect.TypeFor[V]()
	return Template[V]{name: name}
}

// With is the template with its view, ready to be rendered.
func (t Template[V]) With(view V) Text { return Text{Name: t.name, View: view} }

// Text is a template and the view it will print. Only Template.With makes one,
// so the view has the type that the template was written for.
type Text struct {
	Name string
	View any
}

// Rendered is the text of one template and, for each of its lines, the ids of
// the reasons that made it.
type Rendered struct {
	Lines []string
	Why   [][]string // as long as Lines
}

// Render prints a text with the templates of a set. An error names the template
// and its line.
func (s Set) Render(t Text) (Rendered, error) {
	s.parsed.mu.Lock()
	defer s.parsed.mu.Unlock()
	folder, err := s.folder(path.Dir(t.Name))
	if err != nil {
		return Rendered{}, err
	}
	s.parsed.steps = 0
	var b page
	if err := folder.ExecuteTemplate(&b, t.Name, t.View); err != nil {
		if ended := tooMuch(t.Name, err); ended != nil {
			return Rendered{}, ended
		}
		return Rendered{}, failed(t.Name, t.View, err)
	}
	return split(b.String()), nil
}

// folder are the templates of a folder and the partials at the top, which every
// template may use. The caller holds the lock.
func (s Set) folder(dir string) (*template.Template, error) {
	if t, ok := s.parsed.folders[dir]; ok {
		return t, nil
	}
	t := template.New("").Funcs(funcs).Option("missingkey=error")
	t.Funcs(template.FuncMap{"dockgenStep": s.parsed.step})
	if dir != "." {
		top, err := s.folder(".")
		if err != nil {
			return nil, err
		}
		if t, err = top.Clone(); err != nil {
			return nil, err
		}
	}
	for _, name := range s.in(dir) {
		text, err := s.Read(name)
		if err != nil {
			return nil, err
		}
		if _, err := t.New(name).Parse(text); err != nil {
			return nil, failed(name, nil, err)
		}
	}
	counted(t)
	s.parsed.folders[dir] = t
	return t, nil
}

// step counts one step of the template that runs.
func (p *parsed) step() (string, error) {
	if p.steps++; p.steps > maxSteps {
		return "", errSteps
	}
	return "", nil
}

// in are the names of the templates directly in a folder, sorted.
func (s Set) in(dir string) []string {
	var names []string
	for _, layer := range s.layers {
		found, _ := fs.Glob(layer, path.Join(dir, "*.tmpl")) // the pattern is well-formed
		names = append(names, found...)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// A reason's ids travel through the template between two of these. No quoting
// function lets one through.
const mark = "\x00"

func split(text string) Rendered {
	var r Rendered
	for line := range strings.Lines(strings.Trim(text, "\n") + "\n") {
		var why []string
		parts := strings.Split(strings.TrimSuffix(line, "\n"), mark)
		for i := 1; i < len(parts); i += 2 {
			why = append(why, strings.Fields(parts[i])...)
			parts[i] = ""
		}
		r.Lines = append(r.Lines, strings.Join(parts, ""))
		r.Why = append(r.Why, why)
	}
	return r
}
