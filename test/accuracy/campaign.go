package main

import (
	"math"
	"math/rand/v2"

	"thulium_exporter/internal/business"
	"thulium_exporter/thulium"
)

// campaign is one outbound campaign as the dialler knows it: exact counts, not
// the rounded percentage of the API.
type campaign struct {
	id      string
	records int
	loaded  int // records that it began with
	done    int
	calls   int     // records that were ever completed
	rate    float64 // records per business hour
	tail    float64 // percent from which on the rest goes ever slower; 100: none

	callback bool // nobody calls unless somebody orders it; no alert is wanted
	evening  bool // it has business hours of its own
	trickle  bool // records are added all its life
	quiet    bool // nothing happens to it alone

	hours       *business.Calendar
	listed      bool
	gone        bool
	waitUntil   int64 // its order has not come before
	silentFrom  int64 // when somebody last could call
	silentUntil int64 // nobody calls before
	silence     cause
	pausedUntil int64
	leavesAt    int64
	disturbed   bool // a stall, records that came or went: no end can be foretold

	last   [causes]int64 // when something happened to it
	stall  *stall        // in which it is
	former *stall
	shown  finishes

	alarms   [watchers]*alarm // that fire
	controls controls
}

func (c *campaign) percent() float64 {
	if c.records == 0 {
		return 0
	}
	return float64(c.done) / float64(c.records) * 100
}

// entry is what the API says of the campaign.
func (c *campaign) entry() thulium.Campaign {
	return thulium.Campaign{
		ID: c.id, Records: float64(c.records), CompletionPercent: math.Round(c.percent()*100) / 100,
	}
}

// step is how many records the last digit of the percentage stands for.
func (c *campaign) step() float64 { return max(1, float64(c.records)/1e4) }

// slowdown is the share of its pace that a campaign has left in its tail: down to
// a tenth.
func (c *campaign) slowdown() float64 {
	p := c.percent()
	if p <= c.tail {
		return 1
	}
	return math.Pow(10, -(p-c.tail)/(100-c.tail))
}

// visible is how many steps of progress the API shows in a business hour.
func (c *campaign) visible() float64 { return c.rate * c.slowdown() / c.step() }

func (c *campaign) finished() bool { return c.records > 0 && c.done >= c.records }

// dial is a minute of work at a share of the usual pace.
func (c *campaign) dial(r *rand.Rand, share float64) {
	n := min(c.records-c.done, poisson(r, c.rate*c.slowdown()*share/60))
	c.done, c.calls = c.done+n, c.calls+n
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
