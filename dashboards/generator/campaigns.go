package main

import (
	"strconv"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// campaigns is the dashboard of supervisors, in the language of t.
func campaigns(t text) *dashboard.DashboardBuilder {
	return frame(t.uid, t.title, t.description, t.dataSource).
		WithVariable(choice("system", t.system, "label_values(thulium_up, system)")).
		WithVariable(choice("campaign", t.campaign, `label_values(thulium_campaign_info{system=~"$system"}, name)`)).
		Annotation(alerts(t.alerts, ", "+ofCampaign)).
		Link(link(t.language, t.other)).Link(link(t.exporter, "thulium-exporter")).
		WithPanel(nobody(t).Span(6).Height(4)).
		WithPanel(verdict(t).Span(9).Height(4)).
		WithPanel(surroundings(t).Span(9).Height(4)).
		WithPanel(campaignTable(t).Span(24).Height(15)).
		WithPanel(completed(t).Span(24).Height(9)).
		WithPanel(excused(t).Span(8).Height(7)).
		WithPanel(barelyWatched(t).Span(8).Height(7)).
		WithPanel(departed(t).Span(8).Height(7))
}

// nobody says since when a system as a whole is stalled.
func nobody(t text) *stat.PanelBuilder {
	idle, threshold := bySystem("idle_business_seconds"), bySystem("stall_threshold_business_seconds")
	since := "1000 * max by (system) (thulium_campaign_last_progress_timestamp_seconds{" + ofSystem + "})"
	return stats(t.nobody).Description(t.nobodyHelp).NoValue(t.noData).
		WithTarget(instant("A", since+" and on (system) ("+idle+" >= "+threshold+
			")\nor on () 0 * count("+idle+" and on (system) "+bySystem("up")+" == 1)\nor on () 0 * count("+bySystem("up")+") - 1", "{{system}} ")). // with a space, or Grafana names it Value without a system
		Unit(t.time).
		Mappings([]dashboard.ValueMapping{value("0", t.notStalled, green), value("-1", t.notKnown, gray)})
}

// verdict says in a row of numbers whether a supervisor is needed.
func verdict(t text) *stat.PanelBuilder {
	q := now()
	counted := func(campaigns string) string {
		return "count(" + campaigns + ") or 0 * count(" + q.campaign("info") + ")"
	}
	states := q.named(q.state())
	return stats("").
		WithTarget(instant("A", counted("("+states+") >= "+strconv.Itoa(stalled)), t.stalled)).
		WithTarget(instant("B", counted(q.named(q.late())), t.late)).
		WithTarget(instant("C", counted(states), t.running)).NoValue(t.noCampaigns).
		OverrideByQuery("B", threshold(1, orange)).
		OverrideByQuery("C", []dashboard.DynamicConfigValue{fixed(blue)})
}

// surroundings says whether anybody works now, whether Thulium responds, and how old
// the data is.
func surroundings(t text) *stat.PanelBuilder {
	return stats("").
		WithTarget(instant("A", "max("+bySystem("business_open")+")", t.centre)).
		WithTarget(instant("B", "count("+bySystem("up")+" == 0) or 0 * count("+bySystem("up")+")", t.silent)).
		WithTarget(instant("C", "max(time() - "+bySystem("last_success_timestamp_seconds")+") / 60", t.age)).NoValue(t.noData).
		OverrideByQuery("A", []dashboard.DynamicConfigValue{
			property("mappings", []dashboard.ValueMapping{value("1", t.open, green), value("0", t.closed, gray)}),
		}).
		OverrideByQuery("C", append(threshold(10, red), property("unit", "suffix: min"), property("decimals", 0)))
}

// states maps the numbers of the queries to words and colors. Only what is urgent
// is loud.
func states(t text) []dashboard.ValueMapping {
	colors := [numStates]string{paleGray, paleGray, paleGray, paleBlue, orange, red, darkRed}
	mappings := make([]dashboard.ValueMapping, numStates)
	for i := range mappings {
		mappings[i] = rangeOf(float64(i), float64(i)+0.9999999, t.states[i], colors[i])
	}
	return mappings
}

// campaignTable lists the campaigns, the most urgent first.
func campaignTable(t text) *table.PanelBuilder {
	date := []dashboard.DynamicConfigValue{property("unit", t.time)}
	count := []dashboard.DynamicConfigValue{property("unit", "locale"), property("decimals", 1)}
	fields := []field{
		{"title", t.campaign, 0, t.filters()},
		{"Value #A", t.state, 125, []dashboard.DynamicConfigValue{
			property("mappings", states(t)),
			property("custom.cellOptions", map[string]any{"type": "color-background", "mode": "basic"}),
			property("custom.align", "left"),
		}},
		{"why", t.cause, 120, []dashboard.DynamicConfigValue{property("mappings", t.whys()), property("custom.wrapText", true)}},
		{"Value #C", t.since, 102, date},
		{"Value #D", t.idle, 72, hours()},
		{"Value #E", t.done, 92, gauge()},
		{"Value #F", t.left, 75, count},
		{"Trend #S", t.trend, 110, sparkline()},
		{"Value #G", t.pace, 72, count},
		{"Value #H", t.paceBefore, 82, count},
		{"Value #I", t.finish, 102, date},
		{"Value #J", t.deadline, 102, date},
		{"Value #K", t.lateBy, 72, []dashboard.DynamicConfigValue{property("unit", t.days), property("decimals", 1)}},
	}
	q := now()
	idle := q.campaign("idle_business_seconds") + " >= 1800"
	p := rows(t.campaigns, t.campaignsHelp, t.noCampaigns).MaxDataPoints(48).
		WithTarget(column("A", "topk(100, "+q.named(q.urgency())+")")).
		WithTarget(column("B", titles(q.names()))).
		WithTarget(column("C", q.named("1000 * "+q.campaign("last_progress_timestamp_seconds")+" and on (system, id) "+idle))).
		WithTarget(column("D", q.named("("+idle+") / 3600"))).
		WithTarget(column("E", q.named("floor("+q.known("completion_percent")+")"))).
		WithTarget(column("F", q.named(q.left()))).
		WithTarget(column("G", q.named(q.pace()))).
		WithTarget(column("H", q.named(ago("1d").pace()))).
		WithTarget(column("I", q.named("1000 * "+q.campaign("expected_finish_timestamp_seconds")))).
		WithTarget(column("J", q.named("1000 * "+q.campaign("deadline_timestamp_seconds")))).
		WithTarget(column("K", q.named("clamp_min(("+q.lateBy()+") / 86400, 0.1)"))).
		WithTarget(column("L", "("+causes()+") * on (system, id) group_left (name) ("+q.names()+")")).
		WithTarget(series("S", urgent(100, q.named(open(q.completed(ago("$__interval"))))), "")).
		WithTransformation(only("S", "timeSeriesTable")).
		WithTransformation(only("/^[A-L]$/", "merge")).
		WithTransformation(joined()).WithTransformation(withValue("Value #A")).
		WithTransformation(arranged(fields, "Value #B", "Value #L")).
		SortBy(sortedBy(t.state, true))
	return withFields(p, fields)
}

// whys maps causes and counts of agents to words. The column is a label, so that it is
// not there at all where no campaign is looked at.
func (t text) whys() []dashboard.ValueMapping {
	mappings := make([]dashboard.ValueMapping, len(t.causes))
	for i, pattern := range [...]string{
		`no_agents out of 0 out of 0`, `no_agents out of (\d+) out of (\d+)`, `no_agents .*`,
		`paused out of (\d+) .*`, `paused .*`, `idle out of (\d+) .*`, `idle .*`, `elsewhere .*`, `unknown .*`,
	} {
		mappings[i] = match(pattern, t.causes[i])
	}
	return mappings
}

// open drops what is 0 while the centre is closed.
func open(expression string) string {
	return expression + " > 0\nor " + expression + " and on (system) (" + bySystem("business_open") + " == 1)"
}

// filters makes the name of a campaign a link to the dashboard of that one.
func (t text) filters() []dashboard.DynamicConfigValue {
	url := "/d/" + t.uid + "?${__url_time_range}&${datasource:queryparam}&${system:queryparam}&var-campaign=${__data.fields.name:percentencode}"
	return []dashboard.DynamicConfigValue{
		property("links", []any{map[string]any{"title": t.only, "url": url}}),
		property("custom.wrapText", true),
	}
}

// completed compares the work of today with that of the day before.
func completed(t text) *timeseries.PanelBuilder {
	today, yesterday := now(), ago("1d")
	return lines(t.completed, t.completedHelp).Unit("locale").Decimals(0).NoValue(t.noHistory).MaxDataPoints(144). // of ten minutes in a day
															WithTarget(series("A", "sum("+today.chosen(today.completed(ago("1h")))+")", t.today)).
															WithTarget(series("B", "sum("+yesterday.chosen(yesterday.completed(ago("25h")))+")", t.yesterday)).
															WithTarget(series("C", "(max("+bySystem("business_open")+") == 0) + 1", t.closed)).
															OverrideByQuery("A", []dashboard.DynamicConfigValue{fixed(blue), property("custom.fillOpacity", 20)}).
															OverrideByQuery("B", []dashboard.DynamicConfigValue{
			fixed("text"), property("custom.fillOpacity", 0), property("custom.lineStyle", map[string]any{"fill": "dash", "dash": []int{6, 4}}),
		}).
		OverrideByQuery("C", []dashboard.DynamicConfigValue{
			fixed(gray), property("custom.fillOpacity", 25), property("custom.lineWidth", 0),
			property("unit", "percentunit"), property("min", 0), property("max", 1), property("custom.axisPlacement", "hidden"),
		})
}

// excused lists the campaigns that wait for another one of their pool.
func excused(t text) *table.PanelBuilder {
	fields := []field{
		{"title", t.campaign, 0, t.filters()},
		{"waits_for", t.waitsFor, 0, []dashboard.DynamicConfigValue{property("custom.wrapText", true)}},
	}
	p := rows(t.excused, t.excusedHelp, t.noneExcused).
		WithTarget(column("A", titled(waitsFor(), now().names()))).
		WithTransformation(arranged(fields, "Value", "for"))
	return withFields(p, fields)
}

// barelyWatched lists the campaigns that may be idle for longer than a working day
// before they count as stalled.
func barelyWatched(t text) *table.PanelBuilder {
	fields := []field{
		{"title", t.campaign, 0, t.filters()},
		{"Value", t.threshold, 125, hours()},
	}
	threshold := now().campaign("stall_threshold_business_seconds") + " > 12 * 3600 unless on (system, id) " + now().campaign("waits_for")
	p := rows(t.barelyWatched, t.barelyWatchedHelp, t.allWatched).
		WithTarget(column("A", titled("("+threshold+") / 3600", now().names()))).
		WithTransformation(arranged(fields)).SortBy(sortedBy(t.threshold, true))
	return withFields(p, fields)
}

// departed lists the campaigns that left before they were finished.
func departed(t text) *table.PanelBuilder {
	fields := []field{
		{"title", t.campaign, 0, []dashboard.DynamicConfigValue{property("custom.wrapText", true)}},
		{"Value", t.goneFor, 120, hours()},
	}
	p := rows(t.departed, t.departedHelp, t.noneDeparted).
		WithTarget(column("A", titled(now().campaign("departed_business_seconds")+" / 3600", now().listed()))).
		WithTransformation(arranged(fields))
	return withFields(p, fields)
}
