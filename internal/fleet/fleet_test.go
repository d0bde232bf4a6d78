package fleet_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-kit/log"
	commonconfig "github.com/prometheus/common/config"
	"github.com/prometheus/common/model"
	"go.uber.org/goleak"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/thulium"
	"thulium_exporter/thulium/simulator"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// newThulium starts a simulated system that knows the user u and the password p.
func newThulium(t *testing.T) (*simulator.Simulator, string) {
	t.Helper()
	sim := simulator.New(simulator.Config{Username: "u", Password: "p", Campaigns: simulator.Documented()})
	server := httptest.NewServer(sim)
	t.Cleanup(func() {
		sim.Close()
		server.Close()
	})
	return sim, server.URL
}

// system returns a checked system; with an interval it is polled.
func system(t *testing.T, name, url string, interval time.Duration) config.System {
	t.Helper()
	return check(t, name, draft(url, interval))
}

// draft is a system as a user writes it.
func draft(url string, interval time.Duration) config.Draft {
	d := config.Draft{URL: url, PollInterval: model.Duration(interval)}
	d.HTTP.BasicAuth = &commonconfig.BasicAuth{Username: "u", Password: "p"}
	return d
}

func check(t *testing.T, name string, d config.Draft) config.System {
	t.Helper()
	s, err := d.Check(name, config.Calendars{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func newFleet(t *testing.T, systems ...config.System) *fleet.Fleet {
	t.Helper()
	f := fleet.New(fleet.Options{UserAgent: "test", Logger: log.NewNopLogger()})
	t.Cleanup(f.Close)
	apply(t, f, systems...)
	return f
}

func apply(t *testing.T, f *fleet.Fleet, systems ...config.System) {
	t.Helper()
	if err := f.Apply(systems); err != nil {
		t.Fatal(err)
	}
}

func names(f *fleet.Fleet) string {
	var names []string
	for _, s := range f.All() {
		names = append(names, s.Name)
	}
	return strings.Join(names, " ")
}

// eventually waits for what happens in the background, over real connections.
func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(20 * time.Second); !happened(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("%s: not within 20s", what)
		}
	}
}

func TestApply(t *testing.T) {
	_, url := newThulium(t)
	b, a := system(t, "b", url, 0), system(t, "a", url, time.Hour)
	f := newFleet(t, b, a)
	if names(f) != "a b" || f.Get("c") != nil {
		t.Errorf("got the systems %s, want a b", names(f))
	}
	oldA, oldB := f.Get("a").Source, f.Get("b").Source

	named := draft(url, time.Hour)
	named.Campaigns = map[config.ID]config.Campaign{"00001": {Name: "Spring renewals"}}
	a = check(t, "a", named)
	b.Timeout = time.Second
	c := system(t, "c", url, 0)
	apply(t, f, a, b, c)
	if f.Get("a").CampaignName("00001") == "" || f.Get("a").Source != oldA {
		t.Error("new names for campaigns are missing, or cost the source")
	}
	if f.Get("b").Source == oldB || names(f) != "a b c" {
		t.Error("the changed system was not exchanged, or the new one is missing")
	}
	apply(t, f, c)
	if names(f) != "c" {
		t.Errorf("got the systems %s, want c", names(f))
	}
}

// TestFirstPollIsSoon: whoever polls each hour need not wait an hour for the first
// response.
func TestFirstPollIsSoon(t *testing.T) {
	_, url := newThulium(t)
	var systems []config.System
	for _, name := range []string{"a", "b", "c", "d", "e"} {
		systems = append(systems, system(t, name, url, time.Hour))
	}
	f := newFleet(t, systems...)
	eventually(t, "ready", f.Ready)
}

func TestApplyErrorChangesNothing(t *testing.T) {
	_, url := newThulium(t)
	f := newFleet(t, system(t, "a", url, 0))
	broken := system(t, "b", url, 0)
	broken.HTTP.TLSConfig.CAFile = "nowhere.pem"
	err := f.Apply([]config.System{system(t, "c", url, 0), broken})
	if err == nil || !strings.Contains(err.Error(), `system "b"`) {
		t.Errorf("got %v, want an error that names b", err)
	}
	if names(f) != "a" {
		t.Errorf("got the systems %s, want a", names(f))
	}
}

func TestRemovedPollerStops(t *testing.T) {
	sim, url := newThulium(t)
	f := newFleet(t, system(t, "a", url, time.Second))
	eventually(t, "first poll", f.Ready)
	apply(t, f, system(t, "b", url, 0))
	if sim.InFlight() != 0 {
		t.Error("a removed system still makes requests") // goleak finds what stays behind
	}
}

func TestReloadDuringPoll(t *testing.T) {
	sim, url := newThulium(t)
	sim.SetFault(simulator.Timeout)
	f := newFleet(t, system(t, "a", url, time.Second))
	eventually(t, "a poll that hangs", func() bool { return sim.InFlight() == 1 })
	apply(t, f)
	eventually(t, "the end of the poll", func() bool { return sim.InFlight() == 0 })
}

// TestReplacedSystemIsServed: whoever got hold of a system before a reload can
// still scrape it afterwards.
func TestReplacedSystemIsServed(t *testing.T) {
	_, url := newThulium(t)
	f := newFleet(t, system(t, "a", url, 0))
	old := f.Get("a")
	apply(t, f)
	if s := old.Snapshot(t.Context()); !s.Up() {
		t.Errorf("got %v, want a response", s.Err)
	}
}

func TestNoRequestAfterClose(t *testing.T) {
	sim, url := newThulium(t)
	f := newFleet(t, system(t, "a", url, time.Second))
	eventually(t, "first poll", f.Ready)
	f.Close()
	before := sim.Requests()
	f.Close() // twice does no harm
	if sim.InFlight() != 0 || sim.Requests() != before || len(f.All()) != 0 {
		t.Error("a closed fleet still runs")
	}
}

// TestScrapesDuringApply: reloads lose no scrape of a system that stays.
func TestScrapesDuringApply(t *testing.T) {
	_, url := newThulium(t)
	stays := system(t, "stays", url, 0)
	f := newFleet(t, stays)
	var scrapes sync.WaitGroup
	stop := make(chan struct{})
	for range 4 {
		scrapes.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				if s := f.Get("stays").Snapshot(t.Context()); !s.Up() {
					t.Errorf("a scrape was lost: %v", s.Err)
					return
				}
			}
		})
	}
	for i := range 20 {
		apply(t, f, stays, system(t, fmt.Sprintf("other-%d", i), url, time.Hour))
	}
	close(stop)
	scrapes.Wait()
}

