package simulator

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

// never is later than everything.
const never = time.Duration(math.MaxInt64)

// Campaign describes the life of a campaign. Its state at any time follows from
// these fields alone. Numbers must not be negative unless stated.
type Campaign struct {
	ID string // five digits, as Thulium writes them

	// For people; not part of the API.
	Name     string
	Deadline time.Duration // of each generation, after its start; 0: none

	Records int     // when it starts
	Done    float64 // of these; a fraction because Thulium's own example needs one

	Team   string // whose agents may work it; empty: nobody
	Agents int    // so many of the team
	Idle   string // their status while no campaign of theirs progresses; empty: FREE

	PerHour      float64 // records finished, except in a stall
	AddedPerHour float64 // records added, until it is done
	Stalls       []Stall // in order, apart from each other

	Starts  time.Duration // when it is first listed; negative: it has been running that long
	Lingers time.Duration // how long it is listed after it is done
	Leaves  time.Duration // if set, it is listed for this long, done or not

	// Every, if set, replaces the campaign by a new one at this interval. With
	// Stride its ID is that much higher, modulo 100,000.
	Every  time.Duration
	Stride int
}

// Stall is a pause in a campaign's progress, counted from its start.
type Stall struct{ Offset, Length time.Duration }

// entry is one campaign on the wire.
type entry struct {
	ID      string  `json:"id"`
	Records int     `json:"records_count"`
	Percent float64 `json:"completion_percent"`
}

// at returns what Thulium lists for the campaign at that time, or false while
// the campaign is not active.
func (c Campaign) at(elapsed time.Duration) (entry, bool) {
	age := elapsed - c.Starts
	if age < 0 {
		return entry{}, false
	}
	id := c.ID
	if c.Every > 0 {
		id, age = c.successor(int(age/c.Every)), age%c.Every
	}
	finish := c.finish()
	if age-c.Lingers >= finish || c.Leaves > 0 && age >= c.Leaves {
		return entry{}, false
	}
	records, percent := c.progress(min(age, finish))
	if age >= finish {
		percent = 100
	}
	return entry{ID: id, Records: records, Percent: percent}, true
}

// progress counts whole records, so that a small campaign moves in steps.
func (c Campaign) progress(age time.Duration) (records int, percent float64) {
	records = c.Records + int(c.AddedPerHour*age.Hours())
	if records == 0 {
		return 0, 0
	}
	done := c.Done + math.Floor(c.PerHour*c.busy(age).Hours())
	return records, math.Round(min(1, done/float64(records))*10_000) / 100
}

// busy is the age without the stalls.
func (c Campaign) busy(age time.Duration) time.Duration {
	busy := age
	for _, stall := range c.Stalls {
		busy -= min(max(0, age-stall.Offset), stall.Length)
	}
	return busy
}

// finish is the age at which every record is done. A campaign that starts
// without records has nothing to finish.
func (c Campaign) finish() time.Duration {
	if c.Records == 0 {
		return never
	}
	left, from, rate := float64(c.Records)-c.Done, time.Duration(0), c.PerHour-c.AddedPerHour
	for _, stall := range c.Stalls {
		if end := from + lasts(left, rate, never-from); end <= stall.Offset {
			return end
		}
		resumes := stall.Offset + stall.Length
		left += c.AddedPerHour*(resumes-from).Hours() - c.PerHour*(stall.Offset-from).Hours()
		from = resumes
	}
	return from + lasts(left, rate, never-from)
}

// lasts is how long the remaining records take, at most the limit.
func lasts(left, perHour float64, limit time.Duration) time.Duration {
	if left <= 0 {
		return 0
	}
	if perHour <= 0 || left/perHour >= limit.Hours() {
		return limit
	}
	return time.Duration(left / perHour * float64(time.Hour))
}

// Wave returns the campaign that follows c after so many generations.
func (c Campaign) Wave(generation int) Campaign {
	if generation > 0 {
		c.Name = fmt.Sprintf("%s, wave %d", c.Name, generation+1)
	}
	c.ID = c.successor(generation)
	c.Starts += time.Duration(generation) * c.Every
	return c
}

// successor returns the ID of the campaign that follows c after so many
// generations: its own, unless it has a Stride.
func (c Campaign) successor(generation int) string {
	first, err := strconv.Atoi(c.ID)
	if err != nil || c.Stride == 0 {
		return c.ID
	}
	return fmt.Sprintf("%05d", (first+generation*c.Stride)%100_000)
}

// Frozen returns the campaign as it is listed at that time, without any further
// progress, or false while it is not active.
func (c Campaign) Frozen(elapsed time.Duration) (Campaign, bool) {
	e, ok := c.at(elapsed)
	done := e.Percent / 100 * float64(e.Records)
	return Campaign{
		ID: e.ID, Name: c.Name, Team: c.Team, Agents: c.Agents, Idle: c.Idle, Records: e.Records, Done: done, Lingers: never,
	}, ok
}

// moves reports whether the campaign's state depends on time.
func (c Campaign) moves() bool {
	return c.PerHour > 0 || c.AddedPerHour > 0 || c.Starts > 0 || c.Leaves > 0 ||
		c.Every > 0 || c.finish() < never
}

// active returns the campaigns that Thulium lists at that time, never nil.
func active(campaigns []Campaign, elapsed time.Duration) []entry {
	entries := make([]entry, 0, len(campaigns))
	for _, c := range campaigns {
		if e, ok := c.at(elapsed); ok {
			entries = append(entries, e)
		}
	}
	return entries
}
