package simulator

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Agent is one of a team, as the API shows agents of a campaign.
type Agent struct {
	Login            string `json:"login"`
	Number           string `json:"number"`
	Active           bool   `json:"active"`
	ActiveInOutbound bool   `json:"active_in_outbound"`
	ID               int    `json:"agent_id"`
}

// Team returns the agents of a team. Their logins and numbers are like nothing else
// that the Simulator sends.
func Team(name string, size int) []Agent {
	names := []string{
		"akowalski", "bnowak", "cwisniewska", "dwojcik", "ekaminska", "flewandowski",
		"gzielinska", "hszymanska", "iwozniak", "jdabrowski", "kkozlowska", "lmazur",
	}
	first := 0
	for _, letter := range name {
		first = (first*31 + int(letter)) % 10_000
	}
	agents := make([]Agent, 0, size)
	for i := range size {
		agents = append(agents, Agent{
			Login:  fmt.Sprintf("%s%d.%s", names[i%len(names)], i/len(names)+1, name),
			Number: fmt.Sprintf("48%04d%03d", first, i), Active: true, ActiveInOutbound: true, ID: first*1000 + i,
		})
	}
	return agents
}

// isPrivate reports whether the request is for agents.
func (x *exchange) isPrivate() bool {
	parts := strings.Split(x.r.URL.Path, "/")
	return len(parts) == 5 && parts[1] == "api" &&
		(parts[2] == "outbounds" && parts[4] == "agents" || parts[2] == "agents" && parts[4] == "status")
}

// private is the documented response to a request for agents; nil if there is nothing
// of that ID or login.
func (x *exchange) private() []byte {
	parts, elapsed := strings.Split(x.r.URL.Path, "/"), x.sim.Elapsed()
	if parts[2] == "agents" {
		if status := x.status(parts[3], elapsed); status != "" {
			return encode(map[string]any{
				"login": parts[3], "status": status, "pause_id": nil, "last_change": "2026-05-11 10:30:44",
			})
		}
		return nil
	}
	for _, c := range x.listed.campaigns {
		if e, ok := c.at(elapsed); ok && e.ID == parts[3] {
			return encode(Team(c.Team, c.size()))
		}
	}
	return nil
}

// size returns how many agents may work the campaign.
func (c Campaign) size() int {
	if c.Team == "" {
		return 0
	}
	return c.Agents
}

// status returns what an agent does: calls, two of three at any time, while a campaign
// progresses that the agent may work.
func (x *exchange) status(login string, elapsed time.Duration) (status string) {
	for _, c := range x.listed.campaigns {
		i := slices.IndexFunc(Team(c.Team, c.size()), func(a Agent) bool { return a.Login == login })
		if _, active := c.at(elapsed); i < 0 || !active {
			continue
		}
		switch {
		case c.progresses(elapsed) && (i+int(elapsed/(3*time.Minute)))%3 > 0:
			return "OUTBOUND_CALL"
		case c.progresses(elapsed), c.Idle == "":
			status = "FREE"
		case status == "":
			status = c.Idle
		}
	}
	return status
}

// progresses reports whether agents work the campaign at that time.
func (c Campaign) progresses(elapsed time.Duration) bool {
	age := elapsed - c.Starts
	if c.Every > 0 {
		age %= c.Every
	}
	for _, stall := range c.Stalls {
		if age >= stall.Offset && age < stall.Offset+stall.Length {
			return false
		}
	}
	return c.PerHour > 0 && age < c.finish()
}
