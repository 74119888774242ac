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
	"github.com/dockgen/dockgen/internal/shell"
)

// given is what the Dockerfile that people wrote for a program gives it: arguments, variables and files.
type given struct {
	file      hints.Dockerfile
	arguments []argument
	from      fact.Source // of the arguments
}

// argument is a word that a program is started with: a flag with its value, or another.
type argument struct {
	flag  string // with its dashes, "" for a word that is no flag
	value string // "" for a flag without one
	words int    // 1 for --flag=value, 2 for --flag value
}

func (a argument) text() []string {
	switch {
	case a.flag == "":
		return []string{a.value}
	case a.words == 2:
		return []string{a.flag, a.value}
	case a.value != "":
		return []string{a.flag + "=" + a.value}
	}
	return []string{a.flag}
}

// given is what the program's own Dockerfile gives it; ok is false where there is none, or where its
// container starts something else, as those for development do.
func (m *module) given(p *pkg) (g given, ok bool) {
	file, ok := m.ownDockerfile(p)
	if !ok {
		return given{}, false
	}
	g = given{file: file, from: file.From}
	command := m.handedOn(file)
	switch {
	case len(command) == 0:
		return given{}, false
	case m.isProgram(command[0], p):
	case isScript(command[0]):
		if command, g.from = m.scripted(file, command[0], p); len(command) == 0 {
			return g, true
		}
	default:
		return given{}, false
	}
	var words []string
	for _, w := range command[1:] {
		if filled := file.Fill(w); filled == w || !strings.HasSuffix(filled, "=") { // -keyfile=$KEYFILE, whose default is nothing
			words = append(words, filled)
		}
	}
	if words = withoutOptional(words); !slices.ContainsFunc(words, func(w string) bool { return strings.ContainsAny(w, "$`\n") }) {
		g.arguments = arguments(words)
	}
	return g, true
}

// withoutOptional are words without those that only a variable gives, which may be empty: "$@", ${EXTRA}. The
// value of a flag stays.
func withoutOptional(words []string) []string {
	var kept []string
	for i, w := range words {
		isValue := i > 0 && strings.HasPrefix(words[i-1], "-") && !strings.Contains(words[i-1], "=")
		if w != "" && (isValue || !optional.MatchString(w)) {
			kept = append(kept, w)
		}
	}
	return kept
}

var optional = pattern.New(`^\$(@|\*|[A-Za-z_][A-Za-z0-9_]*|\{[A-Za-z_@][A-Za-z0-9_]*\})$`)

// isScript reports whether the command of a container is a script that prepares it.
func isScript(word string) bool {
	base := path.Base(word)
	return path.Ext(base) == ".sh" || strings.Contains(base, "entrypoint")
}

// scripted is the last command of a container's script that starts the program.
func (m *module) scripted(file hints.Dockerfile, script string, p *pkg) (command []string, from fact.Source) {
	for _, dir := range slices.Compact([]string{m.dir, path.Dir(file.File), "."}) {
		for _, placed := range file.Placed(m.view, dir) {
			if path.Base(placed.To) != path.Base(script) || !m.view.Has(placed.Path) {
				continue
			}
			for _, s := range hints.Script(m.view, placed.Path) {
				if argv := unwrapped(s.Argv); len(argv) > 0 && m.isProgram(argv[0], p) && !isScript(argv[0]) {
					command, from = argv, s.From
				}
			}
			return command, from
		}
	}
	return nil, fact.Source{}
}

// wrappers are programs that start the one named after them, as the first process of a container.
var wrappers = []string{"tini", "dumb-init", "catatonit", "docker-init", "tini-static"}

// unwrapped is a command without the program that only starts it: tini --, sh -c.
func unwrapped(command []string) []string {
	for len(command) > 1 {
		switch base := path.Base(command[0]); {
		case slices.Contains(wrappers, base):
			for command = command[1:]; len(command) > 0 && strings.HasPrefix(command[0], "-"); command = command[1:] {
			}
		case (base == "sh" || base == "bash" || base == "ash") && command[1] == "-c" && len(command) > 2:
			line, err := shell.Parse(command[2])
			if err != nil || len(line.Commands) == 0 {
				return nil
			}
			command = line.Commands[len(line.Commands)-1].Argv()
		case base == "exec":
			command = command[1:]
		default:
			return command
		}
	}
	return command
}

