package golang

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/shell"
)

// usual are names of folders below cmd/ that hold the service of a repository. "api" is
// not one of them: where people write it, a worker or a web stands beside it and each
// is deployed.
var usual = []string{"server", "app", "service", "serve", "apiserver", "httpd"}

// claims are what speaks for a program being the one to run.
func (m *module) claims(p *pkg) []detect.Claim {
	var all []detect.Claim
	rel := repo.Rel(m.dir, p.dir)
	if at, what := m.declared(p); !at.IsZero() {
		all = append(all, detect.Claim{Rank: detect.Declared, What: what, From: at})
	}
	switch {
	case rel == "." && m.file != nil:
		all = append(all, detect.Claim{Rank: detect.Named, What: "it is the module's root package", From: m.At()})
	case path.Base(rel) == m.baseName()+"d" && m.besides(p, m.baseName()):
		all = append(all, detect.Claim{Rank: detect.Named, What: "it is the daemon that has the name of the module", From: m.At()})
	case path.Base(rel) == m.baseName() && !m.besides(p, m.baseName()+"d"):
		all = append(all, detect.Claim{Rank: detect.Named, What: "it has the name of the module", From: m.At()})
	}
	if at, what := m.builtAlone(p); !at.IsZero() {
		rank := detect.Named
		if strings.Contains(path.Base(at.File), "goreleaser") && detect.IsSetAside(".", p.dir) {
			rank = detect.Declared // an example that people release is none
		}
		all = append(all, detect.Claim{Rank: rank, What: what, From: at})
	}
	base := path.Base(rel)
	if slices.Contains(usual, base) || base == m.baseName()+"-server" || base == m.baseName()+"d" {
		all = append(all, detect.Claim{Rank: detect.Usual, What: "it has a name that services usually have", From: p.main})
	}
	return all
}

// besides reports whether a program of that name lies beside this one.
func (m *module) besides(p *pkg, name string) bool {
	return m.packages.isMain(path.Join(path.Dir(p.dir), name))
}

// declared is where somebody wrote down that this program is deployed: the
// Procfile's web process, or the command of a Dockerfile.
func (m *module) declared(p *pkg) (fact.Source, string) {
	for _, d := range slices.Compact([]string{m.dir, "."}) {
		if web, ok, err := hints.Web(m.view, d); err == nil && ok {
			for _, c := range web.Line.Commands {
				if m.starts(c.Argv(), d, p) {
					return web.From, "the Procfile's web process"
				}
			}
		}
		for _, file := range m.dockerfiles(d) {
			if m.starts(m.handedOn(file), d, p) || m.builtBy(file.File, p) {
				return file.From, "the image of " + file.File + " runs it"
			}
		}
	}
	if at := m.composed(p); !at.IsZero() {
		return at, "the compose file starts it"
	}
	return fact.Source{}, ""
}

// composed is where the compose file starts this program in the one image that it builds of the module.
func (m *module) composed(p *pkg) fact.Source {
	service, ok := hints.ComposeOf(m.view, m.dir, m.dir, ".")
	if ok && m.starts(service.Command, m.dir, p) {
		return service.From
	}
	return fact.Source{}
}

// dockerfiles is the folder's Dockerfile, or the only one of another name.
func (m *module) dockerfiles(dir string) []hints.Dockerfile {
	all := dockerfilesOf(m.view, dir)
	for _, d := range all {
		if base := path.Base(d.File); base == "Dockerfile" || base == "Containerfile" {
			return []hints.Dockerfile{d}
		}
	}
	if len(all) == 1 {
		return all
	}
	return nil
}

// handedOn is the command of a Dockerfile; where its entry point only prepares and then starts
// a program of the module that CMD names, what that gets.
func (m *module) handedOn(file hints.Dockerfile) []string {
	command := file.Command[file.Entry:]
	if file.Entry > 0 && len(command) > 0 {
		base := path.Base(file.Command[0])
		if prepares := strings.Contains(base, "entrypoint") || path.Ext(base) == ".sh"; prepares && m.isBuilt(path.Base(command[0])) {
			return command
		}
	}
	return unwrapped(file.Command)
}

// isBuilt reports whether a name is that of one program of the module, as it or a recipe calls it.
func (m *module) isBuilt(name string) bool {
	if len(m.named(name)) == 1 {
		return true
	}
	return slices.ContainsFunc(m.recipes, func(r recipe) bool { return r.binary == name && m.packages.isMain(r.dir) })
}

// starts reports whether a command starts the program: by the name of its binary, or
// with go run.
func (m *module) starts(argv []string, dir string, p *pkg) bool {
	if len(argv) > 2 && argv[0] == "go" && argv[1] == "run" {
		return builtDir(argv[2:3], dir) == p.dir
	}
	return len(argv) > 0 && path.Base(argv[0]) == m.binary(p) && len(m.named(path.Base(argv[0]))) == 1
}

// named are the programs whose binary has a name.
func (m *module) named(binary string) []*pkg {
	var all []*pkg
	for _, p := range m.packages.mains() {
		if m.binary(p) == binary {
			all = append(all, p)
		}
	}
	return all
}

