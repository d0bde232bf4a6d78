.DEFAULT_GOAL := help

# The tools are pinned here and not in go.mod, so that those who use the module
# do not inherit them. They are built once, into .tools.
PROMETHEUS_VERSION    := v0.316.0
ALERTMANAGER_VERSION  := v0.31.0
VMALERT_TOOL_VERSION  := v1.151.0
GOLANGCI_LINT_VERSION := v2.15.0
GOVULNCHECK_VERSION   := v1.9.0
GREMLINS_VERSION      := v0.6.0
BENCHSTAT_VERSION     := v0.0.0-20260908200009-22c9c6c9d4da

# The exporter, the tools and the tests are compiled with the same flags, so that
# they share the build cache. Only the race detector needs cgo.
export CGO_ENABLED := 0
export GOFLAGS     := -trimpath $(filter-out -trimpath,$(GOFLAGS))

GO      ?= go
BIN     := $(CURDIR)/.tools/bin
STAMPS  := $(CURDIR)/.tools/stamps

# The compiler is done sooner if it collects its garbage less often.
INSTALL := GOBIN=$(BIN) GOGC=800 $(GO) install -ldflags '-s -w'

# From git or, in a tarball of "git archive", from what that has put into .archived.
archived = $(shell sed -n 's/^$(1) \([^$$].*\)/\1/p' .archived 2>/dev/null)
from     = $(or $(call archived,$(1)),$(shell git $(2) 2>/dev/null || echo unknown))
VERSION  ?= $(or $(call archived,version),$(call from,commit,describe --tags --always --dirty))
REVISION ?= $(call from,revision,rev-parse HEAD)
BRANCH   ?= $(call from,branch,rev-parse --abbrev-ref HEAD)
DATE     ?= $(call from,date,log -1 --format=%cI)
X        := -X github.com/prometheus/common/version
LDFLAGS  := -s -w $(X).Version=$(VERSION) $(X).Revision=$(REVISION) $(X).Branch=$(BRANCH) \
            $(X).BuildUser=make $(X).BuildDate=$(DATE)
# Revision and date are in LDFLAGS. What Go itself records of a checkout depends on
# where that is and on files beside it, so the same commit would give other bytes.
COMPILE  := CGO_ENABLED=0 GOGC=800 $(GO) build -trimpath -buildvcs=false -ldflags '$(LDFLAGS)'

.PHONY: help
help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: build
build: ## build the binary
	$(COMPILE) -o thulium_exporter .

# Unit tests and tools are compiled side by side: a linker occupies one processor only.
.PHONY: test
test: ## run the tests: unit, alert rules, end to end and the browser
	@test/preflight.sh
	@test/preflight.sh browser || test -z "$$CI"
	$(MAKE) -j2 unit tools
	$(MAKE) rules
	$(MAKE) -j2 e2e $(call able,browser)
	@test/preflight.sh browser || test -z "$$CI"

.PHONY: ci
ci: ## run all that CI runs: "make test", then lint, packaging, Zabbix, fuzz, soak and draw
	@test/preflight.sh packaging draw zabbix || test -z "$$CI"
	$(MAKE) test
	$(MAKE) lint generator vmagent $(call able,packaging) $(call able,draw) $(call able,zabbix)
	$(MAKE) fuzz FUZZTIME=2000x GUIDED=
	$(MAKE) soak SOAK=2m
	@test/preflight.sh packaging draw zabbix || test -z "$$CI"

# able is the part, if it can run on this machine.
able = $(shell test/preflight.sh $(1) 2>/dev/null && echo $(1))

.PHONY: unit
unit: ## run the unit tests with the race detector
	CGO_ENABLED=1 $(GO) test -race ./...

.PHONY: lint
lint: $(STAMPS)/golangci-lint-$(GOLANGCI_LINT_VERSION) ## run the linters
	$(GO) mod verify
	@set -e; for module in . test/e2e test/browser test/zabbix; do \
	  echo "golangci-lint in $$module"; (cd $$module && $(BIN)/golangci-lint run --allow-parallel-runners ./...); \
	done

# A release runs it; it needs the network, for the list of known ones.
.PHONY: vulnerabilities
vulnerabilities: $(STAMPS)/govulncheck-$(GOVULNCHECK_VERSION) ## look for known vulnerabilities in what the exporter calls
	$(BIN)/govulncheck .

