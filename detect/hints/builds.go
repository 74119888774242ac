package hints

import (
	"path"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo"
)

// Build is a place that says how an image is built: its Dockerfile and its context,
// relative to the root of the view.
type Build struct {
	Dockerfile, Context string
	From                fact.Source
}

// Builds are the builds of images that compose files, GitHub's workflows and GitLab's
// jobs name, by file. One with variables in its paths is
// left out, as is one that is built from elsewhere.
func Builds(v *repo.View) []Build {
	all := append(composeBuilds(v), actionBuilds(v)...)
	for _, s := range append(WorkflowRuns(v), gitlabRuns(v)...) {
		if b, ok := dockerBuild(s); ok {
			all = append(all, b)
		}
	}
	return slices.DeleteFunc(all, func(b Build) bool {
		return strings.Contains(b.Dockerfile+b.Context, "$") || strings.Contains(b.Context, ":") || path.IsAbs(b.Context) || strings.HasPrefix(b.Context, "..")
	})
}

// composeBuilds are those of all compose files: people have several, by environment.
func composeBuilds(v *repo.View) []Build {
	var all []Build
	for _, file := range v.Files() {
		base := path.Base(file)
		if ext := path.Ext(base); ext != ".yml" && ext != ".yaml" || !strings.HasPrefix(base, "compose") && !strings.HasPrefix(base, "docker-compose") && file != "production.yml" {
			continue
		}
		doc := document(v, file)
		for _, p := range pairs(child(doc, "services")) {
			if s, ok := composeService(file, p.key, p.value); ok {
				all = append(all, Build{s.File, s.Context, s.From})
			}
		}
	}
	return all
}

// actionBuilds are the steps that use Docker's action, and the entries of a matrix that
// name a context for it. Without a context it takes the root.
// https://github.com/docker/build-push-action/blob/master/action.yml (2026-11)
func actionBuilds(v *repo.View) []Build {
	var all []Build
	for file, doc := range workflows(v) {
		add := func(n *yaml.Node, key string) {
			context := path.Clean(textOf(n, "context", "."))
			all = append(all, Build{path.Clean(textOf(n, key, path.Join(context, "Dockerfile"))), context, fact.At(file, n.Line, "context")})
		}
		for _, step := range mappingsWith(doc, "uses") {
			if with := child(step, "with"); with != nil && strings.HasPrefix(textOf(step, "uses", ""), "docker/build-push-action@") {
				add(with, "file")
			}
		}
		for _, entry := range mappingsWith(doc, "dockerfile") {
			if child(entry, "context") != nil {
				add(entry, "dockerfile")
			}
		}
	}
	return all
}

// mappingsWith are the mappings anywhere in a document that have a key.
func mappingsWith(n *yaml.Node, key string) []*yaml.Node {
	var all []*yaml.Node
	for i, item := range n.Content {
		if n.Kind == yaml.MappingNode && i%2 == 0 {
			if item.Value == key {
				all = append(all, n)
			}
			continue
		}
		all = append(all, mappingsWith(item, key)...)
	}
	return all
}

// textOf is a word of a mapping, or what stands for it where it has none.
func textOf(n *yaml.Node, key, without string) string {
	if c := child(n, key); c != nil && c.Value != "" {
		return withDefaults(c.Value)
	}
	return without
}

// gitlabRuns are the commands of GitLab's jobs. https://docs.gitlab.com/ci/yaml/#script (2026-11)
func gitlabRuns(v *repo.View) []Start {
	var all []Start
	for _, n := range valuesOf(document(v, ".gitlab-ci.yml"), "script") {
		all = append(all, commands(n.Value, "a job of .gitlab-ci.yml", fact.At(".gitlab-ci.yml", n.Line-1, "script"))...)
	}
	return all
}

// buildSwitches are the flags of docker build that take no value.
// https://docs.docker.com/reference/cli/docker/buildx/build/ (2026-11)
var buildSwitches = []string{"-D", "--debug", "--check", "--compress", "--force-rm", "--load", "--no-cache", "--pull", "--push", "-q", "--quiet", "--rm", "--squash"}

// dockerBuild is what a command builds: docker build -f web/Dockerfile ..
func dockerBuild(s Start) (Build, bool) {
	argv := s.Argv
	if len(argv) > 2 && argv[1] == "buildx" {
		argv = argv[1:]
	}
	if len(argv) < 3 || s.Argv[0] != "docker" && s.Argv[0] != "podman" || argv[1] != "build" {
		return Build{}, false
	}
	b := Build{From: s.From}
	for i := 2; i < len(argv); i++ {
		name, value, joined := strings.Cut(argv[i], "=")
		switch {
		case !strings.HasPrefix(argv[i], "-"):
			if b.Context == "" {
				b.Context = path.Clean(argv[i])
			}
			continue
		case slices.Contains(buildSwitches, name):
			continue
		case !joined && i+1 < len(argv):
			i++
			value = argv[i]
		}
		if name == "-f" || name == "--file" {
			b.Dockerfile = path.Clean(value)
		}
	}
	if b.Dockerfile == "" {
		b.Dockerfile = path.Join(b.Context, "Dockerfile")
	}
	return b, b.Context != ""
}
