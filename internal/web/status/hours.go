package status

import (
	"time"

	"thulium_exporter/internal/config"
)

// hours returns whether it is within business hours, and until when. Those that
// last for more than a week without a break never end.
func (w words) hours(c config.Calendar) string {
	next, ok := c.Next(w.Now)
	switch {
	case !ok:
		return w.T("Closed") + w.reason(c)
	case next.From.After(w.Now):
		return w.T("Closed; opens %s", w.When(next.From)) + w.reason(c)
	case next.To.Sub(w.Now) > 7*24*time.Hour:
		return w.T("Open around the clock")
	case daysBetween(w.Now, next.To) == 0:
		return w.T("Open until %s", w.When(next.To))
	}
	return w.T("Open; closes %s", w.When(next.To))
}

// reason returns why there are no business hours today, if they are missing.
func (w words) reason(c config.Calendar) string {
	today := c.Day(w.Now)
	if today.Note == "" || len(today.Open) > 0 {
		return ""
	}
	return " (" + w.T(today.Note) + ")"
}
