// Package document is what dockgen prints for programs to read (--json). The
// schemas of these types are in docs/schema. A field is never renamed or removed
// while Version stays the same; readers must accept new ones.
package document

import (
	"errors"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/check"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/render"
	"github.com/dockgen/dockgen/internal/write"
)

// Version is the version of all documents.
const Version = 1

// Plan is what init --json prints. With a Problem, what was not reached is left out.
type Plan struct {
	Version   int             `json:"version"`
	Catalogue string          `json:"catalogue"` // its date
	Image     *Image          `json:"image,omitempty"`
	Values    []detect.Reason `json:"values,omitempty"` // every settled value, its source and the sources that lost
	Final     *Final          `json:"final,omitempty"`
	Bases     []BaseOption    `json:"bases,omitempty"` // the alternatives for the final image
	Notes     []detect.Note   `json:"notes,omitempty"`
	Secrets   []detect.Secret `json:"secrets,omitempty"`
	Files     []File          `json:"files,omitempty"`
	Build     string          `json:"build,omitempty"` // the docker command
	Again     string          `json:"again,omitempty"` // the dockgen command that repeats the run
	Problem   *Problem        `json:"problem,omitempty"`
}

// Image is what is built.
type Image struct {
	Language string    `json:"language"`
	Project  Project   `json:"project"`
	Program  Program   `json:"program"`
	Context  string    `json:"context"` // build context, relative to the root
	Supplies []Supply  `json:"supplies,omitempty"`
	Others   []Program `json:"others,omitempty"` // programs that could have an image of their own
}

// Project is one buildable folder.
type Project struct {
	Language string      `json:"language"`
	Dir      string      `json:"dir"` // relative to the root
	Title    string      `json:"title"`
	At       fact.Source `json:"at"`
	Programs []Program   `json:"programs"`
	Nothing  string      `json:"nothing,omitempty"` // why there is no program
}

// Program is something an image could run.
type Program struct {
	Name string      `json:"name"` // what --entry takes
	Kind string      `json:"kind"` // service, site, worker or command
	Dir  string      `json:"dir"`  // of its project
	At   fact.Source `json:"at"`
}

// Supply is a path that another project's build makes.
type Supply struct {
	Path  string      `json:"path"` // relative to the root
	By    string      `json:"by"`   // the project's folder
	Stage string      `json:"stage"`
	From  fact.Source `json:"from"` // what needs it
}

// Final is the finished image from outside.
type Final struct {
	detect.Final
	Port int `json:"port,omitempty"`
}

// BaseOption is one choice of final image.
type BaseOption struct {
	detect.BaseOption
	Chosen bool `json:"chosen,omitempty"`
}

// File is a file and what became of it.
type File struct {
	Path   string `json:"path"` // relative to the root
	State  string `json:"state"`
	Text   string `json:"text"`
	Diff   string `json:"diff,omitempty"`
	Backup string `json:"backup,omitempty"`
}

// Problem is why there is no result.
type Problem struct {
	Status   int              `json:"status"` // exit status
	At       *fact.Source     `json:"at,omitempty"`
	What     string           `json:"what"`
	Try      string           `json:"try,omitempty"` // one suggestion a line
	Question *detect.Question `json:"question,omitempty"`
}

// NewPlan is the document of a decision.
func NewPlan(date string, d detect.Decision) Plan {
	p := Plan{Version: Version, Catalogue: date, Image: image(d.Image), Values: d.Plan.Reasons, Notes: d.Plan.Notes, Secrets: d.Plan.Secrets}
	p.Final = &Final{Final: d.Plan.Image, Port: d.Plan.Image.Port.Value}
	for _, b := range d.Bases() {
		p.Bases = append(p.Bases, BaseOption{BaseOption: b, Chosen: b.Base == d.Plan.Image.Variant})
	}
	return p
}

