ask() {
	promtool query instant http://prometheus:9090 "$1" 2>/dev/null
}
wait_for() {
	for _ in $(seq 600); do
		if ask "$1" | grep .; then
			return
		fi
		sleep 0.1
	done
	echo "Prometheus never had: $1"
	tail -n 20 /run/*.log
	return 1
}

wait_for 'prometheus_ready == 1 and on () prometheus_notifications_alertmanagers_discovered == 1'
wait_for 'thulium_up == 1 and on (job, instance) up{job="thulium"} == 1'
wait_for 'count(thulium_campaign_completion_percent) >= 2'
wait_for 'count(up{job="prometheus"} == 1) == 2'
curl --silent --fail http://prometheus:9090/api/v1/rules >/run/rules
grep -q '"type":"alerting"' /run/rules
not grep -q '"health":"err"' /run/rules
amtool --alertmanager.url=http://alertmanager:9093 config show | grep -q 'supervisors'
