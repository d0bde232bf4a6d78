#!/bin/sh
# Gives the module a path under which others can import and "go install" it: the
# first element of such a path has a dot, and the code is published there.
#
# Usage: module.sh example.org/you/thulium_exporter
set -eu
new=$1
old=$(sed -n 's/^module //p' go.mod)
case ${new%%/*} in
*.*) ;;
*) echo "the first element of a module path that can be installed has a dot: $new" >&2; exit 1 ;;
esac
# Imports in quotes, module and require lines; names of the program stay.
find . -name .git -prune -o -name .tools -prune -o -name dist -prune -o \
	\( -name '*.go' -o -name go.mod -o -name .golangci.yml -o -name '*.golden' \) -type f -print |
	xargs sed -i -E \
		-e "s#([\"\`])$old/(thulium|collector|internal|test|dashboards)\\b#\\1$new/\\2#g" \
		-e "s#^(module |replace |\\t|require )$old(/| |\$)#\\1$new\\2#"
