package collector

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Metrics knows the metrics of a system and renders snapshots as them. What it
// returns does no I/O; together it has all metrics of a system. It is safe for
// concurrent use.
type Metrics struct {
	live, cached families
}

// families describes the metrics of one way to fetch.
type families struct {
	campaigns campaignFamilies
	status    statusFamilies
}

// NewMetrics returns the metrics of a system.
func NewMetrics() *Metrics {
	cached := " Cached: from the newest poll."
	return &Metrics{
		live:   families{newCampaignFamilies(""), newStatusFamilies("")},
		cached: families{newCampaignFamilies(cached), newStatusFamilies(cached)},
	}
}

// Campaigns returns the metrics of the campaigns of s, which have these names
// by id. They depend on nothing else.
func (m *Metrics) Campaigns(s *Snapshot, names map[string]string) *Group {
	f := &m.of(s).campaigns
	return newGroup(f.all(), func(to Sink) { f.render(to, s.Stats, names) })
}

// Status returns the metrics of the rest: the state of s and business time, as
// of now.
func (m *Metrics) Status(s *Snapshot, c Calendar, now time.Time) *Group {
	f := &m.of(s).status
	return newGroup(f.all(), func(to Sink) { f.render(to, s, c, now) })
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
	Type   prometheus.ValueType
	Labels []string // names

	desc *prometheus.Desc
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