// TestRealRefusal: a port where nobody listens.
func TestRealRefusal(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	url := "http://" + listener.Addr().String()
	listener.Close()
	s := newFleet(t, system(t, "a", url, 0)).Get("a").Snapshot(t.Context())
	if s.Up() || s.Requests[thulium.Connection] != 1 {
		t.Errorf("got %+v, want one failed connection", s)
	}
}

// TestUserAgent: Thulium's operators can see who it is.
func TestUserAgent(t *testing.T) {
	agents := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		agents <- r.UserAgent()
	}))
	defer server.Close()
	newFleet(t, system(t, "a", server.URL, 0)).Get("a").Snapshot(t.Context())
	if got := <-agents; got != "test" {
		t.Errorf("got the user agent %q, want test", got)
	}
}

// BenchmarkApply measures what a reload costs if nothing changed.
func BenchmarkApply(b *testing.B) {
	f := fleet.New(fleet.Options{UserAgent: "test", Logger: log.NewNopLogger()})
	defer f.Close()
	var systems []config.System
	for i := range 10_000 {
		draft := config.Draft{URL: "http://127.0.0.1:1", PollInterval: model.Duration(24 * time.Hour)}
		draft.HTTP.BasicAuth = &commonconfig.BasicAuth{Username: "u", Password: "p"}
		s, err := draft.Check(fmt.Sprintf("s%05d", i), config.Calendars{})
		if err != nil {
			b.Fatal(err)
		}
		systems = append(systems, s)
	}
	for b.Loop() {
		if err := f.Apply(slices.Clone(systems)); err != nil {
			b.Fatal(err)
		}
	}
}
