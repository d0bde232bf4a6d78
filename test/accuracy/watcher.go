package main

import "thulium_exporter/thulium"

// The watchers: the tracker with and without a state file, and two rules of one
// expression that need no tracker.
const (
	withState = iota
	withoutState
	naive
	fair
	watchers
)

const (
	stalledAfter = 2 * 3600.0
	stalledUntil = 98.0

	// slack is by how much a stall may be shorter than the configured time: the
	// last call was a while before it, and the next one is a while after it.
	slack = 30 * minute
)

// alarm is one that began.
type alarm struct {
	entry     thulium.Campaign
	visible   float64
	stall     *stall // nil: there is none
	threshold float64
	delay     float64 // business seconds since the stall began; negative if that was not seen
	outside   bool    // it began outside business hours
	around    [causes]bool
	calls     int // that had been made when it began
	began     int64
	step      float64
}

// right reports whether it announces a stall, which may be known only later.
// Breaks under two hours are none, however late in one the alarm begins.
func (a *alarm) right() bool {
	switch s := a.stall; {
	case s == nil:
		return false
	case s.why.isStall():
		return s.seconds >= stalledAfter-slack
	default:
		return s.seconds >= stalledAfter
	}
}

// alarms are those of one watcher.
type alarms struct {
	all      []*alarm
	overstay int // times when an alarm outlasted progress that was to be seen
}

// judge takes in the verdict of a watcher about a campaign, as of a response.
func (w *centre) judge(s *alarms, who int, c *campaign, firing bool, threshold float64) {
	w.observe(who, c, firing, threshold)
	a := c.alarms[who]
	switch {
	case !firing:
		c.alarms[who] = nil
	case a == nil:
		a = w.begun(c, threshold)
		s.all = append(s.all, a)
		c.alarms[who] = a
		if a.stall != nil {
			if a.stall.watched[who].reported > 0 {
				a.delay = -1 // it is reported again
			}
			a.stall.watched[who].reported++
		}
	case w.outlasted(c, a):
		s.overstay++
		a.calls = c.calls
	}
}

// observe counts the minutes in which a stall could be reported.
func (w *centre) observe(who int, c *campaign, firing bool, threshold float64) {
	s := c.stall
	if s == nil || !c.hours.OpenAt(at(w.now)) {
		return
	}
	if s.seen == 0 {
		s.seen = w.now
	}
	from := s.from
	if s.seen > s.from+2*minute {
		from = s.seen
	}
	if threshold > 0 && passed(c.hours, from, w.now) >= threshold {
		s.watched[who].visible++
	}
	if firing && c.alarms[who] != nil && s.watched[who].reported == 0 {
		s.watched[who].reported = 1 // it was false when it began
	}
}

func (w *centre) begun(c *campaign, threshold float64) *alarm {
	a := &alarm{
		stall: w.current(c), threshold: threshold, delay: -1, around: w.around(c), began: w.now,
		outside: !c.hours.OpenAt(at(w.now)) && !c.hours.OpenAt(at(w.now-2*minute)),
		calls:   c.calls, step: c.step(), entry: c.entry(), visible: c.visible(),
	}
	if s := a.stall; s != nil && s.seen > 0 && s.seen <= s.from+2*minute {
		a.delay = passed(c.hours, s.from, w.now)
	}
	return a
}

// outlasted reports whether there was progress that nobody could overlook.
func (w *centre) outlasted(c *campaign, a *alarm) bool {
	fell := max(c.last[archive], c.last[removal]) >= a.began
	steps := 1.02
	if c.trickle { // each response is rounded by another size
		steps = 2.02
	}
	return !fell && float64(c.calls-a.calls) > steps*max(a.step, c.step())
}
