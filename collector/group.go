package collector

import (
	"iter"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	dto "github.com/prometheus/client_model/go"

	"thulium_exporter/internal/progress"
)

// Family describes one metric. It is never changed.
type Family struct {
	Name   string
	Help   string
	Type   prometheus.ValueType // ignored for a histogram
	Labels []string             // names

	desc *prometheus.Desc
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

// Sample is the value of one series.
type Sample struct {
	Family *Family
	Value  float64
	Labels []string // in the order of their names; valid until the next sample
}

// Group is a set of metrics at one moment. It is a prometheus.Collector; Samples
// and Histograms return the same metrics without allocating a prometheus.Metric
// for each sample. It does no I/O and is safe for concurrent use.
type Group struct {
	metrics   []metric
	renderer  renderer  // as it begins
	since     time.Time // created timestamp of the counters; zero if they have none
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
	for s := range g.Samples() {
		f := s.Family
		if f.Type == prometheus.CounterValue && !g.since.IsZero() {
			ch <- prometheus.MustNewConstMetricWithCreatedTimestamp(f.desc, f.Type, s.Value, g.since, s.Labels...)
		} else {
			ch <- prometheus.MustNewConstMetric(f.desc, f.Type, s.Value, s.Labels...)
		}
	}
	if g.histogram != nil {
		ch <- g.histogram
	}
}

// Samples yields the gauges and counters, all those of one family together. What is
// unknown is absent.
func (g *Group) Samples() iter.Seq[Sample] {
	return func(yield func(Sample) bool) {
		r := g.renderer
		r.yield = yield
		for _, m := range g.metrics {
			r.of = m.Family
			m.render(&r)
		}
	}
}

// Histograms returns the metrics that Samples does not yield.
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

// renderer yields the samples of one metric after the other. What is unknown is
// absent.
type renderer struct {
	yield  func(Sample) bool
	done   bool      // yield has returned false
	of     *Family   // the current metric
	labels [2]string // one for all samples: there may be many

	snapshot *Snapshot
	name     func(id string) string // the configured name of a campaign
	active   []progress.Campaign    // nil until they are needed

	calendar Calendar
	now      time.Time
}

func (r *renderer) sample(value float64, labels ...string) {
	n := copy(r.labels[:], labels)
	r.done = r.done || !r.yield(Sample{r.of, value, r.labels[:n]})
}

// campaigns returns the active campaigns.
func (r *renderer) campaigns() []progress.Campaign {
	if r.active == nil {
		report := whole(r.snapshot)
		r.active = slices.AppendSeq(make([]progress.Campaign, 0, report.Len()), report.Campaigns())
	}
	return r.active
}
