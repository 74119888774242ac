package check

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"

	"github.com/dockgen/dockgen/internal/pattern"
)

var secretLine = pattern.New(`(?i)(_authToken|_password|_auth|secret|token|passw(or)?d|api_?key)[A-Za-z0-9_:]*\s*[=:]\s*[^\s$]`)

// secretCopied finds files with secrets that a COPY names.
func secretCopied(c *checker) {
	for _, s := range c.file.stages {
		for _, p := range s.steps {
			for _, source := range p.fromContext() {
				name := path.Base(source)
				match := slices.ContainsFunc(data().Secrets.Files, func(pattern string) bool { ok, _ := path.Match(pattern, name); return ok })
				full := path.Join(c.context, source)
				if !match || c.ignore.hides(source) {
					continue
				}
				if c.View.Has(full) { // committed: only what it holds makes it a secret
					text, err := c.View.Read(full)
					if err != nil || !secretLine.Match(text) && !strings.Contains(string(text), "PRIVATE KEY") {
						continue
					}
				}
				c.found(p.first, p.last, "RUN --mount=type=secret for the build, a mount or variables at run time", "%s holds secrets, and stays in a layer of the image", source)
			}
		}
	}
}

// noIgnoreFile finds a copy of the whole context without a .dockerignore. Where several
// folders may be the context, the one of any of them will do.
func noIgnoreFile(c *checker) {
	if c.ignore.path != "" || slices.ContainsFunc(c.others, func(dir string) bool { return c.View.Has(path.Join(dir, ".dockerignore")) }) {
		return
	}
	for _, s := range c.file.stages {
		for _, p := range s.steps {
			if p.everything() {
				c.found(p.first, p.last, "dockgen init writes one", "there is no .dockerignore: .git, .env files and what was installed on the developer's machine are copied too")
				return
			}
		}
	}
}

// secretInEnv finds ARG and ENV whose names say that they hold a secret. The rule
// for names is the one of Docker's own check (SecretsUsedInArgOrEnv). A value that is
// empty once its variables are filled in is none.
func secretInEnv(c *checker) {
	for _, s := range c.file.stages {
		for _, p := range s.steps {
			given := s.given(p)
			switch cmd := p.Command.(type) {
			case *instructions.ArgCommand:
				for _, a := range cmd.Args {
					if secretName(a.Key) && (a.Value == nil || secretValue(filled(*a.Value, given))) {
						c.found(p.first, p.last, "RUN --mount=type=secret,id="+strings.ToLower(a.Key), "ARG %s: its value can be read in the history of the image", a.Key)
					}
				}
			case *instructions.EnvCommand:
				for _, kv := range cmd.Env {
					if secretName(kv.Key) && secretValue(filled(kv.Value, given)) && !strings.HasPrefix(kv.Value, "/") {
						c.found(p.first, p.last, "docker run -e "+kv.Key, "ENV %s: its value is in the image for everyone to read", kv.Key)
					}
				}
			}
		}
	}
}

// secretValue reports whether a value may be a secret: it has a letter, and is no switch.
func secretValue(value string) bool {
	value = strings.ToLower(strings.Trim(value, `"'`))
	return strings.ContainsFunc(value, unicode.IsLetter) && !slices.Contains([]string{"true", "false", "yes", "no", "on", "off", "none", "null"}, value)
}

func secretName(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '_' || r == '-' || r == '.' })
	published := func(prefix string) bool { return strings.HasPrefix(strings.ToUpper(name), prefix) }
	shown := func(part string) bool { return strings.Contains("_"+strings.ToUpper(name)+"_", "_"+part+"_") }
	if len(words) == 0 || slices.Contains(data().Secrets.Kinds, words[len(words)-1]) || slices.ContainsFunc(data().Secrets.Public, published) || slices.ContainsFunc(data().Secrets.Shown, shown) {
		return false
	}
	if slices.ContainsFunc(words, func(w string) bool {
		return slices.Contains(data().Secrets.Not, w) || w == "file" || w == "path" || w == "id"
	}) {
		return false
	}
	return slices.ContainsFunc(words, func(w string) bool { return slices.Contains(data().Secrets.Words, w) })
}

