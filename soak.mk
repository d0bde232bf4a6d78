.PHONY: soak
soak: SOAK ?= 10m
soak: SEED ?= 1
soak: build ## send the exporter through a storm of faults for SOAK; fails if anything grew
	$(GO) run ./load -soak $(SOAK) -seed $(SEED)
