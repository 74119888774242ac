package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/dockgen/dockgen/internal/catalogue"
)

// recorded answers from a file; what is not in it cannot be reached.
type recorded map[string]string

func answers(t *testing.T) recorded {
	t.Helper()
	archive, err := txtar.ParseFile("testdata/answers.txtar")
	if err != nil {
		t.Fatal(err)
	}
	all := recorded{}
	for _, f := range archive.Files {
		all[f.Name] = string(f.Data)
	}
	return all
}

func (a recorded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := &http.Response{StatusCode: http.StatusOK, Status: "200 OK", Header: http.Header{}, Request: r}
	text, ok := a[r.URL.String()+" anonymous"]
	if !ok || r.Header.Get("Authorization") != "" {
		if text, ok = a[r.URL.String()]; !ok {
			return nil, fmt.Errorf("no route to %s", r.URL.Host)
		}
	}
	if challenge, ok := strings.CutPrefix(text, "401 "); ok {
		answer.StatusCode, answer.Status, text = http.StatusUnauthorized, "401 Unauthorized", ""
		answer.Header.Set("WWW-Authenticate", strings.TrimSpace(challenge))
	}
	if first, rest, _ := strings.Cut(text, "\n"); strings.HasPrefix(first, "link ") {
		answer.Header.Set("Link", strings.TrimPrefix(first, "link "))
		text = rest
	}
	answer.Body = io.NopCloser(strings.NewReader(text))
	return answer, nil
}

const old = `{
  "date": "2026-11-23",
  "images": {
    "golang": {
      "repository": "golang",
      "source": "https://go.dev/doc/devel/release; tags looked up 2026-11-23",
      "product": "go",
      "tags": {"alpine": "{version}-alpine3.24", "debian": "{version}-trixie"},
      "lines": [
        {"version": "1.27"},
        {"version": "1.26", "eol": "2027-02-10"},
        {"version": "1.19", "eol": "2023-09-06"}
      ]
    },
    "debian": {
      "repository": "debian",
      "source": "looked up 2026-11-23",
      "product": "debian",
      "tags": {"slim": "trixie-slim"},
      "lines": [{"version": "13", "eol": "2028-08-09"}]
    }%s
  }
}
`

// TestRefresh: what was verified is new, in the layout that the file had, with no
// line that is not out or has no tag; what needs a person is named.
func TestRefresh(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "images.json")
	if err := os.WriteFile(file, fmt.Appendf(nil, old, ""), 0o644); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	r := &refresh{sources: &sources{client: &http.Client{Transport: answers(t)}}, today: "2027-03-15", out: &out}
	if err := r.folder(t.Context(), dir, false); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.NewReplacer(
		`"date": "2026-11-23"`, `"date": "2027-03-15"`, "looked up 2026-11-23", "looked up 2027-03-15",
		`        {"version": "1.27"},`, `        {"version": "1.28", "eol": "2027-12-08", "tags": {"alpine": ""}},`+"\n"+`        {"version": "1.27"},`,
		`"eol": "2027-02-10"`, `"eol": "2027-03-01", "lts": true`,
	).Replace(fmt.Sprintf(old, ""))
	if diff := cmp.Diff(want, string(got)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	said := `  golang: 1.26: support ends 2027-03-01 (was 2027-02-10)
  golang: 1.26 is supported for long
  golang: 1.19 is in no list of releases: left as it is
  golang: 1.28 is new
  golang: 1.29 is out, but not added: no tag of it is published
  debian: 14 is out, but not added: the tag of slim does not name its version: a person has to choose one
images.json: changed
`
	if diff := cmp.Diff(said, out.String()); diff != "" {
		t.Errorf("-want +said\n%s", diff)
	}
	if _, err := catalogue.Embedded().Over("images.json", got); err != nil {
		t.Error(err)
	}
}

// TestUnreachable: what cannot be reached stays byte for byte, the date too.
func TestUnreachable(t *testing.T) {
	const node = `,
    "node": {
      "repository": "node",
      "source": "looked up 2026-11-23",
      "product": "nodejs",
      "tags": {"slim": "{version}-trixie-slim"},
      "lines": [{"version": "22", "eol": "2027-04-30"}]
    },
    "other": {
      "repository": "registry.example/other",
      "source": "looked up 2026-11-23",
      "product": "other",
      "tags": {"base": "{version}"},
      "lines": [{"version": "1"}]
    }`
	text := fmt.Sprintf(old, node)
	var out strings.Builder
	r := &refresh{sources: &sources{client: &http.Client{Transport: recorded{}}}, today: "2026-12-15", out: &out}
	got, err := r.file(t.Context(), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(text, string(got)); diff != "" {
		t.Errorf("-was +is\n%s", diff)
	}
	if n := strings.Count(out.String(), "could not be verified"); n != 8 {
		t.Errorf("%d things could not be verified:\n%s", n, out.String())
	}
	r.sources = &sources{client: &http.Client{Transport: answers(t)}}
	got, err = r.file(t.Context(), []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(got), `"date": "2026-11-23"`) || !strings.Contains(string(got), node) {
		t.Errorf("what was not verified changed:\n%s", got)
	}
}

// TestEmbeddedData: a run without a network leaves our own files as they are.
func TestEmbeddedData(t *testing.T) {
	files, err := filepath.Glob("../data/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no data: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		r := &refresh{sources: &sources{client: &http.Client{Transport: recorded{}}}, today: "2099-01-01", out: io.Discard}
		got, err := r.file(t.Context(), text)
		if err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if diff := cmp.Diff(string(text), string(got)); diff != "" {
			t.Errorf("%s: -was +is\n%s", file, diff)
		}
	}
}
