package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/txtar"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/config"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/policy"
	"github.com/dockgen/dockgen/internal/render"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/templates"
)

// ownFiles are the flags, and keys of .dockgen.yaml, that name files which change how
// dockgen works. A flag's path is the user's; a key's lies in the repository.
var ownFiles = []setting{
	{name: "template", usage: "folder with templates of your own, or lines at named places (dockgen template --help)"},
	{name: "catalogue", usage: "file with newer versions and images than this dockgen knows"},
	{name: "policy", usage: "file with your organisation's rules for images and labels"},
}

// source is where a file of the user's is: on disk, or in the repository's view.
type source struct {
	path string
	at   fact.Source // of the key, zero for a flag
	view *repo.View  // nil for a flag
}

func (s source) read(name string) ([]byte, error) {
	if s.view != nil {
		return s.view.Read(name)
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxOwn+1))
	if len(text) > maxOwn {
		return nil, fmt.Errorf("it is larger than %d MiB", maxOwn>>20)
	}
	return text, err
}

const maxOwn = 4 << 20 // bytes of a file of the user's

// folder is a folder's files. Those of the repository are read through the view, so
// that no link leads out of it.
func (s source) folder() (fs.FS, error) {
	if s.view == nil {
		if info, err := os.Stat(s.path); err != nil || !info.IsDir() {
			return nil, &diag.Error{At: fact.Source{File: s.path}, What: "there is no such folder", Try: "dockgen template eject " + s.path, Code: diag.Usage}
		}
		return os.DirFS(s.path), nil
	}
	if !s.view.HasDir(s.path) {
		return nil, &diag.Error{At: s.at, What: "there is no folder " + s.path, Try: "dockgen template eject " + s.path, Code: diag.Usage}
	}
	var archive txtar.Archive
	for _, f := range s.view.Under(s.path) {
		if name := repo.Rel(s.path, f); strings.HasSuffix(name, ".tmpl") || strings.HasPrefix(name, "places/") || name == templates.VersionFile {
			text, err := s.view.Read(f)
			if err != nil {
				return nil, err
			}
			archive.Files = append(archive.Files, txtar.File{Name: name, Data: text})
		}
	}
	return txtar.FS(&archive)
}

// sibling is a path beside the file.
func (s source) sibling(name string) string {
	if s.view != nil {
		return path.Join(path.Dir(s.path), name)
	}
	return filepath.Join(filepath.Dir(s.path), filepath.FromSlash(name))
}

// with is the program with one file of the user's.
func (a app) with(name string, s source) (app, error) {
	var err error
	switch name {
	case "template":
		return a.withTemplates(s)
	case "catalogue":
		text, readErr := s.read(s.path)
		if readErr != nil {
			return a, unreadable(s, readErr)
		}
		if a.catalogue, err = a.catalogue.Over(path.Base(filepath.ToSlash(s.path)), text); err != nil {
			return a, &diag.Error{At: fact.Source{File: s.path}, What: "is no catalogue", Err: err, Try: "a file like internal/catalogue/data/runtimes.json of dockgen", Code: diag.Usage}
		}
	case "policy":
		text, readErr := s.read(s.path)
		if readErr != nil {
			return a, unreadable(s, readErr)
		}
		a.policy, err = policy.Parse(s.path, text, func(name string) ([]byte, error) { return s.read(s.sibling(name)) })
	}
	return a, err
}

func unreadable(s source, err error) error {
	var d *diag.Error
	if errors.As(err, &d) {
		return err
	}
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	at := s.at
	what := s.path + " cannot be read"
	if at.File == "" {
		at, what = fact.Source{File: s.path}, "cannot be read"
	}
	return &diag.Error{At: at, What: what, Err: err, Code: diag.Usage}
}

