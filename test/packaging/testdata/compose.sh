has() {
	within "promtool query instant http://prometheus:9090 '$1' 2>/dev/null | grep ." || {
		tail -n 20 /run/*.log
		return 1
	}
}

has 'prometheus_ready == 1 and on () prometheus_notifications_alertmanagers_discovered == 1'
has 'thulium_up == 1 and on (job, instance) up{job="thulium"} == 1'
has 'count(thulium_campaign_completion_percent) >= 2'
has 'count(up{job="prometheus"} == 1) == 2'
curl --silent --fail http://prometheus:9090/api/v1/rules >/run/rules
grep -q '"type":"alerting"' /run/rules
not grep -q '"health":"err"' /run/rules

# What is sent to Alertmanager can be read.
curl --silent --fail http://receiver:8080/cgi-bin/messages | grep 'No message yet'
amtool --alertmanager.url=http://alertmanager:9093 alert add Test system=acme --annotation=summary='Callbacks: no progress'
within 'curl --silent http://receiver:8080/cgi-bin/messages | grep "firing  Callbacks: no progress"'
