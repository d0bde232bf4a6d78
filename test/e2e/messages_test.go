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
