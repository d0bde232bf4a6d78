package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"thulium_exporter/test/e2e/harness"
)

// page is an exporter of which the test says what it publishes.
type page struct{ text atomic.Pointer[string] }

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/sd" {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `[{"targets": [%q], "labels": {"system": "acme"}}]`, r.Host)
		return
	}
	_, _ = io.WriteString(w, *p.text.Load())
}

// The campaigns of a centre. Those in the first three lines are idle for the
// seconds given, the system for silence.
func (p *page) publish(winter, survey, faktury, silence int) {
	text := fmt.Sprintf(`
thulium_up 1
thulium_business_open 1
thulium_idle_business_seconds %d
thulium_stall_threshold_business_seconds 5400
thulium_campaign_info{id="00001",name="Winter sale"} 1
thulium_campaign_idle_business_seconds{id="00001"} %d
thulium_campaign_stall_threshold_business_seconds{id="00001"} 7200
thulium_campaign_records_total{id="00001"} 12399
thulium_campaign_completion_percent{id="00001"} 34.52
thulium_campaign_last_progress_timestamp_seconds{id="00001"} %d
thulium_campaign_deadline_timestamp_seconds{id="00001"} 1.7976132e+09
thulium_campaign_idle_cause{id="00001",cause="no_agents"} 1
thulium_campaign_agents{id="00001",state="assigned"} 12
thulium_campaign_agents{id="00001",state="logged_in"} 0
thulium_campaign_agents{id="00001",state="paused"} 0
thulium_campaign_agents{id="00001",state="on_call"} 0
thulium_campaign_info{id="00002",name="Survey"} 1
thulium_campaign_idle_business_seconds{id="00002"} %d
thulium_campaign_stall_threshold_business_seconds{id="00002"} 7200
thulium_campaign_info{id="00003",name="Zaległe faktury"} 1
thulium_campaign_idle_business_seconds{id="00003"} %d
thulium_campaign_stall_threshold_business_seconds{id="00003"} 7200
thulium_campaign_info{id="00004",name="Not begun"} 1
thulium_campaign_completion_percent{id="00004"} 0
thulium_campaign_records_total{id="00004"} 400
thulium_campaign_idle_business_seconds{id="00004"} 34200
thulium_campaign_info{id="00005",name="Slow"} 1
thulium_campaign_idle_business_seconds{id="00005"} 60
thulium_campaign_earliest_finish_timestamp_seconds{id="00005"} 3999999600
thulium_campaign_deadline_timestamp_seconds{id="00005"} 3999902400
thulium_campaign_pace_records_per_business_hour{id="00005"} 52.26
thulium_campaign_required_pace_records_per_business_hour{id="00005"} 104
thulium_campaign_info{id="00006",name="Empty"} 1
thulium_campaign_records_total{id="00006"} 0
thulium_campaign_info{id="00007",name="Gone"} 1
thulium_campaign_departed_business_seconds{id="00007"} 5400
thulium_campaign_info{id="00008",name="Second"} 1
thulium_campaign_idle_business_seconds{id="00008"} 21600
thulium_campaign_waiting_threshold_business_seconds{id="00008"} 21600
thulium_campaign_waits_for{id="00008",for="00003"} 1
thulium_campaign_idle_cause{id="00008",cause="elsewhere"} 1
`, silence, winter, time.Now().Add(-90*time.Minute).Unix(), survey, faktury)
	p.text.Store(&text)
}

// TestMessages compares what supervisors read with files: made from the rules by
// Prometheus, and from the templates by Alertmanager.
func TestMessages(t *testing.T) {
	t.Parallel()
	for language, c := range map[string]struct {
		receiver string
		titles   [7]string // of the messages, in order of their number below
		ended    [2]string
		stalled  string // the dashboard's query of how many campaigns are
	}{
		"en": {
			"supervisors",
			[...]string{"2 campaigns", "Not begun:", "Slow:", "Empty:", "Gone:", "Second:", "Nobody "},
			[...]string{"Resolved: Survey:", "Resolved: all"},
			"Stalled",
		},
		"pl": {
			"supervisors-pl",
			[...]string{"2 kampanie", "Not begun:", "Slow:", "Empty:", "Gone:", "Second:", "Nikt "},
			[...]string{"Koniec alertu: Survey:", "Koniec alertu: wszystkie"},
			"Stoją",
		},
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			var exporter page
			exporter.publish(7260, 11520, 0, 60)
			server := httptest.NewServer(&exporter)
			t.Cleanup(server.Close)
			a := startAlerting(t, strings.TrimPrefix(server.URL, "http://"), "receiver: supervisors #", "receiver: "+c.receiver+" #")

			var messages []harness.Message
			for _, title := range c.titles[:6] {
				messages = append(messages, a.notified(t, title))
			}
			a.expectStalled(t, messages[0], c.stalled, "{} 2")
			exporter.publish(7260, 0, 0, 60)
			messages = append(messages, a.notified(t, c.ended[0]))
			a.expectStalled(t, messages[6], c.stalled, "{} 1")
			exporter.publish(7260, 93600, 12600, 5400)
			messages = append(messages, a.notified(t, c.titles[6]))
			exporter.publish(0, 0, 0, 0)
			messages = append(messages, a.notified(t, c.ended[1]))
			golden(t, "testdata/messages."+language+".txt", messages,
				`[A-Z][a-z]{2} \d+ [A-Z][a-z]{2}, \d\d:\d\d|[a-zś]+\. \d+\.\d\d, \d\d:\d\d|\d\d:\d\d(–\d\d:\d\d)?`)
		})
	}
}

