package java

import (
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
)

// findPrograms lists what the module can run: one for an archive that starts itself,
// one for each main class otherwise.
func (p *project) findPrograms() error {
	m := p.first()
	if m.nothing != "" || m.artifact.path == "" {
		return nil
	}
	var err error
	if p.sources, err = readSources(p.view, m.sources); err != nil {
		return err
	}
	s := p.sources
	if from := m.main.From.File; m.main.Known() && path.Base(from) == "pom.xml" && from != m.at.File && !slices.ContainsFunc(s.mains, func(c mainClass) bool { return c.name == m.main.Value }) {
		m.main = fact.Of[string]{} // what a parent says of the one of its modules that has the class
	}
	switch m.artifact.shape {
	case war, quarkusFast:
		p.add(m, mainClass{name: m.name, at: m.artifact.from}, s)
	case bootJar, fat:
		one, ok := m.theMain(s)
		if !ok && m.artifact.shape == bootJar && !slices.ContainsFunc(m.sources, func(dir string) bool { return len(m.view.Under(dir)) > 0 }) {
			m.nothing = "without code of its own"
			return nil
		}
		if !ok && m.artifact.shape == bootJar {
			one = mainClass{name: "", at: m.artifact.from}
		}
		if !ok && (m.artifact.merged || m.artifact.shape == bootJar && m.used) && len(s.mains) == 0 {
			m.nothing = "a library: nothing names a main class of its jar"
			return nil
		}
		if !ok && m.artifact.shape == fat && len(s.mains) == 0 && !m.main.Known() {
			p.add(m, mainClass{name: m.name, at: m.artifact.from}, s)
			return nil
		}
		if ok || m.artifact.shape == bootJar && len(s.boots()) == 0 {
			p.add(m, one, s)
			return nil
		}
		for _, c := range s.choices() {
			p.add(m, c, s)
		}
	default:
		if one, ok := m.theMain(s); ok {
			p.add(m, one, s)
			return nil
		}
		for _, c := range s.choices() {
			p.add(m, c, s)
		}
	}
	return p.claims()
}

// theMain is the one main class: the build's own word, or the only one of its kind.
func (m *module) theMain(s sources) (mainClass, bool) {
	if m.main.Known() {
		name := m.main.Value
		for _, c := range s.mains {
			if c.name == name {
				return mainClass{name: name, at: m.main.From, boot: c.boot, web: c.web}, true
			}
		}
		return mainClass{name: name, at: m.main.From, web: !s.serve.IsZero()}, true
	}
	if boots := s.boots(); len(boots) == 1 {
		return boots[0], true
	}
	if one := withoutTwins(s.mains); len(one) == 1 {
		return one[0], true
	}
	return mainClass{}, false
}

func (s sources) boots() []mainClass {
	return slices.DeleteFunc(slices.Clone(s.mains), func(c mainClass) bool { return !c.boot })
}

func (s sources) choices() []mainClass {
	if boots := s.boots(); len(boots) > 0 {
		return boots
	}
	return withoutTwins(s.mains)
}

// withoutTwins leaves out the program of Kotlin that is the same as one of Java: people show
// theirs in both, App.java beside App.kt.
func withoutTwins(mains []mainClass) []mainClass {
	simple := func(c mainClass) string { return c.name[strings.LastIndexAny(c.name, ".")+1:] }
	return slices.DeleteFunc(slices.Clone(mains), func(c mainClass) bool {
		plain, kotlin := strings.CutSuffix(simple(c), "Kt")
		return kotlin && slices.ContainsFunc(mains, func(o mainClass) bool { return simple(o) == plain })
	})
}

