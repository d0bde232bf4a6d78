package main

import (
	"fmt"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// What to check when a panel is empty.
const (
	notScraped = "No data: does Prometheus scrape the exporter? See /targets"
	noRequests = "No requests: is the exporter scraped, or polling?"
	noProcess  = "No data: scrape /metrics of the exporter, too"
)

// exporter is the dashboard of whoever runs the exporter.
func exporter() *dashboard.DashboardBuilder {
	return frame("thulium-exporter", "Thulium exporter",
		"Whether Thulium responds, how old the data is, and how the exporter itself is doing.", "Data source").
		WithVariable(choice("system", "System", "label_values(thulium_up, system)")).
		WithVariable(choice("instance", "Instance", "label_values(thulium_exporter_build_info, instance)")).
		Annotation(alerts("Alerts", "")).
		Link(link("Campaigns", "thulium-campaigns")).Link(link("Kampanie", "thulium-campaigns-pl")).
		WithPanel(health().Span(24).Height(4)).
		WithPanel(firing().Span(24).Height(6)).
		WithRow(dashboard.NewRowBuilder("Thulium systems")).
		WithPanel(upTimeline().Span(24).Height(9)).
		WithPanel(requests().Span(8).Height(9)).
		WithPanel(failures().Span(8).Height(9)).
		WithPanel(durations().Span(8).Height(9)).
		WithPanel(systemTable().Span(24).Height(10)).
		WithRow(dashboard.NewRowBuilder("Exporter process")).
		WithPanel(process("CPU", "percentunit", measure{"CPU", "rate(process_cpu_seconds_total%s[$__rate_interval])"}).Span(6).Height(8)).
		WithPanel(process("Memory", "bytes", measure{"resident", "process_resident_memory_bytes%s"}, measure{"heap", "go_memstats_heap_inuse_bytes%s"}).Span(6).Height(8)).
		WithPanel(process("Goroutines and open files", "short", measure{"goroutines", "go_goroutines%s"}, measure{"open files", "process_open_fds%s"}).Span(6).Height(8)).
		WithPanel(process("Dropped and abandoned", "short",
			measure{"log lines dropped", "increase(thulium_exporter_log_dropped_lines_total%s[$__rate_interval])"},
			measure{"abandoned requests", "thulium_api_abandoned_requests%s"}).Span(6).Height(8)).
		WithPanel(exporterTable().Span(24).Height(6))
}

// bySystem is the largest value of each system. Replicas count once.
func bySystem(metric string) string {
	return fmt.Sprintf("max by (system) (thulium_%s{%s})", metric, ofSystem)
}

// health says in a row of numbers whether anything needs an operator.
func health() *stat.PanelBuilder {
	zeros := func(metric string) string { return "count(" + metric + " == 0) or 0 * count(" + metric + ")" }
	return stats("").NoValue(notScraped).
		WithTarget(instant("A", zeros(bySystem("up")), "Systems without data")).
		WithTarget(instant("B", "max(time() - "+bySystem("last_success_timestamp_seconds")+")", "Oldest data")).
		WithTarget(instant("C", `100 * sum(rate(thulium_api_requests_total{result!="ok", `+ofSystem+`}[1h])) / sum(rate(thulium_api_requests_total{`+ofSystem+`}[1h]))`, "Failed requests, 1 h")).
		WithTarget(instant("D", "sum("+bySystem("rejected_campaigns")+")", "Rejected entries")).
		WithTarget(instant("E", zeros("thulium_exporter_config_last_reload_successful"), "Failed reloads")).
		WithTarget(instant("F", zeros("thulium_exporter_state_last_write_successful"), "Failed state writes")).
		OverrideByQuery("B", []dashboard.DynamicConfigValue{property("unit", "s"), property("decimals", 0), threshold(600, red)[0]}).
		OverrideByQuery("C", append(threshold(1, red), property("unit", "percent"), property("decimals", 1)))
}

// firing lists the alerts that fire, with links to their runbooks.
func firing() *table.PanelBuilder {
	fields := []field{
		{"alertname", "Alert", 300, nil},
		{"severity", "Severity", 110, nil},
		{"system", "System", 160, nil},
		{"name", "Campaign", 0, nil},
		{"id", "ID", 90, nil},
	}
	p := rows("Firing alerts", "What to do about each alert is in its runbook: docs/runbooks, in a file with the name of the alert.",
		"No alert is firing. If one should be: are the rules loaded in Prometheus?").
		WithTarget(column("A", `max by (alertname, severity, system, name, id) (ALERTS{alertname=~"Thulium.*", alertstate="firing", `+ofSystem+`})`)).
		WithTransformation(arranged(fields, "Value"))
	return withFields(p, fields)
}

// upTimeline shows the systems that failed most in the time range.
func upTimeline() *statetimeline.PanelBuilder {
	return timeline("Data of the 20 systems that failed most", "Whether the campaign values served came from a successful response that was fresh enough.").
		NoValue(notScraped).Mappings([]dashboard.ValueMapping{value("1", "Up", green), value("0", "Down", red)}).
		WithTarget(series("A", bySystem("up")+` and on (system) bottomk(20, max by (system) (avg_over_time(thulium_up{`+ofSystem+`}[$__range] @ end())))`, "{{system}}"))
}

// requests shows the results that occurred, each in its color.
func requests() *timeseries.PanelBuilder {
	p := lines("Requests per minute, by result", "").Unit("short").NoValue(noRequests).FillOpacity(20).
		WithTarget(series("A", `60 * sum by (result) (rate(thulium_api_requests_total{`+ofSystem+`}[$__rate_interval])) > 0`, "{{result}}"))
	for _, r := range []struct{ result, color string }{
		{"ok", green}, {"unauthorized", red}, {"forbidden", "dark-red"}, {"server_error", "semi-dark-red"},
		{"invalid_response", "light-red"}, {"not_found", "super-light-red"}, {"timeout", orange},
		{"connection", "dark-orange"}, {"tls", "semi-dark-orange"}, {"client_error", "light-orange"},
		{"rate_limited", yellow}, {"redirect", "purple"},
	} {
		p.OverrideByName(r.result, []dashboard.DynamicConfigValue{fixed(r.color)})
	}
	return p
}

func failures() *timeseries.PanelBuilder {
	return lines("Failed requests per minute, the ten worst systems", "").Unit("short").NoValue("No request failed").
		WithTarget(series("A", `60 * sum by (system) (rate(thulium_api_requests_total{result!="ok", `+ofSystem+`}[$__rate_interval])) > 0 and on (system) topk(10, sum by (system) (increase(thulium_api_requests_total{result!="ok", `+ofSystem+`}[$__range] @ end())))`, "{{system}}"))
}

// durations reads the native histogram or, where Prometheus scrapes none, its
// classic buckets.
func durations() *timeseries.PanelBuilder {
	p := lines("Request duration", "Of all requests to Thulium.").Unit("s").NoValue(noRequests)
	for i, q := range []string{"0.5", "0.95", "0.99"} {
		native := `sum(rate(thulium_api_request_duration_seconds{` + ofSystem + `}[$__rate_interval]))`
		classic := `sum by (le) (rate(thulium_api_request_duration_seconds_bucket{` + ofSystem + `}[$__rate_interval]))`
		p.WithTarget(series(string(rune('A'+i)), fmt.Sprintf("histogram_quantile(%[1]s, %[2]s) or histogram_quantile(%[1]s, %[3]s)", q, native, classic), q+" quantile"))
	}
	return p
}

// systemTable lists the systems, those without data first.
func systemTable() *table.PanelBuilder {
	open := property("mappings", []dashboard.ValueMapping{value("1", "Open", green), value("0", "Closed", gray)})
	up := property("mappings", []dashboard.ValueMapping{value("1", "Up", green), value("0", "Down", red)})
	background := property("custom.cellOptions", map[string]any{"type": "color-background", "mode": "basic"})
	fields := []field{
		{"system", "System", 0, nil},
		{"Value #A", "Data", 80, []dashboard.DynamicConfigValue{up, background}},
		{"Value #B", "Latest success", 150, []dashboard.DynamicConfigValue{property("unit", "dateTimeFromNow")}},
		{"Value #C", "Campaigns", 105, nil},
		{"Value #D", "Rejected", 95, nil},
		{"Value #E", "Abandoned", 110, nil},
		{"Value #F", "Business hours", 135, []dashboard.DynamicConfigValue{open}},
		{"Value #G", "Business time, 7 d", 165, hours()},
		{"Value #H", "Outside hours, 7 d", 165, []dashboard.DynamicConfigValue{property("decimals", 0)}},
	}
	p := rows("Systems, those without data first", "", notScraped).
		WithTarget(column("A", bySystem("up"))).
		WithTarget(column("B", "1000 * "+bySystem("last_success_timestamp_seconds"))).
		WithTarget(column("C", "count by (system) ("+now().campaign("records_total")+")")).
		WithTarget(column("D", bySystem("rejected_campaigns"))).
		WithTarget(column("E", bySystem("api_abandoned_requests"))).
		WithTarget(column("F", bySystem("business_open"))).
		WithTarget(column("G", "max by (system) (increase(thulium_business_seconds_total{"+ofSystem+"}[7d])) / 3600")).
		WithTarget(column("H", "max by (system) (increase(thulium_records_completed_outside_business_hours_total{"+ofSystem+"}[7d]))")).
		WithTransformation(joined()).WithTransformation(arranged(fields)).
		SortBy(sortedBy("Data", false))
	return withFields(p, fields)
}

// measure is a metric of the exporter's process; %s stands for its selector.
type measure struct{ legend, expression string }

func process(title, unit string, measures ...measure) *timeseries.PanelBuilder {
	p := lines(title, "").Unit(unit).NoValue(noProcess)
	for i, m := range measures {
		expression := fmt.Sprintf(m.expression, `{instance=~"$instance"}`)
		p.WithTarget(series(string(rune('A'+i)), "sum by (instance) ("+expression+") and on (instance) thulium_exporter_build_info", "{{instance}} "+m.legend))
	}
	return p
}

// exporterTable lists the running exporters, with links to their status pages.
func exporterTable() *table.PanelBuilder {
	page := property("links", []any{map[string]any{"title": "Status page", "url": "http://${__value.raw}/", "targetBlank": true}})
	fields := []field{
		{"instance", "Instance", 0, []dashboard.DynamicConfigValue{page}},
		{"version", "Version", 220, nil},
		{"goversion", "Go", 120, nil},
		{"Value #B", "Started", 190, []dashboard.DynamicConfigValue{property("unit", "dateTimeFromNow")}},
		{"Value #C", "Configuration loaded", 190, []dashboard.DynamicConfigValue{property("unit", "dateTimeFromNow")}},
	}
	instance := `{instance=~"$instance"}`
	p := rows("Exporters", "An instance leads to its status page.", noProcess).
		WithTarget(column("A", "max by (instance, version, goversion) (thulium_exporter_build_info"+instance+")")).
		WithTarget(column("B", "1000 * max by (instance) (process_start_time_seconds"+instance+" and on (instance) thulium_exporter_build_info)")).
		WithTarget(column("C", "1000 * max by (instance) (thulium_exporter_config_last_reload_success_timestamp_seconds"+instance+")")).
		WithTransformation(joined()).WithTransformation(arranged(fields, "Value #A"))
	return withFields(p, fields)
}
