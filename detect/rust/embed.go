package rust

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

// includes are macros that put a file or folder into the program. The first two take
// it relative to the source file, the others to the manifest's folder.
// https://doc.rust-lang.org/std/macro.include_str.html, https://docs.rs/include_dir, 2026-11
var includes = map[string]bool{"include_str": true, "include_bytes": true, "include_dir": false, "embed_migrations": false}

// embedFolder are derives whose folder attribute names what they embed.
// https://docs.rs/rust-embed, 2026-11
var embedFolder = []string{"RustEmbed", "Embed", "EmbeddedFiles"}

// embeds are the paths, relative to the root of the view, that the sources of the crate
// and its library put into the program.
func (c *crate) embeds() []fact.Of[string] {
	if c.embedsRead {
		return c.embedded
	}
	c.embedsRead = true
	roots := []string{c.lib.Value}
	for _, b := range c.bins {
		roots = append(roots, b.root)
	}
	seen := map[string]bool{}
	for _, r := range roots {
		files, err := c.all.tree(r) // an error was reported when the program was read
		if r == "" || err != nil {
			continue
		}
		for _, s := range files {
			for _, e := range c.embedsIn(s) {
				if e.Value != ".." && !strings.HasPrefix(e.Value, "../") && !seen[e.Value] {
					seen[e.Value] = true
					c.embedded = append(c.embedded, e)
				}
			}
		}
	}
	return c.embedded
}

func (c *crate) embedsIn(s *source) []fact.Of[string] {
	var found []fact.Of[string]
	for i := 2; i < len(s.tokens); i++ {
		if s.tokens[i].kind != text {
			continue
		}
		value := s.tokens[i].text
		switch {
		case i > 2 && s.tokens[i-1].is("(") && s.tokens[i-2].is("!"):
			beside, known := includes[s.tokens[i-3].text]
			if !known {
				continue
			}
			dir := c.dir
			if beside {
				dir = path.Dir(s.file)
			}
			found = append(found, fact.New(path.Join(dir, fromManifest(value)), s.from(i, s.tokens[i-3].text+"!")))
		case s.after(i, "concat", "!", "(", "env", "!", "("): // concat!(env!("CARGO_MANIFEST_DIR"), "/x")
			if value == "CARGO_MANIFEST_DIR" && i+3 < len(s.tokens) && s.tokens[i+3].kind == text && i > 8 && includes[s.tokens[i-9].text] {
				found = append(found, fact.New(path.Join(c.dir, s.tokens[i+3].text), s.from(i, s.tokens[i-9].text+"!")))
			}
		case s.after(i, "folder", "=") && s.mentions(embedFolder...):
			found = append(found, fact.New(path.Join(c.dir, fromManifest(value)), s.from(i, "embedded folder")))
		}
	}
	return found
}

var manifestDir = pattern.New(`^\$\{?CARGO_MANIFEST_DIR\}?/?`)

func fromManifest(p string) string { return manifestDir.ReplaceAllString(p, "") }

// Needs are the paths, embedded or read at run time, that the repository may not hold.
func (c *crate) Needs(g detect.Program) []detect.Need {
	var needs []detect.Need
	for _, local := range c.local() {
		for _, e := range local.embeds() {
			if !strings.Contains(e.Value, "OUT_DIR") {
				needs = append(needs, detect.Need{Path: e.Value, From: e.From, Build: true})
			}
		}
	}
	if p := c.found[g.Name]; p != nil {
		for _, r := range c.readings(p) {
			needs = append(needs, detect.Need{Path: r.path, From: r.from})
		}
	}
	return needs
}

// unmet are notes on paths that nothing provides: where they are embedded the build would stop there, and
// what only the image that people build has is lacking in ours.
func (c *crate) unmet(f facts) []detect.Note {
	var notes []detect.Note
	v, r := c.all.view, f.request
	met := func(p string) bool {
		return slices.ContainsFunc(r.Supplies, func(s detect.Supply) bool { return s.Need.Path == p || overlaps(s.Path, p) })
	}
	for _, local := range c.local() {
		for _, need := range local.embeds() {
			if detect.Holds(v, need.Value) || v.HasDir(need.Value) || strings.Contains(need.Value, "OUT_DIR") || met(need.Value) {
				continue
			}
			notes = append(notes, detect.Note{Warning: true, At: need.From, Text: need.From.What + " takes " + need.Value + ", which is not in the repository and which no project here builds"})
		}
	}
	for _, p := range c.imageOutputs(f) {
		if !met(p.Path) {
			notes = append(notes, detect.Note{Warning: true, At: p.From, Text: "your image holds " + p.Path + ", which is not in the repository and which no project here builds: this image has none"})
		}
	}
	return append(notes, c.unserved(f, met)...)
}

// imageOutputs are what builds leave for the image that people build so far, beside programs.
func (c *crate) imageOutputs(f facts) []hints.Placed {
	if len(f.image.Bases) < 2 {
		return nil
	}
	outputs := f.image.Outputs(c.all.view, c.top())
	return slices.DeleteFunc(outputs, func(o hints.Placed) bool {
		isProgram := slices.ContainsFunc(c.all.sorted, func(of *crate) bool {
			return slices.ContainsFunc(of.bins, func(b bin) bool { return b.name == path.Base(o.Path) })
		})
		return isProgram || slices.Contains(strings.Split(o.Path, "/"), "target") || path.Base(o.Path) == path.Base(o.To) && path.Dir(o.Path) == "."
	})
}

// unserved are notes on folders that the program serves and that neither the repository nor a build
// here has. Those that it writes to come into being when it runs.
func (c *crate) unserved(f facts, met func(string) bool) []detect.Note {
	var notes []detect.Note
	var named []string
	at := map[fact.Source]bool{} // a name there can mean several paths
	for _, r := range c.readings(f.program) {
		if r.tracked || met(r.path) {
			at[r.from] = true
		}
	}
	for _, r := range c.readings(f.program) {
		written := slices.ContainsFunc(f.disk.data, func(d dataView) bool {
			return repo.Within(d.To, path.Join(root, f.request.InContext(r.path))) || repo.Within(d.To, path.Join(f.disk.workdir, repo.Rel(r.base, r.path)))
		})
		if name := repo.Rel(r.base, r.path); r.alone && !at[r.from] && !written && !slices.ContainsFunc(named, func(o string) bool { return repo.Within(o, name) }) {
			at[r.from] = true
			named = append(named, name)
			notes = append(notes, detect.Note{Warning: true, At: r.from, Text: "the program serves " + name + ", which is not in the repository and which no project here builds: this image has none"})
		}
	}
	return notes
}
