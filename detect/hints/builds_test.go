package hints

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/dockgen/dockgen/internal/repo/repotest"
)

func TestBuilds(t *testing.T) {
	v := repotest.View(t, map[string]string{
		"deploy/docker-compose.ci.yml": "services:\n  app:\n    build:\n      context: ..\n      dockerfile: deploy/Dockerfile\n  web:\n    build: ../web\n  db:\n    image: x\n",
		"compose.yaml":                 "services:\n  out:\n    build: https://host.example/repo.git\n  var:\n    build: $DIR\n",
		".github/workflows/ci.yml":     "jobs:\n  a:\n    strategy:\n      matrix:\n        include:\n          - dockerfile: m/Dockerfile\n            context: m\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          file: docker/Dockerfile\n      - run: |\n          cd x\n          docker buildx build --push -t app:1 --file=b/Dockerfile .\n          docker build .\n      - run: docker build -f c/Dockerfile ../up\n",
		".gitlab-ci.yml":               "build:\n  script:\n    - podman build . -f d/Dockerfile\n    - docker images\n",
	})
	want := []string{
		"deploy/docker-compose.ci.yml:4 deploy/Dockerfile in .", "deploy/docker-compose.ci.yml:7 web/Dockerfile in web",
		".github/workflows/ci.yml:11 docker/Dockerfile in .", ".github/workflows/ci.yml:6 m/Dockerfile in m",
		".github/workflows/ci.yml:14 b/Dockerfile in .", ".github/workflows/ci.yml:15 Dockerfile in .", ".gitlab-ci.yml:3 d/Dockerfile in .",
	}
	var got []string
	for _, b := range Builds(v) {
		got = append(got, b.From.Place()+" "+b.Dockerfile+" in "+b.Context)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
