// Package unsupported recognises languages that dockgen does not build, so that
// their repositories are named and refused instead of being built as the assets
// that lie in them.
//
// The one odd rule: a project here never has a plan, only the error that says
// why not. What a manifest is taken for is data, in languages.json.
package unsupported

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

//go:embed languages.json
var data []byte

// Language is all languages that dockgen does not build.
type Language struct{}

// Name is "unsupported": no value of --language.
func (Language) Name() string { return "unsupported" }

// Refuses marks the language as one that is never built.
func (Language) Refuses() {}

// language is what gives one language away, and its programs.
type language struct {
	Name      string   `json:"name"`
	Title     string   `json:"title"`
	Comment   string   `json:"comment"`   // what starts a comment in the manifests, "" for none
	Manifests []string `json:"manifests"` // base names, or *.extension
	// Folders must lie beside a manifest whose name is anybody's, one of each list.
	Folders [][]string `json:"folders"`
	Besides []string   `json:"besides"` // manifests of another language or tool that make this one tooling
	Default string     `json:"default"` // "command": a manifest alone is a program; "" for a library or tooling
	Parts   []string   `json:"parts"`   // folders of a site whose programs are examples in its texts, or a theme's
	// Evidence, decoded only for a language that is there: most repositories have none of these.
	Service json.RawMessage `json:"service"`
	Worker  json.RawMessage `json:"worker"`
	Site    json.RawMessage `json:"site"`
	Command json.RawMessage `json:"command"`
}

// evidence is what makes a project a program of some kind: a word of the
// manifest, * standing for its rest, or a file in its folder.
type evidence struct {
	Words []string `json:"words"`
	Files []string `json:"files"`
}

func languages() ([]language, error) {
	var file struct {
		Date, Source string
		Languages    []language
	}
	err := json.Unmarshal(data, &file)
	return file.Languages, err
}

// project is a folder with manifests of one language.
type project struct {
	language  *language
	dir       string
	manifests []string
	programs  []detect.Program
}

