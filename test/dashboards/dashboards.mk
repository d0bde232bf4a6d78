# The dashboards, drawn with Grafana's own components.

.PHONY: draw
draw: build tools chromium test/dashboards/node_modules/.installed ## draw the dashboards with Grafana's components
	node test/dashboards/draw.mjs

test/dashboards/node_modules/.installed: test/dashboards/package-lock.json
	npm --prefix test/dashboards ci --no-progress
	@touch $@