// isProgram reports whether the first word of a Dockerfile's command is the program: by the name that
// a recipe or go build gives it, or by a path to what is no script.
func (m *module) isProgram(word string, p *pkg) bool {
	base := path.Base(word)
	if base == m.binary(p) || base == m.built(p) {
		return true
	}
	for _, r := range m.recipes {
		if r.dir == p.dir && r.binary == base {
			return true
		}
	}
	return strings.Contains(word, "/") && !isScript(word) && !slices.Contains(tooling, base)
}

// tooling are programs that a container may start instead of the one that is built.
var tooling = []string{"go", "sh", "bash", "ash", "air", "make", "dlv", "node", "npm", "nginx", "supervisord", "env", "CompileDaemon", "reflex", "watch", "s6-svscan", "init", "java", "python", "python3"}

// arguments are the words of a command line as flags and others. A word after a flag is its value
// where it is no flag itself and the flag has none.
func arguments(words []string) []argument {
	var all []argument
	for i := 0; i < len(words); i++ {
		w := words[i]
		if !strings.HasPrefix(w, "-") || w == "-" || w == "--" {
			all = append(all, argument{value: w, words: 1})
			continue
		}
		name, value, has := strings.Cut(w, "=")
		a := argument{flag: name, value: value, words: 1}
		if !has && i+1 < len(words) && !strings.HasPrefix(words[i+1], "-") {
			i++
			a.value, a.words = words[i], 2
		}
		all = append(all, a)
	}
	return all
}

// environment are the variables that the Dockerfile sets, by name, the last value of each.
func (g given) environment() map[string]fact.Of[string] {
	all := map[string]fact.Of[string]{}
	for _, e := range g.file.Env {
		name, value, _ := strings.Cut(e.Value, "=")
		all[name] = fact.New(g.file.Fill(strings.Trim(value, `'"`)), e.From)
	}
	return all
}

// showGiven puts what the Dockerfile gives the program in the place of defaults.
func (m *module) showGiven(p *pkg, s *sources) {
	g, ok := m.given(p)
	if !ok {
		return
	}
	env := g.environment()
	for i, set := range s.settings {
		if v := env[set.env]; set.env != "" && portish(set.env) && portOf(v.Value) > 0 && v.Value != set.value {
			s.settings[i].value, s.settings[i].at, s.settings[i].shown = v.Value, v.From, set.env != "PORT"
		}
		for _, a := range g.arguments {
			if set.flag != "" && strings.TrimLeft(a.flag, "-") == strings.TrimLeft(set.flag, "-") && portOf(a.value) > 0 {
				s.settings[i].value, s.settings[i].at = a.value, g.from
			}
		}
	}
}

// defaultOf is the file or folder of the repository that the default of a flag names: as seen from the
// module's folder or from the program's, in which people start it when they write it.
func (m *module) defaultOf(p *pkg, set setting) (file string, ok bool) {
	if set.flag == "" || set.value == "" || path.IsAbs(set.value) || !pathLike.MatchString(set.value) || !strings.ContainsAny(set.value, "/.") {
		return "", false
	}
	for _, dir := range []string{m.dir, p.dir} {
		file := path.Join(dir, set.value)
		if file != m.dir && repo.Within(m.dir, file) && (m.view.Has(file) || m.view.HasDir(file)) && !isSource(m.view, file) {
			return file, true
		}
	}
	return "", false
}

func (m *module) hasDefault(p *pkg, s *sources, flag string) bool {
	return flag != "" && slices.ContainsFunc(s.settings, func(set setting) bool {
		_, ok := m.defaultOf(p, set)
		return ok && strings.TrimLeft(set.flag, "-") == strings.TrimLeft(flag, "-")
	})
}

// ledOut adds what the default of a flag names above the folder that the program is started in, as
// "../../configs" does from cmd/server, and the flag with the place that it has in the image.
func (n *needs) ledOut(m *module, p *pkg, r detect.Request) {
	for _, set := range m.sources(p).settings {
		file, ok := m.defaultOf(p, set)
		if !ok || !strings.HasPrefix(set.value, "../") || !repo.Within(r.Context, file) || slices.ContainsFunc(n.arguments, func(a argument) bool { return a.flag == set.flag }) {
			continue
		}
		at := path.Base(file)
		if slices.Contains(n.at, at) {
			continue
		}
		n.place(fact.New(r.InContext(file), set.at), at)
		n.arguments = append(n.arguments, argument{flag: set.flag, value: at, words: 1})
		if n.argumentsAt.IsZero() {
			n.argumentsAt = set.at
		}
	}
}
