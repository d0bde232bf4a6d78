package e2e

import (
	"fmt"
	"net/http/httptest"
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
	dir := t.TempDir()
	a := startAlertmanager(t, dir, replace...)
	deployed(t, dir, "prometheus/thulium.rules.yml", replace...)
	deployed(t, dir, "prometheus/thulium-departed.rules.yml")
	a.prometheus = harness.StartPrometheusFile(t, deployed(t, dir, "prometheus/prometheus.yml",
		append(replace, "# - thulium-departed", "- thulium-departed",
			"localhost:10069", target, "localhost:9093", a.alertmanager.Address)...))
	return a
}

// startAlertmanager starts the end of the chain, with its files in a directory.
func startAlertmanager(t *testing.T, dir string, replace ...string) *alerting {
	t.Helper()
	a := &alerting{webhook: harness.NewWebhook(t)}
	for _, name := range []string{"thulium.tmpl", "thulium.en.tmpl", "thulium.pl.tmpl"} {
		deployed(t, dir, "alertmanager/"+name)
	}
	a.alertmanager = harness.StartAlertmanager(t, deployed(t, dir, "alertmanager/alertmanager.yml",
		append(replace, "https://example.com/hooks/", a.webhook.URL+"/",
			"smtp.example.com:587", harness.NewMail(t, a.webhook).Address+"\n        require_tls: false")...))
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
	a.notified(t, "Resolved: Winter sale: no progress")
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
	a.notified(t, "Resolved: Winter sale: no progress")
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
	a.notified(t, "Resolved: Thulium API is down (acme")
}

// hours are two systems. The first is closed for the minute that begins when its
// alerts have been sent, the second never. In their time zone it is about noon.
const hours = `
defaults: {stalled_after: 2s}
systems:
  acme:
    url: %[1]s
    basic_auth: {username: %[2]s, password_file: %[3]s}
    campaigns: {"00001": {name: Winter sale}}
    business_hours:
      time_zone: %[7]s
      windows: [{weekdays: ["monday:sunday"], times: [{start_time: "00:00", end_time: "%[8]s"}, {start_time: "%[9]s", end_time: "24:00"}]}]
      holidays: [none]
  globex:
    url: %[4]s
    basic_auth: {username: %[5]s, password_file: %[6]s}
    campaigns: {"00001": {name: Winter sale}}
    business_hours:
      windows: [{weekdays: ["monday:sunday"], times: [{start_time: "00:00", end_time: "24:00"}]}]
      holidays: [none]
`

// TestClosedCentre: supervisors hear nothing while their centre is closed, whatever
// begins, persists or ends meanwhile, and when it opens they hear what persists,
// once, although there are two replicas. Another system's hours are its own.
func TestClosedCentre(t *testing.T) {
	t.Parallel()
	acme, globex := harness.NewThulium(t, winterSale(100)...), harness.NewThulium(t, winterSale(100)...)
	closing := time.Now().UTC().Add(25 * time.Second).Truncate(time.Minute).Add(time.Minute)
	zone := closing.Hour() - 12
	local := closing.Add(-time.Duration(zone) * time.Hour)
	exporter := harness.Serve(t, "--config.file="+harness.File(t, "config.yml", fmt.Sprintf(hours,
		acme.URL, acme.Username, acme.PasswordFile, globex.URL, globex.Username, globex.PasswordFile,
		fmt.Sprintf("Etc/GMT%+d", zone), local.Format("15:04"), local.Add(time.Minute).Format("15:04"))))
	_, port, _ := strings.Cut(exporter.Address, ":")
	a := startAlerting(t, exporter.Address,
		"      - url: http://localhost:10069/sd\n",
		"      - {url: 'http://127.0.0.1:"+port+"/sd', refresh_interval: 1s}\n      - {url: 'http://localhost:"+port+"/sd', refresh_interval: 1s}\n",
		"+ 4 * 3600", "+ 10", "repeat_interval: 12h", "repeat_interval: 15s")

	harness.Within(t, time.Until(closing), func() error {
		if got := a.about("acme"); len(got) < 2 || !strings.HasSuffix(got[len(got)-1], ", critical") {
			return fmt.Errorf("no warning or no critical alert, only %q", got)
		}
		return nil
	})
	waitUntil(t, closing.Add(10*time.Second)) // until Alertmanager knows
	harness.Eventually(t, func() error { return a.inhibited(t, `team="supervisors"`, `system="acme"`) })
	acmes, globexes := len(a.about("acme")), len(a.about("globex"))
	waitUntil(t, closing.Add(50*time.Second)) // more than two reminders later
	if got := a.about("acme"); len(got) != acmes {
		t.Errorf("messages while the centre is closed: %q", got[acmes:])
	}
	if got := len(a.about("globex")) - globexes; got < 2 {
		t.Errorf("%d reminders of the system that is open", got)
	}
	waitUntil(t, closing.Add(70*time.Second)) // less than a reminder after opening
	if got := a.about("acme"); len(got) != acmes+1 || !strings.HasSuffix(got[acmes], "(acme), critical") {
		t.Errorf("got %q when the centre opened", got[acmes:])
	}
	acme.SetCampaigns(winterSale(110))
	a.notified(t, "Resolved: Winter sale: no progress (acme")
}

// TestClosedCentreWithoutLabel: the same for a target that has no label system.
func TestClosedCentreWithoutLabel(t *testing.T) {
	t.Parallel()
	var exporter page
	exporter.publish(7260, 0, 0, 60)
	closed := strings.Replace(*exporter.text.Load(), "thulium_business_open 1", "thulium_business_open 0", 1)
	exporter.text.Store(&closed)
	server := httptest.NewServer(&exporter)
	t.Cleanup(server.Close)
	a := startAlerting(t, strings.TrimPrefix(server.URL, "http://"),
		"    http_sd_configs:\n      - url: http://localhost:10069/sd\n", "", ".+;.*|;(thulium_exporter|go|process|promhttp)_.*", ".*")
	harness.Eventually(t, func() error { return a.inhibited(t, `team="supervisors"`, `alertname="ThuliumCampaignStalled"`) })
	if got := a.webhook.Messages(""); len(got) > 0 {
		t.Errorf("messages while the centre is closed: %q", got)
	}
}

// about returns the titles of the messages about a system.
func (a *alerting) about(system string) []string {
	var titles []string
	for _, m := range a.webhook.Messages("") {
		if strings.Contains(m.Title, "("+system) {
			titles = append(titles, m.Title)
		}
	}
	return titles
}

func waitUntil(t *testing.T, moment time.Time) {
	t.Helper()
	harness.Within(t, time.Until(moment)+time.Second, func() error {
		if time.Now().Before(moment) {
			return fmt.Errorf("waiting for %s", moment)
		}
		return nil
	})
}

// inhibited reports whether there are alerts that match, all of them silenced
// by another one.
func (a *alerting) inhibited(t *testing.T, matchers ...string) error {
	t.Helper()
	alerts, err := a.alertmanager.Alerts(t.Context(), matchers...)
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
