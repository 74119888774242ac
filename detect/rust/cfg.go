package rust

import "strings"

// onLinux reports whether a key of [target] can hold on Linux: a triple, or a
// cfg() expression. What it does not know of is taken to hold.
// https://doc.rust-lang.org/reference/conditional-compilation.html
func onLinux(target string) bool {
	expression, ok := strings.CutPrefix(strings.TrimSpace(target), "cfg(")
	if !ok {
		return strings.Contains(target, "linux")
	}
	tokens := tokenize([]byte(strings.TrimSuffix(expression, ")")))
	holds, _ := cfgHolds(tokens, 0, 0)
	return holds != no
}

type answer int

const (
	unknown answer = iota
	yes
	no
)

// cfgHolds evaluates the predicate at i and gives the index after it.
func cfgHolds(ts []token, i, depth int) (answer, int) {
	if i >= len(ts) || ts[i].kind != ident || depth > 16 {
		return unknown, i + 1
	}
	name := ts[i].text
	if i+1 < len(ts) && ts[i+1].is("(") {
		var parts []answer
		i += 2
		for i < len(ts) && !ts[i].is(")") {
			if ts[i].is(",") {
				i++
				continue
			}
			var a answer
			a, i = cfgHolds(ts, i, depth+1)
			parts = append(parts, a)
		}
		return combine(name, parts), i + 1
	}
	if i+2 < len(ts) && ts[i+1].is("=") {
		return cfgValue(name, ts[i+2].text), i + 3
	}
	switch name {
	case "unix":
		return yes, i + 1
	case "windows", "test", "debug_assertions": // of a release build
		return no, i + 1
	}
	return unknown, i + 1
}

func combine(name string, parts []answer) answer {
	count := map[answer]int{}
	for _, p := range parts {
		count[p]++
	}
	switch {
	case name == "not" && len(parts) == 1:
		return [...]answer{unknown, no, yes}[parts[0]]
	case name == "all" && count[no] > 0, name == "any" && count[no] == len(parts):
		return no
	case name == "any" && count[yes] > 0, name == "all" && count[yes] == len(parts):
		return yes
	default:
		return unknown
	}
}

func cfgValue(name, value string) answer {
	known := map[string]string{"target_os": "linux", "target_family": "unix"}[name]
	switch {
	case known == value && known != "":
		return yes
	case known != "", name == "target_arch" && (strings.HasPrefix(value, "wasm") || value == "x86"), name == "target_env" && value != "gnu" && value != "musl":
		return no
	default:
		return unknown
	}
}
