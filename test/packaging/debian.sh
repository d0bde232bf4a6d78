#!/bin/sh
# Sees to commands that come from Debian packages.
#
# Usage: debian.sh COMMAND=PACKAGE...
set -eu
packages=
for pair in "$@"; do
	command -v "${pair%%=*}" >/dev/null || packages="$packages ${pair#*=}"
done
[ -n "$packages" ] || exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
	echo "These packages are needed, under these names on Debian:$packages" >&2
	exit 1
fi
apt-get -q update
# shellcheck disable=SC2086 # one word for each package
DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends $packages
