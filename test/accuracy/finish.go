package main

import (
	"math"

	"thulium_exporter/internal/progress"
)

// quarters are where an expected finish is written down, in percent.
func quarters() [3]float64 { return [3]float64{25, 50, 75} }

// finishes are the expected finishes of a campaign, in business seconds from
// when they were read; 0 if none was known.
type finishes [3]struct {
	at       int64
	expected float64
}

// finish is what became of one.
type finish struct {
	quarter int
	tail    bool
	off     float64 // share of the remaining business time, positive if it was too early
}

// note writes an expected finish down when a campaign gets there.
func (f *finishes) note(c *campaign, now int64, values *progress.Campaign) {
	for i, percent := range quarters() {
		if f[i].at > 0 || c.percent() < percent {
			continue
		}
		f[i].at = now
		if values.ExpectedFinish > 0 {
			f[i].expected = passed(c.hours, now, values.ExpectedFinish)
		}
	}
}

// at compares what was expected with what happened.
func (f *finishes) at(now int64, c *campaign) (list []finish) {
	for i := range f {
		if f[i].expected <= 0 {
			continue
		}
		took := passed(c.hours, f[i].at, now)
		list = append(list, finish{quarter: i, tail: c.tail < 100, off: (took - f[i].expected) / math.Max(took, minute)})
	}
	return list
}
