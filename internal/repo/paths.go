package repo

import (
	"path"
	"strings"
)

// Rel is target seen from base, both relative to the root: Rel("apps", "apps/api")
// is "api". It climbs with ".." where target is not below base.
func Rel(base, target string) string {
	base, target = path.Clean(base), path.Clean(target)
	if base == "." {
		return target
	}
	up := ""
	for base != "." && base != target && !strings.HasPrefix(target, base+"/") {
		base, up = path.Dir(base), up+"../"
	}
	switch {
	case base == target:
		return path.Clean(up + ".")
	case base == ".":
		return path.Clean(up + target)
	default:
		return path.Clean(up + target[len(base)+1:])
	}
}

// Within reports whether target is dir or lies below it.
func Within(dir, target string) bool {
	dir, target = path.Clean(dir), path.Clean(target)
	return dir == "." || target == dir || strings.HasPrefix(target, dir+"/")
}

// Common is the deepest folder that holds all the paths, each taken as a folder.
func Common(dirs ...string) string {
	if len(dirs) == 0 {
		return "."
	}
	common := path.Clean(dirs[0])
	for _, d := range dirs[1:] {
		for !Within(common, d) {
			common = path.Dir(common)
		}
	}
	return common
}
