# Images, packages and manifests for those who run the exporter. "make packaging"
# builds them all and tests them. What comes from Go modules is pinned here, and
# what is not installed yet comes from Debian, where that is possible.
HELM_VERSION       := v4.3.1
NFPM_VERSION       := v2.45.2
ACTIONLINT_VERSION := v1.7.12
PACKAGING_TOOLS := $(STAMPS)/helm-$(HELM_VERSION) $(STAMPS)/nfpm-$(NFPM_VERSION) $(STAMPS)/actionlint-$(ACTIONLINT_VERSION)

DIST      ?= dist
PLATFORMS ?= linux-amd64 linux-arm64 darwin-amd64 darwin-arm64 windows-amd64
ARCHES    := amd64 arm64
HOST      := $(shell $(GO) env GOHOSTOS)-$(shell $(GO) env GOHOSTARCH)
# In deb and rpm packages; who builds them for others puts a name and an address.
MAINTAINER      := $(or $(MAINTAINER),The thulium_exporter authors <thulium_exporter@localhost>)
# Addresses of the owner's, absent from all artifacts if empty: the project's page, its
# repository, and where docs/runbooks is published (packages have copies of those).
HOMEPAGE    ?=
SOURCE_URL  ?=
RUNBOOK_URL ?=
PACKAGE_VERSION ?= $(shell test/packaging/version.sh $(VERSION) $(shell git rev-list --count HEAD 2>/dev/null || echo 0))
SOURCE_DATE_EPOCH ?= $(or $(call archived,seconds),$(shell git log -1 --format=%ct 2>/dev/null || echo 0))
export SOURCE_DATE_EPOCH MAINTAINER HOMEPAGE SOURCE_URL

.PHONY: packaging
packaging: packaging-tools dist image-archives packaging-test ## build images, packages and manifests, and test them

.PHONY: packaging-test
packaging-test: $(STAMPS)/golangci-lint-$(GOLANGCI_LINT_VERSION) ## test what "make packaging" has built
	cd test/packaging && $(BIN)/golangci-lint run --allow-parallel-runners ./...
	$(GO) -C test/packaging test -count=1 -parallel=8 ./...

.PHONY: packaging-tools
packaging-tools: tools $(PACKAGING_TOOLS)
	test/packaging/debian.sh "debootstrap=debootstrap debian-archive-keyring" buildah=buildah busybox=busybox-static rpm=rpm systemd-nspawn=systemd-container lintian=lintian \
	  systemd-analyze=systemd setpriv=util-linux curl=curl openssl=openssl man=man-db pgrep=procps

$(STAMPS)/helm-$(HELM_VERSION):
	$(INSTALL) helm.sh/helm/v4/cmd/helm@$(HELM_VERSION)
	@mkdir -p $(@D) && touch $@

# Versions after v2.45.2 need modules that the module proxy lacks.
$(STAMPS)/nfpm-$(NFPM_VERSION):
	$(INSTALL) github.com/goreleaser/nfpm/v2/cmd/nfpm@$(NFPM_VERSION)
	@mkdir -p $(@D) && touch $@

$(STAMPS)/actionlint-$(ACTIONLINT_VERSION):
	$(INSTALL) github.com/rhysd/actionlint/cmd/actionlint@$(ACTIONLINT_VERSION)
	@mkdir -p $(@D) && touch $@

# Images

IMAGE       := $(or $(IMAGE),thulium_exporter)
# As the version of packages, but a tag has no "+".
IMAGE_TAG   ?= $(subst +,-,$(PACKAGE_VERSION))
IMAGE_TAGS  ?= $(IMAGE_TAG) latest
IMAGE_BUILD ?= docker build
IMAGE_PUSH  ?= docker push --quiet
BUILD_ARGS   = $(foreach v,VERSION REVISION BRANCH DATE,--build-arg $(v)=$($(v))) $(if $(GO_IMAGE),--build-arg GO_IMAGE=$(GO_IMAGE)) \
               $(if $(SOURCE_URL),--label org.opencontainers.image.source=$(SOURCE_URL)) $(if $(HOMEPAGE),--label org.opencontainers.image.url=$(HOMEPAGE))

# Docker takes the time of the image from SOURCE_DATE_EPOCH; that of its files only
# with the output option rewrite-timestamp=true, as in release.yml.
.PHONY: image
image: ## build the image, with docker or with IMAGE_BUILD
	$(IMAGE_BUILD) $(BUILD_ARGS) $(foreach tag,$(IMAGE_TAGS),--tag $(IMAGE):$(tag)) .

