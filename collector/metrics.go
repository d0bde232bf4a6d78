package collector

import (
	"cmp"
	"math"
	"slices"
	"time"

	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// Calendar knows business time. *business.Calendar implements it.
type Calendar interface {
	OpenAt(t time.Time) bool
	SecondsUntil(t time.Time) float64
}

// Metrics knows the metrics of a system and renders snapshots as them. It is safe
// for concurrent use.
type Metrics struct {
	fetched, cached snapshotMetrics
	business        []metric
}

// snapshotMetrics are the metrics of a snapshot, sorted by name.
type snapshotMetrics struct{ campaigns, status []metric }

// NewMetrics returns the metrics.
func NewMetrics() *Metrics {
	note := " Cached: from the latest poll."
	return &Metrics{
		fetched:  snapshotMetrics{slices.Concat(campaignMetrics(""), systemMetrics("")), statusMetrics("")},
		cached:   snapshotMetrics{slices.Concat(campaignMetrics(note), systemMetrics(note)), statusMetrics(note)},
		business: businessMetrics(),
	}
}

// Campaigns returns the metrics of the campaigns of s. They depend only on s and
// on name, which returns the configured name of a campaign or "".
func (m *Metrics) Campaigns(s *Snapshot, name func(id string) string) *Group {
	return &Group{metrics: m.of(s).campaigns, renderer: renderer{snapshot: s, name: name}}
}

// Status returns the metrics of the state of s. They depend only on s; of its
// histogram, which is live, they may be as old as s.
func (m *Metrics) Status(s *Snapshot) *Group {
	return &Group{metrics: m.of(s).status, renderer: renderer{snapshot: s}, since: s.Since, histogram: s.Durations}
}

// BusinessTime returns the metrics of business time as of now, those of a system
// that do not depend on a snapshot.
func (m *Metrics) BusinessTime(c Calendar, now time.Time) *Group {
	return &Group{metrics: m.business, renderer: renderer{calendar: c, now: now}}
}

func (m *Metrics) of(s *Snapshot) *snapshotMetrics {
	if s.Cached {
		return &m.cached
	}
	return &m.fetched
}

// asOf ends the HELP of what outlives a failed request.
const asOf = " As of the latest successful response."

// campaignMetrics returns the metrics of campaigns. Note is appended to the HELP of
// those that may come from an earlier response.
func campaignMetrics(note string) []metric {
	return []metric{
		{gauge("campaign_agents",
			"Agents who may work the idle campaign, by state: assigned; of those whose status was requested logged_in, and of these paused and on_call. Only while it is looked at."+asOf, "id", "state"),
			(*renderer).agents},
		{gauge("campaign_completion_percent",
			"How much of the active campaign is done, 0 to 100: `completion_percent` of GET outbounds/stats."+note, "id"),
			fromStats(func(c *thulium.Campaign) float64 { return c.CompletionPercent })},
		{gauge("campaign_deadline_timestamp_seconds",
			"When the campaign should be finished, in Unix time: from the configuration."+asOf, "id"),
			fromProgress(func(c *progress.Campaign) (float64, bool) { return float64(c.Deadline), c.Deadline != 0 })},
		{gauge("campaign_departed_business_seconds",
			"Business time since the campaign left the list of active ones unfinished; published for four business hours."+asOf, "id"),
			(*renderer).departures},
		{gauge("campaign_earliest_finish_timestamp_seconds",
			"When the campaign will be finished at the earliest, in Unix time. Four of five finish between this and the latest finish. Absent like the expected finish."+asOf, "id"),
			fromProgress(func(c *progress.Campaign) (float64, bool) { return float64(c.EarliestFinish), c.EarliestFinish != 0 })},
		{gauge("campaign_expected_finish_timestamp_seconds",
			"When the campaign is expected to finish at its pace, in the coming business hours, in Unix time. Absent while its pace is unknown, and when it is stalled, finished or empty."+asOf, "id"),
			fromProgress(func(c *progress.Campaign) (float64, bool) { return float64(c.ExpectedFinish), c.ExpectedFinish != 0 })},
		{gauge("campaign_idle_business_seconds",
			"Business time since the campaign last completed a record, or was first listed if it never did. Absent when it is finished or empty."+asOf, "id"),
			fromProgress(func(c *progress.Campaign) (float64, bool) { return c.Idle, c.Idle >= 0 })},
		{gauge("campaign_idle_cause",
			"Always 1, for each idle campaign that is looked at. The cause is elsewhere, no_agents, paused, idle or unknown."+asOf, "id", "cause"),
			marked(func(c *progress.Campaign) string { return string(c.Cause) })},
		{gauge("campaign_info",
			"Always 1, for each active or recently departed campaign. The name is the configured one, else the ID."+asOf, "id", "name"),
			(*renderer).info},
		{gauge("campaign_last_progress_timestamp_seconds",
			"When the campaign last completed a record, in Unix time. Absent before the first."+asOf, "id"),
			fromProgress(func(c *progress.Campaign) (float64, bool) { return float64(c.LastProgress), c.LastProgress != 0 })},
		{gauge("campaign_latest_finish_timestamp_seconds",
			"When the campaign will be finished at the latest, in Unix time. Four of five finish between the earliest finish and this. Absent like the expected finish."+asOf, "id"),
			fromProgress(func(c *progress.Campaign) (float64, bool) { return float64(c.LatestFinish), c.LatestFinish != 0 })},
		{gauge("campaign_pace_records_per_business_hour",
			"Records that the campaign completed per hour of business time, in the last hours in which it progressed. Absent while unknown."+asOf, "id"),
			fromProgress(func(c *progress.Campaign) (float64, bool) { return rounded(c.Pace), c.Pace > 0 })},
		{gauge("campaign_records_total",
			"Records in the active campaign: `records_count` of GET outbounds/stats. A gauge: it can fall."+note, "id"),
			fromStats(func(c *thulium.Campaign) float64 { return c.Records })},
		{gauge("campaign_required_pace_records_per_business_hour",
			"Pace from now on that meets the deadline. Absent without a deadline, after it, and when the campaign is finished or empty."+asOf, "id"),
			fromProgress(func(c *progress.Campaign) (float64, bool) { return rounded(c.RequiredPace), c.RequiredPace > 0 })},
		{gauge("campaign_stall_threshold_business_seconds",
			"Idle time from which the campaign counts as stalled; later while a campaign of its pool progresses that comes before it. Absent before it has started, in its tail, when it is empty, and where stall_alert is false."+asOf, "id"),
			fromProgress(func(c *progress.Campaign) (float64, bool) { return c.Threshold, c.Threshold > 0 })},
		{gauge("campaign_waiting_threshold_business_seconds",
			"Idle time from which a campaign that waits for others of its pool has waited for long. Only while it waits, and where no order is configured."+asOf, "id"),
			fromProgress(func(c *progress.Campaign) (float64, bool) { return c.WaitingThreshold, c.WaitingThreshold > 0 })},
		{gauge("campaign_waits_for",
			"Always 1, for each campaign that would count as stalled if another one of its pool had not progressed. The label for is the ID of that."+asOf, "id", "for"),
			marked(func(c *progress.Campaign) string { return c.WaitsFor })},
	}
}

// systemMetrics returns the metrics of the campaigns as a whole.
func systemMetrics(note string) []metric {
	return []metric{
		{gauge("idle_business_seconds",
			"Business time since any campaign last completed a record. Absent until the pace of the system as a whole is known, and with less than two campaigns that could be stalled."+asOf),
			one(func(s *Snapshot) (float64, bool) { return whole(s).Idle, whole(s).Threshold > 0 })},
		{counter("records_completed_outside_business_hours_total",
			"Records completed outside business hours, as far as rounding shows. If it keeps growing, the configured business hours are wrong."+asOf),
			one(func(s *Snapshot) (float64, bool) { return whole(s).OutsideHours, s.Progress != nil })},
		{gauge("rejected_campaigns",
			"Invalid entries of the latest response: no ID, duplicate ID or no number."+note),
			(*renderer).rejected},
		{gauge("stall_threshold_business_seconds",
			"Idle time from which the system as a whole counts as stalled. Absent like the idle time of the system."+asOf),
			one(func(s *Snapshot) (float64, bool) { return whole(s).Threshold, whole(s).Threshold > 0 })},
	}
}

// statusMetrics returns the metrics of the state of a system. Note is appended to
// the HELP of those that may come from an earlier request.
func statusMetrics(note string) []metric {
	return []metric{
		{gauge("api_abandoned_requests",
			"Requests to Thulium that have not returned although their deadline has passed: something below them hangs."),
			one(func(s *Snapshot) (float64, bool) { return float64(s.Abandoned), true })},
		{&Family{Name: durationsName, desc: newDurations().Desc()}, func(*renderer) {}}, // see Group.Histograms
		{counter("api_requests_total", "Requests to Thulium by result.", "result"),
			(*renderer).requests},
		{counter("diagnose_requests_total", "Requests to Thulium for what agents do, by request and result.", "request", "result"),
			(*renderer).looks},
		{gauge("last_success_timestamp_seconds",
			"When the latest successful response arrived, in Unix time. Absent before the first."+note),
			one(func(s *Snapshot) (float64, bool) {
				return float64(s.LastSuccess.UnixMilli()) / 1000, !s.LastSuccess.IsZero()
			})},
		{gauge("scrape_duration_seconds",
			"How long the latest request to Thulium took."+note),
			one(func(s *Snapshot) (float64, bool) { return s.Duration.Seconds(), s.Duration > 0 })},
		{gauge("up",
			"1 if the campaigns served now come from a successful response that is fresh enough, else 0."),
			one(func(s *Snapshot) (float64, bool) { return number(s.Up()), true })},
	}
}

// businessMetrics returns the metrics of business time.
func businessMetrics() []metric {
	return []metric{
		{gauge("business_open", "1 inside business hours, 0 outside."),
			func(r *renderer) { r.sample(number(r.calendar.OpenAt(r.now))) }},
		{counter("business_seconds_total",
			"Seconds of business time since the beginning of 2020. From the calendar alone: equal on all replicas, and not reset by a restart."),
			func(r *renderer) { r.sample(r.calendar.SecondsUntil(r.now)) }},
	}
}

// one returns a renderer of a single sample, if it is known.
func one(value func(*Snapshot) (_ float64, known bool)) func(*renderer) {
	return func(r *renderer) {
		if v, known := value(r.snapshot); known {
			r.sample(v)
		}
	}
}

// fromStats returns a renderer of a sample for each campaign served now.
func fromStats(value func(*thulium.Campaign) float64) func(*renderer) {
	return func(r *renderer) {
		if r.snapshot.Stats == nil {
			return
		}
		for i := range r.snapshot.Stats.Campaigns {
			c := &r.snapshot.Stats.Campaigns[i]
			r.sample(value(c), c.ID)
		}
	}
}

// fromProgress returns a renderer of a sample for each active campaign for which the
// value is known.
func fromProgress(value func(*progress.Campaign) (_ float64, known bool)) func(*renderer) {
	return func(r *renderer) {
		for i := range r.campaigns() {
			c := &r.active[i]
			if v, known := value(c); known {
				r.sample(v, c.ID)
			}
		}
	}
}

// marked returns a renderer of the value 1 for each active campaign that has a second
// label.
func marked(label func(*progress.Campaign) string) func(*renderer) {
	return func(r *renderer) {
		for i := range r.campaigns() {
			c := &r.active[i]
			if l := label(c); l != "" {
				r.sample(1, c.ID, l)
			}
		}
	}
}

// whole returns the report of a snapshot; an empty one if it has none.
func whole(s *Snapshot) *progress.Report {
	if s.Progress == nil {
		return &progress.Report{}
	}
	return s.Progress
}

func (r *renderer) agents() {
	for i := range r.campaigns() {
		c := &r.active[i]
		if c.Look == nil {
			continue
		}
		r.sample(float64(c.Look.Assigned), c.ID, "assigned")
		if c.Cause != progress.Unknown {
			r.sample(float64(c.Look.LoggedIn), c.ID, "logged_in")
			r.sample(float64(c.Look.Paused), c.ID, "paused")
			r.sample(float64(c.Look.OnCall), c.ID, "on_call")
		}
	}
}

func (r *renderer) departures() {
	for d := range whole(r.snapshot).Departed() {
		r.sample(d.Away, d.ID)
	}
}

func (r *renderer) info() {
	for i := range r.campaigns() {
		r.infoOf(r.active[i].ID)
	}
	for d := range whole(r.snapshot).Departed() {
		r.infoOf(d.ID)
	}
}

func (r *renderer) infoOf(id string) {
	r.sample(1, id, cmp.Or(r.name(id), id))
}

func (r *renderer) rejected() {
	if r.snapshot.Stats != nil {
		r.sample(float64(r.snapshot.Stats.Rejected))
	}
}

func (r *renderer) requests() {
	for result := range thulium.Result(thulium.NumResults) {
		r.sample(float64(r.snapshot.Requests[result]), result.String())
	}
}

func (r *renderer) looks() {
	if r.snapshot.Looks == nil {
		return
	}
	for i, request := range [numRequests]string{"agents", "status"} {
		for result := range thulium.Result(thulium.NumResults) {
			r.sample(float64(r.snapshot.Looks[i][result].Load()), request, result.String())
		}
	}
}

// rounded leaves out digits that say nothing, and that would take a third of a response.
func rounded(pace float64) float64 { return math.Round(pace*1000) / 1000 }

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