// builtBy reports whether the go build commands of a file build this program and no other.
func (m *module) builtBy(file string, p *pkg) bool {
	built := m.builtIn(file)
	return len(built) == 1 && built[0] == p.dir
}

// builtIn are the folders that the go build commands of a file name, each once.
func (m *module) builtIn(file string) []string {
	var dirs []string
	for _, r := range m.recipes {
		if r.from.File == file && m.packages.isMain(r.dir) && !slices.Contains(dirs, r.dir) {
			dirs = append(dirs, r.dir)
		}
	}
	return dirs
}

// builtAlone is the file that builds this program and no other: what people release.
func (m *module) builtAlone(p *pkg) (fact.Source, string) {
	for _, r := range m.recipes {
		if r.dir == p.dir && m.builtBy(r.from.File, p) {
			what := "the only program that " + path.Base(r.from.File) + " builds"
			return r.from, what
		}
	}
	return fact.Source{}, ""
}

// recipeFor is the go build command for a program: goreleaser's before others, in
// the order of the files.
func (m *module) recipeFor(p *pkg) (recipe, bool) {
	return m.recipeOf(p.dir, len(m.programs) < 2)
}

// recipeOf is the one for the program in a folder; alone says that the module has no other. Of a
// Makefile's targets the one that a Dockerfile makes comes first, and then build.
func (m *module) recipeOf(dir string, alone bool) (recipe, bool) {
	best, found := recipe{}, false
	for _, r := range m.byTarget() {
		if r.dir != dir && !(r.dir == "" && alone) {
			continue
		}
		if !found || (len(r.stamps)+len(r.tags) > 0 && len(best.stamps)+len(best.tags) == 0) {
			best, found = r, true
		}
	}
	return best, found
}

// byTarget are the recipes with those of a Makefile's most telling target before its others.
func (m *module) byTarget() []recipe {
	var made []string
	for _, d := range slices.Compact([]string{m.dir, "."}) {
		for _, file := range m.dockerfiles(d) {
			for _, run := range file.Runs {
				made = append(made, makes(run.Value)...)
			}
		}
	}
	weight := func(r recipe) int {
		switch {
		case slices.Contains(made, r.target):
			return 0
		case r.target == "build":
			return 1
		}
		return 2
	}
	all := slices.Clone(m.recipes)
	for i := 0; i < len(all); { // in the place that the Makefile has among the files
		end := i + 1
		for end < len(all) && all[end].from.File == all[i].from.File {
			end++
		}
		if all[i].target != "" {
			slices.SortStableFunc(all[i:end], func(a, b recipe) int { return weight(a) - weight(b) })
		}
		i = end
	}
	return all
}

// makes are the targets of the make commands of a shell line.
func makes(text string) []string {
	line, err := shell.Parse(text)
	if err != nil {
		return nil // evidence, not input
	}
	var targets []string
	for _, c := range line.Commands {
		if argv := c.Argv(); len(argv) > 1 && argv[0] == "make" {
			targets = append(targets, argv[1:]...)
		}
	}
	return targets
}

// knownTags are the build tags that decide which files belong to the program: those of its recipe where
// only one program has any, else the ones that every recipe agrees on.
func (m *module) knownTags() []string {
	var tags []string
	var dirs []string
	for _, r := range m.recipes {
		if r.dir != "" && !slices.Contains(dirs, r.dir) {
			dirs = append(dirs, r.dir)
		}
	}
	if len(dirs) == 1 {
		r, _ := m.recipeOf(dirs[0], true)
		return r.tags
	}
	for i, r := range m.recipes {
		if i == 0 {
			tags = slices.Clone(r.tags)
			continue
		}
		tags = slices.DeleteFunc(tags, func(t string) bool { return !slices.Contains(r.tags, t) })
	}
	return tags
}

// written are the arguments that people start the program with: of the Procfile's
// web process or of a Dockerfile.
func (m *module) written(p *pkg) (argv []string, from fact.Source) {
	for _, d := range slices.Compact([]string{m.dir, "."}) {
		if web, ok, err := hints.Web(m.view, d); err == nil && ok && len(web.Line.Commands) > 0 {
			last := web.Line.Commands[len(web.Line.Commands)-1].Argv()
			if len(last) > 1 && (m.starts(last, d, p) || len(m.packages.mains()) == 1) {
				return last[1:], web.From
			}
		}
		for _, file := range m.dockerfiles(d) {
			if argv := m.handedOn(file); len(argv) > 1 {
				return argv[1:], file.From
			}
		}
	}
	if service, ok := hints.ComposeOf(m.view, m.dir, m.dir, "."); ok && len(service.Command) > 0 {
		if m.starts(service.Command, m.dir, p) {
			return service.Command[1:], service.From
		}
		return service.Command, service.From // the arguments of the image's own entry point
	}
	return nil, fact.Source{}
}

// isMain reports whether a folder holds a program.
func (ps *packages) isMain(dir string) bool {
	p := ps.byDir[dir]
	return dir != "" && p != nil && p.name == "main" && !p.main.IsZero()
}

// mains are the programs, sorted by folder.
func (ps *packages) mains() []*pkg {
	var all []*pkg
	for dir, p := range ps.byDir {
		if ps.isMain(dir) {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b *pkg) int { return strings.Compare(a.dir, b.dir) })
	return all
}
