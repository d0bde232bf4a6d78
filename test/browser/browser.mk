# The status page in a real browser. The Makefile includes this file.

AXE := axe-core@4.14.1

.PHONY: browser
browser: chromium axe ## look at the status page with a real browser
	$(GO) -C test/browser test -count=1 ./...
	@echo "What it looks like: test/browser/screenshots"

.PHONY: screenshot
screenshot: browser ## renew the pictures of the documents
	@mkdir -p docs/images
	cp test/browser/screenshots/docs/*.png docs/images

# axe-core looks for what keeps people from using the page. It is used by tests
# only, and comes from npm.
.PHONY: axe
axe: .tools/axe-core/axe.min.js
.tools/axe-core/axe.min.js: test/browser/browser.mk
	@mkdir -p $(@D)
	cd $(@D) && npm pack --silent $(AXE) && tar xzf axe-core-*.tgz --strip-components=1 package/axe.min.js package/LICENSE
	@rm $(@D)/axe-core-*.tgz
	@touch $@

# Chromium comes from Debian: no module brings a browser along.
.PHONY: chromium
chromium:
	@test/preflight.sh browser
	@if ! command -v chromium >/dev/null && ! command -v chromium-browser >/dev/null && ! command -v google-chrome >/dev/null; then \
	  apt-get update -q && apt-get install -q -y --no-install-recommends chromium fonts-dejavu-core; \
	fi
