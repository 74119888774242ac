// Command builds makes docs/builds.md of what TestBuilds printed: which golden trees
// were built, started and asked, and how large each image is.
//
//	go test -tags build -run TestBuilds -v ./cmd/dockgen > builds.log
//	go run ./bench/builds builds.log > docs/builds.md
//
// The outputs of several runs can be named; of a tree in more than one the last counts.
package main

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"
)

// result is one tree in one final image.
type result struct{ size, user, status string }

var (
	run   = regexp.MustCompile(`^=== RUN +TestBuilds/(\S+/\S+/\S+)$`)
	built = regexp.MustCompile(`^ +build_test\.go:\d+: \S+: ([\d.]+) MB, user (\S+)$`)
	end   = regexp.MustCompile(`^ +--- (PASS|FAIL|SKIP): TestBuilds/(\S+/\S+/\S+) `)
	wrong = regexp.MustCompile(`^ +build_test\.go:\d+: `)
)

const head = `# Real builds

What %s built, started and asked, tree by tree, until %s, against stand-ins of the base
images: the real language runtimes and Debian packages. Images on Alpine and nginx stand on Debian there, so that their
sizes would say nothing and are left out. Each server also answered on a read-only disk without capabilities, under
%s, with another PORT where the code reads it, and ended within 5 s of %s; planted secrets were in no layer.
A tree that is not listed was not built in this run. Gradle cannot be had on the machine that built these.

| tree and final image | size, MB | user | result |
|---|---|---|---|
`

func main() {
	results := map[string]result{}
	for _, file := range os.Args[1:] {
		if err := read(file, results); err != nil {
			fmt.Fprintln(os.Stderr, "builds:", err)
			os.Exit(1)
		}
	}
	fmt.Printf(head, "`make builds`", time.Now().Format(time.DateOnly), "`--user 12345:0`", "`docker stop`")
	for _, name := range slices.Sorted(maps.Keys(results)) {
		r := results[name]
		if strings.HasSuffix(name, "/alpine") || r.user == "101:101" || r.user == "" {
			r.size = ""
		}
		fmt.Printf("| %s | %s | %s | %s |\n", name, r.size, r.user, r.status)
	}
}

// read adds the results of one run. Its output tells the result of all trees at the
// end: of a run that was ended before, those count that another one came after.
func read(file string, results map[string]result) error {
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	defer f.Close()
	current, r := "", result{}
	keep := func() {
		if current != "" && r.status != "" {
			results[current] = r
		}
	}
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		if m := run.FindStringSubmatch(line); m != nil {
			keep()
			current, r = m[1], result{}
		} else if m := built.FindStringSubmatch(line); m != nil {
			r.size, r.user = m[1], m[2]
			if r.status == "" {
				r.status = "pass"
			}
		} else if m := end.FindStringSubmatch(line); m != nil {
			keep()
			current = ""
			if old, ok := results[m[2]]; ok || m[1] != "SKIP" {
				old.status = strings.ToLower(m[1])
				results[m[2]] = old
			}
		} else if current != "" && wrong.MatchString(line) {
			r.status = "fail"
		}
	}
	return lines.Err()
}
