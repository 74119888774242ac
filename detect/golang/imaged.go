package golang

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/started"
	"github.com/dockgen/dockgen/templates"
)

var (
	// ofLibraries are variables that modules or Go itself read, without a line of the program that does.
	ofLibraries = pattern.New(`^(GIN_MODE|ECHO_.*|BEEGO_RUNMODE|GODEBUG|GOGC|GOMEMLIMIT|GOMAXPROCS|TZ)$`)
	// secretName is the name of a variable whose value is nobody's business.
	secretName = pattern.New(`(?i)pass(word|wd|phrase)?|secret|token|credential|api_?key|private|salt|dsn`)
	// plainText is a value that means the same in every image.
	plainText = pattern.New(`^[A-Za-z0-9_.:,@%+= /?&-]{1,200}$`)
)

// deployed adds what the program's own Dockerfile gives it: the files that its last stage copies, the
// variables that the program reads, and the arguments, with the paths as they are in our image.
func (n *needs) deployed(m *module, p *pkg, r detect.Request) {
	g, ok := m.given(p)
	if !ok {
		return
	}
	s := m.sources(p)
	i := imaged{module: m, needs: n, sources: s, given: g, pkg: p, request: r}
	i.volumes = append(slices.Clone(g.file.Volumes), g.file.Made...)
	i.values = map[string]bool{}
	for name, v := range g.environment() {
		if m.readsVariable(s, name) {
			i.values[v.Value] = true
		}
	}
	for _, a := range g.arguments {
		i.values[a.value] = true
	}
	for _, added := range g.file.Adds {
		if name, ok := started.Brought(added.Value); ok {
			n.programs = started.Wanted(append(n.programs, fact.New(name, added.From)))
		}
	}
	i.files()
	i.environment()
	i.arguments()
}

// readsVariable reports whether a program, or a module that it is known to use, reads a variable.
func (m *module) readsVariable(s *sources, name string) bool {
	if ofLibraries.MatchString(name) {
		return true
	}
	prefix, _, _ := strings.Cut(name, "_") // as a library puts it before every name: conf.Parse("NOTES", &settings)
	for _, text := range []string{name, prefix, prefix + "_"} {
		if _, named := s.literals[text]; named && text != "" {
			return true
		}
	}
	return slices.ContainsFunc(s.settings, func(set setting) bool { return set.env == name || s.automatic(set) == name })
}

// imaged turns the paths of people's image into those of ours.
type imaged struct {
	module  *module
	needs   *needs
	sources *sources
	given   given
	pkg     *pkg
	request detect.Request
	volumes []fact.Of[string]
	values  map[string]bool // of arguments and variables
	placed  []string        // absolute paths of files that are in our image too, where they are in theirs
}

// workdir is the working directory of their image.
func (i *imaged) workdir() string {
	if i.given.file.Workdir == "" {
		return "/"
	}
	return i.given.file.Workdir
}

// built is a command that builds a program.
var built = pattern.New(`\b(go\s+(build|install|mod|get)|make)\b`)

// notRun are endings of files that nothing of ours reads at run time.
var notRun = []string{".sh", ".md", ".go", ".mod", ".sum", ".patch"}

// files adds what the last stage copies of the repository.
func (i *imaged) files() {
	file := i.given.file
	if len(file.Bases) == 1 && slices.ContainsFunc(file.Runs, func(run hints.Run) bool { return built.MatchString(run.Value) }) {
		return // it builds there, with what it copies
	}
	for _, dir := range slices.Compact([]string{i.module.dir, path.Dir(file.File), "."}) {
		placed := file.Placed(i.module.view, dir)
		for _, o := range file.Outputs(i.module.view, dir) {
			if slices.ContainsFunc(i.request.Supplies, func(s detect.Supply) bool { return s.Path == o.Path }) {
				placed = append(placed, o)
			}
		}
		for _, f := range placed {
			i.file(f)
		}
		if len(placed) > 0 {
			return
		}
	}
}

