// Package business computes business time: whether an instant is within business
// hours, and how many seconds of business hours have passed until then.
//
// Everything is a pure function of a Spec and an instant: there is no clock
// and no state inside, so replicas agree and a restart changes nothing.
//
// Business hours are what the clocks on the centre's wall show, as in the time
// intervals of Alertmanager. When those clocks change, a window lasts as long as
// they really show it: one from 02:00 to 03:00 lasts no time on the night they
// skip that hour and two hours on the night they repeat it.
//
// Business time begins with the year 2020 and ends with 2050, in the time zone
// of the calendar. Before and after, all is closed.
//
// Time zones come from the machine or from time/tzdata, which a program for
// machines without them has to import.
package business

import (
	"math"
	"sort"
	"time"
)

const (
	// FirstYear is the year with which business time begins.
	FirstYear = 2020
	// LastYear is the year with which business time ends.
	LastYear = 2050

	// horizon is how far After looks ahead: five years.
	horizon = 5 * 366 * 24 * time.Hour
)

// Calendar is the business time of one Spec. It never changes and is safe for
// concurrent use.
type Calendar struct {
	rules *rules
	open  []stretch // all of them, in order and with gaps between them
}

// Interval is a time without a break; To does not belong to it.
type Interval struct{ From, To time.Time }

// Day is one date of a calendar.
type Day struct {
	Start, End time.Time  // in the calendar's time zone; End is the start of the next day
	Open       []Interval // business hours; none if closed all day
	Note       string     // why they differ from those of the weekday; often empty
}

// New returns the calendar of a Spec. An error is a KeyError: the key, what is
// wrong with it, and what to write instead.
func New(s Spec) (*Calendar, error) {
	r, err := newRules(s.WithDefaults())
	if err != nil {
		return nil, err
	}
	return &Calendar{rules: r, open: r.stretches()}, nil
}

// Location returns the calendar's time zone.
func (c *Calendar) Location() *time.Location { return c.rules.zone }

// OpenAt reports whether t is inside business hours.
func (c *Calendar) OpenAt(t time.Time) bool {
	i := c.search(t)
	return i < len(c.open) && int64(c.open[i].from) <= t.Unix()
}

// SecondsUntil returns the seconds of business time from the beginning of 2020 to
// t; 0 before. It grows by one per second inside business hours and is constant
// outside, and so from the end of 2050 on.
func (c *Calendar) SecondsUntil(t time.Time) float64 {
	i := c.search(t)
	seconds := 0.0
	if i > 0 {
		seconds = float64(c.open[i-1].until)
	}
	if i < len(c.open) && int64(c.open[i].from) <= t.Unix() {
		seconds += float64(t.Unix() - int64(c.open[i].from))
		seconds += float64(t.Nanosecond()) / 1e9
	}
	return seconds
}

// After returns the instant, rounded up to a second, at which that many seconds of
// business time will have passed since t: the earliest at which SecondsUntil has
// grown by them. ok is false if that is more than five years ahead, or never.
func (c *Calendar) After(t time.Time, seconds float64) (_ time.Time, ok bool) {
	if seconds <= 0 {
		return t, true
	}
	target := math.Ceil(c.SecondsUntil(t) + seconds)
	i := sort.Search(len(c.open), func(i int) bool { return float64(c.open[i].until) >= target })
	if i == len(c.open) {
		return time.Time{}, false
	}
	at := c.time(int64(c.open[i].to) - int64(c.open[i].until) + int64(target))
	return at, at.Sub(t) <= horizon
}

// Next returns the business hours that t is inside or, if it is outside, those
// that begin next; ok is false if there are none. Hours that touch are one
// interval, over midnight and over any number of days.
func (c *Calendar) Next(t time.Time) (_ Interval, ok bool) {
	i := c.search(t)
	if i == len(c.open) {
		return Interval{}, false
	}
	return Interval{c.time(int64(c.open[i].from)), c.time(int64(c.open[i].to))}, true
}

// Day returns the day that contains t. The next one is that of its End.
func (c *Calendar) Day(t time.Time) Day {
	today := dateOf(t.In(c.rules.zone))
	d := Day{
		Start: today.start(c.rules.zone),
		End:   (today + 1).start(c.rules.zone),
		Note:  c.rules.exceptions[today].why,
	}
	start, end := d.Start.Unix(), d.End.Unix()
	for _, s := range c.open[c.search(d.Start):] {
		if int64(s.from) >= end {
			break
		}
		d.Open = append(d.Open, Interval{c.time(max(start, int64(s.from))), c.time(min(end, int64(s.to)))})
	}
	return d
}

// stretch is business hours without a break, in Unix time. Stretches are most of a
// calendar's memory, hence 32 bits, which are enough until 2106.
type stretch struct {
	from, to uint32
	until    uint32 // seconds of business time until to
}

// search returns the index of the first stretch that ends after t.
func (c *Calendar) search(t time.Time) int {
	return sort.Search(len(c.open), func(i int) bool { return int64(c.open[i].to) > t.Unix() })
}

func (c *Calendar) time(unix int64) time.Time { return time.Unix(unix, 0).In(c.rules.zone) }
