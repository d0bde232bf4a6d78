package collector

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// Sink receives samples of gauges and counters, all those of one family
// together. The values of the labels are in the order of their names, and only
// valid until it returns.
type Sink interface {
	Sample(of *Family, value float64, labels ...string)
}

// Group is a set of metrics at one moment. It is a prometheus.Collector; Render
// and Histograms return the same metrics without allocating a prometheus.Metric
// for each sample.
// It is safe for concurrent use.
type Group struct {
	families  []*Family
	render    func(Sink)
	since     time.Time // created timestamp of the counters that start at 0 with the process
	histogram prometheus.Histogram
}

var _ prometheus.Collector = (*Group)(nil)

// Describe sends the descriptions of all metrics, including those absent now.
func (g *Group) Describe(ch chan<- *prometheus.Desc) {
	for _, f := range g.families {
		ch <- f.desc
	}
}

// Collect sends the metrics. What is unknown is absent.
func (g *Group) Collect(ch chan<- prometheus.Metric) {
	g.render(channel{ch, g.since})
	if g.histogram != nil {
		ch <- g.histogram
	}
}

// Render sends the gauges and counters to a sink. What is unknown is absent.
func (g *Group) Render(to Sink) { g.render(to) }

// Histograms returns the metrics that Render does not send.
func (g *Group) Histograms() []*dto.MetricFamily {
	if g.histogram == nil {
		return nil
	}
	var m dto.Metric
	_ = g.histogram.Write(&m) // never fails
	return []*dto.MetricFamily{{
		Name: new(durationsName), Help: new(durationsHelp), Type: dto.MetricType_HISTOGRAM.Enum(), Metric: []*dto.Metric{&m},
	}}
}

// channel is client_golang's Sink.
type channel struct {
	ch    chan<- prometheus.Metric
	since time.Time
}

func (c channel) Sample(of *Family, value float64, labels ...string) {
	if of.starts && !c.since.IsZero() {
		c.ch <- prometheus.MustNewConstMetricWithCreatedTimestamp(of.desc, of.Type, value, c.since, labels...)
		return
	}
	c.ch <- prometheus.MustNewConstMetric(of.desc, of.Type, value, labels...)
}
