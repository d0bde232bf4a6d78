package main

import (
	"fmt"
	"math"
	"math/rand/v2"

	"thulium_exporter/thulium"
)

const (
	attempts = 5       // after which a record is closed, whatever came of it
	quarter  = 15 * 60 // the grain of retries, in seconds
	wheel    = 3 * 96  // quarters ahead for which retries are known
)

// campaign is an outbound campaign as the dialler knows it, in exact counts.
type campaign struct {
	id     string
	team   *team
	guests *team   // that was moved here
	order  int     // within the pool of its team
	effort float64 // attempts per hour of an agent
	reach  float64 // probability that an attempt closes a record
	soon   float64 // share of retries within hours, not on the next day

	records, done int
	due           [attempts]int // records to call now, by attempts made
	ready         int           // sum of due
	later         [wheel][attempts]int32
	turned        int64 // quarter up to which the wheel has turned

	calledAt int64 // the latest minute in which somebody called
	leavesAt int64 // Unix time; 0 before it is finished
	changed  int64 // business minute when records were added, or closed without a call

	spell, former *spell          // in which nobody can call, and the one before
	quiet         [reasons]int    // minutes since the latest completed record, by reason
	why           reason          // of the latest minute
	heard         [watchers]heard // what watchers say
	finishes      finishes
}

func newCampaign(r *rand.Rand, t *team, number int, now int64) *campaign {
	c := &campaign{
		id: fmt.Sprintf("%05d", number), team: t, order: t.place(r), turned: now / quarter,
		effort: t.effort * spread(r, 0.5, 2), reach: between(r, 0.35, 0.7), soon: between(r, 0.9, 1),
	}
	if r.IntN(4) == 0 {
		c.soon = between(r, 0.1, 0.5)
	}
	size := c.pace() * between(r, 50, 400)
	if r.IntN(3) == 0 {
		size = between(r, 50, 100) // a list of fifty
	}
	c.add(int(max(50, min(size, 30_000))))
	return c
}

// pace is how many records an hour the whole team completes.
func (c *campaign) pace() float64 {
	never := math.Pow(1-c.reach, attempts)
	return float64(len(c.team.agents)) * 0.55 * c.effort * c.reach / (1 - never)
}

// add imports fresh records.
func (c *campaign) add(n int) {
	c.records += n
	c.due[0] += n
	c.ready += n
}

// close closes fresh records at a stroke, without a call.
func (c *campaign) close(n int) {
	c.due[0] -= n
	c.ready -= n
	c.done += n
}

// archive takes out records that are done.
func (c *campaign) archive(n int) {
	c.records -= n
	c.done -= n
}

// turn makes the records due whose time has come.
func (c *campaign) turn(now int64) {
	for ; c.turned < now/quarter; c.turned++ {
		slot := &c.later[c.turned%wheel]
		for made, n := range slot {
			c.due[made] += int(n)
			c.ready += int(n)
		}
		*slot = [attempts]int32{}
	}
}

// call makes some attempts, retries first.
func (c *campaign) call(r *rand.Rand, n int) {
	for made := attempts - 1; made >= 0; made-- {
		for ; n > 0 && c.due[made] > 0; n-- {
			c.due[made]--
			c.ready--
			if made == attempts-1 || r.Float64() < c.reach {
				c.done++
				c.quiet = [reasons]int{}
				continue
			}
			c.later[(c.turned+c.delay(r))%wheel][made+1]++
		}
	}
}

// delay draws after how many quarters a record is called again.
func (c *campaign) delay(r *rand.Rand) int64 {
	if r.Float64() < c.soon {
		return int64(2 + r.IntN(10))
	}
	return int64(60 + r.IntN(60))
}

func (c *campaign) finished() bool { return c.done >= c.records }

func (c *campaign) percent() float64 { return 100 * float64(c.done) / float64(c.records) }

// entry is what the API says of the campaign.
func (c *campaign) entry() thulium.Campaign {
	return thulium.Campaign{
		ID: c.id, Records: float64(c.records), CompletionPercent: math.Round(c.percent()*100) / 100,
	}
}

// step is how many records the last digit of the percentage stands for.
func (c *campaign) step() float64 { return max(1, float64(c.records)/1e4) }

// visible is how many steps of progress the API shows in an hour in which the team calls.
func (c *campaign) visible() float64 { return c.pace() / c.step() }

// speed is a class of paces.
type speed int

const (
	slow   speed = iota // below two steps an hour
	medium              // below eight
	lively
	speeds
)

// String returns what the tables call it.
func (s speed) String() string {
	return [speeds]string{"below 2 steps an hour", "2 to 8", "8 and more"}[s]
}

func (c *campaign) speed() speed {
	switch v := c.visible(); {
	case v < 2:
		return slow
	case v < 8:
		return medium
	}
	return lively
}
