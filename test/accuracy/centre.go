package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"thulium_exporter/internal/business"
	"thulium_exporter/thulium"
)

const (
	minute = 60
	night  = 30 * minute // the step outside business hours
)

// kind is a sort of centre.
type kind struct {
	name   string
	single int     // teams of one campaign
	shared []int   // campaigns of each team that has several
	effort float64 // how fast its agents call
}

func kinds() []kind {
	return []kind{
		{"five campaigns", 3, []int{2}, 1},
		{"twenty campaigns", 10, []int{2, 2, 3, 3}, 1},
		{"twenty slow campaigns", 10, []int{2, 2, 3, 3}, 0.6},
	}
}

// centre is a contact centre, its Thulium and what happens to both. The same seed gives
// the same year, whoever watches.
type centre struct {
	r     *rand.Rand
	hours *business.Calendar
	now   int64 // Unix time
	clock int64 // business minutes since the beginning
	open  bool  // the minute that ends now belongs to business hours
	today int64 // opening of the current day

	teams []*team
	born  int
	known map[string]*campaign // by ID
	staff map[thulium.Agent]*agent

	halted    *halt // everything, by an outage of the dialler
	halts     []*halt
	ended     int64 // business minute when the latest ended
	silentTil int64 // no response of Thulium before
	spells    []*spell
	finishes  [quarters][]finish
	blocked   bool // nobody can call any campaign that has records to call
}

// halt is an outage of the dialler.
type halt struct {
	from, to int64 // business minutes
	told     int64 // business minute when a watcher said so first; 0: never
}

func newCentre(seed uint64, from time.Time) *centre {
	w := &centre{
		r: rand.New(rand.NewPCG(seed, 1)), now: from.Unix(), clock: 1, hours: must(business.New(business.Spec{})),
		known: map[string]*campaign{}, staff: map[thulium.Agent]*agent{},
	}
	k, agents := kinds()[seed%3], 1
	add := func(slots int) {
		t := newTeam(w.r, slots, k.effort, agents)
		if slots > 1 {
			t.pool = fmt.Sprintf("pool %d", agents)
		}
		for i := range t.agents {
			w.staff[t.agents[i].id] = &t.agents[i]
		}
		agents += len(t.agents)
		w.teams = append(w.teams, t)
	}
	for range k.single {
		add(1)
	}
	for _, slots := range k.shared {
		add(slots)
	}
	return w
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err) // what is parsed here is constant
	}
	return value
}

// at is a simulated instant.
func at(unix int64) time.Time { return time.Unix(unix, 0).UTC() }

// step lives through a minute, or through half an hour outside business hours.
func (w *centre) step() {
	w.open = w.hours.OpenAt(at(w.now))
	if !w.open {
		w.now += night
		w.renew()
		return
	}
	if w.now-w.today > day/2 {
		w.today = w.now
		for _, t := range w.teams {
			t.begin(w.r, w.today)
		}
	}
	w.now += minute
	w.clock++
	w.fail()
	for _, t := range w.teams {
		w.work(t)
	}
	w.blocked = true
	for _, t := range w.teams {
		for _, c := range t.campaigns {
			w.watch(c)
		}
	}
	w.renew()
}

// work is a minute of a team.
func (w *centre) work(t *team) {
	if w.now%quarter == 0 {
		t.quarterly = mood(w.r, 0.3)
	}
	t.working, t.busy = 0, false
	for i := range t.agents {
		if t.agents[i].works(w.now - minute) {
			t.working++
		}
	}
	for _, c := range t.campaigns {
		c.turn(w.now)
	}
	w.disturb(t)
	switch why := t.reason(); {
	case w.halted != nil:
	case why == called:
		t.call(w.r, w.now, t.campaigns)
	case why == moved && t.working > 0:
		t.call(w.r, w.now, []*campaign{t.target})
	}
}

// renew ends finished campaigns and begins others.
func (w *centre) renew() {
	for _, t := range w.teams {
		t.campaigns = slices.DeleteFunc(t.campaigns, func(c *campaign) bool { return w.over(c) })
		if len(t.campaigns) < t.slots && w.now >= t.nextAt {
			w.born++
			c := newCampaign(w.r, t, w.born, w.now)
			t.campaigns, w.known[c.id] = append(t.campaigns, c), c
			slices.SortFunc(t.campaigns, func(a, b *campaign) int { return a.order - b.order })
			t.nextAt = w.now + int64(w.r.IntN(48/t.slots))*3600
		}
	}
}

// over reports whether a campaign leaves the list. Some finished ones get more records.
func (w *centre) over(c *campaign) bool {
	switch {
	case !c.finished():
		return false
	case c.leavesAt == 0:
		c.leavesAt = w.now + int64(1+w.r.IntN(12*60))*minute
		w.finish(c)
		return false
	case w.now < c.leavesAt:
		return false
	case w.r.IntN(5) == 0:
		c.leavesAt = 0
		w.topUp(c)
		return false
	}
	if c.guests != nil {
		c.guests.clear()
	}
	w.end(c)
	return true
}

// response is what the API says now.
func (w *centre) response() (entries []thulium.Campaign, listed []*campaign) {
	for _, t := range w.teams {
		for _, c := range t.campaigns {
			entries, listed = append(entries, c.entry()), append(listed, c)
		}
	}
	return entries, listed
}
