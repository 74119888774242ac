package hints

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockgen/dockgen/internal/repo/repotest"
)

// TestLastStage: what the last stage takes from the context and from stages that hold it, and
// the ports that variables name.
func TestLastStage(t *testing.T) {
	v := repotest.View(t, map[string]string{"web.dockerfile": `FROM rust AS Builder
WORKDIR /src
COPY . .
FROM builder AS more
WORKDIR web
FROM debian
ARG PORT=3890
ENV HTTP_PORT="17170" PORT=${PORT} PATH=/srv:$PATH
WORKDIR /srv
COPY --from=builder /src/target/release/app /usr/local/bin/
COPY --from=builder /src/static ./static
COPY --from=1 /src/web/dist /src/other.txt page/
COPY --from=builder /etc/passwd /etc/passwd
COPY --from=debian:12 /etc/group /etc/group
COPY settings.toml .
EXPOSE ${PORT} ${HTTP_PORT}/tcp ${UNKNOWN} 53/udp
`})
	d := Dockerfiles(v, ".")[0]
	var got []string
	for _, c := range d.Copies {
		got = append(got, fmt.Sprint(c.Sources, " ", c.To, " ", c.From.Line))
	}
	for _, c := range append(d.Outputs(v, "."), d.Placed(v, ".")...) {
		got = append(got, fmt.Sprint(c.Path, " ", c.To, " ", c.From.Line))
	}
	for _, e := range d.Env {
		got = append(got, e.Value)
	}
	for _, p := range d.Ports {
		got = append(got, fmt.Sprint(p.Value))
	}
	want := []string{
		"[settings.toml] /srv/ 15", "target/release/app /usr/local/bin 10", "static /srv/static 11", "web/dist /srv/page 12", "other.txt /srv/page 12", "settings.toml /srv 15",
		"HTTP_PORT=17170", "PORT=3890", // PATH holds a variable that is not known
		"17170", "3890", // the parser sorts them
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// What only a stage for tests does is not done for the image, unless the last stage is built on it.
func TestStagesForTests(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"FROM a AS builder\nRUN sync\nFROM builder AS test\nRUN sync --extra test\nFROM a AS prod\nCOPY --from=builder /x /x\n", "sync"},
		{"FROM a AS test\nRUN one\nFROM test AS check\nRUN two\nFROM a\nCOPY --from=check /x /x\n", "one two"},
		{"FROM a AS dev\nRUN one\nFROM a AS lint\nRUN two\n", "two"},
	} {
		d, err := readDockerfile("Dockerfile", c.text)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, r := range d.Runs {
			got = append(got, r.Value)
		}
		if got := strings.Join(got, " "); got != c.want {
			t.Errorf("%q runs %q, want %q", c.text, got, c.want)
		}
	}
}
