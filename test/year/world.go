package main

import (
	"fmt"
	"math"
	"math/rand/v2"
)

// slots is how many campaigns usually run side by side. A finished one is
// followed by the next, so that some two hundred pass in a year.
const slots = 10

// world is the contact centre, its Thulium and the exporter in front of it.
// It draws everything from its own source of chance: the same seed gives the
// same year, whoever watches.
type world struct {
	r          *rand.Rand
	cal        clock
	now        int64
	slot       []*campaign
	nextAt     []int64
	born       int
	halted     float64 // business seconds until which nobody dials at all
	faults     faults
	stalls     []stall
	left       map[string]int // open departures
	departures []departure
	profiles   map[string]profile
	calRev     int
	calJump    float64
}

func newWorld(seed uint64, cal clock, start int64, slots int) *world {
	return &world{
		r: rand.New(rand.NewPCG(seed, 1)), cal: cal, now: start, calRev: 1,
		slot: make([]*campaign, slots), nextAt: make([]int64, slots),
		left: map[string]int{}, profiles: map[string]profile{},
	}
}

// step lives through one minute.
func (w *world) step() {
	from := w.business(w.now)
	w.now += minute
	to := w.business(w.now)
	open := to > from
	w.faults.step(w.r, w.now)
	w.changeCalendar()
	w.halt(to, open)
	for i, c := range w.slot {
		if c == nil {
			w.open(i, to)
			continue
		}
		w.live(c, to, open)
		w.profiles[c.id] = profile{max(c.records, w.profiles[c.id].largest), c.trickle}
		c.watch(w, to)
		if c.gone {
			w.slot[i], w.nextAt[i] = nil, w.now+int64(w.r.IntN(2*24*60))*minute
		}
	}
}

// business is the number of business seconds until an instant.
func (w *world) business(unix int64) float64 { return w.cal.SecondsUntil(at(unix)) }

// campaigns yields the active ones.
func (w *world) campaigns(yield func(*campaign) bool) {
	for _, c := range w.slot {
		if c != nil && c.listed && !yield(c) {
			return
		}
	}
}

// missed notes that the server has seen which campaigns are paused.
func (w *world) missed() {
	for _, c := range w.slot {
		if c != nil && !c.listed {
			c.away = true
		}
	}
}

// count is the number of campaigns that are listed.
func (w *world) count() int {
	n := 0
	for range w.campaigns {
		n++
	}
	return n
}

// changeCalendar edits the opening hours about twice a year: the counter jumps.
func (w *world) changeCalendar() {
	if !chance(w.r, 182*24*60) {
		return
	}
	w.calRev++
	w.calJump += float64(w.r.IntN(4000)-2000) * hour
}

// halt stops all dialling about every six weeks, as a broken dialler would.
func (w *world) halt(now float64, open bool) {
	if open && chance(w.r, 6*5*12*60) {
		w.halted = now + between(w.r, 1.2, 5)*hour
	}
}

// open puts the next campaign into a free slot.
func (w *world) open(i int, now float64) {
	if w.now < w.nextAt[i] {
		return
	}
	w.born++
	c := &campaign{id: fmt.Sprintf("%05d", w.born), listed: true, trickle: w.r.IntN(30) == 0}
	w.fill(c)
	w.birth(c, now)
	c.rewind(w.now, now)
	w.slot[i] = c
}

// fill gives a campaign its records and agents enough to finish them in one
// and a half to fifteen working days.
func (w *world) fill(c *campaign) {
	c.loaded = w.size()
	c.records = c.loaded
	c.rate = max(8, float64(c.loaded)/(between(w.r, 1.5, 15)*12))
}

// size draws the records of a campaign: most are small, some have up to
// 120,000 records, a few so many that a hundredth of a percent is a lot.
func (w *world) size() int {
	switch n := w.r.IntN(100); {
	case n < 4:
		return 150_000 + w.r.IntN(250_000)
	case n < 12:
		return 60_000 + w.r.IntN(60_001)
	default:
		return int(min(120_000, max(150, 4000*math.Exp(1.3*w.r.NormFloat64()))))
	}
}

