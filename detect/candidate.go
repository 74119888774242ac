package detect

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/repo"
)

// candidate is a program that could become the image.
type candidate struct {
	project Project
	program Program
}

// is reports whether two candidates are one.
func (c candidate) is(o candidate) bool {
	return c.project == o.project && c.program.Name == o.program.Name
}

// dir is the folder that the program stands for.
func (c candidate) dir() string {
	if c.program.Dir != "" {
		return c.program.Dir
	}
	return path.Dir(c.program.At.File)
}

// aside reports whether the program shows or tests something else.
func (c candidate) aside() bool { return IsSetAside(".", c.dir()) || IsSetAside(".", c.project.Dir()) }

// released reports whether somebody wrote down that this program is deployed, whatever its
// folder within the project is called: main: ./examples/base.
func (c candidate) released() bool {
	return c.claims(Declared) && !IsSetAside(".", c.project.Dir())
}

// setAside are folders whose programs show or test something else. They are
// candidates only if nothing else is, or if the user selects their folder.
var setAside = map[string]bool{
	"example": true, "examples": true, "_examples": true, "sample": true, "samples": true, "demo": true, "demos": true,
	"test": true, "tests": true, "testdata": true, "__tests__": true, "testing": true, "fixture": true, "fixtures": true, "e2e": true,
	"docs": true, "doc": true, "website": true, "benchmark": true, "benchmarks": true, "bench": true, "fuzz": true,
	"hack": true, ".yarn": true, "tools": true, "scripts": true, "playground": true, "playgrounds": true, "templates": true, "third_party": true,
}

// IsSetAside reports whether a folder lies, below base, in one of those that
// show or test something else.
func IsSetAside(base, dir string) bool { return aside(repo.Rel(base, dir), nil) }

// documents are folders set aside that hold what a project says of itself.
var documents = map[string]bool{"docs": true, "doc": true, "website": true}

// aside is IsSetAside for a relative folder, without the names in but.
func aside(rel string, but map[string]bool) bool {
	return rel != "." && slices.ContainsFunc(strings.Split(rel, "/"), func(name string) bool {
		name = strings.ToLower(name)
		return setAside[name] && !but[name] || strings.Contains(name, "{{") || // a placeholder: the folder is a template of others
			slices.ContainsFunc(strings.FieldsFunc(name, betweenWords), func(word string) bool { return asideWord[word] && !but[word] })
	})
}

// asideWord are words that set a folder aside wherever they stand in its name: dev-docs, e2e-tests.
var asideWord = map[string]bool{"docs": true, "example": true, "examples": true, "e2e": true, "test": true, "tests": true, "benchmark": true, "benchmarks": true, "fixtures": true, "demo": true, "demos": true, "sample": true, "samples": true}

func betweenWords(r rune) bool { return r == '-' || r == '_' || r == '.' }

// choose takes the program that the evidence names, or returns an Open question.
func choose(pool []Project, supplied supplySet, s Settings) (candidate, []Reason, error) {
	all := candidates(pool)
	if s.Entry.Known() {
		return byEntry(all, pool, s)
	}
	if len(all) == 0 && len(keep(pool, func(p Project) bool { return !Refused(p) })) == 0 {
		return candidate{project: pool[0]}, nil, nil // its plan says why not
	}
	if len(all) == 0 {
		return candidate{}, nil, nothingToRun(pool)
	}
	if !s.Project.Known() {
		all = withoutParts(all)
		all = preferred(all, func(c candidate) bool { return !c.aside() || c.released() })
		// A project that only has its documents to deploy deploys those, not its tests.
		all = finished(preferred(all, func(c candidate) bool { return !aside(c.project.Dir(), documents) }))
	} else {
		dir := path.Clean(s.Project.Value)
		all = finished(preferred(all, func(c candidate) bool { return repo.Within(dir, path.Dir(c.program.At.File)) || c.project.Dir() == dir }))
	}
	all = preferred(all, func(c candidate) bool { return !supplied.takes(c.project) })
	all = withoutRefused(all)
	if len(all) == 1 || !slices.ContainsFunc(all, func(c candidate) bool { return !Refused(c.project) }) {
		return all[0], nil, nil // one, or several of which none can be built: its plan says why not
	}
	all = eachProjects(all)
	var conflict []Reason
	for _, rank := range []Rank{Declared, Named} {
		c, why, found := claimed(all, rank)
		switch {
		case found:
			return c, why, nil
		case why != nil && rank == Declared:
			return candidate{}, nil, undecided(all, why)
		case why != nil: // several carry the name: what they do may still tell them apart
			all, conflict = preferred(all, func(c candidate) bool { return c.claims(rank) }), why
		}
	}
	if c, why, found := onlyOf(all); found {
		return c, why, nil
	}
	if c, why, found := claimed(firstKind(all), Usual); found {
		return c, why, nil
	}
	if c, found := outermost(firstKind(all)); found {
		return c, []Reason{{ID: "program", What: "program", Value: c.program.Name, From: c.program.At, Note: "the other programs lie in folders of its project"}}, nil
	}
	if built := preferred(all, func(c candidate) bool { return !Refused(c.project) }); len(built) == 1 {
		c := built[0]
		return c, []Reason{{ID: "program", What: "program", Value: c.program.Name, From: c.program.At, Note: "the only program here in a language that dockgen builds"}}, nil
	}
	return candidate{}, nil, undecided(all, conflict)
}

