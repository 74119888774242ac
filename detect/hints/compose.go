package hints

import (
	"path"

	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
	"github.com/dockgen/dockgen/internal/shell"
)

// Service is what a compose file says of an image that the repository builds.
// Format: https://github.com/compose-spec/compose-spec/blob/main/05-services.md
type Service struct {
	Name    string
	Context string            // of its build, relative to the root of the view
	File    string            // its Dockerfile, relative to the same
	Command []string          // entry point and command; nil where the image's own are used
	Ports   []fact.Of[int]    // of the container, the published ones first
	Env     []fact.Of[string] // NAME=value, with ${X:-default} as its default
	Volumes []fact.Of[string] // folders of the container that it may write to and that outlast it
	Asked   fact.Of[string]   // path of the address that its health check asks, below "/"
	From    fact.Source
}

// composeFiles are the names that docker compose looks for, in its order.
var composeFiles = []string{"compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml"}

// Compose are the services that the compose file of a folder builds, in its order. One
// that does not parse is left out, as a service without a build is: evidence, not input.
func Compose(v *repo.View, dir string) []Service {
	for _, name := range composeFiles {
		file := path.Join(dir, name)
		text, err := v.Read(file)
		if err != nil {
			continue
		}
		var doc yaml.Node
		if yaml.Unmarshal(text, &doc) != nil || len(doc.Content) == 0 {
			return nil
		}
		var all []Service
		for _, p := range pairs(child(doc.Content[0], "services")) {
			if s, ok := composeService(file, p.key, p.value); ok {
				all = append(all, s)
			}
		}
		return all
	}
	return nil
}

// ComposeOf is the one service that a compose file in one of the folders builds from
// a context, or with a Dockerfile in that folder; none where several are.
func ComposeOf(v *repo.View, context string, dirs ...string) (Service, bool) {
	for _, dir := range slices.Compact(dirs) {
		var of, with []Service
		for _, s := range Compose(v, dir) {
			if s.Context == context {
				of = append(of, s)
			} else if path.Dir(s.File) == context {
				with = append(with, s)
			}
		}
		if len(of) == 0 {
			of = with
		}
		if len(of) == 1 {
			return of[0], true
		}
		if len(of) > 1 {
			return Service{}, false
		}
	}
	return Service{}, false
}

func composeService(file, name string, n *yaml.Node) (Service, bool) {
	build := child(n, "build")
	if build == nil {
		return Service{}, false
	}
	context := build
	if build.Kind == yaml.MappingNode {
		if context = child(build, "context"); context == nil {
			context = &yaml.Node{Value: "."}
		}
	}
	s := Service{Name: name, Context: path.Join(path.Dir(file), withDefaults(context.Value)), From: fact.At(file, build.Line, "service "+name)}
	s.File = path.Join(s.Context, textOf(build, "dockerfile", "Dockerfile"))
	s.Command = append(argv(child(n, "entrypoint")), argv(child(n, "command"))...)
	for _, key := range []string{"ports", "expose"} {
		for _, port := range items(child(n, key)) {
			if p := containerPort(port); p > 0 {
				s.Ports = append(s.Ports, fact.New(p, fact.At(file, port.Line, key+" of "+name)))
			}
		}
	}
	if test := child(child(n, "healthcheck"), "test"); test != nil {
		words := []string{test.Value}
		for _, item := range items(test) {
			words = append(words, item.Value)
		}
		s.Asked = askedBy(strings.Join(words, " "), fact.At(file, test.Line, "healthcheck of "+name))
	}
	env := child(n, "environment")
	for _, p := range pairs(env) {
		s.Env = append(s.Env, fact.New(p.key+"="+withDefaults(p.value.Value), fact.At(file, p.value.Line, p.key)))
	}
	for _, item := range items(env) {
		variable, _, _ := strings.Cut(item.Value, "=")
		s.Env = append(s.Env, fact.New(withDefaults(item.Value), fact.At(file, item.Line, variable)))
	}
	for _, item := range items(child(n, "volumes")) {
		if folder := mounted(item); folder != "" {
			s.Volumes = append(s.Volumes, fact.New(folder, fact.At(file, item.Line, "volumes of "+name)))
		}
	}
	return s, true
}

