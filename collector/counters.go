package collector

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/thulium"
)

// counters count the requests to a system. They are safe for concurrent use.
type counters struct {
	since     time.Time
	results   [thulium.NumResults]atomic.Uint64
	durations prometheus.Histogram
}

// Observe counts a request with its outcome and duration. A timeout because ctx is
// done is counted by whoever waited for the request.
func (c *counters) Observe(ctx context.Context, result thulium.Result, took time.Duration) {
	if result != thulium.Timeout || ctx.Err() == nil {
		c.count(result, took)
	}
}

func (c *counters) count(result thulium.Result, took time.Duration) {
	c.results[result].Add(1)
	c.durations.Observe(took.Seconds())
}

// show adds the counters to a snapshot.
func (c *counters) show(s *Snapshot) {
	s.Since, s.Durations = c.since, c.durations
	for i := range c.results {
		s.Requests[i] = c.results[i].Load()
	}
}

const (
	durationsName = "thulium_api_request_duration_seconds"
	durationsHelp = "How long requests to Thulium took."
)

// newDurations returns the histogram of all requests: a native one, with classic
// buckets for servers that do not scrape native histograms.
func newDurations() prometheus.Histogram {
	return prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: durationsName, Help: durationsHelp,
		Buckets:                        []float64{.05, .1, .25, .5, 1, 2.5, 5, 10, 30},
		NativeHistogramBucketFactor:    1.1,
		NativeHistogramMaxBucketNumber: 100,
	})
}