// TestChannels compares how one alert, twelve and resolved ones read in Slack, in
// Teams and in e-mails with files.
func TestChannels(t *testing.T) {
	t.Parallel()
	for _, receiver := range []string{
		"supervisors", "supervisors-teams", "supervisors-email",
		"supervisors-pl", "supervisors-teams-pl", "supervisors-email-pl",
	} {
		name, titles := "Overdue invoices", [...]string{"Overdue invoices 1: no", "12 campaigns", "Resolved alerts: 11"}
		if strings.HasSuffix(receiver, "-pl") {
			name, titles = "Zaległe faktury", [...]string{"Zaległe faktury 1: brak", "12 kampanii", "Koniec alertów: 11"}
		}
		t.Run(receiver, func(t *testing.T) {
			t.Parallel()
			a := startAlertmanager(t, t.TempDir(), "receiver: supervisors #", "receiver: "+receiver+" #")
			since := time.Date(2026, 11, 24, 8, 31, 0, 0, time.UTC)
			stalled := make([]harness.Alert, 12)
			for i := range stalled {
				stalled[i] = harness.Alert{
					Labels: map[string]string{
						"alertname": "ThuliumCampaignStalled", "team": "supervisors", "severity": "warning",
						"instance": "a:10069", "system": "acme", "id": fmt.Sprintf("%05d", i+1), "name": fmt.Sprintf("%s %d", name, i+1),
					},
					Annotations: map[string]string{
						"summary":     fmt.Sprintf("%s %d: no progress for 2h %dm 0s (acme)", name, i+1, i),
						"description": "Check in Thulium that agents are logged in.",
						"duration":    fmt.Sprintf("2h %dm 0s", i), "records_left": "8119", "completion": "34.5",
						"last_record": fmt.Sprintf("%b", since.Add(-2*time.Hour).Unix()),
						"deadline":    fmt.Sprintf("%b", since.Add(100*time.Hour).Unix()),
						"runbook_url": "https://example.com/docs/runbooks/ThuliumCampaignStalled.md",
					},
					StartsAt: since, EndsAt: time.Now().Add(time.Hour),
				}
			}
			stalled[0].Labels["severity"] = "critical"
			var messages []harness.Message
			a.alertmanager.Send(t, stalled[:1])
			messages = append(messages, a.notified(t, titles[0]))
			a.alertmanager.Send(t, stalled[1:])
			messages = append(messages, a.notified(t, titles[1]))
			for i := range stalled[1:] {
				stalled[1+i].EndsAt = since.Add(101 * time.Minute)
			}
			a.alertmanager.Send(t, stalled[1:])
			messages = append(messages, a.notified(t, titles[2]))
			golden(t, "testdata/"+receiver+".txt", messages, "^$")
		})
	}
}