.PHONY: push
push: ## push the image to the registry in IMAGE
	$(IMAGE_PUSH) $(IMAGE):$(IMAGE_TAG)

.PHONY: image-tag
image-tag: ## print the tag of the image
	@echo $(IMAGE_TAG)

.PHONY: notes
notes: ## print what the changelog says of VERSION
	@test/packaging/notes.sh CHANGELOG.md $(VERSION)

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
	test/packaging/standin.sh $(STAND_IN) $(BUILDAH)
	@set -e; for arch in $(ARCHES); do \
	  $(MAKE) --no-print-directory image IMAGE=localhost/thulium_exporter-$$arch IMAGE_TAGS=$(IMAGE_TAG) GO_IMAGE=$(STAND_IN) \
	    IMAGE_BUILD="$(BUILDAH) build --quiet --isolation chroot --format docker --pull-never --timestamp $(SOURCE_DATE_EPOCH) --platform linux/$$arch --build-arg BUILDPLATFORM=$(subst -,/,$(HOST)) $(VOLUMES)"; \
	  rm -f $(DIST)/build/image-$$arch.tar; \
	  $(BUILDAH) push -q localhost/thulium_exporter-$$arch:$(IMAGE_TAG) docker-archive:$(DIST)/build/image-$$arch.tar; \
	done
	@$(BUILDAH) rm --all >/dev/null; $(BUILDAH) rmi --all --force >/dev/null

# Packages and archives. The same commit gives the same bytes, if branch, compiler,
# MAINTAINER and IMAGE are the same too.

BUILD    = $(DIST)/build
BINARIES = $(wildcard $(abspath $(BUILD))/*-*/thulium_exporter*)
MODULES  = $(GO) -C test/packaging run ./modules
# An archive of a directory in dist, written to standard output.
TAR := tar --sort=name --mtime=@$(SOURCE_DATE_EPOCH) --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX

