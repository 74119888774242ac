package hints

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// Placed is a file or folder of the repository that a Dockerfile puts into its image.
type Placed struct {
	Path string // relative to the root of the view
	To   string // absolute; for a folder, where what is in it lands
	From fact.Source
}

// placed is a copy of a stage: of paths of the build context, or of another stage.
type placed struct {
	sources []string
	to      string // absolute, with a "/" at the end where it names a folder for sure
	stage   int    // that the sources are in, -1 for the build context
	from    fact.Source
}

// stageCopies are the copies of each stage, with those of the stage that it is built on.
func (d Dockerfile) stageCopies(stages []instructions.Stage) [][]placed {
	all := make([][]placed, len(stages))
	workdirs := make([]string, len(stages))
	for i, s := range stages {
		workdir := "/"
		if base, ok := stageNamed(stages[:i], s.BaseName); ok {
			all[i], workdir = slices.Clone(all[base]), workdirs[base]
		}
		for _, c := range s.Commands {
			switch c := c.(type) {
			case *instructions.WorkdirCommand:
				if to := d.Fill(c.Path); path.IsAbs(to) {
					workdir = path.Clean(to)
				} else {
					workdir = path.Join(workdir, to)
				}
			case *instructions.CopyCommand:
				from := -1
				if c.From != "" {
					var ok bool
					if from, ok = stageNamed(stages[:i], c.From); !ok {
						continue // of another image
					}
				}
				all[i] = append(all[i], d.copyIn(c.SourcesAndDest, workdir, from, c.Location()[0].Start.Line))
			case *instructions.AddCommand:
				all[i] = append(all[i], d.copyIn(c.SourcesAndDest, workdir, -1, c.Location()[0].Start.Line))
			}
		}
		workdirs[i] = workdir
	}
	return all
}

func (d Dockerfile) copyIn(c instructions.SourcesAndDest, workdir string, stage, line int) placed {
	to := d.Fill(c.DestPath)
	folder := len(c.SourcePaths) > 1 || strings.HasSuffix(to, "/") || path.Base(to) == "."
	if !path.IsAbs(to) {
		to = path.Join(workdir, to)
	}
	to = path.Clean(to)
	if folder = folder || to == workdir; folder && to != "/" {
		to += "/"
	}
	p := placed{to: to, stage: stage, from: fact.At(d.File, line, "COPY")}
	for _, source := range c.SourcePaths {
		p.sources = append(p.sources, d.Fill(source))
	}
	return p
}

// stageNamed is the index of a stage, by its name or number.
func stageNamed(stages []instructions.Stage, name string) (int, bool) {
	for i, s := range stages {
		if s.Name != "" && strings.EqualFold(s.Name, name) || strconv.Itoa(i) == name {
			return i, true
		}
	}
	return 0, false
}

// leading are the stages that the last one is built on, or copied from, itself among them.
func leading(stages []instructions.Stage) []bool {
	leads := make([]bool, len(stages))
	leads[len(stages)-1] = true
	for n := len(stages) - 1; n >= 0; n-- { // a stage only names earlier ones
		if !leads[n] {
			continue
		}
		names := []string{stages[n].BaseName}
		for _, c := range stages[n].Commands {
			if c, ok := c.(*instructions.CopyCommand); ok && c.From != "" {
				names = append(names, c.From)
			}
		}
		for _, name := range names {
			if i, ok := stageNamed(stages[:n], name); ok {
				leads[i] = true
			}
		}
	}
	return leads
}

// place notes what the last stage copies, each source followed back to the build context as far as
// the text tells.
func (d *Dockerfile) place(stages []instructions.Stage) {
	all := d.stageCopies(stages)
	for _, c := range all[len(all)-1] {
		d.placed = append(d.placed, origins(all, c, 0)...)
		if c.stage >= 0 {
			d.taken = append(d.taken, c)
		}
	}
}

// Renamed are the names, other than its own, that the last stage gives a file of another stage:
// COPY --from=build /src/target/release/NAME /app/server.
func (d Dockerfile) Renamed(name string) []string {
	var names []string
	for _, c := range d.taken {
		if len(c.sources) == 1 && path.Base(c.sources[0]) == name && !strings.HasSuffix(c.to, "/") && path.Base(c.to) != name {
			names = append(names, path.Base(c.to))
		}
	}
	return names
}

// maxStages are more than any Dockerfile has in a row.
const maxStages = 16

// origins is a copy with sources in the build context: itself, or one for each copy into the stage
// of its sources that may have brought them there.
func origins(all [][]placed, c placed, depth int) []placed {
	if c.stage < 0 {
		return []placed{c}
	}
	if depth > maxStages {
		return nil
	}
	var found []placed
	for _, source := range c.sources {
		source = path.Join("/", source)
		to := c.to
		for i := len(all[c.stage]) - 1; i >= 0; i-- {
			earlier := all[c.stage][i]
			folder := strings.TrimSuffix(earlier.to, "/")
			switch {
			case source == earlier.to: // the whole of it
				earlier.to, earlier.from = to, c.from
				found = append(found, origins(all, earlier, depth+1)...)
			case repo.Within(strings.TrimPrefix(folder, "/"), strings.TrimPrefix(source, "/")) || folder == "":
				rest := strings.TrimPrefix(strings.TrimPrefix(source, folder), "/")
				below := placed{to: to, stage: earlier.stage, from: c.from}
				for _, s := range earlier.sources {
					below.sources = append(below.sources, path.Join(s, rest)) // what was in a folder
					if path.Base(s) == rest {
						below.sources = append(below.sources, s) // the file itself
					}
				}
				found = append(found, origins(all, below, depth+1)...)
			}
		}
	}
	return found
}

// Placed are the files and folders of the repository that the last stage copies into its image, by way
// of other stages too, where a folder is the context of the build. The context as a whole is none of
// them, and neither is what only the build makes.
func (d Dockerfile) Placed(v *repo.View, context string) []Placed {
	here, _ := d.places(v, context)
	return here
}

// Outputs are the paths that the last stage copies and that the repository does not hold: what the builds of
// other stages leave there.
func (d Dockerfile) Outputs(v *repo.View, context string) []Placed {
	_, outputs := d.places(v, context)
	return outputs
}

// belowFile reports whether a folder of a path is a file.
func belowFile(v *repo.View, p string) bool {
	for dir := path.Dir(p); dir != "."; dir = path.Dir(dir) {
		if v.Has(dir) {
			return true
		}
	}
	return false
}

func (d Dockerfile) places(v *repo.View, context string) (all, outputs []Placed) {
	for _, c := range d.placed {
		for _, source := range c.sources {
			if strings.ContainsAny(source, "*?[$") {
				continue
			}
			p := path.Join(context, path.Join("/", source)[1:])
			to := strings.TrimSuffix(c.to, "/")
			switch {
			case p == context || p == ".":
				continue
			case v.HasDir(p):
			case !v.Has(p) && belowFile(v, p):
				continue
			case !v.Has(p):
				outputs = append(outputs, Placed{Path: p, To: to, From: c.from})
				continue
			case strings.HasSuffix(c.to, "/"):
				to = path.Join(c.to, path.Base(source))
			}
			if to == "" {
				to = "/"
			}
			if !slices.ContainsFunc(all, func(o Placed) bool { return o.To == to && o.Path == p }) {
				all = append(all, Placed{Path: p, To: to, From: c.from})
			}
		}
	}
	return all, outputs
}
