package golang

import (
	"encoding/json"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	_ "embed"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
)

// framework is a module that reads files and listens without a line of the program that says so.
type framework struct {
	Import   string   `json:"import"`             // path of a package, and what lies below it
	Alone    bool     `json:"alone,omitempty"`    // what lies below the path is a library of its own
	Reads    []string `json:"reads"`              // folders below the working directory, where they are there
	Port     int      `json:"port,omitempty"`     // it listens on by itself
	Settings string   `json:"settings,omitempty"` // file of NAME = VALUE lines with another port
	Key      string   `json:"key,omitempty"`      // its name there

	Start     string            `json:"start,omitempty"`     // method without arguments that reads the command line; the framework counts where it is called
	Arguments []string          `json:"arguments,omitempty"` // of the command line that serves; {port} and {app} are the port and the working directory
	Folders   map[string]string `json:"folders,omitempty"`   // argument for a folder of Reads, where the program has that flag
	Data      []string          `json:"data,omitempty"`      // folders that it writes to, below the working directory
	Health    string            `json:"health,omitempty"`    // path that says it is well
}

//go:embed frameworks.json
var frameworksData []byte

// frameworks are the known ones. Source and date are in the file.
var frameworks = sync.OnceValue(func() []framework {
	var file struct {
		Date, Source string
		Frameworks   []framework
	}
	if err := json.Unmarshal(frameworksData, &file); err != nil {
		panic("golang: frameworks.json: " + err.Error()) // our own data: a test reads it
	}
	return file.Frameworks
})

// frameworkOf is the framework that a program is written for, and the import that says so.
func (m *module) frameworkOf(p *pkg) (framework, fact.Source) {
	if m.foreign(p).IsZero() {
		return framework{}, fact.Source{}
	}
	for _, f := range frameworks() {
		if f.Start != "" && !m.sources(p).bare[f.Start] {
			continue
		}
		if _, at := imported(m.closure(p), func(name string) bool { return name == f.Import || !f.Alone && hasPath(name, f.Import) }); !at.IsZero() {
			return f, at
		}
	}
	return framework{}, fact.Source{}
}

// byConvention notes the framework, and adds the folders that it reads.
func (n *needs) byConvention(m *module, p *pkg, r detect.Request) {
	n.framework, n.frameworkAt = m.frameworkOf(p)
	for _, rel := range n.framework.Reads {
		dir := path.Join(m.dir, rel)
		if m.view.HasDir(dir) && !isSource(m.view, dir) && !n.covered(r, dir, nil) {
			n.addFile(fact.New(r.InContext(dir), n.frameworkAt), rel)
		}
	}
	for _, dir := range n.framework.Data {
		n.writesTo(opening{path: dir, folder: true, writes: true, at: n.frameworkAt})
	}
	if n.framework.Health != "" {
		n.health = fact.New(n.framework.Health, n.frameworkAt)
	}
}

// commandLine are the arguments with which a framework serves, none where it needs none.
func (n *needs) commandLine(s *sources, port int) []string {
	fill := strings.NewReplacer("{port}", strconv.Itoa(port), "{app}", appFolder)
	var all []string
	for _, a := range n.framework.Arguments {
		all = append(all, fill.Replace(a))
	}
	for _, rel := range n.framework.Reads {
		argument := n.framework.Folders[rel]
		name, _, _ := strings.Cut(strings.TrimLeft(argument, "-"), "=")
		if _, named := s.literals[name]; named && slices.Contains(n.at, rel) {
			all = append(all, fill.Replace(argument))
		}
	}
	return all
}

// listensAt adds the port that a framework, imported there, listens on by itself.
func (m *module) listensAt(f framework, at fact.Source, n *network) {
	if n.port.Known() || f.Port == 0 {
		return
	}
	n.port = fact.New(f.Port, at)
	text, err := m.view.Read(path.Join(m.dir, f.Settings))
	if err != nil {
		return // optional: the framework has its default
	}
	line := 0
	for l := range strings.Lines(string(text)) {
		line++
		name, value, _ := strings.Cut(l, "=")
		if !strings.EqualFold(strings.TrimSpace(name), f.Key) {
			continue
		}
		value = strings.Trim(strings.TrimSpace(value), `"`)
		if variable, otherwise, ok := strings.Cut(strings.TrimSuffix(strings.TrimPrefix(value, "${"), "}"), "||"); ok {
			value = otherwise
			if variable == "PORT" {
				n.readsPort = fact.At(path.Join(m.dir, f.Settings), line, f.Key)
				n.set = setting{name: "PORT", env: "PORT"}
			}
		}
		if port, err := strconv.Atoi(value); err == nil && port > 0 && port < 65536 {
			n.port = fact.New(port, fact.At(path.Join(m.dir, f.Settings), line, f.Key))
		}
		return
	}
}
