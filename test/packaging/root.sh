#!/bin/sh
# Makes the files of an empty Debian machine, unless they are there: systemd and nothing
# else that is not essential, with the packages that are named. Needs root.
#
# Usage: root.sh DIRECTORY PACKAGE...
set -eu
directory=$1
shift
# Tests that run in parallel may want the same machine.
exec 9>"$directory.lock"
flock 9
[ ! -e "$directory/complete" ] || exit 0
rm -rf "$directory"
include=systemd,systemd-sysv,dbus
for package in "$@"; do
	include=$include,$package
done
debootstrap --variant=minbase --include="$include" stable "$directory" >/dev/null
umount "$directory/proc" "$directory/sys" 2>/dev/null || true
# As the installer of Debian writes it, and without this machine's name servers.
printf '127.0.0.1 localhost\n::1 localhost\n' >"$directory/etc/hosts"
rm -f "$directory/etc/resolv.conf"
rm -rf "$directory"/var/cache/apt/archives/*.deb "$directory"/var/lib/apt/lists/*
touch "$directory/complete"
