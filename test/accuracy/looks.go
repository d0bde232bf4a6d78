package main

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/go-kit/log"

	"thulium_exporter/collector"
	"thulium_exporter/internal/progress"
	"thulium_exporter/thulium"
)

// floor is what the simulated Thulium says of agents, from the same truth.
type floor struct {
	*centre
	requests int
}

var _ collector.Agents = (*floor)(nil)

// Agents returns those who may work a campaign: its team, and one that was moved to it.
func (f *floor) Agents(_ context.Context, id string) (list []thulium.Agent, _ error) {
	f.requests++
	c := f.known[id]
	for i := range c.team.agents {
		list = append(list, c.team.agents[i].id)
	}
	if c.guests != nil && c.guests != c.team {
		for i := range c.guests.agents {
			list = append(list, c.guests.agents[i].id)
		}
	}
	return list, nil
}

// Status returns what an agent does. It has chance of its own, so that looks change
// nothing in the centre.
func (f *floor) Status(_ context.Context, id thulium.Agent) (thulium.Status, error) {
	f.requests++
	a, now := f.staff[id], f.now-1
	t, r := a.team, rand.New(rand.NewPCG(uint64(id), uint64(now)))
	switch {
	case !a.present(now), t.trouble == away, t.trouble == training && t.offline:
		return thulium.LoggedOut, nil
	case a.lunches(now), t.trouble == training, t.trouble == paused, r.IntN(12) == 0:
		return thulium.Paused, nil
	case t.busy && r.Float64() < max(0.3, min(0.8, t.effort/15)):
		return thulium.OutboundCall, nil
	}
	return thulium.Available, nil
}

// diagnose starts the looks of a watcher.
func (y *year) diagnose(o *observer) {
	o.diagnosis = collector.NewDiagnosis(&y.floor, collector.NewRecord(o.tracker, log.NewNopLogger()), time.Minute)
}

// look makes the requests of a minute.
func (y *year) look(o *observer) {
	for second := range minute {
		if !o.diagnosis.Step(context.Background(), at(y.now+int64(second))) {
			return
		}
	}
}

// cause is the one to name.
func (c *campaign) cause() progress.Cause {
	switch why := c.why; {
	case why == away, why == training && c.team.offline:
		return progress.NoAgents
	case why == training, why == paused, why == lunch:
		return progress.AllPaused
	case why == called, why == waiting, why == moved && c.team.busy:
		return progress.Elsewhere
	}
	return progress.NotCalling // also if the campaign to which its agents were moved has no record to call
}
