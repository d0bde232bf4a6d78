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
// seconds given.
func (p *page) publish(winter, survey, faktury int) {
	text := fmt.Sprintf(`
thulium_up 1
thulium_business_open 1
thulium_campaign_info{id="00001",name="Winter sale"} 1
thulium_campaign_idle_business_seconds{id="00001"} %d
thulium_campaign_stall_threshold_business_seconds{id="00001"} 7200
thulium_campaign_info{id="00002",name="Survey"} 1
thulium_campaign_idle_business_seconds{id="00002"} %d
thulium_campaign_stall_threshold_business_seconds{id="00002"} 7200
thulium_campaign_info{id="00003",name="Zaległe faktury"} 1
thulium_campaign_idle_business_seconds{id="00003"} %d
thulium_campaign_stall_threshold_business_seconds{id="00003"} 7200
thulium_campaign_info{id="00004",name="Not begun"} 1
thulium_campaign_completion_percent{id="00004"} 0
thulium_campaign_idle_business_seconds{id="00004"} 34200
thulium_campaign_info{id="00005",name="Slow"} 1
thulium_campaign_expected_finish_timestamp_seconds{id="00005"} 1097200
thulium_campaign_deadline_timestamp_seconds{id="00005"} 1000000
thulium_campaign_info{id="00006",name="Empty"} 1
thulium_campaign_records_total{id="00006"} 0
thulium_campaign_info{id="00007",name="Gone"} 1
thulium_campaign_departed_business_seconds{id="00007"} 5400
`, winter, survey, faktury)
	p.text.Store(&text)
}

// TestMessages compares what supervisors read with files: made from the rules by
// Prometheus, and from the templates by Alertmanager.
func TestMessages(t *testing.T) {
	t.Parallel()
	for language, c := range map[string]struct {
		receiver string
		titles   [6]string // of the messages, in order of their number below
		ended    [2]string
		stalled  string // the dashboard's query of how many campaigns are
	}{
		"en": {
			"supervisors",
			[...]string{"Winter sale: no", "Not begun:", "Slow:", "Empty:", "Gone:", "All "},
			[...]string{"Resolved: Survey:", "Resolved: All"},
			"Stalled",
		},
		"pl": {
			"supervisors-pl",
			[...]string{"Winter sale: brak", "Not begun:", "Slow:", "Empty:", "Gone:", "Wszystkie "},
			[...]string{"Rozwiązano: Survey:", "Rozwiązano: Wszystkie"},
			"Stoją",
		},
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			var exporter page
			exporter.publish(7260, 11520, 0)
			server := httptest.NewServer(&exporter)
			t.Cleanup(server.Close)
			a := startAlerting(t, strings.TrimPrefix(server.URL, "http://"), "receiver: supervisors", "receiver: "+c.receiver)

			var messages []harness.Message
			for _, title := range c.titles[:5] {
				messages = append(messages, a.notified(t, title))
			}
			a.expectStalled(t, messages[0], c.stalled, 2)
			exporter.publish(7260, 0, 0)
			messages = append(messages, a.notified(t, c.ended[0]))
			exporter.publish(7260, 93600, 12600)
			messages = append(messages, a.notified(t, c.titles[5]))
			exporter.publish(0, 0, 0)
			messages = append(messages, a.notified(t, c.ended[1]))
			golden(t, "testdata/messages."+language+".txt", messages)
		})
	}
}

// expectStalled follows the links of a message: each must open a dashboard that
// shows one stalled campaign.
func (a *alerting) expectStalled(t *testing.T, m harness.Message, legend string, links int) {
	t.Helper()
	d, expression := queryOf(t, legend)
	found := regexp.MustCompile(`/d/`+d.UID+`\?(\S+)`).FindAllStringSubmatch(m.Text, -1)
	if len(found) != links {
		t.Errorf("%d links to %s, want %d:\n%s", len(found), d.UID, links, m.Text)
	}
	for _, link := range found {
		query, err := url.ParseQuery(link[1])
		if err != nil {
			t.Fatal(err)
		}
		a.prometheus.Expect(t, d.opened(expression, query), "{} 1")
	}
}

// TestMessagesWithoutRunbooks: rules need no runbook_url, and a message has no
// empty line for it.
func TestMessagesWithoutRunbooks(t *testing.T) {
	t.Parallel()
	for receiver, title := range map[string]string{"supervisors": "Winter sale: no", "supervisors-pl": "Winter sale: brak"} {
		var exporter page
		exporter.publish(7260, 0, 0)
		server := httptest.NewServer(&exporter)
		t.Cleanup(server.Close)
		a := startAlerting(t, strings.TrimPrefix(server.URL, "http://"), "receiver: supervisors", "receiver: "+receiver, "runbook_url", "unused")
		m := a.notified(t, title)
		if strings.Contains(m.Text, "Runbook") || strings.Contains(m.Text, "Instrukcja") {
			t.Errorf("got:\n%s", m.Text)
		}
	}
}

// golden compares messages with a file, but for the times. With E2E_UPDATE=1 in
// the environment it writes the file.
func golden(t *testing.T, path string, messages []harness.Message) {
	t.Helper()
	var text strings.Builder
	for _, m := range messages {
		fmt.Fprintf(&text, "%s\n<%s>\n%s\n\n----\n", m.Title, m.Link, m.Text)
	}
	moment := regexp.MustCompile(`[A-Z][a-z]{2} \d+ [A-Z][a-z]{2}, \d\d:\d\d|\d+\.\d\d, \d\d:\d\d`)
	got := moment.ReplaceAllString(text.String(), "TIME")
	if os.Getenv("E2E_UPDATE") != "" {
		if err := os.WriteFile(path, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if want := readFile(t, path); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}
