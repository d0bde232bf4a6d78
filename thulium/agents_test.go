package thulium_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"thulium_exporter/thulium"
	"thulium_exporter/thulium/simulator"
)

// agentsOf returns a client of a simulated Thulium with a team.
func agentsOf(t *testing.T) (*simulator.Simulator, *thulium.Client) {
	t.Helper()
	sim := simulator.New(simulator.Config{
		Username: "exporter", Password: password,
		Campaigns: []simulator.Campaign{
			{ID: "00001", Records: 1000, Done: 10, Team: "invoices", Agents: 12, Idle: "PAUSED"},
			{ID: "00002", Records: 1000, Done: 10, Team: "invoices", Agents: 2, Idle: "PAUSED"},
			{ID: "00003", Records: 1000, Done: 10},
		},
	})
	return sim, client(t, "http://acme.test", basicAuth{"exporter", password, inMemory(t, sim)}, thulium.Options{
		Observe: func(thulium.Result, time.Duration) { t.Error("a request for agents is counted as one for statistics") },
	})
}

// TestAgents: agents can be compared, and asked for.
func TestAgents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, c := agentsOf(t)
		all, err := c.Agents(t.Context(), "00001")
		if err != nil || len(all) != 12 {
			t.Fatal(all, err)
		}
		two, err := c.Agents(t.Context(), "00002")
		if err != nil || !slices.Equal(two, all[:2]) {
			t.Errorf("got %v, %v; want %v", two, err, all[:2])
		}
		none, err := c.Agents(t.Context(), "00003")
		if err != nil || len(none) > 0 {
			t.Errorf("got %v, %v; want none", none, err)
		}
		if status, err := c.Status(t.Context(), all[11]); err != nil || status != thulium.Paused {
			t.Errorf("got %v, %v", status, err)
		}
		_, err = c.Agents(t.Context(), "99999")
		failure(t, err, thulium.NotFound)
		_, err = c.Status(t.Context(), 1)
		failure(t, err, thulium.NotFound)
	})
}

func TestStatus(t *testing.T) {
	for status, want := range map[string]thulium.Status{
		`"OFF"`: thulium.LoggedOut, `"PAUSED"`: thulium.Paused, `"FREE"`: thulium.Available, `"RINGING"`: thulium.Available,
		`"OUTBOUND_PREVIEW"`: thulium.Available, `"CALL"`: thulium.OnCall, `"INBOUND_CALL"`: thulium.OnCall,
		`"OUTBOUND_CALL"`: thulium.OutboundCall, `"LUNCH"`: thulium.UnknownStatus, `7`: thulium.UnknownStatus,
	} {
		c := client(t, "https://acme.test", transport(func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/agents") {
				return responding(200, `[{"login":"a/b ą"}]`)(r)
			}
			if r.URL.EscapedPath() != "/api/agents/a%2Fb%20%C4%85/status" {
				t.Errorf("requested %s", r.URL.EscapedPath())
			}
			return responding(200, `{"status":`+status+`}`)(r)
		}), thulium.Options{})
		agents, err := c.Agents(t.Context(), "00001")
		if err != nil {
			t.Fatal(err)
		}
		if got, err := c.Status(t.Context(), agents[0]); got != want || err != nil {
			t.Errorf("%s: got %v, %v; want %v", status, got, err, want)
		}
	}
}

// TestLongestLogin: a login may be as long as an ID, and not a byte longer.
func TestLongestLogin(t *testing.T) {
	for length, want := range map[int]thulium.Result{128: thulium.OK, 129: thulium.InvalidResponse} {
		body := `[{"login":"` + strings.Repeat("a", length) + `"}]`
		_, err := client(t, "https://acme.test", responding(200, body), thulium.Options{}).Agents(t.Context(), "00001")
		if got := result(err); got != want {
			t.Errorf("%d bytes: %v, want %v", length, err, want)
		}
	}
}

// TestAgentsShape: what is not documented is an error that quotes nothing.
func TestAgentsShape(t *testing.T) {
	for body, want := range map[string]string{
		`{"jkowalski":{"number":"3113"}}`:       "the response, a JSON object, is not as documented",
		`"jkowalski"`:                           "the response, a JSON string, is not as documented",
		`null`:                                  "the response, null, is not as documented",
		`["jkowalski"]`:                         "the response, a JSON array, is not as documented",
		`[{"login":"ok"},{"name":"jkowalski"}]`: "the response, a JSON array, is not as documented",
		`[{"login":".."}]`:                      "the response, a JSON array, is not as documented",
		`[{"login":"jkowalski"`:                 "the response, a JSON array, is not as documented",
		``:                                      "the response, text that is not JSON, is not as documented",
		`{"request_id":"53678450401cf","errors":[{"message":"jkowalski","code":3113}]}`: "the API reported an error",
		`[{"login":"` + strings.Repeat("jkowalski", 200_000) + `"}]`:                    "the request failed, invalid_response",
	} {
		_, err := client(t, "https://acme.test", responding(200, body), thulium.Options{}).Agents(t.Context(), "00001")
		e := failure(t, err, thulium.InvalidResponse)
		if e.Err.Error() != "GET /api/outbounds/:id/agents: "+want {
			t.Errorf("%.60s: %v", body, e)
		}
		if strings.HasPrefix(body, `{"request_id"`) != (e.RequestID == "53678450401cf") || e.Problems != nil {
			t.Errorf("%.60s: %+v", body, e)
		}
	}
}

// TestAgentsFaults: all faults have the documented results with both requests, and
// neither an error nor its hint shows a login, a number or the password.
func TestAgentsFaults(t *testing.T) {
	for _, fault := range simulator.Table() {
		t.Run(string(fault.Fault), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim, c := agentsOf(t)
				agents, err := c.Agents(t.Context(), "00001")
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				sim.SetFault(fault.Fault)
				_, listed := c.Agents(ctx, "00001")
				ctx, cancel = context.WithTimeout(t.Context(), time.Minute)
				defer cancel()
				_, asked := c.Status(ctx, agents[0])
				for method, err := range map[string]error{"GET /api/outbounds/:id/agents": listed, "GET /api/agents/:login/status": asked} {
					if got := result(err).String(); got != fault.Result && got != "ok" && got != "invalid_response" {
						t.Errorf("%s: %v", method, err)
					}
					if e, ok := errors.AsType[*thulium.Error](err); ok {
						checkFailure(t, e)
						checkImpersonal(t, e, method, fault)
					}
				}
				sim.SetFault(simulator.NoFault)
				if _, err := c.Status(t.Context(), agents[0]); err != nil {
					t.Errorf("no recovery: %v", err)
				}
			})
		})
	}
}

func checkImpersonal(t *testing.T, e *thulium.Error, method string, fault simulator.Description) {
	t.Helper()
	text := e.Error() + e.Hint()
	if !strings.Contains(text, method) {
		t.Errorf("%q does not name the method", text)
	}
	if (e.RetryAfter > 0) != fault.HasRetryAfter() {
		t.Errorf("Retry-After %s", e.RetryAfter)
	}
	if e.Result == thulium.Forbidden && !strings.Contains(e.Hint(), "Grant the API user the method "+method) {
		t.Errorf("hint %q", e.Hint())
	}
	for _, agent := range simulator.Team("invoices", 12) {
		if strings.Contains(text, agent.Login) || strings.Contains(text, agent.Number) {
			t.Errorf("%q names an agent", text)
		}
	}
}
