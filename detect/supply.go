package detect

import (
	"cmp"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

// supplySet are the needs of all programs that offers meet.
type supplySet struct {
	met   map[string][]Supply // by project folder, language and program
	taken map[Project]bool
}

func key(p Project, g Program) string { return p.Language() + "\x00" + p.Dir() + "\x00" + g.Name }

func (s supplySet) of(c candidate) []Supply { return s.met[key(c.project, c.program)] }
func (s supplySet) takes(p Project) bool    { return s.taken[p] }

// supplies matches what programs need, and the repository does not hold, with
// what other projects' builds leave. A path meets a need if it is the same,
// holds it, or lies in it.
func supplies(projects []Project, v *repo.View) supplySet {
	s := supplySet{met: map[string][]Supply{}, taken: map[Project]bool{}}
	for _, p := range projects {
		needer, ok := p.(Needer)
		if !ok {
			continue
		}
		for _, g := range p.Programs() {
			needs := slices.DeleteFunc(slices.Clone(needer.Needs(g)), func(n Need) bool { return Holds(v, n.Path) })
			offered := map[fact.Source]bool{} // places whose need an offer meets: a name there can mean several paths
			take := func(need Need, met []Supply) {
				for _, supply := range met {
					offered[need.From] = true
					s.met[key(p, g)] = appendNew(s.met[key(p, g)], supply)
					s.taken[supply.By] = true
				}
			}
			for _, need := range needs {
				take(need, meet(projects, p, need))
			}
			for _, need := range needs {
				if offered[need.From] && !need.Build {
					continue
				}
				met := made(projects, p, need)
				if len(met) == 0 {
					met = moved(projects, need)
				}
				if !need.Build { // a second place that it looks in, for another way to run it
					met = slices.DeleteFunc(met, func(m Supply) bool {
						return m.Made != "" && slices.ContainsFunc(s.met[key(p, g)], func(o Supply) bool { return o.By == m.By })
					})
				}
				take(need, met)
			}
		}
	}
	s.addressed(projects, v)
	return s
}

// addressed adds the outputs that a build is told to write into the folder of a project in
// another language, which takes what lies there: nothing else would read them.
func (s supplySet) addressed(projects []Project, v *repo.View) {
	for _, p := range projects {
		stager, ok := p.(Stager)
		if !ok || s.taken[p] || IsSetAside(".", p.Dir()) {
			continue
		}
		for _, offer := range stager.Offers() {
			to := innermost(projects, offer.Path, p.Language())
			receiver, ok := to.(Receiver)
			if !ok || Holds(v, offer.Path) || !receiver.Receives(offer.Path) {
				continue
			}
			// What lies in the project's own folder alone is its own affair.
			if rel := repo.Rel(p.Dir(), offer.Path); repo.Within(p.Dir(), offer.Path) && (!repo.Within(p.Dir(), to.Dir()) || !Holds(v, path.Join(p.Dir(), strings.Split(rel, "/")[0]))) {
				continue
			}
			supply := Supply{Path: offer.Path, By: p, Need: Need{Path: offer.Path, From: offer.From}}
			for _, g := range to.Programs() {
				if of := key(to, g); g.Kind == Service {
					s.met[of] = appendNew(s.met[of], supply)
					s.taken[p] = true
				}
			}
		}
	}
}

// innermost is the project with the longest folder that holds the path, of those in another
// language; nil for none.
func innermost(projects []Project, p, language string) Project {
	var in Project
	for _, q := range projects {
		if q.Language() != language && repo.Within(q.Dir(), p) && (in == nil || len(q.Dir()) > len(in.Dir())) {
			in = q
		}
	}
	return in
}

// meet are the supplies for a need: the one offer that is the path or holds it,
// or all the offers that lie in it. Where two projects would write the same path,
// the one whose own folder is nearer to it does.
func meet(projects []Project, needing Project, need Need) []Supply {
	var holding, inside []Supply
	for _, p := range projects {
		stager, ok := p.(Stager)
		if !ok || p == needing {
			continue
		}
		for _, offer := range stager.Offers() {
			supply := Supply{Path: offer.Path, By: p, Need: need}
			switch {
			case repo.Within(offer.Path, need.Path):
				holding = append(holding, supply)
			case need.Path != "." && repo.Within(need.Path, offer.Path):
				inside = append(inside, supply)
			}
		}
	}
	if len(holding) == 0 {
		return inside
	}
	return []Supply{slices.MinFunc(holding, func(a, b Supply) int {
		return cmp.Or(
			len(b.Path)-len(a.Path), // the narrower offer
			strings.Count(repo.Rel(a.By.Dir(), a.Path), "/")-strings.Count(repo.Rel(b.By.Dir(), b.Path), "/"),
			strings.Compare(a.By.Dir(), b.By.Dir()),
		)
	})}
}

// made is the supply of the innermost project that builds something and holds the path. What a
// program only reads when it runs must look like the work of a build.
func made(projects []Project, needing Project, need Need) []Supply {
	var by Maker
	var best Offer
	for _, p := range projects {
		maker, ok := p.(Maker)
		if !ok || p == needing || !repo.Within(p.Dir(), need.Path) || p.Dir() == need.Path {
			continue
		}
		if !need.Build && !isBuilt(repo.Rel(p.Dir(), need.Path)) {
			continue
		}
		if offer, ok := maker.Makes(need.Path); ok && (by == nil || len(p.Dir()) > len(by.Dir())) {
			by, best = maker, offer
		}
	}
	if by == nil {
		return nil
	}
	return []Supply{{Path: best.Path, By: by, Need: need}}
}

// pageFolders are names of folders that hold a page.
var pageFolders = []string{"dist", "build", "out", "public", "static", "web", "webui", "www", "ui", "frontend", "client", "html", "site", "app", "spa"}

// builtFolders are names of folders, besides those of pages, that builds of pages write to.
var builtFolders = []string{"assets", "bundle", "bundles", "css", "generated", "js"}

// ownersFiles are endings of the files that whoever runs a program puts there: settings, keys, data.
var ownersFiles = []string{".yml", ".yaml", ".toml", ".ini", ".conf", ".cfg", ".env", ".db", ".sqlite", ".sqlite3", ".crt", ".cer", ".der", ".log", ".pid", ".sock"}

// isBuilt reports whether a path looks like what a build leaves: in a folder that has such a name,
// and not a file that the owner of the program writes.
func isBuilt(rel string) bool {
	if secretName(rel) || slices.Contains(ownersFiles, path.Ext(rel)) {
		return false
	}
	return slices.ContainsFunc(strings.Split(rel, "/"), func(part string) bool {
		return slices.Contains(pageFolders, part) || slices.Contains(builtFolders, part)
	})
}

// moved is the page for a folder of a page that people fill by hand, or by a script of theirs: the
// only page that is built here. Where the build does not stop without it, the folder has to be
// named as the build names it: backend/frontend/dist for frontend/dist.
func moved(projects []Project, need Need) []Supply {
	folder := need.Path
	if path.Ext(folder) == ".html" {
		folder = path.Dir(folder)
	}
	if !need.Build && !need.Exact || !slices.Contains(pageFolders, path.Base(folder)) {
		return nil
	}
	var found []Supply
	for _, p := range projects {
		stager, ok := p.(Stager)
		isSite := slices.ContainsFunc(p.Programs(), func(g Program) bool { return g.Kind == Site })
		if !ok || !isSite || IsSetAside(".", p.Dir()) {
			continue
		}
		if offers := stager.Offers(); len(offers) == 1 && (need.Build || strings.HasSuffix(folder, "/"+offers[0].Path)) {
			found = append(found, Supply{Path: folder, Made: offers[0].Path, By: p, Need: need})
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found
}

func appendNew(all []Supply, s Supply) []Supply {
	for _, o := range all {
		if o.Path == s.Path {
			return all
		}
	}
	return append(all, s)
}

// placeholders keep an empty folder in git: a folder with only these holds nothing.
var placeholders = map[string]bool{".gitkeep": true, ".keep": true, ".gitignore": true, "README.md": true, ".placeholder": true, "placeholder.txt": true}

// Holds reports whether the repository itself has something at the path: a file, or
// a folder with more than a placeholder in it.
func Holds(v *repo.View, p string) bool {
	if v.Has(p) {
		return true
	}
	for _, f := range v.Under(p) {
		if !placeholders[path.Base(f)] {
			return true
		}
	}
	return false
}

var notInStageName = pattern.New(`[^a-z0-9]+`)

// stageName is a name for the stage of a project: its folder's, or the language's.
func stageName(p Project, taken map[string]bool) string {
	name := strings.Trim(notInStageName.ReplaceAllString(strings.ToLower(path.Base(p.Dir())), "-"), "-")
	if name == "" || (name[0] >= '0' && name[0] <= '9') {
		name = p.Language()
	}
	for base, n := name, 2; taken[name]; n++ {
		name = fmt.Sprintf("%s-%d", base, n)
	}
	taken[name] = true
	return name
}
