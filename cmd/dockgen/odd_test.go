package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestOddDockerfiles: check reads whatever Docker reads, and ends on what nobody would write, which
// without its limits would outlast the time that go test allows.
func TestOddDockerfiles(t *testing.T) {
	doubled := "FROM debian:13\nENV A0=xxxxxxxxxx\n"
	for i := range 60 {
		doubled += fmt.Sprintf("ENV A%d=$A%d$A%d\n", i+1, i, i)
	}
	many := "FROM debian:13\n"
	for i := range 1990 {
		many += fmt.Sprintf("ENV A%d=1\n", i)
	}
	for name, tt := range map[string]struct{ text, want string }{
		"a byte order mark":    {"\xef\xbb\xbfFROM debian:13\nCMD /app\n", "Dockerfile:2: warning: CMD in shell form"},
		"another escape":       {"# escape=`\nFROM debian:13\nRUN a `\n  b\nCMD /app\n", "Dockerfile:5: warning: CMD in shell form"},
		"carriage returns":     {"FROM debian:13\r\nCMD /app\r\n", `try: CMD ["/app"]`},
		"heredocs":             {"FROM debian:13\nRUN <<EOF\nUSER 1\nEOF\nCOPY <<a <<b /x/\n1\na\n2\nb\nCMD [\"a\"]\n", "starts as root"},
		"only scratch":         {"FROM scratch\n", "nothing found in Dockerfile"},
		"nothing":              {"", "file with no instructions"},
		"values that double":   {doubled + "WORKDIR $A60\nCOPY $A60 $A60\nCMD [\"a\"]\n", "starts as root"},
		"many variables":       {many + "CMD [\"a\"]\n", "starts as root"},
		"many instructions":    {"FROM debian:13\n" + strings.Repeat("RUN x\n", 5000), "has 5001 instructions"},
		"a line of a megabyte": {"FROM debian:13\nRUN echo " + strings.Repeat("x", 1<<20) + "\n", "line greater than max allowed size"},
	} {
		_, stdout, stderr := runIn(files(t, map[string]string{"Dockerfile": tt.text, "main.go": ""}), "check", "--fail-on", "never")
		if !strings.Contains(stdout+stderr, tt.want) {
			t.Errorf("%s: no %q in\n%s%s", name, tt.want, stdout, stderr)
		}
	}
}

// TestFixKeepsLineBreaks: a file with carriage returns keeps them where it is mended.
func TestFixKeepsLineBreaks(t *testing.T) {
	root := files(t, map[string]string{"Dockerfile": "FROM debian:13\r\nUSER 1000\r\nCMD /app --now\r\n"})
	runIn(root, "check", "--fix", "--fail-on", "never")
	want := "FROM debian:13\r\nUSER 1000\r\nCMD [\"/app\", \"--now\"]\r\n"
	if got := written(t, root)["Dockerfile"]; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestUncounted: a lockfile that .gitignore matches is named with the line that does, in every language.
func TestUncounted(t *testing.T) {
	for lockfile, tree := range map[string]map[string]string{
		"Cargo.lock": {"Cargo.toml": "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n", "src/main.rs": "fn main() {}\n"},
		"go.sum":     {"go.mod": "module example.com/app\n\ngo 1.26\n", "main.go": "package main\n\nfunc main() {}\n"},
		"yarn.lock":  {"package.json": `{"name": "app", "dependencies": {"express": "5.1.0"}, "scripts": {"start": "node server.js"}}`, "server.js": `require("express")().listen(3000)`},
		"uv.lock":    {"pyproject.toml": "[project]\nname = \"app\"\nversion = \"1\"\n", "main.py": "print(1)\n"},
	} {
		tree[lockfile], tree[".gitignore"] = "any", "/out\n"+lockfile+"\n"
		status, _, stderr := runIn(files(t, tree), "init", "--yes")
		if want := ".gitignore:2: matches " + lockfile + ", so the file here does not count"; status != 0 || !strings.Contains(stderr, want) || strings.Contains(stderr, "there is no") {
			t.Errorf("status %d, no %q in\n%s", status, want, stderr)
		}
	}
}
