#!/bin/sh
# Turns what "git describe" says into a version that packages sort as people
# expect: v1.2.3 is 1.2.3, five commits after it are 1.2.3+5.gabc1234, and without
# any tag the commits are counted from the first.
#
# Usage: version.sh DESCRIPTION COMMITS
set -eu
description=$1
case $description in
v[0-9]*) ;;
*) description=v0.0.0-$2-g$description ;;
esac
printf '%s\n' "$description" | sed -E '
	s/^v//
	s/-([0-9]+)-g/+\1.g/
	s/^([^+]*)-dirty$/\1+dirty/
	s/-dirty$/.dirty/'
