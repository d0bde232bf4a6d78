package main

import "math"

// controls are what the rules of one expression read of a campaign.
type controls struct {
	percent float64
	changed int64 // when the percentage last did
	known   bool
	history [120]struct { // by the business minute
		minute int64
		done   float64
	}
}

// naive is changes(percent[2h]) == 0.
func (k *controls) naive(percent float64, now int64) bool {
	if k.known && percent != k.percent {
		k.changed = now
	}
	k.percent, k.known = percent, true
	return now-k.changed >= 2*3600
}

// fair compares the records that are done with those two business hours ago, in
// business hours and below 100 %.
func (k *controls) fair(c *campaign, now int64) bool {
	e := c.entry()
	done := math.Round(e.CompletionPercent / 100 * e.Records)
	business := int64(c.hours.SecondsUntil(at(now))) / minute
	cell := &k.history[business%120]
	before := *cell
	cell.minute, cell.done = business, done
	return c.hours.OpenAt(at(now)) && e.CompletionPercent < 100 && before.minute == business-120 && before.done == done
}
