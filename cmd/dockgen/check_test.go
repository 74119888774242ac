package main

import (
	"fmt"
	"strings"
	"testing"

	"github.com/go-git/go-billy/v5"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"golang.org/x/tools/txtar"

	"github.com/dockgen/dockgen/internal/check"
)

// example is a tree of a rule. A Dockerfile of "@ours" stands for what init
// writes for the good tree.
func example(t *testing.T, r check.Rule, tree []txtar.File) billy.Filesystem {
	t.Helper()
	texts := map[string]string{}
	for _, f := range tree {
		texts[f.Name] = string(f.Data)
	}
	if strings.TrimSpace(texts["Dockerfile"]) == "@ours" {
		good := map[string]string{}
		for _, f := range r.Good {
			good[f.Name] = string(f.Data)
		}
		delete(good, "Dockerfile")
		_, texts["Dockerfile"], _ = runIn(files(t, good), "init", "--yes", "--print")
	}
	return files(t, texts)
}

// TestRules: each rule finds its bad example, and nothing in its good one.
func TestRules(t *testing.T) {
	for _, r := range check.Rules() {
		t.Run(r.Code, func(t *testing.T) {
			if len(r.Bad) == 0 || len(r.Good) == 0 {
				t.Fatal("a rule needs a bad and a good example")
			}
			_, bad, stderr := runIn(example(t, r, r.Bad), "check", "--fail-on", "never")
			if !strings.Contains(bad, "("+r.Code+" "+r.Name+")") {
				t.Errorf("the bad example passes:\n%s%s", bad, stderr)
			}
			status, good, stderr := runIn(example(t, r, r.Good), "check", "--fail-on", "never")
			if status != 0 || strings.Contains(good, r.Code) {
				t.Errorf("the good example fails: status %d\n%s%s", status, good, stderr)
			}
			for shows, tree := range r.Silent {
				_, stdout, stderr := runIn(example(t, r, tree), "check", "--fail-on", "never")
				if strings.Contains(stdout, r.Code) || !strings.Contains(stdout+stderr, "Dockerfile") {
					t.Errorf("%s is found, or nothing was checked:\n%s%s", shows, stdout, stderr)
				}
			}
		})
	}
}

