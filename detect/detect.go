// Package detect decides what is built of a repository, and how.
//
//	repo.View → []Project → Image → Plan
//
// A Language finds Projects; the core settles which Program becomes the Image
// and which other projects supply it; the project makes the Plan. The core
// knows no language by name: what differs between languages is behind Language,
// Project and the small optional interfaces here. Everything is a plain
// function of the view and the settings.
package detect

import (
	"context"
	"fmt"

	"github.com/dockgen/dockgen/internal/builder"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/templates"
)

// Language finds the projects of one language.
type Language interface {
	// Name is the value of --language and the name of the language's folders.
	Name() string
	// Detect reports the projects of this language, sorted by folder. A manifest
	// that cannot be parsed is an error with its line, never "not here": the
	// user would otherwise get another language's Dockerfile.
	Detect(ctx context.Context, v *repo.View) ([]Project, error)
}

// Optioner is a Language with settings of its own; each becomes a flag of init.
type Optioner interface {
	Options() []Option
}

// Option is a setting that only one language knows, such as --jlink.
type Option struct {
	Name  string // flag and key of Settings.Options, without dashes
	Usage string // one line of help
	Bool  bool   // a switch; its value is "true"
	// Values are the only ones that it takes, none where any text is possible.
	Values []string
}

// Project is one buildable folder. It is read-only after Detect.
type Project interface {
	Language() string
	Dir() string     // relative to the root of the view, "." for the root
	Title() string   // "Go module example.com/hello"
	At() fact.Source // the manifest that says so
	// Programs are what an image could run, in a fixed order. A library has none.
	Programs() []Program
	// Nothing says why there is no program ("no package main"), or "".
	Nothing() string
	// Reach are the folders outside Dir that building the program needs, such
	// as the workspace root that holds the lockfile.
	Reach(Program) []string
	// Plan decides how the image is built. It returns an *Open for a question that
	// nothing in the repository settles.
	Plan(Request) (Plan, error)
}

// Refuser is a Language that dockgen recognises but does not build, or a Project
// of one: its Plan is always the error that says so. It keeps a repository from
// being built as the assets that lie in it.
type Refuser interface{ Refuses() }

// Refused reports whether a language or a project is a Refuser.
func Refused(x any) bool { _, ok := x.(Refuser); return ok }

// Stager is a Project whose build leaves files that another project can take.
type Stager interface {
	Project
	Offers() []Offer
	// Stage is the build stage that leaves the offer; the stage keeps the layout of
	// the context below the folder it returns.
	Stage(StageRequest) (Stage, error)
}

// Maker is a Stager whose build may leave more than Offers says: what a script of the
// project's own writes is not known. It is asked for a path within its folder that
// the repository lacks, another project needs, and no offer meets.
type Maker interface {
	Stager
	Makes(path string) (Offer, bool)
}

// Offer is a file or folder, relative to the root, that does not exist until the project is built.
type Offer struct {
	Path string
	From fact.Source
}

// Needer is a Project whose programs need files that the repository may not hold.
type Needer interface {
	Needs(Program) []Need
}

// Need is a path, relative to the root, that must exist before the build or at run time.
// A need that no offer meets is the project's own to report.
type Need struct {
	Path  string
	From  fact.Source
	Build bool // the build stops without it, as for an embedded folder
	Exact bool // the program looks in this very place, whatever its working directory
}

// Receiver is a Project into whose folder the builds of others may write. Receives reports
// whether what lies at the path, relative to the root, becomes part of its programs' images.
type Receiver interface {
	Receives(path string) bool
}

// StageRequest asks a Stager for its stage within another project's image.
type StageRequest struct {
	Name      string // of the stage
	Context   string // context root of the image, relative to the root
	Offer     Offer
	Settings  Settings
	Catalogue *catalogue.Catalogue
}

// Supply is a build output that another stage of the image leaves.
type Supply struct {
	Stage string // its name, for COPY --from
	From  string // absolute path in that stage
	Path  string // relative to the root of the view: where the build expects it
	Made  string // … and where its own project leaves it, "" for the same path
	By    Project
	Need  Need
}

// made is the path that the supplying project leaves.
func (s Supply) made() string {
	if s.Made != "" {
		return s.Made
	}
	return s.Path
}

// Kind is what sort of thing a program is.
type Kind int

// Kinds of programs, the ones people deploy first.
const (
	Service Kind = iota + 1 // answers on a port
	Site                    // static files, served by a web server of ours
	Worker                  // runs on without a port
	Command                 // runs to its end, or nothing says more
)

func (k Kind) String() string {
	return [...]string{"", "service", "site", "worker", "command"}[k]
}

// MarshalText is String, for JSON.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// Program is something an image can run.
type Program struct {
	Name   string   // what --entry takes; unique within the project
	Also   []string // other spellings that --entry accepts
	Kind   Kind
	At     fact.Source
	Dir    string  // its folder, where At's says nothing of what it is for (packages of Java); "" for At's
	Claims []Claim // what speaks for this program being the one to run
}

