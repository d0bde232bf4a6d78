// The generator of the dashboards. A module of its own, so that the users of
// thulium_exporter do not inherit Grafana's builders.
module thulium_exporter/dashboards/generator

go 1.26.0

require github.com/grafana/grafana-foundation-sdk/go v0.0.22