// birth decides how a campaign begins.
func (w *world) birth(c *campaign, now float64) {
	switch n := w.r.IntN(100); {
	case n < 12:
		c.stall("born-dead", now, between(w.r, 1, 14))
	case n < 20:
		c.stall("waiting", now, between(w.r, 12, 36))
	case n < 26:
		c.loadedAt = now + between(w.r, 0.5, 8)*hour
		c.records = 0
	}
}

// live is one minute of a campaign.
func (w *world) live(c *campaign, now float64, open bool) {
	c.before = c.done
	switch {
	case c.pausedUntil > 0:
		w.resume(c, now)
	case c.leavesAt > 0:
		w.leave(c, now)
	case c.records == 0:
		w.load(c, now)
	case open:
		w.work(c, now)
	}
}

func (w *world) resume(c *campaign, now float64) {
	if w.now < c.pausedUntil {
		return
	}
	c.pausedUntil, c.listed, c.away = 0, true, false
	w.back(c, now)
}

func (w *world) load(c *campaign, now float64) {
	if now < c.loadedAt {
		return
	}
	w.fill(c)
	c.rewind(w.now, now)
}

// leave ends a finished campaign, or lets it run on with new records.
func (w *world) leave(c *campaign, now float64) {
	if w.now < c.leavesAt {
		return
	}
	c.leavesAt = 0
	if w.r.IntN(7) == 0 {
		c.records += c.records/5 + 10
		c.rewind(w.now, now)
		return
	}
	c.listed, c.gone = false, true
}

// work is a minute of an unfinished campaign in business time.
func (w *world) work(c *campaign, now float64) {
	c.change(w.r)
	w.event(c, now)
	if now >= w.halted {
		c.dial(w.r, now, w.share(now))
	}
	if c.finished() {
		c.leavesAt = w.now + int64(w.r.IntN(2*24*60))*minute
	}
}

// share is how many of the agents work: fewer at lunch.
func (w *world) share(now float64) float64 {
	if h := math.Mod(now/hour, 12); h > 4 && h < 5 {
		return 0.4
	}
	return 1
}

// event lets something happen to a campaign that runs.
func (w *world) event(c *campaign, now float64) {
	if now < c.stalledUntil {
		return
	}
	switch {
	case w.closingSoon() && chance(w.r, 40*60):
		c.stall("evening", now, between(w.r, 2.2, 6))
	case chance(w.r, 80*60):
		w.stall(c, now)
	case chance(w.r, 60*60):
		c.pausedUntil = w.now + int64(5+w.r.IntN(36*60))*minute
		w.depart(c, now)
	case c.records < 2*c.loaded && chance(w.r, 50*60):
		c.records += int(float64(c.loaded)*between(w.r, 0.001, 0.5)) + 1
	case chance(w.r, 150*60):
		c.remove(w.r, 0.5)
	case chance(w.r, 300*60):
		w.archive(c)
	case chance(w.r, 600*60):
		c.gone = true
		w.depart(c, now)
	}
}

// archive takes out records that are done: completion falls, nothing moved.
func (w *world) archive(c *campaign) {
	n := int(float64(c.done) * between(w.r, 0.05, 0.5))
	c.records, c.done, c.before = c.records-n, c.done-n, c.done-n
	if w.r.IntN(2) == 0 {
		c.stall("archived", w.business(w.now), between(w.r, 1, 5))
	}
}

func (w *world) stall(c *campaign, now float64) {
	switch w.r.IntN(6) {
	case 0:
		c.stall("long", now, between(w.r, 12, 36))
	case 1:
		c.stall("trickle-add", now, between(w.r, 2.2, 10))
	case 2:
		c.stall("shrink", now, between(w.r, 2.2, 10))
	case 3:
		c.stall("short", now, between(w.r, 0.3, 1.9))
	default:
		c.stall("in-day", now, between(w.r, 1.8, 7))
	}
}

func (w *world) closingSoon() bool { return !w.cal.OpenAt(at(w.now + 90*minute)) }

// chance is true once in n draws, on average.
func chance(r *rand.Rand, n int) bool { return r.IntN(n) == 0 }

// between draws a number evenly from a range.
func between(r *rand.Rand, low, high float64) float64 { return low + (high-low)*r.Float64() }