// dropsRoot are programs with which an entry script becomes another user, and the
// settings with which a server or a supervisor does.
var dropsRoot = pattern.New(`\b(gosu|su-exec|setpriv|runuser|s6-setuidgid|chpst|su|drop_privileges)\b|\bsudo\b[^\n]*\s(-u|--user)\b|(?m)^\s*(uid|user|setuid)\s*[=:]`)

// root finds an image whose program runs as root.
func root(c *checker) {
	if c.aside() {
		return
	}
	final := c.file.final()
	if entry, cmd := final.command(); final.builds() || entry.step == nil && cmd.step == nil && len(c.namedContexts()) == 0 && !slices.Contains(data().Root.Commands, parseReference(final.image()).repository) {
		return // a tool, or the base of another image
	}
	user, at := "", step{first: final.line, last: final.line}
	for _, p := range final.all() {
		if u, ok := p.Command.(*instructions.UserCommand); ok {
			value, known := expand(u.User, p.env)
			if !known {
				return
			}
			user = value
			if p.first >= final.line {
				at = p
			}
		}
	}
	name, _, _ := strings.Cut(user, ":")
	switch {
	case user == "" && !c.rootBase(final.image()), user != "" && name != "root" && name != "0", c.becomesUser(final):
		return
	}
	c.found(at.first, at.last, c.notRoot(final.image()), "the container starts as root")
}

// notRoot is how an image of that base gets a user that is not root.
func (c *checker) notRoot(ref string) string {
	r := parseReference(ref)
	if other, ok := data().Unprivileged.Image[r.repository]; ok {
		return other
	}
	if k, ok := identify(c.Catalogue, ref); ok && k.image.User != "" {
		return fmt.Sprintf("USER %s:%[1]s before the entry point, a user that the image has; what the program writes has to be its own", k.image.User)
	}
	return "USER 10001:10001 before the entry point; what the program writes has to be its own"
}

// rootBase reports whether an image is known to start as root.
func (c *checker) rootBase(ref string) bool {
	r := parseReference(ref)
	if k, ok := identify(c.Catalogue, ref); ok && r.bare() {
		return !strings.Contains(r.tag, "nonroot") && k.image != nil
	}
	return ref == "scratch" || slices.Contains(data().Root.Images, r.repository)
}

// becomesUser reports whether the entry script gives up root.
func (c *checker) becomesUser(s *stage) bool {
	entry, cmd := s.command()
	for _, word := range append(slices.Clone(entry.words), cmd.words...) {
		if dropsRoot.MatchString(word) || strings.HasPrefix(path.Base(word), "init") || strings.Contains(word, "supervisord") {
			return true
		}
		for _, text := range c.texts(s, word) {
			if dropsRoot.MatchString(text) {
				return true
			}
			for _, match := range configName.FindAllStringSubmatch(text, 20) { // a server started with a file of settings
				for _, t := range c.texts(s, match[0]) {
					if dropsRoot.MatchString(t) {
						return true
					}
				}
			}
		}
	}
	return false
}

var configName = pattern.New(`[A-Za-z0-9_./-]+\.(ini|conf|cfg|sh|yaml|yml|toml)\b`)

// texts are the files of the repository that may stand at a path of the image: those
// of its name, and what a COPY of one file puts there under another name.
func (c *checker) texts(s *stage, where string) []string {
	files := slices.Clone(c.View.Named(path.Base(where)))
	for _, p := range s.all() {
		sources, to, from, ok := p.copied()
		if ok && from == "" && len(sources) == 1 && path.Base(to) == path.Base(where) {
			files = append(files, path.Join(c.context, sources[0]))
		}
	}
	var all []string
	for _, f := range files {
		if text, err := c.View.Read(f); err == nil {
			all = append(all, string(text))
		}
	}
	return all
}

// execution is the ENTRYPOINT or CMD of a stage.
type execution struct {
	words []string
	shell bool
	step  *step // nil where there is none
}

// command is what the image runs. An ENTRYPOINT resets the CMD of the stages and
// images below it.
func (s *stage) command() (entry, cmd execution) {
	steps := s.all()
	for i := range steps {
		p := &steps[i]
		switch e := p.Command.(type) {
		case *instructions.EntrypointCommand:
			entry = execution{e.CmdLine, e.PrependShell, p}
			if cmd.step != nil && cmd.step.first < s.line {
				cmd = execution{}
			}
		case *instructions.CmdCommand:
			cmd = execution{e.CmdLine, e.PrependShell, p}
		}
	}
	return entry, cmd
}