// withTemplates is the program with a folder of templates over its own. Names that
// take the place of nothing are refused: a mistyped one would do nothing.
func (a app) withTemplates(s source) (app, error) {
	files, err := s.folder()
	if err != nil {
		return a, err
	}
	own := a.templates.Over(files)
	if err := own.CheckVersion(filepath.ToSlash(s.path)); err != nil {
		return a, err
	}
	if given, _ := fs.Glob(files, "*.tmpl"); len(given) == 0 {
		inFolders, _ := fs.Glob(files, "*/*.tmpl")
		atPlaces, _ := fs.Glob(files, "places/*")
		if len(inFolders)+len(atPlaces) == 0 {
			return a, &diag.Error{At: fact.Source{File: filepath.ToSlash(s.path)}, What: "holds no template and no lines for a place", Try: "dockgen template eject " + filepath.ToSlash(s.path), Code: diag.Usage}
		}
	}
	for _, name := range own.Names() {
		if !slices.Contains(a.templates.Names(), name) {
			e := unknown(fact.Source{}, path.Join(filepath.ToSlash(s.path), name)+" takes the place of no template", name, a.templates.Names())
			if len(e.Try) > 60 {
				e.Try = "dockgen template list"
			}
			return a, e
		}
	}
	found, err := fs.Glob(files, "places/*")
	if err != nil {
		return a, err
	}
	for _, name := range found {
		place := strings.TrimSuffix(path.Base(name), ".Dockerfile")
		if path.Ext(name) != ".Dockerfile" || !slices.Contains(render.Places, place) {
			e := unknown(fact.Source{}, path.Join(filepath.ToSlash(s.path), name)+" names no place of a Dockerfile", place, render.Places)
			e.Try = "places/" + strings.ReplaceAll(e.Try, ", ", ".Dockerfile, places/") + ".Dockerfile"
			return a, e
		}
	}
	a.templates = own
	return a, nil
}

// withFlags is the program with the files that the flags name.
func (a app) withFlags(f *choiceFlags) (app, error) {
	var err error
	for _, own := range ownFiles {
		name := *f.own[own.name]
		if name == "" {
			continue
		}
		if a, err = a.with(own.name, source{path: name}); err != nil {
			return a, err
		}
		a.again = append(a.again, "--"+own.name, name)
	}
	if f.root != "" {
		a.again = append(a.again, "--root", f.root)
	}
	return a, nil
}

// withKeys is the program with the files that .dockgen.yaml names, where no flag
// names another. Their paths are relative to the folder of their .dockgen.yaml.
func (a app) withKeys(v *repo.View, entries []config.Entry, f *choiceFlags) (app, error) {
	var err error
	for _, e := range entries {
		if !isOwnFile(e.Key) || *f.own[e.Key] != "" {
			continue
		}
		p := path.Join(path.Dir(e.From.File), e.Value)
		if path.IsAbs(e.Value) || !filepath.IsLocal(filepath.FromSlash(p)) {
			return a, diag.At(e.From, e.Value+" is outside the repository", "name a path in the repository here, or any with --"+e.Key)
		}
		if a, err = a.with(e.Key, source{path: p, at: e.From, view: v}); err != nil {
			return a, err
		}
	}
	return a, nil
}

func isOwnFile(key string) bool {
	return slices.ContainsFunc(ownFiles, func(s setting) bool { return s.name == key })
}

// permitted is the decision with a final image that the policy permits: where it
// forbids the automatic one, the next that is possible.
func (l *look) permitted(s detect.Settings) (detect.Decision, error) {
	d, err := detect.Decide(l.projects, l.view, s, l.app.catalogue)
	if err != nil {
		return d, detect.WithManifests(err, l.app.languages)
	}
	at, no := l.app.policy.Forbidden(d.Plan.Image.Variant)
	if !no {
		d.Plan.Image.Base = l.app.policy.Ref(d.Plan.Image.Base)
		return d, nil
	}
	refused := &diag.Error{At: at, What: "the policy forbids a final image of kind " + d.Plan.Image.Variant}
	for _, b := range d.Bases() {
		if _, no := l.app.policy.Forbidden(b.Base); no || b.RuledOut != "" {
			continue
		}
		refused.Try += "\n--base " + b.Base
		if s.Base.Known() && s.Base.Value != detect.Auto {
			continue
		}
		other := s
		other.Base = fact.New(b.Base, at)
		if d, err := detect.Decide(l.projects, l.view, other, l.app.catalogue); err == nil {
			d.Plan.Image.Base = l.app.policy.Ref(d.Plan.Image.Base)
			return d, nil
		}
	}
	refused.Try = cmp.Or(strings.TrimPrefix(refused.Try, "\n"), "take a kind that is possible here out of forbid-bases")
	return d, refused
}
