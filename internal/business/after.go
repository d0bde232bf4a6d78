package business

import (
	"math"
	"time"
)

// horizon is how many days After looks ahead: five years.
const horizon = 5 * 366

// After returns the instant, rounded up to a second of the calendar's clock, at
// which that many seconds of business time will have passed since t: the earliest
// at which SecondsUntil has grown by them. ok is false if that is more than five
// years ahead.
func (c *Calendar) After(t time.Time, seconds float64) (_ time.Time, ok bool) {
	if seconds <= 0 {
		return t, true
	}
	t = c.pace.business(t)
	tab := c.tableFor(t)
	begin := max(t.Unix(), tab.periods[0].begin)
	target := math.Ceil(tab.seconds(t) + seconds)
	if target > math.MaxInt32*100 { // NaN never gets here
		return time.Time{}, false
	}
	unix, ok := tab.reach(begin, int64(target))
	return c.pace.real(time.Unix(unix, 0)), ok
}

// reach returns the first instant after begin at which so many business seconds
// are over.
func (t *table) reach(begin, target int64) (unix int64, ok bool) {
	last := begin + horizon*secondsPerDay
	for i := t.index(begin); i < len(t.periods); i++ {
		p := t.periods[i]
		from := p.wall(max(begin, p.begin))
		w, ok := t.timeline.reach(from.date(), target-p.gain)
		unix := int64(w) - p.offset
		if !ok || unix > last {
			return 0, false
		}
		if i+1 == len(t.periods) || unix <= t.periods[i+1].begin {
			return unix, true
		}
	}
	return 0, false
}

// reach returns what the clocks show when so many seconds of business time, more
// than before day, are over.
func (l *timeline) reach(day date, target int64) (_ wall, ok bool) {
	end := day + horizon
	mark, _ := l.find(day)
	week := l.week.length(day, 7)
	target -= l.until(day.wall())
	for day <= end {
		if n := l.regularWeeks(day, mark, week, target); n > 0 {
			day, target = day+date(7*n), target-n*week
			continue
		}
		marked := mark < len(l.marks) && l.marks[mark].date == day
		if marked {
			mark++
		}
		h := l.hours(day, marked)
		length := h.length()
		if length >= target {
			return day.wall() + wall(h.reach(target)), true
		}
		target -= length
		day++
	}
	return 0, false
}

// regularWeeks returns how many weeks of usual length, all of them before the
// mark, are over before the target.
func (l *timeline) regularWeeks(day date, mark int, week, target int64) int64 {
	n := int64(horizon/7 + 1)
	if mark < len(l.marks) {
		n = int64(l.marks[mark].date-day) / 7
	}
	if week > 0 {
		n = min(n, (target-1)/week)
	}
	return n
}

// reach returns the clock at which so many seconds of h are over; there have to
// be as many.
func (h hours) reach(target int64) clock {
	for _, s := range h {
		length := int64(s.to - s.from)
		if length >= target {
			return s.from + clock(target)
		}
		target -= length
	}
	return secondsPerDay
}
