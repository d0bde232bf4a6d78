package main

import "math/rand/v2"

// The simulated Thulium answers looks from the same truth.

// assigned returns the agents who may work a campaign.
func (c *campaign) assigned() []*agent {
	var list []*agent
	for _, t := range []*team{c.team, c.guests} {
		if t == nil || t == c.team && len(list) > 0 {
			continue
		}
		for i := range t.agents {
			list = append(list, &t.agents[i])
		}
	}
	return list
}

// status is that of an agent as the API names it. It has chance of its own, so that looks
// change nothing in the centre.
func (w *centre) status(a *agent) string {
	t, now := a.team, w.now-1
	r := rand.New(rand.NewPCG(uint64(a.id), uint64(w.now)))
	switch {
	case !a.present(now), t.trouble == away, t.trouble == training && t.offline:
		return "OFF"
	case a.lunches(now), t.trouble == training, t.trouble == paused, r.IntN(12) == 0:
		return "PAUSED"
	case t.busy && r.Float64() < max(0.3, min(0.8, t.effort/15)):
		return "OUTBOUND_CALL"
	}
	return "FREE"
}
