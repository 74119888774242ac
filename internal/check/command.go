package check

import (
	"path"
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// call is one simple command of a RUN instruction. A word that is not literal is "".
type call []string

// calls are the simple commands of a shell text, at any depth; none where the
// shell could not read it. Assignments before a command are its first words.
func calls(text string) []call {
	file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
	if err != nil {
		return nil
	}
	var all []call
	syntax.Walk(file, func(n syntax.Node) bool {
		c, ok := n.(*syntax.CallExpr)
		if !ok || len(c.Args) == 0 {
			return true
		}
		var words call
		for _, a := range c.Args {
			words = append(words, literal(a))
		}
		for len(words) > 1 && slices.Contains([]string{"exec", "sudo", "env", "time", "corepack", "command"}, words[0]) {
			words = words[1:]
		}
		all = append(all, words)
		return true
	})
	return all
}

func literal(w *syntax.Word) string {
	text := ""
	for _, p := range w.Parts {
		switch p := p.(type) {
		case *syntax.Lit:
			text += p.Value
		case *syntax.SglQuoted:
			text += p.Value
		case *syntax.DblQuoted:
			for _, q := range p.Parts {
				lit, ok := q.(*syntax.Lit)
				if !ok {
					return ""
				}
				text += lit.Value
			}
		default:
			return ""
		}
	}
	return text
}

// is reports whether a command starts with the given words and goes on with a
// flag or nothing: "npm install" is, "npm install left-pad" and "npm install -g x" are not.
func (c call) is(command string) bool {
	words := strings.Fields(command)
	if len(c) < len(words) || !slices.Equal([]string(c[:len(words)]), words) {
		return false
	}
	rest := c[len(words):]
	if slices.Contains(rest, "") || slices.Contains(rest, "-g") || slices.Contains(rest, "--global") {
		return false
	}
	return len(rest) == 0 || strings.HasPrefix(rest[0], "-")
}

// installation is a RUN step that installs the dependencies of the project.
type installation struct {
	stage     *stage
	step      step
	index     int // of the step in stage.all()
	call      call
	installer installer
}

// installations are those steps, in the order of the file. One RUN may hold several.
func (c *checker) installations() []installation {
	var all []installation
	for _, s := range c.file.stages {
		inherited := len(s.all()) - len(s.steps)
		for i, p := range s.steps {
			for _, words := range calls(p.shell()) {
				for _, in := range data().Installers.List {
					if in.matches(words, in.Install) {
						all = append(all, installation{stage: s, step: p, index: inherited + i, call: words, installer: in})
					}
				}
			}
		}
	}
	return all
}

func (in installer) matches(words call, commands []string) bool {
	for _, need := range in.Needs {
		if !slices.Contains(words, need) {
			return false
		}
	}
	return slices.ContainsFunc(commands, words.is) && !(in.Adds && in.names(words))
}

// names reports whether a command names something to install beside its flags.
func (in installer) names(words call) bool {
	verb := true // the words before the first flag: "npm install", or "yarn" alone
	for i, w := range words {
		flag := strings.HasPrefix(w, "-")
		if verb = verb && !flag; !verb && !flag && !slices.Contains(in.Values, words[i-1]) {
			return true
		}
	}
	return false
}

// folders are the folders of the context whose manifest the installation reads:
// those that a COPY before it names. None where that cannot be told.
func (in installation) folders(c *checker) []string {
	var dirs []string
	for _, p := range in.stage.all()[:in.index] {
		for _, source := range p.fromContext() {
			for _, manifest := range in.installer.Manifests {
				if ok, _ := path.Match(path.Base(source), manifest); ok && source != "." {
					dirs = append(dirs, path.Dir(source))
				} else if c.View.Has(path.Join(c.context, source, manifest)) {
					dirs = append(dirs, source)
				}
			}
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// lockfiles are the lockfiles of an installer in folders of the context.
func (c *checker) lockfiles(in installer, dirs []string) []string {
	var all []string
	for _, d := range dirs {
		for _, name := range in.Lockfiles {
			if p := path.Join(c.context, d, name); c.View.Has(p) {
				all = append(all, p)
			}
		}
	}
	return all
}
