package collector

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/thulium"
)

// Metrics knows the metrics of a system and renders snapshots as them. It is
// safe for concurrent use.
type Metrics struct {
	live, cached descs
}

// descs describes the metrics of one way to fetch.
type descs struct {
	records, completion, info, up, duration, lastSuccess, rejected, requests *prometheus.Desc
	open, openSeconds, revision                                              *prometheus.Desc
}

// NewMetrics returns the metrics of a system.
func NewMetrics() *Metrics {
	return &Metrics{live: newDescs(""), cached: newDescs(" Cached: from the newest poll.")}
}

// newDescs describes the metrics; note ends the help of those whose value
// may come from an earlier answer.
func newDescs(note string) descs {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("thulium_"+name, help, labels, nil)
	}
	return descs{
		records: desc("campaign_records_total",
			"Records in the active outbound campaign. A gauge: it can fall."+note, "id"),
		completion: desc("campaign_completion_percent",
			"How much of the active outbound campaign is done, 0 to 100."+note, "id"),
		info: desc("campaign_info",
			"The name that the configuration gives to the active outbound campaign. Always 1.", "id", "name"),
		up: desc("up",
			"1 if the campaigns served now come from a good answer that is fresh enough, else 0."),
		duration: desc("scrape_duration_seconds",
			"How long the newest request to Thulium took."+note),
		lastSuccess: desc("last_success_timestamp_seconds",
			"When the newest good answer arrived, in Unix time. Absent before the first."+note),
		rejected: desc("rejected_campaigns",
			"Entries of the newest good answer that could not be used: no id, duplicate id or no number."+note),
		requests: desc("api_requests_total",
			"Requests to Thulium by result.", "result"),
		open: desc("business_open",
			"1 inside business hours, 0 outside."),
		openSeconds: desc("business_seconds_total",
			"Seconds of business time since the beginning of 2020. From the calendar alone: equal on all replicas, and not reset by a restart."),
		revision: desc("business_calendar_revision",
			"A number that changes when time zone, business hours or holidays do; values of thulium_business_seconds_total must not be compared across that."),
	}
}

// Facts are what is known of a system besides the answers of Thulium.
type Facts struct {
	Names    map[string]string // of campaigns, by id
	Calendar Calendar
}

// Calendar tells business time. *business.Calendar implements it.
type Calendar interface {
	OpenAt(t time.Time) bool
	SecondsUntil(t time.Time) float64
	Revision() uint32
}

// Collector returns a collector that renders s and facts as of now, and does no
// I/O.
func (m *Metrics) Collector(s *Snapshot, facts Facts, now time.Time) prometheus.Collector {
	r := &rendering{descs: &m.live, snapshot: s, facts: facts, now: now}
	if s.Cached {
		r.descs = &m.cached
	}
	return r
}

// rendering is a snapshot as metrics.
type rendering struct {
	*descs
	snapshot *Snapshot
	facts    Facts
	now      time.Time
}

// Describe sends all descriptions, also of metrics that are absent now.
func (r *rendering) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		r.records, r.completion, r.info, r.up, r.duration, r.lastSuccess, r.rejected, r.requests,
		r.open, r.openSeconds, r.revision,
	} {
		ch <- d
	}
}

// Collect sends the metrics. What is not known is absent.
func (r *rendering) Collect(ch chan<- prometheus.Metric) {
	r.collectCampaigns(ch)
	r.collectRequests(ch)
	r.collectBusiness(ch)
}

func (r *rendering) collectCampaigns(ch chan<- prometheus.Metric) {
	s := r.snapshot
	if s.Up() {
		for _, c := range s.Answer.Campaigns {
			ch <- gauge(r.records, c.Records, c.ID)
			ch <- gauge(r.completion, c.CompletionPercent, c.ID)
			if name := r.facts.Names[c.ID]; name != "" {
				ch <- gauge(r.info, 1, c.ID, name)
			}
		}
		ch <- gauge(r.rejected, float64(s.Answer.Rejected))
		ch <- gauge(r.up, 1)
	} else {
		ch <- gauge(r.up, 0)
	}
}

func (r *rendering) collectRequests(ch chan<- prometheus.Metric) {
	s := r.snapshot
	if s.Duration > 0 {
		ch <- gauge(r.duration, s.Duration.Seconds())
	}
	if !s.LastSuccess.IsZero() {
		ch <- gauge(r.lastSuccess, float64(s.LastSuccess.UnixMilli())/1000)
	}
	for result := range thulium.Result(thulium.NumResults) {
		ch <- prometheus.MustNewConstMetric(r.requests, prometheus.CounterValue,
			float64(s.Requests[result]), result.String())
	}
}

func (r *rendering) collectBusiness(ch chan<- prometheus.Metric) {
	open := 0.0
	if r.facts.Calendar.OpenAt(r.now) {
		open = 1
	}
	ch <- gauge(r.open, open)
	ch <- prometheus.MustNewConstMetric(r.openSeconds, prometheus.CounterValue, r.facts.Calendar.SecondsUntil(r.now))
	ch <- gauge(r.revision, float64(r.facts.Calendar.Revision()))
}

func gauge(d *prometheus.Desc, v float64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}
