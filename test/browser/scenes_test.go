package browser_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"thulium_exporter/collector"
	"thulium_exporter/internal/fleet"
	"thulium_exporter/internal/progress"
	"thulium_exporter/internal/web/status"
	"thulium_exporter/test/statustest"
)

// serve serves the status page of systems that do not run and returns its URL.
func serve(t *testing.T, systems []statustest.System) string {
	t.Helper()
	running := statustest.Running(systems)
	page, err := status.New(func() []*fleet.System { return running }, statustest.Now, status.Options{
		TelemetryPath: "/metrics", Started: statustest.Now().Add(-5 * time.Hour),
		Flags: []status.Flag{
			{Name: "thulium.url", Value: "https://acme.thulium.com"}, {Name: "poll.interval", Value: "1m0s"},
		},
		Build: collector.Build{Version: "1.0.0", Revision: "4c1f9d2e8a7b6f5031c2d4e5f60718293a4b5c6d", Date: "2026-03-01"},
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
	systems []statustest.System
	query   string
	texts   []string
	roles   map[string]int // how many elements a screen reader finds of them
	excused string         // complaint of the browser
	first   bool           // the verdict and the first campaign stand on the first screen
	wide    bool           // looked at in all views, not just in those of axe-core
	hostile bool           // some words are longer than a line
	large   bool           // too much for each of the views
}

func scenes() []scene {
	centre, centrum := statustest.Centre(), statustest.Centrum()
	one := func(s statustest.System) []statustest.System { return []statustest.System{s} }
	hostile := statustest.Up("acme",
		statustest.Campaign{ID: "00001", Name: `<script>document.title="broken"</script>`, Records: 10, Percent: 10},
		statustest.Campaign{ID: "00002", Name: `"><img src=x onerror=alert(1)>`, Records: 10, Percent: 10},
		statustest.Campaign{ID: "00003", Name: "abc\u202egnp.exe", Records: 10, Percent: 10},
		statustest.Campaign{ID: "00004", Name: strings.Repeat("long", 2500), Records: 10, Percent: 10},
		statustest.Campaign{ID: "00005", Name: "مكالمات اليوم", Records: 1e15, Percent: 10},
		statustest.Campaign{ID: "<b>\x00</b>" + strings.Repeat("9", 90), Name: "{{.}}", Records: 10, Percent: 10},
	)
	idle := func(campaigns []statustest.Campaign, causes ...progress.Cause) []statustest.System { // each for another cause
		all := statustest.Stalled(campaigns, len(causes))
		for i, cause := range causes {
			all[7+i].Look = statustest.Looks()[cause]
		}
		return one(statustest.Up("acme", all...))
	}
	causes := []progress.Cause{progress.NotCalling, progress.Unknown, progress.AllPaused, progress.Elsewhere, progress.NoAgents} // the last is shown first
	outage := statustest.Down("acme", statustest.Unreachable(), statustest.Stalled(centrum, 1)...)
	return []scene{
		{name: "stalled", systems: one(statustest.Up("acme", centre...)), first: true, wide: true,
			texts: []string{"1 campaign is stalled: Overdue invoices", "The last record was completed at 11:38, 2 h 24 min ago in business hours. 3,853 records of 6,204 are left.", "63.4%", "Open until 20:00"},
			roles: map[string]int{"table": 1, "row": 9, "columnheader": 8, "rowheader": 8, "cell": 56, "main": 1, "image": 6}},
		{name: "stalled-pl", systems: one(statustest.Up("acme", centrum...)), query: "?lang=pl", first: true, wide: true,
			texts: []string{"Stoi 1 kampania: Przypomnienie", "Ostatni rekord ukończono o 11:38, 2 h 24 min temu w godzinach pracy. Zostały 3 853 rekordy z 6 204.", "63,4%", "czynne do 20:00"},
			roles: map[string]int{"table": 1, "row": 9, "columnheader": 8, "rowheader": 8}},
		{name: "eight", systems: one(statustest.Up("acme", statustest.Stalled(centre, 8)...)), first: true, texts: []string{"8 campaigns are stalled: Overdue invoices 8 and 7 more"}},
		{name: "eight-pl", systems: one(statustest.Up("acme", statustest.Stalled(centrum, 8)...)), query: "?lang=pl", first: true,
			texts: []string{"Stoi 8 kampanii:", "i jeszcze 7"}},
		{name: "no-agents", systems: idle(centre, progress.NoAgents), first: true, texts: []string{"0 of 12 agents are logged in. 3,853 records", "assign agents, or find out where they are."}},
		{name: "no-agents-pl", systems: idle(centrum, progress.NoAgents), query: "?lang=pl", first: true,
			texts: []string{"Zalogowanych: 0 z 12 agentów. Zostały 3 853 rekordy", "przypisz agentów lub ustal, gdzie są."}},
		{name: "causes", systems: idle(centre, causes...), first: true, wide: true, texts: []string{"5 campaigns are stalled", "Its agents work on another campaign", "Cause unknown"}},
		{name: "causes-pl", systems: idle(centrum, causes...), query: "?lang=pl", first: true, wide: true,
			texts: []string{"Stoi 5 kampanii", "Agenci są zalogowani, ale nikt nie dzwoni", "Wszyscy zalogowani są na przerwie"}},
		{name: "all-stalled", systems: one(statustest.Up("acme", statustest.Stalled(centre, 8)[7:]...)), first: true, texts: []string{"All campaigns are stalled (8)", "Nobody has completed a record since 11:38."}},
		{name: "all-stalled-pl", systems: one(statustest.Up("acme", statustest.Stalled(centrum, 8)[7:]...)), query: "?lang=pl", first: true,
			texts: []string{"Stoją wszystkie kampanie (8)", "nikt nie ukończył rekordu"}},
		{name: "late", systems: one(statustest.Up("acme", centre[0], centre[1])), first: true, texts: []string{"1 campaign will miss its deadline: Consent renewal, all customers, by 6 days", "assign more agents"}},
		{name: "calm-pl", systems: one(statustest.Up("acme", centrum[0], centrum[2])), query: "?lang=pl&refresh=30",
			texts: []string{"Żadna kampania nie stoi"}},
		{name: "finished", systems: one(statustest.Up("acme", statustest.Finished(centre)...)), texts: []string{"All campaigns are finished"}},
		{name: "finished-pl", systems: one(statustest.Up("acme", statustest.Finished(centrum)...)), query: "?lang=pl", texts: []string{"Wszystkie kampanie są zakończone"}},
		{name: "unnamed", systems: one(statustest.Up("acme", statustest.Campaign{ID: "00001", Records: 10})), texts: []string{"00001", "Waiting to start"}},
		{name: "down", systems: one(statustest.Down("acme", statustest.Unreachable(), centre...)), first: true,
			texts: []string{"Thulium has not responded since 13:33", "Data of 13:33, 30 min ago", "1 campaign was late then: Consent renewal", "Check the host name"}},
		{name: "down-pl", systems: one(outage), query: "?lang=pl", first: true,
			texts: []string{"Thulium nie odpowiada od 13:33", "Dane z 13:33, sprzed 30 min", "Sprawdź nazwę hosta"}},
		{name: "refused-pl", systems: one(statustest.Down("acme", statustest.Refused(), centrum...)), query: "?lang=pl", first: true,
			texts: []string{"Brak danych z Thulium od 13:33", "Thulium odrzuca dane logowania", "53678450401cf", "Sprawdź nazwę i hasło"}},
		{name: "degraded", systems: one(statustest.Degraded("acme", statustest.Unreachable(), centre...)), first: true, texts: []string{"The latest request failed"}},
		{name: "waiting-pl", systems: one(statustest.Waiting("acme")), query: "?lang=pl", texts: []string{"Oczekiwanie na pierwszą odpowiedź", "za 34 s"}},
		{name: "none", systems: one(statustest.Up("acme")), texts: []string{"No active campaigns"}},
		{name: "none-pl", systems: one(statustest.Up("acme")), query: "?lang=pl", texts: []string{"Brak aktywnych kampanii"}},
		{name: "many", systems: one(statustest.Up("acme", statustest.Many(2100)...)), texts: []string{"campaigns are stalled", "The most urgent 2,000; 100 more are not shown."},
			first: true, large: true, roles: map[string]int{"rowheader": 2000}},
		{name: "filtered", systems: one(statustest.Up("acme", statustest.Many(300)...)), query: "?state=late", texts: []string{"1 late", "all 300"}, roles: map[string]int{"rowheader": 1}},
		{name: "wall", systems: one(statustest.Up("acme", centre...)), query: "?view=wall&refresh=30", wide: true, texts: []string{"1 campaign is stalled"}},
		{name: "hostile", systems: one(hostile), texts: []string{"<script>", "abc gnp.exe"}, hostile: true, wide: true},
		{name: "systems", systems: statustest.Fleet(40)[2:11], texts: []string{"No data from 1 system: centre-0008", "8 systems are up"},
			roles: map[string]int{"table": 2}},
		{name: "systems-pl", systems: statustest.Fleet(40)[2:11], query: "?lang=pl", wide: true, texts: []string{"Brak danych z 1 systemu"}},
		{name: "unknown", systems: statustest.Fleet(2), query: "?system=nobody", texts: []string{"No system “nobody” is configured"}, excused: "status of 404"},
	}
}
