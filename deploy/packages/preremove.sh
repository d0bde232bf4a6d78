#!/bin/sh
# dpkg says "remove" and rpm says 0 when the package is removed, not upgraded.
set -e
case "$1" in
remove | 0)
	if [ -d /run/systemd/system ]; then
		systemctl disable --now thulium_exporter.socket thulium_exporter.service
	fi
	;;
esac