func (i *imaged) file(f hints.Placed) {
	v, base := i.module.view, path.Base(f.Path)
	isHere := v.Has(f.Path) || v.HasDir(f.Path)
	if slices.Contains(notRun, path.Ext(base)) || strings.HasPrefix(base, "LICENSE") || strings.HasPrefix(base, "NOTICE") || isHere && isSource(v, f.Path) || !repo.Within(i.request.Context, f.Path) {
		return
	}
	if detect.LooksSecret(v, f.Path) || v.Has(f.Path) && strings.HasPrefix(base, ".env") {
		return
	}
	at := f.To
	if rel, below := i.below(f.To); below {
		if at = rel; at == "." || at == "" {
			return // a folder's files beside the program: what reads them names them
		}
	} else if !i.named(f.To) {
		return
	}
	i.needs.place(fact.New(i.request.InContext(f.Path), f.From), at)
	i.placed = append(i.placed, f.To)
}

// below is a path of theirs as seen from their working directory. Where that is the root of the file
// system, only what the program does not name by its absolute path is.
func (i *imaged) below(p string) (string, bool) {
	workdir := i.workdir()
	if workdir == "/" && i.named(p) {
		return "", false
	}
	if p == workdir {
		return ".", true
	}
	rel, ok := strings.CutPrefix(p, strings.TrimSuffix(workdir, "/")+"/")
	return rel, ok
}

// named reports whether the program, an argument or a variable names a path, or one below or above it.
func (i *imaged) named(p string) bool {
	names := func(text string) bool {
		return text != "/" && path.IsAbs(text) && (repo.Within(text[1:], p[1:]) || repo.Within(p[1:], text[1:]))
	}
	for text := range i.sources.literals {
		if names(path.Clean(text)) {
			return true
		}
	}
	for text := range i.values {
		if names(text) {
			return true
		}
	}
	return false
}

// place notes a file or folder at a place, unless it is there.
func (n *needs) place(f fact.Of[string], at string) {
	for k := range n.files {
		if rest, ok := strings.CutPrefix(at+"/", n.at[k]+"/"); ok && path.Join(n.files[k].Value, rest) == f.Value {
			return
		}
	}
	for k := len(n.files) - 1; k >= 0; k-- {
		if rest, ok := strings.CutPrefix(n.at[k]+"/", at+"/"); ok && path.Join(f.Value, rest) == n.files[k].Value {
			n.files, n.at = slices.Delete(n.files, k, k+1), slices.Delete(n.at, k, k+1)
		}
	}
	n.files, n.at = append(n.files, f), append(n.at, at)
}

// holds reports whether a path is one of those placed, or lies in one.
func (n *needs) holds(placed []string, p string) bool {
	return slices.ContainsFunc(placed, func(to string) bool { return repo.Within(to[1:], p[1:]) })
}

// environment adds the variables that the program reads. One for its port follows the port.
func (i *imaged) environment() {
	last := i.given.environment()
	var done []string
	for _, e := range i.given.file.Env {
		name, _, _ := strings.Cut(e.Value, "=")
		value := last[name].Value
		if slices.Contains(done, name) || portish(name) && portOf(value) > 0 || !i.module.readsVariable(i.sources, name) {
			continue
		}
		done = append(done, name)
		if secretName.MatchString(name) || !plainText.MatchString(value) {
			continue
		}
		if path.IsAbs(value) {
			file, query, has := strings.Cut(value, "?") // of a database's address
			file, ok := i.path(file, e.From, dataName.MatchString(name))
			if !ok {
				continue
			}
			if value = file; has {
				value += "?" + query
			}
		}
		if name == "TZ" {
			i.needs.zones = e.From
		}
		i.needs.env = append(i.needs.env, templates.Var{Name: name, Value: value})
		if i.needs.envAt.IsZero() {
			i.needs.envAt = e.From
		}
	}
}

