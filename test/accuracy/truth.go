package main

// stall is a time in which nobody called for a campaign that had started, in its
// business hours and outside its tail: by the generator's causes, not by what the
// tracker takes for one.
type stall struct {
	why      cause
	from, to int64
	seconds  float64 // of business time; once it is over
	seen     int64   // the first response after it began
	watched  [watchers]watched
	around   [causes]bool // what else happened to the campaign
	calls    int          // that had been made for the campaign when it ended
}

// watched is what one watcher made of a stall.
type watched struct {
	visible  int // minutes in which it lasted for longer than the threshold of then
	reported int // alarms that began in it
}

// watch keeps the stall of a campaign after a minute of its life.
func (w *centre) watch(c *campaign, open bool) {
	if !open {
		return
	}
	if !w.silent(c) || c.callback {
		c.silentFrom = w.now
		w.close(c)
		return
	}
	if e := c.entry(); e.CompletionPercent == 0 || e.CompletionPercent >= stalledUntil {
		w.close(c)
		return
	}
	why := c.silence
	if w.now >= c.silentUntil {
		why = w.halting
	}
	if c.stall == nil {
		c.stall = &stall{why: why, from: c.silentFrom}
	}
	if why.isStall() {
		c.stall.why = why
	}
}

// close ends the stall of a campaign.
func (w *centre) close(c *campaign) {
	s := c.stall
	if s == nil {
		return
	}
	s.to, s.seconds = w.now-minute, passed(c.hours, s.from, w.now-minute)
	s.around, s.calls = w.around(c), c.calls
	w.stalls = append(w.stalls, s)
	c.former, c.stall = s, nil
}

// current is the stall that an alarm which begins now may be about. One that has
// ended counts as long as no progress was to be seen: nobody can know yet.
func (w *centre) current(c *campaign) *stall {
	if c.stall != nil {
		return c.stall
	}
	if f := c.former; f != nil && float64(c.calls-f.calls) < 1.02*c.step() && passed(c.hours, f.to, w.now) < slack {
		return f
	}
	return nil
}

// around is what a campaign is, and what happened to it in the last hours.
func (w *centre) around(c *campaign) (happened [causes]bool) {
	for what := range causes {
		when := max(c.last[what], w.last[what])
		happened[what] = when > 0 && passed(c.hours, when, w.now) < 4*3600
	}
	happened[slow] = c.visible() < 4.4
	happened[lively] = c.visible() >= 8
	happened[medium] = !happened[slow] && !happened[lively]
	happened[evening], happened[trickle], happened[callback] = c.evening, c.trickle, c.callback
	happened[tailed] = c.percent() > c.tail
	return happened
}
