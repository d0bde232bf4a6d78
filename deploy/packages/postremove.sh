#!/bin/sh
# What the operator wrote below /etc/thulium_exporter stays: it holds passwords
# that may exist nowhere else.
set -e
if [ -d /run/systemd/system ]; then
	systemctl daemon-reload
fi
