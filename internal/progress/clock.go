package progress

import "time"

// clock is what a calendar shows at the two instants that an update is about.
type clock struct {
	calendar Calendar
	at       int64   // Unix time of the update
	open     bool    // it is inside business hours
	now      float64 // business seconds until then
	passed   float64 // business seconds since the previous update
}

// until is how many business seconds are over at an instant.
func (k *clock) until(unix int64) float64 { return k.calendar.SecondsUntil(time.Unix(unix, 0)) }

// closed reports whether no business time passed since the previous update.
func (k *clock) closed() bool { return k.passed == 0 && !k.open }

// clocks reads each calendar once per update.
type clocks struct {
	at, previous time.Time // previous is zero if there was no update
	latest       *clock
	all          map[Calendar]*clock
}

func (c *clocks) of(calendar Calendar) *clock {
	if c.latest != nil && c.latest.calendar == calendar {
		return c.latest
	}
	k, ok := c.all[calendar]
	if !ok {
		k = c.read(calendar)
		if c.all == nil {
			c.all = make(map[Calendar]*clock)
		}
		c.all[calendar] = k
	}
	c.latest = k
	return k
}

func (c *clocks) read(calendar Calendar) *clock {
	k := &clock{calendar: calendar, at: c.at.Unix(), open: calendar.OpenAt(c.at)}
	k.now = k.until(k.at)
	if !c.previous.IsZero() {
		k.passed = max(0, k.now-k.until(c.previous.Unix()))
	}
	return k
}
