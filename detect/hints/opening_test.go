package hints

import (
	"strings"
	"testing"

	"github.com/dockgen/dockgen/internal/repo/repotest"
)

func TestOpening(t *testing.T) {
	for text, want := range map[string]string{
		"ENV A=1 SERVER__ADDRESS=0.0.0.0:8000": "SERVER__ADDRESS 0.0.0.0:9000",
		"ENV HOST=[::]":                        "HOST 0.0.0.0",
		`ENTRYPOINT ["/app", "0.0.0.0:8000"]`:  " 0.0.0.0:9000",
		`CMD app serve --bind 0.0.0.0:8000 -v`: " --bind 0.0.0.0:9000",
		`CMD ["app", "--listen=[::]:80"]`:      " --listen=[::]:9000",
		`CMD ["app", "127.0.0.1:8000"]`:        "",
		`CMD ["0.0.0.0:1"]`:                    "",
	} {
		all := Dockerfiles(repotest.View(t, map[string]string{"Dockerfile": "FROM scratch\n" + text + "\n"}), ".")
		o, ok := all[0].Opening()
		got := ""
		if ok {
			got = o.Variable + " " + strings.Join(o.At(9000), " ")
		}
		if got != want || ok && o.From.Line != 2 {
			t.Errorf("%s: %q, want %q (%s)", text, got, want, o.From)
		}
	}
}
