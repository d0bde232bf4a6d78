package business

import (
	"slices"
	"sort"
	"time"
)

// rules are a valid Spec. They are never written to once they are made.
type rules struct {
	zone       *time.Location
	week       [7][]span // of each time.Weekday
	exceptions map[date]exception
}

// exception is the business hours of a date that do not follow from its weekday.
type exception struct {
	hours []span // none: closed
	why   string
}

// hoursOn returns the business hours of a date.
func (r *rules) hoursOn(d date) []span {
	if e, ok := r.exceptions[d]; ok {
		return e.hours
	}
	return r.week[d.weekday()]
}

// stretches returns all business hours of all years.
func (r *rules) stretches() []stretch {
	var all []stretch
	at := time.Date(FirstYear, time.January, 1, 0, 0, 0, 0, r.zone)
	end := time.Date(LastYear+1, time.January, 1, 0, 0, 0, 0, r.zone)
	for at.Before(end) {
		next := clockChange(at, end)
		all = r.add(all, at, next)
		at = next
	}
	return slices.Clone(all) // without what append reserved
}

// clockChange returns an instant after t until which the clocks do not change, at
// the latest end. ZoneBounds alone may not advance: in leap years it can return 31
// December, 00:00 UTC, as the end of the year and so of what it knows, even when
// t is not before it.
func clockChange(t, end time.Time) time.Time {
	_, change := t.ZoneBounds()
	switch {
	case change.IsZero() || change.After(end):
		return end
	case !change.After(t):
		return t.AddDate(0, 0, 1)
	}
	return change
}

// add appends the business hours between two instants between which the clocks do
// not change.
func (r *rules) add(all []stretch, begin, end time.Time) []stretch {
	_, offset := begin.Zone()
	shift := int64(offset) // what the clocks show less Unix time
	for d := dateOf(begin); d.seconds() < end.Unix()+shift; d++ {
		for _, s := range r.hoursOn(d) {
			from := max(begin.Unix(), d.seconds()+int64(s.from)-shift)
			to := min(end.Unix(), d.seconds()+int64(s.to)-shift)
			if from < to {
				all = join(all, uint32(from), uint32(to))
			}
		}
	}
	return all
}

// join appends a stretch, or makes the last one longer if they touch.
func join(all []stretch, from, to uint32) []stretch {
	if len(all) == 0 {
		return append(all, stretch{from, to, to - from})
	}
	last := &all[len(all)-1]
	if last.to == from {
		last.to = to
		last.until += to - from
		return all
	}
	return append(all, stretch{from, to, last.until + to - from})
}

const secondsPerDay = 24 * 60 * 60

// date is a day of the civil calendar: the days since 1 January 1970.
type date int32

// dateOf returns the date that t shows in its own location.
func dateOf(t time.Time) date {
	year, month, day := t.Date()
	return date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// start returns when the date begins in a zone: at 00:00, or later where clocks skip
// that. There time.Date may return an instant of the day before, but never for noon.
func (d date) start(zone *time.Location) time.Time {
	noon := time.Date(1970, time.January, 1+int(d), 12, 0, 0, 0, zone)
	back := sort.Search(secondsPerDay, func(seconds int) bool {
		return noon.Add(-time.Duration(seconds)*time.Second).Day() != noon.Day()
	})
	return noon.Add(-time.Duration(back-1) * time.Second)
}

// seconds is what clocks show when the date begins, as the seconds since they
// showed 1 January 1970, 00:00.
func (d date) seconds() int64 { return int64(d) * secondsPerDay }

// weekday is that of a date since 1970, which began on a Thursday.
func (d date) weekday() time.Weekday { return (time.Weekday(d) + time.Thursday) % 7 }
