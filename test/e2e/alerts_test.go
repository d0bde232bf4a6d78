package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"thulium_exporter/test/e2e/harness"
	"thulium_exporter/thulium/simulator"
)

// speedUp divides the intervals in the deployed files of Prometheus and
// Alertmanager, to a second at least. The expressions are untouched.
const speedUp = 360

// alerting is the whole chain: what Prometheus scrapes, Prometheus and
// Alertmanager with the files of deploy/, and who is notified.
type alerting struct {
	prometheus   *harness.Prometheus
	alertmanager *harness.Alertmanager
	webhook      *harness.Webhook
}

// startAlerting starts the chain behind the target. Pairs of texts are replaced
// in the configuration of Alertmanager and in the rules.
func startAlerting(t *testing.T, target string, replace ...string) *alerting {
	t.Helper()
	a := &alerting{webhook: harness.NewWebhook(t)}
	dir := t.TempDir()
	for _, name := range []string{"thulium.tmpl", "thulium.en.tmpl", "thulium.pl.tmpl"} {
		deployed(t, dir, "alertmanager/"+name)
	}
	a.alertmanager = harness.StartAlertmanager(t, deployed(t, dir, "alertmanager/alertmanager.yml",
		append(replace, "https://example.com/hooks/", a.webhook.URL+"/", "active_time_intervals: [business-hours]", "")...))
	deployed(t, dir, "prometheus/thulium.rules.yml", replace...)
	deployed(t, dir, "prometheus/thulium-departed.rules.yml")
	a.prometheus = harness.StartPrometheusFile(t, deployed(t, dir, "prometheus/prometheus.yml",
		"# - thulium-departed", "- thulium-departed",
		"localhost:10069", target, "localhost:9093", a.alertmanager.Address))
	return a
}

// deployed copies a file of deploy/ with its intervals scaled and pairs of
// texts replaced, and returns its path.
func deployed(t *testing.T, dir, name string, replace ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "deploy", name))
	if err != nil {
		t.Fatal(err)
	}
	interval := regexp.MustCompile(`(?m)^(\s*(?:- )?(?:scrape_interval|scrape_timeout|evaluation_interval|for|keep_firing_for|group_wait|group_interval): )(\d+[smhd])$`)
	scaled := interval.ReplaceAllStringFunc(string(text), func(line string) string {
		parts := interval.FindStringSubmatch(line)
		d, err := time.ParseDuration(parts[2])
		if err != nil {
			t.Fatal(err)
		}
		return parts[1] + max(time.Second, (d/speedUp).Round(time.Second)).String()
	})
	path := filepath.Join(dir, filepath.Base(name))
	harness.Write(t, path, strings.NewReplacer(replace...).Replace(scaled))
	return path
}

// notified waits for a message whose title begins like that.
func (a *alerting) notified(t *testing.T, title string) harness.Message {
	t.Helper()
	var message harness.Message
	harness.Within(t, time.Minute, func() error {
		messages := a.webhook.Messages(title)
		if len(messages) == 0 {
			return fmt.Errorf("no message %q; there are %q", title, a.webhook.Messages(""))
		}
		message = messages[len(messages)-1]
		return nil
	})
	return message
}

// stalls is an exporter for which a campaign is stalled after some seconds, at
// an address that it keeps when it is restarted.
type stalls struct {
	thulium  *harness.Thulium
	exporter *harness.Process
	args     []string
	address  string
}

const centre = `
defaults:
  stalled_after: 2s
  business_hours:
    time_zone: Europe/Warsaw
    windows: [{weekdays: ["monday:sunday"], times: [{start_time: "00:00", end_time: "24:00"}]}]
    holidays: [none]
systems:
  acme:
    url: %s
    basic_auth: {username: %s, password_file: %s}
    campaigns: {"00001": {name: Winter sale}}
`

// winterSale is the campaign, which progresses only from one call to another.
func winterSale(done int) []simulator.Campaign {
	return []simulator.Campaign{{ID: "00001", Records: 1000, Done: float64(done)}}
}

func startStalls(t *testing.T, flags ...string) *stalls {
	t.Helper()
	s := &stalls{thulium: harness.NewThulium(t, winterSale(100)...)}
	config := fmt.Sprintf(centre, s.thulium.URL, s.thulium.Username, s.thulium.PasswordFile)
	s.args = append([]string{"--config.file=" + harness.File(t, "config.yml", config)}, flags...)
	exporter := harness.Serve(t, s.args...)
	s.exporter, s.address = exporter.Process, exporter.Address
	return s
}

