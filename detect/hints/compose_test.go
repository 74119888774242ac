package hints

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockgen/dockgen/internal/fact"
	"github.com/dockgen/dockgen/internal/repo/repotest"
)

const compose = `x-env: &env
  HTTP_PORT: "${PORT:-8080}"
services:
  db:
    image: postgres:18
    ports: ["5432:5432"]
  app:
    build: .
    command: ["./server", "serve"]
    environment:
      <<: *env
      LOG: debug
    ports:
      - 127.0.0.1:80:${PORT:-8080}/tcp
      - 53:53/udp
      - target: 9090
  worker:
    build:
      context: ./jobs
    command: run --all
    environment: [A=1]
    volumes:
      - .:/src
      - jobs:/var/lib/jobs:rw
      - ./jobs.yaml:/etc/jobs.yaml
      - ./keys:/keys:ro
      - {type: volume, source: cache, target: /cache}
      - /spool/
`

func TestCompose(t *testing.T) {
	v := repotest.View(t, map[string]string{"compose.yaml": compose})
	at := func(line int, what string) fact.Source { return fact.At("compose.yaml", line, what) }
	want := []Service{
		{
			Name: "app", Context: ".", File: "Dockerfile", Command: []string{"./server", "serve"}, From: at(8, "service app"),
			Ports: []fact.Of[int]{fact.New(8080, at(14, "ports of app")), fact.New(9090, at(16, "ports of app"))},
			Env:   []fact.Of[string]{fact.New("LOG=debug", at(12, "LOG")), fact.New("HTTP_PORT=8080", at(2, "HTTP_PORT"))},
		},
		{
			Name: "worker", Context: "jobs", File: "jobs/Dockerfile", Command: []string{"run", "--all"}, From: at(19, "service worker"), Env: []fact.Of[string]{fact.New("A=1", at(21, "A"))},
			Volumes: []fact.Of[string]{fact.New("/var/lib/jobs", at(24, "volumes of worker")), fact.New("/cache", at(27, "volumes of worker")), fact.New("/spool", at(28, "volumes of worker"))},
		},
	}
	if diff := cmp.Diff(want, Compose(v, ".")); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if s, ok := ComposeOf(v, "jobs", "jobs", "."); !ok || s.Name != "worker" {
		t.Errorf("the service of jobs: %v, %v", s.Name, ok)
	}
}

func TestComposeBroken(t *testing.T) {
	for _, text := range []string{"", "services: [", "services: 1", "a: &a\n  <<: *a\nservices: *a", "services:\n  x:\n    build:\n"} {
		for _, s := range Compose(repotest.View(t, map[string]string{"compose.yml": text}), ".") {
			if s.Context != "." {
				t.Errorf("%q: %v", text, s)
			}
		}
	}
}

func TestSamples(t *testing.T) {
	v := repotest.View(t, map[string]string{".env.example": "# settings\nHTTP_PORT=8080 # where\nexport NAME='x y'\nEMPTY=\n", "example.env": "HTTP_PORT=1\n"})
	want := map[string]fact.Of[string]{
		"HTTP_PORT": fact.New("8080", fact.At(".env.example", 2, "HTTP_PORT")),
		"NAME":      fact.New("x y", fact.At(".env.example", 3, "NAME")),
	}
	if diff := cmp.Diff(want, Samples(v, ".")); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// A variable that the file itself gives a value is filled in, wherever it stands.
func TestFill(t *testing.T) {
	v := repotest.View(t, map[string]string{"Dockerfile": "ARG BASE=3\nFROM alpine:${BASE}\nARG STORE=disk\nENV MODE=live\nRUN build --store ${STORE} --mode $MODE --as $USER\n"})
	d := Dockerfiles(v, ".")
	if len(d) != 1 || len(d[0].Runs) != 1 {
		t.Fatalf("%+v", d)
	}
	if got, want := d[0].Fill(d[0].Runs[0].Value), "build --store disk --mode live --as $USER"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
