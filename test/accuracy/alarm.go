package main

import "thulium_exporter/internal/progress"

// alarm is one that began.
type alarm struct {
	spell   *spell // nil: somebody calls
	delay   int64  // business minutes since the spell began
	quiet   reason // what kept the campaign silent for longest
	speed   speed
	outside bool // it began outside business hours
	repeat  bool // it began before within one idle time
	named   bool // the cause was right
	done    int  // records completed when it began
}

// right reports whether it announces a stall, which may be known only later.
func (a *alarm) right() bool { return a.spell != nil && a.spell.length() >= stalledAfter }

// heard is what a watcher said of a campaign.
type heard struct {
	alarm  *alarm // that fires
	latest *alarm
}

// judgeAlarm takes in the verdict of a watcher about a campaign.
func (y *year) judgeAlarm(o *observer, who int, c *campaign, values *progress.Campaign) {
	h := &c.heard[who]
	switch {
	case values.State != progress.Stalled:
		h.alarm = nil
	case h.alarm == nil:
		h.alarm = y.begun(c)
		h.alarm.repeat = h.latest != nil && h.latest.done == c.done
		h.latest = h.alarm
		o.alarms = append(o.alarms, h.alarm)
		h.alarm.named = values.Cause == c.cause()
		if s := h.alarm.spell; s != nil {
			s.told[who] = true
		}
	case float64(c.done-h.alarm.done) > 2.02*c.step(): // added records are rounded in another way
		o.overstay++
		h.alarm.done = c.done
	case c.spell != nil && h.alarm.spell != c.spell:
		c.spell.firing[who] = true
	}
}

func (y *year) begun(c *campaign) *alarm {
	a := &alarm{done: c.done, outside: !y.hours.OpenAt(at(y.now)) && !y.open, speed: c.speed(), spell: c.spell}
	if s := c.former; a.spell == nil && s != nil && y.clock-s.to <= afterglow && c.quiet[called] <= afterglow {
		a.spell = s
	}
	if a.spell != nil {
		a.delay = y.clock - a.spell.from
	}
	for why, minutes := range c.quiet {
		if minutes > c.quiet[a.quiet] {
			a.quiet = reason(why)
		}
	}
	return a
}
