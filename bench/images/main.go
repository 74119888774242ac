// Command images measures what dockgen's images weigh and how long a rebuild takes
// after one line was changed, against the single-stage Dockerfile that people
// write and the recipe on Alpine that they copy, and prints the tables of docs/measured.md. It calls docker as a user does:
//
//	go run ./bench/images > docs/measured.md
//
// Run it from the root of the repository, on a quiet machine.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	_ "embed"

	"golang.org/x/tools/txtar"
)

func main() {
	flag.Parse()
	if err := run(flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "images:", err)
		os.Exit(1)
	}
}

// application is a golden tree that is measured.
type application struct {
	Name   string   // go, also what the names of its Dockerfiles here start with
	Tree   string   // below testdata/golden, without .txtar
	Edit   string   // the source file that is changed
	Line   string   // what is added to it
	Bases  []string // values of --base, or another flag
	Quoted float64  // the size that people give for a well-made image, MB
}

//go:embed applications.json
var applicationsJSON []byte

// published are the sizes, in MB, that the publishers of base images state.
type published struct {
	Source string
	Images []struct {
		Prefix string // of the image's name
		MB     float64
		Date   string
	}
}

//go:embed published.json
var publishedJSON []byte

const automatic = "dockgen, auto"

var repeats = flag.Int("repeats", 3, "rebuilds of each, of which the median counts")

var rows = flag.String("rows", "", "measure only rows whose label holds this text")

func run(only []string) error {
	var apps []application
	if err := json.Unmarshal(applicationsJSON, &apps); err != nil {
		return fmt.Errorf("applications.json: %w", err)
	}
	var sizes published
	if err := json.Unmarshal(publishedJSON, &sizes); err != nil {
		return fmt.Errorf("published.json: %w", err)
	}
	dir, err := os.MkdirTemp("", "dockgen-images-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	dockgen := filepath.Join(dir, "dockgen")
	if err := command("", "go", "build", "-o", dockgen, "./cmd/dockgen"); err != nil {
		return err
	}
	fmt.Println("| application | Dockerfile | base of the last stage | size, MB | rebuild after one line, s |\n|---|---|---|---|---|")
	for _, a := range apps {
		if len(only) > 0 && !slices.Contains(only, a.Name) {
			continue
		}
		if err := a.measure(dockgen, filepath.Join(dir, a.Name), sizes); err != nil {
			return fmt.Errorf("%s: %w", a.Name, err)
		}
	}
	return nil
}

// measure prints the rows of one application: the single stage, then each base.
func (a application) measure(dockgen, dir string, sizes published) error {
	text, err := os.ReadFile(filepath.Join("testdata", "golden", filepath.FromSlash(a.Tree)+".txtar"))
	if err != nil {
		return err
	}
	for _, f := range txtar.Parse(text).Files {
		if strings.HasPrefix(f.Name, "want/") {
			continue
		}
		if err := write(filepath.Join(dir, filepath.FromSlash(f.Name)), f.Data); err != nil {
			return err
		}
	}
	for _, theirs := range []struct{ file, label string }{{"single.Dockerfile", "single stage"}, {"recipe.Dockerfile", "recipe on Alpine"}} {
		text, err := os.ReadFile(filepath.Join("bench", "images", a.Name+"."+theirs.file))
		if err != nil {
			return err
		}
		if err := write(filepath.Join(dir, theirs.file), text); err != nil {
			return err
		}
		if err := a.row(dir, theirs.file, theirs.label, sizes); err != nil {
			return err
		}
	}
	for _, base := range a.Bases {
		args := []string{"init", "--yes", "--quiet", "--force", "--file", "ours.Dockerfile"}
		switch {
		case strings.HasPrefix(base, "--"):
			args = append(args, base)
		default:
			args = append(args, "--base", base)
		}
		if err := command(dir, dockgen, append(args, ".")...); err != nil {
			return err
		}
		if err := a.row(dir, "ours.Dockerfile", "dockgen, "+base, sizes); err != nil {
			return err
		}
	}
	return nil
}

// row builds, weighs and rebuilds one Dockerfile, and prints its row.
func (a application) row(dir, file, label string, sizes published) error {
	if !strings.Contains(label, *rows) {
		return nil
	}
	image := "dockgen-measured-" + a.Name
	defer exec.Command("docker", "image", "rm", "-f", image).Run()
	build := func() error {
		return command(dir, "docker", "buildx", "build", "--quiet", "--load", "-t", image, "-f", file, ".")
	}
	if err := build(); err != nil {
		return err
	}
	size, err := sizeOf(image)
	if err != nil {
		return err
	}
	base, err := lastBase(filepath.Join(dir, file))
	if err != nil {
		return err
	}
	mb, note := float64(size)/1e6, ""
	if p, ok := sizes.of(base); ok { // the base may be a stand-in here: its publisher's figure and what we copy onto it
		copies, err := above(image, base)
		if err != nil {
			return err
		}
		mb, note = p+float64(copies)/1e6, fmt.Sprintf(" (computed: %.1f + %.1f, without what apk adds)", p, float64(copies)/1e6)
	}
	var took []time.Duration
	for i := range *repeats {
		if err := appendLine(filepath.Join(dir, filepath.FromSlash(a.Edit)), fmt.Sprintf("%s %s %d\n", a.Line, file, i)); err != nil {
			return err
		}
		start := time.Now()
		if err := build(); err != nil {
			return err
		}
		took = append(took, time.Since(start))
	}
	slices.Sort(took)
	if label == automatic {
		met := "met"
		if mb > a.Quoted {
			met = "not met"
		}
		note += fmt.Sprintf("; people quote %.0f: %s", a.Quoted, met)
	}
	fmt.Printf("| %s | %s | %s | %.1f%s | %.1f |\n", a.Tree, label, base, mb, note, took[*repeats/2].Seconds())
	return nil
}

// of is the published size of an image, if it is one whose stand-in differs.
func (p published) of(image string) (float64, bool) {
	for _, i := range p.Images {
		if strings.HasPrefix(image, i.Prefix) {
			return i.MB, true
		}
	}
	return 0, false
}

// lastBase is the image that the last stage of a Dockerfile starts from.
func lastBase(file string) (string, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return "", err
	}
	base, stages := "", map[string]string{}
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) < 2 || words[0] != "FROM" {
			continue
		}
		words = slices.DeleteFunc(words[1:], func(w string) bool { return strings.HasPrefix(w, "--") })
		base = words[0]
		if from, ok := stages[base]; ok {
			base = from
		}
		if len(words) == 3 {
			stages[words[2]] = base
		}
	}
	return base, nil
}

