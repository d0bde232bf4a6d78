package main

const (
	dayMinutes  = 12 * 60
	yearMinutes = 251 * dayMinutes

	// stallEvery is once in how many minutes in which a campaign is called it stalls.
	stallEvery = 400 * 60
	// closeEvery and archiveEvery are the same of many records that are closed at a
	// stroke, or archived.
	closeEvery   = 400 * 60
	archiveEvery = 500 * 60
)

// fail draws what happens to all: two outages of the dialler a year, and times in which
// Thulium does not respond.
func (w *centre) fail() {
	if w.halted != nil && w.clock >= w.halted.to {
		w.halted, w.ended = nil, w.clock
	}
	switch {
	case w.halted == nil && once(w.r, yearMinutes/2):
		w.halted = &halt{from: w.clock, to: w.clock + int64(between(w.r, 120, 360))}
		w.halts = append(w.halts, w.halted)
	case once(w.r, dayMinutes):
		w.silentTil = w.now + minute
	case once(w.r, 5*dayMinutes):
		w.silentTil = w.now + int64(5+w.r.IntN(55))*minute
	case once(w.r, 40*dayMinutes):
		w.silentTil = w.now + int64(2+w.r.IntN(12))*3600
	}
}

// disturb draws what happens to a team.
func (w *centre) disturb(t *team) {
	if t.trouble != called {
		if w.clock >= t.until || t.target != nil && t.target.finished() {
			t.clear()
		}
		return
	}
	c := t.turn()
	switch {
	case c == nil || t.working == 0 || w.halted != nil:
	case once(w.r, 10.5*dayMinutes): // twice a month
		w.begin(t, training, between(w.r, 30, 115))
		t.offline = w.r.IntN(2) == 0
	case once(w.r, stallEvery/float64(len(t.campaigns))):
		w.stall(t)
	case once(w.r, 200*60):
		w.topUp(c)
	case once(w.r, closeEvery):
		c.close(w.r.IntN(1 + c.due[0]/4))
		c.changed = w.clock
	case once(w.r, archiveEvery):
		c.archive(w.r.IntN(1 + c.done/2))
	}
}

// stall draws one: a third of them because the agents call another campaign.
func (w *centre) stall(t *team) {
	minutes := 120 + 120*w.r.ExpFloat64()
	if w.r.IntN(8) == 0 {
		minutes = between(w.r, dayMinutes, 3*dayMinutes)
	}
	switch w.r.IntN(9) {
	case 0, 1, 2:
		w.begin(t, away, minutes)
	case 3, 4:
		w.begin(t, paused, minutes)
	case 5:
		w.begin(t, broken, minutes)
	default:
		if target := w.elsewhere(t); target != nil {
			w.begin(t, moved, minutes)
			t.target, target.guests = target, t
		}
	}
}

func (w *centre) begin(t *team, why reason, minutes float64) {
	t.trouble, t.until = why, w.clock+int64(minutes)
}

// elsewhere draws a campaign to which a team may be moved.
func (w *centre) elsewhere(t *team) *campaign {
	var choice []*campaign
	for _, other := range w.teams {
		for _, c := range other.campaigns {
			if c != t.turn() && c.ready > 20 && c.guests == nil {
				choice = append(choice, c)
			}
		}
	}
	if len(choice) == 0 {
		return nil
	}
	return choice[w.r.IntN(len(choice))]
}

// topUp adds records to a campaign.
func (w *centre) topUp(c *campaign) {
	c.add(1 + int(float64(c.records)*between(w.r, 0.01, 0.4)))
	c.changed = w.clock
}
