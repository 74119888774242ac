package rust

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
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

// unmet are notes on embedded paths that nothing provides: the build would stop there.
func (c *crate) unmet(r detect.Request) []detect.Note {
	var notes []detect.Note
	for _, local := range c.local() {
		for _, need := range local.embeds() {
			v := c.all.view
			if detect.Holds(v, need.Value) || v.HasDir(need.Value) || strings.Contains(need.Value, "OUT_DIR") {
				continue
			}
			if !slices.ContainsFunc(r.Supplies, func(s detect.Supply) bool { return s.Need.Path == need.Value || overlaps(s.Path, need.Value) }) {
				notes = append(notes, detect.Note{Warning: true, At: need.From, Text: need.From.What + " takes " + need.Value + ", which is not in the repository and which no project here builds"})
			}
		}
	}
	return notes
}
