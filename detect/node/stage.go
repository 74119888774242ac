package node

import (
	"path"
	"slices"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/page"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// Offers are the folders that the package's build leaves, for other projects to take.
func (p *pkg) Offers() []detect.Offer {
	if p.buildScript() == "" && !(p.framed && p.fw.build != nil) || p.lacksPackage() {
		return nil
	}
	var offers []detect.Offer
	for _, out := range append(slices.Clone(p.outputs()), p.amongSources()...) {
		from := p.m.scripts[p.buildScript()].From
		offers = append(offers, detect.Offer{Path: p.in(out), From: from})
	}
	return offers
}

// lacksPackage reports whether a dependency lies in a folder that the repository does not hold, as
// what wasm-pack leaves does: nothing can be installed before something else made it.
func (p *pkg) lacksPackage() bool {
	for _, all := range []map[string]dependency{p.m.deps, p.m.dev} {
		for _, d := range all {
			if rel, ok := d.folder(); ok && !d.optional && !detect.Holds(p.view, p.in(rel)) {
				return true
			}
		}
	}
	return false
}

// Makes reports whether the package has a build script, which may write anything in
// the package's folder but what is installed there.
func (p *pkg) Makes(file string) (detect.Offer, bool) {
	script := p.buildScript()
	if script == "" || p.lacksPackage() || firstPart(repo.Rel(p.dir, file)) == "node_modules" {
		return detect.Offer{}, false
	}
	return detect.Offer{Path: file, From: p.m.scripts[script].From}, true
}

// Stage is the build of the package as a stage of another project's image.
func (p *pkg) Stage(r detect.StageRequest) (detect.Stage, error) {
	c, err := p.recipe(r.Settings, r.Catalogue, r.Context)
	if err != nil {
		return detect.Stage{}, err
	}
	if err := c.buildSteps(p); err != nil {
		return detect.Stage{}, err
	}
	v := c.buildView(r.Catalogue, false, r.Name)
	return detect.Stage{
		Name: r.Name, Text: buildTemplates[c.template()].With(v), Dir: source, Ignore: c.ignored(), Keep: p.kept(c.manager),
		Reasons: c.commonReasons(r.Catalogue), Notes: append(slices.Clone(c.version.notes), c.manager.notes...),
	}, nil
}

// sitePlan is the plan of a package whose build leaves static files.
func (p *pkg) sitePlan(r detect.Request, c *recipe) (detect.Plan, error) {
	if err := c.buildSteps(p); err != nil {
		return detect.Plan{}, err
	}
	if len(p.fw.drop) > 0 {
		c.steps = append(c.steps, stepView{Words: append([]string{"rm", "-rf"}, p.fw.drop...), Why: "build"})
	}
	v := c.buildView(r.Catalogue, false, "build")
	site := *p.fw.site
	if len(c.steps) == 0 { // nothing is built: the files go straight into the final image
		site.Folder.Value = r.InContext(p.in(site.Folder.Value))
		return p.servedAsIs(r, c, site)
	}
	site.Stage = "build"
	site.Folder = fact.New(path.Join(source, c.at.InContext(p.in(site.Folder.Value))), site.Folder.From)
	served, err := page.Plan(site, r.Settings, r.Catalogue)
	if err != nil {
		return detect.Plan{}, err
	}
	return detect.Plan{
		Stages:  []detect.Stage{{Name: "build", Text: buildTemplates[c.template()].With(v)}, served.Stage},
		Ignore:  c.ignored(),
		Keep:    p.kept(c.manager),
		Reasons: append(append(c.commonReasons(r.Catalogue), p.fw.reasons...), served.Reasons...),
		Notes:   append(append(append(slices.Clone(c.version.notes), c.manager.notes...), p.fw.notes...), c.notes...),
		Bases:   served.Bases,
		Secrets: c.secrets(),
		Image:   served.Image,
	}, nil
}

// servedAsIs is the plan of static files that nobody builds.
func (p *pkg) servedAsIs(r detect.Request, c *recipe, site page.Site) (detect.Plan, error) {
	served, err := page.Plan(site, r.Settings, r.Catalogue)
	if err != nil {
		return detect.Plan{}, err
	}
	framework := detect.Reason{ID: "framework", What: "framework", Value: p.fw.name, From: p.fw.from}
	return detect.Plan{
		Stages: []detect.Stage{served.Stage}, Ignore: ignored, Reasons: append([]detect.Reason{framework}, served.Reasons...),
		Notes: p.fw.notes, Bases: served.Bases, Image: served.Image,
	}, nil
}
