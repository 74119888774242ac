package templates

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strings"
	"text/template"
	"unicode"
	"unicode/utf8"

	"github.com/dockgen/dockgen/internal/pattern"
)

var funcs = template.FuncMap{
	"why":     why,
	"word":    Word,
	"words":   Words,
	"exec":    Exec,
	"env":     Env,
	"envs":    Envs,
	"copy":    Copy,
	"comment": Comment,
	"join":    join,

	// text/template's own, bounded.
	"print":    bounded(func(args ...any) string { return fmt.Sprint(args...) }),
	"println":  bounded(func(args ...any) string { return fmt.Sprintln(args...) }),
	"printf":   bounded(printf),
	"html":     bounded(template.HTMLEscaper),
	"js":       bounded(template.JSEscaper),
	"urlquery": bounded(template.URLQueryEscaper),
}

// why marks the line it stands on with the ids of the reasons behind it:
// FROM {{.Builder}} AS build{{why "version" "builder"}}
func why(ids ...string) (string, error) {
	return mark + strings.Join(ids, " ") + mark, nil
}

// unfit is a name or value that no Dockerfile can hold.
type unfit struct {
	value string
	why   string
}

func (u *unfit) Error() string { return fmt.Sprintf("%q cannot stand in %s", u.value, u.why) }

// plain refuses what no place on the page can hold.
func plain(s string) error {
	if len(s) > maxText {
		return errLong
	}
	if !utf8.ValidString(s) {
		return &unfit{s, "a Dockerfile: it is not UTF-8"}
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }) {
		return &unfit{s, "a Dockerfile: it has a line break or control character"}
	}
	return nil
}

var safeWord = pattern.New(`^[A-Za-z0-9_@%+=:,./-]+$`)

// Word is one word of a shell command in a RUN instruction, in single quotes
// unless it needs none.
func Word(s string) (string, error) {
	if err := plain(s); err != nil {
		return "", err
	}
	if safeWord.MatchString(s) {
		return s, nil
	}
	return "'" + strings.ReplaceAll(s, "'", `'"'"'`) + "'", nil
}

// Words are the words of a shell command, with a space between.
func Words(list []string) (string, error) {
	quoted := make([]string, len(list))
	for i, s := range list {
		q, err := Word(s)
		if err != nil {
			return "", err
		}
		quoted[i] = q
	}
	return strings.Join(quoted, " "), nil
}

// Exec is the exec form of a command: a JSON array. Docker expands nothing in it.
func Exec(argv []string) (string, error) {
	if len(argv) == 0 {
		return "", errors.New("an exec form needs a command")
	}
	parts := make([]string, len(argv))
	for i, a := range argv {
		if err := plain(a); err != nil {
			return "", err
		}
		parts[i] = jsonString(a)
	}
	return "[" + strings.Join(parts, ", ") + "]", nil
}

func jsonString(s string) string {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

var (
	safeValue = pattern.New(`^[A-Za-z0-9_@%+:,./=-]+$`)
	escapeEnv = strings.NewReplacer(`\`, `\\`, `"`, `\"`, `$`, `\$`)
)

// Env is a value of ENV, ARG or LABEL, in double quotes unless it needs none.
// Docker would expand $; it is escaped, since the value is data.
func Env(s string) (string, error) {
	if err := plain(s); err != nil {
		return "", err
	}
	if safeValue.MatchString(s) {
		return s, nil
	}
	return `"` + escapeEnv.Replace(s) + `"`, nil
}

// Var is one environment variable. A value that names another ($PATH) is
// written with Raw by dockgen itself, never with text from a repository.
type Var struct{ Name, Value, Raw string }

var envName = pattern.New(`^[A-Za-z_][A-Za-z0-9_]*$`)

// Envs are the arguments of an ENV instruction, one variable a line.
func Envs(vars []Var) (string, error) {
	lines := make([]string, len(vars))
	for i, v := range vars {
		if !envName.MatchString(v.Name) {
			return "", fmt.Errorf("%q is not the name of an environment variable", v.Name)
		}
		value := v.Raw
		if value == "" {
			var err error
			if value, err = Env(v.Value); err != nil {
				return "", err
			}
		}
		lines[i] = v.Name + "=" + value
	}
	return strings.Join(lines, " \\\n    "), nil
}

var (
	safePath = pattern.New(`^[A-Za-z0-9_@%+=:,./~-]+$`)
	// A class of one letter stands for itself: a backslash would not, since BuildKit
	// takes a name without a pattern as it is, backslashes and all
	// (https://docs.docker.com/reference/dockerfile/#copy, 2026-11).
	escapePath = strings.NewReplacer(`\`, `[\\\\]`, `[`, `[[]`, `$`, `\$`, `'`, `\'`, `"`, `\"`)
)

// Copy are the sources and the destination of a COPY instruction: words where
// that is enough, a JSON array where a name has a space or a quote. A source
// stands for itself, never for a pattern.
func Copy(sources []string, to string) (string, error) {
	if len(sources) == 0 {
		return "", errors.New("COPY needs a source")
	}
	all := append(append([]string{}, sources...), to)
	words := true
	for _, p := range all {
		if err := plain(p); err != nil {
			return "", err
		}
		if strings.ContainsAny(p, "*?") {
			return "", &unfit{p, "COPY, which would take it for a pattern"}
		}
		words = words && safePath.MatchString(p) && !strings.HasPrefix(p, "-")
	}
	if words {
		return strings.Join(all, " "), nil
	}
	for i, p := range all {
		if strings.Contains(p, "<<") && !path.IsAbs(p) {
			p = "./" + p // or it would begin a heredoc
		}
		all[i] = jsonString(escapePath.Replace(p))
	}
	return "[" + strings.Join(all, ", ") + "]", nil
}

// Comment is text for a comment: one line, nothing that a terminal would act on.
func Comment(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "?"))
}
