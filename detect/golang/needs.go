package golang

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/templates"
)

// needs are what the binary wants of the final image.
type needs struct {
	files    []fact.Of[string] // read at run time: paths relative to the context
	at       []string          // where each stands below the working directory
	data     []fact.Of[string] // folders it writes to: absolute, or below the working directory
	cwd      fact.Source       // of what it writes beside its working directory
	programs []fact.Of[string] // it starts
	certs    fact.Source       // it makes TLS connections
	zones    fact.Source       // it loads time zones
	health   fact.Of[string]
	// framework is what the program is written for, and frameworkAt the import that says so.
	framework   framework
	frameworkAt fact.Source

	mount       fact.Of[string]   // a file with its settings, which the image does not hold
	empty       []fact.Of[string] // files that it insists on and that are empty in the image, where they stand
	arguments   []argument        // that people's own Dockerfile starts it with
	argumentsAt fact.Source
	env         []templates.Var // … and the variables that it sets
	envAt       fact.Source
}

// needsOf collects them for a program.
func (m *module) needsOf(p *pkg, r detect.Request) needs {
	s := m.sources(p)
	n := needs{programs: programsRun(s, m.binary(p))}
	embedded := m.embedded(p)
	for _, use := range s.withDefaults() {
		if use.writes {
			n.writesTo(use)
			continue
		}
		rel, ok := relative(use.path)
		if !ok || use.loose && !m.holdsFolder(rel) {
			continue
		}
		for _, dir := range []string{m.dir, p.dir} {
			file := path.Join(dir, rel)
			if n.covered(r, file, embedded) || m.allEmbedded(p, file) {
				break
			}
			if (m.view.Has(file) || m.view.HasDir(file) || supplied(r, file)) && !isSource(m.view, file) && !m.packages.isMain(file) {
				n.addFile(fact.New(r.InContext(file), use.at), rel)
				break
			}
		}
	}
	n.together(m, r)
	n.byConvention(m, p, r)
	n.certs, n.zones = m.certificates(p, s), m.zones(p, s)
	n.deployed(m, p, r)
	n.ledOut(m, p, r)
	n.emptied(s)
	if len(n.data) == 0 && n.cwd.IsZero() {
		n.mounted(m, p)
	}
	configured := m.writtenBy(n.settingsFiles(m, r.Context))
	if len(n.data) == 0 && n.cwd.IsZero() && !slices.ContainsFunc(configured, func(o opening) bool { return database.MatchString(o.path) }) {
		n.cwd = m.keepsFile(p)
	}
	if !m.keepsFile(p).IsZero() { // a name alone lies beside the program, whatever else is written
		for _, o := range s.databases() {
			n.writesTo(o)
		}
	}
	for _, o := range configured {
		n.writesTo(o)
	}
	for _, route := range s.routes {
		if !n.health.Known() || weight(route.Value) < weight(n.health.Value) {
			n.health = route
		}
	}
	return n
}

// weight orders health paths: short ones first, those that ask for what the program
// depends on last. A database that is away is no reason to start the program again.
func weight(route string) int {
	if strings.Contains(route, "ready") || strings.Contains(route, "readiness") {
		return 100 + len(route)
	}
	return len(route)
}

// covered reports whether a file is in the binary already, or noted before.
func (n *needs) covered(r detect.Request, file string, embedded []detect.Need) bool {
	in := r.InContext(file)
	if slices.ContainsFunc(n.files, func(f fact.Of[string]) bool { return repo.Within(f.Value, in) }) {
		return true
	}
	return slices.ContainsFunc(embedded, func(e detect.Need) bool { return repo.Within(e.Path, file) })
}

// holdsFolder reports whether a path below the working directory is a folder of the module, or lies
// in one, so that its name is no chance.
func (m *module) holdsFolder(rel string) bool {
	p := path.Join(m.dir, rel)
	first, _, below := strings.Cut(rel, "/")
	return (m.view.HasDir(p) || below && m.view.Has(p)) && first != "testdata" && !strings.HasPrefix(first, ".")
}

// severalFiles is from how many files of a folder on the folder itself is copied.
const severalFiles = 3

// together copies a folder as a whole where the program names several files in it, and no code is there.
func (n *needs) together(m *module, r detect.Request) {
	folder := func(i int) string {
		first, _, below := strings.Cut(n.at[i], "/")
		if dir := path.Join(m.dir, first); below && n.files[i].Value == r.InContext(path.Join(m.dir, n.at[i])) && !slices.ContainsFunc(m.view.Under(dir), func(f string) bool { return path.Ext(f) == ".go" || detect.LooksSecret(m.view, f) }) {
			return first
		}
		return ""
	}
	count := map[string]int{}
	for i := range n.files {
		count[folder(i)]++
	}
	for i := 0; i < len(n.files); i++ {
		if f := folder(i); f != "" && count[f] >= severalFiles {
			n.addFile(fact.New(r.InContext(path.Join(m.dir, f)), n.files[i].From), f)
			i = -1
		}
	}
}

func (n *needs) addFile(f fact.Of[string], rel string) {
	for i := len(n.files) - 1; i >= 0; i-- {
		if repo.Within(f.Value, n.files[i].Value) { // the folder of a file noted before
			n.files, n.at = slices.Delete(n.files, i, i+1), slices.Delete(n.at, i, i+1)
		}
	}
	n.files, n.at = append(n.files, f), append(n.at, rel)
}

func supplied(r detect.Request, file string) bool {
	return slices.ContainsFunc(r.Supplies, func(s detect.Supply) bool { return repo.Within(file, s.Path) || repo.Within(s.Path, file) })
}

// isSource reports whether a path is a Go file or a folder of them: a word that
// happens to be a package's name is no file to read.
func isSource(v *repo.View, p string) bool {
	if v.Has(p) {
		base := path.Base(p)
		return path.Ext(p) == ".go" || base == "go.mod" || base == "go.sum" || strings.HasPrefix(base, ".env") || strings.HasPrefix(base, "Dockerfile")
	}
	return !slices.ContainsFunc(v.Under(p), func(f string) bool { return path.Ext(f) != ".go" })
}

// certificates is what makes a program need a CA file: it may connect to others with
// TLS. A module from elsewhere may always.
func (m *module) certificates(p *pkg, s *sources) fact.Source {
	for _, name := range []string{"net/http.Get", "net/http.Post", "net/http.PostForm", "net/http.Head", "net/http.Client", "net/http.DefaultClient", "net/http.NewRequest", "net/http.NewRequestWithContext", "crypto/tls.Dial", "crypto/x509.SystemCertPool", "net/smtp.SendMail", "net/http/httputil.NewSingleHostReverseProxy", "net/http/httputil.ReverseProxy"} {
		if at := s.uses[name]; !at.IsZero() {
			return at
		}
	}
	return m.foreign(p)
}

// zones is what makes a program need time zones that it does not carry itself.
func (m *module) zones(p *pkg, s *sources) fact.Source {
	if _, at := imported(m.closure(p), func(name string) bool { return name == "time/tzdata" }); !at.IsZero() {
		return fact.Source{}
	}
	for _, name := range []string{"time.LoadLocation", "time.Local"} {
		if at := s.uses[name]; !at.IsZero() {
			return at
		}
	}
	return m.foreign(p)
}

// foreign is the import of a module from elsewhere, whose sources are not read.
func (m *module) foreign(p *pkg) fact.Source {
	_, at := imported(m.closure(p), func(name string) bool {
		first, _, _ := strings.Cut(name, "/")
		return strings.Contains(first, ".") && m.find(name) == nil
	})
	return at
}
