package golang

import (
	"encoding/json"
	"path"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/toml"
)

// entry is a value of a file of settings.
type entry struct {
	keys  []string // from the outermost
	value string
	line  int // 1-based, 0 where the format does not tell
}

// maxConfig is the largest file of settings that is looked into, in bytes.
const maxConfig = 256 << 10

// entriesOf are the values of a file of settings, in its order; none where it does not parse, or is of no
// format that we read. Evidence, not input: the program itself says what is wrong with it.
func entriesOf(v *repo.View, file string) []entry {
	if v.Size(file) > maxConfig {
		return nil
	}
	text, err := v.Read(file)
	if err != nil {
		return nil
	}
	switch strings.ToLower(path.Ext(file)) {
	case ".yaml", ".yml":
		var doc yaml.Node
		if yaml.Unmarshal(text, &doc) != nil || len(doc.Content) == 0 {
			return nil
		}
		return yamlEntries(doc.Content[0], nil)
	case ".json":
		if !json.Valid(text) {
			return nil
		}
		var doc yaml.Node // which JSON is a part of, and which keeps lines
		if yaml.Unmarshal(text, &doc) != nil || len(doc.Content) == 0 {
			return nil
		}
		return yamlEntries(doc.Content[0], nil)
	case ".toml":
		doc, err := toml.Parse(file, text)
		if err != nil {
			return nil
		}
		return tomlEntries(doc, nil)
	case ".ini", ".conf", ".cfg", ".env", ".properties":
		return lineEntries(string(text))
	}
	return nil
}

const maxNesting = 6 // of keys; settings are not deeper

func yamlEntries(n *yaml.Node, keys []string) []entry {
	var all []entry
	if n.Kind != yaml.MappingNode || len(keys) >= maxNesting {
		return nil
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		below, value := append(slices.Clone(keys), n.Content[i].Value), n.Content[i+1]
		if value.Kind == yaml.ScalarNode {
			all = append(all, entry{below, value.Value, value.Line})
		}
		all = append(all, yamlEntries(value, below)...)
	}
	return all
}

func tomlEntries(t *toml.Value, keys []string) []entry {
	var all []entry
	if len(keys) >= maxNesting {
		return nil
	}
	for _, key := range t.Keys() {
		below, value := append(slices.Clone(keys), key), t.Get(key)
		if value.Text != "" {
			all = append(all, entry{below, value.Text, value.Line})
		}
		all = append(all, tomlEntries(value, below)...)
	}
	return all
}

// lineEntries are those of NAME = VALUE lines, below the [section] before them.
func lineEntries(text string) []entry {
	var all []entry
	var section []string
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "["); ok && strings.HasSuffix(name, "]") {
			section = []string{strings.TrimSuffix(name, "]")}
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok || strings.HasPrefix(line, "#") || strings.HasPrefix(line, ";") {
			continue
		}
		all = append(all, entry{append(slices.Clone(section), strings.TrimSpace(name)), strings.Trim(strings.TrimSpace(value), `"'`), n})
	}
	return all
}

var (
	// ourSection is the name of a part of the settings that is about the program's own server.
	ourSection = pattern.New(`(?i)^(server|http|https?_?server|app|application|api|web|webserver|rest|service|system|gin|echo|fiber|listen|main|general|core|default|host)$`)
	// hostKey is the name of an address beside a port.
	hostKey = pattern.New(`(?i)^(host|bind|address|addr|ip|listen)$`)
	// filledIn is a value that stands for a variable, with what counts where it is not set:
	// ${PORT:8080}, ${PORT:-8080}, ${PORT||8080}.
	filledIn = pattern.New(`^\$\{[A-Za-z_][A-Za-z0-9_]*(?::-?|\|\|)([^}]*)\}$`)
)

// configured is the port in the settings that the program reads, where its sources name none: in the
// files that are in the image, the first that has one.
func (m *module) configured(files []string, n *network) {
	if n.port.Known() {
		return
	}
	for _, file := range files {
		all := entriesOf(m.view, file)
		if best, ok := portEntry(all); ok {
			n.port = fact.New(portOf(best.text()), fact.At(file, best.line, strings.Join(best.keys, ".")))
			if loopback(best.text()) || besideLoopback(all, best) {
				n.loopback = n.port.From
			}
			return
		}
	}
}

