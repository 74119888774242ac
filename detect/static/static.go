// Package static is the language of pages that nobody has to build: an
// index.html, and no manifest beside or above it.
//
// The one odd rule: it never speaks where a program could. A folder with a
// manifest beside it or above it, or with sources that a server runs, is
// somebody else's, even if nobody here can build it.
package static

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/page"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// Language is static files.
type Language struct{}

// Name is "static".
func (Language) Name() string { return "static" }

// Manifests are the files by which people know a project of this language.
func (Language) Manifests() []string { return []string{"index.html"} }

// site is a folder of pages.
type site struct {
	view   *repo.View
	dir    string // of the project: where the Dockerfile goes
	folder string // what is served: dir, or a folder below it that a file names
	index  string
	named  fact.Source // what names the folder, zero where index.html alone does
	filled fact.Source // where the index is a template that a program has to fill, zero for a page
}

// Detect reports the topmost folders with an index.html that belong to nothing else.
func (Language) Detect(_ context.Context, v *repo.View) ([]detect.Project, error) {
	if s, err := fromStaticfile(v); err != nil || s != nil {
		if err != nil {
			return nil, err
		}
		return []detect.Project{s}, nil
	}
	owned := owners(v)
	var found []detect.Project
	var taken []string
	pages := v.Named("index.html")
	slices.SortStableFunc(pages, func(a, b string) int { return strings.Count(a, "/") - strings.Count(b, "/") })
	for _, index := range pages {
		dir := path.Dir(index)
		if slices.ContainsFunc(taken, func(t string) bool { return repo.Within(t, dir) }) || !webRoot(dir) {
			continue
		}
		if owned.holds(dir) {
			continue
		}
		taken = append(taken, dir)
		filled, err := template(v, index)
		if err != nil {
			return nil, err
		}
		found = append(found, &site{view: v, dir: projectDir(v, dir), folder: dir, index: index, filled: filled})
	}
	slices.SortFunc(found, func(a, b detect.Project) int { return strings.Compare(a.Dir(), b.Dir()) })
	return found, nil
}

// webRoots are the names of folders that people serve.
var webRoots = map[string]bool{
	"public": true, "site": true, "www": true, "web": true, "html": true, "htdocs": true, "public_html": true, "webroot": true,
	"website": true, "static": true, "dist": true, "build": true, "out": true, "_site": true, "docs": true, "src": true, "app": true,
	"client": true, "frontend": true, "front-end": true, "ui": true, "page": true, "pages": true,
}

// webRoot reports whether a folder may be a page of its own: the root, a folder in
// it, or one of a usual name a little deeper.
func webRoot(dir string) bool {
	depth := strings.Count(dir, "/")
	return dir == "." || depth == 0 || (depth <= 2 && webRoots[path.Base(dir)])
}

// projectDir is the folder that people mean: a repository that holds only public/
// is the project, not public/.
func projectDir(v *repo.View, folder string) string {
	dir := folder
	for dir != "." && webRoots[path.Base(dir)] {
		above := path.Dir(dir)
		if len(v.Dirs(above)) > 1 && above != "." {
			break
		}
		dir = above
	}
	if dir == "." && folder != "." && !alone(v, folder) {
		return folder
	}
	return dir
}

// alone reports whether the repository has no other page beside the folder.
func alone(v *repo.View, folder string) bool {
	return !slices.ContainsFunc(v.Named("index.html"), func(p string) bool { return !repo.Within(folder, path.Dir(p)) })
}

func (s *site) Language() string { return "static" }

func (s *site) Dir() string { return s.dir }

func (s *site) Title() string {
	if s.folder == "." {
		return "static pages"
	}
	return "static pages in " + s.folder
}

func (s *site) At() fact.Source { return fact.Source{File: s.index} }

func (s *site) Programs() []detect.Program {
	if !s.filled.IsZero() {
		return nil
	}
	return []detect.Program{{Name: s.folder, Kind: detect.Site, At: fact.Source{File: s.index}}}
}

func (s *site) Nothing() string {
	if s.filled.IsZero() {
		return ""
	}
	return fmt.Sprintf("a template and not a page (%s): run dockgen on what fills it, or where the site has been built", s.filled)
}

func (s *site) Reach(detect.Program) []string { return []string{s.folder} }

// Plan serves the folder as it is.
func (s *site) Plan(r detect.Request) (detect.Plan, error) {
	from := s.named
	if from.IsZero() {
		from = fact.At(s.index, 0, "")
	}
	served := page.Site{Folder: fact.New(r.InContext(s.folder), from), NotFound: s.notFound()}
	hashed, at := s.hashed()
	served.HashedNames, served.HashedFrom = hashed, at
	fallback, err := s.fallback()
	if err != nil {
		return detect.Plan{}, err
	}
	served.Fallback = fallback
	if fallback.Value != "" {
		served.NotFound = ""
	}
	result, err := page.Plan(served, r.Settings, r.Catalogue)
	if err != nil {
		return detect.Plan{}, err
	}
	return detect.Plan{
		Stages: []detect.Stage{result.Stage}, Reasons: result.Reasons, Bases: result.Bases, Image: result.Image,
		Ignore: []string{"**/node_modules", "**/README.md", "**/LICENSE"}, Notes: s.notes(),
	}, nil
}

func (s *site) notFound() string {
	if s.view.Has(path.Join(s.folder, "404.html")) {
		return "404.html"
	}
	return ""
}

func (s *site) notes() []detect.Note {
	var notes []detect.Note
	if auth := path.Join(s.dir, "Staticfile.auth"); s.view.Has(auth) {
		notes = append(notes, detect.Note{Warning: true, At: fact.Source{File: auth}, Text: "asks for a password, which the image does not: put a proxy that does in front of it"})
	}
	return notes
}
