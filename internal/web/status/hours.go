package status

import (
	"strings"
	"time"

	"thulium_exporter/internal/business"
)

// ahead is how many days are searched for the next opening.
const ahead = 15

// stretch is a time without interruption; to does not belong to it.
type stretch struct{ from, to time.Time }

// hours says in words whether the centre works now and until when. now is in
// the time zone of the calendar.
func hours(c *business.Calendar, now time.Time) string {
	days := c.Days(now.AddDate(0, 0, -1), now.AddDate(0, 0, ahead))
	end := midnight(now).AddDate(0, 0, ahead+1)
	for _, s := range openings(days, now.Location()) {
		switch {
		case !s.to.After(now):
			continue
		case s.from.After(now):
			return "Closed until " + day(s.from, now) + because(days, now)
		case s.to.Before(end):
			return "Open until " + day(s.to, now)
		}
		return "Open around the clock"
	}
	return "Closed for the next two weeks" + because(days, now)
}

// openings are the stretches in which days are open; those that touch are one.
func openings(days []business.Day, zone *time.Location) []stretch {
	var all []stretch
	for _, d := range days {
		for _, r := range d.Times {
			s := stretch{at(d.Date, r.Start, zone), at(d.Date, r.End, zone)}
			if last := len(all) - 1; last >= 0 && all[last].to.Equal(s.from) {
				all[last].to = s.to
				continue
			}
			all = append(all, s)
		}
	}
	return all
}

// at is when clocks of the zone show hh:mm on a date; 24:00 is midnight after.
func at(date time.Time, hhmm string, zone *time.Location) time.Time {
	y, m, d := date.Date()
	if hhmm == "24:00" {
		return time.Date(y, m, d+1, 0, 0, 0, 0, zone)
	}
	t, _ := time.Parse("15:04", hhmm) // a calendar has no other
	return time.Date(y, m, d, t.Hour(), t.Minute(), 0, 0, zone)
}

func midnight(t time.Time) time.Time { return at(t, "00:00", t.Location()) }

// day says when t is, in the words of someone who asks now.
func day(t, now time.Time) string {
	switch days := midnight(t).Sub(midnight(now)).Round(24*time.Hour).Hours() / 24; {
	case days == 0:
		return t.Format("15:04")
	case days == 1:
		return "tomorrow " + t.Format("15:04")
	case days < 7:
		return t.Format("Monday 15:04")
	}
	return t.Format("Monday 2 January 15:04")
}

// because says why today is not like other days of its name, if it is not.
func because(days []business.Day, now time.Time) string {
	for _, d := range days {
		if d.Date.Format(time.DateOnly) == now.Format(time.DateOnly) && d.Note != "" {
			return " (" + strings.TrimSpace(d.Note) + ")"
		}
	}
	return ""
}
