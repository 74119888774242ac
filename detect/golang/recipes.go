package golang

import (
	"errors"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/shell"
)

// recipe is a go build command that people wrote down: in a Makefile, for goreleaser,
// in a Dockerfile of theirs.
type recipe struct {
	from   fact.Source
	dir    string // package that is built, relative to the root; "" where it is not known
	named  string // … by its import path, "" where a folder or nothing names it
	binary string // name of the result, "" where it is not known
	target string // of a Makefile
	tags   []string
	stamps []stamp
}

// stamp is a variable that the linker sets: -X main.version=1.2.
type stamp struct {
	variable string // import path, dot, name
	value    string // as written; with ${…} where something is filled in
	at       fact.Source
}

// readRecipes collects them from the files in a module's folder and, for a module
// below the root, those at the root too.
func readRecipes(v *repo.View, dir string) ([]recipe, error) {
	var all []recipe
	for _, d := range slices.Compact([]string{dir, "."}) {
		for _, name := range []string{".goreleaser.yml", ".goreleaser.yaml", "goreleaser.yml", "goreleaser.yaml"} {
			text, err := readIfThere(v, path.Join(d, name))
			if err != nil {
				return nil, err
			}
			all = append(all, goreleaser(path.Join(d, name), text)...)
		}
		for _, name := range []string{"Makefile", "GNUmakefile", "makefile"} {
			text, err := readIfThere(v, path.Join(d, name))
			if err != nil {
				return nil, err
			}
			all = append(all, makefile(path.Join(d, name), text)...)
		}
		for _, file := range dockerfilesOf(v, d) {
			for _, run := range file.Runs {
				all = append(all, commandRecipes(run.Value, d, run.From)...)
			}
		}
	}
	return all, nil
}

// beside are folders in which people keep the Dockerfile of a module that has none in its own, whose
// context is the module: https://github.com/golang-standards/project-layout (2026-11) among others.
var beside = []string{"docker", ".docker", "build", "build/package", "build/docker", "package", "deploy", "deploy/docker", "deployment", "deployments", "deployments/docker", "ci", "scripts/docker"}

// dockerfilesOf are the Dockerfiles of a folder, or where it has none those of the one folder beside
// it that has some.
func dockerfilesOf(v *repo.View, dir string) []hints.Dockerfile {
	if all := hints.Dockerfiles(v, dir); len(all) > 0 {
		return all
	}
	var found []hints.Dockerfile
	for _, name := range beside {
		all := hints.Dockerfiles(v, path.Join(dir, name))
		if len(all) > 0 && found != nil {
			return nil
		}
		if len(all) > 0 {
			found = all
		}
	}
	return found
}

func readIfThere(v *repo.View, file string) (string, error) {
	text, err := v.Read(file)
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	return string(text), err
}

// commandRecipes are the go build commands of a shell line.
func commandRecipes(text, dir string, from fact.Source) []recipe {
	line, err := shell.Parse(text)
	if err != nil {
		return nil // evidence, not input
	}
	var all []recipe
	for _, c := range line.Commands {
		if len(c.Words) > 1 && c.Words[0].Text == "cd" {
			dir = path.Join(dir, c.Words[1].Text)
		}
		if r, ok := goBuild(c, dir, from); ok {
			all = append(all, r)
		}
	}
	return all
}

// valueFlags are flags of go build that take their value as the next word.
// https://pkg.go.dev/cmd/go#hdr-Compile_packages_and_dependencies
var valueFlags = map[string]bool{
	"o": true, "ldflags": true, "tags": true, "gcflags": true, "asmflags": true, "gccgoflags": true, "mod": true, "modfile": true, "p": true, "C": true,
	"pkgdir": true, "buildmode": true, "compiler": true, "installsuffix": true, "overlay": true, "pgo": true, "toolexec": true, "covermode": true, "coverpkg": true,
}

// debugTags are build tags that nobody wants in an image.
var debugTags = []string{"debug", "dev", "development", "integration", "e2e", "test", "testing", "race"}

