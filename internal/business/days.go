package business

import (
	"fmt"
	"strings"
	"time"
)

// Day is one date of a calendar.
type Day struct {
	Date  time.Time     // midnight UTC of the date
	Times []TimeRange   // as clocks show them; none if closed all day
	Open  time.Duration // how long it is really open, with the clock change if there is one
	Note  string        // why it differs from its weekday, and a clock change; often empty
}

// Days returns the days between two dates, both included: those on which from and
// to fall in their own locations. Dates before 2020 are omitted.
func (c *Calendar) Days(from, to time.Time) []Day {
	first, last := max(dateOf(from), firstDay), dateOf(to)
	tab := c.tableFor(last.time())
	notes, changes := c.rules.notes(to.Year()), tab.changes()
	var days []Day
	for d := first; d <= last; d++ {
		h, change := tab.timeline.hoursOn(d), changes[d]
		days = append(days, Day{
			Date:  d.time(),
			Times: h.ranges(),
			Open:  time.Duration(h.length()+change.gain) * time.Second,
			Note:  strings.Trim(notes[d]+", "+change.note, ", "),
		})
	}
	return days
}

// notes returns why dates differ from their weekdays.
func (r *rules) notes(year int) map[date]string {
	notes := make(map[date]string)
	for _, e := range r.exceptions(year) {
		notes[e.date] = e.why
	}
	return notes
}

func (h hours) ranges() []TimeRange {
	ranges := make([]TimeRange, len(h))
	for i, s := range h {
		ranges[i] = TimeRange{Start: s.from.String(), End: s.to.String()}
	}
	return ranges
}

// change is a clock change and the business seconds that it adds.
type change struct {
	note string
	gain int64
}

// changes returns the clock changes, each on the date whose hours it repeats or
// skips.
func (t *table) changes() map[date]change {
	changes := make(map[date]change)
	for i := 1; i < len(t.periods); i++ {
		p, last := t.periods[i], t.periods[i-1]
		from, to := last.wall(p.begin), p.wall(p.begin)
		changes[min(from, to).date()] = change{
			note: fmt.Sprintf("clocks go from %s to %s", from.clock(), to.clock()),
			gain: p.gain - last.gain,
		}
	}
	return changes
}
