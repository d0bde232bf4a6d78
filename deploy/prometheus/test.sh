#!/bin/sh
# Runs tests/*.yml by promtool and by vmalert-tool, with scrape intervals of 5m,
# 1m and 15s. TOOLS is the directory of both programs.
#
# The tests are written for samples every five minutes. For the shorter intervals
# each sample becomes several, so that the same happens at the same time.
set -eu
cd "$(dirname "$0")"
tools=${TOOLS:?set TOOLS to the directory of promtool and vmalert-tool}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# expand INTERVAL SAMPLES: tests with SAMPLES in the place of each sample
expand() {
	mkdir -p "$dir/$1"
	for file in tests/*.yml; do
		awk -v interval="$1" -v k="$2" -v rules="$PWD" '
			function expanded(value,  x, n) {
				if (value == "stale") return k > 1 ? "stale _x" k - 1 : value
				x = match(value, /x[0-9]+$/)
				n = x ? substr(value, x + 1) : (value == "_" ? 1 : 0)
				if (x) value = substr(value, 1, x - 1)
				if (value == "_") return "_x" n * k
				x = index(value, "+") # a counter rises by as much
				if (x) value = substr(value, 1, x) substr(value, x + 1) / k
				return value "x" (n + 1) * k - 1
			}
			/^rule_files:/ { gsub(/\.\.\//, rules "/") }
			/^ *interval: 5m$/ { sub(/5m/, interval) }
			/values:/ {
				split($0, part, "\047")
				count = split(part[2], value, " ")
				text = expanded(value[1])
				for (i = 2; i <= count; i++) text = text " " expanded(value[i])
				$0 = part[1] "\047" text "\047" part[3]
			}
			{ print }' "$file" >"$dir/$1/${file#tests/}"
	done
}

for interval in 5m:1 1m:5 15s:20; do
	expand "${interval%:*}" "${interval#*:}"
	echo "Scrape interval ${interval%:*}"
	"$tools/promtool" test rules "$dir/${interval%:*}"/*.yml >"$dir/log" 2>&1 || { cat "$dir/log"; exit 1; }
	# Time begins in 1970 for promtool, in 2000 for vmalert-tool.
	sed -i "s/'600x/'946685400x/; s/\"1001011000\"/\"111000011011010100010111011000\"/" "$dir/${interval%:*}/deadline.yml"
	"$tools/vmalert-tool" unittest --disableAlertgroupLabel --files="$dir/${interval%:*}/*.yml" >"$dir/log" 2>&1 || { cat "$dir/log"; exit 1; }
done
