package browser_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"thulium_exporter/internal/web/status"
	"thulium_exporter/internal/web/status/statustest"
)

// serve serves the status page of systems that do not run and returns its URL.
func serve(t *testing.T, systems statustest.Systems) string {
	t.Helper()
	page, err := status.New(status.Options{
		Systems: systems, TelemetryPath: "/metrics", Now: statustest.Now,
		Started: statustest.Now().Add(-5 * time.Hour),
		Flags: []status.Flag{
			{Name: "thulium.url", Value: "https://acme.thulium.com"}, {Name: "poll.interval", Value: "1m0s"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(page)
	t.Cleanup(server.Close)
	return server.URL + "/"
}

// scene is a page and what a visitor must find on it.
type scene struct {
	name    string
	systems statustest.Systems
	query   string
	texts   []string
	roles   map[string]int // how many elements a screen reader finds of them
	excused string         // complaint of the browser
}

func scenes() []scene {
	centre := statustest.Centre()
	hostile := []statustest.Campaign{
		{ID: "00001", Name: `<script>document.title="broken"</script>`, Records: 10, Percent: 10},
		{ID: "00002", Name: `"><img src=x onerror=alert(1)>`, Records: 10, Percent: 10},
		{ID: "00003", Name: "abc\u202egnp.exe", Records: 10, Percent: 10},
		{ID: "00004", Name: strings.Repeat("long", 2500), Records: 10, Percent: 10},
		{ID: "00005", Name: "مكالمات اليوم", Records: 1e15, Percent: 10},
		{ID: "<b>\x00</b>", Name: "{{.}}", Records: 10, Percent: 10},
	}
	one := func(campaigns []statustest.Campaign, named bool) statustest.Systems {
		var names map[string]string
		if named {
			names = statustest.Names(campaigns)
		}
		return statustest.Systems{statustest.System("acme", statustest.Up(campaigns), names)}
	}
	return []scene{
		{name: "normal", systems: one(centre, true), texts: []string{"Working", "Satisfaction survey", "63.41 %", "Open until 20:00"},
			roles: map[string]int{"table": 1, "row": 9, "columnheader": 6, "rowheader": 8, "cell": 40, "searchbox": 1, "main": 1}},
		{name: "stalled", systems: one(centre, true), query: "?show=stalled", texts: []string{"Overdue invoices", "Stalled"}},
		{name: "unnamed", systems: one(centre, false), texts: []string{"00001", "Names of campaigns come from the configuration file"}},
		{name: "down", systems: statustest.Systems{statustest.System("acme", statustest.Down(statustest.Unreachable()), nil)},
			texts: []string{"Thulium cannot be reached", "Check the host name"}},
		{name: "refused", systems: statustest.Systems{statustest.System("acme", statustest.Down(statustest.Refused()), nil)},
			texts: []string{"Thulium refuses the credentials", "53678450401cf", "Check the username and the password"}},
		{name: "degraded", systems: statustest.Systems{statustest.System("acme", statustest.Degraded(centre, statustest.Unreachable()), statustest.Names(centre))},
			texts: []string{"Working, but the newest poll failed"}},
		{name: "waiting", systems: statustest.Systems{statustest.System("acme", statustest.Waiting(), nil)},
			texts: []string{"Waiting for the first poll", "in 34 s"}},
		{name: "none", systems: one(nil, true), texts: []string{"Thulium lists no active campaign"}},
		{name: "many", systems: one(statustest.Many(1000), true), query: "?page=5", texts: []string{"401–500 of 1"}},
		{name: "hostile", systems: one(hostile, true), texts: []string{"<script>", "abc gnp.exe"}},
		{name: "systems", systems: statustest.Fleet(1000), texts: []string{"systems", "centre-0008"},
			roles: map[string]int{"table": 1, "row": 101, "columnheader": 7, "rowheader": 100, "cell": 600}},
		{name: "working", systems: statustest.Fleet(50), query: "?show=working&sort=stalled&desc", texts: []string{"Systems 1–45 of 45"}},
		{name: "system", systems: statustest.Fleet(1000), query: "?system=centre-0001", texts: []string{"centre-0001"}},
		{name: "unknown", systems: statustest.Fleet(2), query: "?system=nobody", texts: []string{"No such system"}, excused: "status of 404"},
	}
}