// path is an absolute path of theirs in our image; ok is false where nothing is there that we know of.
// A place for data is one that they mount or make, or where isData says so.
func (i *imaged) path(p string, at fact.Source, isData bool) (string, bool) {
	p = path.Clean(p)
	inImage := i.needs.holds(i.placed, p)
	rel, below := i.below(p)
	if below {
		p = path.Join(appFolder, rel)
	}
	if inImage {
		return p, true
	}
	m := i.module
	if file := path.Join(m.dir, rel); below && rel != "." && (m.view.Has(file) || m.view.HasDir(file) && !isSource(m.view, file)) && !detect.LooksSecret(m.view, file) {
		i.needs.place(fact.New(i.request.InContext(file), at), rel)
		return p, true
	}
	theirs := p
	if below {
		theirs = path.Join(i.workdir(), rel)
	}
	if slices.Contains(settingsEndings, path.Ext(p)) || !isData && !i.isVolume(theirs) && !database.MatchString(p) {
		return "", false // of somebody who mounts it
	}
	o := opening{path: p, folder: path.Ext(p) == "", writes: true, at: at}
	if below {
		if o.path = rel; rel == "." {
			return p, true
		}
	} else if !i.isVolume(p) && !o.folder && !database.MatchString(p) {
		return "", false
	}
	if rest, ok := atHome(p); ok { // our user has none
		p = path.Join(dataFolder, rest)
		o.path = p
	}
	if _, ok := o.storedIn(); !ok {
		return "", false
	}
	i.needs.writesTo(o)
	return p, true
}

// atHome is a path as seen from the home folder that it lies in.
func atHome(p string) (rest string, ok bool) {
	if rest, ok = strings.CutPrefix(p, "/root/"); ok {
		return rest, true
	}
	if rest, ok = strings.CutPrefix(p, "/home/"); ok {
		_, rest, ok = strings.Cut(rest, "/")
	}
	return rest, ok
}

func (i *imaged) isVolume(p string) bool {
	return slices.ContainsFunc(i.volumes, func(v fact.Of[string]) bool {
		folder := path.Clean(v.Value)
		return len(folder) > 1 && repo.Within(folder[1:], p[1:])
	})
}

// settingsEndings are those of files that configure a program.
var settingsEndings = []string{".yml", ".yaml", ".json", ".toml", ".ini", ".conf", ".cfg", ".hcl", ".env", ".properties", ".crt", ".key", ".pem"}

// asks are arguments that make a program print something and end.
var asks = []string{"-h", "--help", "-help", "help", "version", "--version", "-version", "-v"}

// arguments adds those that hold in our image too.
func (i *imaged) arguments() {
	for k, a := range i.given.arguments {
		name := a.flag
		if name == "" {
			name = a.value
		}
		if k == 0 && len(i.given.arguments) == 1 && slices.Contains(asks, name) {
			return
		}
		if path.IsAbs(a.value) && !i.needs.holds(i.placed, a.value) && i.module.hasDefault(i.pkg, i.sources, a.flag) {
			continue // of somebody who mounts it; the repository holds one
		}
		if path.IsAbs(a.value) {
			var ok bool
			if a.value, ok = i.path(a.value, i.given.from, true); !ok {
				continue
			}
		} else if rel, ok := relative(a.value); ok && strings.ContainsAny(a.value, "/.") {
			file := path.Join(i.module.dir, rel)
			if (i.module.view.Has(file) || i.module.view.HasDir(file)) && !isSource(i.module.view, file) && !detect.LooksSecret(i.module.view, file) && !slices.Contains(i.needs.at, rel) {
				i.needs.place(fact.New(i.request.InContext(file), i.given.from), rel)
			}
		}
		i.needs.arguments = append(i.needs.arguments, a)
	}
	i.needs.argumentsAt = i.given.from
}
