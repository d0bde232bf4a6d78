#!/bin/sh
# A first installation starts nothing: there is nothing to serve before the
# exporter has been told which system to ask. An upgrade restarts what runs.
set -e
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
	systemctl try-restart thulium_exporter.service
fi
