package collector

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics knows the metrics of a system and renders snapshots as them. What it returns does no I/O. It is safe for concurrent use.
type Metrics struct {
	live, cached families
	business     businessFamilies
}

// families describes the metrics of one way to fetch.
type families struct {
	campaigns campaignFamilies
	status    statusFamilies
}

// NewMetrics returns the metrics.
func NewMetrics() *Metrics {
	cached := " Cached: from the latest poll."
	return &Metrics{
		live:   families{newCampaignFamilies(""), newStatusFamilies("")},
		cached: families{newCampaignFamilies(cached), newStatusFamilies(cached)},

		business: newBusinessFamilies(),
	}
}

// Campaigns returns the metrics of the campaigns of s. They depend only on s and
// on name, which returns the configured name of a campaign or "".
func (m *Metrics) Campaigns(s *Snapshot, name func(id string) string) *Group {
	f := &m.of(s).campaigns
	return &Group{families: f.all(), render: func(to Sink) { f.render(to, s, name) }}
}

// Status returns the metrics of the state of s. They depend only on s; of its
// histogram, which is live, they may be as old as s.
func (m *Metrics) Status(s *Snapshot) *Group {
	f := &m.of(s).status
	return &Group{
		families: f.all(), render: func(to Sink) { f.render(to, s) },
		since: s.Since, histogram: s.Durations,
	}
}

// BusinessTime returns the metrics of business time as of now, those of a system
// that do not depend on a snapshot.
func (m *Metrics) BusinessTime(c Calendar, now time.Time) *Group {
	f := &m.business
	return &Group{families: f.all(), render: func(to Sink) { f.render(to, c, now) }}
}

func (m *Metrics) of(s *Snapshot) *families {
	if s.Cached {
		return &m.cached
	}
	return &m.live
}

// Family describes one metric. It is never changed.
type Family struct {
	Name   string
	Help   string
	Type   prometheus.ValueType // ignored for a histogram
	Labels []string             // names

	desc   *prometheus.Desc
	starts bool // a counter that starts at 0 with the process
}

func newFamily(t prometheus.ValueType, name, help string, labels ...string) *Family {
	name = "thulium_" + name
	return &Family{Name: name, Help: help, Type: t, Labels: labels, desc: prometheus.NewDesc(name, help, labels, nil)}
}

func gauge(name, help string, labels ...string) *Family {
	return newFamily(prometheus.GaugeValue, name, help, labels...)
}

func counter(name, help string, labels ...string) *Family {
	return newFamily(prometheus.CounterValue, name, help, labels...)
}