// TestCauses: what a message says of each cause, with the plural forms of agents.
func TestCauses(t *testing.T) {
	t.Parallel()
	agents := func(assigned, loggedIn, paused int) string {
		return fmt.Sprintf("assigned=%d logged_in=%d on_call=0 paused=%d", assigned, loggedIn, paused)
	}
	causes := []struct{ cause, agents, waitsFor, en, pl string }{
		{"", "", "", "", ""},
		{"unknown", "assigned=12", "", "", ""},
		{"", "", "Fibre", "", ""}, // a pool, without diagnose
		{"no_agents", "", "", " Cause: no agent is logged in.", " Przyczyna: żaden agent nie jest zalogowany."},
		{"no_agents", agents(0, 0, 0), "", " Cause: no agent is assigned to the campaign.", " Przyczyna: do kampanii nikt nie jest przypisany."},
		{"no_agents", agents(1, 0, 0), "", " Logged in: 0 of 1 agent.", " Zalogowanych: 0 z 1 agenta."},
		{"no_agents", agents(12, 0, 0), "", " Logged in: 0 of 12 agents.", " Zalogowanych: 0 z 12 agentów."},
		{"paused", agents(12, 1, 1), "", " Paused: 1 of 1 logged-in agent.", " Na przerwie: 1 z 1 zalogowanego agenta."},
		{"paused", agents(12, 11, 11), "", " Paused: 11 of 11 logged-in agents.", " Na przerwie: 11 z 11 zalogowanych agentów."},
		{
			"idle", agents(12, 4, 1), "", " Cause: agents are ready, but get no calls (logged in: 4, paused: 1).",
			" Przyczyna: agenci są gotowi, ale nie dostają połączeń (zalogowanych: 4, na przerwie: 1).",
		},
		{"elsewhere", agents(2, 2, 0), "", " Cause: its agents work on another campaign.", " Przyczyna: agenci pracują w innej kampanii."},
		{"elsewhere", "", "Zaległe $1", " Cause: its agents work on “Zaległe $1”.", " Przyczyna: agenci pracują w kampanii „Zaległe $1”."},
	}
	for _, receiver := range []string{"supervisors", "supervisors-pl"} {
		t.Run(receiver, func(t *testing.T) {
			t.Parallel()
			a := startAlertmanager(t, t.TempDir(), "receiver: supervisors #", "receiver: "+receiver+" #")
			for i, c := range causes {
				name, system := fmt.Sprintf("Sale %d", i), fmt.Sprintf("s%d", i) // each in a message of its own
				a.alertmanager.Send(t, []harness.Alert{{
					Labels: map[string]string{
						"alertname": "ThuliumCampaignStalled", "team": "supervisors", "severity": "warning", "system": system, "name": name,
					},
					Annotations: map[string]string{
						"summary": name + ": no progress", "records_left": "9", "cause": c.cause, "agents": c.agents, "waits_for": c.waitsFor,
					},
					StartsAt: time.Date(2026, 11, 24, 8, 31, 0, 0, time.UTC), EndsAt: time.Now().Add(time.Hour),
				}})
			}
			for i, c := range causes {
				want := "Warning since Tue 24 Nov, 09:31." + c.en + " 9 records left."
				if receiver == "supervisors-pl" {
					want = "Od wt. 24.11, 09:31 (ostrzeżenie)." + c.pl + " Pozostało rekordów: 9."
				}
				m := a.notified(t, fmt.Sprintf("Sale %d: ", i))
				if got, _, _ := strings.Cut(m.Text, "\n"); got != want {
					t.Errorf("%+v: got %q, want %q", c, got, want)
				}
			}
		})
	}
}

// expectStalled follows the link of a message: it must open a dashboard that shows
// as many stalled campaigns.
func (a *alerting) expectStalled(t *testing.T, m harness.Message, legend, want string) {
	t.Helper()
	d, expression := queryOf(t, legend)
	found := regexp.MustCompile(`/d/`+d.UID+`\?(\S+)`).FindAllStringSubmatch(m.Text, -1)
	if len(found) != 1 {
		t.Fatalf("%d links to %s, want one:\n%s", len(found), d.UID, m.Text)
	}
	query, err := url.ParseQuery(found[0][1])
	if err != nil {
		t.Fatal(err)
	}
	a.prometheus.Expect(t, d.opened(expression, query), want)
}

// TestMessagesWithoutRunbooks: rules need no runbook_url, and a message has no
// empty line for it.
func TestMessagesWithoutRunbooks(t *testing.T) {
	t.Parallel()
	for receiver, title := range map[string]string{"supervisors": "Winter sale: no", "supervisors-pl": "Winter sale: brak"} {
		var exporter page
		exporter.publish(7260, 0, 0, 60)
		server := httptest.NewServer(&exporter)
		t.Cleanup(server.Close)
		a := startAlerting(t, strings.TrimPrefix(server.URL, "http://"), "receiver: supervisors #", "receiver: "+receiver+" #", "runbook_url", "unused")
		m := a.notified(t, title)
		if strings.Contains(m.Text, "Runbook") || strings.Contains(m.Text, "Instrukcja") {
			t.Errorf("got:\n%s", m.Text)
		}
	}
}

// golden compares messages with a file, but for times that match an expression. With
// E2E_UPDATE=1 in the environment it writes the file.
func golden(t *testing.T, path string, messages []harness.Message, times string) {
	t.Helper()
	var text strings.Builder
	for _, m := range messages {
		fmt.Fprintf(&text, "%s\n", m.Title)
		if m.Link != "" {
			fmt.Fprintf(&text, "<%s> %s\n", m.Link, m.Colour)
		}
		fmt.Fprintf(&text, "\n%s\n\n", strings.TrimSpace(m.Text))
		if m.HTML != "" {
			fmt.Fprintf(&text, "%s\n\n", m.HTML)
		}
		text.WriteString("----\n")
	}
	got := regexp.MustCompile(times).ReplaceAllString(text.String(), "TIME")
	if os.Getenv("E2E_UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if want := readFile(t, path); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
