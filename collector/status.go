package collector

import (
	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/thulium"
)

// statusFamilies are the metrics of the state of a system.
type statusFamilies struct {
	abandoned, durations, requests, lastSuccess, duration, up *Family
}

// newStatusFamilies returns the families. Note is appended to the HELP of those
// that may come from an earlier request.
func newStatusFamilies(note string) statusFamilies {
	f := statusFamilies{
		abandoned: gauge("api_abandoned_requests",
			"Requests to Thulium that have not returned although their deadline has passed: something below them hangs."),
		durations: &Family{Name: durationsName, desc: newDurations().Desc()},
		requests: counter("api_requests_total",
			"Requests to Thulium by result.", "result"),
		lastSuccess: gauge("last_success_timestamp_seconds",
			"When the latest successful response arrived, in Unix time. Absent before the first."+note),
		duration: gauge("scrape_duration_seconds",
			"How long the latest request to Thulium took."+note),
		up: gauge("up",
			"1 if the campaigns served now come from a successful response that is fresh enough, else 0."),
	}
	f.requests.starts = true
	return f
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

func (f *statusFamilies) all() []*Family {
	return []*Family{f.abandoned, f.durations, f.requests, f.lastSuccess, f.duration, f.up}
}

// render adds the state of a system to a sink.
func (f *statusFamilies) render(to Sink, s *Snapshot) {
	to.Sample(f.abandoned, float64(s.Abandoned))
	label := make([]string, 1) // one for all samples
	for result := range thulium.Result(thulium.NumResults) {
		label[0] = result.String()
		to.Sample(f.requests, float64(s.Requests[result]), label...)
	}
	if last := s.LastSuccess; !last.IsZero() {
		to.Sample(f.lastSuccess, float64(last.UnixMilli())/1000)
	}
	if s.Duration > 0 {
		to.Sample(f.duration, s.Duration.Seconds())
	}
	to.Sample(f.up, number(s.Up()))
}

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