// TestLanguageTooOld: the rule knows what each language asks for.
func TestLanguageTooOld(t *testing.T) {
	for name, tt := range map[string]struct {
		tree map[string]string
		want string
	}{
		"node": {map[string]string{
			"package.json": `{"name": "app", "engines": {"node": ">=22"}, "scripts": {"start": "node server.js"}}`, "server.js": `require("http").createServer().listen(3000)`,
			"Dockerfile": "FROM node:20-slim\nCOPY . .\nCMD [\"node\", \"server.js\"]\n",
		}, "Node.js version 20 is older than what package.json:1 engines.node asks for: >=22"},
		"node in the range": {map[string]string{
			"package.json": `{"name": "app", "engines": {"node": ">=18"}, "scripts": {"start": "node server.js"}}`, "server.js": `require("http").createServer().listen(3000)`,
			"Dockerfile": "FROM node:20-slim\nCOPY . .\nCMD [\"node\", \"server.js\"]\n",
		}, ""},
		"python": {map[string]string{
			"pyproject.toml": "[project]\nname = \"app\"\nversion = \"1\"\nrequires-python = \">=3.13\"\n", "main.py": "print(1)\n",
			"Dockerfile": "FROM python:3.11-slim\nCOPY . .\nCMD [\"python\", \"main.py\"]\n",
		}, "Python version 3.11 is older than what pyproject.toml:4 requires-python asks for: >=3.13"},
		"java": {map[string]string{
			"pom.xml":                "<project><groupId>a</groupId><artifactId>app</artifactId><version>1</version><properties><maven.compiler.release>21</maven.compiler.release></properties></project>",
			"src/main/java/App.java": "public class App { public static void main(String[] a) {} }",
			"Dockerfile":             "FROM eclipse-temurin:17-jdk AS build\nCOPY . .\nFROM eclipse-temurin:17-jre\nCOPY --from=build /app.jar /app.jar\nCMD [\"java\", \"-jar\", \"/app.jar\"]\n",
		}, "Java version 17 is older than what pom.xml:1"},
		"rust": {map[string]string{
			"Cargo.toml": "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\nrust-version = \"1.88\"\n", "src/main.rs": "fn main() {}\n",
			"Dockerfile": "FROM rust:1.85-slim\nCOPY . .\nRUN cargo build --release\nCMD [\"/target/release/app\"]\n",
		}, "Rust 1.85 is older than the 1.88 that Cargo.toml:5"},
		"go, a patch of the tag's line": {map[string]string{
			"go.mod": "module example.com/app\n\ngo 1.25.4\n", "main.go": "package main\n\nfunc main() {}\n",
			"Dockerfile": "FROM golang:1.25\nCOPY . .\nRUN go build -o /app .\nCMD [\"/app\"]\n",
		}, ""},
		"go, a toolchain that is wished for": {map[string]string{
			"go.mod": "module example.com/app\n\ngo 1.25.0\n\ntoolchain go1.26.1\n", "main.go": "package main\n\nfunc main() {}\n",
			"Dockerfile": "FROM golang:1.25\nCOPY . .\nRUN go build -o /app .\nCMD [\"/app\"]\n",
		}, ""},
		"node, a patch of the tag's line": {map[string]string{
			"package.json": `{"name": "app", "engines": {"node": ">=24.1.0"}, "scripts": {"start": "node server.js"}}`, "server.js": `require("http").createServer().listen(3000)`,
			"Dockerfile": "FROM node:24-slim\nCOPY . .\nCMD [\"node\", \"server.js\"]\n",
		}, ""},
	} {
		_, stdout, stderr := runIn(files(t, tt.tree), "check", "--fail-on", "never")
		if tt.want == "" && strings.Contains(stdout, "DG101") || !strings.Contains(stdout, tt.want) {
			t.Errorf("%s: no %q in\n%s%s", name, tt.want, stdout, stderr)
		}
	}
}