// Detect reports the folders that hold a manifest of one of the languages.
func (Language) Detect(ctx context.Context, v *repo.View) ([]detect.Project, error) {
	known, err := languages()
	if err != nil {
		return nil, err
	}
	byExtension := filesByExtension(v, known)
	var found []detect.Project
	for i := range known {
		l := &known[i]
		folders := map[string]*project{}
		for _, name := range l.Manifests {
			files := v.Named(name)
			if ext, ok := strings.CutPrefix(name, "*"); ok {
				files = byExtension[ext]
			}
			for _, file := range files {
				if foreign(file) {
					continue
				}
				dir := path.Dir(file)
				if !l.has(v, dir) {
					continue
				}
				if folders[dir] == nil {
					folders[dir] = &project{language: l, dir: dir}
				}
				folders[dir].manifests = append(folders[dir].manifests, file)
			}
		}
		for _, p := range folders {
			if err := p.findProgram(v); err != nil {
				return nil, err
			}
		}
		for _, p := range folders {
			if !partOfAnother(p, folders) {
				found = append(found, p)
			}
		}
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(found, func(a, b detect.Project) int {
		return strings.Compare(a.Dir()+"\x00"+a.Title(), b.Dir()+"\x00"+b.Title())
	})
	return found, nil
}

// has reports whether the folders that the language asks for lie beside a manifest.
func (l *language) has(v *repo.View, dir string) bool {
	return !slices.ContainsFunc(l.Folders, func(any []string) bool {
		return !slices.ContainsFunc(any, func(name string) bool { return v.HasDir(path.Join(dir, name)) })
	})
}

// partOfAnother reports whether a program of the language lies in a folder above.
func partOfAnother(p *project, folders map[string]*project) bool {
	for dir := p.dir; dir != "."; {
		dir = path.Dir(dir)
		if up := folders[dir]; up != nil && len(up.programs) > 0 {
			return true
		}
	}
	return false
}

func filesByExtension(v *repo.View, known []language) map[string][]string {
	wanted := map[string][]string{}
	for _, l := range known {
		for _, name := range l.Manifests {
			if ext, ok := strings.CutPrefix(name, "*"); ok {
				wanted[ext] = nil
			}
		}
	}
	for _, f := range v.Files() {
		ext := path.Ext(f)
		if files, ok := wanted[ext]; ok {
			wanted[ext] = append(files, f)
		}
	}
	return wanted
}

// foreign reports whether a file lies in a folder of dependencies, or in a
// mobile or desktop shell around an application of another language.
func foreign(file string) bool {
	return slices.ContainsFunc(strings.Split(path.Dir(file), "/"), func(name string) bool {
		switch name {
		case "vendor", "Pods", "Carthage", "third_party", "ios", "android", "fastlane", "testdata":
			return true
		}
		return name != "." && strings.HasPrefix(name, ".")
	})
}

// findProgram settles what the project is, by the first kind of evidence that there is.
func (p *project) findProgram(v *repo.View) error {
	l := p.language
	for _, k := range []struct {
		kind     detect.Kind
		evidence json.RawMessage
	}{{detect.Service, l.Service}, {detect.Worker, l.Worker}, {detect.Site, l.Site}, {detect.Command, l.Command}} {
		var e evidence
		if k.evidence != nil {
			if err := json.Unmarshal(k.evidence, &e); err != nil {
				return fmt.Errorf("%s: %w", l.Name, err)
			}
		}
		at, err := p.find(v, e)
		if err != nil {
			return err
		}
		if at.IsZero() {
			continue
		}
		kind := k.kind
		if slices.ContainsFunc(l.Besides, func(name string) bool { return v.Has(path.Join(p.dir, name)) }) {
			kind = detect.Command
		}
		p.programs = []detect.Program{{Name: l.Name, Kind: kind, At: at}}
		return nil
	}
	if l.Default == "command" {
		p.programs = []detect.Program{{Name: l.Name, Kind: detect.Command, At: p.At()}}
	}
	return nil
}

// find is the place of the first piece of evidence, or the zero source.
func (p *project) find(v *repo.View, e evidence) (fact.Source, error) {
	for _, file := range p.manifests {
		if len(e.Words) == 0 {
			break
		}
		text, err := v.Read(file)
		if err != nil {
			return fact.Source{}, err
		}
		if word, line := findWord(string(text), p.language.Comment, e.Words); line > 0 {
			return fact.At(file, line, word), nil
		}
	}
	for _, name := range e.Files {
		if file := path.Join(p.dir, name); v.Has(file) {
			return fact.Source{File: file}, nil
		}
	}
	return fact.Source{}, nil
}

// findWord is the first of the words in a text, comments left out, with its line.
func findWord(text, comment string, words []string) (word string, line int) {
	n := 0
	for l := range strings.Lines(text) {
		n++
		if comment != "" {
			l, _, _ = strings.Cut(l, comment)
		}
		for _, w := range strings.FieldsFunc(l, func(r rune) bool { return !inWord(r) }) {
			w = strings.Trim(w, "./-")
			if slices.ContainsFunc(words, func(want string) bool { return matches(want, w) }) {
				return w, n
			}
		}
	}
	return "", 0
}

func matches(pattern, word string) bool {
	before, after, any := strings.Cut(pattern, "*")
	if !any {
		return pattern == word
	}
	return len(word) > len(before)+len(after) && strings.HasPrefix(word, before) && strings.HasSuffix(word, after)
}

func inWord(r rune) bool {
	switch {
	case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
		return true
	}
	return strings.ContainsRune("_-./", r)
}

func (p *project) Language() string { return p.language.Name }

func (p *project) Dir() string { return p.dir }

func (p *project) Title() string { return "project in " + p.language.Title }

func (p *project) At() fact.Source { return fact.Source{File: p.manifests[0]} }

func (p *project) Programs() []detect.Program { return p.programs }

func (p *project) Nothing() string {
	if len(p.programs) > 0 {
		return ""
	}
	return "dockgen does not build " + p.language.Title + " yet"
}

func (p *project) Reach(detect.Program) []string { return nil }

// Parts are the folders whose programs are part of a site: examples in its texts, its theme.
func (p *project) Parts() []string {
	if len(p.programs) == 0 {
		return nil
	}
	var parts []string
	for _, name := range p.language.Parts {
		parts = append(parts, path.Join(p.dir, name))
	}
	return parts
}

// Refuses marks the project as one that is never built.
func (p *project) Refuses() {}

// Plan is the refusal. A project without a program is refused for its manifest.
func (p *project) Plan(r detect.Request) (detect.Plan, error) {
	what, at := "a project", p.At()
	if g := r.Program; g.Kind != 0 {
		what, at = "a "+g.Kind.String(), g.At
	}
	what = "this is " + what + " in " + p.language.Title
	if at.What != "" {
		what += " (" + at.What + ")"
	}
	return detect.Plan{}, diag.At(at, what+", which dockgen does not build yet", "--project DIR, if another folder here holds what the image should run")
}
