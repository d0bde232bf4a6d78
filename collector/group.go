package collector

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"
)

// Family describes one metric. It is never changed.
type Family struct {
	Name   string
	Help   string
	Type   prometheus.ValueType // ignored for a histogram
	Labels []string             // names

	desc   *prometheus.Desc
	starts bool // a counter that starts at 0 with the process
}

func newFamily(t prometheus.ValueType, name, help string, labels []string) *Family {
	name = "thulium_" + name
	return &Family{Name: name, Help: help, Type: t, Labels: labels, desc: prometheus.NewDesc(name, help, labels, nil)}
}

func gauge(name, help string, labels ...string) *Family {
	return newFamily(prometheus.GaugeValue, name, help, labels)
}

func counter(name, help string, labels ...string) *Family {
	return newFamily(prometheus.CounterValue, name, help, labels)
}

// metric is a family and how its samples are rendered.
type metric struct {
	*Family
	render func(*renderer)
}

// Sink receives samples of gauges and counters, all those of one family
// together. The values of the labels are in the order of their names, and only
// valid until it returns.
type Sink interface {
	Sample(of *Family, value float64, labels ...string)
}

// Group is a set of metrics at one moment. It is a prometheus.Collector; Render
// and Histograms return the same metrics without allocating a prometheus.Metric
// for each sample. It does no I/O and is safe for concurrent use.
type Group struct {
	metrics   []metric
	renderer  func(Sink) *renderer
	since     time.Time // created timestamp of the counters that start at 0 with the process
	histogram prometheus.Histogram
}

var _ prometheus.Collector = (*Group)(nil)

// Describe sends the descriptions of all metrics, including those absent now.
func (g *Group) Describe(ch chan<- *prometheus.Desc) {
	for _, m := range g.metrics {
		ch <- m.desc
	}
}

// Collect sends the metrics. What is unknown is absent.
func (g *Group) Collect(ch chan<- prometheus.Metric) {
	g.Render(channel{ch, g.since})
	if g.histogram != nil {
		ch <- g.histogram
	}
}

// Render sends the gauges and counters to a sink. What is unknown is absent.
func (g *Group) Render(to Sink) {
	r := g.renderer(to)
	for _, m := range g.metrics {
		r.of = m.Family
		m.render(r)
	}
}

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
