package collector

import (
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
	}
}

// Collector returns a collector that renders s, with the given names of
// campaigns by id, and does no I/O.
func (m *Metrics) Collector(s *Snapshot, names map[string]string) prometheus.Collector {
	if s.Cached {
		return &rendering{descs: &m.cached, snapshot: s, names: names}
	}
	return &rendering{descs: &m.live, snapshot: s, names: names}
}

// rendering is a snapshot as metrics.
type rendering struct {
	*descs
	snapshot *Snapshot
	names    map[string]string
}

// Describe sends all descriptions, also of metrics that are absent now.
func (r *rendering) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		r.records, r.completion, r.info, r.up, r.duration, r.lastSuccess, r.rejected, r.requests,
	} {
		ch <- d
	}
}

// Collect sends the metrics. What is not known is absent.
func (r *rendering) Collect(ch chan<- prometheus.Metric) {
	s := r.snapshot
	if s.Up() {
		for _, c := range s.Answer.Campaigns {
			ch <- gauge(r.records, c.Records, c.ID)
			ch <- gauge(r.completion, c.CompletionPercent, c.ID)
			if name := r.names[c.ID]; name != "" {
				ch <- gauge(r.info, 1, c.ID, name)
			}
		}
		ch <- gauge(r.rejected, float64(s.Answer.Rejected))
		ch <- gauge(r.up, 1)
	} else {
		ch <- gauge(r.up, 0)
	}
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

func gauge(d *prometheus.Desc, v float64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}
