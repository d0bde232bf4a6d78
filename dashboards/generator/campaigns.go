package main

import (
	"strconv"

	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"
	"github.com/grafana/grafana-foundation-sdk/go/table"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// campaigns is the dashboard of supervisors, in the language of t.
func campaigns(t text) *dashboard.DashboardBuilder {
	return frame(t.uid, t.title, t.description, t.dataSource).
		WithVariable(choice("system", t.system, "label_values(thulium_up, system)")).
		WithVariable(choice("campaign", t.campaign, `label_values(thulium_campaign_info{system=~"$system"}, name)`)).
		Annotation(alerts(t.alerts, ", "+ofCampaign)).
		Link(link(languageOf(t.other), t.other)).Link(link(t.exporter, "thulium-exporter")).
		WithPanel(verdict(t).Span(15).Height(4)).
		WithPanel(surroundings(t).Span(9).Height(4)).
		WithPanel(campaignTable(t).Span(24).Height(12)).
		WithPanel(stateTimeline(t).Span(24).Height(11)).
		WithPanel(completion(t).Span(12).Height(12)).
		WithPanel(recordsLeft(t).Span(12).Height(12)).
		WithPanel(departed(t).Span(24).Height(7))
}

func languageOf(uid string) string {
	if uid == "thulium-campaigns-pl" {
		return "Polski"
	}
	return "English"
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
		WithTarget(instant("C", counted(states), t.running)).
		Thresholds(steps(green, from(1, red))).ColorScheme(byThresholds()).NoValue(t.none).
		OverrideByQuery("B", threshold(orange)).
		OverrideByQuery("C", []dashboard.DynamicConfigValue{fixed(blue)})
}

// surroundings says whether anybody works now, and whether Thulium responds.
func surroundings(t text) *stat.PanelBuilder {
	return stats("").
		WithTarget(instant("A", `max(thulium_business_open{`+ofSystem+`})`, t.hours)).
		WithTarget(instant("B", `count(max by (system) (thulium_up{`+ofSystem+`}) == 0) or 0 * count(thulium_up{`+ofSystem+`})`, t.silent)).
		Thresholds(steps(green, from(1, red))).ColorScheme(byThresholds()).NoValue(t.none).
		OverrideByQuery("A", []dashboard.DynamicConfigValue{
			property("mappings", []dashboard.ValueMapping{value("1", t.open, green), value("0", t.closed, gray)}),
		})
}

// threshold colors a count that should be 0.
func threshold(color string) []dashboard.DynamicConfigValue {
	return []dashboard.DynamicConfigValue{property("thresholds", map[string]any{
		"mode": "absolute", "steps": []any{
			map[string]any{"color": green, "value": nil}, map[string]any{"color": color, "value": 1},
		},
	})}
}

// states maps the numbers of the queries to words and colors.
func states(t text) []dashboard.ValueMapping {
	colors := [numStates]string{blue, green, gray, yellow, orange, red, "dark-red"}
	mappings := make([]dashboard.ValueMapping, numStates)
	for i := range mappings {
		mappings[i] = rangeOf(float64(i), float64(i)+0.9999999, t.states[i], colors[i])
	}
	return mappings
}

// campaignTable lists the campaigns, the most urgent first.
func campaignTable(t text) *table.PanelBuilder {
	date := []dashboard.DynamicConfigValue{property("unit", "dateTimeAsLocalNoDateIfToday")}
	fields := []field{
		{"name", t.campaign, 0, []dashboard.DynamicConfigValue{property("custom.minWidth", 180)}},
		{"Value #A", t.state, 150, []dashboard.DynamicConfigValue{
			property("mappings", states(t)),
			property("custom.cellOptions", map[string]any{"type": "color-background", "mode": "basic"}),
			property("custom.align", "left"),
		}},
		{"Value #F", t.idle, 145, []dashboard.DynamicConfigValue{property("unit", "dthms")}},
		{"Value #B", t.done, 150, gauge()},
		{"Value #C", t.left, 155, []dashboard.DynamicConfigValue{property("unit", "locale")}},
		{"Value #D", t.finish, 170, date},
		{"Value #E", t.deadline, 170, date},
		{"system", t.system, 110, nil},
		{"id", t.id, 80, nil},
	}
	q := now()
	p := rows(t.campaigns, t.campaignsHelp).NoValue("–").
		WithTarget(column("A", "topk(100, "+q.named(q.urgency())+")")).
		WithTarget(column("B", q.named(q.campaign("completion_percent")))).
		WithTarget(column("C", q.named(q.left()))).
		WithTarget(column("D", q.named("1000 * "+q.campaign("expected_finish_timestamp_seconds")))).
		WithTarget(column("E", q.named("1000 * "+q.campaign("deadline_timestamp_seconds")))).
		WithTarget(column("F", q.named(q.campaign("idle_business_seconds")))).
		WithTransformation(joined()).WithTransformation(withValue("Value #A")).WithTransformation(arranged(fields)).
		SortBy(sortedBy(t.state, true))
	return withFields(p, fields)
}

// stateTimeline shows when the most urgent campaigns were in which state.
func stateTimeline(t text) *statetimeline.PanelBuilder {
	return timeline(t.timeline, t.timelineHelp).Mappings(states(t)).
		WithTarget(series("A", urgent(20, now().named(now().state())), "{{name}}"))
}

func completion(t text) *timeseries.PanelBuilder {
	return lines(t.completion, t.mostUrgent).Unit("percent").Max(100).
		WithTarget(series("A", urgent(10, now().named(now().campaign("completion_percent"))), "{{name}}"))
}

func recordsLeft(t text) *timeseries.PanelBuilder {
	return lines(t.recordsLeft, t.mostUrgent).Unit("locale").Decimals(0).
		WithTarget(series("A", urgent(10, now().named(now().left())), "{{name}}"))
}

// departed lists the campaigns that left before they were finished.
func departed(t text) *table.PanelBuilder {
	fields := []field{
		{"name", t.campaign, 0, nil},
		{"Value", t.since, 160, []dashboard.DynamicConfigValue{property("unit", "dthms")}},
		{"system", t.system, 140, nil},
		{"id", t.id, 100, nil},
	}
	info := "max by (system, id, name) (thulium_campaign_info{" + ofCampaign + "})"
	p := rows(t.departed, t.departedHelp).NoValue(t.nothingLeft).
		WithTarget(column("A", now().campaign("departed_business_seconds")+" * on (system, id) group_left (name) "+info)).
		WithTransformation(arranged(fields))
	return withFields(p, fields)
}
