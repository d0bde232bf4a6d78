package business

import (
	"slices"
	"sort"
	"time"
)

// table is business time from the beginning of 2020 until an instant.
type table struct {
	timeline timeline
	periods  []period
	end      int64 // Unix time
}

// period is a stretch of time in which the clocks do not change.
type period struct {
	begin  int64 // Unix time
	offset int64 // what the clocks show less Unix time, in seconds
	gain   int64 // business seconds that clock changes have added until begin
}

// newTable returns a table that ends a day before the end of year, because a clock
// change at midnight may need the business hours of one more day.
func newTable(r *rules, year int) *table {
	end := time.Date(year, time.December, 31, 0, 0, 0, 0, r.zone)
	t := &table{timeline: newTimeline(r, r.exceptions(year)), end: end.Unix()}
	begin := time.Date(firstYear, time.January, 1, 0, 0, 0, 0, r.zone)
	for !begin.IsZero() && begin.Before(end) {
		t.add(begin)
		begin = zoneEnd(begin)
	}
	t.periods = slices.Clip(t.periods)
	return t
}

// zoneEnd is an instant after t, at the latest the next clock change; zero if
// there is none. ZoneBounds alone may not advance: in leap years it can return 31
// December, 00:00 UTC, as the end of the year and so of the period, even when t
// is not before it.
func zoneEnd(t time.Time) time.Time {
	_, end := t.ZoneBounds()
	if !end.IsZero() && !end.After(t) {
		return t.AddDate(0, 0, 1)
	}
	return end
}

// add begins a period if the clocks are changed at begin. Business time is
// continuous across the change: hours that the clocks repeat are gained, hours
// that they skip are lost.
func (t *table) add(begin time.Time) {
	_, offset := begin.Zone()
	p := period{begin: begin.Unix(), offset: int64(offset)}
	if n := len(t.periods); n > 0 {
		before := t.periods[n-1]
		if before.offset == p.offset {
			return
		}
		p.gain = before.gain + t.timeline.until(before.wall(p.begin)) - t.timeline.until(p.wall(p.begin))
	}
	t.periods = append(t.periods, p)
}

// wall returns what the clocks show at a Unix time in the period.
func (p period) wall(unix int64) wall { return wall(unix + p.offset) }

// seconds returns how many seconds of business time are over at an instant.
func (t *table) seconds(at time.Time) float64 {
	p, ok := t.at(at.Unix())
	if !ok {
		return 0
	}
	w := p.wall(at.Unix())
	seconds := float64(p.gain + t.timeline.until(w))
	if t.timeline.contain(w) {
		seconds += float64(at.Nanosecond()) / 1e9
	}
	return seconds
}

// at returns the period of a Unix time; before 2020 there is none.
func (t *table) at(unix int64) (p period, ok bool) {
	i := t.index(unix)
	if i < 0 {
		return period{}, false
	}
	return t.periods[i], true
}

// index is that of the period of a Unix time, or negative.
func (t *table) index(unix int64) int {
	return sort.Search(len(t.periods), func(i int) bool { return t.periods[i].begin > unix }) - 1
}