// TestBases: images that get no fixes or may be another one tomorrow, and what to write instead.
func TestBases(t *testing.T) {
	for base, want := range map[string][2]string{
		"openjdk:8-jre-slim":                          {"openjdk:8-jre-slim: openjdk is retired since 2022-07-31, and gets no fixes (DG301", "FROM eclipse-temurin:8-jre-noble"},
		"openjdk:11":                                  {"is retired since 2022-07-31, and gets no fixes (DG301", "FROM eclipse-temurin:11-jdk-noble"},
		"openjdk:27-ea":                               {},
		"centos:7":                                    {"is retired since 2024-06-30, and gets no fixes (DG301", "FROM an image that is still made"},
		"node:9.11.2-alpine":                          {"version 9.11.2 is older than 12, which gets no fixes since 2022-04-30 (DG301", "FROM node:24-alpine3.24"},
		"golang:1.18":                                 {"version 1.18 is older than 1.22, which gets no fixes since 2025-02-11 (DG301", "FROM golang:1.27-trixie"},
		"alpine:3.9":                                  {"alpine 3.9 is older than 3.12, which gets no fixes since 2022-05-01 (DG301", "FROM alpine:3.24"},
		"alpine:3.20":                                 {"alpine 3.20 gets no fixes since 2026-04-01 (DG301", "FROM alpine:3.24"},
		"alpine:3.23":                                 {},
		"node:22.23-bullseye-slim":                    {"debian bullseye gets no fixes since 2026-08-31 (DG301", "FROM node:22-trixie-slim"},
		"debian:bullseye-slim":                        {"debian bullseye gets no fixes since 2026-08-31 (DG301", "FROM debian:trixie-slim"},
		"ubuntu:18.04":                                {"ubuntu bionic gets no fixes since 2023-05-31 (DG301", "FROM ubuntu:24.04"},
		"amd64/buildpack-deps:buster":                 {"debian buster gets no fixes since 2024-06-30 (DG301", "FROM a tag of a later release, such as trixie"},
		"gcr.io/distroless/cc-debian12":               {"is retired since 2026-09-30, and gets no fixes (DG301", "FROM gcr.io/distroless/cc-debian13"},
		"maven:3.6-jdk-8":                             {},
		"node:iron-alpine":                            {"version 20 gets no fixes since 2026-04-30 (DG301", "FROM node:24-alpine3.24"},
		"node:krypton-alpine":                         {},
		"node:lts-bookworm-slim":                      {"names no version: the next build may get another one (DG302", "FROM node:24-trixie-slim"},
		"debian:stable-slim":                          {"names no version: the next build may get another one (DG302", "FROM debian:trixie-slim"},
		"debian:bookworm-slim":                        {},
		"nginx:stable-alpine":                         {"names no version: the next build may get another one (DG302", "FROM nginx:1.30-alpine"},
		"gcr.io/distroless/static":                    {"names no version: the next build may get another one (DG302", "FROM gcr.io/distroless/static-debian13"},
		"gcr.io/distroless/nodejs22-debian13:nonroot": {},
		"golang:1-trixie":                             {},
		"ghcr.io/example/app:main":                    {"names no version: the next build may get another one (DG302", "FROM a tag with a version"},
		"ghcr.io/example/app:bookworm":                {},
	} {
		_, stdout, stderr := runIn(files(t, map[string]string{"Dockerfile": "FROM " + base + "\nCMD [\"true\"]\n"}), "check", "--fail-on", "never")
		if want[0] == "" && (strings.Contains(stdout, "DG301") || strings.Contains(stdout, "DG302")) {
			t.Errorf("%s is found:\n%s%s", base, stdout, stderr)
		}
		if !strings.Contains(stdout, want[0]) || want[0] != "" && !strings.Contains(stdout, "try: "+want[1]+"\n") {
			t.Errorf("%s: no %q in\n%s%s", base, want, stdout, stderr)
		}
	}
	// The version is the one that the repository asks for.
	_, stdout, _ := runIn(files(t, map[string]string{"package.json": `{"name": "app", "engines": {"node": "^22"}, "scripts": {"start": "node server.js"}}`, "server.js": `require("http").createServer().listen(3000)`, "Dockerfile": "FROM node:lts\nCOPY . .\nCMD [\"node\", \"server.js\"]\n"}), "check", "--fail-on", "never")
	if !strings.Contains(stdout, "try: FROM node:22-trixie\n") {
		t.Errorf("no version of the repository in\n%s", stdout)
	}
}

