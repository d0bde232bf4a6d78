package status

import (
	"strings"
	"time"

	"thulium_exporter/internal/business"
)

// maxOpen is how long business hours may last without a break; those that last
// longer never end, as far as anybody cares.
const maxOpen = 8 * 24 * time.Hour

// hours returns whether it is within business hours, and until when.
func (w words) hours(c *business.Calendar) string {
	if !c.OpenAt(w.now) {
		return w.closed(c)
	}
	for t := w.now.Truncate(time.Minute); t.Sub(w.now) < maxOpen; t = t.Add(time.Minute) {
		switch {
		case c.OpenAt(t) || t.Before(w.now):
		case daysBetween(w.now, t) == 0:
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
	if second, ok := c.After(w.now, 1); ok {
		text = w.T("Closed; opens %s", w.When(second.Add(-time.Second)))
	}
	today := c.Days(w.now, w.now)
	if len(today) == 0 || len(today[0].Times) > 0 {
		return text
	}
	note, _, _ := strings.Cut(today[0].Note, "clocks go")
	if note = strings.TrimSuffix(note, ", "); note != "" {
		text += " (" + w.T(note) + ")"
	}
	return text
}
