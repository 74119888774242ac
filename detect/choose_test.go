package detect

import (
	"cmp"
	"slices"
	"strings"
	"testing"

	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/repo/repotest"
)

// fake is a project of no language.
type fake struct {
	language string // "" for fake
	dir      string
	programs []Program
	reach    []string
	offers   []Offer
	needs    []Need
}

func (f *fake) Language() string           { return cmp.Or(f.language, "fake") }
func (f *fake) Dir() string                { return f.dir }
func (f *fake) Title() string              { return "project " + f.dir }
func (f *fake) At() fact.Source            { return fact.At(f.dir+"/manifest", 1, "") }
func (f *fake) Programs() []Program        { return f.programs }
func (f *fake) Nothing() string            { return "a library" }
func (f *fake) Reach(Program) []string     { return f.reach }
func (f *fake) Plan(Request) (Plan, error) { return Plan{}, nil }
func (f *fake) Offers() []Offer            { return f.offers }
func (f *fake) Needs(Program) []Need       { return f.needs }
func (f *fake) Stage(r StageRequest) (Stage, error) {
	return Stage{Name: r.Name, Dir: "/src"}, nil
}

// refused is a project that is named and never built.
type refused struct{ fake }

func (*refused) Refuses() {}

func service(name, file string, claims ...Claim) Program {
	return Program{Name: name, Kind: Service, At: fact.At(file, 1, ""), Claims: claims}
}

func viewOf(t *testing.T, files ...string) *repo.View {
	t.Helper()
	texts := map[string]string{}
	for _, f := range files {
		texts[f] = "x"
	}
	return repotest.View(t, texts)
}

