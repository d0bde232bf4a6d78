#!/bin/sh
# Checks the configuration, where every kind of alert goes, and that every alert
# has a runbook and, for supervisors, Polish words. How messages read is tested
# end to end.
# AMTOOL is the amtool to use.
set -eu
cd "$(dirname "$0")"
amtool=${AMTOOL:-amtool}

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
routed supervisors alertname=ThuliumCampaignDeparted severity=info team=supervisors
routed nobody alertname=ThuliumCentreClosed severity=none team=nobody
routed oncall alertname=ThuliumApiDown severity=critical team=oncall
routed oncall alertname=ThuliumWorkOutsideCalendar severity=warning team=oncall
routed oncall alertname=SomethingElse severity=warning

alerts=$(sed -n 's/.*- alert: //p' ../prometheus/*.rules.yml | sort -u)
for alert in $alerts; do
	[ -f "../../docs/runbooks/$alert.md" ] || { echo "$alert has no runbook" >&2; exit 1; }
done
for alert in $(echo "$alerts" | grep Campaign); do
	[ -f "../../docs/runbooks/pl/$alert.md" ] || { echo "$alert has no runbook in Polish" >&2; exit 1; }
	[ "$(grep -c "\"$alert\"" thulium.pl.tmpl)" -ge 2 ] ||
		{ echo "thulium.pl.tmpl lacks the summary or the explanation of $alert" >&2; exit 1; }
done
