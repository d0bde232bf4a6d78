#!/bin/sh
# Says within a second what this machine lacks for the tests.
#
#   test/preflight.sh         what every test needs; fails without it. With CI
#                             set, fails as well if any part cannot run.
#   test/preflight.sh PART    whether a part can run; if not, the reason
#   test/preflight.sh --not-run   the parts that could not run, for the end
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

not_run() {
	for part in browser draw packaging; do
		why=$(reason $part)
		[ -z "$why" ] || echo "not run: make $part ($why)"
	done
}

case "${1-}" in
"")
	lacks=$(needed)
	[ -z "${CI-}" ] || lacks="$lacks$(not_run)"
	if [ -n "$lacks" ]; then
		echo "$lacks" >&2
		exit 1
	fi
	not_run
	;;
--not-run) not_run ;;
*)
	why=$(reason "$1")
	[ -z "$why" ] || { echo "make $1: $why" >&2; exit 1; }
	;;
esac