// above are the bytes that an image copies onto its base: a stand-in is made by COPY too.
func above(image, base string) (int64, error) {
	const alone = "dockgen-measured-base"
	build := exec.Command("docker", "buildx", "build", "--quiet", "--load", "-t", alone, "-")
	build.Stdin = strings.NewReader("FROM " + base + "\n")
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("FROM %s: %w\n%s", base, err, out)
	}
	defer exec.Command("docker", "image", "rm", "-f", alone).Run()
	with, err := copied(image)
	if err != nil {
		return 0, err
	}
	without, err := copied(alone)
	return with - without, err
}

// copied are the bytes of an image's layers that COPY made.
func copied(image string) (total int64, err error) {
	out, err := exec.Command("docker", "history", "--human=false", "--no-trunc", "--format", "{{.Size}} {{.CreatedBy}}", image).Output()
	if err != nil {
		return 0, fmt.Errorf("docker history %s: %w", image, err)
	}
	for line := range strings.Lines(string(out)) {
		size, by, _ := strings.Cut(line, " ")
		n, err := strconv.ParseInt(size, 10, 64)
		if err != nil {
			return 0, fmt.Errorf("docker history %s: %w", image, err)
		}
		if strings.HasPrefix(by, "COPY") {
			total += n
		}
	}
	return total, nil
}

func sizeOf(image string) (size int64, err error) {
	out, err := exec.Command("docker", "image", "inspect", "-f", "{{.Size}}", image).Output()
	if err != nil {
		return 0, fmt.Errorf("docker image inspect %s: %w", image, err)
	}
	_, err = fmt.Sscan(string(out), &size)
	return size, err
}

func command(dir, name string, args ...string) error {
	c := exec.Command(name, args...)
	c.Dir = dir
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, strings.Join(args, " "), err, out)
	}
	return nil
}

func write(file string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return err
	}
	return os.WriteFile(file, data, 0o644)
}

func appendLine(file, line string) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	if _, err := f.WriteString(line); err != nil {
		f.Close()
		return err
	}
	return f.Close()
}
