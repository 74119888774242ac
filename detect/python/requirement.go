package python

import (
	"slices"
	"strings"

	"github.com/dockgen/dockgen/internal/catalogue"
	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/pattern"
)

// dependency is one requirement of the project.
type dependency struct {
	name   string // normalised (PEP 503)
	extras []string
	spec   string // "==2.0,<3", "" for any
	marker string // behind ;
	url    string // of a direct reference: git+https://…, a file, an archive
	from   fact.Source
}

var separators = pattern.New(`[-_.]+`)

// normal is a project's name as indexes compare it.
// https://packaging.python.org/en/latest/specifications/name-normalization/
func normal(name string) string {
	return strings.ToLower(separators.ReplaceAllString(name, "-"))
}

var requirementHead = pattern.New(`^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\])?\s*(.*)$`)

// parseRequirement reads a dependency specifier.
// https://packaging.python.org/en/latest/specifications/dependency-specifiers/
func parseRequirement(text string, from fact.Source) (dependency, bool) {
	text = strings.TrimSpace(text)
	match := requirementHead.FindStringSubmatch(text)
	if match == nil {
		return dependency{}, false
	}
	d := dependency{name: normal(match[1]), from: from}
	for e := range strings.SplitSeq(match[2], ",") {
		if e = strings.TrimSpace(e); e != "" {
			d.extras = append(d.extras, normal(e))
		}
	}
	rest := match[3]
	if url, ok := strings.CutPrefix(rest, "@"); ok {
		d.url, d.marker, _ = cutMarker(strings.TrimSpace(url), " ;")
		return d, true
	}
	d.spec, d.marker, _ = cutMarker(rest, ";")
	d.spec = strings.Trim(d.spec, "() ")
	if d.spec != "" && !strings.ContainsAny(d.spec[:1], "<>=!~") {
		return dependency{}, false
	}
	return d, true
}

func cutMarker(text, separator string) (before, marker string, found bool) {
	before, marker, found = strings.Cut(text, separator)
	return strings.TrimSpace(before), strings.TrimSpace(marker), found
}

// below reports whether every release that the dependency admits is older than another.
// https://packaging.python.org/en/latest/specifications/version-specifiers/
func (d dependency) below(release string) bool {
	for clause := range strings.SplitSeq(fromPoetry(d.spec), ",") {
		match := upper.FindStringSubmatch(strings.TrimSpace(clause))
		if match == nil {
			continue
		}
		operator, version := match[1], match[2]
		numbers := strings.Split(version, ".")
		switch {
		case operator == "<" || operator == "<=" || operator == "==" && match[3] == "":
		case operator == "==":
			version = after(numbers)
		case len(numbers) > 1: // ~=
			version = after(numbers[:len(numbers)-1])
		default:
			continue
		}
		// The bound itself is admitted by == and <= only.
		if c := catalogue.Compare(version, release); c < 0 || c == 0 && (operator != "==" && operator != "<=" || match[3] != "") {
			return true
		}
	}
	return false
}

// upper is a clause that bounds releases from above: ==2.3, ==2.3.*, <3, <=3, ~=2.3.
var upper = pattern.New(`^(==|<=?|~=)\s*(\d+(?:\.\d+)*)(\.\*)?`)

// after is the first release behind those that begin with the numbers: 2.4 of 2.3.
func after(numbers []string) string {
	last := len(numbers) - 1
	return strings.Join(append(slices.Clone(numbers[:last]), next(numbers[last])), ".")
}
