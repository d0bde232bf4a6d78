#!/bin/sh
# Draws the picture of a message in the README: the first one that the end-to-end tests
# receive from Alertmanager, on the screen of a phone. Needs Chromium.
#
# Usage: test/message.sh MESSAGES PICTURE
set -eu
messages=$1 picture=$2
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
{
	cat <<'HTML'
<!doctype html><meta charset="utf-8"><style>
body { margin: 0; background: #e7e9ee; font: 15px/1.45 system-ui, "DejaVu Sans", sans-serif; color: #1d1c1d }
header { background: #3f0e40; color: #fff; padding: 14px 16px; font-weight: 600 }
article { background: #fff; margin: 12px; padding: 12px 14px; border-radius: 10px; border-left: 5px solid #d9a400 }
h1 { font-size: 16px; margin: 0 0 8px; color: #1264a3 }
p { margin: 0 0 8px; overflow-wrap: anywhere } .link { color: #1264a3; font-size: 13px }
small { color: #616061 }
</style><header># supervisors</header><article><small>Alertmanager</small>
HTML
	sed '/^----$/,$d' "$messages" |
		sed -e 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g' |
		awk 'NR == 1 { print "<h1>" $0 "</h1>"; next }
			/^&lt;http/ || $0 == "" { next }
			{ line = $0; sub(/^- /, "", line); class = line ~ /https?:/ ? " class=link" : ""
			  sub(/\?[^ ]*$/, "?…", line); print "<p" class ">" line "</p>" }'
	echo '</article>'
} >"$directory/message.html"
"$chromium" --headless --no-sandbox --disable-gpu --hide-scrollbars --force-device-scale-factor=2 \
	--window-size=390,520 --screenshot="$directory/message.png" "file://$directory/message.html" >/dev/null 2>&1
mv "$directory/message.png" "$picture"
