package node

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"github.com/tdewolff/parse/v2"
	"github.com/tdewolff/parse/v2/css"

	"github.com/dockgen/dockgen/internal/jsconfig"
	"github.com/dockgen/dockgen/internal/repo"
)

// classFolders are the folders outside the package in which Tailwind looks for names of classes: where
// the build lacks them, so does the style sheet. `content` of its settings is relative to the folder that
// it is run in, @source to the style sheet.
// https://v3.tailwindcss.com/docs/content-configuration, https://tailwindcss.com/docs/detecting-classes-in-source-files (2026-11)
func (p *pkg) classFolders() []string {
	if !slices.ContainsFunc([]string{"tailwindcss", "@tailwindcss/cli", "@tailwindcss/postcss", "@tailwindcss/vite"}, p.m.has) {
		return nil
	}
	var dirs []string
	for _, f := range p.sources() {
		settings := path.Dir(f) == p.dir && strings.HasPrefix(path.Base(f), "tailwind.config.")
		if !settings && path.Ext(f) != ".css" || p.view.Size(f) > maxSource {
			continue
		}
		text, err := p.view.Read(f)
		if err != nil {
			continue // the build will say so
		}
		globs := []string{}
		if settings {
			globs = contents(jsconfig.Read(text).Export)
		} else if bytes.Contains(text, []byte("@source")) {
			globs = styleSources(text)
		}
		for _, glob := range globs {
			if dir := path.Join(path.Dir(f), fixed(glob)); !repo.Within(p.dir, dir) && !path.IsAbs(glob) {
				if strings.HasPrefix(dir, "..") {
					dir = "."
				}
				if p.view.HasDir(dir) || dir == "." {
					dirs = append(dirs, dir)
				}
			}
		}
	}
	slices.Sort(dirs)
	return slices.Compact(dirs)
}

// contents are the patterns of Tailwind's settings, before its third version under purge.
func contents(settings jsconfig.Value) []string {
	var globs []string
	for _, name := range []string{"content", "purge"} {
		list := settings.Get(name)
		for _, v := range slices.Concat(list.Items, list.Get("files").Items, list.Get("content").Items) {
			if text, ok := v.Str(); ok {
				globs = append(globs, text)
			}
		}
	}
	return globs
}

// styleSources are the patterns that @source of a style sheet adds.
func styleSources(text []byte) []string {
	var globs []string
	l := css.NewLexer(parse.NewInputBytes(text))
	at := false
	for {
		switch kind, word := l.Next(); {
		case kind == css.ErrorToken:
			return globs
		case kind == css.AtKeywordToken:
			at = string(word) == "@source"
		case kind == css.StringToken && at:
			globs, at = append(globs, strings.Trim(string(word), `"'`)), false
		case kind != css.WhitespaceToken && kind != css.CommentToken:
			at = false
		}
	}
}

// fixed is the folder of a pattern before its first wildcard.
func fixed(glob string) string {
	parts := strings.Split(glob, "/")
	i := slices.IndexFunc(parts, func(part string) bool { return strings.ContainsAny(part, "*?[]{}()!") })
	if i < 0 {
		i = len(parts) - 1
		if path.Ext(parts[i]) == "" {
			i++
		}
	}
	return strings.Join(parts[:i], "/")
}
