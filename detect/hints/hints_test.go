package hints

import (
	"fmt"
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
	for _, c := range append(d.Copies, d.Taken...) {
		got = append(got, fmt.Sprint(c.Sources, " ", c.To, " ", c.From.Line))
	}
	for _, e := range d.Env {
		got = append(got, e.Value)
	}
	for _, p := range d.Ports {
		got = append(got, fmt.Sprint(p.Value))
	}
	want := []string{
		"[settings.toml] /srv/ 15", "[target/release/app] /usr/local/bin/ 10", "[static] /srv/static 11", "[dist] /srv/page/ 12", "[] /etc/passwd 13",
		"HTTP_PORT=17170", "PORT=3890", // PATH holds a variable that is not known
		"17170", "3890", // the parser sorts them
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
