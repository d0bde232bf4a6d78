package main

import (
	"fmt"
	"strings"
)

// Selectors of the dashboards' variables. A target without the label system is
// selected by All only.
const (
	ofSystem   = `system=~"$system"`
	ofCampaign = ofSystem + `, name=~"$campaign"`
)

// States of a campaign in the queries, the most urgent highest. The fraction is
// left for the idle time.
const (
	finished = iota
	empty
	waiting
	active
	late
	stalled
	critical
	numStates
)

// query builds expressions as of now, as of an earlier time or, for panels that
// select series for a whole time range, as of its end.
type query struct{ modifier, clock string }

func now() query                { return query{"", "time()"} }
func ago(duration string) query { return query{" offset " + duration, ""} }
func atEnd() query {
	return query{" @ end()", "scalar(max(timestamp(thulium_up{" + ofSystem + "} @ end())))"}
}

// campaign is a metric of each campaign. Replicas count once.
func (q query) campaign(metric string) string {
	return fmt.Sprintf("max by (system, id) (thulium_campaign_%s{%s}%s)", metric, ofSystem, q.modifier)
}

// known is campaign for a metric that is absent while Thulium does not respond: then
// it is the latest value, as long as its exporter still publishes the campaign.
func (q query) known(metric string) string {
	latest := fmt.Sprintf("last_over_time(thulium_campaign_%s{%s}[1d]%s)", metric, ofSystem, q.modifier)
	info := fmt.Sprintf("thulium_campaign_info{%s}%s", ofSystem, q.modifier)
	return fmt.Sprintf("(%s or max by (system, id) (%s and ignoring (name) %s))", q.campaign(metric), latest, info)
}

// listed are the campaigns with their names, departed ones as well. Replicas may
// differ in a name while they reload.
func (q query) listed() string {
	return fmt.Sprintf("topk by (system, id) (1, max by (system, id, name) (thulium_campaign_info{%s}%s))", ofCampaign, q.modifier)
}

// names are the active campaigns. What it is joined with loses those that have left.
func (q query) names() string {
	return fmt.Sprintf("%s unless on (system, id) %s", q.listed(), q.campaign("departed_business_seconds"))
}

// named adds the names of the campaigns to an expression.
func (q query) named(expression string) string {
	return fmt.Sprintf("(%s) * on (system, id) group_left (name) (%s)", expression, q.names())
}

// chosen limits an expression to the campaigns that are chosen above.
func (q query) chosen(expression string) string {
	return fmt.Sprintf("%s and on (system, id) thulium_campaign_info{%s}%s", expression, ofCampaign, q.modifier)
}

// titles adds the label title to names: the name and, only where there are several,
// the ID and the system.
func titles(names string) string {
	names = "(" + names + ")"
	several := fmt.Sprintf("count(count by (system) (thulium_up{%s})) > 1", ofSystem)
	return strings.Join([]string{
		fmt.Sprintf(`label_join(%[1]s and on (system, name) count by (system, name) (%[1]s) > 1, "title", " ", "name", "id", "system")`, names),
		fmt.Sprintf(`label_join(%s and on () (%s), "title", " ", "name", "system")`, names, several),
		fmt.Sprintf(`label_join(%s, "title", "", "name")`, names),
	}, "\nor on (system, id) ")
}

// titled adds the names and titles of listed campaigns to an expression.
func titled(expression, names string) string {
	return fmt.Sprintf("(%s) * on (system, id) group_left (name, title) (%s)", expression, titles(names))
}

// state is one of the states for each campaign.
func (q query) state() string {
	idle, threshold := q.campaign("idle_business_seconds"), q.campaign("stall_threshold_business_seconds")
	cases := []struct {
		state     int
		condition string
	}{
		{critical, idle + " >= " + threshold + " + 4 * 3600"},
		{stalled, idle + " >= " + threshold},
		{late, q.late()},
		{empty, q.known("records_total") + " == 0"},
		{finished, q.known("completion_percent") + " >= 100"},
		{active, threshold + " > 0"},
		{active, q.known("completion_percent") + " > 0"},
		{waiting, idle + " >= 0"},
	}
	lines := make([]string, len(cases))
	for i, c := range cases {
		lines[i] = fmt.Sprintf("%d * (%s) ^ 0", c.state, c.condition)
	}
	return strings.Join(lines, "\nor ")
}