// Parted is implemented by projects that have parts which look like projects of their own:
// the examples in a site's texts. Parts are their folders.
type Parted interface{ Parts() []string }

// withoutParts leaves out the programs that are parts of another one.
func withoutParts(all []candidate) []candidate {
	var parts []string
	for _, c := range all {
		if p, ok := c.project.(Parted); ok {
			parts = append(parts, p.Parts()...)
		}
	}
	return slices.DeleteFunc(slices.Clone(all), func(c candidate) bool {
		return slices.ContainsFunc(parts, func(dir string) bool { return repo.Within(dir, c.dir()) })
	})
}

// withoutRefused settles whether a language that is not built is what the
// repository is, or lies beside it. A page in the folder of such an application is
// part of it. What only runs to its end, or makes pages, yields to what can be built.
func withoutRefused(all []candidate) []candidate {
	pages := map[string]bool{}
	for _, c := range all {
		if Refused(c.project) && c.program.Kind != Command {
			pages[c.project.Dir()] = true
		}
	}
	all = preferred(all, func(c candidate) bool {
		return Refused(c.project) || c.program.Kind != Site || !pages[c.project.Dir()]
	})
	if !slices.ContainsFunc(all, func(c candidate) bool { return !Refused(c.project) }) {
		return all
	}
	return preferred(all, func(c candidate) bool {
		return !Refused(c.project) || c.program.Kind == Service || c.program.Kind == Worker
	})
}

func candidates(pool []Project) []candidate {
	var all []candidate
	for _, p := range pool {
		for _, g := range p.Programs() {
			all = append(all, candidate{p, g})
		}
	}
	return all
}

// preferred are the candidates for which ok holds, or all of them if it holds for none.
func preferred(all []candidate, ok func(candidate) bool) []candidate {
	some := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return !ok(c) })
	if len(some) == 0 {
		return all
	}
	return some
}

func byEntry(all []candidate, pool []Project, s Settings) (candidate, []Reason, error) {
	var some []candidate
	var names []string
	want := s.Entry.Value
	for _, c := range all {
		names = append(append(names, c.program.Name), c.program.Also...)
		if c.program.Name == want || slices.Contains(c.program.Also, want) {
			some = append(some, c)
		}
	}
	switch len(some) {
	case 1:
		return some[0], []Reason{Because("program", "program", s.Entry)}, nil
	case 0:
		// A project may know how to run what it did not list: let it say so.
		for _, p := range pool {
			if e, ok := p.(Enterer); ok {
				if g, ok := e.Enter(want); ok {
					return candidate{p, g}, []Reason{Because("program", "program", s.Entry)}, nil
				}
			}
		}
		if len(all) == 0 {
			return candidate{}, nil, nothingToRun(pool)
		}
		try := "--entry " + strings.Join(programNames(all), "\n--entry ")
		if near := diag.Nearest(want, names); near != "" {
			try = "--entry " + near
		}
		e := &diag.Error{What: fmt.Sprintf("there is no program %q", want), Try: try}
		if s.Entry.From.File != "" { // not the flag's own place, which the text already names
			e.At = s.Entry.From
		}
		return candidate{}, nil, e
	default:
		return candidate{}, nil, undecided(some, nil)
	}
}

// Enterer is a Project that can run things it does not list as programs: a file
// that the user names with --entry.
type Enterer interface {
	Enter(name string) (Program, bool)
}

func programNames(all []candidate) []string {
	var names []string
	for _, c := range all {
		names = append(names, c.program.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// undecided is the question that several programs leave. What can only be refused is offered
// only beside fewer than two others.
func undecided(all []candidate, claims []Reason) error {
	if built := slices.DeleteFunc(slices.Clone(all), func(c candidate) bool { return Refused(c.project) }); len(built) > 1 {
		all = built
	}
	q := Question{Flag: "--entry", Ask: "Which program should the image run?", What: fmt.Sprintf("%s programs can be run", count(len(all)))}
	if len(claims) > 1 {
		var said []string
		for _, c := range claims {
			said = append(said, fmt.Sprintf("%s says %s", c.From, c.Value))
		}
		q.What += " (" + strings.Join(said, ", ") + ")"
	}
	dirs := map[string]bool{}
	names := map[string]int{}
	for _, c := range all {
		dirs[c.project.Dir()] = true
		names[c.program.Name]++
	}
	for _, c := range all {
		choice := Choice{Value: c.program.Name, Says: strings.TrimSpace(c.program.Kind.String() + " in " + c.project.Dir()), At: c.program.At}
		if len(dirs) > 1 && slices.ContainsFunc(all, func(o candidate) bool { return names[o.program.Name] > 1 }) {
			q.Flag, q.Ask, choice.Value = "--project", "Which project should the image run?", c.project.Dir()
			if slices.ContainsFunc(q.Choices, func(o Choice) bool { return o.Value == choice.Value }) {
				continue
			}
		}
		q.Choices = append(q.Choices, choice)
	}
	likely := firstKind(all)[0]
	if q.Default = likely.program.Name; q.Flag == "--project" {
		q.Default = likely.project.Dir()
	}
	if len(q.Choices) < len(all) {
		q.What = strings.Replace(q.What, "programs", "programs in "+count(len(q.Choices))+" projects", 1)
	}
	return &Open{Question: q}
}

func count(n int) string {
	if n < 10 {
		return [...]string{"no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"}[n]
	}
	return fmt.Sprint(n)
}
