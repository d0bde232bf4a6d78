package business

import "time"

// Calendar is the business time of one Spec. It never changes and is safe for
// concurrent use.
type Calendar struct {
	rules rules
	table *table
	pace  pace
}

// New returns the calendar of a Spec. An error is a KeyError: the key, what is
// wrong with it, and what to write instead.
func New(s Spec) (*Calendar, error) {
	r, err := newRules(s)
	if err != nil {
		return nil, err
	}
	return &Calendar{rules: r, table: newTable(&r, lastYear)}, nil
}

// OpenAt reports whether t is inside business hours.
func (c *Calendar) OpenAt(t time.Time) bool {
	t = c.pace.business(t)
	tab := c.tableFor(t)
	p, ok := tab.at(t.Unix())
	return ok && tab.timeline.contain(p.wall(t.Unix()))
}

// SecondsUntil returns the seconds of business time from the beginning of 2020, in
// the calendar's time zone, to t; 0 before. It grows by one per second inside
// business hours and is constant outside. It is exact, and cheap until the end of
// 2050.
func (c *Calendar) SecondsUntil(t time.Time) float64 {
	t = c.pace.business(t)
	return c.tableFor(t).seconds(t)
}

// Location returns the calendar's time zone.
func (c *Calendar) Location() *time.Location { return c.rules.zone }

// tableFor returns a table that t is in, or before.
func (c *Calendar) tableFor(t time.Time) *table {
	if t.Unix() < c.table.end {
		return c.table
	}
	// A year more, for places ahead of UTC and for the day a table stops short.
	return newTable(&c.rules, t.UTC().Year()+1)
}
