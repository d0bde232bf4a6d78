# The templates of deploy/zabbix in a real Zabbix, which comes from Debian 12, and
# vmagent beside Prometheus.
VMAGENT_VERSION := v1.151.0
ZABBIX_PACKAGES := zabbix-server-pgsql zabbix-frontend-php php-cli php-pgsql postgresql chromium curl jq locales

.PHONY: zabbix
zabbix: build ## test the Zabbix templates in a real Zabbix
	@test/preflight.sh zabbix
	@dpkg -s $(ZABBIX_PACKAGES) >/dev/null 2>&1 || { apt-get -q update && \
	  DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $(ZABBIX_PACKAGES); }
	$(GO) -C test/zabbix test -count=1 -parallel=8 ./...
	@echo "What it looks like: test/zabbix/screenshots"

.PHONY: zabbix-templates
zabbix-templates: ## write the Zabbix templates
	$(GO) run ./deploy/zabbix/generator

.PHONY: vmagent
vmagent: tools build $(STAMPS)/vmagent-$(VMAGENT_VERSION) ## compare what vmagent and Prometheus collect
	E2E_PROGRAM=$(CURDIR)/thulium_exporter $(GO) -C test/e2e test -count=1 -tags vmagent -run TestVmagent .

$(STAMPS)/vmagent-$(VMAGENT_VERSION):
	$(INSTALL) github.com/VictoriaMetrics/VictoriaMetrics/app/vmagent@$(VMAGENT_VERSION)
	@mkdir -p $(@D) && touch $@
