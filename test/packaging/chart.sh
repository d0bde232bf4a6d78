#!/bin/sh
# Adds to the Chart.yaml of a package what only its owner knows; what is empty is absent.
#
# Usage: chart.sh CHART.YAML MAINTAINER HOMEPAGE SOURCE_URL IMAGE
set -eu
chart=$1 maintainer=$2 homepage=$3 source=$4 image=$5

annotate() { sed -i "s|^annotations:\$|&\n  $1|" "$chart"; }

case $maintainer in
*@localhost*) ;; # the default of a build at home
*)
	address=${maintainer##*<}
	printf 'maintainers:\n- name: "%s"\n  email: "%s"\n' "${maintainer%% <*}" "${address%>}" >>"$chart"
	;;
esac
if [ -n "$homepage" ]; then
	printf 'home: "%s"\n' "$homepage" >>"$chart"
fi
if [ -n "$source" ]; then
	printf 'sources: ["%s"]\n' "$source" >>"$chart"
	annotate "artifacthub.io/links: '[{name: source, url: \"$source\"}]'"
fi
case $image in
*.*/*) annotate "artifacthub.io/images: '[{name: thulium-exporter, image: \"$image\"}]'" ;;
esac