func TestChoose(t *testing.T) {
	declared := func(what string) Claim { return Claim{Rank: Declared, What: what} }
	command := func(name, file string) Program { return Program{Name: name, Kind: Command, At: fact.At(file, 1, "")} }
	at := func(dir, name string) Project { return &fake{dir: dir, programs: []Program{service(name, dir+"/m")}} }
	for _, test := range []struct {
		name     string
		projects []Project
		settings Settings
		want     string // Program.Name, or the start of the error
	}{
		{"one program", []Project{&fake{dir: ".", programs: []Program{service("api", "a")}}}, Settings{}, "api"},
		{"the only listener", []Project{&fake{dir: ".", programs: []Program{command("tool", "t"), service("api", "a")}}}, Settings{}, "api"},
		{"two listeners", []Project{&fake{dir: ".", programs: []Program{service("a", "a"), service("b", "b")}}}, Settings{}, "two programs can be run: a (a:1), b (b:1)"},
		{"a declared one of two", []Project{&fake{dir: ".", programs: []Program{service("a", "a"), service("b", "b", declared("Procfile"))}}}, Settings{}, "b"},
		{"two declared", []Project{&fake{dir: ".", programs: []Program{service("a", "a", declared("x")), service("b", "b", declared("y"))}}}, Settings{}, "two programs can be run"},
		{"a declared command before a listener", []Project{&fake{dir: ".", programs: []Program{service("a", "a"), {Name: "b", Kind: Command, Claims: []Claim{declared("x")}}}}}, Settings{}, "b"},
		{"a claim within one project says nothing of another", []Project{&fake{dir: "push", programs: []Program{{Name: "push", Kind: Command, At: fact.At("push/m", 1, ""), Claims: []Claim{{Rank: Declared, From: fact.At("push/Dockerfile", 1, "")}}}}}, &fake{dir: "server", programs: []Program{service("api", "server/m")}}}, Settings{}, "api"},
		{"a claim above both settles it", []Project{&fake{dir: "a", programs: []Program{service("a", "a/m", Claim{Rank: Declared, From: fact.At("manifest", 1, "")})}}, &fake{dir: "b", programs: []Program{service("b", "b/m")}}}, Settings{}, "a"},
		{"each project has one program, by its own claims", []Project{&fake{dir: "a", programs: []Program{service("a1", "a/m"), {Name: "a2", Kind: Command, Claims: []Claim{{Rank: Declared, From: fact.At("a/Procfile", 1, "")}}}}}, &fake{dir: "b", programs: []Program{service("b", "b/m")}}}, Settings{}, "b"},
		{"a name in one language says nothing of another's", []Project{&fake{dir: "a", programs: []Program{service("a", "a/m", Claim{Rank: Named, From: fact.At("manifest", 1, "")})}}, &fake{language: "other", dir: "b", programs: []Program{service("b", "b/m")}}}, Settings{}, "two programs can be run"},
		{"the project at the root", []Project{&fake{dir: ".", programs: []Program{service("a", "a")}}, &fake{dir: "proxy", programs: []Program{service("p", "proxy/m")}}}, Settings{}, "a"},
		{"examples are set aside", []Project{&fake{dir: ".", programs: []Program{service("a", "a")}}, &fake{dir: "examples/x", programs: []Program{service("x", "examples/x/m")}}}, Settings{}, "a"},
		{"documents are set aside by a word", []Project{&fake{dir: "app", programs: []Program{service("a", "app/m")}}, &fake{dir: "dev-docs", programs: []Program{service("d", "dev-docs/m")}}}, Settings{}, "a"},
		{"a package is no folder that sets aside", []Project{&fake{dir: "app", programs: []Program{{Name: "a", Kind: Service, At: fact.At("app/samples/m", 1, ""), Dir: "app"}}}, &fake{dir: "b", programs: []Program{command("b", "b/m")}}}, Settings{}, "a"},
		{"the end of a tutorial", []Project{at("complete", "a"), at("complete-kotlin", "b"), at("initial", "c"), at("initial-kotlin", "d")}, Settings{}, "a"},
		{"a beginning below another folder", []Project{at("x/start/app", "a"), at("x/finished/app", "b")}, Settings{}, "b"},
		{"a beginning without an end", []Project{at("start", "a"), at("other", "b")}, Settings{}, "two programs can be run"},
		{"an example alone", []Project{&fake{dir: "examples/x", programs: []Program{service("x", "examples/x/m")}}}, Settings{}, "x"},
		{"a selected example", []Project{&fake{dir: ".", programs: []Program{service("a", "a")}}, &fake{dir: "examples/x", programs: []Program{service("x", "examples/x/m")}}}, Settings{Project: fact.New("examples/x", fact.Flag("--project"))}, "x"},
		{"programs of one name", []Project{&fake{dir: "a", programs: []Program{service(".", "a/m"), service("./x", "a/x")}}, &fake{dir: "b", programs: []Program{service(".", "b/m")}}}, Settings{}, "three programs in two projects can be run: a (a/m:1), b (b/m:1)"},
		{"what is refused is not offered", []Project{at("a", "a"), at("b", "b"), &refused{fake{dir: "c", programs: []Program{service("c", "c/m")}}}}, Settings{}, "two programs can be run: a (a/m:1), b (b/m:1)"},
		{"an entry", []Project{&fake{dir: ".", programs: []Program{service("a", "a"), service("b", "b")}}}, Settings{Entry: fact.New("b", fact.Flag("--entry"))}, "b"},
		{"a mistyped entry", []Project{&fake{dir: ".", programs: []Program{service("server", "a")}}}, Settings{Entry: fact.New("servr", fact.Flag("--entry"))}, `there is no program "servr"`},
		{"a library", []Project{&fake{dir: "."}}, Settings{}, "manifest: nothing to run here: project .: a library"},
		{"a folder that does not exist", []Project{&fake{dir: ".", programs: []Program{service("a", "a")}}}, Settings{Project: fact.New("nowhere", fact.Flag("--project"))}, "there is no folder nowhere"},
	} {
		t.Run(test.name, func(t *testing.T) {
			v := viewOf(t, "a", "b", "examples/x/m", "app/m", "dev-docs/m")
			image, err := Choose(test.projects, v, test.settings)
			got := image.Program.Name
			if err != nil {
				got = err.Error()
			}
			if got != test.want && (err == nil || !strings.HasPrefix(strings.TrimPrefix(got, "./"), test.want)) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestUndecidedAsksAndExits3(t *testing.T) {
	_, err := Choose([]Project{&fake{dir: ".", programs: []Program{service("a", "a"), service("b", "b")}}}, viewOf(t, "a", "b"), Settings{})
	q, open := IsOpen(err)
	if !open || len(q.Choices) != 2 || q.Flag != "--entry" {
		t.Fatalf("question %+v, open %v", q, open)
	}
	if diag.Status(err) != diag.Undecided {
		t.Errorf("status %d, want %d", diag.Status(err), diag.Undecided)
	}
}

// A page that a server embeds becomes a stage of the server's image, and is no
// program of its own any more; what the build reads is the folder that holds both.
func TestSupplies(t *testing.T) {
	page := &fake{dir: "app/web", programs: []Program{{Name: "web", Kind: Site, At: fact.At("app/web/m", 1, "")}}, offers: []Offer{{Path: "app/web/dist"}}}
	server := &fake{dir: "app/server", programs: []Program{service("api", "app/server/m")}, needs: []Need{{Path: "app/web/dist/index.html"}}}
	image, err := Choose([]Project{page, server}, viewOf(t, "app/web/m", "app/server/m", "app/web/dist/.gitkeep"), Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if image.Program.Name != "api" || image.Scope != "app" {
		t.Errorf("program %s, which reads %s, want api in app", image.Program.Name, image.Scope)
	}
	if len(image.Supplies) != 1 || image.Supplies[0].Path != "app/web/dist" || image.Supplies[0].By != Project(page) {
		t.Errorf("supplies %+v", image.Supplies)
	}
	if len(image.Others) != 0 {
		t.Errorf("others %+v: a supply is no image of its own", image.Others)
	}
}

// The Dockerfile of the repository's image stands at the root, with the root as its
// context; that of a part that somebody named, or gave a Dockerfile before, stands there.
func TestPlace(t *testing.T) {
	api := []Project{&fake{dir: "app/api", programs: []Program{service("api", "app/api/m")}}}
	for _, test := range []struct {
		name     string
		settings Settings
		files    []string
		want     string // place and context
	}{
		{"nobody named a part", Settings{}, nil, ". ."},
		{"a named folder", Settings{Project: fact.New("app/api", fact.Flag("--project"))}, nil, "app/api app/api"},
		{"a named program", Settings{Entry: fact.New("api", fact.Flag("--entry"))}, nil, "app/api app/api"},
		{"a Dockerfile is there already", Settings{}, []string{"app/api/Dockerfile"}, "app/api app/api"},
	} {
		t.Run(test.name, func(t *testing.T) {
			image, err := Choose(api, viewOf(t, append(test.files, "app/api/m")...), test.settings)
			if err != nil {
				t.Fatal(err)
			}
			if got := image.Place + " " + image.Context; got != test.want || image.Scope != "app/api" {
				t.Errorf("place and context %s, scope %s; want %s, app/api", got, image.Scope, test.want)
			}
		})
	}
}

// A folder of a page that the build stops without, and that no offer meets by its path,
// gets the only page that is built here; other folders get nothing, nor where there are two.
func TestMoved(t *testing.T) {
	page := func(dir string) *fake {
		return &fake{dir: dir, programs: []Program{{Name: dir, Kind: Site, At: fact.At(dir+"/m", 1, "")}}, offers: []Offer{{Path: dir + "/dist"}}}
	}
	for _, test := range []struct {
		name  string
		need  Need
		pages []Project
		want  string // "path from path"
	}{
		{"the only page", Need{Path: "server/dist", Build: true}, []Project{page("web")}, "server/dist from web/dist"},
		{"a page of it", Need{Path: "server/dist/index.html", Build: true}, []Project{page("web")}, "server/dist from web/dist"},
		{"wanted at run time only", Need{Path: "server/dist"}, []Project{page("web")}, ""},
		{"no folder of pages", Need{Path: "server/data", Build: true}, []Project{page("web")}, ""},
		{"two pages", Need{Path: "server/dist", Build: true}, []Project{page("admin"), page("web")}, ""},
		{"a page that shows something", Need{Path: "server/dist", Build: true}, []Project{page("docs")}, ""},
	} {
		got := ""
		for _, s := range moved(test.pages, test.need) {
			got += s.Path + " from " + s.Made
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// What the repository holds needs no stage.
func TestSuppliesOnlyWhatIsMissing(t *testing.T) {
	page := &fake{dir: "web", offers: []Offer{{Path: "web/dist"}}}
	server := &fake{dir: ".", programs: []Program{service("api", "m")}, needs: []Need{{Path: "web/dist"}}}
	image, err := Choose([]Project{page, server}, viewOf(t, "m", "web/dist/index.html"), Settings{})
	if err != nil {
		t.Fatal(err)
	}
	if len(image.Supplies) != 0 {
		t.Errorf("supplies %+v, want none", image.Supplies)
	}
}

// A need that holds several offers takes them all; of two that hold it, the nearer.
func TestMeet(t *testing.T) {
	a := &fake{dir: "ui/a", offers: []Offer{{Path: "static/a"}}}
	b := &fake{dir: "ui/b", offers: []Offer{{Path: "static/b"}}}
	whole := &fake{dir: "static", offers: []Offer{{Path: "static"}}}
	paths := func(all []Supply) (p []string) {
		for _, s := range all {
			p = append(p, s.By.Dir())
		}
		return p
	}
	if got := paths(meet([]Project{a, b}, &fake{}, Need{Path: "static"})); !slices.Equal(got, []string{"ui/a", "ui/b"}) {
		t.Errorf("a need that holds two offers: %v", got)
	}
	if got := paths(meet([]Project{a, whole}, &fake{}, Need{Path: "static/a/x.js"})); !slices.Equal(got, []string{"ui/a"}) {
		t.Errorf("of two offers that hold a need: %v, want the narrower", got)
	}
}
