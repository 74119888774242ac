package rust

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

// image is the image that people build of a program so far: evidence of what it is given.
type image struct {
	hints.Dockerfile
	words  []string          // what its command gives the program
	from   fact.Source       // of them
	mounts []fact.Of[string] // folders that are mounted into its containers
	made   []fact.Of[string] // those, and the ones that it makes
}

// imageOf is the Dockerfile that starts the program, or the only one beside a package whose
// only program it is; the zero image where there is none.
func (c *crate) imageOf(p *program) image {
	beside := slices.Compact([]string{c.dir, c.top(), "."})
	dirs := slices.Clone(beside)
	for _, folder := range imageFolders {
		dirs = append(dirs, slices.Compact([]string{path.Join(c.top(), folder), folder})...)
	}
	for i, dir := range dirs {
		all := hints.Dockerfiles(c.all.view, dir)
		for _, d := range all {
			if words, ok := c.handed(d, p.bin.name); ok {
				return c.image(d, words)
			}
		}
		if len(all) == 1 && c.alone() && i < len(beside) && repo.Within(c.top(), dir) {
			return c.image(all[0], nil)
		}
	}
	return image{}
}

// imageFolders are where people keep a Dockerfile that is not beside the sources.
var imageFolders = []string{"docker", ".docker", "container", "containers", "deploy", "deployment", "build", "ci", "infra"}

// alone reports whether the package has the only program of its workspace.
func (c *crate) alone() bool {
	n := 0
	for _, other := range c.all.sorted {
		if other == c || c.workspace != nil && other.workspace == c.workspace {
			n += len(other.bins)
		}
	}
	return n == 1
}

func (c *crate) image(d hints.Dockerfile, words []string) image {
	m := image{Dockerfile: d, words: words, from: d.From, mounts: slices.Clone(d.Volumes)}
	if service, ok := hints.ComposeOf(c.all.view, c.dir, slices.Compact([]string{c.dir, c.top(), "."})...); ok {
		m.mounts = append(m.mounts, service.Volumes...)
	}
	m.made = slices.Clone(m.mounts)
	for _, run := range d.Runs {
		line, err := shell.Parse(d.Fill(run.Value))
		if err != nil {
			continue
		}
		for _, command := range line.Commands {
			argv := command.Argv()
			if len(argv) == 0 || !slices.Contains([]string{"mkdir", "chown", "install"}, argv[0]) {
				continue
			}
			for _, word := range argv[1:] {
				if path.IsAbs(word) && !strings.Contains(word, "$") {
					m.made = append(m.made, fact.New(path.Clean(word), run.From))
				}
			}
		}
	}
	return m
}

// inits are programs that start others and reap what those leave.
var inits = []string{"tini", "tini-static", "dumb-init", "catatonit"}

// handed are the words that a Dockerfile's command gives the binary; ok where it starts it, by way of
// a script of the repository too.
func (c *crate) handed(d hints.Dockerfile, name string) (words []string, ok bool) {
	names := append([]string{name}, d.Renamed(name)...)
	for _, argv := range [][]string{d.Command, d.Command[d.Entry:]} { // the second where the entry point is a script that is not here
		argv = withoutInit(argv)
		if len(argv) == 0 {
			continue
		}
		if slices.Contains(names, path.Base(argv[0])) {
			return filled(d, argv[1:]), true
		}
		if words, ok := c.scripted(d, argv, names); ok {
			return filled(d, words), true
		}
	}
	return nil, false
}

func filled(d hints.Dockerfile, words []string) []string {
	var all []string
	for _, word := range words {
		all = append(all, d.Fill(word))
	}
	return all
}

// withoutInit is a command without the program that only starts it.
func withoutInit(argv []string) []string {
	for len(argv) > 0 && slices.Contains(inits, path.Base(argv[0])) {
		for argv = argv[1:]; len(argv) > 0 && strings.HasPrefix(argv[0], "-"); {
			argv = argv[1:]
		}
	}
	return argv
}

// asUsers start a program as the user that their first word names.
var asUsers = []string{"gosu", "su-exec"}

// scripted are the words that a script of the repository, the first of the words, gives the binary in
// the last command that starts it: "$@" stands for the words after the script.
func (c *crate) scripted(d hints.Dockerfile, argv, names []string) (words []string, ok bool) {
	for _, dir := range slices.Compact([]string{c.top(), c.dir, path.Dir(d.File), "."}) {
		for _, placed := range d.Placed(c.all.view, dir) {
			if path.Base(placed.To) != path.Base(argv[0]) {
				continue
			}
			for _, s := range hints.Script(c.all.view, placed.Path) {
				command := withoutInit(s.Argv)
				if len(command) > 2 && slices.Contains(asUsers, path.Base(command[0])) {
					command = command[2:]
				}
				if len(command) == 0 || !slices.Contains(names, path.Base(command[0])) {
					continue
				}
				words, ok = nil, true
				for _, word := range command[1:] {
					if word == "${@}" || word == "${*}" {
						words = append(words, argv[1:]...)
					} else {
						words = append(words, word)
					}
				}
			}
			if ok {
				return words, true
			}
		}
	}
	return nil, false
}

