// Command rebuild measures how long a rebuild takes after one line of a program with some
// 200 dependencies was changed: our Dockerfile's against the single stage that people
// write and, for Rust, against cargo-chef. The Dockerfiles take turns, and the least
// time of each counts. It calls go, cargo and docker as a user does:
//
//	go run ./bench/rebuild [-repeats 3] [go|rust]
//
// Run it from the root of the repository. The first builds fetch and compile everything,
// four times for Rust: that takes minutes on a quiet machine.
package main

import (
	"embed"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"golang.org/x/tools/txtar"
)

//go:embed *.txtar
var programs embed.FS

// program is one that is measured: NAME.txtar holds its sources and the Dockerfiles of others.
type program struct {
	name string
	edit string     // the source file that is changed
	lock [][]string // commands that write the lockfile, which names a registry and so is not kept here
}

var all = []program{
	{"go", "main.go", [][]string{{"go", "mod", "tidy"}}},
	{"rust", "src/main.rs", [][]string{{"cargo", "generate-lockfile"}}},
}

var repeats = flag.Int("repeats", 3, "rebuilds of each, of which the least counts")

func main() {
	flag.Parse()
	for _, p := range all {
		if flag.NArg() > 0 && !slices.Contains(flag.Args(), p.name) {
			continue
		}
		if err := p.measure(); err != nil {
			fmt.Fprintf(os.Stderr, "rebuild: %s: %v\n", p.name, err)
			os.Exit(1)
		}
	}
}

func (p program) measure() error {
	dir, err := os.MkdirTemp("", "dockgen-rebuild-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	text, err := programs.ReadFile(p.name + ".txtar")
	if err != nil {
		return err
	}
	dockerfiles := []string{"ours.Dockerfile"}
	for _, f := range txtar.Parse(text).Files {
		target := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(target, f.Data, 0o644); err != nil {
			return err
		}
		if strings.HasSuffix(f.Name, ".Dockerfile") {
			dockerfiles = append(dockerfiles, f.Name)
		}
	}
	for _, argv := range p.lock {
		if _, err := run(dir, argv...); err != nil {
			return err
		}
	}
	dockgen := filepath.Join(dir, ".dockgen-binary")
	if _, err := run("", "go", "build", "-o", dockgen, "./cmd/dockgen"); err != nil {
		return err
	}
	if _, err := run(dir, dockgen, "init", "--yes", "--quiet", "--file", "ours.Dockerfile", "."); err != nil {
		return err
	}
	if err := os.Remove(dockgen); err != nil {
		return err
	}
	return p.alternate(dir, dockerfiles)
}

// alternate builds each Dockerfile once, then after each of the edits, and prints a line for each.
func (p program) alternate(dir string, dockerfiles []string) error {
	first, least := map[string]time.Duration{}, map[string]time.Duration{}
	var failed []string // to build the first time
	for round := 0; round <= *repeats; round++ {
		dockerfiles = slices.DeleteFunc(dockerfiles, func(file string) bool { return slices.Contains(failed, file) })
		for _, file := range dockerfiles {
			source := filepath.Join(dir, filepath.FromSlash(p.edit))
			text, err := os.ReadFile(source)
			if err != nil {
				return err
			}
			text = fmt.Appendf(text, "// %s %d\n", file, round)
			if err := os.WriteFile(source, text, 0o644); err != nil {
				return err
			}
			took, err := run(dir, "docker", "buildx", "build", "--quiet", "--load", "-t", "dockgen-rebuild", "-f", file, ".")
			if err != nil && round == 0 && file != dockerfiles[0] && file != "single.Dockerfile" {
				fmt.Fprintf(os.Stderr, "rebuild: %s: left out: %v\n", p.name, err)
				failed = append(failed, file)
				continue
			}
			if err != nil {
				return err
			}
			fmt.Fprintf(os.Stderr, "rebuild: %s, %s, round %d: %.1f s\n", p.name, file, round, took.Seconds())
			if round == 0 {
				first[file] = took
			} else if least[file] == 0 || took < least[file] {
				least[file] = took
			}
		}
	}
	if _, err := run(dir, "docker", "image", "rm", "-f", "dockgen-rebuild"); err != nil {
		return err
	}
	fmt.Println("| program | Dockerfile | first build, s | rebuild after one line, s | of the single stage's |\n|---|---|---|---|---|")
	for _, file := range dockerfiles {
		share := float64(least[file]) / float64(least["single.Dockerfile"])
		fmt.Printf("| %s | %s | %.1f | %.1f | %.3f |\n", p.name, strings.TrimSuffix(file, ".Dockerfile"), first[file].Seconds(), least[file].Seconds(), share)
	}
	return nil
}

// run is the time that a command takes.
func run(dir string, argv ...string) (time.Duration, error) {
	start := time.Now()
	c := exec.Command(argv[0], argv[1:]...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", strings.Join(argv, " "), err, out)
	}
	return time.Since(start), nil
}
