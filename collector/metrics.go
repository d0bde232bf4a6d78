package collector

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics knows the metrics of a system and renders snapshots as them. The
// collectors it returns do no I/O; together they have all metrics of a system.
// It is safe for concurrent use.
type Metrics struct {
	live, cached descs
}

// descs describes the metrics of one way to fetch.
type descs struct {
	campaigns campaignDescs
	status    statusDescs
}

// NewMetrics returns the metrics of a system.
func NewMetrics() *Metrics {
	cached := " Cached: from the newest poll."
	return &Metrics{
		live:   descs{newCampaignDescs(""), newStatusDescs("")},
		cached: descs{newCampaignDescs(cached), newStatusDescs(cached)},
	}
}

// Campaigns returns a collector of the campaigns of s, which have these names
// by id. What it collects depends on nothing else.
func (m *Metrics) Campaigns(s *Snapshot, names map[string]string) prometheus.Collector {
	return &campaigns{campaignDescs: &m.descs(s).campaigns, answer: s.Answer, names: names}
}

// Status returns a collector of the rest: the state of s and business time, as
// of now.
func (m *Metrics) Status(s *Snapshot, c Calendar, now time.Time) prometheus.Collector {
	return &status{statusDescs: &m.descs(s).status, snapshot: s, calendar: c, now: now}
}

func (m *Metrics) descs(s *Snapshot) *descs {
	if s.Cached {
		return &m.cached
	}
	return &m.live
}

func newDesc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("thulium_"+name, help, labels, nil)
}

func gauge(d *prometheus.Desc, v float64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}