// TestFindings: what rules say in cases that their pages do not show.
func TestFindings(t *testing.T) {
	page := `{"name": "app", "scripts": {"build": "tsc", "start": "node dist/server.js"}, "devDependencies": {"typescript": "5.9.2"}}`
	for name, tt := range map[string]struct {
		tree map[string]string
		want []string
	}{
		"a single command on Alpine gets the signal from BusyBox": {map[string]string{"Dockerfile": "FROM alpine:3.24\nUSER 10001\nCMD crond -f\n"},
			[]string{"note: CMD in shell form: whether the program gets the signal", `try: CMD ["crond", "-f"]`}},
		"exec where the command needs variables": {map[string]string{"Dockerfile": "FROM debian:trixie-slim\nUSER 10001\nCMD java $JAVA_OPTS -jar app.jar\n"},
			[]string{"warning: CMD in shell form: a shell is process 1", "try: CMD exec java $JAVA_OPTS -jar app.jar"}},
		"several commands": {map[string]string{"Dockerfile": "FROM debian:trixie-slim\nUSER 10001\nCMD ./migrate && ./serve\n"},
			[]string{"warning: CMD in shell form", "try: put exec before the last command"}},
		"the build needs what is for development": {map[string]string{"package.json": page, "package-lock.json": "{}", "Dockerfile": "FROM node:24-trixie-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY src src\nRUN npm run build\nUSER 1000\nCMD [\"npm\", \"start\"]\n"},
			[]string{"npm ci in the last stage installs development dependencies too", "try: build in a stage of its own; install in the last one with --omit=dev, and COPY --from what was built"}},
		"the start is a development tool": {map[string]string{"package.json": `{"name": "app", "scripts": {"start": "npm run serve", "serve": "cross-env A=1 nodemon server.js"}, "devDependencies": {"nodemon": "3.1.10"}}`, "package-lock.json": "{}", "Dockerfile": "FROM node:24-trixie-slim\nWORKDIR /app\nCOPY package*.json ./\nRUN npm ci\nCOPY server.js .\nUSER 1000\nCMD [\"npm\", \"start\"]\n"},
			[]string{"npm ci in the last stage installs development dependencies too", "try: start the program without nodemon, which is a development dependency"}},
		"the start loads a development tool": {map[string]string{"package.json": `{"name": "app", "scripts": {"start": "node -r ts-node/register server.ts"}, "devDependencies": {"ts-node": "10.9.2"}}`, "yarn.lock": "", "Dockerfile": "FROM node:24-trixie-slim\nWORKDIR /app\nCOPY package.json yarn.lock ./\nRUN yarn install\nCOPY server.ts .\nUSER 1000\nCMD yarn start\n"},
			[]string{"yarn install in the last stage installs development dependencies too", "try: start the program without ts-node"}},
		"a later library on another distribution": {map[string]string{"Dockerfile": "FROM ubuntu:24.04 AS build\nRUN make /app\nFROM debian:bookworm-slim\nCOPY --from=build /app /app\nUSER 10001\nENTRYPOINT [\"/app\"]\n"},
			[]string{"built on ubuntu noble with glibc 2.39 and run on debian bookworm with 2.36: it may ask for a later one than there is (DG304", "try: the same distribution in both stages"}},
		"a program of glibc on Alpine": {map[string]string{"Dockerfile": "FROM rust:1.98-trixie AS build\nRUN cargo build --release\nFROM alpine:3.24\nCOPY --from=build /target/release/app /app\nUSER 10001\nENTRYPOINT [\"/app\"]\n"},
			[]string{"error: /target/release/app is linked to glibc on rust:1.98-trixie, and alpine:3.24 has none: the program does not start there (no such file or directory) (DG303"}},
		"a program of glibc alone": {map[string]string{"Dockerfile": "FROM golang:1.26 AS build\nRUN go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\nUSER 10001\nENTRYPOINT [\"/app\"]\n"},
			[]string{"warning: /app is linked to glibc on golang:1.26, where it uses net, os/user or C code, and scratch has none", "try: CGO_ENABLED=0 in front of go build"}},
		"an installation in a folder that a flag names": {map[string]string{"web/package.json": page, "web/package-lock.json": "{}", "Dockerfile": "FROM node:24-trixie-slim AS build\nWORKDIR /app\nCOPY . .\nRUN npm ci --prefix web\nFROM scratch\nCOPY --from=build /app/web/dist /\nUSER 1\nCMD [\"/x\"]\n"},
			[]string{"npm ci --prefix web comes after COPY of all sources (line 3)", "try: COPY web/package.json web/package-lock.json first, install, then COPY the rest"}},
		"compilers removed too late": {map[string]string{"Dockerfile": "FROM alpine:3.24\nRUN apk add --no-cache gcc\nRUN ./make-it && apk del gcc\nUSER 10001\nCMD [\"./it\"]\n"},
			[]string{"compilers or headers stay in a layer of the image, although line 3 removes packages: gcc"}},
		"modules that every change downloads": {map[string]string{"go.mod": "module example.com/app\n\ngo 1.26\n\nrequire example.com/b v1.0.0\n", "go.sum": "example.com/b v1.0.0 h1:00=\n", "main.go": "package main\n\nfunc main() {}\n",
			"Dockerfile": "FROM golang:1.26-alpine3.24 AS build\nWORKDIR /src\nCOPY . .\nRUN CGO_ENABLED=0 go build -o /app .\nFROM scratch\nCOPY --from=build /app /app\nUSER 10001\nCMD [\"/app\"]\n"},
			[]string{"Dockerfile:4: warning: go build comes after COPY of all sources (line 3), and nothing keeps the dependencies: each change of a source downloads them again (DG404"}},
		"nginx has a sibling that is not root": {map[string]string{"Dockerfile": "FROM nginx:1.30-alpine\nCOPY dist /usr/share/nginx/html\n"},
			[]string{"the container starts as root", "try: FROM nginxinc/nginx-unprivileged"}},
		"the user that the image has": {map[string]string{"Dockerfile": "FROM node:24-alpine3.24\nCMD [\"node\", \"a.js\"]\n"},
			[]string{"try: USER 1000:1000 before the entry point"}},
		"a library by the name that it had on the release of the base": {map[string]string{"requirements.txt": "pycurl==7.45.2\n", "app.py": "import pycurl\nprint(pycurl.version)\n",
			"Dockerfile": "FROM python:3.8-bookworm AS build\nCOPY requirements.txt .\nRUN pip install --prefix=/install -r requirements.txt\nFROM python:3.8-slim\nCOPY --from=build /install /opt/python\nWORKDIR /app\nCOPY app.py .\nUSER 10001\nCMD [\"python\", \"app.py\"]\n"},
			[]string{"nor a step brings libcurl4, which", "try: install libcurl4 in the last stage"}},
		"one that is no Dockerfile beside others": {map[string]string{"Dockerfile": "FROM alpine\nUSER 10001\nCMD [\"true\"]\n", "b/Dockerfile": "{% if x %}\n"},
			[]string{"Dockerfile:1: warning: alpine names no version", "dockgen: b/Dockerfile:1: is not a Dockerfile that Docker can read"}},
		"names with a dash": {map[string]string{"Dockerfile-alpine": "FROM alpine\n", "Dockerfile_old": "FROM alpine\n", "Dockerfile-notes.md": "# none\n"},
			[]string{"Dockerfile-alpine:1: ", "Dockerfile_old:1: "}},
	} {
		_, stdout, stderr := runIn(files(t, tt.tree), "check", "--fail-on", "never")
		for _, want := range tt.want {
			if !strings.Contains(stdout+stderr, want) {
				t.Errorf("%s: no %q in\n%s%s", name, want, stdout, stderr)
			}
		}
	}
}

