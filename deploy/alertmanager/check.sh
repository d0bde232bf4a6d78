#!/bin/sh
# Checks the configuration, where every kind of alert goes and how the
# messages read. AMTOOL is the amtool to use; -u accepts the messages as they
# are now.
set -eu
cd "$(dirname "$0")"
amtool=${AMTOOL:-amtool}
update=${1:-}

"$amtool" check-config alertmanager.yml

# routed RECEIVER LABEL=VALUE...
routed() {
	receiver=$1
	shift
	"$amtool" config routes test --config.file=alertmanager.yml --verify.receivers="$receiver" "$@" >/dev/null ||
		{ echo "$* does not reach $receiver" >&2; exit 1; }
}

routed supervisors alertname=ThuliumCampaignStalled severity=warning team=supervisors
routed supervisors alertname=ThuliumAllCampaignsStalled severity=critical team=supervisors
routed supervisors-info alertname=ThuliumCampaignVanished severity=info team=supervisors
routed oncall alertname=ThuliumApiDown severity=critical team=oncall
routed oncall alertname=ThuliumCalendarContradicted severity=info team=oncall
routed oncall alertname=SomethingElse severity=warning

# message DATA: the title, an empty line and the text
message() {
	"$amtool" template render --template.glob=thulium.tmpl --template.data="testdata/$1.json" \
		--template.text='{{ template "thulium.title" . }}

{{ template "thulium.text" . }}'
}

for data in notification resolved; do
	if [ "$update" = -u ]; then
		message "$data" >"testdata/$data.txt"
	fi
	message "$data" | diff -u "testdata/$data.txt" -
done
