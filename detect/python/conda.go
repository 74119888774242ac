package python

import (
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// condaPackages are what an environment of conda lists: its own packages by their names, most of
// which are those of the package index as well, and what it leaves to pip.
// https://docs.conda.io/projects/conda/en/stable/user-guide/tasks/manage-environments.html#creating-an-environment-file-manually (2026-11)
func (p *project) condaPackages() (named map[string]dependency, listed []dependency) {
	named = map[string]dependency{}
	if p.conda.IsZero() {
		return named, nil
	}
	text, err := p.view.Read(p.conda.File)
	var env struct{ Dependencies []yaml.Node }
	if err != nil || yaml.Unmarshal(text, &env) != nil {
		return named, nil // the note on conda says that it is not carried over
	}
	for _, n := range env.Dependencies {
		from := fact.At(p.conda.File, n.Line, "")
		var pip struct{ Pip []string }
		switch {
		case n.Kind == yaml.ScalarNode:
			if m := condaSpec.FindStringSubmatch(n.Value); m != nil {
				named[normal(m[1])] = dependency{name: normal(m[1]), spec: fromConda(m[2]), from: from}
			}
		case n.Decode(&pip) == nil:
			for _, line := range pip.Pip {
				if d, ok := parseRequirement(line, from); ok && d.url == "" {
					listed = append(listed, d)
				}
			}
		}
	}
	return named, listed
}

// A package of conda: "pandas", "pandas=1.5.3=py311_0", "conda-forge::numpy >=1.26".
var condaSpec = pattern.New(`^(?:[\w-]+::)?([\w.-]+)\s*(?:\[[^\]]*\])?\s*((?:[=<>!~]=?\s*[\w.*+]+,?\s*)*)(?:=\S*)?$`)

// fromConda is a version of conda's as pip writes it: one sign of equality means a beginning.
func fromConda(spec string) string {
	spec = strings.ReplaceAll(strings.TrimSpace(spec), " ", "")
	version, exact := strings.CutPrefix(spec, "=")
	if !exact || strings.HasPrefix(version, "=") {
		return spec
	}
	version, _, _ = strings.Cut(version, "=") // the build
	if strings.Count(version, ".") < 2 && !strings.HasSuffix(version, "*") {
		version += ".*"
	}
	return "==" + version
}
