package node

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"sync"

	"deps.dev/util/semver"
)

//go:embed data/tools.json
var toolsText []byte

// tool is the newest known release of one major line of a package manager.
type tool struct {
	Version  string `json:"version"`
	Node     int    `json:"node"`     // the oldest Node.js line it runs on
	Until    int    `json:"until"`    // the last Node.js line it runs on, 0 where none is known
	On20     string `json:"on20"`     // the first of the major that runs on Node.js 20 and later, "" for all
	Lockfile string `json:"lockfile"` // format of the lockfile it writes
	Default  bool   `json:"default"`  // to use for a lockfile of that format where nothing names a version
}

type toolList struct {
	Date   string `json:"date"`
	Source string `json:"source"`
	Pnpm   []tool `json:"pnpm"`
	Yarn   []tool `json:"yarn"`
	Npm    []tool `json:"npm"`
}

var tools = sync.OnceValue(func() toolList {
	var list toolList
	if err := json.Unmarshal(toolsText, &list); err != nil {
		panic("node: data/tools.json: " + err.Error()) // our own data: a test reads it
	}
	return list
})

func (l toolList) of(manager string) []tool {
	switch manager {
	case pnpm:
		return l.Pnpm
	case yarn:
		return l.Yarn
	case npm:
		return l.Npm
	default:
		return nil
	}
}

// release is the exact version that a version or range of a package manager stands
// for: itself where it is exact, else the newest known one in the range, "" for none.
func release(manager, spec string) string {
	spec, _, _ = strings.Cut(strings.TrimSpace(spec), "+") // a hash may follow
	spec = strings.TrimPrefix(spec, "v")
	if exact(spec) {
		return spec
	}
	c, err := semver.NPM.ParseConstraint(spec)
	if err != nil {
		return ""
	}
	for _, t := range tools().of(manager) {
		if c.Match(t.Version) {
			return t.Version
		}
	}
	return ""
}

// newerFor is a release to take in place of one that does not run on a Node.js line: the
// oldest that does and reads the same lockfile; "" where none is known or needed.
func newerFor(manager, version, node string) string {
	list := tools().of(manager)
	i := slices.IndexFunc(list, func(t tool) bool { return major(t.Version) == major(version) })
	switch {
	case i < 0:
		return ""
	case list[i].On20 != "" && major(node) >= 20 && satisfies(version, "<"+list[i].On20):
		return list[i].Version
	case i > 0 && list[i].Until != 0 && major(node) > list[i].Until:
		return list[i-1].Version // the list goes from new to old
	}
	return ""
}

// exact reports whether a version has three numbers and no range operator.
func exact(version string) bool {
	core, _, _ := strings.Cut(version, "-")
	parts := strings.Split(core, ".")
	if len(parts) != 3 {
		return false
	}
	for _, p := range parts {
		if _, err := strconv.ParseUint(p, 10, 32); err != nil {
			return false
		}
	}
	_, err := semver.NPM.Parse(version)
	return err == nil
}

// major is the first number of a version, 0 where there is none.
func major(version string) int {
	first, _, _ := strings.Cut(strings.TrimPrefix(version, "v"), ".")
	n, err := strconv.Atoi(first)
	if err != nil {
		return 0
	}
	return n
}
