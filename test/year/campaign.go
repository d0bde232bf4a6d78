package main

import (
	"math"
	"math/rand/v2"
)

// campaign is one outbound campaign as the dialler knows it: exact counts,
// not the rounded percentage that its API tells.
type campaign struct {
	id      string
	loaded  int // records it began with
	records int
	done    int
	before  int // done one minute ago, to place progress inside the minute
	rate    float64

	listed  bool
	trickle bool // records are added all its life, half as fast as it works them off
	kind    string

	stalledUntil float64 // business seconds
	pausedUntil  int64   // Unix seconds; 0 while listed
	loadedAt     float64 // business seconds at which an empty campaign gets its records
	leavesAt     int64   // Unix seconds; set when it finishes
	scraped      bool    // the server under test saw it this minute
	away         bool    // the server under test saw that it is paused
	gone         bool

	clocks []stallClock
}

// shownPercent is what the API says: rounded to two decimals.
func (c *campaign) shownPercent(done int) float64 {
	if c.records == 0 {
		return 0
	}
	return math.Round(float64(done)/float64(c.records)*1e4) / 100
}

// doneAt places the progress of the current minute at its seconds.
func (c *campaign) doneAt(second int64) int {
	if c.done < c.before {
		return c.done
	}
	return c.before + int(int64(c.done-c.before)*second/minute)
}

func (c *campaign) finished() bool { return c.records > 0 && c.done >= c.records }

// watched tells whether standing still would be a stall.
func (c *campaign) watched() bool { return c.listed && c.records > 0 && !c.finished() }

// dial lets the agents work for one minute of business time.
func (c *campaign) dial(r *rand.Rand, now float64, share float64) {
	if !c.watched() || now < c.stalledUntil {
		return
	}
	c.kind = ""
	c.done = min(c.records, c.done+poisson(r, c.rate*share/60))
}

// stall stops the dialling for some business hours.
func (c *campaign) stall(kind string, now, hours float64) {
	c.kind = kind
	c.stalledUntil = now + hours*hour
}

// change moves the number of records while the campaign stands or runs.
func (c *campaign) change(r *rand.Rand) {
	switch {
	case c.trickle:
		c.records += poisson(r, c.rate/60/2)
	case c.kind == "trickle-add" && r.IntN(5) == 0:
		c.records += 1 + r.IntN(20)
	case c.kind == "shrink" && r.IntN(40) == 0:
		c.remove(r, 0.05)
	}
}

// remove takes out up to a share of the records nobody has called yet.
func (c *campaign) remove(r *rand.Rand, share float64) {
	c.records -= int(float64(c.records-c.done) * share * r.Float64())
}

// poisson draws the number of calls closed in one minute.
func poisson(r *rand.Rand, mean float64) int {
	if mean > 50 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	limit, product, n := math.Exp(-mean), r.Float64(), 0
	for product > limit {
		product *= r.Float64()
		n++
	}
	return n
}