// finish is when unfinished campaigns are done by a metric; not before now, which it
// is as well if nothing is expected of them.
func (q query) finish(metric string) string {
	return fmt.Sprintf("clamp_min(%s or 0 * %s, %s)", q.campaign(metric), q.campaign("idle_business_seconds"), q.clock)
}

// late are the campaigns that miss their deadline even if they finish as early as
// they may. They may be stalled, too.
func (q query) late() string {
	return q.finish("earliest_finish_timestamp_seconds") + " > " + q.campaign("deadline_timestamp_seconds")
}

// lateBy is by how many seconds the late campaigns will probably miss it.
func (q query) lateBy() string {
	return fmt.Sprintf("%s - %s and (%s)", q.finish("expected_finish_timestamp_seconds"), q.campaign("deadline_timestamp_seconds"), q.late())
}

// urgency orders the campaigns: by state, and within it by idle time.
func (q query) urgency() string {
	return fmt.Sprintf("(%s)\n+ on (system, id) (%s / 1e8 or 0 * %s)",
		q.state(), q.campaign("idle_business_seconds"), q.campaign("info"))
}

// urgent limits an expression over a time range to the n campaigns that are the
// most urgent at its end.
func urgent(n int, expression string) string {
	return fmt.Sprintf("%s\nand on (system, id) topk(%d, %s)", expression, n, atEnd().named(atEnd().urgency()))
}

// left is the number of records that are not done.
func (q query) left() string {
	return fmt.Sprintf("round(%s * (1 - %s / 100))", q.known("records_total"), q.known("completion_percent"))
}

// completed is the number of records that each campaign completed between then and
// the query's time.
func (q query) completed(then query) string {
	done := func(q query) string { return q.campaign("records_total") + " * " + q.campaign("completion_percent") }
	return fmt.Sprintf("clamp_min(%s - %s, 0) / 100", done(q), done(then))
}

// pace is 0 for campaigns that are stalled, and has a fraction only if it is small.
func (q query) pace() string {
	idle, threshold := q.campaign("idle_business_seconds"), q.campaign("stall_threshold_business_seconds")
	pace := q.campaign("pace_records_per_business_hour")
	return fmt.Sprintf("0 * (%s >= %s) or round(%[3]s >= 10) or %[3]s", idle, threshold, pace)
}

// waitsFor has the name of the campaign that each excused campaign waits for in the
// label waits_for. Replicas may differ in it.
func waitsFor() string {
	others := fmt.Sprintf(`topk by (system, id) (1, max by (system, id, name) (thulium_campaign_info{%s}))`, ofSystem)
	others = fmt.Sprintf(`label_replace(label_replace(%s, "for", "$1", "id", "(.*)"), "waits_for", "$1", "name", "(.*)")`, others)
	return fmt.Sprintf("topk by (system, id) (1, max by (system, id, for) (thulium_campaign_waits_for{%s})) * on (system, for) group_left (waits_for) %s", ofSystem, others)
}

// causes is 1 with the label why for each idle campaign that is looked at: the cause,
// and how many agents are logged in and assigned, as far as that is known. It is long
// enough for two lines: rows are as high as texts before they are mapped.
func causes() string {
	counted := func(state string) string {
		agents := fmt.Sprintf(`max by (system, id) (thulium_campaign_agents{%s, state="%s"})`, ofSystem, state)
		return fmt.Sprintf(` * on (system, id) group_left (%[1]s) count_values by (system, id) ("%[1]s", %[2]s)`, state, agents)
	}
	cause := fmt.Sprintf("topk by (system, id) (1, max by (system, id, cause) (thulium_campaign_idle_cause{%s}))", ofSystem)
	return fmt.Sprintf(`max by (system, id, why) (label_join(%s or on (system, id) %s, "why", " out of ", "cause", "logged_in", "assigned"))`,
		cause+counted("logged_in")+counted("assigned"), cause)
}