.PHONY: dist
dist: binaries $(STAMPS)/nfpm-$(NFPM_VERSION) ## build archives, deb, rpm, chart, checksums and the bill of materials
	@$(MAKE) --no-print-directory extras
	@set -e; for platform in $(PLATFORMS); do $(MAKE) --no-print-directory archive PLATFORM=$$platform; done
	@set -e; for platform in $(filter linux-%,$(PLATFORMS)); do $(MAKE) --no-print-directory packages ARCH=$${platform#*-}; done
	@$(MAKE) --no-print-directory chart
	cd $(DIST) && sha256sum *.tar.gz *.tgz *.deb *.rpm *.cdx.json >sha256sums.txt

.PHONY: binaries
binaries:
	rm -rf $(DIST)
	@$(MAKE) --no-print-directory -j2 $(PLATFORMS:%=binary-%)

# Two at a time: compiling does not occupy two processors all the time.
.PHONY: $(PLATFORMS:%=binary-%)
$(PLATFORMS:%=binary-%): binary-%:
	@mkdir -p $(BUILD)/$*
	GOOS=$(firstword $(subst -, ,$*)) GOARCH=$(lastword $(subst -, ,$*)) $(COMPILE) -o $(BUILD)/$*/ .

# What goes into archives and packages besides the binary.
.PHONY: extras
extras:
	test/packaging/man.sh $(BUILD)/$(HOST)/thulium_exporter $(PACKAGE_VERSION) $(DATE) | gzip -9 -n >$(BUILD)/thulium_exporter.1.gz
	$(BUILD)/$(HOST)/thulium_exporter --completion-script-bash >$(BUILD)/completion.bash
	$(BUILD)/$(HOST)/thulium_exporter --completion-script-zsh >$(BUILD)/completion.zsh
	$(MODULES) notices $(BINARIES) >$(BUILD)/THIRD_PARTY_NOTICES
	gzip -9 -n <deploy/packages/thulium_exporter-check.1 >$(BUILD)/thulium_exporter-check.1.gz
	@$(MAKE) --no-print-directory share SHARE=$(BUILD)/share RUNBOOK_URL=$(or $(RUNBOOK_URL),file:///usr/share/thulium-exporter/runbooks)
	gzip -9 -n <$(BUILD)/THIRD_PARTY_NOTICES >$(BUILD)/THIRD_PARTY_NOTICES.gz
	$(MODULES) bill $(PACKAGE_VERSION) $(DATE) "$$MAINTAINER" "$$SOURCE_URL" $(BINARIES) >$(DIST)/thulium_exporter-$(PACKAGE_VERSION).cdx.json
	printf 'thulium-exporter (%s) unstable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- %s  %s\n' \
	  $(PACKAGE_VERSION) "$$MAINTAINER" "$$(date --utc --date=@$(SOURCE_DATE_EPOCH) --rfc-email)" | gzip -9 -n >$(BUILD)/changelog.gz

# Rules, messages, dashboards, runbooks and samples, in the directory SHARE. Alerts link to
# the runbooks at RUNBOOK_URL; if that is empty, they have no link.
.PHONY: share
share:
	@mkdir -p $(SHARE)/prometheus $(SHARE)/alertmanager $(SHARE)/dashboards $(SHARE)/zabbix $(SHARE)/runbooks/pl
	@cp deploy/prometheus/*.yml $(SHARE)/prometheus
	@sed -i $(if $(RUNBOOK_URL),'s|runbook_url: .*/|runbook_url: $(RUNBOOK_URL)/|','/runbook_url: /d') $(SHARE)/prometheus/*.rules.yml
	@cp deploy/alertmanager/*.yml deploy/alertmanager/*.tmpl $(SHARE)/alertmanager
	@cp dashboards/*.json $(SHARE)/dashboards
	@cp deploy/zabbix/*.yaml $(SHARE)/zabbix
	@cp docs/runbooks/Thulium*.md $(SHARE)/runbooks
	@cp docs/runbooks/pl/Thulium*.md $(SHARE)/runbooks/pl
	@cp deploy/thulium_exporter.yml $(SHARE)
	@chmod -R u=rwX,go=rX $(SHARE)

.PHONY: archive
archive: ARCHIVE := thulium_exporter-$(PACKAGE_VERSION).$(PLATFORM)
archive:
	@mkdir $(DIST)/$(ARCHIVE)
	@cp LICENSE $(BUILD)/THIRD_PARTY_NOTICES $(BUILD)/$(PLATFORM)/* $(BUILD)/thulium_exporter.1.gz $(BUILD)/completion.* \
	  $(if $(filter linux-%,$(PLATFORM)),deploy/systemd/thulium_exporter.*) $(DIST)/$(ARCHIVE)
	@$(MAKE) --no-print-directory share SHARE=$(DIST)/$(ARCHIVE)
	$(TAR) -C $(DIST) -cf - $(ARCHIVE) | gzip -n >$(DIST)/$(ARCHIVE).tar.gz
	@rm -r $(DIST)/$(ARCHIVE)

.PHONY: packages
packages:
	@set -e; for packager in deb rpm; do \
	  ARCH=$(ARCH) DIST=$(DIST) PACKAGE_VERSION=$(PACKAGE_VERSION) \
	    $(BIN)/nfpm package --config deploy/packages/nfpm.yaml --packager $$packager --target $(DIST)/; \
	done

# Kubernetes

CHART := deploy/helm/thulium-exporter

.PHONY: chart
chart: $(STAMPS)/helm-$(HELM_VERSION) ## package the chart for the image that "make image" builds
	@rm -rf $(BUILD)/chart $(DIST)/thulium-exporter-*.tgz && mkdir -p $(BUILD)/chart
	@$(BIN)/helm package $(CHART) --version $(PACKAGE_VERSION) --app-version $(IMAGE_TAG) --destination $(BUILD)/chart 2>/dev/null
	@tar -C $(BUILD)/chart -xzf $(BUILD)/chart/*.tgz
	@sed -i -e 's|^  repository: thulium_exporter$$|  repository: $(IMAGE)|' -e 's|^  runbookUrl: ""$$|  runbookUrl: "$(RUNBOOK_URL)"|' \
	  $(BUILD)/chart/thulium-exporter/values.yaml
	@test/packaging/chart.sh $(BUILD)/chart/thulium-exporter/Chart.yaml "$$MAINTAINER" "$$HOMEPAGE" "$$SOURCE_URL" "$(IMAGE):$(IMAGE_TAG)"
	$(TAR) -C $(BUILD)/chart -cf - thulium-exporter | gzip -n >$(DIST)/thulium-exporter-$(PACKAGE_VERSION).tgz
	@rm -r $(BUILD)/chart

.PHONY: manifests
manifests: $(STAMPS)/helm-$(HELM_VERSION) ## turn the chart into the plain manifests of deploy/kubernetes
	$(BIN)/helm template thulium-exporter $(CHART) --namespace monitoring --values deploy/kubernetes/values.yaml \
	  | test/packaging/plain.sh >deploy/kubernetes/thulium-exporter.yaml