// mounted is the folder inside, of data:/srv/data or {type: volume, source: data, target: /srv/data}.
// A file, what is only read, and the sources themselves, which a developer mounts, are none.
// https://docs.docker.com/reference/compose-file/services/#volumes
func mounted(n *yaml.Node) string {
	var source, target string
	if n.Kind == yaml.MappingNode {
		for _, p := range pairs(n) {
			switch p.key {
			case "source":
				source = p.value.Value
			case "target":
				target = p.value.Value
			case "read_only":
				if p.value.Value == "true" {
					return ""
				}
			}
		}
	} else {
		parts := strings.Split(withDefaults(n.Value), ":")
		if len(parts) > 2 && strings.HasPrefix(parts[2], "ro") {
			return ""
		}
		if target = parts[0]; len(parts) > 1 {
			source, target = parts[0], parts[1]
		}
	}
	if !path.IsAbs(target) || path.Ext(target) != "" || path.Ext(source) != "" || strings.Trim(source, "./") == "" && source != "" || strings.ContainsAny(target, "$") {
		return ""
	}
	return path.Clean(target)
}

// containerPort is the port inside: of 8080, "80:8080", "127.0.0.1:80:8080/tcp" or {target: 8080}.
func containerPort(n *yaml.Node) int {
	if n.Kind == yaml.MappingNode {
		if target := child(n, "target"); target != nil {
			n = target
		}
	}
	text := withDefaults(n.Value)
	if strings.HasSuffix(text, "/udp") {
		return 0
	}
	text = text[strings.LastIndex(text, ":")+1:]
	port, err := strconv.Atoi(strings.TrimSuffix(text, "/tcp"))
	if err != nil || port < 1 || port > 65535 {
		return 0
	}
	return port
}

// interpolated is ${NAME:-default} or ${NAME-default} of a compose file.
var interpolated = pattern.New(`\$\{[A-Za-z_][A-Za-z0-9_]*:?-([^{}$]*)\}`)

// withDefaults fills in the defaults of variables; one without stays as it is.
func withDefaults(text string) string { return interpolated.ReplaceAllString(text, "$1") }

func argv(n *yaml.Node) []string {
	if n == nil {
		return nil
	}
	var all []string
	if n.Kind == yaml.SequenceNode {
		for _, item := range n.Content {
			all = append(all, withDefaults(item.Value))
		}
	} else {
		all = lastCommand(n.Value)
	}
	if script, ok := shellScript(all); ok {
		return lastCommand(script)
	}
	return all
}

// lastCommand are the words of the last command of a line, with the defaults of variables.
func lastCommand(text string) []string {
	line, err := shell.Parse(withDefaults(text))
	if err != nil || len(line.Commands) == 0 {
		return nil
	}
	var all []string
	for _, w := range line.Commands[len(line.Commands)-1].Words {
		all = append(all, w.Default())
	}
	if len(all) > 1 && all[0] == "exec" {
		all = all[1:]
	}
	return all
}

type pair struct {
	key   string
	value *yaml.Node
}

// Far above real files: << within <<, and mappings that one << merges.
const maxDepth, maxMerges = 4, 8

// pairs are the entries of a mapping, those that << merges into it last. None for other nodes.
func pairs(n *yaml.Node) []pair { return merged(n, 0) }

func merged(n *yaml.Node, depth int) []pair {
	n = resolved(n)
	if n == nil || n.Kind != yaml.MappingNode || depth > maxDepth {
		return nil
	}
	var own, more []pair
	for i := 0; i+1 < len(n.Content); i += 2 {
		if n.Content[i].Value != "<<" {
			own = append(own, pair{n.Content[i].Value, resolved(n.Content[i+1])})
			continue
		}
		from := []*yaml.Node{n.Content[i+1]}
		if list := resolved(n.Content[i+1]); list.Kind == yaml.SequenceNode {
			from = list.Content
		}
		for _, f := range from[:min(len(from), maxMerges)] {
			more = append(more, merged(f, depth+1)...)
		}
	}
	for _, p := range more {
		if !slices.ContainsFunc(own, func(o pair) bool { return o.key == p.key }) {
			own = append(own, p)
		}
	}
	return own
}

func resolved(n *yaml.Node) *yaml.Node {
	if n != nil && n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func child(n *yaml.Node, key string) *yaml.Node {
	for _, p := range pairs(n) {
		if p.key == key {
			return p.value
		}
	}
	return nil
}

func items(n *yaml.Node) []*yaml.Node {
	n = resolved(n)
	if n == nil || n.Kind != yaml.SequenceNode {
		return nil
	}
	var all []*yaml.Node
	for _, item := range n.Content {
		all = append(all, resolved(item))
	}
	return all
}