// goBuild reads one go build command. Builds for another system, and those for
// debugging, are not what an image should hold.
func goBuild(c shell.Command, dir string, from fact.Source) (recipe, bool) {
	words := c.Words
	for len(words) > 0 && (words[0].Text == "env" || strings.Contains(words[0].Text, "=") || words[0].Text == "exec") {
		words = words[1:]
	}
	if len(words) < 2 || path.Base(words[0].Text) != "go" || (words[1].Text != "build" && words[1].Text != "install") {
		return recipe{}, false
	}
	for _, a := range c.Env {
		if a.Name == "GOOS" && a.Value.Literal() && a.Value.Text != "linux" {
			return recipe{}, false
		}
	}
	r := recipe{from: from}
	var packages []string
	for i := 2; i < len(words); i++ {
		text := words[i].Text
		flag, isFlag := strings.CutPrefix(text, "-")
		if !isFlag {
			packages = append(packages, text)
			continue
		}
		name, value, has := strings.Cut(strings.TrimPrefix(flag, "-"), "=")
		if valueFlags[name] && !has && i+1 < len(words) {
			i++
			value = words[i].Text
		}
		switch name {
		case "race", "cover":
			return recipe{}, false
		case "C":
			dir = path.Join(dir, value)
		case "o":
			if base := path.Base(value); !strings.Contains(base, "$") && !strings.HasSuffix(value, "/") {
				r.binary = base
			}
		case "tags":
			r.tags = splitTags(value)
		case "ldflags":
			r.stamps = stampsIn(value, from)
		}
	}
	if slices.ContainsFunc(r.tags, func(t string) bool { return slices.Contains(debugTags, t) }) {
		return recipe{}, false
	}
	if r.dir = builtDir(packages, dir); r.dir == "" && len(packages) > 0 && importLike(packages[0]) {
		r.named = packages[0]
	}
	return r, true
}

// splitTags are the tags of -tags: with commas, or with spaces as before Go 1.13.
// One that is filled in when the command runs is not known.
func splitTags(text string) []string {
	var tags []string
	for tag := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		if buildTag.MatchString(tag) {
			tags = append(tags, tag)
		}
	}
	return tags
}

var buildTag = pattern.New(`^[A-Za-z0-9_.]+$`)

// builtDir is the one folder that packages or files name, "" if it is not one.
func builtDir(packages []string, dir string) string {
	if len(packages) == 0 {
		return path.Clean(dir)
	}
	first := packages[0]
	if strings.Contains(first, "$") || strings.Contains(first, "...") {
		return ""
	}
	if strings.HasSuffix(first, ".go") {
		first = path.Dir(first)
	} else if len(packages) > 1 {
		return ""
	}
	if importLike(first) {
		return ""
	}
	return path.Join(dir, strings.TrimPrefix(first, "/src/"))
}

// importLike reports whether a word that names a package is its import path.
func importLike(word string) bool {
	host, _, _ := strings.Cut(word, "/")
	return strings.Contains(host, ".") && strings.Trim(host, ".") != "" && !strings.HasSuffix(word, ".go")
}

// own are the recipes for packages of a module: those that name one by its import path build the folder
// that it lies in, and what other modules hold is no program of this one.
func (m *module) own(all []recipe) []recipe {
	var own []recipe
	for _, r := range all {
		if r.named != "" {
			if m.file == nil || !hasPath(r.named, m.file.Module.Mod.Path) {
				continue
			}
			r.dir = path.Join(m.dir, strings.TrimPrefix(r.named, m.file.Module.Mod.Path))
		}
		own = append(own, r)
	}
	return own
}

// stampsIn are the -X of the linker's flags.
func stampsIn(ldflags string, at fact.Source) []stamp {
	line, err := shell.Parse("x " + ldflags)
	if err != nil || len(line.Commands) == 0 {
		return nil
	}
	var stamps []stamp
	argv := line.Commands[0].Argv()
	for i := 1; i < len(argv); i++ {
		text, ok := strings.CutPrefix(argv[i], "-X=")
		if !ok && argv[i] == "-X" && i+1 < len(argv) {
			i++
			text, ok = argv[i], true
		}
		if name, value, found := strings.Cut(text, "="); ok && found && stampName.MatchString(name) {
			stamps = append(stamps, stamp{name, value, at})
		}
	}
	return stamps
}

var stampName = pattern.New(`^[A-Za-z0-9_./~-]+\.[A-Za-z_][A-Za-z0-9_]*$`)
