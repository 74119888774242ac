package detect

import (
	"context"
	"fmt"

	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// Decision is the end of detection: an image and how it is built.
type Decision struct {
	Image    Image
	Plan     Plan
	Projects []Project // all that were found, sorted by folder
}

// Decide runs the whole pipeline over a view. The error is an *Open where the
// repository leaves a question open.
func Decide(ctx context.Context, v *repo.View, languages []Language, s Settings, c *catalogue.Catalogue) (Decision, error) {
	projects, err := Projects(ctx, v, languages)
	if err != nil {
		return Decision{}, err
	}
	return DecideAmong(projects, v, s, c)
}

// DecideAmong is Decide for projects that are known already: a wizard calls it
// again after each answer.
func DecideAmong(projects []Project, v *repo.View, s Settings, c *catalogue.Catalogue) (Decision, error) {
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
	plan, err := image.Project.Plan(Request{Program: image.Program, Settings: s, Context: image.Context, Supplies: image.Supplies, Catalogue: c})
	if err != nil {
		return Decision{}, err
	}
	for _, stage := range stages {
		plan.Reasons = append(plan.Reasons, stage.Reasons...)
		plan.Notes = append(plan.Notes, stage.Notes...)
		plan.Ignore = append(plan.Ignore, stage.Ignore...)
		plan.Keep = append(plan.Keep, stage.Keep...)
	}
	for _, supply := range image.Supplies {
		if supply.Made != "" {
			plan.Notes = append(plan.Notes, Note{At: supply.Need.From, Text: fmt.Sprintf("nothing here writes %s: it gets %s of %s, the only page that is built here", supply.Path, supply.Made, supply.By.Title())})
		}
	}
	for _, f := range v.LeftOut() {
		plan.Notes = append(plan.Notes, Note{Text: f.Err.Error() + " (left out: its folder tests or shows something)"})
	}
	plan.Stages = append(stages, plan.Stages...)
	plan.Reasons = append([]Reason{image.reason()}, plan.Reasons...)
	return Decision{Image: image, Plan: plan, Projects: projects}, nil
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