func image(i detect.Image) *Image {
	doc := &Image{Language: i.Project.Language(), Project: NewProject(i.Project), Program: program(i.Project, i.Program), Context: i.Context}
	for _, s := range i.Supplies {
		doc.Supplies = append(doc.Supplies, Supply{Path: s.Path, By: s.By.Dir(), Stage: s.Stage, From: s.Need.From})
	}
	for _, o := range i.Others {
		doc.Others = append(doc.Others, program(o.Project, o.Program))
	}
	return doc
}

// NewProject is the document of a project.
func NewProject(p detect.Project) Project {
	doc := Project{Language: p.Language(), Dir: p.Dir(), Title: p.Title(), At: p.At(), Programs: []Program{}}
	for _, g := range p.Programs() {
		doc.Programs = append(doc.Programs, program(p, g))
	}
	if len(doc.Programs) == 0 {
		doc.Nothing = p.Nothing()
	}
	return doc
}

func program(p detect.Project, g detect.Program) Program {
	return Program{Name: g.Name, Kind: g.Kind.String(), Dir: p.Dir(), At: g.At}
}

// Changes are the files as they are in a plan.
func Changes(changes []write.Change) []File {
	files := make([]File, len(changes))
	for i, c := range changes {
		files[i] = File{Path: c.Path, State: c.State.String(), Text: c.Text, Diff: c.Diff(), Backup: c.Backup}
	}
	return files
}

// NewProblem is an error as a document.
func NewProblem(err error) *Problem {
	p := &Problem{Status: diag.Status(err), What: err.Error()}
	var e *diag.Error
	if errors.As(err, &e) {
		p.What, p.Try = e.What, e.Try
		if !e.At.IsZero() {
			p.At = &e.At
		}
		if e.Err != nil {
			p.What += ": " + e.Err.Error()
		}
	}
	if q, open := detect.IsOpen(err); open {
		p.Question = &q
	}
	return p
}

// Detected is what detect --json prints.
type Detected struct {
	Version  int       `json:"version"`
	Projects []Project `json:"projects"`
	Image    *Image    `json:"image,omitempty"` // what init would build
	Problem  *Problem  `json:"problem,omitempty"`
}

// Explained is what explain --json prints.
type Explained struct {
	Version      int           `json:"version"`
	File         string        `json:"file"` // "" with a Problem
	Instructions []Instruction `json:"instructions"`
	Problem      *Problem      `json:"problem,omitempty"`
}

// Instruction is one instruction of the Dockerfile, or one comment, and what is behind it.
type Instruction struct {
	First     int             `json:"first"` // its lines, from 1
	Last      int             `json:"last"`
	Text      string          `json:"text"`
	Values    []detect.Reason `json:"values,omitempty"`    // facts of this repository
	Practices []string        `json:"practices,omitempty"` // rules that hold for every repository
}

// NewExplained is the document of an explained Dockerfile.
func NewExplained(out render.Output, instructions []Instruction) Explained {
	return Explained{Version: Version, File: out.Dockerfile, Instructions: instructions}
}

// Checked is what check --json prints.
type Checked struct {
	Version  int             `json:"version"`
	Files    []string        `json:"files"` // the Dockerfiles that were checked
	Findings []check.Finding `json:"findings"`
	Problem  *Problem        `json:"problem,omitempty"` // why a Dockerfile, or none, was checked
}

// NewChecked is the document of the findings in some Dockerfiles, and of the error
// that kept others from being checked, nil for none.
func NewChecked(files []string, findings []check.Finding, err error) Checked {
	c := Checked{Version: Version, Files: append([]string{}, files...), Findings: append([]check.Finding{}, findings...)}
	if err != nil {
		c.Problem = NewProblem(err)
	}
	return c
}

// Documents are the documents that have a published schema, by the schema's name.
var Documents = map[string]any{"plan": Plan{}, "detected": Detected{}, "explained": Explained{}, "checked": Checked{}}
