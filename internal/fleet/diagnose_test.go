package fleet_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"
	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/collector"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/progress"
	"thulium_exporter/internal/web"
	"thulium_exporter/internal/web/status"
	"thulium_exporter/test/memnet"
	"thulium_exporter/thulium/simulator"
)

// diagnosed is an exporter of a Thulium that answers looks, polled each minute from a
// Monday on, 8:00 in Warsaw.
type diagnosed struct {
	*fleet.Fleet
	http.Handler
	sim  *simulator.Simulator
	mu   sync.Mutex
	log  bytes.Buffer
	sent []time.Time // the looks
	all  bytes.Buffer
	deny string // the path whose requests are not permitted ends so
}

func diagnose(t *testing.T, on bool, campaigns ...simulator.Campaign) *diagnosed {
	t.Helper()
	time.Sleep(time.Until(time.Date(2026, 11, 23, 7, 0, 0, 0, time.UTC))) // bubbles begin in 2000
	d := &diagnosed{sim: simulator.New(simulator.Config{Username: "u", Password: "p", Campaigns: campaigns})}
	server := memnet.Serve(t, &http.Server{Handler: http.HandlerFunc(d.serve)})
	d.Fleet = fleet.New(fleet.Options{UserAgent: "test", Logger: log.NewLogfmtLogger(d), HTTP: []commonconfig.HTTPClientOption{commonconfig.WithDialContextFunc(server.Dial)}})
	t.Cleanup(d.Close)
	d.reload(t, on)
	handler, err := web.New(d.Fleet, prometheus.NewRegistry(), nil, log.NewNopLogger(), web.Options{Options: status.Options{TelemetryPath: "/metrics"}})
	if err != nil {
		t.Fatal(err)
	}
	d.Handler = handler
	return d
}

func (d *diagnosed) reload(t *testing.T, on bool) {
	t.Helper()
	c := draft("http://127.0.0.1", time.Minute)
	c.Diagnose = on
	apply(t, d.Fleet, check(t, "a", c))
}

func (d *diagnosed) serve(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	if r.URL.Path != simulator.Path {
		d.sent = append(d.sent, time.Now())
	}
	denied := d.deny != "" && strings.HasSuffix(r.URL.Path, d.deny)
	d.mu.Unlock()
	if denied {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	d.sim.ServeHTTP(w, r)
}

// Write adds to the log.
func (d *diagnosed) Write(line []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.Write(line)
}

func (d *diagnosed) logged() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.String()
}

// denies makes requests whose path ends so fail with 403.
func (d *diagnosed) denies(path string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.deny = path
}

// looks returns how many requests of looks there were since the last call.
func (d *diagnosed) looks() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	n := len(d.sent)
	d.sent = nil
	return n
}

func (d *diagnosed) get(path string) string {
	w := httptest.NewRecorder()
	d.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
	d.all.WriteString(w.Body.String())
	return w.Body.String()
}

func (d *diagnosed) the(t *testing.T, id string) progress.Campaign {
	t.Helper()
	for c := range d.Get("a").Latest().Progress.Campaigns() {
		if c.ID == id {
			return c
		}
	}
	t.Fatalf("no campaign %s", id)
	return progress.Campaign{}
}

// stalling is a campaign that progresses for an hour, then never again, of a team of so many.
func stalling(id, team string, agents int, idle string) simulator.Campaign {
	return simulator.Campaign{
		ID: id, Records: 10_000, PerHour: 120, Team: team, Agents: agents, Idle: idle,
		Stalls: []simulator.Stall{{Offset: time.Hour, Length: 1000 * time.Hour}},
	}
}

// TestBudget: a hundred campaigns of a thousand agents stall at once. There are at most
// 120 requests in any hour and one in any second, and each is counted.
func TestBudget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var campaigns []simulator.Campaign
		for i := range 100 {
			campaigns = append(campaigns, stalling(fmt.Sprintf("%05d", i+1), fmt.Sprint("team", i), 10, "FREE"))
		}
		d := diagnose(t, true, campaigns...)
		time.Sleep(9 * time.Hour)
		synctest.Wait()
		requests := d.Get("a").Latest().Looks
		counted := requests[0][0].Load() + requests[1][0].Load()
		d.mu.Lock()
		defer d.mu.Unlock()
		if n := len(d.sent); n < 5*120 || uint64(n) < counted || uint64(n) > counted+60 {
			t.Errorf("%d requests, %d counted as of the latest poll", n, counted)
		}
		for i := range d.sent {
			if i > 0 && d.sent[i].Sub(d.sent[i-1]) < time.Second {
				t.Fatalf("two requests within %s", d.sent[i].Sub(d.sent[i-1]))
			}
			if i >= 120 && d.sent[i].Sub(d.sent[i-120]) < time.Hour {
				t.Fatalf("121 requests within %s", d.sent[i].Sub(d.sent[i-120]))
			}
		}
	})
}

