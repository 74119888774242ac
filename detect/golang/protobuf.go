package golang

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
	"github.com/dockgen/dockgen/internal/repo"
)

// protocPackages are the packages of protoc and of the .proto files that it comes with, by
// variant of the golang image. https://packages.debian.org/trixie,
// https://pkgs.alpinelinux.org/packages?branch=v3.24 (2026-11)
var protocPackages = map[string][]string{
	"alpine": {"protobuf-dev", "protoc"},
	"debian": {"libprotobuf-dev", "protobuf-compiler"},
}

// proto is what a .proto file says of the Go code that is made of it.
type proto struct {
	file     string
	goImport string // of option go_package, without the name after a semicolon
	imports  []string
	service  bool
}

// https://protobuf.dev/reference/go/go-generated/#package
var (
	goPackageOption = pattern.New(`^option\s+go_package\s*=\s*"([^";]+)(?:;[^"]*)?"\s*;`)
	protoImport     = pattern.New(`^import\s+(?:public\s+|weak\s+)?"([^"]+)"\s*;`)
	protoService    = pattern.New(`^service\s+[A-Za-z_]`)
)

// protos are the .proto files of the module.
func (m *module) protos() []proto {
	var all []proto
	for _, file := range m.view.Under(m.dir) {
		if path.Ext(file) != ".proto" || vendored(repo.Rel(m.dir, file)) || m.isNested(file) {
			continue
		}
		text, err := m.view.Read(file)
		if err != nil {
			continue // too large to be written by hand
		}
		p := proto{file: file}
		for line := range strings.Lines(string(text)) {
			line = strings.TrimSpace(line)
			if match := goPackageOption.FindStringSubmatch(line); match != nil {
				p.goImport = strings.TrimSuffix(match[1], "/")
			}
			if match := protoImport.FindStringSubmatch(line); match != nil {
				p.imports = append(p.imports, match[1])
			}
			p.service = p.service || protoService.MatchString(line)
		}
		all = append(all, p)
	}
	return all
}

// fromProto makes the packages that are missing of .proto files: by buf where the module has
// its settings, else by protoc.
func (m *module) fromProto(missing []fact.Of[string]) []generator {
	if g, ok := m.buf(missing[0].From); ok {
		return []generator{g}
	}
	all := m.protos()
	var wanted []proto
	isMissing := func(goImport string) bool {
		return slices.ContainsFunc(missing, func(lacks fact.Of[string]) bool {
			return lacks.Value == goImport || path.Dir(lacks.Value) == goImport && strings.HasSuffix(lacks.Value, "connect")
		})
	}
	for _, p := range all {
		if isMissing(p.goImport) {
			wanted = append(wanted, p)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	root, files, ok := m.resolve(wanted, all)
	if !ok {
		return nil
	}
	plugins := []string{"protoc-gen-go"}
	if slices.ContainsFunc(files, func(p proto) bool { return p.service }) {
		plugins = append(plugins, m.servicePlugins()...)
	}
	command := []string{"protoc", "--proto_path", repo.Rel(m.dir, root)}
	for _, plugin := range plugins {
		name := strings.TrimPrefix(plugin, "protoc-gen-")
		command = append(command, "--"+name+"_out=.", "--"+name+"_opt=module="+m.file.Module.Mod.Path)
	}
	for _, p := range files {
		command = append(command, repo.Rel(m.dir, p.file))
	}
	return []generator{{what: "protoc's Go files", commands: append(m.install(plugins...), command), protoc: true, from: missing[0].From}}
}

// servicePlugins are those that make the code of services, by what go.mod requires.
func (m *module) servicePlugins() []string {
	var plugins []string
	if _, _, ok := m.requires("google.golang.org/grpc"); ok {
		plugins = append(plugins, "protoc-gen-go-grpc")
	}
	if m.requiresTool("protoc-gen-connect-go") {
		plugins = append(plugins, "protoc-gen-connect-go")
	}
	return plugins
}

// resolve is the folder below which the imports of .proto files are found, and the files to compile:
// those wanted, and those of the module that they import and whose Go code is
// missing too. ok is false where an import is neither here nor protoc's own.
func (m *module) resolve(wanted, all []proto) (root string, files []proto, ok bool) {
	byFile := map[string]proto{}
	for _, p := range all {
		byFile[p.file] = p
	}
	var roots []string // the innermost last
	for dir := path.Dir(wanted[0].file); ; dir = path.Dir(dir) {
		roots = append([]string{dir}, roots...)
		if dir == m.dir || dir == "." {
			break
		}
	}
	for _, root := range roots {
		files, ok := slices.Clone(wanted), true
		for i := 0; i < len(files) && ok; i++ {
			ok = repo.Within(root, files[i].file)
			for _, name := range files[i].imports {
				p, here := byFile[path.Join(root, name)]
				if strings.HasPrefix(name, "google/protobuf/") && !here {
					continue
				}
				ok = ok && here
				made := m.find(p.goImport)
				if here && hasPath(p.goImport, m.file.Module.Mod.Path) && (made == nil || made.name == "") && !slices.ContainsFunc(files, func(f proto) bool { return f.file == p.file }) {
					files = append(files, p)
				}
			}
		}
		if ok {
			slices.SortFunc(files, func(a, b proto) int { return strings.Compare(a.file, b.file) })
			return root, files, true
		}
	}
	return "", nil, false
}

// buf runs buf generate where each plugin of buf.gen.yaml is one that buf fetches, that the go
// command runs, or that we can install.
// Formats: https://buf.build/docs/configuration/v2/buf-gen-yaml/ and …/v1/buf-gen-yaml/ (2026-11)
func (m *module) buf(from fact.Source) (generator, bool) {
	var settings struct {
		Plugins []struct {
			Local  yaml.Node
			Remote string
			Plugin string // of v1: a remote one has a host, a local one is named without its prefix
			Name   string // its older name
		}
	}
	text, err := m.view.Read(path.Join(m.dir, "buf.gen.yaml"))
	if err != nil || yaml.Unmarshal(text, &settings) != nil || len(settings.Plugins) == 0 {
		return generator{}, false
	}
	var install []string
	for _, p := range settings.Plugins {
		local := p.Local.Value
		if old := p.Plugin + p.Name; old != "" && !strings.Contains(old, "/") {
			local = "protoc-gen-" + old
		}
		if p.Local.Kind == yaml.SequenceNode && len(p.Local.Content) > 0 {
			local = p.Local.Content[0].Value
		}
		switch _, known := tools()[local]; {
		case local == "" || local == "go": // remote, or by the go command
		case known:
			install = append(install, local)
		default:
			return generator{}, false
		}
	}
	return generator{what: "buf's Go files", commands: append(m.install(install...), m.run("buf", "generate")), from: from}, true
}
