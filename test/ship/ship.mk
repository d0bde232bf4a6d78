# Images, packages and manifests for those who run the exporter. "make ship"
# builds them all and tests them. What comes from Go modules is pinned here, and
# what is not installed yet comes from Debian, where that is possible.
HELM_VERSION       := v4.3.1
NFPM_VERSION       := v2.45.2
ACTIONLINT_VERSION := v1.7.12

DIST   ?= dist
ARCHES := amd64 arm64
HOST   := $(shell $(GO) env GOHOSTARCH)
# A release is tagged v1.2.3. Anything else is a version that no release beats.
RELEASE := $(patsubst v%,%,$(filter v%,$(VERSION)))
PACKAGE_VERSION  := $(or $(RELEASE),0.0.0+$(subst -,.,$(VERSION)))
SOURCE_DATE_EPOCH ?= $(shell git log -1 --format=%ct 2>/dev/null || echo 0)
export SOURCE_DATE_EPOCH

.PHONY: ship
ship: ship-tools dist image-archives ship-test ## build images, packages and manifests, and test them

.PHONY: ship-test
ship-test: $(STAMPS)/golangci-lint-$(GOLANGCI_LINT_VERSION) ## test what "make ship" has built
	cd test/ship && $(BIN)/golangci-lint run --allow-parallel-runners ./...
	$(GO) -C test/ship test -count=1 -parallel=8 ./...

.PHONY: ship-tools
ship-tools: tools $(STAMPS)/helm-$(HELM_VERSION) $(STAMPS)/nfpm-$(NFPM_VERSION) $(STAMPS)/actionlint-$(ACTIONLINT_VERSION)
	test/ship/debian.sh buildah=buildah busybox=busybox-static rpm=rpm systemd-nspawn=systemd-container \
	  systemd-analyze=systemd setpriv=util-linux curl=curl openssl=openssl man=man-db pgrep=procps

$(STAMPS)/helm-$(HELM_VERSION):
	$(INSTALL) -ldflags '-s -w' helm.sh/helm/v4/cmd/helm@$(HELM_VERSION)
	@mkdir -p $(@D) && touch $@

# Versions after v2.45.2 need modules that the module proxy lacks.
$(STAMPS)/nfpm-$(NFPM_VERSION):
	$(INSTALL) -ldflags '-s -w' github.com/goreleaser/nfpm/v2/cmd/nfpm@$(NFPM_VERSION)
	@mkdir -p $(@D) && touch $@

$(STAMPS)/actionlint-$(ACTIONLINT_VERSION):
	$(INSTALL) -ldflags '-s -w' github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT_VERSION)
	@mkdir -p $(@D) && touch $@

# Images

IMAGE       ?= thulium_exporter
IMAGE_TAG   ?= $(or $(RELEASE),$(VERSION))
IMAGE_BUILD ?= docker build
VERSION_ARGS = $(foreach v,VERSION REVISION BRANCH DATE,--build-arg $(v)=$($(v)))

.PHONY: image
image: ## build the image, with docker or with IMAGE_BUILD
	$(IMAGE_BUILD) $(VERSION_ARGS) --tag $(IMAGE):$(IMAGE_TAG) .

# The same target without a registry and without a daemon: buildah, with this
# machine's own Go in place of the official image.
BUILDAH  = buildah --root $(CURDIR)/.tools/containers/storage --runroot $(CURDIR)/.tools/containers/run --storage-driver vfs
STAND_IN = localhost/go-of-this-machine
VOLUMES  = --volume $(shell $(GO) env GOROOT):/usr/local/go:ro \
           --volume $(shell $(GO) env GOMODCACHE):/go/pkg/mod --volume $(shell $(GO) env GOCACHE):/go/cache

