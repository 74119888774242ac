package node

import (
	"path"
	"slices"
	"strings"

	"github.com/dockgen/dockgen/detect"
	"github.com/dockgen/dockgen/internal/shell"
)

// errand is a script of another package that a script runs there.
type errand struct {
	to     *pkg
	script string
}

// elsewhereOptions of package managers and task runners name the package, or its folder, in which a
// script runs.
var elsewhereOptions = []string{"--prefix", "--cwd", "--dir", "-C", "-w", "--workspace", "--filter", "-F"}

// errands are what a script has done in other packages, in order. ok is false where it does
// something in its own too, or something that is not understood.
func (p *pkg) errands(name string) (all []errand, ok bool) {
	line, has := p.m.script(name)
	if !has {
		return nil, false
	}
	return p.errandsOfScript(line.Value, 0)
}

// errandsOfScript is errandsOf for a script's line, which is read once: scripts that run others
// twice double with every step.
func (p *pkg) errandsOfScript(text string, depth int) (all []errand, ok bool) {
	if kept, ok := p.delegated[text]; ok {
		return kept.errands, kept.only
	}
	if p.delegated == nil {
		p.delegated = map[string]delegation{}
	}
	p.delegated[text] = delegation{}
	all, ok = p.errandsOf(text, depth)
	if len(all) > maxCommands {
		all, ok = all[:maxCommands:maxCommands], false
	}
	p.delegated[text] = delegation{all, ok}
	return all, ok
}

// delegation is what a script has done in other packages. The zero value stands for one that is being read.
type delegation struct {
	errands []errand
	only    bool
}

func (p *pkg) errandsOf(text string, depth int) (all []errand, ok bool) {
	parsed, err := shell.Parse(text)
	if err != nil || parsed.Complex || depth > maxExpansions {
		return nil, false
	}
	dir := p.dir
	ok = true
	for _, c := range parsed.Commands {
		argv := unwrap(c).Argv()
		if len(argv) == 2 && argv[0] == "cd" {
			dir = path.Join(dir, argv[1])
			continue
		}
		if q := p.holding(dir); q != nil && q != p && len(argv) > 0 && strings.HasPrefix(argv[0], "./") { // cd packages/server/bin && ./run start
			all = append(all, errand{q, "start"})
			continue
		}
		found, understood := p.errandsOfCommand(argv, dir, depth)
		all, ok = append(all, found...), ok && understood
	}
	return all, ok && len(all) > 0
}

// holding is the nearest package that has a folder in it.
func (p *pkg) holding(dir string) *pkg {
	for ; dir != "." && dir != "/"; dir = path.Dir(dir) {
		if q := p.others[dir]; q != nil {
			return q
		}
	}
	return p.others["."]
}

func (p *pkg) errandsOfCommand(argv []string, dir string, depth int) (all []errand, ok bool) {
	if len(argv) > 1 && argv[0] == "concurrently" {
		for _, quoted := range argv[1:] {
			if strings.Contains(quoted, " ") {
				inner, _ := p.errandsOf(quoted, depth+1)
				all = append(all, inner...)
			}
		}
		return all, true
	}
	if own, ok := runs(argv); ok && dir == p.dir && len(p.m.scripts[own].Value) > 0 {
		return p.errandsOfScript(p.m.scripts[own].Value, depth+1)
	}
	return p.errandIn(argv, dir)
}

// errandIn is what one command does in another package: nothing, for an install.
func (p *pkg) errandIn(argv []string, dir string) ([]errand, bool) {
	if len(argv) < 2 || !slices.Contains([]string{npm, pnpm, yarn, bun, "turbo", "nx", "lerna"}, path.Base(argv[0])) {
		return nil, false
	}
	var targets []*pkg
	var words []string
	for i := 1; i < len(argv); i++ {
		option, value, joined := strings.Cut(argv[i], "=")
		switch {
		case slices.Contains(elsewhereOptions, option):
			if !joined && i+1 < len(argv) {
				i++
				value = argv[i]
			}
			targets = append(targets, p.named(value, dir))
		case argv[i] == "workspace" && argv[0] == yarn && i+1 < len(argv):
			i++
			targets = append(targets, p.named(argv[i], dir))
		case strings.HasPrefix(argv[i], "-"):
		default:
			words = append(words, argv[i])
		}
	}
	if len(words) > 1 && (words[0] == "run" || words[0] == "run-script" || words[0] == "exec") {
		words = words[1:]
	}
	if len(words) == 0 || slices.Contains([]string{"install", "i", "ci", "add"}, words[0]) {
		return nil, true
	}
	script := words[0]
	if project, task, ok := strings.Cut(script, ":"); ok && argv[0] == "nx" {
		targets, script = append(targets, p.named(project, dir)), task
	} else if argv[0] == "nx" && len(words) > 1 {
		targets = append(targets, p.named(words[1], dir))
	}
	if len(targets) == 0 {
		targets = []*pkg{p.others[dir]}
	}
	var all []errand
	for _, q := range targets {
		if q == nil || q == p {
			return nil, false
		}
		all = append(all, errand{q, script})
	}
	return all, true
}

// named is the package of a name, a folder or a filter of either: "@shop/web", "./apps/web", "web...".
func (p *pkg) named(filter, dir string) *pkg {
	name := strings.Trim(strings.TrimSuffix(strings.TrimPrefix(filter, "..."), "..."), "{}^")
	if q := p.others[path.Join(dir, name)]; q != nil && (strings.Contains(name, "/") || p.space == nil || !strings.HasPrefix(name, "@")) {
		return q
	}
	var dirs []string
	for d, q := range p.others {
		if q.m.name == name {
			dirs = append(dirs, d)
		}
	}
	if len(dirs) != 1 {
		return nil
	}
	return p.others[dirs[0]]
}

// onlyDelegates reports whether a script does its work in other packages alone.
func (p *pkg) onlyDelegates(name string) bool {
	_, ok := p.errands(name)
	return ok
}

// isStart reports whether a script of that name starts something, and does not make it.
func isStart(script string) bool {
	first, _, _ := strings.Cut(script, ":")
	return slices.Contains([]string{"start", "prod", "serve", "dev", "develop", "preview"}, first)
}

// orders tells packages which of their scripts builds them, where a script of this one says
// that it is not the usual one: nuxt generate in place of nuxt build.
func (p *pkg) orders() {
	for _, name := range p.m.order {
		all, _ := p.errands(name)
		for _, e := range all {
			if e.script == "generate" || e.script == "export" {
				e.to.ordered = e.script
			}
		}
	}
}

// speakFor gives the program that a script of this package starts in another one a claim.
func (p *pkg) speakFor() {
	for _, name := range []string{"start:prod", "start:production", "prod", "start", "dev"} {
		if name == "dev" && len(p.programs) > 0 {
			continue // it runs this package's own program too, and the others' for those who write code
		}
		all, _ := p.errands(name)
		var targets []*pkg
		for _, e := range all {
			if len(e.to.programs) > 0 && isStart(e.script) && !slices.Contains(targets, e.to) {
				targets = append(targets, e.to)
			}
		}
		if len(targets) != 1 {
			continue
		}
		rank := detect.Declared
		if name == "dev" {
			rank = detect.Named
		}
		g := &targets[0].programs[0]
		g.Claims = append(g.Claims, detect.Claim{Rank: rank, What: "the script " + name + " runs it", From: p.m.scripts[name].From})
		return
	}
}
