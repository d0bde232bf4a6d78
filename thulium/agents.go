package thulium

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"hash/maphash"
	"io"
	"net/url"
	"strings"
)

// The methods of agents are documented by the vendor, and were not yet tried on a live
// system. Responses hold personal data, of which nothing leaves the client: their errors
// show nothing that was sent.
const (
	agentsMethod = "GET /api/outbounds/:id/agents"
	statusMethod = "GET /api/agents/:login/status"
	maxAgents    = 100_000 // whose logins are remembered
)

// Agent identifies an agent among the responses to one Client, and says nothing of
// who that is.
type Agent uint64

// Status is what an agent does.
type Status uint8

// The statuses of an agent, as far as they differ here.
const (
	UnknownStatus Status = iota // not documented
	LoggedOut
	Paused
	Available    // also while a call is being prepared
	OnCall       // but not known to be an outbound call
	OutboundCall // for any campaign
	NumStatuses  = iota
)

// Agents requests the agents who may work a campaign. It returns errors like Stats.
func (c *Client) Agents(ctx context.Context, campaign string) (agents []Agent, err error) {
	err = c.private(ctx, agentsMethod, "/api/outbounds/"+url.PathEscape(campaign)+"/agents", func(text []byte) bool {
		var entries []struct{ Login scalar }
		valid := json.Unmarshal(text, &entries) == nil && entries != nil
		for _, e := range entries {
			valid = valid && len(e.Login) <= maxIDLength && strings.Trim(string(e.Login), ".") != ""
			agents = append(agents, c.remember(string(e.Login)))
		}
		return valid
	})
	return agents, err
}

// remember returns the identity of an agent.
func (c *Client) remember(login string) Agent {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.logins) >= maxAgents {
		clear(c.logins)
	}
	agent := Agent(maphash.String(c.seed, login))
	c.logins[agent] = login
	return agent
}

// Status requests what an agent does.
func (c *Client) Status(ctx context.Context, agent Agent) (status Status, err error) {
	c.mu.Lock()
	login := c.logins[agent]
	c.mu.Unlock()
	err = c.private(ctx, statusMethod, "/api/agents/"+url.PathEscape(login)+"/status", func(text []byte) bool {
		var entry struct{ Status scalar }
		valid := json.Unmarshal(text, &entry) == nil && entry.Status != ""
		status = map[scalar]Status{
			"OFF": LoggedOut, "PAUSED": Paused, "FREE": Available, "RINGING": Available, "OUTBOUND_PREVIEW": Available,
			"INBOUND_CALL": OnCall, "CALL": OnCall, "OUTBOUND_CALL": OutboundCall,
		}[entry.Status]
		return valid
	})
	return status, err
}

// private sends a request whose path or response holds personal data. decode reports
// whether the response is as documented.
func (c *Client) private(ctx context.Context, method, path string, decode func([]byte) bool) error {
	reason := ""
	err := c.exchange(ctx, path, func(body io.Reader, _ *mask) error {
		text, err := io.ReadAll(limited(body, maxObject))
		reported := &Error{Result: InvalidResponse, Err: errors.New("the API reported an error")}
		switch {
		case err != nil:
			return err
		case reported.readEnvelope(text):
			reason = "the API reported an error"
			return reported
		case !decode(text):
			reason = "the response, " + shape(append(bytes.TrimSpace(text), ' ')[0]) + ", is not as documented"
			return errors.New(reason)
		}
		return nil
	})
	e, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	shown := &Error{Result: e.Result, Status: e.Status, RetryAfter: e.RetryAfter}
	shown.Err = errors.New(method + ": " + cmp.Or(reason, "the request failed, "+e.Result.String()))
	if len(e.RequestID) == 13 && strings.Trim(e.RequestID, "0123456789abcdef") == "" { // of the usual shape
		shown.RequestID = e.RequestID
	}
	if e.Result == Forbidden {
		shown.Advice = "Grant the API user the method " + method + " (in the Thulium panel: Administration, Users, API users), or switch diagnose off."
	}
	return shown
}
