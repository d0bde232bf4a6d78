#!/bin/sh
# Prints the section of one version of the changelog, without its heading.
#
# Usage: notes.sh CHANGELOG VERSION
set -eu
notes=$(awk -v version="${2#v}" '
	/^## / { found = ($2 == version || $2 == "[" version "]"); next }
	found
' "$1" | sed '/./,$!d')
if [ -z "$notes" ]; then
	echo "$1 has no section $2" >&2
	exit 1
fi
printf '%s\n' "$notes"
