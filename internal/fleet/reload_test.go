package fleet_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"

	"thulium_exporter/internal/config"
	"thulium_exporter/thulium"
	"thulium_exporter/thulium/simulator"
)

// TestReloadKeepsTheResponse: a changed system serves what it knows until it
// knows better, however it was fetched before, and its counters are kept.
func TestReloadKeepsTheResponse(t *testing.T) {
	for name, interval := range map[string]time.Duration{"on scrape": 0, "polled": time.Hour} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sim := simulator.New(simulator.Config{Username: "u", Password: "p", Campaigns: simulator.Documented()})
				f := inMemory(t, sim.ServeHTTP)
				apply(t, f, system(t, "a", "http://127.0.0.1", interval))
				synctest.Wait()
				f.Get("a").Snapshot(t.Context())
				sim.SetFault(simulator.ServerError)
				apply(t, f, system(t, "a", "http://127.0.0.1", 2*time.Hour))
				time.Sleep(11 * time.Second)
				if s := f.Get("a").Latest(); !s.Up() || s.Progress == nil || s.Requests[thulium.OK] != 1 || s.Requests[thulium.ServerError] != 1 || s.Err == nil {
					t.Errorf("got %+v, want the previous response and the failure", s)
				}
			})
		})
	}
}

// TestMovedSystem: nothing of what another URL sent is served.
func TestMovedSystem(t *testing.T) {
	_, here := newThulium(t)
	there, elsewhere := newThulium(t)
	f := newFleet(t, system(t, "a", here, time.Hour))
	eventually(t, "first poll", func() bool { return f.Get("a").Latest().Up() })
	there.SetFault(simulator.ServerError)
	apply(t, f, system(t, "a", elsewhere, time.Hour))
	eventually(t, "failed poll", func() bool { return f.Get("a").Latest().Requests[thulium.ServerError] > 0 })
	if s := f.Get("a").Latest(); s.Up() || s.Progress != nil || s.Requests[thulium.OK] != 0 {
		t.Errorf("got %+v, want nothing of the old URL", s)
	}
}

// TestTrackerStays as long as the name and the URL, whatever else changes.
func TestTrackerStays(t *testing.T) {
	_, url := newThulium(t)
	f := newFleet(t, system(t, "a", url, 0))
	tracker := f.Get("a").Tracker()
	apply(t, f, system(t, "a", url, time.Hour))
	if f.Get("a").Tracker() != tracker {
		t.Error("the tracker was lost with the source")
	}
}

// TestProxiedSystemStays: a proxy is no change of the requests.
func TestProxiedSystemStays(t *testing.T) {
	d := draft("https://x.example.com", 0)
	d.HTTP.ProxyFromEnvironment = true
	f := newFleet(t, check(t, "a", d))
	source := f.Get("a").Source
	apply(t, f, check(t, "a", d))
	if f.Get("a").Source != source {
		t.Error("a reload without a change replaced the source")
	}
}

// TestSettingsAtOnce: a reload shows new settings although Thulium is silent.
func TestSettingsAtOnce(t *testing.T) {
	for name, interval := range map[string]time.Duration{"on scrape": 0, "polled": time.Hour} {
		t.Run(name, func(t *testing.T) {
			sim, url := newThulium(t)
			f := newFleet(t, system(t, "a", url, interval))
			if interval == 0 {
				f.Get("a").Snapshot(t.Context())
			}
			eventually(t, "a response", func() bool { return f.Get("a").Latest().Up() })
			d := draft(url, interval)
			d.Campaigns = map[config.ID]config.Campaign{"00001": {Name: "Spring", Deadline: "2030-01-02 15:04"}}
			apply(t, f, check(t, "a", d))
			for c := range f.Get("a").Latest().Progress.Campaigns() {
				if (c.ID == "00001") != (c.Deadline != 0) {
					t.Errorf("campaign %s has the deadline %d", c.ID, c.Deadline)
				}
			}
			if sim.Requests() != 1 {
				t.Errorf("%d requests, want 1", sim.Requests())
			}
		})
	}
}

// TestDeadTokenEndpoint: one that accepts and never responds holds up neither
// scrapes nor the end. The library requests it with a context of its own.
func TestDeadTokenEndpoint(t *testing.T) {
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	d := config.Draft{URL: server.URL, Timeout: model.Duration(50 * time.Millisecond)}
	d.HTTP.OAuth2 = &commonconfig.OAuth2{
		ClientID: "u", ClientSecret: "p", TokenURL: (&url.URL{Scheme: "http", Host: dead.Addr().String()}).String(),
	}
	f := newFleet(t, check(t, "a", d))
	s := f.Get("a").Snapshot(t.Context())
	if s.Up() || s.Abandoned != 1 || s.Requests[thulium.Timeout] != 1 {
		t.Errorf("got %+v, want one abandoned request", s)
	}
	f.Close()
	dead.Close() // resets the connection and so ends what was left behind
	eventually(t, "the end of the request", func() bool { return f.Get("a") == nil })
}
