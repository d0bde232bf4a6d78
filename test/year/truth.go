package main

import "math"

// stall is a time in which a campaign did not move although it should have,
// long enough to be told: what a perfect alert would announce.
type stall struct {
	campaign  string
	kind      string
	threshold float64 // business seconds
	began     float64 // business seconds
	due       int64   // when the threshold was reached
	ended     int64
	visible   int  // minutes past the threshold in which the server could see it
	unseen    bool // it began while the server could not see it
	records   int
}

// stallClock measures how long one campaign stands, for one threshold.
type stallClock struct {
	threshold float64
	began     float64
	due       int64
	visible   int
	kind      string
	from      int64 // when it began, in Unix seconds
	sighted   bool  // the server has seen the campaign since
	unseen    bool
}

// thresholds are the two of the rules: warning and critical.
func thresholds() []float64 { return []float64{2 * hour, 6 * hour} }

// rewind starts the clocks of a campaign anew.
func (c *campaign) rewind(unix int64, now float64) {
	c.clocks = c.clocks[:0]
	for _, t := range thresholds() {
		c.clocks = append(c.clocks, stallClock{threshold: t, began: now, from: unix})
	}
}

// watch keeps the clocks after a minute of the campaign's life.
func (c *campaign) watch(w *world, now float64) {
	moved := c.done > c.before
	for i := range c.clocks {
		k := &c.clocks[i]
		if c.watched() && !moved {
			k.wait(c, w, now)
			continue
		}
		// A pause nobody could see is no pause: it did not move either.
		if c.pausedUntil > 0 && !c.away {
			continue
		}
		k.end(c, w)
		*k = stallClock{threshold: k.threshold, began: now, from: w.now}
	}
	c.scraped = false
}

// wait counts one more minute without progress.
func (k *stallClock) wait(c *campaign, w *world, now float64) {
	if c.scraped && !k.sighted {
		k.sighted, k.unseen = true, w.now-k.from > slack
	}
	if now-k.began < k.threshold {
		return
	}
	if k.due == 0 {
		k.due, k.kind = w.now, c.kind
		if now < w.halted {
			k.kind = "all-stalled"
		}
	}
	if c.scraped && w.cal.OpenAt(at(w.now)) && c.shownPercent(c.done) < 100 {
		k.visible++
	}
}

// end writes a stall down that reached its threshold.
func (k *stallClock) end(c *campaign, w *world) {
	if k.due == 0 {
		return
	}
	w.stalls = append(w.stalls, stall{
		campaign: c.id, kind: k.kind, threshold: k.threshold, began: k.began, due: k.due,
		ended: w.now, visible: k.visible, records: c.records,
		unseen: k.unseen || !k.sighted,
	})
}

// finish ends the stalls that still go on when the simulation stops.
func (w *world) finish() {
	for _, c := range w.slot {
		if c == nil {
			continue
		}
		for i := range c.clocks {
			c.clocks[i].end(c, w)
		}
	}
}

// departure is an unfinished campaign leaving the list.
type departure struct {
	campaign string
	left     float64 // business seconds
	back     float64 // business seconds; infinite if it never came back
	share    float64 // of the records that were done
}

func (w *world) depart(c *campaign, now float64) {
	c.listed = false
	w.left[c.id] = len(w.departures)
	w.departures = append(w.departures, departure{c.id, now, math.Inf(1), c.shownPercent(c.done)})
}

func (w *world) back(c *campaign, now float64) { w.departures[w.left[c.id]].back = now }

// allStand tells whether no campaign has moved for some business seconds.
func (w *world) allStand(seconds float64) bool {
	now := w.business(w.now)
	for c := range w.campaigns {
		if c.watched() && now-c.clocks[0].began < seconds {
			return false
		}
	}
	return true
}

// profile is what excuses a false alarm of a campaign.
type profile struct {
	largest int  // records at most
	trickle bool // records were added every minute
}
