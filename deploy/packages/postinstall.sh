#!/bin/sh
# A first installation starts nothing: no Thulium system is configured yet. An
# upgrade restarts the service if it runs, and leaves the settings alone.
set -e
getent group thulium-exporter >/dev/null || groupadd --system thulium-exporter
if [ ! -e /etc/default/thulium_exporter ]; then
	mkdir -p /etc/default
	install -m 640 -g thulium-exporter /usr/share/thulium-exporter/thulium_exporter.default /etc/default/thulium_exporter
fi
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	# A service that does not start again must not stop the upgrade half-way.
	systemctl try-restart thulium_exporter.service ||
		echo "thulium_exporter.service does not start; see journalctl --unit thulium_exporter" >&2
fi
