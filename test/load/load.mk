.PHONY: soak
soak: SOAK ?= 20m
soak: SEED ?= 1
soak: build ## send the exporter through a storm of faults and floods for SOAK; fails if a scrape fails or anything grows
	$(GO) run ./test/load -soak $(SOAK) -seed $(SEED)

.PHONY: load
load: build ## measure what 10,000 polled systems cost; takes five minutes
	$(GO) run ./test/load
