package java

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/detect/hints"
	"github.com/dockgen/dockgen/internal/fact"
)

// recipes are the Dockerfiles of people that start a JVM: beside the module, in the folders
// where they usually lie, and at the top of a build of one module.
func (m *module) recipes() []hints.Dockerfile {
	dirs := []string{m.dir, path.Join(m.dir, "docker"), path.Join(m.dir, "src/main/docker")}
	if m.dir != m.root && len(m.siblings) == 0 {
		dirs = append(dirs, m.root, path.Join(m.root, "docker"))
	}
	var all []hints.Dockerfile
	for _, dir := range dirs {
		for _, d := range hints.Dockerfiles(m.view, dir) {
			if started(d.Command) != nil {
				all = append(all, d)
			}
		}
	}
	return all
}

// started is what follows "java" in a command, nil where it starts no JVM.
func started(command []string) []string {
	for i, w := range command {
		if path.Base(w) == "java" {
			return command[i+1:]
		}
	}
	return nil
}

// writtenPort is the port that a compose file, or the Dockerfiles that people wrote, give a
// program whose own sources do not say it. Dockerfiles that disagree say nothing.
func (m *module) writtenPort() fact.Of[int] {
	if service, ok := hints.ComposeOf(m.view, m.dir, m.dir, m.root, "."); ok && len(service.Ports) > 0 {
		return service.Ports[0]
	}
	var port fact.Of[int]
	for _, d := range m.recipes() {
		if len(d.Ports) == 0 || port.Known() && port.Value == d.Ports[0].Value {
			continue
		}
		if port.Known() {
			return fact.Of[int]{}
		}
		port = d.Ports[0]
	}
	return port
}

// writtenArguments are what the Dockerfiles of people pass to the program: all that
// follows its jar or its class.
func (m *module) writtenArguments(class string) (fact.Of[string], []string) {
	for _, d := range m.recipes() {
		words := started(d.Command)
		at := slices.IndexFunc(words, func(w string) bool { return class != "" && w == class || strings.HasSuffix(w, ".jar") })
		if at < 0 || at+1 >= len(words) || slices.ContainsFunc(words[at+1:], func(w string) bool { return strings.ContainsAny(w, "$`*") }) {
			continue
		}
		return fact.New(strings.Join(words[at+1:], " "), d.From), words[at+1:]
	}
	return fact.Of[string]{}, nil
}

// givenArguments are the program's arguments where people's own Dockerfile has some, with the
// files of the repository that they name. An argument that names a file which the
// repository lacks would stop the program: it is reported instead.
func (d *planning) givenArguments() (args, files []string) {
	from, words := d.m.writtenArguments(d.program.name)
	for _, w := range words {
		file := path.Join(d.m.dir, w)
		switch {
		case !strings.Contains(w, "/") && !d.m.view.Has(file):
			continue // a word, or a switch
		case strings.HasPrefix(w, "/") || !d.m.view.Has(file):
			d.plan.Notes = append(d.plan.Notes, detect.Note{Warning: true, At: from.From, Text: "starts the program with " + from.Value + ", but " + w + " is not in the repository: pass it to docker run, with what it names mounted"})
			return nil, nil
		}
		files = append(files, file)
	}
	if len(words) > 0 {
		d.plan.Reasons = append(d.plan.Reasons, detect.Because("arguments", "arguments", from))
	}
	return words, files
}