.PHONY: rules
rules: tools ## test the alert rules and the routes of their messages
	$(BIN)/promtool check rules deploy/prometheus/*.rules.yml
	$(BIN)/promtool check config --syntax-only deploy/prometheus/prometheus.yml
	TOOLS=$(BIN) deploy/prometheus/test.sh
	AMTOOL=$(BIN)/amtool deploy/alertmanager/check.sh

.PHONY: mutants
mutants: $(STAMPS)/gremlins-$(GREMLINS_VERSION) ## change operators in the pure packages; the tests must notice 90 % of it
	@set -e; for package in thulium internal/progress internal/business; do \
	  $(BIN)/gremlins unleash --exclude-files simulator/ --timeout-coefficient 20 --threshold-efficacy 90 ./$$package; \
	done

.PHONY: year
year: ## measure the detection of stalls over 30 simulated years; takes 5 minutes of CPU time
	$(GO) run ./test/accuracy

.PHONY: e2e
e2e: tools build ## run the built binary against a real Prometheus
	E2E_PROGRAM=$(CURDIR)/thulium_exporter $(GO) -C test/e2e test -count=1 ./...

.PHONY: dashboards
dashboards: ## write the Grafana dashboards
	$(GO) -C dashboards/generator run .

.PHONY: message
message: ## draw the picture of a message for the README
	test/message.sh test/e2e/testdata/supervisors.txt docs/images/message.png

.PHONY: generator
generator: ## test that the Grafana dashboards are what "make dashboards" writes
	$(GO) -C dashboards/generator test ./...

# Guided by coverage, unless GUIDED is empty: then it compiles in a quarter of the time.
.PHONY: fuzz
fuzz: FUZZTIME ?= 10m
fuzz: GUIDED   ?= -fuzz .
fuzz: ## fuzz every target for FUZZTIME each
	@mkdir -p .tools/fuzz
	@set -e; for dir in $$(grep -rlE '^func Fuzz' --include='*_test.go' --exclude-dir=.tools . | xargs -n1 dirname | sort -u); do \
	  $(GO) -C $$dir test -c $(GUIDED) -ldflags '-s -w' -o $(CURDIR)/.tools/fuzz/targets .; \
	  for target in $$(grep -hoE '^func Fuzz[A-Za-z]+' $$dir/*_test.go | cut -c6-); do \
	    echo "$$dir: $$target"; \
	    (cd $$dir && $(CURDIR)/.tools/fuzz/targets -test.run '^$$' -test.fuzz "^$$target\$$" -test.fuzztime $(FUZZTIME) \
	      -test.fuzzminimizetime 5x -test.fuzzcachedir $(CURDIR)/.tools/fuzz/$$dir); \
	  done; \
	done

.PHONY: bench
bench: $(STAMPS)/benchstat-$(BENCHSTAT_VERSION) build ## measure what a scrape costs, against the binary JSON_EXPORTER if given
	$(GO) run ./test/load -ratio $(JSON_EXPORTER:%=-json-exporter %)
	$(GO) test -run '^$$' -bench . -benchmem -count 6 ./... | tee .tools/bench.txt
	$(BIN)/benchstat .tools/bench.txt

.PHONY: tools
tools: $(STAMPS)/prometheus-$(PROMETHEUS_VERSION) $(STAMPS)/alertmanager-$(ALERTMANAGER_VERSION) \
       $(STAMPS)/vmalert-tool-$(VMALERT_TOOL_VERSION)

# Without the tag, Prometheus needs a dependency that the module proxy lacks.
$(STAMPS)/prometheus-$(PROMETHEUS_VERSION):
	$(INSTALL) -tags remove_all_sd \
	  github.com/prometheus/prometheus/cmd/promtool@$(PROMETHEUS_VERSION) \
	  github.com/prometheus/prometheus/cmd/prometheus@$(PROMETHEUS_VERSION)
	@mkdir -p $(@D) && touch $@

# Versions after v0.31.0 lack their web assets in the module proxy.
$(STAMPS)/alertmanager-$(ALERTMANAGER_VERSION):
	$(INSTALL) \
	  github.com/prometheus/alertmanager/cmd/alertmanager@$(ALERTMANAGER_VERSION) \
	  github.com/prometheus/alertmanager/cmd/amtool@$(ALERTMANAGER_VERSION)
	@mkdir -p $(@D) && touch $@

# It tests the rules as VictoriaMetrics evaluates them.
$(STAMPS)/vmalert-tool-$(VMALERT_TOOL_VERSION):
	$(INSTALL) github.com/VictoriaMetrics/VictoriaMetrics/app/vmalert-tool@$(VMALERT_TOOL_VERSION)
	@mkdir -p $(@D) && touch $@

$(STAMPS)/golangci-lint-$(GOLANGCI_LINT_VERSION):
	$(INSTALL) github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$(GOLANGCI_LINT_VERSION)
	@mkdir -p $(@D) && touch $@

$(STAMPS)/govulncheck-$(GOVULNCHECK_VERSION):
	$(INSTALL) golang.org/x/vuln/cmd/govulncheck@$(GOVULNCHECK_VERSION)
	@mkdir -p $(@D) && touch $@

$(STAMPS)/gremlins-$(GREMLINS_VERSION):
	$(INSTALL) github.com/go-gremlins/gremlins/cmd/gremlins@$(GREMLINS_VERSION)
	@mkdir -p $(@D) && touch $@

$(STAMPS)/benchstat-$(BENCHSTAT_VERSION):
	$(INSTALL) golang.org/x/perf/cmd/benchstat@$(BENCHSTAT_VERSION)
	@mkdir -p $(@D) && touch $@

# The image is built without the tests.
include $(wildcard test/*/*.mk)

.PHONY: clean
clean: ## remove what was built, the tools too
	rm -rf thulium_exporter dist .tools
