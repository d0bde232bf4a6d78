#!/bin/sh
# Says within a second what this machine lacks for the tests.
#
#   test/preflight.sh           what all tests need
#   test/preflight.sh PART...   what these parts need
#
# It fails if anything is missing.
set -u

has() { command -v "$1" >/dev/null 2>&1; }

# Debian packages can be installed by root, so what they bring counts as there.
installs() { [ "$(id -u)" = 0 ] && has apt-get; }

chromium() { has chromium || has chromium-browser || has google-chrome || installs; }

reason() {
	case "$1" in
	browser)
		has npm || { echo "needs npm, for axe-core"; return; }
		chromium || echo "needs Chromium; on Debian: sudo apt-get install chromium"
		;;
	draw)
		has node && has npm || { echo "needs Node.js 20 or newer with npm"; return; }
		chromium || echo "needs Chromium; on Debian: sudo apt-get install chromium"
		;;
	packaging) installs || echo "needs root on Debian, for buildah, systemd-nspawn and rpm; run it in a container or a virtual machine" ;;
	zabbix)
		{ installs && grep -qs '^VERSION_ID="12"' /etc/os-release; } || echo "needs root on Debian 12, for its packages of Zabbix 6.0; run it in a container or a virtual machine"
		;;
	*) echo "is no part of the tests" ;;
	esac
}

needed() {
	for tool in git make "${GO:-go}" gcc; do
		has "$tool" || echo "missing: $tool"
	done
	has "${GO:-go}" || return
	want=$(sed -n 's/^go //p' go.mod)
	have=$("${GO:-go}" env GOVERSION | sed 's/^go//; s/[^0-9.].*//')
	[ "$(printf '%s\n%s\n' "$want" "$have" | sort -V | head -n 1)" = "$want" ] || echo "missing: Go $want (this is $have)"
}

lacking() {
	for part in "$@"; do
		why=$(reason "$part")
		[ -z "$why" ] || echo "cannot run: make $part ($why)"
	done
}

if [ $# = 0 ]; then
	lacks=$(needed)
else
	lacks=$(lacking "$@")
fi
[ -z "$lacks" ] || { echo "$lacks" >&2; exit 1; }