// Claim is a fact that points at one program of several.
type Claim struct {
	Rank Rank
	What string // "the Procfile's web process"
	From fact.Source
}

// Rank is the weight of a claim; a lower one is only asked where no higher one speaks.
type Rank int

// Ranks of claims, the strongest first.
const (
	Declared Rank = iota + 1 // somebody wrote down what is deployed: Procfile web, default-run
	Named                    // it carries the name of the module, package or repository
	Usual                    // it has a name that such programs usually have: cmd/server
)

// Settings are what the user chose, each with the flag or file that said so.
type Settings struct {
	Base     fact.Of[string] // auto, distroless, scratch, alpine, slim
	Language fact.Of[string]
	Project  fact.Of[string] // folder relative to the root
	Entry    fact.Of[string] // Program.Name or one of Also
	Version  fact.Of[string] // of the language
	Port     fact.Of[int]
	Compat   fact.Of[string]            // builder that the Dockerfile is written for
	Options  map[string]fact.Of[string] // by Option.Name
}

// Option is the value of a language's own option, and whether it is a switch that is on.
func (s Settings) Option(name string) (fact.Of[string], bool) {
	o := s.Options[name]
	return o, o.Value == "true"
}

// The values of --base.
const (
	Auto       = "auto"
	Distroless = "distroless"
	Scratch    = "scratch"
	Alpine     = "alpine"
	Slim       = "slim"
)

// Bases are the values of --base, in the order in which help lists them.
var Bases = []string{Auto, Distroless, Scratch, Alpine, Slim}

// Request is what a project plans from.
type Request struct {
	Program   Program
	Settings  Settings
	Context   string // context root, relative to the root of the view
	Supplies  []Supply
	Catalogue *catalogue.Catalogue
}

// InContext is a path of the view as COPY names it: relative to the context root.
func (r Request) InContext(p string) string { return repo.Rel(r.Context, p) }

// Plan is everything decided about one image.
type Plan struct {
	Stages  []Stage  // the final one last
	Ignore  []string // .dockerignore patterns of this language; one that would hide a tracked file is left out
	Keep    []string // tracked files, relative to the root, that the build needs even if a common pattern hides them
	Reasons []Reason
	Notes   []Note
	Bases   []BaseOption // as far as the language says; Decision.Bases has the rest
	Secrets []Secret
	Image   Final
}

// Stage is one stage of the Dockerfile.
type Stage struct {
	Name    string
	Text    templates.Text
	Dir     string   // in a Stager's stage: the absolute folder that mirrors the context root
	Reasons []Reason // of a Stager's stage
	Notes   []Note
	Ignore  []string
	Keep    []string
}

// Final is what the finished image looks like from outside.
type Final struct {
	Base    string       `json:"base"`             // what the last FROM names
	Variant string       `json:"variant"`          // distroless, scratch, alpine, slim, ...
	User    string       `json:"user"`             // numeric
	Port    fact.Of[int] `json:"-"`                // 0 where none is known
	Command []string     `json:"command"`          // what runs, in exec form
	Writes  []string     `json:"writes,omitempty"` // folders the program writes to: volumes, or tmpfs
}

// Reason is a settled value: what the report, --json and explain show.
type Reason struct {
	ID    string      `json:"id"`    // what templates name in {{why}}; unique in a plan, or in a stage of it
	What  string      `json:"what"`  // "Go version"
	Value string      `json:"value"` // "1.26"
	From  fact.Source `json:"from"`
	Lost  []fact.Said `json:"lost,omitempty"` // sources that said otherwise
	Note  string      `json:"note,omitempty"` // one more sentence for explain
	// Stage is the Stager's stage that it is behind, "" for what the image's own project says.
	Stage string `json:"-"`
	// Needs is what the builder must understand for this to hold, "" for nothing.
	Needs builder.Ability `json:"-"`
}

// Because is the reason for a value, and the sources that lost.
func Because[T comparable](id, what string, value fact.Of[T], lost ...fact.Of[T]) Reason {
	return Reason{ID: id, What: what, Value: fmt.Sprint(value.Value), From: value.From, Lost: fact.Text(lost...)}
}

// Note is something the user should know that is no decision.
type Note struct {
	Warning bool        `json:"warning,omitempty"` // it may not work, or is not safe
	At      fact.Source `json:"at,omitzero"`
	Text    string      `json:"text"`
}

// BaseOption is one choice of final image, for the wizard and for explain.
type BaseOption struct {
	Base     string `json:"base"`
	Image    string `json:"image,omitempty"`
	Says     string `json:"says,omitempty"`     // one line on size, safety and cost
	RuledOut string `json:"ruledOut,omitempty"` // why it is impossible here, "" if it is not
	Auto     bool   `json:"auto,omitempty"`     // the automatic choice
}

// Secret is a build secret that the Dockerfile mounts.
type Secret struct {
	ID       string      `json:"id"`
	Source   string      `json:"source"` // example of the file on the user's machine: "$HOME/.npmrc"; "" for an environment variable named like the ID
	Required bool        `json:"required,omitempty"`
	From     fact.Source `json:"from"`
}
