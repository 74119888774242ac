//go:build build

package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/go-git/go-billy/v5/util"
)

// TestBuilds builds the images that the golden trees name, with plain docker
// commands, starts each and compares what it answers. Narrow it with -run
// 'TestBuilds/go/hello/scratch'. Without a Docker engine it skips.
func TestBuilds(t *testing.T) {
	if out, err := exec.Command("docker", "info").CombinedOutput(); err != nil {
		t.Skipf("no Docker engine, so nothing is built: %s", bytes.TrimSpace(out))
	}
	for _, tr := range trees(t) {
		for _, list := range tr.keys["builds"] {
			for _, base := range strings.Fields(list) {
				t.Run(tr.name+"/"+base, func(t *testing.T) { tr.build(t, base) })
			}
		}
	}
}

// planted are secrets that no image may hold.
var planted = map[string]string{
	".env":     "DATABASE_PASSWORD=planted-env-secret\n",
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
	for name, text := range planted {
		if _, err := root.Lstat(name); err != nil {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
			if err := util.WriteFile(root, name, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
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
	image := "dockgen-test-" + regexp.MustCompile(`[^a-z0-9]+`).ReplaceAllString(tr.name+"-"+base, "-")
	command := strings.TrimSpace(report[strings.LastIndex(strings.TrimSpace(report), "\n")+1:])
	command = strings.Replace(command, "docker build", "docker buildx build --load --progress plain", 1)
	command = regexp.MustCompile(` -t \S+`).ReplaceAllString(command, " -t "+image)
	run(t, dir, "sh", "-c", command)
	t.Cleanup(func() { exec.Command("docker", "rmi", "-f", image).Run() })
	config := inspect(t, image)
	t.Logf("%s: %.1f MB, user %s", image, float64(config.Size)/1e6, config.Config.User)
	noSecrets(t, image)
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

// noSecrets looks for the planted secrets in every layer and in the history.
func noSecrets(t *testing.T, image string) {
	t.Helper()
	history := run(t, "", "docker", "history", "--no-trunc", image)
	save := exec.Command("docker", "save", image)
	layers, err := save.Output() // layers are not compressed in docker save
	if err != nil {
		t.Fatalf("docker save: %v", err)
	}
	for name, text := range planted {
		secret := []byte(regexp.MustCompile(`planted-\w+-secret`).FindString(text))
		if bytes.Contains(layers, secret) || strings.Contains(history, string(secret)) {
			t.Errorf("the planted %s is in a layer or in the history", name)
		}
	}
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
