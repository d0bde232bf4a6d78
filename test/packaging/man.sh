#!/bin/sh
# Writes the manual page of a binary. Kingpin puts all of --version into the
# title; here it is the version alone.
#
# Usage: man.sh BINARY VERSION DATE
set -eu
printf '.TH thulium_exporter 1 "%s" "thulium_exporter %s"\n' "$3" "$2"
"$1" --help-man | sed -n '/^\.SH "NAME"/,$p' |
	sed 's/^thulium_exporter$/thulium_exporter \\- Prometheus exporter for outbound campaigns of Thulium contact centres/'