func (p *project) add(m *module, c mainClass, s sources) {
	g := detect.Program{Name: c.name, At: c.at, Dir: m.dir, Kind: detect.Command}
	// A class with a main in what other modules use, and that nobody declares, is a tool of a library.
	tool := m.used && m.artifact.shape == thin && !m.main.Known()
	if _, port := m.server(); m.desktop || m.wraps {
		g.Kind = detect.Command
	} else if port && !tool || c.web || !s.serve.IsZero() && !tool || m.artifact.shape == war {
		g.Kind = detect.Service
	} else if m.background() {
		g.Kind = detect.Worker
	}
	short := c.name[strings.LastIndex(c.name, ".")+1:]
	if c.name == "" || m.artifact.shape == bootJar && len(s.boots()) < 2 && !m.unnamed {
		g.Name = m.name
	}
	for _, also := range []string{c.name, short, m.name} {
		if also != "" && also != g.Name && !slices.Contains(g.Also, also) {
			g.Also = append(g.Also, also)
		}
	}
	p.programs = append(p.programs, g)
	p.mains[g.Name] = c
}

// claims adds what speaks for one of several main classes.
func (p *project) claims() error {
	m := p.first()
	web, ok, err := hints.Web(p.view, m.dir)
	if err != nil {
		return err
	}
	for i := range p.programs {
		g := &p.programs[i]
		class := p.mains[g.Name].name
		short := class[strings.LastIndex(class, ".")+1:]
		if ok {
			for _, c := range web.Line.Commands {
				if slices.Contains(c.Argv(), class) {
					g.Claims = append(g.Claims, detect.Claim{Rank: detect.Declared, What: "the Procfile's web process", From: web.From})
				}
			}
		}
		if plain := strings.ToLower(strings.TrimSuffix(strings.TrimSuffix(short, "Kt"), "Application")); plain != "" && plain == strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(m.name)) {
			g.Claims = append(g.Claims, detect.Claim{Rank: detect.Named, What: "it is named like the module", From: m.at})
		} else if m.whole.Known() && m.whole.Value == m.name && len(p.programs) == 1 {
			g.Claims = append(g.Claims, detect.Claim{Rank: detect.Named, What: "its module is named like the whole build", From: m.whole.From})
		}
	}
	return nil
}

// server is the library that opens a port, and whether there is one; the port of a
// library whose code decides is 0.
func (m *module) server() (fact.Of[int], bool) {
	ports := known().Servers.Ports
	var best fact.Of[int]
	has := false
	for _, name := range slices.Sorted(maps.Keys(m.libs)) {
		port, ok := ports[strings.TrimSuffix(name, "-jvm")]
		if !ok {
			if port, ok = ports[name]; !ok {
				continue
			}
		}
		if older, known := known().Servers.Older[name]; known && m.libs[name].Value != "" && catalogue.Compare(numeric(m.libs[name].Value), older.Below) < 0 {
			port = older.Port
		}
		if has = true; port > 0 && !best.Known() {
			best = fact.New(port, fact.At(m.libs[name].From.File, m.libs[name].From.Line, "default of "+path.Base(strings.ReplaceAll(name, ":", "/"))))
		}
	}
	return best, has
}

// background reports whether the program keeps running without a port: it takes
// messages, or keeps time.
func (m *module) background() bool {
	for name := range m.libs {
		for _, part := range []string{"kafka", "amqp", "rabbit", "-jms", "quartz", "pulsar", "-sqs", "spring-cloud-stream"} {
			if strings.Contains(name, part) {
				return true
			}
		}
	}
	return false
}

// has reports whether a dependency is there, and where. The name may end in "*".
func (m *module) has(pattern string) (fact.Source, bool) {
	for _, name := range slices.Sorted(maps.Keys(m.libs)) {
		if matches(pattern, name) {
			return m.libs[name].From, true
		}
	}
	return fact.Source{}, false
}

// matches compares group:artifact with a pattern whose "*" stand for anything at the end of a part.
func matches(pattern, name string) bool {
	pg, pa, _ := strings.Cut(pattern, ":")
	g, a, _ := strings.Cut(name, ":")
	part := func(pattern, s string) bool {
		if prefix, ok := strings.CutSuffix(pattern, "*"); ok {
			return strings.HasPrefix(s, prefix)
		}
		return pattern == s
	}
	return part(pg, g) && part(pa, a)
}
