package collector

import "github.com/prometheus/client_golang/prometheus"

// Sink takes in samples, all those of one family together. The values of the
// labels are in the order of their names, and only good until it returns.
type Sink interface {
	Sample(of *Family, value float64, labels ...string)
}

// Group is some metrics of one moment. As a prometheus.Collector it goes
// wherever client_golang goes; Render is for those who write many samples often
// and can do without a prometheus.Metric for each. Both say the same. It is safe
// for concurrent use.
type Group struct {
	families []*Family
	render   func(Sink)
}

var _ prometheus.Collector = (*Group)(nil)

func newGroup(families []*Family, render func(Sink)) *Group {
	return &Group{families: families, render: render}
}

// Describe sends all descriptions, also of metrics that are absent now.
func (g *Group) Describe(ch chan<- *prometheus.Desc) {
	for _, f := range g.families {
		ch <- f.desc
	}
}

// Collect sends the metrics. What is not known is absent.
func (g *Group) Collect(ch chan<- prometheus.Metric) { g.render(channel(ch)) }

// Render gives the metrics to a sink. What is not known is absent.
func (g *Group) Render(to Sink) { g.render(to) }

// channel is the Sink that client_golang has.
type channel chan<- prometheus.Metric

func (c channel) Sample(of *Family, value float64, labels ...string) {
	c <- prometheus.MustNewConstMetric(of.desc, of.Type, value, labels...)
}