func (s *stalls) restart(t *testing.T) {
	t.Helper()
	s.exporter.Signal(t, syscall.SIGTERM)
	s.exporter.Exit(t)
	s.exporter = harness.Run(t, nil, append(s.args, "--web.listen-address="+s.address)...)
	s.exporter.WaitForLog(t, "Listening on")
}

// TestSupervisorsAreNotified: from a campaign without progress to the message,
// and to the one that it progresses again.
func TestSupervisorsAreNotified(t *testing.T) {
	t.Parallel()
	s := startStalls(t)
	a := startAlerting(t, s.address)
	if m := a.notified(t, "Winter sale: no progress for"); m.Receiver != "/supervisors" || !strings.Contains(m.Text, "Check in Thulium") {
		t.Errorf("got %+v", m)
	}
	s.thulium.SetCampaigns(winterSale(110))
	a.notified(t, "Resolved: Winter sale: no progress for")
}

// TestRestartWithState: an alert that is firing stays active when the exporter is
// restarted and has its state file.
func TestRestartWithState(t *testing.T) {
	t.Parallel()
	s := startStalls(t, "--state.file="+filepath.Join(t.TempDir(), "state.json"))
	a := startAlerting(t, s.address)
	a.notified(t, "Winter sale: no progress for")
	s.restart(t)
	a.prometheus.ScrapeAfter(t, time.Now(), 5) // longer than alerts are kept firing
	a.prometheus.Expect(t, `count(ALERTS{alertname="ThuliumCampaignStalled",alertstate="firing",severity="warning"})`, "{} 1")
	if ended := a.webhook.Messages("Resolved: Winter sale"); len(ended) > 0 {
		t.Errorf("the alert has ended: %q", ended)
	}
}

// TestRestartWithoutState: it ends, and comes back when the campaign has been
// idle long enough in the sight of the new process.
func TestRestartWithoutState(t *testing.T) {
	t.Parallel()
	s := startStalls(t)
	a := startAlerting(t, s.address)
	a.notified(t, "Winter sale: no progress for")
	s.restart(t)
	a.notified(t, "Resolved: Winter sale: no progress for")
	before := len(a.webhook.Messages("Winter sale: no progress for"))
	harness.Eventually(t, func() error {
		if len(a.webhook.Messages("Winter sale: no progress for")) == before {
			return fmt.Errorf("still %d messages that it is stalled", before)
		}
		return nil
	})
}

// TestOutageIsOneMessage: while the API fails, whoever is on call is notified
// once, and of the campaigns nothing is said: their alerts have not ended.
func TestOutageIsOneMessage(t *testing.T) {
	t.Parallel()
	s := startStalls(t)
	a := startAlerting(t, s.address)
	a.notified(t, "Winter sale: no progress for")
	s.thulium.SetFault(simulator.ServerError)
	down := a.notified(t, "Thulium API is down (acme)")
	if down.Receiver != "/oncall" || !strings.Contains(down.Text, "with the result server_error.") {
		t.Errorf("got %+v", down)
	}
	harness.Eventually(t, func() error { return a.inhibited(t, `team="supervisors"`) })
	a.prometheus.ScrapeAfter(t, time.Now(), 5) // several group intervals later
	if got := len(a.webhook.Messages("Thulium API is down")); got != 1 {
		t.Errorf("%d messages of one outage", got)
	}
	if ended := a.webhook.Messages("Resolved: Winter sale"); len(ended) > 0 {
		t.Errorf("got %q in the outage", ended)
	}
	s.thulium.SetFault("")
	a.notified(t, "Resolved: Thulium API is down (acme)")
}

// inhibited reports whether there are alerts that match, all of them silenced
// by another one.
func (a *alerting) inhibited(t *testing.T, matcher string) error {
	t.Helper()
	alerts, err := a.alertmanager.Alerts(t.Context(), matcher)
	if err == nil && len(alerts) == 0 {
		err = fmt.Errorf("there is no alert to inhibit")
	}
	for _, alert := range alerts {
		if err == nil && len(alert.Status.InhibitedBy) == 0 {
			err = fmt.Errorf("not inhibited: %v", alert.Labels)
		}
	}
	return err
}
