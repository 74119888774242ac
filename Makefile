# One obvious command each; .ci/run does nearly all of them.
GO         ?= go
FUZZTIME   ?= 10s
STATICCHECK = $(GO) tool -modfile=internal/checks/go.mod staticcheck

.PHONY: test lint golden fuzz checks docs builds catalogue bench man measured rebuilds

test: ## all tests; no Docker needed
	$(GO) test ./...

man: ## the man pages, for packages
	$(GO) run -tags man ./cmd/dockgen man man

lint: ## formatting, vet and staticcheck
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -d $$(git ls-files '*.go'); exit 1; }
	$(GO) vet ./...
	$(GO) vet -tags 'build man' ./cmd/dockgen
	$(STATICCHECK) ./...
	$(STATICCHECK) -tags build,man ./cmd/dockgen

golden: ## rewrite what the golden trees expect; read the diff as a user would
	$(GO) test ./cmd/dockgen -run TestGolden -update
	git diff --stat testdata/golden

fuzz: ## each fuzz test for FUZZTIME
	@for package in $$($(GO) list ./...); do \
	  for name in $$($(GO) test -list '^Fuzz' $$package | grep '^Fuzz'); do \
	    echo "$$package $$name"; \
	    $(GO) test -run '^$$' -fuzz "^$$name$$" -fuzztime $(FUZZTIME) $$package || exit 1; \
	  done; \
	done

checks: ## BuildKit's own checks and hadolint over every expected Dockerfile, offline
	cd internal/checks && $(GO) test ./...

docs: ## rewrite what is generated of README.md and docs/
	$(GO) test ./cmd/dockgen -run TestDocs -update
	$(GO) test ./internal/document -run TestSchemas -update

builds: ## build and run the golden trees that name images, and note the results; needs Docker
	$(GO) test -tags build -run TestBuilds -timeout 4h -v ./cmd/dockgen > builds.log; status=$$?; \
	  $(GO) run ./bench/builds builds.log > docs/builds.md; exit $$status

catalogue: ## bring the catalogue up to date from endoflife.date and the registries, as a difference to review; needs the network
	$(GO) run ./internal/catalogue/refresh
	git --no-pager diff --stat -- internal/catalogue/data

bench: ## whole-process times as ratios to find(1), and the benchmarks of the pipeline
	$(GO) run ./bench
	$(GO) test ./cmd/dockgen -run '^$$' -bench . -benchmem

rebuilds: ## rebuild times of programs with some 200 dependencies; needs Docker and a quiet machine
	$(GO) run ./bench/rebuild

measured: ## sizes and rebuild times against single-stage Dockerfiles; needs Docker and a quiet machine
	$(GO) run ./bench/images
