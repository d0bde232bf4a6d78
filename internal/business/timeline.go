package business

import "slices"

// wall is what the clocks on the wall show: date and time, as the seconds since
// they showed 1 January 1970, 00:00. It is no instant: it jumps with them. None
// here is before business time begins.
type wall int64

func (w wall) date() date   { return date(w / secondsPerDay) }
func (w wall) clock() clock { return clock(w % secondsPerDay) }

// timeline is business time for clocks that never change.
type timeline struct {
	week  week
	dates map[date]hours
	marks []mark
}

// mark is a date that differs from its weekday; one that timeline.dates lacks
// is closed. gain is how many seconds longer than their weekdays all dates up
// to this one are together, negative if shorter. Marks are most of a calendar's
// memory, hence 32 bits, which are enough for a thousand years.
type mark struct {
	date date
	gain int32
}

func newTimeline(r *rules, exceptions []exception) timeline {
	l := timeline{week: r.week, dates: r.dates}
	var gain int64
	for _, e := range exceptions {
		usual := r.week[e.weekday()]
		if slices.Equal(e.hours, usual) {
			continue
		}
		gain += e.hours.length() - usual.length()
		l.marks = append(l.marks, mark{e.date, int32(gain)})
	}
	l.marks = slices.Clip(l.marks)
	return l
}

// find returns the index of the first mark at or after day, and whether it is at it.
// It is written out because business time is searched for each campaign.
func (l *timeline) find(day date) (int, bool) {
	low, high := 0, len(l.marks)
	for low < high {
		if middle := (low + high) / 2; l.marks[middle].date < day {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return low, low < len(l.marks) && l.marks[low].date == day
}

func (l *timeline) hoursOn(day date) hours {
	_, marked := l.find(day)
	return l.hours(day, marked)
}

func (l *timeline) hours(day date, marked bool) hours {
	if marked {
		return l.dates[day]
	}
	return l.week[day.weekday()]
}

func (l *timeline) contain(w wall) bool { return l.hoursOn(w.date()).contain(w.clock()) }

// until returns how many seconds of business time are over when the clocks show w.
func (l *timeline) until(w wall) int64 {
	day := w.date()
	i, marked := l.find(day)
	seconds := l.week.length(firstDay, int(day-firstDay)) + l.hours(day, marked).until(w.clock())
	if i > 0 {
		seconds += int64(l.marks[i-1].gain)
	}
	return seconds
}
