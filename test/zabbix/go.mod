// The tests of the Zabbix templates in a real Zabbix. A module of its own, so that
// "go test ./..." needs nothing but Go.
module thulium_exporter/test/zabbix

go 1.26.0
