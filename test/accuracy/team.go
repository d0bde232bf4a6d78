package main

import (
	"math/rand/v2"
	"slices"

	"thulium_exporter/thulium"
)

const (
	day      = 24 * 60 * 60
	halfHour = 30 * 60
)

// agent is somebody who calls. Times are Unix times of the current day.
type agent struct {
	id       thulium.Agent
	team     *team
	from, to int64 // the shift; equal if absent
	lunch    int64 // when half an hour of it begins
}

// works reports whether the agent is at work and not at lunch.
func (a *agent) works(now int64) bool { return a.present(now) && !a.lunches(now) }

func (a *agent) present(now int64) bool { return a.from <= now && now < a.to }

func (a *agent) lunches(now int64) bool { return a.lunch <= now && now < a.lunch+halfHour }

// team is agents who work one campaign, or share some of them by order.
type team struct {
	agents    []agent
	campaigns []*campaign // by order
	slots     int         // how many campaigns it has at a time
	pool      string      // as configured; none for a single campaign
	effort    float64     // attempts per hour of an agent
	together  bool        // all have lunch at the same time
	nextAt    int64       // when its next campaign begins

	daily, quarterly float64 // the pace of the day and of the quarter of an hour
	working          int     // agents who can call in this minute

	trouble reason // called: none
	until   int64  // business minute when it ends
	target  *campaign
	busy    bool // calls in this minute
	offline bool // agents in a training are logged out
}

func newTeam(r *rand.Rand, slots int, effort float64, firstID int) *team {
	size := 2 + r.IntN(4)
	if slots > 1 {
		size = 2 + slots*(1+r.IntN(3))
	}
	t := &team{slots: slots, effort: spread(r, 2, 16) * effort, together: r.IntN(3) == 0, agents: make([]agent, size)}
	for i := range t.agents {
		t.agents[i].id, t.agents[i].team = thulium.Agent(firstID+i), t
	}
	return t
}

// place draws a free place in the order of the campaigns.
func (t *team) place(r *rand.Rand) int {
	for {
		order := 1 + r.IntN(20)
		if !slices.ContainsFunc(t.campaigns, func(c *campaign) bool { return c.order == order }) {
			return order
		}
	}
}

// begin draws a day: shifts of eight hours of which two cover the twelve of the centre,
// and who is absent.
func (t *team) begin(r *rand.Rand, opening int64) {
	t.daily = mood(r, 0.3)
	meal := int64(r.IntN(5)) * halfHour
	for i := range t.agents {
		a := &t.agents[i]
		late := i == 1 || i > 1 && r.IntN(2) == 0
		a.from, a.lunch = opening, opening+3*3600+int64(r.IntN(5))*halfHour
		switch {
		case t.together:
			a.lunch = opening + 4*3600 + meal/2
		case i == 1 || late && r.IntN(2) == 0:
			a.lunch += 3 * 3600
		}
		if late {
			a.from += 4 * 3600
		}
		a.to = a.from + 8*3600
		if i > 1 && r.IntN(8) == 0 {
			a.to = a.from
		}
	}
}

// reason is what keeps the team from calling; called if nothing does.
func (t *team) reason() reason {
	switch {
	case t.trouble != called:
		return t.trouble
	case t.working == 0:
		return lunch
	}
	return called
}

// turn is the campaign that the dialler works now: the first with a record to call.
func (t *team) turn() *campaign {
	for _, c := range t.campaigns {
		if c.ready > 0 {
			return c
		}
	}
	return nil
}

// call works a minute: the campaigns by order, the next one as far as the ones before
// have too few records to call.
func (t *team) call(r *rand.Rand, now int64, list []*campaign) {
	share := 1.0
	for _, c := range list {
		if c.ready == 0 {
			continue
		}
		c.calledAt, t.busy = now, true
		want := poisson(r, float64(t.working)*c.effort*t.daily*t.quarterly*share/60)
		got := min(want, c.ready)
		c.call(r, got)
		if got == want {
			return
		}
		share *= 1 - float64(got)/float64(want)
	}
}

// clear ends what keeps the team from calling.
func (t *team) clear() {
	if t.target != nil && t.target.guests == t {
		t.target.guests = nil
	}
	t.trouble, t.target = called, nil
}
