package collector

import (
	"time"

	"thulium_exporter/thulium"
)

// statusFamilies are the metrics of the state of a system.
type statusFamilies struct {
	requests, revision, open, openSeconds, lastSuccess, duration, up *Family
}

// newStatusFamilies ends the help of what may come from an earlier request with
// note.
func newStatusFamilies(note string) statusFamilies {
	return statusFamilies{
		requests: counter("api_requests_total",
			"Requests to Thulium by result.", "result"),
		revision: gauge("business_calendar_revision",
			"A number that changes when time zone, business hours or holidays do; values of thulium_business_seconds_total must not be compared across that."),
		open: gauge("business_open",
			"1 inside business hours, 0 outside."),
		openSeconds: counter("business_seconds_total",
			"Seconds of business time since the beginning of 2020. From the calendar alone: equal on all replicas, and not reset by a restart."),
		lastSuccess: gauge("last_success_timestamp_seconds",
			"When the newest good answer arrived, in Unix time. Absent before the first."+note),
		duration: gauge("scrape_duration_seconds",
			"How long the newest request to Thulium took."+note),
		up: gauge("up",
			"1 if the campaigns served now come from a good answer that is fresh enough, else 0."),
	}
}

func (f *statusFamilies) all() []*Family {
	return []*Family{f.requests, f.revision, f.open, f.openSeconds, f.lastSuccess, f.duration, f.up}
}

// Calendar tells business time. *business.Calendar implements it.
type Calendar interface {
	OpenAt(t time.Time) bool
	SecondsUntil(t time.Time) float64
	Revision() uint32
}

// render gives the state of a system to a sink.
func (f *statusFamilies) render(to Sink, s *Snapshot, c Calendar, now time.Time) {
	label := make([]string, 1) // one for all samples
	for result := range thulium.Result(thulium.NumResults) {
		label[0] = result.String()
		to.Sample(f.requests, float64(s.Requests[result]), label...)
	}
	to.Sample(f.revision, float64(c.Revision()))
	to.Sample(f.open, number(c.OpenAt(now)))
	to.Sample(f.openSeconds, c.SecondsUntil(now))
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
