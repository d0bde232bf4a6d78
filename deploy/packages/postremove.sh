#!/bin/sh
# A purge removes settings, passwords and state. rpm knows no purge: there they
# are kept, as after a plain removal.
set -e
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
fi
if [ "$1" = purge ]; then
	rm -rf /etc/default/thulium_exporter /etc/thulium_exporter \
		/var/lib/thulium_exporter /var/lib/private/thulium_exporter
fi