// makes is the innermost folder of its own that the image holds at an absolute path, or above it.
func (m image) makes(p string) (inner fact.Of[string], ok bool) {
	for _, f := range m.made {
		folder := path.Clean(f.Value)
		if folder != "/" && folder != path.Clean(m.Workdir) && repo.Within(folder, p) && len(folder) > len(inner.Value) {
			inner = fact.New(folder, f.From)
		}
	}
	return inner, inner.Known()
}

// copiedFile is a file or folder of the repository in the image.
type copiedFile struct {
	path string // relative to the root of the view
	to   string // absolute
	from fact.Source
}

// copied are the tracked files and folders that the last stage takes as they are: relative to
// the root of the view, with their absolute path in that image. A Dockerfile of one stage
// copies what it builds.
func (c *crate) copied(m image) []copiedFile {
	if len(m.Bases) < 2 {
		return nil
	}
	var all []copiedFile
	for _, dir := range slices.Compact([]string{c.top(), c.dir, path.Dir(m.File), "."}) {
		for _, f := range m.Placed(c.all.view, dir) {
			if c.isRunWith(f.Path) && !slices.ContainsFunc(all, func(o copiedFile) bool { return o.to == f.To }) {
				all = append(all, copiedFile{f.Path, f.To, f.From})
			}
		}
	}
	return all
}

// isRunWith reports whether what an image holds may be for the program to run with: no sources,
// manifests, or scripts that start the program.
func (c *crate) isRunWith(file string) bool {
	v, base := c.all.view, path.Base(file)
	switch {
	case c.all.byDir[file] != nil, v.Has(path.Join(file, "package.json")), base == "src", base == "target", strings.HasPrefix(base, "Cargo."), strings.HasPrefix(base, ".env"), detect.LooksSecret(v, file):
		return false
	case slices.Contains(testFolders, base), strings.HasSuffix(base, "_tests"):
		return false
	case slices.Contains([]string{".rs", ".sh", ".bash"}, path.Ext(base)), strings.Contains(base, "entrypoint"), strings.HasPrefix(base, "Dockerfile"), path.Ext(base) == "" && len(hints.Script(v, file)) > 0:
		return false
	}
	return true
}

// arguments are the words that the image gives the program, as far as everything that they
// name is in an image of ours too; of others only the sub-command.
func (c *crate) arguments(p *program, m image) []string {
	for i, word := range m.words {
		if strings.ContainsAny(word, "$`\n") || c.missing(m, word) {
			if i > 0 && slices.ContainsFunc(p.subcommands(), func(n fact.Of[string]) bool { return n.Value == m.words[0] }) {
				return m.words[:1]
			}
			return nil
		}
	}
	return m.words
}

// missing reports whether a word names a file that an image of ours would not hold.
func (c *crate) missing(m image, word string) bool {
	if _, value, ok := strings.Cut(word, "="); ok && strings.HasPrefix(word, "-") {
		word = value
	}
	if !strings.Contains(word, "/") && !slices.Contains(settingsEnds, path.Ext(word)) || strings.Contains(word, "://") || allDigits(word) {
		return false
	}
	at := path.Join("/", m.Workdir, word)
	if path.IsAbs(word) {
		at = path.Clean(word)
	}
	if slices.ContainsFunc(c.copied(m), func(f copiedFile) bool { return repo.Within(f.to, at) }) {
		return false
	}
	if _, ok := m.makes(at); ok && !slices.Contains(settingsEnds, path.Ext(at)) {
		return false
	}
	_, tracked := c.tracked(word, false)
	return path.IsAbs(word) || !tracked
}

// allDigits reports whether a word is an address or a number, whose "/" is a length: 10.0.0.0/8.
func allDigits(word string) bool {
	return strings.Trim(word, "0123456789.:/[]abcdef") == "" && !strings.HasPrefix(word, "/")
}

// placed is where a path of their image is in ours: below our working directory as it is below
// theirs, or the same where it is elsewhere or the program names it so.
func (m image) placed(at, workdir string, p *program, words []string) string {
	their := path.Clean("/" + m.Workdir)
	named := func(text string) bool {
		text = path.Clean(text)
		return path.IsAbs(text) && repo.Within(at, text)
	}
	if their != "/" && !repo.Within(their, at) || slices.ContainsFunc(words, named) {
		return at
	}
	for _, s := range p.files {
		if slices.ContainsFunc(s.tokens, func(t token) bool { return t.kind == text && strings.HasPrefix(t.text, "/") && named(t.text) }) {
			return at
		}
	}
	return path.Join(workdir, strings.TrimPrefix(at, their))
}

// port is the port that the image exposes: of several the one that its health check asks.
func (m image) port() fact.Of[int] {
	switch {
	case len(m.Ports) == 0:
		return fact.Of[int]{}
	case slices.ContainsFunc(m.Ports, func(p fact.Of[int]) bool { return p.Value == m.Probed.Value }):
		return m.Probed
	default:
		return m.Ports[0]
	}
}
