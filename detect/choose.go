package detect

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// Image is one image to build: a program, the folders that its build reads, and the
// projects that supply stages. The Dockerfile of an image that nobody named a part of
// the repository for stands at the root; that of a named part stands in its folder.
type Image struct {
	Project  Project
	Program  Program
	Why      []Reason // why this program, where there were others
	Context  string   // context root, relative to the root of the view
	Scope    string   // the smallest folder that holds all it needs, the context or below it
	Place    string   // folder of the Dockerfile, relative to the root of the view
	Supplies []Supply // Stage and From are filled in by Decide
	Others   []Other  // what else here could be an image of its own
}

// Other is a program that was not chosen.
type Other struct {
	Project Project
	Program Program
}

// Projects asks every language, in the order of the list, which decides nothing.
func Projects(ctx context.Context, v *repo.View, languages []Language) ([]Project, error) {
	var all []Project
	for _, l := range languages {
		found, err := search(ctx, v, l)
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	slices.SortStableFunc(all, func(a, b Project) int {
		if d := strings.Compare(a.Dir(), b.Dir()); d != 0 {
			return d
		}
		return strings.Compare(a.Language(), b.Language())
	})
	return all, nil
}

// search asks one language. A manifest that cannot be read is an error, unless it
// lies in a folder that tests or shows something, where broken ones are on purpose:
// that one is left out, and the decision has a note of it.
func search(ctx context.Context, v *repo.View, l Language) ([]Project, error) {
	for {
		found, err := l.Detect(ctx, v)
		var broken *diag.Error
		if !errors.As(err, &broken) || broken.At.File == "" || !IsSetAside(".", path.Dir(broken.At.File)) {
			return found, err
		}
		if !v.Has(broken.At.File) && !v.Linked(broken.At.File) {
			return nil, err // left out already, or no file
		}
		v.LeaveOut(broken.At.File, err)
	}
}

// leftOut is the error of a file that was left out of the view, where the user
// wants what is in its folder or nothing else is here.
func leftOut(projects []Project, v *repo.View, s Settings) error {
	for _, f := range v.LeftOut() {
		if len(projects) == 0 || (s.Project.Known() && repo.Within(path.Clean(s.Project.Value), f.Path)) {
			return f.Err
		}
	}
	return nil
}

// Choose settles which program is built and with which supplies.
func Choose(projects []Project, v *repo.View, s Settings) (Image, error) {
	pool, err := selected(projects, v, s)
	if err != nil {
		return Image{}, err
	}
	supplied := supplies(projects, v)
	if err := onlyShown(pool, s); err != nil {
		return Image{}, err
	}
	c, why, err := choose(pool, supplied, s)
	if err != nil {
		return Image{}, err
	}
	image := Image{Project: c.project, Program: c.program, Why: why, Supplies: supplied.of(c), Others: others(projects, supplied, c)}
	folders := append([]string{c.project.Dir()}, c.project.Reach(c.program)...)
	for _, supply := range image.Supplies {
		folders = append(append(folders, supply.By.Dir()), supply.By.Reach(Program{})...)
	}
	image.Scope, image.Place = repo.Common(folders...), c.project.Dir()
	image.Context = image.Scope
	if !s.Project.Known() && !s.Entry.Known() && !v.Has(path.Join(image.Place, "Dockerfile")) {
		image.Context, image.Place = ".", "."
	}
	return image, nil
}

// others are the programs that people may want an image of beside the chosen one:
// not what supplies it, and not what shows or tests something.
func others(projects []Project, supplied supplySet, chosen candidate) []Other {
	var all []Other
	for _, c := range candidates(projects) {
		same := c.project == chosen.project && c.program.Name == chosen.program.Name
		if same || supplied.takes(c.project) || Refused(c.project) || c.aside() {
			continue
		}
		all = append(all, Other{c.project, c.program})
	}
	return all
}

// selected are the projects that --language and --project leave.
func selected(projects []Project, v *repo.View, s Settings) ([]Project, error) {
	if len(projects) == 0 {
		return nil, nothingFound(v)
	}
	pool := projects
	if s.Language.Known() {
		pool = keep(pool, func(p Project) bool { return p.Language() == s.Language.Value })
		if len(pool) == 0 {
			return nil, &diag.Error{What: fmt.Sprintf("no %s project here", s.Language.Value), Try: "found: " + titles(projects)}
		}
	}
	if s.Project.Known() {
		dir := path.Clean(s.Project.Value)
		in := keep(pool, func(p Project) bool { return p.Dir() == dir })
		if len(in) == 0 {
			in = keep(pool, func(p Project) bool { return repo.Within(dir, p.Dir()) })
		}
		if len(in) == 0 {
			// The folder may be a package of a project above it (cmd/api of a Go module).
			in = keep(pool, func(p Project) bool {
				return repo.Within(p.Dir(), dir) && v.HasDir(dir) && slices.ContainsFunc(p.Programs(), func(g Program) bool {
					return g.At.File != "" && repo.Within(dir, path.Dir(g.At.File))
				})
			})
			if len(in) > 0 {
				return in[len(in)-1:], nil
			}
			return nil, unknownProject(dir, pool, v)
		}
		pool = in
	}
	return pool, nil
}

func unknownProject(dir string, pool []Project, v *repo.View) error {
	var dirs []string
	for _, p := range pool {
		dirs = append(dirs, p.Dir())
	}
	try := "--project " + strings.Join(slices.Compact(dirs), "\n--project ")
	if near := diag.Nearest(dir, dirs); near != "" {
		try = "--project " + near
	}
	what := "there is no project in " + dir
	if !v.HasDir(dir) {
		what = "there is no folder " + dir
	}
	return &diag.Error{What: what, Try: try}
}

func keep(projects []Project, ok func(Project) bool) []Project {
	return slices.DeleteFunc(slices.Clone(projects), func(p Project) bool { return !ok(p) })
}

func titles(projects []Project) string {
	var all []string
	for _, p := range projects {
		all = append(all, fmt.Sprintf("%s (%s)", p.Title(), p.At().Place()))
	}
	return strings.Join(all, ", ")
}

func nothingFound(v *repo.View) error {
	what := "nothing here that dockgen knows how to build"
	if len(v.Files()) == 0 {
		what = "there is no file here (ignored ones do not count)"
	}
	return nothing{&diag.Error{What: what, Try: "run it in the folder of an application"}}
}

// nothing is the error of a repository without any project.
type nothing struct{ err *diag.Error }

func (n nothing) Error() string { return n.err.Error() }
func (n nothing) Unwrap() error { return n.err }

// Manifested is a Language that names the files by which people know its projects.
type Manifested interface{ Manifests() []string }

// WithManifests is an error; where it says that no project was found, it names the
// files by which the languages would have known one.
func WithManifests(err error, languages []Language) error {
	var n nothing
	if !errors.As(err, &n) {
		return err
	}
	var names []string
	for _, l := range languages {
		if m, ok := l.(Manifested); ok {
			names = append(names, m.Manifests()...)
		}
	}
	if last := len(names) - 1; last > 0 {
		n.err.Try += ": one with a " + strings.Join(names[:last], ", ") + " or " + names[last]
	}
	return n
}

func nothingToRun(pool []Project) error {
	var lines []string
	var at fact.Source
	for _, p := range pool {
		if at.IsZero() {
			at = p.At()
		}
		lines = append(lines, fmt.Sprintf("%s: %s", p.Title(), p.Nothing()))
		if len(lines) == 4 {
			break
		}
	}
	return &diag.Error{At: fact.Source{File: at.File}, What: "nothing to run here: " + strings.Join(lines, "; "), Try: "run dockgen in the folder of the application, or name a program with --entry"}
}

// onlyShown is the error of a library whose only programs show or test it: people
// did not ask for an image of an example.
func onlyShown(pool []Project, s Settings) error {
	if s.Project.Known() || s.Entry.Known() {
		return nil
	}
	var dirs []string
	var library Project
	for _, c := range candidates(pool) {
		dir := c.project.Dir()
		if !aside(dir, documents) { // a library may well deploy its documents
			return nil
		}
		dirs = append(dirs, "--project "+dir)
		if shown := libraryAbove(pool, dir); shown != nil {
			library = shown
		}
	}
	if library == nil {
		return nil
	}
	slices.Sort(dirs)
	dirs = slices.Compact(dirs)
	if more := len(dirs) - maxShown; more > 0 {
		dirs = append(dirs[:maxShown], fmt.Sprintf("and %d more", more))
	}
	return &diag.Error{
		At: fact.Source{File: library.At().File}, What: "nothing to run here but what shows or tests it: " + library.Title() + ": " + library.Nothing(),
		Try: strings.Join(dirs, "\n"),
	}
}

// Gatherer is a Project that may only list others, with no code of its own.
type Gatherer interface{ Gathers() bool }

// libraryAbove is the project without a program that a folder may show: one that holds the
// folder, or is listed by one that does; nil for none.
func libraryAbove(pool []Project, dir string) (library Project) {
	for _, p := range pool {
		if !isLibrary(p) || p.Dir() == dir || !repo.Within(p.Dir(), dir) {
			continue
		}
		if !gathers(p) {
			library = p
			continue
		}
		for _, q := range pool {
			if isLibrary(q) && !gathers(q) && repo.Within(p.Dir(), q.Dir()) {
				library = q
			}
		}
	}
	return library
}

// isLibrary reports whether a project has nothing to run, and neither shows nor tests another.
func isLibrary(p Project) bool {
	return !IsSetAside(".", p.Dir()) && len(p.Programs()) == 0 && p.Nothing() != "" && !Refused(p)
}

func gathers(p Project) bool {
	g, ok := p.(Gatherer)
	return ok && g.Gathers()
}
