//go:build build

package main

import (
	"archive/tar"
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestBuilds builds the images that the golden trees name, with plain docker
// commands, starts each and compares what it answers. Narrow it with -run
// 'TestBuilds/go/hello/scratch'. With -short it builds one tree of each language,
// in its automatic image. Without a Docker engine, or without a registry that has
// the Dockerfile frontend, it skips.
func TestBuilds(t *testing.T) {
	if out, err := engine(); err != nil {
		t.Skipf("no Docker engine that builds, so nothing is built: %v: %s", err, bytes.TrimSpace(out))
	}
	built := map[string]bool{} // languages, with -short
	for _, tr := range trees(t) {
		language, _, _ := strings.Cut(tr.name, "/")
		for _, list := range tr.keys["builds"] {
			for _, base := range strings.Fields(list) {
				if testing.Short() && (base != "auto" || built[language]) {
					continue
				}
				built[language] = true
				t.Run(tr.name+"/"+base, func(t *testing.T) { tr.build(t, base) })
			}
		}
	}
}

// engine tells whether a Docker engine answers and can fetch what every Dockerfile
// of ours starts with: the frontend of its syntax line.
func engine() ([]byte, error) {
	if out, err := exec.Command("docker", "info").CombinedOutput(); err != nil {
		return out, err
	}
	build := exec.Command("docker", "buildx", "build", "--quiet", "--no-cache", "--output", "type=cacheonly", "-")
	build.Stdin = strings.NewReader("# syntax=docker/dockerfile:1\nFROM scratch\nLABEL probe=\"\"\n")
	return build.CombinedOutput()
}

// planted are secrets that no image may hold.
var planted = map[string]string{
	".env":     "DATABASE_PASSWORD=planted-env-secret\n",
	".npmrc":   "//registry.example/:_authToken=planted-npmrc-secret\n",
	"id_rsa":   "-----BEGIN OPENSSH PRIVATE KEY-----\nplanted-key-secret\n",
	".netrc":   "machine registry.example login me password planted-netrc-secret\n",
	"cert.pem": "-----BEGIN PRIVATE KEY-----\nplanted-pem-secret\n",
}

func (tr tree) build(t *testing.T, base string) {
	dir := t.TempDir()
	root := tr.repository(t)
	for p, text := range written(t, root) {
		target := filepath.Join(dir, filepath.FromSlash(p))
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(target, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	args := tr.args()
	switch {
	case base == "auto":
	case strings.Contains(base, "="), strings.HasPrefix(base, "--"):
		args = append(args, base)
	default:
		args = append(args, "--base", base)
	}
	status, _, report := runIn(root, args...)
	if status != 0 {
		t.Fatalf("status %d\n%s", status, report)
	}
	for p, text := range written(t, root) {
		target := filepath.Join(dir, filepath.FromSlash(p))
		if err := os.WriteFile(target, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for name, text := range planted { // untracked files of a developer, which dockgen has not seen
		if _, err := root.Lstat(name); err == nil {
			continue
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	image := "dockgen-test-" + regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(tr.name+"-"+base, "-")
	command := strings.TrimSpace(report[strings.LastIndex(strings.TrimSpace(report), "\n")+1:])
	command = strings.Replace(command, "docker build", "docker buildx build --load --progress plain", 1)
	command = regexp.MustCompile(` -t \S+`).ReplaceAllString(command, " -t "+image)
	run(t, dir, "sh", "-c", command)
	t.Cleanup(func() { exec.Command("docker", "rmi", "-f", image).Run() })
	config := inspect(t, image)
	t.Logf("%s: %.1f MB, user %s", image, float64(config.Size)/1e6, config.Config.User)
	searchLayers(t, image, shellless(report))
	for _, p := range tr.keys["probe"] {
		tr.probe(t, image, p, nil)
	}
	if port, _, ok := httpProbe(tr.keys["probe"]); ok {
		for _, p := range tr.keys["probe"] {
			tr.probe(t, image, p, []string{"--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"})
			tr.probe(t, image, p, []string{"--user", "12345:0"})
		}
		for _, e := range config.Config.Env {
			if e == "PORT="+port {
				_, rest, _ := httpProbe(tr.keys["probe"])
				tr.probe(t, image, "http 9999 "+rest, []string{"-e", "PORT=9999"})
			}
		}
	}
}

var finalImage = regexp.MustCompile(`(?m)^  final image +(\S+)`)

// shellless reports whether the final image that a report names has no shell.
func shellless(report string) bool {
	named := finalImage.FindStringSubmatch(report)
	return named != nil && (strings.Contains(named[1], "distroless") || named[1] == "scratch")
}

// httpProbe is the port and the rest of the first probe over HTTP.
func httpProbe(probes []string) (port, rest string, ok bool) {
	for _, p := range probes {
		if words := strings.SplitN(p, " ", 3); len(words) == 3 && words[0] == "http" {
			return words[1], words[2], true
		}
	}
	return "", "", false
}

// probe starts a container, asks, and stops it: a server within 5 seconds.
func (tr tree) probe(t *testing.T, image, probe string, options []string) {
	t.Helper()
	kind, rest, _ := strings.Cut(probe, " ")
	args := append([]string{"run", "-d"}, options...)
	for _, e := range tr.keys["env"] {
		args = append(args, "-e", e)
	}
	var port, target, want string
	if kind == "http" {
		port, rest, _ = strings.Cut(rest, " ")
		target, want, _ = strings.Cut(rest, " ")
		args = append(args, "-p", "127.0.0.1::"+port)
	}
	id := strings.TrimSpace(run(t, "", "docker", append(args, image)...))
	defer exec.Command("docker", "rm", "-f", id).Run()
	if kind != "http" {
		logs := waitFor(t, id, rest)
		if !strings.Contains(logs, rest) {
			t.Errorf("%v: the output lacks %q:\n%s", options, rest, logs)
		}
		return
	}
	address := strings.TrimSpace(strings.Split(run(t, "", "docker", "port", id, port), "\n")[0])
	body, err := get("http://"+address+target, 40*time.Second, id)
	if err != nil || !strings.Contains(body, want) {
		logs, _ := exec.Command("docker", "logs", id).CombinedOutput()
		t.Errorf("%v: GET %s: %v\nwant %q, got %.300q\n%s", options, target, err, want, body, logs)
		return
	}
	start := time.Now()
	run(t, "", "docker", "stop", "-t", "20", id)
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("%v: docker stop took %v", options, took)
	}
}

// get asks until there is an answer below 400, the container has ended, or the time is up.
func get(url string, patience time.Duration, id string) (string, error) {
	var last error
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(200 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			cancel()
			return "", err
		}
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			cancel()
			last = err
		} else {
			body, err := io.ReadAll(response.Body)
			response.Body.Close()
			cancel()
			if err == nil && response.StatusCode < 400 {
				return string(body), nil
			}
			last = fmt.Errorf("status %d: %.200s", response.StatusCode, body)
		}
		if out, _ := exec.Command("docker", "inspect", "-f", "{{.State.Running}}", id).Output(); strings.TrimSpace(string(out)) == "false" {
			return "", fmt.Errorf("the container has ended (%w)", last)
		}
	}
	return "", last
}

// waitFor is the output of a container once it holds the text or has ended.
func waitFor(t *testing.T, id, want string) string {
	t.Helper()
	for deadline := time.Now().Add(40 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		logs, _ := exec.Command("docker", "logs", id).CombinedOutput()
		running, _ := exec.Command("docker", "inspect", "-f", "{{.State.Running}}", id).Output()
		if strings.Contains(string(logs), want) || time.Now().After(deadline) || strings.TrimSpace(string(running)) == "false" {
			logs, _ = exec.Command("docker", "logs", id).CombinedOutput()
			return string(logs)
		}
	}
}

type imageConfig struct {
	Size   int64
	Config struct {
		User string
		Env  []string
	}
}

func inspect(t *testing.T, image string) imageConfig {
	t.Helper()
	var all []imageConfig
	if err := json.Unmarshal([]byte(run(t, "", "docker", "image", "inspect", image)), &all); err != nil || len(all) != 1 {
		t.Fatalf("docker image inspect: %v", err)
	}
	return all[0]
}

var secretText = regexp.MustCompile(`planted-\w+-secret`)

// searchLayers looks for the planted secrets in every layer and in the history,
// and for a shell in an image that promises to have none.
func searchLayers(t *testing.T, image string, shellless bool) {
	t.Helper()
	if found := secretText.FindString(run(t, "", "docker", "history", "--no-trunc", image)); found != "" {
		t.Errorf("%s is in the history", found)
	}
	save := exec.Command("docker", "save", image)
	out, err := save.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := save.Start(); err != nil {
		t.Fatal(err)
	}
	archive := tar.NewReader(out)
	for {
		h, err := archive.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatalf("docker save: %v", err)
		}
		if h.Typeflag == tar.TypeReg {
			searchLayer(t, archive, shellless)
		}
	}
	if err := save.Wait(); err != nil {
		t.Fatalf("docker save: %v", err)
	}
}

// searchLayer reads one file of docker save: a layer, packed or not, or metadata.
func searchLayer(t *testing.T, r io.Reader, shellless bool) {
	t.Helper()
	b := bufio.NewReader(r)
	if magic, err := b.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		z, err := gzip.NewReader(b)
		if err != nil {
			t.Fatal(err)
		}
		b = bufio.NewReader(z)
	}
	if head, err := b.Peek(263); err != nil || string(head[257:262]) != "ustar" {
		text, err := io.ReadAll(io.LimitReader(b, 1<<20))
		if found := secretText.Find(text); err == nil && found != nil {
			t.Errorf("%s is in the metadata of the image", found)
		}
		return
	}
	layer := tar.NewReader(b)
	for {
		h, err := layer.Next()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatalf("a layer: %v", err)
		}
		if shellless && shells[path.Clean("/"+h.Name)] {
			t.Errorf("%s is in an image that promises no shell", h.Name)
		}
		if h.Size > 0 && h.Size < 1<<20 { // the secrets are small files
			text, err := io.ReadAll(layer)
			if err != nil {
				t.Fatal(err)
			}
			if found := secretText.Find(text); found != nil {
				t.Errorf("%s is in a layer, in %s", found, h.Name)
			}
		}
	}
}

var shells = map[string]bool{
	"/bin/sh": true, "/usr/bin/sh": true, "/bin/bash": true, "/usr/bin/bash": true, "/bin/dash": true, "/usr/bin/dash": true,
	"/bin/busybox": true, "/usr/bin/busybox": true, "/busybox/sh": true, "/bin/ash": true,
}

func run(t *testing.T, dir, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	c.Dir = dir
	var out, errs bytes.Buffer
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		text := errs.String()
		if len(text) > 6000 {
			text = "…" + text[len(text)-6000:]
		}
		t.Fatalf("%s %s: %v\n%s", name, strings.Join(args, " "), err, text)
	}
	return out.String()
}
