package status

import (
	"strings"
	"time"

	"thulium_exporter/internal/business"
)

// hours returns whether it is within business hours, and until when. Those that
// last for more than a week without a break never end.
func (w words) hours(c *business.Calendar) string {
	if !c.OpenAt(w.Now) {
		return w.closed(c)
	}
	for t := w.Now.Truncate(time.Minute); t.Sub(w.Now) < 8*24*time.Hour; t = t.Add(time.Minute) {
		switch {
		case c.OpenAt(t) || t.Before(w.Now):
		case daysBetween(w.Now, t) == 0:
			return w.T("Open until %s", w.When(t))
		default:
			return w.T("Open; closes %s", w.When(t))
		}
	}
	return w.T("Open around the clock")
}

// closed returns when business hours begin again, and why there are none today.
func (w words) closed(c *business.Calendar) string {
	text := w.T("Closed")
	if second, ok := c.After(w.Now, 1); ok {
		text = w.T("Closed; opens %s", w.When(second.Add(-time.Second)))
	}
	for _, today := range c.Days(w.Now, w.Now) {
		note, _, _ := strings.Cut(today.Note, "clocks go")
		if note = strings.TrimSuffix(note, ", "); note != "" && len(today.Times) == 0 {
			text += " (" + w.T(note) + ")"
		}
	}
	return text
}
