package golang

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// embeds are the patterns of the //go:embed lines of a file, without their "all:".
// https://pkg.go.dev/embed#hdr-Directives
func embeds(file string, text []byte) []fact.Of[string] {
	var found []fact.Of[string]
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		rest, ok := strings.CutPrefix(strings.TrimLeft(strings.TrimRight(line, "\r\n"), " \t"), "//go:embed") // indented in var (…)
		if !ok || rest == "" || (rest[0] != ' ' && rest[0] != '\t') {
			continue
		}
		for _, pattern := range embedPatterns(rest) {
			found = append(found, fact.New(strings.TrimPrefix(pattern, "all:"), fact.At(file, n, "//go:embed")))
		}
	}
	return found
}

// embedPatterns splits the arguments of a directive: words, or Go strings. What
// follows a malformed string is left to the compiler.
func embedPatterns(rest string) []string {
	var patterns []string
	for rest = strings.TrimSpace(rest); rest != ""; rest = strings.TrimSpace(rest) {
		if rest[0] != '"' && rest[0] != '`' {
			end := strings.IndexAny(rest+" ", " \t")
			patterns = append(patterns, rest[:end])
			rest = rest[end:]
			continue
		}
		quoted, err := strconv.QuotedPrefix(rest)
		if err != nil {
			break
		}
		pattern, err := strconv.Unquote(quoted)
		if err != nil {
			break
		}
		patterns = append(patterns, pattern)
		rest = rest[len(quoted):]
	}
	return patterns
}

// literalPart is a pattern up to its first part with a wildcard: "dist/*" is "dist".
func literalPart(pattern string) string {
	var parts []string
	for part := range strings.SplitSeq(pattern, "/") {
		if strings.ContainsAny(part, "*?[\\") {
			break
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "/")
}

// embedded are the files and folders, relative to the root, that a program
// embeds. A pattern that starts with a wildcard is about files beside the source.
func (m *module) embedded(p *pkg) []detect.Need {
	var needs []detect.Need
	for _, q := range m.closure(p) {
		for _, e := range q.embeds {
			if part := literalPart(e.Value); part != "" && part != "." {
				needs = append(needs, detect.Need{Path: path.Join(q.dir, part), From: e.From, Build: true})
			}
		}
	}
	return needs
}

// allEmbedded reports whether every file of a folder, but Go code, is in the binary: reading the folder
// is then for the developer, who sees a change without building.
func (m *module) allEmbedded(p *pkg, folder string) bool {
	files := slices.DeleteFunc(slices.Clone(m.view.Under(folder)), func(f string) bool { return path.Ext(f) == ".go" })
	return len(files) > 0 && !slices.ContainsFunc(files, func(f string) bool { return !m.isEmbedded(p, f) })
}

// isEmbedded reports whether a pattern of //go:embed matches a file, or a folder that it lies in.
func (m *module) isEmbedded(p *pkg, file string) bool {
	for _, q := range m.closure(p) {
		if len(q.embeds) == 0 || !repo.Within(q.dir, file) {
			continue
		}
		for part := repo.Rel(q.dir, file); part != "."; part = path.Dir(part) {
			if slices.ContainsFunc(q.embeds, func(e fact.Of[string]) bool { ok, _ := path.Match(path.Clean(e.Value), part); return ok }) {
				return true
			}
		}
	}
	return false
}

// Needs are the paths that a program embeds or opens; those that the repository
// does not hold can come from another project's build.
func (m *module) Needs(g detect.Program) []detect.Need {
	p := m.mains[g.Name]
	if p == nil {
		return nil
	}
	needs := m.embedded(p)
	for _, need := range needs {
		needs = append(needs, m.ignoredWithin(need.Path)...)
	}
	for _, use := range m.sources(p).opens {
		if rel, ok := relative(use.path); ok && !use.writes && !use.loose && m.view.Ignored(path.Join(m.dir, rel), true) {
			needs = append(needs, detect.Need{Path: path.Join(m.dir, rel), From: use.at})
		}
	}
	return append(needs, m.outputs(p)...)
}

// outputs are what the program's own Dockerfile copies into its last stage and no file of the repository
// is: mostly a binary, and the pages that another project builds.
func (m *module) outputs(p *pkg) []detect.Need {
	g, ok := m.given(p)
	if !ok {
		return nil
	}
	var needs []detect.Need
	for _, dir := range slices.Compact([]string{m.dir, "."}) {
		for _, o := range g.file.Outputs(m.view, dir) {
			if !slices.ContainsFunc(needs, func(n detect.Need) bool { return n.Path == o.Path }) {
				needs = append(needs, detect.Need{Path: o.Path, From: o.From})
			}
		}
	}
	return needs
}

// unmet are the embedded paths that nothing provides: the build would stop there.
func (m *module) unmet(p *pkg, r detect.Request) []detect.Need {
	var unmet []detect.Need
	for _, need := range m.embedded(p) {
		if detect.Holds(m.view, need.Path) || m.view.HasDir(need.Path) {
			continue
		}
		met := false
		for _, s := range r.Supplies {
			met = met || repo.Within(s.Path, need.Path) || repo.Within(need.Path, s.Path)
		}
		if !met {
			unmet = append(unmet, need)
		}
	}
	return unmet
}

// ignoredWithin are the folders below an embedded one that a .gitignore names by their path: what
// a build leaves among committed files. They are no need of the compiler's.
func (m *module) ignoredWithin(embedded string) []detect.Need {
	var needs []detect.Need
	if !m.view.HasDir(embedded) {
		return nil
	}
	for _, dir := range slices.Compact([]string{m.dir, "."}) {
		file := path.Join(dir, ".gitignore")
		text, err := m.view.Read(file)
		if err != nil {
			continue // none, or too large to be one
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			name := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSpace(line), "*"), "/")
			if !strings.Contains(strings.TrimPrefix(name, "/"), "/") || strings.ContainsAny(name, "*?[!#") {
				continue
			}
			folder := path.Join(dir, name)
			if folder != embedded && repo.Within(embedded, folder) && path.Ext(folder) == "" && path.Base(folder) != "node_modules" && !m.view.HasDir(folder) {
				needs = append(needs, detect.Need{Path: folder, From: fact.At(file, n, "left out below an embedded folder")})
			}
		}
	}
	return needs
}