func (e entry) text() string {
	if match := filledIn.FindStringSubmatch(e.value); match != nil {
		return match[1]
	}
	return e.value
}

func (e entry) key() string { return e.keys[len(e.keys)-1] }

// portEntry is the value that most plainly is the port of the program's own server.
func portEntry(all []entry) (best entry, ok bool) {
	rank := func(e entry) int {
		parents := e.keys[:len(e.keys)-1]
		if p := portOf(e.text()); p == 0 || !portish(e.key()) || slices.Contains(wellKnown, p) || p < 80 {
			return 0
		}
		r := 1
		for _, parent := range parents {
			if otherName.MatchString(parent) {
				return 0
			}
			if asideName.MatchString(parent) {
				r += 10
			}
		}
		if asideName.MatchString(e.key()) {
			r += 10
		}
		if len(parents) > 0 && !slices.ContainsFunc(parents, ourSection.MatchString) {
			r += 5
		}
		if strings.EqualFold(path.Base(e.key()), "listen") || !strings.Contains(strings.ToLower(e.key()), "port") && !strings.Contains(e.text(), ":") && len(parents) == 0 {
			r++
		}
		return r
	}
	least := 0
	for _, e := range all {
		if r := rank(e); r > 0 && (least == 0 || r < least) {
			best, least = e, r
		}
	}
	return best, least > 0 && least < 10
}

// besideLoopback reports whether the address beside a port is the machine's own.
func besideLoopback(all []entry, port entry) bool {
	return slices.ContainsFunc(all, func(e entry) bool {
		return len(e.keys) == len(port.keys) && slices.Equal(e.keys[:len(e.keys)-1], port.keys[:len(port.keys)-1]) && hostKey.MatchString(e.key()) &&
			(e.text() == "localhost" || e.text() == "127.0.0.1")
	})
}

// settingsFiles are the files of settings among those that the image holds: the ones that arguments name,
// then those at a place of their own, then those in folders.
func (n *needs) settingsFiles(m *module, context string) []string {
	var named, files, within []string
	for i, f := range n.files {
		p := path.Join(context, f.Value)
		isNamed := slices.ContainsFunc(n.arguments, func(a argument) bool {
			return a.value != "" && (path.Clean(a.value) == n.at[i] || path.Clean(a.value) == path.Join(appFolder, n.at[i]))
		})
		switch {
		case !m.view.Has(p):
			under := m.view.Under(p)
			for _, file := range under {
				if a := slices.ContainsFunc(n.arguments, func(a argument) bool {
					return strings.HasSuffix("/"+path.Join(n.at[i], repo.Rel(p, file)), "/"+strings.TrimPrefix(strings.TrimPrefix(a.value, appFolder), "/")) && path.Ext(a.value) != ""
				}); a {
					named = append(named, file)
				} else if len(under) < maxSettings {
					within = append(within, file)
				}
			}
		case isNamed:
			named = append(named, p)
		default:
			files = append(files, p)
		}
	}
	return slices.Concat(named, files, within)
}

// maxSettings is how many files a folder of settings has at most; others hold pages or data.
const maxSettings = 30

// writtenBy are the folders that settings name for logs and uploads, below the working directory.
func (m *module) writtenBy(files []string) []opening {
	var all []opening
	for _, file := range files {
		for _, e := range entriesOf(m.view, file) {
			text, _, _ := strings.Cut(strings.TrimPrefix(e.text(), "file:"), "?")
			if _, err := strconv.Atoi(text); err == nil || !pathLike.MatchString(text) {
				continue
			}
			first, _, _ := strings.Cut(strings.TrimPrefix(text, "./"), "/")
			isFolder := slices.Contains(dataFolders, first) || first == "log" || first == "runtime"
			name := strings.Join(e.keys, ".")
			if at := fact.At(file, e.line, name); database.MatchString(text) || isFolder && (strings.Contains(text, "/") || folderKey.MatchString(e.key())) {
				all = append(all, opening{path: text, folder: path.Ext(text) == "", writes: true, at: at})
			}
		}
	}
	return all
}

// folderKey is the name of a setting that holds a folder.
var folderKey = pattern.New(`(?i)(dir|directory|director|path|folder|root|location)$`)
