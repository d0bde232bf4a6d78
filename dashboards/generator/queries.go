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
	active
	waiting
	empty
	late
	stalled
	stalledLong
	numStates
)

// query builds expressions as of now or, for panels that select series for a
// whole time range, as of its end.
type query struct{ at string }

func now() query   { return query{} }
func atEnd() query { return query{at: " @ end()"} }

// campaign is a metric of each campaign. Replicas count once.
func (q query) campaign(metric string) string {
	return fmt.Sprintf("max by (system, id) (thulium_campaign_%s{%s}%s)", metric, ofSystem, q.at)
}

// names are the active campaigns with their names. What it is joined with loses
// the campaigns that have left.
func (q query) names() string {
	return fmt.Sprintf("max by (system, id, name) (thulium_campaign_info{%s}%s) unless on (system, id) %s",
		ofCampaign, q.at, q.campaign("departed_business_seconds"))
}

// named adds the names of the campaigns to an expression.
func (q query) named(expression string) string {
	return fmt.Sprintf("(%s) * on (system, id) group_left (name) (%s)", expression, q.names())
}

// state is one of the states for each campaign.
func (q query) state() string {
	idle, threshold := q.campaign("idle_business_seconds"), q.campaign("stall_threshold_business_seconds")
	cases := []struct {
		state     int
		condition string
	}{
		{stalledLong, idle + " >= 3 * " + threshold},
		{stalled, idle + " >= " + threshold},
		{late, q.late()},
		{empty, q.campaign("records_total") + " == 0"},
		{finished, q.campaign("completion_percent") + " >= 100"},
		{active, threshold + " > 0"},
		{active, q.campaign("completion_percent") + " > 0"},
		{active, q.campaign("last_progress_timestamp_seconds") + " > 0"}, // while Thulium does not respond
		{waiting, idle + " >= 0"},
	}
	lines := make([]string, len(cases))
	for i, c := range cases {
		lines[i] = fmt.Sprintf("%d * (%s) ^ 0", c.state, c.condition)
	}
	return strings.Join(lines, "\nor ")
}

// late are the campaigns that will miss their deadline. They may be stalled, too.
func (q query) late() string {
	return q.campaign("expected_finish_timestamp_seconds") + " > " + q.campaign("deadline_timestamp_seconds")
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
	return fmt.Sprintf("round(%s * (1 - %s / 100))", q.campaign("records_total"), q.campaign("completion_percent"))
}
