#!/bin/sh
# Makes an image that stands in for the official Go image where no registry can
# be reached: this machine's own Go and make on a busybox, with nothing to
# download but what the module cache lacks.
#
# Usage: standin.sh IMAGE BUILDAH...
set -eu
image=$1
shift

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/bin" "$root/tmp" "$root/root" "$root/usr/local/go" "$root/go/pkg/mod" "$root/go/cache"
chmod 1777 "$root/tmp"
cp "$(command -v busybox)" "$root/bin/busybox"
for applet in sh cat date mkdir rm sed tr uname; do
	ln "$root/bin/busybox" "$root/bin/$applet"
done
cp -L "$(command -v make)" "$root/bin/make"
for library in $(ldd "$(command -v make)" | grep -o '/[^ ]*'); do
	mkdir -p "$root$(dirname "$library")"
	cp -L "$library" "$root$library"
done

container=$("$@" from scratch)
"$@" copy -q "$container" "$root" / >/dev/null
"$@" config --env PATH=/usr/local/go/bin:/bin --env GOPATH=/go --env GOCACHE=/go/cache --env GOTOOLCHAIN=local "$container"
"$@" commit -q --rm "$container" "$image" >/dev/null