// TestWithoutDiagnose: there is not one request, and no series.
func TestWithoutDiagnose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := diagnose(t, false, stalling("00001", "web", 12, "OFF"))
		time.Sleep(8 * time.Hour)
		for _, word := range []string{"diagnose", "cause", "_agents"} {
			if strings.Contains(d.get("/probe?target=a"), word) {
				t.Errorf("the metrics contain %q", word)
			}
		}
		d.reload(t, true)
		time.Sleep(10 * time.Minute)
		if !strings.Contains(d.get("/probe?target=a"), `thulium_campaign_idle_cause{id="00001",cause="no_agents"} 1`) {
			t.Error("no cause after the option was set")
		}
		if d.looks() != 11 {
			t.Error("there were requests without the option, or too few with it")
		}
		d.reload(t, false)
		time.Sleep(10 * time.Minute)
		if text := d.get("/probe?target=a"); strings.Contains(text, "thulium_campaign_idle_cause{") || strings.Contains(text, "thulium_diagnose") || d.looks() > 0 {
			t.Error("looks after the option was switched off")
		}
	})
}

// TestDiagnoseStops while Thulium asks to wait, outside business hours, and where it is
// not permitted, until the next reload. thulium_up is 1 all the while.
func TestDiagnoseStops(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := diagnose(t, true, stalling("00001", "web", 12, "PAUSED"))
		time.Sleep(100 * time.Minute) // idle for 40
		d.looks()
		d.denies("/status")
		time.Sleep(40 * time.Minute)
		if n := d.looks(); n > 2 || d.the(t, "00001").Cause != progress.Unknown {
			t.Errorf("%d requests, cause %s", n, d.the(t, "00001").Cause)
		}
		d.denies("")
		d.reload(t, true)
		time.Sleep(10 * time.Minute)
		if n := d.looks(); n < 10 || d.the(t, "00001").Cause != progress.AllPaused {
			t.Errorf("%d requests after the reload, cause %s", n, d.the(t, "00001").Cause)
		}
		if n := strings.Count(d.logged(), "Grant the API user the method GET /api/agents/:login/status"); n != 1 {
			t.Errorf("told %d times:\n%s", n, d.logged())
		}
		if !strings.Contains(d.get("/probe?target=a"), "thulium_up 1") {
			t.Error("down because of a look")
		}
		d.sim.SetFault(simulator.RateLimited)
		time.Sleep(time.Minute)
		d.looks()
		time.Sleep(2 * time.Minute)
		if n := d.looks(); n > 2*3 {
			t.Errorf("%d requests although Thulium asks to wait", n)
		}
		d.sim.SetFault(simulator.NoFault)
		time.Sleep(time.Until(time.Date(2026, 11, 23, 19, 0, 1, 0, time.UTC))) // 20:00
		d.looks()
		time.Sleep(11 * time.Hour)
		if n := d.looks(); n > 0 {
			t.Errorf("%d requests at night", n)
		}
		time.Sleep(2 * time.Hour)
		if d.looks() == 0 {
			t.Error("no looks the next day")
		}
		d.Close()
		d.looks()
		time.Sleep(time.Hour)
		if d.looks() > 0 {
			t.Error("requests after the end")
		}
	})
}

// TestNobodyIsNamed: logs, pages, metrics, the state and errors show no login and no
// number that Thulium sent, whatever goes wrong, and check shows none either.
func TestNobodyIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := diagnose(t, true, stalling("00001", "web", 12, "PAUSED"), stalling("00002", "invoices", 5, "OFF"), stalling("00003", "invoices", 3, ""))
		look := func() {
			time.Sleep(6 * time.Minute)
			d.reload(t, true)
			for _, path := range []string{"/metrics", "/probe?target=a", "/", "/?format=json", "/api/v1/status", "/campaigns"} {
				d.get(path)
			}
			d.get("/probe?target=a&format=x")
			state, err := json.Marshal(d.Get("a").Tracker().Save())
			if err != nil {
				t.Fatal(err)
			}
			d.all.Write(state)
			fmt.Fprintf(&d.all, "%+v %#v", d.Get("a").Latest(), d.the(t, "00001"))
			if err := d.Get("a").Latest().Err; err != nil {
				d.all.WriteString(err.Error())
			}
		}
		time.Sleep(2 * time.Hour)
		for _, fault := range slices.Concat([]simulator.Fault{simulator.NoFault}, simulator.Faults()) {
			if fault != simulator.EndlessBody && fault != simulator.GzipBomb { // see thulium.TestAgentsFaults; they take long
				d.sim.SetFault(fault)
				look()
			}
		}
		d.sim.SetFault(simulator.NoFault)
		time.Sleep(time.Hour)
		look()
		client, _, err := fleet.NewClient(*d.Get("a").System, "test", nil, nil)
		if err == nil {
			_, err = collector.LookOnce(t.Context(), client, "99999", time.Minute)
		}
		text := d.all.String() + d.logged() + fmt.Sprint(err)
		if !strings.Contains(text, `cause="paused"`) || len(d.logged()) < 1000 {
			t.Error("there was nothing to search")
		}
		for _, agent := range slices.Concat(simulator.Team("web", 12), simulator.Team("invoices", 5)) {
			if strings.Contains(text, agent.Login) || strings.Contains(text, agent.Number) {
				t.Errorf("%s %s is named", agent.Login, agent.Number)
			}
		}
	})
}

// TestLooksAreOffThePath: looks that hang delay neither polls nor a reload nor the end.
func TestLooksAreOffThePath(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := diagnose(t, true, stalling("00001", "web", 12, "PAUSED"))
		time.Sleep(99 * time.Minute)
		d.sim.SetFault(simulator.Timeout)
		time.Sleep(90 * time.Second) // a look and a poll hang
		start := time.Now()
		d.reload(t, false)
		d.reload(t, true)
		d.Close()
		if took := time.Since(start); took > time.Second {
			t.Errorf("took %s", took)
		}
	})
}
