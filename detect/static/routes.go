package static

import (
	"bytes"
	"errors"
	"io/fs"
	"path"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/diag"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

// fromStaticfile is the site that a Staticfile at the root names, or nil.
// Format: https://docs.cloudfoundry.org/buildpacks/staticfile/ (read 2026-05)
func fromStaticfile(v *repo.View) (*site, error) {
	folder, err := staticfile(v, "root")
	if err != nil || !folder.Known() {
		return nil, err
	}
	dir := path.Clean(folder.Value)
	if path.IsAbs(dir) || dir == ".." || strings.HasPrefix(dir, "../") || !v.Has(path.Join(dir, "index.html")) {
		return nil, diag.At(folder.From, "there is no index.html in "+folder.Value, "name the folder that holds it")
	}
	return &site{view: v, dir: ".", folder: dir, index: path.Join(dir, "index.html"), named: folder.From}, nil
}

// staticfile is the value of a key of the Staticfile at the root.
func staticfile(v *repo.View, key string) (fact.Of[string], error) {
	text, err := v.Read("Staticfile")
	if errors.Is(err, fs.ErrNotExist) {
		return fact.Of[string]{}, nil
	}
	if err != nil {
		return fact.Of[string]{}, err
	}
	n := 0
	for line := range strings.Lines(string(text)) {
		n++
		if k, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == key {
			return fact.New(strings.Trim(strings.TrimSpace(value), `"'`), fact.At("Staticfile", n, key)), nil
		}
	}
	return fact.Of[string]{}, nil
}

// rewriteAll is the line of a _redirects file by which hosts serve an application
// that routes in the browser: "/* /index.html 200".
var rewriteAll = pattern.New(`^\s*/\*\s+/?(index\.html)?\s+200!?\s*$`)

// fallback is index.html where the pages say that they route in the browser:
// a _redirects file, a Staticfile with pushstate, or a single page that scripts
// fill. Otherwise an address that is no file is a 404.
func (s *site) fallback() (fact.Of[string], error) {
	single := func(from fact.Source) fact.Of[string] { return fact.New("index.html", from) }
	push, err := staticfile(s.view, "pushstate")
	if err != nil {
		return push, err
	}
	if push.Value == "enabled" || push.Value == "true" {
		return single(push.From), nil
	}
	for _, file := range []string{path.Join(s.folder, "_redirects"), path.Join(s.dir, "_redirects")} {
		text, err := s.view.Read(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return fact.Of[string]{}, err
		}
		n := 0
		for line := range strings.Lines(string(text)) {
			n++
			if rewriteAll.MatchString(line) {
				return single(fact.At(file, n, "every address is the page")), nil
			}
		}
	}
	if !s.onlyPage() {
		return fact.New("", fact.Default("several pages, each with an address of its own")), nil
	}
	text, err := s.view.Read(s.index)
	if err != nil {
		return fact.Of[string]{}, err
	}
	if Empty(text) {
		return single(fact.At(s.index, 0, "the only page, and scripts fill it")), nil
	}
	return fact.New("", fact.Default("the page holds its content itself")), nil
}

// onlyPage reports whether index.html is the only page beside 404.html.
func (s *site) onlyPage() bool {
	for _, p := range s.view.Under(s.folder) {
		if path.Ext(p) == ".html" && p != s.index && path.Base(p) != "404.html" && !detect.IsSetAside(s.folder, path.Dir(p)) {
			return false
		}
	}
	return true
}

// Empty reports whether a page shows nothing until a script fills it: its body has
// a script and no text outside scripts, styles and noscript.
func Empty(text []byte) bool {
	doc, err := html.Parse(bytes.NewReader(text))
	if err != nil {
		return false
	}
	scripts, content := false, false
	var walk func(n *html.Node, body bool)
	walk = func(n *html.Node, body bool) {
		switch {
		case n.Type == html.ElementNode && n.DataAtom == atom.Script:
			scripts = true
			return
		case n.Type == html.ElementNode && (n.DataAtom == atom.Style || n.DataAtom == atom.Noscript || n.DataAtom == atom.Template):
			return
		case n.Type == html.ElementNode && body && shows[n.DataAtom]:
			content = true
		case n.Type == html.TextNode && body && strings.TrimSpace(n.Data) != "":
			content = true
		}
		body = body || n.DataAtom == atom.Body
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c, body)
		}
	}
	walk(doc, false)
	return scripts && !content
}

// shows are elements that show something without text.
var shows = map[atom.Atom]bool{
	atom.Canvas: true, atom.Img: true, atom.Video: true, atom.Audio: true, atom.Iframe: true, atom.Form: true, atom.Input: true, atom.Button: true, atom.Object: true, atom.Embed: true,
}

var hashedName = pattern.New(`[.-]([0-9a-f]{8,32}|[0-9A-Z]{8})\.(css|js|mjs)$`)

// hashed is the first script or style whose name holds a hash of its content, as
// bundlers write them: the folder is the output of one.
func (s *site) hashed() (bool, fact.Source) {
	for _, p := range s.view.Under(s.folder) {
		if m := hashedName.FindStringSubmatch(path.Base(p)); m != nil && strings.ContainsAny(m[1], "0123456789") {
			return true, fact.At(p, 0, "a hash in the name")
		}
	}
	return false, fact.Source{}
}
