package golang

import (
	"path"
	"slices"
	"strings"

	gomodule "golang.org/x/mod/module"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// private are the modules that no public proxy has. https://go.dev/ref/mod#private-modules
type private struct {
	pattern fact.Of[string] // of GOPRIVATE
}

func (p private) secrets() []detect.Secret {
	if !p.pattern.Known() {
		return nil
	}
	return []detect.Secret{{ID: "netrc", Source: "$HOME/.netrc", Required: true, From: p.pattern.From}}
}

// goPrivate is an assignment of GOPRIVATE in a Makefile, a CI file or .envrc.
var goPrivate = pattern.New(`\bGOPRIVATE\s*[:?]?[=:]\s*["']?([A-Za-z0-9.*/,_-]+)`)

// internalHost is a host that no public name server knows: it has a name that is
// reserved for, or common in, private networks (RFC 6762 appendix G, RFC 8375, ICANN's .internal).
var internalHost = pattern.New(`\.(internal|local|corp|lan|intranet|intra|private|home|home\.arpa)$`)

// privateModules finds which requirements are private: GOPRIVATE as the repository
// itself sets it somewhere, or a host on a private network.
func (m *module) privateModules() (private, error) {
	if m.file == nil || m.vendors() {
		return private{}, nil
	}
	written, err := m.writtenPrivate()
	if err != nil {
		return private{}, err
	}
	var hosts []string
	var from fact.Source
	for _, local := range m.local {
		for _, r := range local.file.Require {
			name := r.Mod.Path
			if m.find(name) != nil || m.isLocal(name) {
				continue
			}
			at := fact.At(path.Join(local.dir, "go.mod"), r.Syntax.Start.Line, "require "+name)
			if written.Known() && gomodule.MatchPrefixPatterns(written.Value, name) {
				return private{written}, nil
			}
			if host, _, _ := strings.Cut(name, "/"); internalHost.MatchString(host) && !slices.Contains(hosts, host) {
				hosts = append(hosts, host)
				if from.IsZero() {
					from = at
				}
			}
		}
	}
	if len(hosts) == 0 {
		return private{}, nil
	}
	return private{fact.New(strings.Join(hosts, ","), from)}, nil
}

func (m *module) isLocal(modulePath string) bool {
	return slices.ContainsFunc(m.local, func(l *module) bool { return l.file != nil && l.file.Module.Mod.Path == modulePath })
}

// writtenPrivate is GOPRIVATE as a file of the repository sets it.
func (m *module) writtenPrivate() (fact.Of[string], error) {
	var files []string
	for _, dir := range slices.Compact([]string{m.dir, "."}) {
		for _, name := range []string{"Makefile", ".envrc", "mise.toml", ".gitlab-ci.yml", ".circleci/config.yml"} {
			files = append(files, path.Join(dir, name))
		}
	}
	files = append(files, m.view.In(".github/workflows")...)
	for _, file := range files {
		text, err := readIfThere(m.view, file)
		if err != nil {
			return fact.Of[string]{}, err
		}
		n := 0
		for line := range strings.Lines(text) {
			n++
			if match := goPrivate.FindStringSubmatch(line); match != nil {
				return fact.New(match[1], fact.At(file, n, "GOPRIVATE")), nil
			}
		}
	}
	return fact.Of[string]{}, nil
}
