package progress

import (
	"math"
	"slices"
	"time"
)

// halfHours is how many half hours of a day are kept. The last holds what comes later.
const halfHours = 48

// Days are the latest day with business hours and the one before, which is absent
// unless the campaign was watched on it. They never change.
type Days struct {
	Today  Day `json:"today,omitzero"`
	Before Day `json:"before,omitzero"`
}

// Day is what a campaign completed on a day with business hours.
type Day struct {
	Start   int64     `json:"start"`             // Unix time of its midnight; 0: there is no such day
	Unknown int       `json:"unknown,omitempty"` // half hours before the campaign was first listed
	Records []float32 `json:"records,omitempty"` // whole records by half hour of business time; 0 from its end on
}

// valid reports whether a tracker saves such days.
func (d *Days) valid() bool {
	if d == nil {
		return true
	}
	for _, day := range []Day{d.Today, d.Before} {
		if min(day.Start, int64(day.Unknown)) < 0 || len(day.Records) > halfHours || slices.ContainsFunc(day.Records, func(n float32) bool { return n < 0 }) {
			return false
		}
	}
	return true
}

// begin begins another day with business hours.
func (c *tracked) begin(k *clock) {
	switch {
	case k.first == nil || c.Days != nil && c.Days.Today.Start == k.first.Today.Start:
	case c.Days == nil || c.Days.Today.Start != k.dayBefore:
		c.Days = k.first
	default:
		c.Days = &Days{Today: Day{Start: k.first.Today.Start}, Before: c.Days.Today}
	}
}

// complete adds records to the half hour of an update.
func (c *tracked) complete(records float64, k *clock) {
	if k.first == nil {
		return
	}
	days := *c.Days
	half := make([]float32, max(k.halfHour+1, len(days.Today.Records)))
	copy(half, days.Today.Records)
	half[k.halfHour] += float32(math.Round(records))
	days.Today.Records = half
	c.Days = &days
}

// readDay reads the day of an instant and the one before, both with business hours.
func (k *clock) readDay(at time.Time) {
	today := k.calendar.Day(at)
	if len(today.Open) == 0 {
		return
	}
	passed := int(k.now-k.calendar.SecondsUntil(today.Start)) / 1800
	k.halfHour = max(0, min(passed, HalfHours(k.calendar, today.Start, today.End)-1, halfHours-1))
	k.first = &Days{Today: Day{Start: today.Start.Unix(), Unknown: k.halfHour}}
	before := today
	for range 14 {
		if before = k.calendar.Day(before.Start.Add(-time.Second)); len(before.Open) > 0 {
			k.dayBefore = before.Start.Unix()
			return
		}
	}
}

// HalfHours returns how many half hours of business time begin between two instants.
func HalfHours(c Calendar, from, to time.Time) int {
	return int(math.Ceil((c.SecondsUntil(to) - c.SecondsUntil(from)) / 1800))
}
