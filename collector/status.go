package collector

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"thulium_exporter/thulium"
)

// statusDescs describes the metrics of the state of a system.
type statusDescs struct {
	up, duration, lastSuccess, requests *prometheus.Desc
	open, openSeconds, revision         *prometheus.Desc
}

// newStatusDescs ends the help of what may come from an earlier request with
// note.
func newStatusDescs(note string) statusDescs {
	return statusDescs{
		up: newDesc("up",
			"1 if the campaigns served now come from a good answer that is fresh enough, else 0."),
		duration: newDesc("scrape_duration_seconds",
			"How long the newest request to Thulium took."+note),
		lastSuccess: newDesc("last_success_timestamp_seconds",
			"When the newest good answer arrived, in Unix time. Absent before the first."+note),
		requests: newDesc("api_requests_total",
			"Requests to Thulium by result.", "result"),
		open: newDesc("business_open",
			"1 inside business hours, 0 outside."),
		openSeconds: newDesc("business_seconds_total",
			"Seconds of business time since the beginning of 2020. From the calendar alone: equal on all replicas, and not reset by a restart."),
		revision: newDesc("business_calendar_revision",
			"A number that changes when time zone, business hours or holidays do; values of thulium_business_seconds_total must not be compared across that."),
	}
}

// Calendar tells business time. *business.Calendar implements it.
type Calendar interface {
	OpenAt(t time.Time) bool
	SecondsUntil(t time.Time) float64
	Revision() uint32
}

// status is the state of a system as metrics.
type status struct {
	*statusDescs
	snapshot *Snapshot
	calendar Calendar
	now      time.Time
}

// Describe sends all descriptions, also of metrics that are absent now.
func (s *status) Describe(ch chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		s.up, s.duration, s.lastSuccess, s.requests, s.open, s.openSeconds, s.revision,
	} {
		ch <- d
	}
}

// Collect sends the metrics. What is not known is absent.
func (s *status) Collect(ch chan<- prometheus.Metric) {
	s.collectRequests(ch)
	s.collectBusiness(ch)
}

func (s *status) collectRequests(ch chan<- prometheus.Metric) {
	ch <- gauge(s.up, number(s.snapshot.Up()))
	if s.snapshot.Duration > 0 {
		ch <- gauge(s.duration, s.snapshot.Duration.Seconds())
	}
	if last := s.snapshot.LastSuccess; !last.IsZero() {
		ch <- gauge(s.lastSuccess, float64(last.UnixMilli())/1000)
	}
	for result := range thulium.Result(thulium.NumResults) {
		ch <- counter(s.requests, float64(s.snapshot.Requests[result]), result.String())
	}
}

func (s *status) collectBusiness(ch chan<- prometheus.Metric) {
	ch <- gauge(s.open, number(s.calendar.OpenAt(s.now)))
	ch <- counter(s.openSeconds, s.calendar.SecondsUntil(s.now))
	ch <- gauge(s.revision, float64(s.calendar.Revision()))
}

func number(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

func counter(d *prometheus.Desc, v float64, labels ...string) prometheus.Metric {
	return prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
}
