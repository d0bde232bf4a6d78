package collector

import "time"

// Calendar knows business time. *business.Calendar implements it.
type Calendar interface {
	OpenAt(t time.Time) bool
	SecondsUntil(t time.Time) float64
}

// businessFamilies are the metrics of business time.
type businessFamilies struct {
	open, seconds *Family
}

func newBusinessFamilies() businessFamilies {
	return businessFamilies{
		open: gauge("business_open",
			"1 inside business hours, 0 outside."),
		seconds: counter("business_seconds_total",
			"Seconds of business time since the beginning of 2020. From the calendar alone: equal on all replicas, and not reset by a restart."),
	}
}

func (f *businessFamilies) all() []*Family { return []*Family{f.open, f.seconds} }

// render adds business time to a sink.
func (f *businessFamilies) render(to Sink, c Calendar, now time.Time) {
	to.Sample(f.open, number(c.OpenAt(now)))
	to.Sample(f.seconds, c.SecondsUntil(now))
}
