package collector

import (
	"slices"

	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// campaignFamilies are the metrics of campaigns.
type campaignFamilies struct {
	completion, deadline, departed, finish, idle, info, lastProgress, records, threshold *Family

	outside, rejected *Family // of the system, as of the same response
}

// asOf ends the HELP of what outlives a failed request.
const asOf = " As of the latest successful response."

// newCampaignFamilies returns the families. Note is appended to the HELP of those
// that may come from an earlier response.
func newCampaignFamilies(note string) campaignFamilies {
	return campaignFamilies{
		completion: gauge("campaign_completion_percent",
			"How much of the active campaign is done, 0 to 100: `completion_percent` of GET outbounds/stats."+note, "id"),
		deadline: gauge("campaign_deadline_timestamp_seconds",
			"When the campaign should be finished, in Unix time: from the configuration."+asOf, "id"),
		departed: gauge("campaign_departed_business_seconds",
			"Business time since the campaign left the list of active ones unfinished; published for four business hours."+asOf, "id"),
		finish: gauge("campaign_expected_finish_timestamp_seconds",
			"When the campaign is expected to finish at its pace, in the coming business hours, in Unix time. Absent while its pace is unknown, and when it is finished or empty."+asOf, "id"),
		idle: gauge("campaign_idle_business_seconds",
			"Business time since the campaign last completed a record, or was first listed if it never did. Absent when it is finished or empty."+asOf, "id"),
		info: gauge("campaign_info",
			"Always 1, for each active or recently departed campaign. The name is the configured one, else the ID."+asOf, "id", "name"),
		lastProgress: gauge("campaign_last_progress_timestamp_seconds",
			"When the campaign last completed a record, in Unix time. Absent before the first."+asOf, "id"),
		records: gauge("campaign_records_total",
			"Records in the active campaign: `records_count` of GET outbounds/stats. A gauge: it can fall."+note, "id"),
		threshold: gauge("campaign_stall_threshold_business_seconds",
			"Idle time from which the campaign counts as stalled. Absent before it has started, in its tail, when it is empty, and where stall_alert is false."+asOf, "id"),
		outside: counter("records_completed_outside_business_hours_total",
			"Records completed outside business hours, as far as rounding shows. If it keeps growing, the configured business hours are wrong."+asOf),
		rejected: gauge("rejected_campaigns",
			"Invalid entries of the latest response: no ID, duplicate ID or no number."+note),
	}
}

func (f *campaignFamilies) all() []*Family {
	return []*Family{
		f.completion, f.deadline, f.departed, f.finish, f.idle, f.info, f.lastProgress, f.records,
		f.threshold, f.outside, f.rejected,
	}
}

// render adds the campaigns of a snapshot to a sink, sorted by metric. What is
// unknown is absent.
func (f *campaignFamilies) render(to Sink, s *Snapshot, name func(id string) string) {
	r := campaignRenderer{to: to, label: make([]string, 2)}
	if s.Progress != nil {
		r.active = slices.AppendSeq(make([]progress.Campaign, 0, s.Progress.Len()), s.Progress.Campaigns())
		r.departed = slices.Collect(s.Progress.Departed())
	}
	r.stats(f.completion, s.Stats, func(c *thulium.Campaign) float64 { return c.CompletionPercent })
	r.timestamps(f.deadline, func(c *progress.Campaign) int64 { return c.Deadline })
	r.departures(f.departed)
	r.timestamps(f.finish, func(c *progress.Campaign) int64 { return c.ExpectedFinish })
	r.progress(f.idle, func(c *progress.Campaign) (float64, bool) { return c.Idle, c.Idle >= 0 })
	r.info(f.info, name)
	r.timestamps(f.lastProgress, func(c *progress.Campaign) int64 { return c.LastProgress })
	r.stats(f.records, s.Stats, func(c *thulium.Campaign) float64 { return c.Records })
	r.progress(f.threshold, func(c *progress.Campaign) (float64, bool) { return c.Threshold, c.Threshold > 0 })
	if s.Progress != nil {
		to.Sample(f.outside, s.Progress.OutsideHours)
	}
	if s.Stats != nil {
		to.Sample(f.rejected, float64(s.Stats.Rejected))
	}
}

// campaignRenderer adds samples of campaigns to a sink.
type campaignRenderer struct {
	to       Sink
	label    []string // one for all samples: there may be many
	active   []progress.Campaign
	departed []progress.Departed
}

func (r *campaignRenderer) sample(of *Family, id string, value float64) {
	r.label[0] = id
	r.to.Sample(of, value, r.label[:1]...)
}

func (r *campaignRenderer) stats(of *Family, stats *thulium.Stats, value func(*thulium.Campaign) float64) {
	if stats == nil {
		return
	}
	for i := range stats.Campaigns {
		c := &stats.Campaigns[i]
		r.sample(of, c.ID, value(c))
	}
}

func (r *campaignRenderer) progress(of *Family, value func(*progress.Campaign) (_ float64, known bool)) {
	for i := range r.active {
		c := &r.active[i]
		if v, known := value(c); known {
			r.sample(of, c.ID, v)
		}
	}
}

func (r *campaignRenderer) timestamps(of *Family, unix func(*progress.Campaign) int64) {
	r.progress(of, func(c *progress.Campaign) (float64, bool) {
		t := unix(c)
		return float64(t), t != 0
	})
}

func (r *campaignRenderer) departures(of *Family) {
	for _, d := range r.departed {
		r.sample(of, d.ID, d.Away)
	}
}

func (r *campaignRenderer) info(of *Family, name func(id string) string) {
	add := func(id string) {
		r.label[0], r.label[1] = id, name(id)
		if r.label[1] == "" {
			r.label[1] = id
		}
		r.to.Sample(of, 1, r.label...)
	}
	for i := range r.active {
		add(r.active[i].ID)
	}
	for _, d := range r.departed {
		add(d.ID)
	}
}
