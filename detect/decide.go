package detect

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/builder"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/debian"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// Decision is the end of detection: an image and how it is built.
type Decision struct {
	Image    Image
	Plan     Plan
	Projects []Project // all that were found, sorted by folder
	request  Request   // that the plan answers
}

// Decide settles which of the projects becomes the image, and how it is built. A
// wizard calls it again after each answer. The error is an *Open where the
// repository leaves a question open.
func Decide(projects []Project, v *repo.View, s Settings, c *catalogue.Catalogue) (Decision, error) {
	image, err := Choose(projects, v, s)
	if broken := leftOut(projects, v, s); err != nil && broken != nil {
		err = broken
	}
	if err != nil {
		return Decision{}, err
	}
	stages, err := supplyStages(&image, s, c)
	if err != nil {
		return Decision{}, err
	}
	request := Request{Program: image.Program, Settings: s, Context: image.Context, Supplies: image.Supplies, Catalogue: c}
	plan, err := image.Project.Plan(request)
	if err != nil {
		return Decision{}, err
	}
	for _, stage := range stages {
		for _, r := range stage.Reasons {
			r.Stage = stage.Name
			plan.Reasons = append(plan.Reasons, r)
		}
		plan.Notes = append(plan.Notes, stage.Notes...)
		plan.Ignore = append(plan.Ignore, stage.Ignore...)
		plan.Keep = append(plan.Keep, stage.Keep...)
	}
	for _, supply := range image.Supplies {
		if supply.Made != "" {
			plan.Notes = append(plan.Notes, Note{At: supply.Need.From, Text: fmt.Sprintf("nothing here writes %s: it gets %s of %s, the only page that is built here", supply.Path, supply.Made, supply.By.Title())})
		}
	}
	plan.Notes = append(plan.Notes, beforehand(v, image.Project)...)
	for _, f := range v.LeftOut() {
		plan.Notes = append(plan.Notes, Note{Text: f.Err.Error() + " (left out: its folder tests or shows something)"})
	}
	plan.Stages = append(stages, plan.Stages...)
	plan.Reasons = append([]Reason{image.reason()}, plan.Reasons...)
	d := Decision{Image: image, Plan: plan, Projects: projects, request: request}
	d.packages()
	return d, d.suit()
}

// packages names the packages of Debian in the reasons as the release of the images does.
func (d *Decision) packages() {
	release := ""
	for _, r := range d.Plan.Reasons {
		if release == "" && strings.Contains(r.Value, ":") {
			release = debian.Release(r.Value)
		}
	}
	for i, r := range d.Plan.Reasons {
		d.Plan.Reasons[i].Value = debian.Names(release, r.Value)
	}
}

// suit puts the builder among the reasons, and what it leaves of the others. A
// builder without secrets cannot build what needs one.
func (d *Decision) suit() error {
	b := d.Builder()
	for _, s := range d.Plan.Secrets {
		if s.Required && !b.Can(builder.Secrets) {
			what := fmt.Sprintf("%s has no build secrets: what needs the secret %s could be fetched only with a copy of it in the image", b.Title, s.ID)
			return &diag.Error{At: s.From, What: what, Try: "--compat " + builder.Usual().Name, Code: diag.Usage}
		}
	}
	for i, r := range d.Plan.Reasons {
		if r.Needs != "" && !b.Can(r.Needs) {
			d.Plan.Reasons[i].Value, d.Plan.Reasons[i].From = "no "+r.Value, d.request.Settings.Compat.From
		}
	}
	if c := d.request.Settings.Compat; c.Known() {
		d.Plan.Reasons = append(d.Plan.Reasons, Because(CompatID, "builder", c))
	}
	return nil
}

// CompatID is the reason for the builder that the Dockerfile is written for.
const CompatID = "compat"

// Builder is the builder that the Dockerfile is written for.
func (d Decision) Builder() builder.Builder {
	b, ok := builder.Find(d.request.Settings.Compat.Value)
	if !ok {
		return builder.Usual() // Settings.Set takes no other name
	}
	return b
}

// Bases are the choices of the final image, each as planning with it finds: the
// image that it would be, or what rules it out. A language need not say twice what
// its plan knows.
func (d Decision) Bases() []BaseOption {
	all := slices.Clone(d.Plan.Bases)
	for i := range all {
		b := &all[i]
		switch {
		case b.RuledOut != "":
			continue
		case b.Base == d.Plan.Image.Variant:
			b.Image = d.Plan.Image.Base
			continue
		}
		r := d.request
		r.Settings.Base = fact.New(b.Base, fact.Source{What: "--base"})
		other, err := d.Image.Project.Plan(r)
		var no impossible
		switch {
		case err == nil:
			b.Image = other.Image.Base
		case errors.As(err, &no):
			b.RuledOut = no.why
		}
	}
	return all
}

// reason is why this program is the one to build: the reason "program", which
// every plan has without giving it.
func (i Image) reason() Reason {
	if len(i.Why) > 0 {
		return i.Why[0]
	}
	return Reason{ID: "program", What: "program", Value: i.Program.Name, From: i.Program.At}
}

// supplyStages plans the stages of the projects that supply the image, one a project.
func supplyStages(image *Image, s Settings, c *catalogue.Catalogue) ([]Stage, error) {
	var stages []Stage
	taken := map[string]bool{"build": true, "runtime": true, "deps": true, "base": true, "prod-deps": true, "scratch": true, "context": true}
	made := map[Project]Stage{}
	for i := range image.Supplies {
		supply := &image.Supplies[i]
		stage, done := made[supply.By]
		if !done {
			// The settings of the image's own language say nothing about this one.
			var err error
			stage, err = supply.By.(Stager).Stage(StageRequest{
				Name: stageName(supply.By, taken), Context: image.Context,
				Offer: Offer{Path: supply.made()}, Settings: Settings{Base: fact.Of[string]{}}, Catalogue: c,
			})
			if err != nil {
				return nil, err
			}
			made[supply.By] = stage
			stages = append(stages, stage)
		}
		supply.Stage = stage.Name
		supply.From = stage.Dir + "/" + repo.Rel(image.Context, supply.made())
	}
	return stages, nil
}
