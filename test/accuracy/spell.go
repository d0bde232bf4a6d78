package main

// spell is a time during which nobody can call a campaign although records are due. From
// two hours on it is a stall. While the agents call a campaign that comes before, or one of
// their own out of turn, those that come later wait.
type spell struct {
	why       reason // the worst of it
	from, to  int64  // business minutes
	elsewhere int64  // minutes in which the agents call another campaign
	speed     speed
	watched   bool           // it has a threshold
	told      [watchers]bool // an alarm began
	firing    [watchers]bool // an earlier alarm had not ended
	system    bool           // the system as a whole was told to be stalled
}

func (s *spell) length() int64 { return s.to - s.from }

// watch finds out why a campaign is not called in this minute.
func (w *centre) watch(c *campaign) {
	c.why = w.reason(c)
	c.quiet[c.why]++
	if c.why == called || c.why == waiting {
		w.blocked = false
	}
	if !c.why.blocks() {
		w.end(c)
		return
	}
	if c.spell == nil {
		c.spell = &spell{from: w.clock - 1, speed: c.speed()}
	}
	c.spell.to = w.clock
	c.spell.why = max(c.spell.why, c.why)
	if c.team.trouble == moved && c.team.working > 0 {
		c.spell.elsewhere++
	}
}

// end ends the spell of a campaign.
func (w *centre) end(c *campaign) {
	if c.spell != nil {
		w.spells = append(w.spells, c.spell)
		c.former, c.spell = c.spell, nil
	}
}

func (w *centre) reason(c *campaign) reason {
	switch t := c.team; {
	case c.ready == 0:
		return retrying
	case w.halted != nil:
		return outage
	case c.calledAt == w.now:
		return called
	case t.trouble == moved && t.working > 0 && t.target.team == t && c != t.turn():
		return waiting
	case t.working == 0 && (t.trouble == called || t.trouble == moved):
		return lunch
	case t.trouble != called:
		return t.trouble
	}
	return waiting
}