.PHONY: image-archives
image-archives:
	@mkdir -p $(DIST)/build
	$(GO) mod download
	test/ship/standin.sh $(STAND_IN) $(BUILDAH)
	@set -e; for arch in $(ARCHES); do \
	  $(MAKE) --no-print-directory image IMAGE=localhost/thulium_exporter-$$arch \
	    IMAGE_BUILD="$(BUILDAH) build --quiet --isolation chroot --format docker --pull-never --platform linux/$$arch --build-arg BUILDPLATFORM=linux/$(HOST) --build-arg GO_IMAGE=$(STAND_IN) $(VOLUMES)"; \
	  rm -f $(DIST)/build/image-$$arch.tar; \
	  $(BUILDAH) push -q localhost/thulium_exporter-$$arch:$(IMAGE_TAG) docker-archive:$(DIST)/build/image-$$arch.tar; \
	done
	@$(BUILDAH) rm --all >/dev/null; $(BUILDAH) rmi --all --force >/dev/null

# Packages and archives. The same commit gives the same bytes.

TAR := tar --sort=name --mtime=@$(SOURCE_DATE_EPOCH) --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX

.PHONY: dist
dist: $(STAMPS)/nfpm-$(NFPM_VERSION) ## build archives, deb, rpm, checksums and the bill of materials
	rm -rf $(DIST)
	@mkdir -p $(DIST)/build
	@set -e; for arch in $(ARCHES); do \
	  mkdir $(DIST)/build/$$arch; \
	  echo building for $$arch; \
	  GOARCH=$$arch $(COMPILE) -o $(DIST)/build/$$arch/thulium_exporter .; \
	done
	test/ship/man.sh $(DIST)/build/$(HOST)/thulium_exporter $(PACKAGE_VERSION) $(DATE) >$(DIST)/build/thulium_exporter.1
	gzip -9 -n $(DIST)/build/thulium_exporter.1
	$(DIST)/build/$(HOST)/thulium_exporter --completion-script-bash >$(DIST)/build/completion.bash
	$(DIST)/build/$(HOST)/thulium_exporter --completion-script-zsh >$(DIST)/build/completion.zsh
	@set -e; for arch in $(ARCHES); do $(MAKE) --no-print-directory packages ARCH=$$arch; done
	$(GO) -C test/ship run ./sbom $(abspath $(DIST))/build/$(HOST)/thulium_exporter $(PACKAGE_VERSION) $(DATE) >$(DIST)/thulium_exporter-$(PACKAGE_VERSION).cdx.json
	cd $(DIST) && sha256sum *.tar.gz *.deb *.rpm *.cdx.json >sha256sums.txt

.PHONY: packages
packages: ARCHIVE := thulium_exporter-$(PACKAGE_VERSION).linux-$(ARCH)
packages:
	@set -e; for packager in deb rpm; do \
	  ARCH=$(ARCH) DIST=$(DIST) PACKAGE_VERSION=$(PACKAGE_VERSION) \
	    $(BIN)/nfpm package --config deploy/packages/nfpm.yaml --packager $$packager --target $(DIST)/; \
	done
	@mkdir $(DIST)/$(ARCHIVE)
	@cp $(DIST)/build/$(ARCH)/thulium_exporter $(DIST)/build/thulium_exporter.1.gz $(DIST)/build/completion.* \
	  deploy/thulium_exporter.yml deploy/systemd/thulium_exporter.* $(DIST)/$(ARCHIVE)
	$(TAR) -C $(DIST) -cf - $(ARCHIVE) | gzip -9 -n >$(DIST)/$(ARCHIVE).tar.gz
	@rm -r $(DIST)/$(ARCHIVE)

# Kubernetes

CHART := deploy/helm/thulium-exporter

.PHONY: chart
chart: $(STAMPS)/helm-$(HELM_VERSION) ## package the chart with the version of the release
	@mkdir -p $(DIST)
	$(BIN)/helm package $(CHART) --version $(PACKAGE_VERSION) --app-version $(IMAGE_TAG) --destination $(DIST)

.PHONY: manifests
manifests: $(STAMPS)/helm-$(HELM_VERSION) ## turn the chart into the plain manifests of deploy/kubernetes
	$(BIN)/helm template thulium-exporter $(CHART) --namespace monitoring --values deploy/kubernetes/values.yaml \
	  | test/ship/plain.sh >deploy/kubernetes/thulium-exporter.yaml
