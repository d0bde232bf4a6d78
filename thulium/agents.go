package thulium

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// What the agents of a campaign do is documented by the vendor, and was not yet tried
// on a live system. Responses hold personal data, of which nothing leaves the client:
// errors are made of what is known without the response.
const (
	// AgentsMethod and StatusMethod are the methods that the API user needs.
	AgentsMethod = "GET /api/outbounds/:id/agents"
	StatusMethod = "GET /api/agents/:login/status"
	// maxAgents limits the logins that are remembered.
	maxAgents = 100_000
)

// Agent identifies an agent among the responses to one Client, and says nothing of
// who that is.
type Agent uint64

// Status is what an agent does.
type Status uint8

// The statuses of an agent, as far as they differ here.
const (
	UnknownStatus Status = iota // one that the vendor does not document
	LoggedOut
	Paused
	Available    // also while a call is being prepared
	OnCall       // but not known to be one of a campaign
	OutboundCall // of any campaign
)

// statuses returns the documented ones.
func statuses() map[scalar]Status {
	return map[scalar]Status{
		"OFF": LoggedOut, "PAUSED": Paused, "FREE": Available, "RINGING": Available, "OUTBOUND_PREVIEW": Available,
		"INBOUND_CALL": OnCall, "CALL": OnCall, "OUTBOUND_CALL": OutboundCall,
	}
}

// logins knows the agents whose identities were returned.
type logins struct {
	seed maphash.Seed
	mu   sync.Mutex
	all  map[Agent]string
}

// add returns the identity of an agent.
func (l *logins) add(login string) Agent {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.all) >= maxAgents || l.all == nil {
		l.all = make(map[Agent]string)
	}
	agent := Agent(maphash.String(l.seed, login))
	l.all[agent] = login
	return agent
}

func (l *logins) of(agent Agent) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all[agent]
}

// Agents requests the agents who may work a campaign; the result is not nil without
// an error. Errors are as those of Stats.
func (c *Client) Agents(ctx context.Context, campaign string) ([]Agent, error) {
	agents := []Agent{}
	err := c.private(ctx, AgentsMethod, "/api/outbounds/"+url.PathEscape(campaign)+"/agents", '[', func(text []byte) error {
		var entries []struct{ Login scalar }
		if json.Unmarshal(text, &entries) != nil {
			return errors.New("not an array of objects")
		}
		for i, e := range entries {
			if e.Login == "" || len(e.Login) > maxIDLength || strings.Trim(string(e.Login), ".") == "" {
				return fmt.Errorf("entry %d has no valid login", i+1)
			}
			agents = append(agents, c.logins.add(string(e.Login)))
		}
		return nil
	})
	return agents, err
}

// Status requests what an agent does, by the identity that Agents returned.
func (c *Client) Status(ctx context.Context, agent Agent) (status Status, err error) {
	login := c.logins.of(agent)
	if login == "" {
		return UnknownStatus, &Error{Result: NotFound, Err: errors.New(StatusMethod + ": the agent is not known any more")}
	}
	err = c.private(ctx, StatusMethod, "/api/agents/"+url.PathEscape(login)+"/status", '{', func(text []byte) error {
		var entry struct{ Status scalar }
		if json.Unmarshal(text, &entry) != nil || entry.Status == "" {
			return errors.New("no object with a status")
		}
		status = statuses()[entry.Status]
		return nil
	})
	return status, err
}

// private sends a request whose response holds personal data. Neither that nor the
// path is part of an error. The response begins with a byte, after white space; the
// errors of decode quote nothing of it.
func (c *Client) private(ctx context.Context, method, path string, begins byte, decode func(text []byte) error) error {
	reason := ""
	err := c.exchange(ctx, path, func(body io.Reader, _ *mask) error {
		r := bufio.NewReader(limited(body, maxObject))
		first, err := firstByte(r)
		if err != nil {
			return err
		}
		text, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		reported := &Error{Result: InvalidResponse, Err: errors.New("the API reported an error")}
		if first == '{' && reported.readEnvelope(text) {
			reason = reported.Err.Error()
			return reported
		}
		if first != begins {
			reason = "the response is " + shape(first)
			return errors.New(reason)
		}
		if err = decode(text); err != nil {
			reason = "the response is not the documented one: " + err.Error()
		}
		return err
	})
	failure, ok := errors.AsType[*Error](err)
	if !ok {
		return err
	}
	return failure.private(method, reason)
}

// private returns the error without any text from outside but a request ID of the
// usual shape.
func (e *Error) private(method, reason string) *Error {
	to := &Error{Result: e.Result, Status: e.Status, RetryAfter: e.RetryAfter}
	if len(e.RequestID) == 13 && strings.Trim(e.RequestID, "0123456789abcdef") == "" {
		to.RequestID = e.RequestID
	}
	switch {
	case reason != "":
	case e.Status != 0 && e.Result != InvalidResponse:
		reason = fmt.Sprintf("HTTP status %d %s", e.Status, http.StatusText(e.Status))
	default:
		reason = "the request failed: " + e.Result.String()
	}
	to.Err = errors.New(method + ": " + reason)
	if e.Result == Forbidden {
		to.Advice = "Grant the API user the method " + method + " (in the Thulium panel: Administration, Users, API users), or switch diagnose off."
	}
	return to
}