// TestCheckOwn: check finds nothing in what init writes, in any golden tree.
func TestCheckOwn(t *testing.T) {
	schema, err := jsonschema.NewCompiler().Compile("../../docs/schema/checked.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, tr := range trees(t) {
		root := tr.repository(t)
		for name := range written(t, root) {
			if isDockerfile(name[strings.LastIndex(name, "/")+1:]) {
				root.Remove(name) // somebody else's
			}
		}
		args := tr.args()
		status, _, report := runIn(root, args...)
		if status != 0 || strings.Contains(strings.Join(args, " "), "--file") {
			continue
		}
		check := append([]string{"check", "--json", "--fail-on", "note"}, args[2:]...)
		status, stdout, stderr := runIn(root, check...)
		// An ended version that the repository asks for is a finding, and init's report said so.
		told := (strings.Contains(report, " ended on ") || strings.Contains(report, "no security fixes since")) && strings.Count(stdout, `"code"`) == strings.Count(stdout, `"DG301"`)
		if status != 0 && !told {
			t.Errorf("%s: status %d\n%s%s", tr.name, status, stdout, stderr)
		}
		valid(t, schema, stdout)
	}
}

// TestDocsRules holds docs/rules to the rules.
func TestDocsRules(t *testing.T) {
	pages := map[string]string{}
	list := "# Rules of `dockgen check`\n\n| code | level | rule |\n|---|---|---|\n"
	for _, r := range check.Rules() {
		list += fmt.Sprintf("| [%s %s](%s.md) | %s | %s |\n", r.Code, r.Name, r.Code, r.Level, r.Short)
		pages[r.Code+".md"] = check.Page(r)
	}
	pages["README.md"] = list
	for name, want := range pages {
		published(t, "../../docs/rules/"+name, want)
	}
}
