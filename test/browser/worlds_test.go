package browser_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	gokit "github.com/go-kit/log"
	"github.com/prometheus/client_golang/prometheus"
	commonconfig "github.com/prometheus/common/config"

	"thulium_exporter/internal/config"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/web"
	"thulium_exporter/internal/web/status"
	"thulium_exporter/thulium/simulator"
)

// world is a simulated Thulium, and what the page of a real exporter shows
// after one scrape of it.
type world struct {
	campaigns []simulator.Campaign
	names     map[config.ID]config.Campaign
	fault     simulator.Fault
	gone      bool   // nothing listens there any more
	password  string // what the exporter thinks it is
	texts     []string
}

const password = "correct-horse"

func worlds() map[string]world {
	return map[string]world{
		"normal": {
			campaigns: simulator.Documented(), names: map[config.ID]config.Campaign{"00001": {Name: "Spring renewals"}},
			texts: []string{"No campaign is stalled", "Spring renewals", "14.8%", "With the next scrape"},
		},
		"API down": {gone: true, texts: []string{"Thulium cannot be reached", "Check the host name"}},
		"server error": {
			campaigns: simulator.Documented(), fault: simulator.Unavailable,
			texts: []string{"Thulium reports a server error", "Not before", "Request ID for Thulium's support"},
		},
		"bad credentials": {
			campaigns: simulator.Documented(), password: "wrong",
			texts: []string{"Thulium rejects the credentials", "Check the username and the password"},
		},
		"no campaigns":   {texts: []string{"No active campaigns"}},
		"many campaigns": {campaigns: simulator.Many(1000), texts: []string{"1,000 campaigns", "00001"}},
		"hostile": {
			campaigns: simulator.Documented(), fault: simulator.HostileID,
			names: map[config.ID]config.Campaign{"00001": {Name: `<img src=x onerror="document.title='broken'">`}},
			texts: []string{"<script>alert(1)</script>", `<img src=x onerror="document.title='broken'">`},
		},
	}
}

// shows opens the page of a real exporter in such a world.
func shows(browser context.Context, t *testing.T, w world) {
	t.Helper()
	url := run(t, w)
	tab := open(browser, t, url)
	tab.look(t, views()[0])
	tab.check(t, url, w.texts, "")
}

// run runs an exporter, scrapes it once and returns its URL.
func run(t *testing.T, w world) string {
	t.Helper()
	sim := simulator.New(simulator.Config{Username: "u", Password: password, Campaigns: w.campaigns})
	sim.SetFault(w.fault)
	thulium := httptest.NewServer(sim)
	t.Cleanup(func() {
		sim.Close()
		thulium.Close()
	})
	if w.gone {
		thulium.Close()
	}
	systems := fleet.New(fleet.Options{UserAgent: "test", Logger: gokit.NewNopLogger()})
	t.Cleanup(systems.Close)
	if err := systems.Apply([]config.System{system(t, w, thulium.URL)}); err != nil {
		t.Fatal(err)
	}
	handler, err := web.New(systems, prometheus.NewRegistry(), func() error { return nil }, gokit.NewNopLogger(), web.Options{Options: status.Options{TelemetryPath: "/metrics", Started: time.Now()}})
	if err != nil {
		t.Fatal(err)
	}
	exporter := httptest.NewServer(handler)
	t.Cleanup(exporter.Close)
	res, err := http.Get(exporter.URL + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	return exporter.URL + "/"
}

// system returns a checked system at this URL.
func system(t *testing.T, w world, url string) config.System {
	t.Helper()
	draft := config.Draft{URL: url, Campaigns: w.names}
	draft.HTTP.BasicAuth = &commonconfig.BasicAuth{Username: "u", Password: password}
	if w.password != "" {
		draft.HTTP.BasicAuth.Password = commonconfig.Secret(w.password)
	}
	s, err := draft.Check("default", config.Calendars{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}
